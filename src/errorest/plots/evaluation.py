"""scikit-learn's pictures of a classifier's answers, in Errorest's colours."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray
from sklearn.calibration import CalibrationDisplay
from sklearn.metrics import ConfusionMatrixDisplay, PrecisionRecallDisplay, RocCurveDisplay
from sklearn.utils import check_consistent_length

from errorest.estimators.evaluation import class_rankings, confusion_counts
from errorest.estimators.labels import class_columns
from errorest.exceptions import PictureError
from errorest.plots.axes import LINE_HEIGHT, axes_or_new
from errorest.plots.legends import class_legend
from errorest.plots.palette import ClassStyle, amount_colors, class_styles, faint_ink, legible_on
from errorest.plots.short_names import fit_side_by_side, shortened

__all__ = [
    "confusion_display",
    "precision_recall_display",
    "reliability_display",
    "roc_display",
]

# More numbers than these would overlap.
_MAX_NUMBERED_CLASSES = 12

_ClassAgainstRest = tuple[str, ClassStyle, NDArray[np.intp], NDArray[np.floating]]


def confusion_display(
    estimator: Any, X: Any, y: ArrayLike, *, ax: Axes | None = None
) -> ConfusionMatrixDisplay:
    """Draw how many rows of each class were predicted as which.

    Parameters
    ----------
    estimator : classifier
    X : array-like or DataFrame of shape (n_samples, n_features)
    y : array-like of shape (n_samples,)
    ax : matplotlib Axes, optional

    Returns
    -------
    sklearn.metrics.ConfusionMatrixDisplay

    Raises
    ------
    ValueError
        If a class is unknown to the classifier, or X and y are of different lengths.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from errorest import LogisticRegression
    >>> X, y = [[0.0], [1.0], [2.0], [3.0]], ["no", "no", "yes", "yes"]
    >>> display = confusion_display(LogisticRegression().fit(X, y), X, y)
    >>> display.confusion_matrix
    array([[2, 0],
           [0, 2]])
    >>> plt.close()
    """
    counts = confusion_counts(np.asarray(y), estimator.predict(X), estimator.classes_)
    n_classes = len(estimator.classes_)
    names = shortened([str(label) for label in estimator.classes_])
    is_numbered = n_classes <= _MAX_NUMBERED_CLASSES
    side = n_classes * LINE_HEIGHT
    sizes = {} if is_numbered else {"height": side + 2.5, "width": side + 4.1}
    ax = axes_or_new(ax, **sizes)
    display = ConfusionMatrixDisplay(counts, display_labels=estimator.classes_).plot(
        cmap=amount_colors(ax),
        include_values=is_numbered,
        colorbar=not is_numbered,
        xticks_rotation="horizontal" if fit_side_by_side(names) else "vertical",
        ax=ax,
    )
    ax.set_xticklabels(names)
    ax.set_yticklabels(names)
    if display.text_ is not None:
        for text, cell in zip(display.text_.ravel(), counts.ravel(), strict=True):
            text.set_color(legible_on(display.im_.to_rgba(cell)))
    ax.set(xlabel="predicted class", ylabel="true class")
    return display


def roc_display(
    estimator: Any, X: Any, y: ArrayLike, *, ax: Axes | None = None
) -> list[RocCurveDisplay]:
    """Draw how many of a class are found at the price of how many false alarms.

    That is the true positive rate against the false positive rate, for every threshold.

    Parameters
    ----------
    estimator, X, y, ax
        As for :func:`confusion_display`.

    Returns
    -------
    list of sklearn.metrics.RocCurveDisplay
        One for each class against the rest; of two classes, one for the second.

    Raises
    ------
    ValueError
        If a class is unknown, or has no row, or all of them.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from errorest import LogisticRegression
    >>> X, y = [[0.0], [1.0], [2.0], [3.0]], ["no", "yes", "no", "yes"]
    >>> (curve,) = roc_display(LogisticRegression().fit(X, y), X, y)
    >>> float(curve.roc_auc)
    0.75
    >>> plt.close()
    """
    classes = _against_the_rest(estimator, class_rankings(estimator, X), y)
    ax = axes_or_new(ax)
    ax.plot([0, 1], [0, 1], color=faint_ink(ax), linestyle="--", linewidth=1)
    displays: list[RocCurveDisplay] = _curves(RocCurveDisplay, classes, ax)
    ax.set(xlabel="false positive rate", ylabel="true positive rate")
    class_legend(ax, [display.line_ for display in displays], loc="lower right")
    return displays


def precision_recall_display(
    estimator: Any, X: Any, y: ArrayLike, *, ax: Axes | None = None
) -> list[PrecisionRecallDisplay]:
    """Draw how pure the rows are that are predicted as a class, against how many are found.

    Parameters
    ----------
    estimator, X, y, ax
        As for :func:`confusion_display`.

    Returns
    -------
    list of sklearn.metrics.PrecisionRecallDisplay
        One for each class against the rest; of two classes, one for the second.

    Raises
    ------
    ValueError
        If a class is unknown, or has no row, or all of them.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from errorest import LogisticRegression
    >>> X, y = [[0.0], [1.0], [2.0], [3.0]], ["no", "yes", "no", "yes"]
    >>> (curve,) = precision_recall_display(LogisticRegression().fit(X, y), X, y)
    >>> round(float(curve.average_precision), 4)
    0.8333
    >>> plt.close()
    """
    classes = _against_the_rest(estimator, class_rankings(estimator, X), y)
    ax = axes_or_new(ax)
    displays: list[PrecisionRecallDisplay] = _curves(PrecisionRecallDisplay, classes, ax)
    ax.set(xlabel="recall: share of the class found", ylabel="precision")
    class_legend(ax, [display.line_ for display in displays], loc="lower left")
    return displays


def reliability_display(
    estimator: Any, X: Any, y: ArrayLike, *, n_bins: int = 10, ax: Axes | None = None
) -> list[CalibrationDisplay]:
    """Draw how often what was said to have some probability came true.

    Parameters
    ----------
    estimator, X, y
        As for :func:`confusion_display`; the estimator must have ``predict_proba``.
    n_bins : int, default=10
        In how many groups of the same number of rows, ranked by probability.
    ax : matplotlib Axes, optional

    Returns
    -------
    list of sklearn.calibration.CalibrationDisplay
        One for each class against the rest; of two classes, one for the second.

    Raises
    ------
    ValueError
        If the classifier has no probabilities, a class is unknown, or has no row, or all, or
        n_bins is less than 1.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from errorest import LogisticRegression
    >>> X, y = [[0.0], [1.0], [2.0], [3.0]], ["no", "no", "yes", "yes"]
    >>> (curve,) = reliability_display(LogisticRegression().fit(X, y), X, y, n_bins=2)
    >>> curve.prob_true
    array([0., 1.])
    >>> plt.close()
    """
    if not hasattr(estimator, "predict_proba"):
        raise PictureError("a classifier without probabilities has no reliability to draw")
    if n_bins < 1:
        raise ValueError(f"n_bins must be at least 1, not {n_bins}")
    classes = _against_the_rest(estimator, estimator.predict_proba(X), y)
    ax = axes_or_new(ax)
    ax.plot([0, 1], [0, 1], color=faint_ink(ax), linestyle="--", linewidth=1)
    with _legend_to_come():
        displays = [
            CalibrationDisplay.from_predictions(
                is_class,
                # float32 rounds some sums to a little more than 1.
                np.clip(probability.astype(np.float64), 0, 1),
                n_bins=n_bins,
                strategy="quantile",
                name=name,
                ref_line=False,
                ax=ax,
                color=style.color,
                marker=style.marker,
                linestyle=style.line_style,
            )
            for name, style, is_class, probability in classes
        ]
    ax.set(xlabel="predicted probability", ylabel="share of rows for which it came true")
    ax.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03))
    class_legend(ax, [display.line_ for display in displays], loc="upper left")
    return displays


def _against_the_rest(
    estimator: Any, rankings: NDArray[np.floating], y: ArrayLike
) -> list[_ClassAgainstRest]:
    """Return name, style, membership and ranking of each class, of two only of the second."""
    check_consistent_length(rankings, y)
    indices = class_columns(y, estimator.classes_)
    n_classes = len(estimator.classes_)
    styles = class_styles(n_classes)
    curves = []
    for index in range(1 if n_classes == 2 else 0, n_classes):
        name, is_class = str(estimator.classes_[index]), (indices == index).astype(np.intp)
        if is_class.all() or not is_class.any():
            raise PictureError(
                f"all rows, or none, are of class {name!r}: a curve needs rows of it and of the "
                "others"
            )
        # From the end, for of two classes there may be one column.
        curves.append((name, styles[index], is_class, rankings[:, index - n_classes]))
    return curves


def _curves(display: Any, classes: list[_ClassAgainstRest], ax: Axes) -> list[Any]:
    """Draw scikit-learn's curve of each class against the rest."""
    with _legend_to_come():
        return [
            display.from_predictions(
                *(is_class, ranking),
                name=name,
                ax=ax,
                curve_kwargs={"color": style.color, "linestyle": style.line_style},
            )
            for name, style, is_class, ranking in classes
        ]


@contextmanager
def _legend_to_come() -> Iterator[None]:
    """Be silent about names with an underscore, which scikit-learn's own legend lacks."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "No artists with labels", UserWarning)
        yield
