"""Where a classifier changes its mind: probability as shade, the boundary as a line, points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgb
from matplotlib.contour import QuadContourSet
from matplotlib.image import AxesImage
from matplotlib.patches import Patch
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_consistent_length

from errorest.estimators.labels import class_columns
from errorest.exceptions import ErrorestWarning, PictureError
from errorest.notices import warn
from errorest.plots.axes import axes_or_new
from errorest.plots.inner import unwrapped
from errorest.plots.legends import class_legend
from errorest.plots.palette import class_styles, ink, mixed_with_paper
from errorest.plots.plane import Axis, FeaturePlane, Plane, PrincipalPlane, frame_or_array
from errorest.plots.short_names import shortened

__all__ = ["BoundaryDisplay", "class_probabilities", "leads_of", "plane_of"]

_SHADE = 0.55
_LONGEST_NAME = 48

# Its area in square points.
_LARGEST_POINT = 36


@dataclass(eq=False, repr=False)
class BoundaryDisplay:
    """A classifier on a plane of two features, as a map.

    Parameters
    ----------
    axes : pair of Axis
        What the two coordinates are.
    probabilities : array of shape (n_rows, n_columns, n_classes)
        Over the plane, from the low ends of the axes to the high ends.
    places : array of shape (n_samples, 2)
        Of the points.
    labels : array of shape (n_samples,)
        Class indices of the points.
    class_names : list of str
    leads : array of the shape of ``probabilities``, optional
        By how much each class leads over the others, of a classifier without probabilities; the
        map then shows plain areas.
    fixes_others : bool, default=False
        Whether there are other features, which have one value all over the map.

    Attributes
    ----------
    ax_ : matplotlib Axes
    shade_ : matplotlib AxesImage
    lines_ : list of matplotlib QuadContourSet
        Where two classes are equally likely.
    points_ : list of matplotlib PathCollection
        One for each class.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from errorest import LogisticRegression
    >>> X, y = [[0.0, 1.0], [1.0, 0.0], [1.0, 2.0], [2.0, 1.0]], ["no", "no", "yes", "yes"]
    >>> display = BoundaryDisplay.from_estimator(LogisticRegression().fit(X, y), X, y)
    >>> display.ax_.get_legend_handles_labels()[1]
    ['no', 'yes']
    >>> plt.close()
    """

    axes: tuple[Axis, Axis]
    probabilities: NDArray[np.floating]
    places: NDArray[np.floating]
    labels: NDArray[np.intp]
    class_names: list[str]
    leads: NDArray[np.floating] | None = None
    fixes_others: bool = False
    ax_: Axes = field(init=False)
    shade_: AxesImage = field(init=False)
    lines_: list[QuadContourSet] = field(init=False)
    points_: list[PathCollection] = field(init=False)

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any,
        y: ArrayLike,
        *,
        features: Sequence[int | str] | None = None,
        resolution: int = 300,
        ax: Axes | None = None,
    ) -> BoundaryDisplay:
        """Draw a fitted classifier.

        Parameters
        ----------
        estimator : classifier
            With ``predict_proba``, or ``predict`` for a map of plain areas.
        X : array-like or DataFrame of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
            Classes of the points to draw.
        features : pair of int or str, optional
            Positions or names of the features to show, the others being fixed at their median
            or most frequent value. By default both of two, else the plane of the first two
            principal components.
        resolution : int, default=300
            Number of columns and rows of the map.
        ax : matplotlib Axes, optional

        Returns
        -------
        BoundaryDisplay

        Raises
        ------
        ValueError
            If there are fewer than two features, X and y are of different lengths, or a point's
            class is unknown to the classifier.
        """
        check_consistent_length(X, y)
        estimator, X, plane = plane_of(estimator, X, features)
        grid = np.stack(np.meshgrid(*(axis.coordinates(resolution) for axis in plane.axes)), -1)
        rows, shape = plane.rows(grid.reshape(-1, 2)), (*grid.shape[:2], -1)
        leads = None
        if not hasattr(estimator, "predict_proba") and hasattr(estimator, "decision_function"):
            leads = leads_of(estimator.decision_function(rows)).reshape(shape)
        display = cls(
            plane.axes,
            class_probabilities(estimator, rows).reshape(shape),
            plane.places(X),
            class_columns(y, estimator.classes_),
            [str(label) for label in estimator.classes_],
            leads,
            plane.fixes_others,
        )
        return display.plot(ax=ax)

    def plot(self, *, ax: Axes | None = None) -> BoundaryDisplay:
        """Draw the map.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            By default a new one.

        Returns
        -------
        self
        """
        self.ax_ = axes_or_new(ax)
        horizontal, vertical = self.axes
        extent = (horizontal.low, horizontal.high, vertical.low, vertical.high)
        self.shade_ = self.ax_.imshow(
            self.shade(self.probabilities),
            extent=extent,
            origin="lower",
            aspect="auto",
            interpolation="nearest" if self._has_categories else "bilinear",
        )
        self.draw_lines()
        self._draw_points()
        across, up = shortened([horizontal.name, vertical.name], _LONGEST_NAME)
        self.ax_.set(xlabel=across, ylabel=up)
        if self.fixes_others:
            title = "other features fixed at their median or most frequent value"
            self.ax_.set_title(title, fontsize="small", wrap=True)
        if horizontal.categories:
            self.ax_.set_xticks(range(len(horizontal.categories)), horizontal.categories)
        if vertical.categories:
            self.ax_.set_yticks(range(len(vertical.categories)), vertical.categories)
        class_legend(
            *(self.ax_, self._legend_handles()),
            markerscale=np.sqrt(_LARGEST_POINT / self._point_size),
        )
        return self

    def shade(self, probabilities: NDArray[np.floating]) -> NDArray[np.floating]:
        """Mix the classes' colours by probability, paler where it is even.

        Parameters
        ----------
        probabilities : array of shape (..., n_classes)

        Returns
        -------
        array of shape (..., 3)
        """
        styles = class_styles(len(self.class_names))
        colors = np.array([to_rgb(style.color) for style in styles])
        lead = probabilities.max(axis=-1, keepdims=True)
        if len(styles) > 1:
            even = 1 / len(styles)
            lead = (lead - even) / (1 - even)
        return mixed_with_paper(probabilities @ colors, _SHADE * lead, self.ax_)

    def draw_lines(self) -> None:
        """Draw, in place of lines drawn before, where two classes are equally likely."""
        for line in getattr(self, "lines_", []):
            line.remove()
        self.lines_ = []
        horizontal, vertical = self.axes
        n_rows, n_columns, n_classes = self.probabilities.shape
        leads = leads_of(self.probabilities) if self.leads is None else self.leads
        for index in range(n_classes if n_classes > 2 else n_classes - 1):
            lead = leads[..., index]
            if lead.min() < 0 < lead.max():
                line = self.ax_.contour(
                    horizontal.coordinates(n_columns),
                    vertical.coordinates(n_rows),
                    lead,
                    levels=[0],
                    colors=ink(),
                    linewidths=1.2,
                )
                self.lines_.append(line)

    @property
    def _has_categories(self) -> bool:
        return any(axis.categories for axis in self.axes)

    @property
    def _point_size(self) -> float:
        # Many points are drawn smaller, so that those below remain visible.
        return float(np.clip(9000 / max(len(self.places), 1), 8, _LARGEST_POINT))

    def _draw_points(self) -> None:
        places = self._spread_places()
        missing = np.isnan(places).any(axis=1)
        if missing.any():
            are, their = ("is", "its") if missing.sum() == 1 else ("are", "their")
            warn(
                f"{missing.sum()} of {len(places)} points {are} not drawn: "
                f"one of {their} two features is missing",
                ErrorestWarning,
            )
        size = self._point_size
        self.points_ = []
        for index, name in enumerate(self.class_names):
            style = class_styles(len(self.class_names))[index]
            chosen = places[(self.labels == index) & ~missing]
            points = self.ax_.scatter(
                chosen[:, 0],
                chosen[:, 1],
                s=size,
                c=style.color,
                marker=style.marker,
                edgecolors="white",
                linewidths=size / _LARGEST_POINT,
                label=name,
            )
            self.points_.append(points)

    def _spread_places(self) -> NDArray[np.floating]:
        """Spread the points of one word over its band, so that they do not hide each other."""
        places = self.places.copy()
        rng = np.random.default_rng(0)
        for column, axis in enumerate(self.axes):
            if axis.categories:
                places[:, column] += rng.uniform(-0.35, 0.35, len(places))
        return places

    def _legend_handles(self) -> list[Any]:
        if self.leads is None or len(self.class_names) != 2:
            return list(self.points_)
        shades = self.shade(np.eye(2))
        areas = [
            Patch(color=tuple(shade), label=f"{sign} area")
            for sign, shade in zip(("negative", "positive"), shades, strict=True)
        ]
        return [*self.points_, *areas]


def leads_of(amounts: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return by how much each class is ahead of the best of the others."""
    if amounts.ndim == 1:
        return np.stack([-amounts, amounts], axis=-1)
    n_classes = amounts.shape[-1]
    if n_classes == 1:
        return amounts
    others = [np.delete(amounts, index, axis=-1).max(axis=-1) for index in range(n_classes)]
    leads: NDArray[np.floating] = amounts - np.stack(others, axis=-1)
    return leads


def plane_of(
    estimator: Any, X: Any, features: Sequence[int | str] | None
) -> tuple[Any, Any, Plane]:
    """Choose the plane to draw on, and the classifier and rows in whose terms it is.

    Parameters
    ----------
    estimator : classifier
    X : array-like or DataFrame of shape (n_samples, n_features)
    features : pair of int or str, or None

    Returns
    -------
    estimator : classifier
        The principal components of a table are those of its encoded columns, and so this is the
        classifier of encoded rows.
    X : array-like or DataFrame
    plane : Plane
    """
    X = frame_or_array(X)
    if X.ndim != 2:
        raise PictureError(f"X must have the shape (n_samples, n_features), not {X.shape}")
    n_features = X.shape[1]
    if n_features < 2:
        raise PictureError(
            f"a boundary is drawn over two features, not over {n_features}: "
            "ProbabilityCurveDisplay draws one"
        )
    if features is not None:
        return estimator, X, FeaturePlane(X, features)
    if n_features == 2:
        return estimator, X, FeaturePlane(X, (0, 1))
    estimator, X = unwrapped(estimator, X)
    return estimator, X, PrincipalPlane(X)


def class_probabilities(estimator: Any, rows: Any) -> NDArray[np.floating]:
    """Return the probability of each class, 0 or 1 from a classifier that has none.

    Parameters
    ----------
    estimator : classifier
    rows : array-like or DataFrame of shape (n_rows, n_features)

    Returns
    -------
    array of shape (n_rows, n_classes)
    """
    if hasattr(estimator, "predict_proba"):
        return np.asarray(estimator.predict_proba(rows))
    chosen = estimator.predict(rows)[:, None] == estimator.classes_
    return np.asarray(chosen, dtype=np.float64)
