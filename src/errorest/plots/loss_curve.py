"""How the loss fell, epoch by epoch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from errorest.exceptions import PictureError
from errorest.plots.axes import axes_or_new
from errorest.plots.inner import unwrapped
from errorest.plots.palette import NEGATIVE, POSITIVE, ink

__all__ = ["LossCurveDisplay"]

_CURVES = {
    "loss": ("training", POSITIVE, "-"),
    "validation_loss": ("validation", NEGATIVE, "--"),
    "mistakes": ("training", POSITIVE, "-"),
}


@dataclass(eq=False, repr=False)
class LossCurveDisplay:
    """Loss on the training rows, and on validation rows if there were any.

    Parameters
    ----------
    curves : mapping of str to sequence of float
        ``loss`` and, if there is one, ``validation_loss``, one value for each epoch; or, of a
        perceptron, ``mistakes``.
    chosen_epoch : int, optional
        The epoch, from 1, whose network was kept.
    chosen_by : str, optional
        The curve of the history by whose best value it was chosen, such as
        ``validation_accuracy``, which need not be one of those that are drawn.

    Attributes
    ----------
    ax_ : matplotlib Axes
    lines_ : list of matplotlib Line2D
    chosen_ : matplotlib Line2D or None
        The mark of the chosen epoch.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> curves = {"loss": [0.7, 0.5, 0.4], "validation_loss": [0.7, 0.6, 0.65]}
    >>> LossCurveDisplay(curves, chosen_epoch=2).plot().ax_.get_legend_handles_labels()[1]
    ['training', 'validation', 'chosen epoch 2']
    >>> plt.close()
    """

    curves: Mapping[str, Sequence[float]]
    chosen_epoch: int | None = None
    chosen_by: str | None = None
    ax_: Axes = field(init=False)
    lines_: list[Line2D] = field(init=False)
    chosen_: Line2D | None = field(init=False)

    @classmethod
    def from_estimator(cls, estimator: Any, *, ax: Axes | None = None) -> "LossCurveDisplay":
        """Draw the training of a fitted Perceptron, LogisticRegression or MLPClassifier.

        Parameters
        ----------
        estimator : classifier
            Or a TableClassifier with one of these inside.
        ax : matplotlib Axes, optional

        Returns
        -------
        LossCurveDisplay

        Raises
        ------
        PictureError
            If the estimator has no curves, or not a single epoch was made.
        """
        estimator, _ = unwrapped(estimator)
        if hasattr(estimator, "mistakes_curve_"):
            return cls({"mistakes": estimator.mistakes_curve_}).plot(ax=ax)
        if not hasattr(estimator, "history_"):
            raise PictureError(f"a {type(estimator).__name__} has no curve of its training")
        if not any(estimator.history_.values()):
            raise PictureError("the training made no epoch that could be drawn")
        epoch = getattr(estimator, "best_epoch_", None)
        return cls(estimator.history_, epoch, estimator.history_.chosen_by).plot(ax=ax)

    def plot(self, *, ax: Axes | None = None) -> "LossCurveDisplay":
        """Draw the curves.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            By default a new one.

        Returns
        -------
        self
        """
        self.ax_ = axes_or_new(ax)
        self.lines_, self.chosen_ = [], None
        for name, (label, color, line_style) in _CURVES.items():
            values = np.asarray(self.curves.get(name, []), dtype=np.float64)
            if len(values):
                epochs = np.flatnonzero(~np.isnan(values)) + 1
                # A single value is a point, not a line; some epochs may not have been measured.
                marker = "o" if len(epochs) < max(2, len(values)) else ""
                self.lines_ += self.ax_.plot(
                    epochs,
                    values[epochs - 1],
                    color=color,
                    label=label,
                    linestyle=line_style,
                    marker=marker,
                )
        if self.chosen_epoch is not None and self.lines_:
            self._mark_chosen_epoch(self.chosen_epoch)
        self.ax_.xaxis.set_major_locator(MaxNLocator(integer=True))
        quantity = "mistakes" if "mistakes" in self.curves else "loss"
        self.ax_.set(xlabel="epoch", ylabel=quantity)
        if quantity == "mistakes":
            self.ax_.set_ylim(bottom=0)
            self.ax_.yaxis.set_major_locator(MaxNLocator(integer=True))
        if len(self.lines_) > 1 or self.chosen_ is not None:
            self.ax_.legend()
        return self

    def _mark_chosen_epoch(self, epoch: int) -> None:
        values = self.curves.get("validation_loss") or self.curves["loss"]
        self.ax_.axvline(epoch, color=ink(), linewidth=0.8, linestyle=":")
        is_choice = self.chosen_by is not None or epoch < len(values)
        label = f"{'chosen' if is_choice else 'last'} epoch {epoch}"
        if self.chosen_by is not None:
            quantity = self.chosen_by.removeprefix("validation_")
            rows = "training" if quantity == self.chosen_by else "validation"
            label += f" (best {rows} {quantity})"
        (self.chosen_,) = self.ax_.plot(
            [epoch],
            [values[epoch - 1]],
            marker="o",
            markersize=8,
            color=ink(),
            markerfacecolor="none",
            linestyle="",
            label=label,
        )
