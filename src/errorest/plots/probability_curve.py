"""A classifier of one feature: the probability of each class as a curve."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_consistent_length

from errorest.estimators.labels import class_columns
from errorest.plots.axes import axes_or_new
from errorest.plots.boundary import class_probabilities
from errorest.plots.palette import class_styles, faint_ink
from errorest.plots.plane import frame_or_array, numeric_axis

__all__ = ["ProbabilityCurveDisplay", "curve_rows"]


@dataclass(eq=False, repr=False)
class ProbabilityCurveDisplay:
    """Probability over the only feature; of two classes that of the second.

    Parameters
    ----------
    x : array of shape (n_places,)
    probabilities : array of shape (n_places, n_classes)
    points : array of shape (n_samples,)
    labels : array of shape (n_samples,)
        Class indices of the points.
    class_names : list of str
    feature_name : str

    Attributes
    ----------
    ax_ : matplotlib Axes
    lines_ : list of matplotlib Line2D

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from errorest import LogisticRegression
    >>> X, y = [[1.0], [2.0], [3.0], [4.0]], ["no", "no", "yes", "yes"]
    >>> display = ProbabilityCurveDisplay.from_estimator(LogisticRegression().fit(X, y), X, y)
    >>> len(display.lines_)
    1
    >>> plt.close()
    """

    x: NDArray[np.floating]
    probabilities: NDArray[np.floating]
    points: NDArray[np.floating]
    labels: NDArray[np.intp]
    class_names: list[str]
    feature_name: str
    ax_: Axes = field(init=False)
    lines_: list[Line2D] = field(init=False)

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any,
        y: ArrayLike,
        *,
        resolution: int = 300,
        ax: Axes | None = None,
    ) -> ProbabilityCurveDisplay:
        """Draw a fitted classifier of one feature, which must be a number.

        Parameters
        ----------
        estimator : classifier
        X : array-like or DataFrame of shape (n_samples, 1)
        y : array-like of shape (n_samples,)
            Classes of the points to draw.
        resolution : int, default=300
        ax : matplotlib Axes, optional

        Returns
        -------
        ProbabilityCurveDisplay

        Raises
        ------
        ValueError
            If there is another number of features, X and y are of different lengths, or a
            point's class is unknown.
        """
        check_consistent_length(X, y)
        X = frame_or_array(X)
        points = np.asarray(X, dtype=np.float64)
        if points.ndim != 2 or points.shape[1] != 1:
            raise ValueError(f"a curve is drawn over one feature, not rows of shape {points.shape}")
        name, x, rows = curve_rows(X, resolution)
        display = cls(
            x,
            class_probabilities(estimator, rows),
            points[:, 0],
            class_columns(y, estimator.classes_),
            [str(label) for label in estimator.classes_],
            name,
        )
        return display.plot(ax=ax)

    def plot(self, *, ax: Axes | None = None) -> ProbabilityCurveDisplay:
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
        styles = class_styles(len(self.class_names))
        is_binary = len(styles) == 2
        self.ax_.axhline(0.5, color=faint_ink(self.ax_), linewidth=1, linestyle="--")
        self.lines_ = []
        for index, (name, style) in enumerate(zip(self.class_names, styles, strict=True)):
            if index or not is_binary:
                curve = self.probabilities[:, index]
                self.lines_ += self.ax_.plot(
                    self.x, curve, color=style.color, linestyle=style.line_style, linewidth=2
                )
            chosen = self.points[self.labels == index]
            # Points of a class lie at the probability that they should have.
            height = index if is_binary else 1.06 + 0.06 * index
            self.ax_.scatter(
                chosen,
                np.full(len(chosen), height),
                c=style.color,
                marker=style.marker,
                edgecolors="white",
                label=name,
                zorder=3,
            )
        label = f"probability of {self.class_names[-1]}" if is_binary else "probability"
        self.ax_.set(xlabel=self.feature_name, ylabel=label)
        self.ax_.legend()
        return self


def curve_rows(X: Any, resolution: int) -> tuple[str, NDArray[np.floating], Any]:
    """Return the only feature's name, evenly spaced values of it, and the rows that hold them.

    Parameters
    ----------
    X : array-like or DataFrame of shape (n_samples, 1)
    resolution : int
        How many.
    """
    columns = getattr(X, "columns", None)
    name = "x1" if columns is None else str(columns[0])
    x = numeric_axis(name, np.asarray(X, dtype=np.float64)).coordinates(resolution)
    return name, x, x[:, None] if columns is None else type(X)({columns[0]: x})
