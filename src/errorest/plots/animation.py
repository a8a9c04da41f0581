"""Trainings as films: the line or curve that moves, and the descent on Mount Errorest."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any, Literal, cast

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.pipeline import Pipeline

from errorest import engine
from errorest.estimators import Perceptron, TableClassifier
from errorest.estimators.labels import Labels
from errorest.exceptions import PictureError
from errorest.maths.losses import perceptron_loss
from errorest.network.network import Network
from errorest.plots.boundary import BoundaryDisplay, plane_of
from errorest.plots.descent import record_descent, record_perceptron
from errorest.plots.error_surface import ErrorSurfaceDisplay
from errorest.plots.film import Film
from errorest.plots.inner import unwrapped
from errorest.plots.palette import ink
from errorest.plots.probability_curve import ProbabilityCurveDisplay, curve_rows
from errorest.plots.table_boundary import map_columns
from errorest.training import thinned

__all__ = ["animate_training"]

Encode = Callable[[Any], NDArray[np.floating]]

# A film's map is seen for a moment only.
_RESOLUTION = 120


def animate_training(
    estimator: Any,
    X: Any,
    y: ArrayLike,
    *,
    view: Literal["boundary", "contour", "3d"] = "boundary",
    features: Sequence[int | str] | None = None,
    max_frames: int = 60,
) -> Film:
    """Train a copy of a classifier, and make a film of how it changes.

    Parameters
    ----------
    estimator : Perceptron, LogisticRegression, MLPClassifier or TableClassifier
        Its settings; it is not changed. The same ``random_state`` gives the same film. Of a
        classifier that trains several networks in cycles, the film shows one of them at the end of
        each cycle, and says so.
    X : array-like or DataFrame of shape (n_samples, n_features)
        Of numbers, unless it is for a TableClassifier or a pipeline. A pipeline's map is that of
        the numbers which its last step is given.
    y : array-like of shape (n_samples,)
    view : {"boundary", "contour", "3d"}, default="boundary"
        The map of the features, on which a perceptron's points say "come closer" one by one; or
        the descent on the error surface.
    features : pair of int or str, optional
        As for :meth:`BoundaryDisplay.from_estimator`; of a TableClassifier as for
        :func:`errorest.plots.draw_table_boundary`.
    max_frames : int, default=60
        Of a longer training, frames are left out, more of them towards its end.

    Returns
    -------
    Film

    Raises
    ------
    PictureError
        If the classifier does not train step by step, or there is nothing to draw on.

    Examples
    --------
    >>> from errorest import Perceptron
    >>> X, y = [[9, 8], [3, 4], [7, 6]], ["accepted", "rejected", "accepted"]
    >>> film = animate_training(Perceptron(), X, y)
    >>> film.title
    'Perceptron, point by point'
    """
    if max_frames < 1:
        raise ValueError(f"max_frames must be at least 1, not {max_frames}")
    if view not in ("boundary", "contour", "3d"):
        raise ValueError(f"view must be 'boundary', 'contour' or '3d', not {view!r}")
    if np.ndim(y) != 1:
        raise PictureError("a film is of one class per row, not of several labels")
    if view != "boundary":
        return _descent_film(estimator, X, y, view, max_frames)
    if isinstance(estimator, Pipeline):
        if len(estimator) > 1:
            X = clone(estimator[:-1]).fit_transform(X, y)
        estimator = estimator[-1]
    inside = estimator.estimator if isinstance(estimator, TableClassifier) else estimator
    if isinstance(inside, Perceptron):
        return _perceptron_film(estimator, X, y, features, max_frames)
    descent = record_descent(estimator, X, y)
    networks = descent.networks
    moments = thinned(len(networks), max_frames)
    cells, features, encode = _shown(descent.estimator, X, y, features)
    has_one_feature = np.shape(cells)[1] == 1
    scene = _Curve(cells, y, encode) if has_one_feature else _Map(cells, y, features, encode)
    scene.begin(networks[0])

    def draw(frame: int) -> None:
        scene.show(networks[moments[frame]])
        scene.display.ax_.set_title(f"{step} {moments[frame]} of {len(networks) - 1}")

    step = descent.step
    title = f"{descent.name}, {step} by {step}{descent.which}"
    return Film(_figure_of(scene.display), draw, len(moments), 10, title)


def _shown(
    fitted: Any, X: Any, y: ArrayLike, features: Sequence[int | str] | None
) -> tuple[Any, Sequence[int | str] | None, Encode]:
    """Return rows as the axes show them, which features these are, and what encodes such rows."""
    if not isinstance(fitted, TableClassifier):
        return X, features, np.asarray
    columns = map_columns(fitted, X, y, cast("Sequence[str] | None", features))
    return fitted.schema_.readable(X), columns, fitted.encode


def _perceptron_film(
    estimator: Any,
    X: Any,
    y: ArrayLike,
    features: Sequence[int | str] | None,
    max_frames: int,
) -> Film:
    fitted = clone(estimator)
    with warnings.catch_warnings():
        # The film says so itself.
        warnings.simplefilter("ignore", ConvergenceWarning)
        fitted.fit(X, y)
    cells, features, encode = _shown(fitted, X, y, features)
    scene = _Map(cells, y, features, encode)
    fitted, X = unwrapped(fitted, X)
    steps = record_perceptron(fitted, X, y)
    moments = thinned(len(steps), max_frames)
    scene.begin(steps[0].network)
    ax, places = scene.display.ax_, scene.display.places
    ring = ax.scatter([], [], s=160, facecolors="none", edgecolors=ink(), linewidths=2, zorder=4)

    def draw(frame: int) -> None:
        step = steps[moments[frame]]
        if step.caller is None:
            scene.show(step.network)
            ring.set_offsets(np.empty((0, 2)))
            points = "every point says “I'm good”"
            if not fitted.converged_:
                points = "points still said “come closer”"
            ax.set_title(f"epoch {step.epoch}, the last: {points}")
            return
        after = steps[moments[frame] + 1].network if moments[frame] + 1 < len(steps) else None
        scene.show(step.network, after)
        ring.set_offsets(places[[step.caller]])
        name = scene.display.class_names[scene.display.labels[step.caller]]
        mistake = f"epoch {step.epoch}, mistake {moments[frame] + 1}"
        ax.set_title(f"{mistake}: a point of {name} says “come closer”")

    return Film(_figure_of(scene.display), draw, len(moments), 2, "Perceptron, point by point")


def _descent_film(
    estimator: Any, X: Any, y: ArrayLike, kind: Literal["contour", "3d"], max_frames: int
) -> Film:
    display = ErrorSurfaceDisplay.from_estimator(estimator, X, y, kind=kind)
    descent = display.descent_
    assert descent is not None
    # Of a 3-D line, with which the types do not reckon.
    path: Any = display.path_
    outline: Any = display.outline_
    whole = np.array(path.get_data_3d() if kind == "3d" else path.get_data())
    moments = thinned(len(display.path_losses), max_frames)
    walker: Any = display.ax_.plot(
        *whole[:, :1], marker="o", markersize=8, color=path.get_color(), markeredgecolor="white"
    )[0]
    walker.set_zorder(12)

    def draw(frame: int) -> None:
        moment = moments[frame]
        walked = whole[:, : moment + 1]
        if kind == "3d":
            path.set_data_3d(*walked)
            walker.set_data_3d(*walked[:, -1:])
        else:
            path.set_data(*walked)
            walker.set_data(*walked[:, -1:])
            outline.set_data(*walked)
        display.ax_.set_title(f"{descent.step} {moment}: loss {display.path_losses[moment]:.4g}")

    title = f"{descent.name}'s descent on the error surface{descent.which}"
    return Film(_figure_of(display), draw, len(moments), 10, title)


class _Map:
    """A map of two features, on which one network is shown after another."""

    display: BoundaryDisplay

    def __init__(
        self, X: Any, y: ArrayLike, features: Sequence[int | str] | None, encode: Encode
    ) -> None:
        classes, self._indices = np.unique(np.asarray(y), return_inverse=True)
        self._labels = Labels(classes)
        _, self._X, self._plane = plane_of(None, X, features)
        self._coordinates = [axis.coordinates(_RESOLUTION) for axis in self._plane.axes]
        grid = np.stack(np.meshgrid(*self._coordinates), -1)
        self._rows = encode(self._plane.rows(grid.reshape(-1, 2)))
        self._after: Any = None

    def begin(self, network: Network) -> None:
        """Draw the map of the first network."""
        self.display = BoundaryDisplay(
            self._plane.axes,
            self._probabilities(network),
            self._plane.places(self._X),
            self._indices,
            [str(label) for label in self._labels.classes],
            self._leads(network),
        ).plot()
        _set_aside(self.display.ax_)

    def show(self, network: Network, after: Network | None = None) -> None:
        """Show a network, and, dashed, the line of the one that comes after it."""
        display = self.display
        display.probabilities, display.leads = self._probabilities(network), self._leads(network)
        display.shade_.set_data(display.shade(display.probabilities))
        display.draw_lines()
        if self._after is not None:
            self._after.remove()
            self._after = None
        if after is None:
            return
        lead = self._logits(after)[..., 0]
        if lead.min() < 0 < lead.max():
            self._after = display.ax_.contour(
                *self._coordinates, lead, levels=[0], colors=ink(), linestyles="--", linewidths=1
            )

    def _logits(self, network: Network) -> NDArray[np.floating]:
        logits = _logits(network, self._rows)
        return logits.reshape(_RESOLUTION, _RESOLUTION, -1)

    def _probabilities(self, network: Network) -> NDArray[np.floating]:
        logits = self._logits(network)
        if network.loss == perceptron_loss:
            return np.concatenate([logits < 0, logits >= 0], axis=-1).astype(np.float64)
        flat = self._labels.probabilities(logits.reshape(_RESOLUTION**2, -1))
        return flat.reshape(_RESOLUTION, _RESOLUTION, -1)

    def _leads(self, network: Network) -> NDArray[np.floating] | None:
        """Return the logits of a perceptron's line, which has no probabilities."""
        if network.loss != perceptron_loss:
            return None
        logits = self._logits(network)
        return np.concatenate([-logits, logits], axis=-1)


class _Curve:
    """Probability over the only feature, of one network after another."""

    display: ProbabilityCurveDisplay

    def __init__(self, X: Any, y: ArrayLike, encode: Encode) -> None:
        classes, self._indices = np.unique(np.asarray(y), return_inverse=True)
        self._labels = Labels(classes)
        self._name, self._x, rows = curve_rows(X, 2 * _RESOLUTION)
        self._points = np.asarray(X, dtype=np.float64)[:, 0]
        self._rows = encode(rows)

    def begin(self, network: Network) -> None:
        """Draw the curve of the first network."""
        self.display = ProbabilityCurveDisplay(
            self._x,
            self._probabilities(network),
            self._points,
            self._indices,
            [str(label) for label in self._labels.classes],
            self._name,
        ).plot()
        _set_aside(self.display.ax_)

    def _probabilities(self, network: Network) -> NDArray[np.floating]:
        return self._labels.probabilities(_logits(network, self._rows))

    def show(self, network: Network) -> None:
        """Show a network."""
        display = self.display
        probabilities = self._probabilities(network)
        # Of two classes only the second one has a line.
        curves = probabilities.T[-len(display.lines_) :]
        for line, curve in zip(display.lines_, curves, strict=True):
            line.set_ydata(curve)


def _logits(network: Network, rows: Any) -> NDArray[np.floating]:
    prepared = np.ascontiguousarray(rows, dtype=network.parameters.dtype)
    return np.asarray(engine.forward(network, prepared))


def _set_aside(ax: Axes) -> None:
    """Put the legend beside the axes, where it covers nothing whatever moves."""
    legend = ax.get_legend()
    assert legend is not None
    legend.set_loc("upper left")
    legend.set_bbox_to_anchor((1, 1), ax.transAxes)
    # In the few pixels of a film, text is wider than where it was laid out.
    layout: Any = ax.figure.figure.get_layout_engine()
    layout.set(w_pad=0.15)


def _figure_of(display: Any) -> Figure:
    return cast(Figure, display.ax_.figure)
