"""Where a classifier changes its mind: probability as shade, the boundary as a line, points.

>>> import matplotlib
>>> matplotlib.use("agg")
>>> from errorest import LogisticRegression
>>> X, y = [[0.0, 1.0], [1.0, 0.0], [1.0, 2.0], [2.0, 1.0]], ["no", "no", "yes", "yes"]
>>> display = BoundaryDisplay.from_estimator(LogisticRegression().fit(X, y), X, y)
>>> display.ax_.get_legend_handles_labels()[1]
['no', 'yes']
"""

from dataclasses import dataclass, field
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.image import AxesImage
from numpy.typing import ArrayLike, NDArray

from errorest.plots.palette import class_styles

__all__ = ["BoundaryDisplay"]


@dataclass(eq=False)
class BoundaryDisplay:
    """A classifier of two features, as a map.

    Parameters
    ----------
    x1, x2 : arrays of shape (n_columns,) and (n_rows,)
        Coordinates of the map.
    probabilities : array of shape (n_rows, n_columns, n_classes)
    points : array of shape (n_samples, 2)
    labels : array of shape (n_samples,)
        Class indices of the points.
    class_names, feature_names : list of str

    Attributes
    ----------
    ax_ : matplotlib Axes
    shade_ : matplotlib AxesImage
    """

    x1: NDArray[np.floating]
    x2: NDArray[np.floating]
    probabilities: NDArray[np.floating]
    points: NDArray[np.floating]
    labels: NDArray[np.intp]
    class_names: list[str]
    feature_names: list[str]
    ax_: Axes = field(init=False)
    shade_: AxesImage = field(init=False)

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: ArrayLike,
        y: ArrayLike,
        *,
        resolution: int = 300,
        ax: Axes | None = None,
    ) -> "BoundaryDisplay":
        """Draw a fitted classifier of two features.

        Parameters
        ----------
        estimator : classifier
            With ``predict_proba``, or ``predict`` for a map of plain areas.
        X : array-like of shape (n_samples, 2)
        y : array-like of shape (n_samples,)
            Classes of the points to draw.
        resolution : int, default=300
            Number of columns and rows of the map.
        ax : matplotlib Axes, optional

        Returns
        -------
        BoundaryDisplay

        Raises
        ------
        ValueError
            If there are not two features, or a point's class is unknown to the classifier.
        """
        columns = getattr(X, "columns", None)
        points = np.asarray(X, dtype=np.float64)
        if points.ndim != 2 or points.shape[1] != 2:
            raise ValueError(f"a boundary is drawn over two features, not over {points.shape[1:]}")
        low, high = points.min(axis=0), points.max(axis=0)
        margin = 0.1 * np.where(high > low, high - low, 1)
        x1, x2 = np.linspace(low - margin, high + margin, resolution).T
        grid = np.stack(np.meshgrid(x1, x2), axis=-1)
        cells: Any = grid.reshape(-1, 2)
        if columns is not None:
            cells = pd.DataFrame(cells, columns=columns)
        labels = np.searchsorted(estimator.classes_, np.asarray(y))
        labels = np.minimum(labels, len(estimator.classes_) - 1)
        if (estimator.classes_[labels] != np.asarray(y)).any():
            raise ValueError(f"y holds classes that are none of {list(estimator.classes_)}")
        display = cls(
            x1,
            x2,
            _probabilities(estimator, cells).reshape(*grid.shape[:2], -1),
            points,
            labels,
            [str(label) for label in estimator.classes_],
            ["x1", "x2"] if columns is None else [str(name) for name in columns],
        )
        return display.plot(ax=ax)

    def plot(self, *, ax: Axes | None = None) -> "BoundaryDisplay":
        """Draw the map.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            By default a new one.

        Returns
        -------
        self
        """
        self.ax_ = plt.subplots()[1] if ax is None else ax
        styles = class_styles(len(self.class_names))
        extent = (self.x1[0], self.x1[-1], self.x2[0], self.x2[-1])
        self.shade_ = self.ax_.imshow(
            self._shade(), extent=extent, origin="lower", aspect="auto", interpolation="bilinear"
        )
        for index, (name, style) in enumerate(zip(self.class_names, styles, strict=True)):
            others = np.delete(self.probabilities, index, axis=-1).max(axis=-1)
            lead = self.probabilities[..., index] - others
            if lead.min() < 0 < lead.max():
                self.ax_.contour(self.x1, self.x2, lead, levels=[0], colors="0.25", linewidths=1.2)
            chosen = self.points[self.labels == index]
            self.ax_.scatter(
                chosen[:, 0],
                chosen[:, 1],
                c=style.color,
                marker=style.marker,
                edgecolors="white",
                label=name,
            )
        self.ax_.set(xlabel=self.feature_names[0], ylabel=self.feature_names[1])
        self.ax_.legend()
        return self

    def _shade(self) -> NDArray[np.floating]:
        """Mix the classes' colours by probability, paler where it is even."""
        styles = class_styles(len(self.class_names))
        colors = np.array([to_rgb(style.color) for style in styles])
        even = 1 / len(styles)
        lead = (self.probabilities.max(axis=-1, keepdims=True) - even) / (1 - even)
        mixed = self.probabilities @ colors
        shade: NDArray[np.floating] = 1 - 0.55 * lead * (1 - mixed)
        return shade


def _probabilities(estimator: Any, grid: Any) -> NDArray[np.floating]:
    if hasattr(estimator, "predict_proba"):
        return np.asarray(estimator.predict_proba(grid))
    chosen = estimator.predict(grid)[:, None] == estimator.classes_
    return np.asarray(chosen, dtype=np.float64)
