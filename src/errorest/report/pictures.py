"""The pictures of a report, each with what it shows in words and numbers."""

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from errorest import plots
from errorest.estimators import ColumnImportance, TableClassifier
from errorest.notices import collecting
from errorest.plots.palette import POSITIVE, ClassStyle, class_styles, ink
from errorest.plots.short_names import fit_side_by_side, shortened
from errorest.report.dependence import ColumnDependence
from errorest.report.picture import Picture, draw_picture
from errorest.wording import counted

__all__ = [
    "boundary_picture",
    "confusion_picture",
    "dependence_picture",
    "importance_picture",
    "network_picture",
    "reliability_picture",
    "training_picture",
]

_MAX_BARS = 15
_LONGEST_NAME = 32
_LEGEND_COLUMNS = 4
# Of small letters, as many as fit beside each other.
_LEGEND_WIDTH = 80


def training_picture(model: TableClassifier) -> Picture:
    """Draw the training curves."""
    display = plots.LossCurveDisplay.from_estimator(model)
    _close(display)
    heights = {line.get_label(): np.asarray(line.get_ydata()) for line in display.lines_}
    ends = [f"{name} from {curve[0]:.4g} to {curve[-1]:.4g}" for name, curve in heights.items()]
    n_epochs = max(map(len, heights.values()))
    alt = f"{display.ax_.get_ylabel()} over {counted(n_epochs, 'epoch')}: {'; '.join(ends)}."
    if display.chosen_epoch is not None:
        alt += f" Epoch {display.chosen_epoch} was chosen."
    return draw_picture(lambda: display.plot().ax_.figure, "Training, epoch by epoch", alt)


def confusion_picture(model: Any, X: Any, y: Any) -> Picture:
    """Draw the confusion matrix of an encoded table."""
    display = plots.confusion_display(model, X, y)
    plt.close(display.figure_)
    names = [str(label) for label in model.classes_]
    counts = [
        f"{count} of class {names[i]} predicted as {names[j]}"
        for (i, j), count in np.ndenumerate(display.confusion_matrix)
        if count
    ]
    alt = f"Confusion matrix. Rows: {_listing(counts)}."
    caption = "Confusion matrix: how many rows of each class were predicted as which class"
    return draw_picture(lambda: plots.confusion_display(model, X, y).figure_, caption, alt)


def reliability_picture(model: Any, X: Any, y: Any) -> Picture:
    """Draw how often predicted probabilities of an encoded table came true."""
    displays = plots.reliability_display(model, X, y)
    plt.close(displays[0].figure_)
    classes = [
        f"{display.estimator_name}: "
        + ", ".join(
            f"{said:.2f} came true in {true:.2f}"
            for said, true in zip(display.prob_pred, display.prob_true, strict=True)
        )
        for display in displays
    ]
    alt = f"Reliability. Predicted probability of {'; '.join(classes)}."
    caption = (
        "Reliability: on the dashed line, predicted probabilities come true as often as they say"
    )
    return draw_picture(lambda: plots.reliability_display(model, X, y)[0].figure_, caption, alt)


def boundary_picture(model: TableClassifier, X: Any, y: Any, features: list[str] | None) -> Picture:
    """Draw the boundary over two columns."""
    # The caption says which points are not drawn.
    with collecting():
        display = plots.draw_table_boundary(model, X, y, features=features, resolution=150)
    ax = display.ax_
    _close(display)
    names = f"{ax.get_xlabel()} and {ax.get_ylabel()}"
    if isinstance(display, plots.BoundaryDisplay):
        share = display.probabilities.argmax(axis=-1)
        areas = [
            f"{name} on {np.mean(share == index):.0%}"
            for index, name in enumerate(display.class_names)
        ]
        alt = f"Map over {names}. Of its area, the model predicts {', '.join(areas)}."
        caption = f"What the model predicts over {names}, with the other columns at typical values"
        if len(display.labels) < len(y):
            caption += f"; {len(display.labels)} of {len(y)} rows as points"
        n_missing = int(np.isnan(display.places).any(axis=1).sum())
        if n_missing:
            are = "is" if n_missing == 1 else "are"
            points = counted(n_missing, "point")
            caption += f"; {points} with a missing cell {are} not drawn"
    else:
        curve = display.probabilities[:, -1]
        alt = (
            f"Curve of the probability of {display.class_names[-1]} over {ax.get_xlabel()}: "
            f"{curve[0]:.2f} at {display.x[0]:.4g}, {curve[-1]:.2f} at {display.x[-1]:.4g}."
        )
        caption = f"What the model predicts over {ax.get_xlabel()}"

    def draw() -> Any:
        with collecting():
            return display.plot().ax_.figure

    return draw_picture(draw, caption, alt)


def network_picture(model: TableClassifier, encoded: NDArray[np.floating]) -> Picture:
    """Draw the network, each unit with its output as a map."""
    display = plots.NetworkDisplay.from_estimator(
        model.estimator_, encoded, input_names=model.encoder_.get_feature_names_out()
    )
    _close(display)
    n_inputs, *n_hidden, n_outputs = map(len, display.names)
    sizes = [
        counted(n_inputs, "input"),
        *(counted(n, "hidden unit") for n in n_hidden),
        counted(n_outputs, "output"),
    ]
    largest = max(np.abs(weights).max() for weights in display.network.weights)
    alt = f"Network of {', '.join(sizes)}; its largest weight is {largest:.3g}."
    caption = "The network: thicker lines for larger weights, and each unit's output as a map"
    if display.is_summary_:
        caption += "; it is too large to be drawn whole: only the units with the largest weights"
    return draw_picture(lambda: display.plot().ax_.figure, caption, alt)


def importance_picture(columns: Sequence[ColumnImportance], quantity: str) -> Picture:
    """Draw permutation importances as bars."""
    shown = columns[:_MAX_BARS]

    def draw() -> Any:
        figure, ax = plt.subplots(figsize=(6.4, 1.2 + 0.3 * len(shown)), layout="constrained")
        errors = {"ecolor": ink(), "elinewidth": 1}
        ax.barh(
            range(len(shown)),
            [column.mean for column in shown],
            xerr=[column.std for column in shown],
            color=POSITIVE,
            error_kw=errors,
        )
        ax.set_yticks(range(len(shown)), _on_axis([column.name for column in shown]))
        ax.invert_yaxis()
        ax.axvline(0, color=ink(), linewidth=0.8)
        ax.set_xlabel(quantity)
        return figure

    alt = f"{quantity}: " + ", ".join(f"{column.name} {column.mean:.3g}" for column in shown) + "."
    caption = "Permutation importance: how much worse the model does when a column is shuffled"
    if len(shown) < len(columns):
        caption += f" (the {len(shown)} of {len(columns)} columns that matter most)"
    return draw_picture(draw, caption, alt)


def dependence_picture(dependences: Sequence[ColumnDependence], model: TableClassifier) -> Picture:
    """Draw partial dependences side by side."""
    n_classes = len(model.classes_)
    names = [str(label) for label in model.classes_][1 if n_classes == 2 else 0 :]
    styles = class_styles(n_classes)[1 if n_classes == 2 else 0 :]
    quantity = "mean probability" if hasattr(model, "predict_proba") else "mean logit"
    if n_classes == 2:
        quantity += f" of {names[0]}"

    def draw() -> Any:
        n_rows = -(-len(dependences) // 2)
        shown = _on_axis(names)
        n_columns = max(1, min(_LEGEND_COLUMNS, _LEGEND_WIDTH // (max(map(len, shown)) + 6)))
        n_legend_rows = -(-len(names) // n_columns) if n_classes > 2 else 0
        figure, axes = plt.subplots(
            *(n_rows, min(len(dependences), 2)),
            squeeze=False,
            sharey=True,
            figsize=(6.4, 2.8 * n_rows + 0.25 * n_legend_rows),
            layout="constrained",
        )
        titles = _on_axis([dependence.name for dependence in dependences])
        for ax, dependence, title in zip(axes.flat, dependences, titles, strict=False):
            are_words = isinstance(dependence.values[0], str)
            for style, curve in zip(styles, dependence.average, strict=True):
                drawn = {"linestyle": style.line_style, "linewidth": 2}
                if are_words:
                    drawn = {"linestyle": "", "marker": style.marker}
                ax.plot(dependence.values, curve, color=style.color, **drawn)
            ax.set_xlabel(title)
            ax.margins(x=0.15 if are_words else 0.05)
            if are_words:
                words = shortened(dependence.values)
                ax.set_xticks(range(len(words)), words)
                # Two such axes share a picture's width.
                if not fit_side_by_side(2 * words):
                    turned = {"rotation": 45, "rotation_mode": "anchor", "ha": "right"}
                    plt.setp(ax.get_xticklabels(), **turned, fontsize="small")
        for ax in axes.flat[len(dependences) :]:
            ax.axis("off")
        for ax in axes[:, 0]:
            ax.set_ylabel(quantity)
        if n_legend_rows:
            values = [dependence.values[0] for dependence in dependences]
            figure.legend(
                [_legend_handle(style, values) for style in styles],
                shown,
                loc="outside lower center",
                ncols=n_columns,
                fontsize="small",
            )
        return figure

    changes = [
        f"over {dependence.name} "
        + "; ".join(
            f"{name} from {curve[0]:.2f} at {_short(dependence.values[0])} "
            f"to {curve[-1]:.2f} at {_short(dependence.values[-1])}"
            for name, curve in zip(names, dependence.average, strict=True)
        )
        for dependence in dependences
    ]
    caption = (
        "Partial dependence: what the model predicts on average if all rows had the same value in "
        "one column"
    )
    return draw_picture(draw, caption, f"{quantity}: {'. '.join(changes)}.")


def _on_axis(names: Sequence[str]) -> list[str]:
    """Return names as short as a picture has room for; tables and words have them whole."""
    return shortened(names, _LONGEST_NAME)


def _legend_handle(style: ClassStyle, values: Sequence[Any]) -> Line2D:
    """Return what stands for a class, be it drawn over words, over numbers, or both."""
    has_words = any(isinstance(value, str) for value in values)
    has_numbers = not all(isinstance(value, str) for value in values)
    marker, line_style = style.marker if has_words else "", style.line_style if has_numbers else ""
    drawn: dict[str, Any] = {"marker": marker, "linestyle": line_style}
    return Line2D([], [], color=style.color, linewidth=2, **drawn)


def _close(display: Any) -> None:
    """Forget the figure that a display was made with: it is drawn anew for each style."""
    plt.close(display.ax_.figure)


def _listing(parts: list[str]) -> str:
    return "; ".join(parts[:30]) + (f"; and {len(parts) - 30} more" if len(parts) > 30 else "")


def _short(value: Any) -> str:
    return value if isinstance(value, str) else f"{value:.4g}"
