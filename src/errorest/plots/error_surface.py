"""Mount Errorest: the loss over two directions of the weights, and the path down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike, NDArray

from errorest.network.network import Network
from errorest.network.unit_names import parameter_names
from errorest.plots.descent import Descent, record_descent
from errorest.plots.inner import input_names_of, unwrapped
from errorest.plots.palette import NEGATIVE, ink
from errorest.plots.short_names import shortened
from errorest.training import error_surface

__all__ = ["ErrorSurfaceDisplay"]

_COLORS = "cividis"


@dataclass(eq=False, repr=False)
class ErrorSurfaceDisplay:
    """The mean loss of the rows over a plane of weights.

    Parameters
    ----------
    across, up : arrays of shape (n_columns,) and (n_rows,)
        Coordinates in the two directions.
    losses : array of shape (n_rows, n_columns)
    path : array of shape (n_networks, 2)
        Where the training went, its start included.
    path_losses : array of shape (n_networks,)
        The loss there, of all weights as they were.
    direction_names : pair of str

    Attributes
    ----------
    ax_ : matplotlib Axes
    surface_ : matplotlib QuadContourSet or Poly3DCollection
    path_ : matplotlib Line2D
    outline_ : matplotlib Line2D or None
        What sets the path off from the contours.
    descent_ : Descent or None
        The training whose path it is, if :meth:`from_estimator` made it.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from errorest import LogisticRegression
    >>> X, y = [[0.0], [1.0], [2.0], [3.0]], ["no", "yes", "no", "yes"]
    >>> model = LogisticRegression(solver="sgd", learning_rate_init=0.5)
    >>> display = ErrorSurfaceDisplay.from_estimator(model, X, y, weights=(0, 1))
    >>> bool(display.losses.min() <= display.path_losses[-1])
    True
    >>> plt.close()
    """

    across: NDArray[np.floating]
    up: NDArray[np.floating]
    losses: NDArray[np.floating]
    path: NDArray[np.floating]
    path_losses: NDArray[np.floating]
    direction_names: tuple[str, str]
    descent_: Descent | None = field(init=False, default=None)
    ax_: Any = field(init=False)
    surface_: Any = field(init=False)
    path_: Line2D = field(init=False)
    outline_: Line2D | None = field(init=False, default=None)

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: ArrayLike,
        y: ArrayLike,
        *,
        weights: tuple[int, int] | None = None,
        kind: Literal["contour", "3d"] = "contour",
        resolution: int = 60,
        ax: Axes | None = None,
    ) -> ErrorSurfaceDisplay:
        """Train a copy of a classifier, and draw the way it took.

        Parameters
        ----------
        estimator : LogisticRegression, MLPClassifier or TableClassifier
            Its settings; it is not changed.
        X : array-like or DataFrame of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
        weights : pair of int, optional
            Places in the network's parameter vector of the two weights to vary, the others
            being those at the end. By default the two principal directions of the path.
        kind : {"contour", "3d"}, default="contour"
        resolution : int, default=60
            Number of columns and rows at which the loss is measured.
        ax : matplotlib Axes, optional
            For 3-D it must have that projection.

        Returns
        -------
        ErrorSurfaceDisplay

        Raises
        ------
        ValueError
            If the classifier does not train step by step, or there are no such two weights, or no
            such kind.
        """
        descent = record_descent(estimator, X, y)
        networks, input_names = descent.networks, input_names_of(descent.estimator)
        _, X = unwrapped(descent.estimator, X)
        classes = np.unique(np.asarray(y))
        dtype = networks[0].parameters.dtype
        targets = np.searchsorted(classes, np.asarray(y))
        names = parameter_names(
            networks[-1],
            input_names,
            [str(label) for label in classes[-networks[-1].n_outputs :]],
        )
        display = cls.from_path(
            networks,
            np.ascontiguousarray(X, dtype=dtype),
            targets,
            weights=weights,
            names=names,
            resolution=resolution,
        )
        display.descent_ = descent
        return display.plot(kind=kind, ax=ax)

    @classmethod
    def from_path(
        cls,
        networks: Sequence[Network],
        X: NDArray[np.floating],
        targets: NDArray[Any],
        *,
        weights: tuple[int, int] | None = None,
        names: Sequence[str] | None = None,
        resolution: int = 60,
    ) -> ErrorSurfaceDisplay:
        """Measure the surface around a path, without drawing it.

        Parameters
        ----------
        networks : sequence of Network
            Of the same shape: the start, and one for each step.
        X : array of shape (n_samples, n_features)
        targets : array of shape (n_samples,) or (n_samples, n_outputs)
            As for :func:`errorest.engine.loss_and_gradient`.
        weights : pair of int, optional
            As for :meth:`from_estimator`.
        names : sequence of str, optional
            Of all parameters, by default as :func:`errorest.network.unit_names.parameter_names`
            gives them.
        resolution : int, default=60
            As for :meth:`from_estimator`.

        Returns
        -------
        ErrorSurfaceDisplay
        """
        surface = error_surface(
            networks, X, targets, weights=weights, names=names, resolution=resolution
        )
        return cls(**vars(surface))

    def plot(
        self, *, kind: Literal["contour", "3d"] = "contour", ax: Axes | None = None
    ) -> ErrorSurfaceDisplay:
        """Draw the surface and the path.

        Parameters
        ----------
        kind : {"contour", "3d"}, default="contour"
        ax : matplotlib Axes, optional
            By default a new one.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If there is no such kind.
        """
        if kind not in ("contour", "3d"):
            raise ValueError(f"kind must be 'contour' or '3d', not {kind!r}")
        if ax is None:
            projection = "3d" if kind == "3d" else None
            ax = plt.figure(layout="constrained").add_subplot(projection=projection)
        self.ax_ = ax
        if kind == "3d":
            self._plot_3d()
        else:
            self._plot_contour()
        across, up = shortened(self.direction_names, 36)
        self.ax_.set(xlabel=across, ylabel=up)
        return self

    def _plot_contour(self) -> None:
        # Evenly spaced ranks of height, so that the bottom of a steep valley has lines too.
        levels = np.unique(np.quantile(self.losses, np.linspace(0, 1, 18)))
        if len(levels) < 2:
            levels = np.array([levels[0] - 0.5, levels[0] + 0.5])
        self.surface_ = self.ax_.contourf(
            self.across, self.up, self.losses, levels=levels, cmap=_COLORS
        )
        self.ax_.figure.colorbar(self.surface_, ax=self.ax_, label="loss", format="%.3g")
        (self.outline_,) = self.ax_.plot(*self.path.T, color="white", linewidth=3.5)
        (self.path_,) = self.ax_.plot(
            *self.path.T, color=NEGATIVE, linewidth=1.8, marker=".", markersize=5
        )
        # Labels of small weights are long, and would overlap.
        self.ax_.ticklabel_format(axis="both", scilimits=(-2, 4))
        self._mark_ends(*self.path.T)
        self.ax_.legend()

    def _plot_3d(self) -> None:
        columns, rows = np.meshgrid(self.across, self.up)
        self.surface_ = self.ax_.plot_surface(
            columns, rows, self.losses, cmap=_COLORS, alpha=0.85, linewidth=0, antialiased=True
        )
        # A path below its own surface would be hidden by it.
        lift = 0.01 * float(np.ptp(self.losses))
        heights = self._heights() + lift
        (self.path_,) = self.ax_.plot(
            *self.path.T, heights, color=NEGATIVE, linewidth=2.2, zorder=10
        )
        self._mark_ends(*self.path.T, heights)
        # Nothing stands there; matplotlib would look at the whole surface to find a place.
        self.ax_.legend(loc="upper right")
        self.ax_.set_zlabel("loss", labelpad=8)
        self.ax_.xaxis.labelpad = self.ax_.yaxis.labelpad = 8
        self.ax_.locator_params(nbins=5)
        self.ax_.tick_params(labelsize="small")
        self.ax_.view_init(elev=38, azim=-60)
        self.ax_.set_box_aspect(None, zoom=0.85)
        paper = to_rgba(self.ax_.get_facecolor())
        for axis in (self.ax_.xaxis, self.ax_.yaxis, self.ax_.zaxis):
            axis.set_pane_color(paper)
            axis.line.set_color(ink())

    def _mark_ends(self, *coordinates: NDArray[np.floating]) -> None:
        for index, marker, label in ((0, "o", "start"), (-1, "*", "end")):
            self.ax_.plot(
                *(values[[index]] for values in coordinates),
                marker=marker,
                markersize=7 if marker == "o" else 14,
                color="white",
                markeredgecolor="black",
                linestyle="",
                label=label,
                zorder=11,
            )

    def _heights(self) -> NDArray[np.floating]:
        """Return the height of the surface under the path, interpolated."""
        from scipy.interpolate import RegularGridInterpolator

        surface = RegularGridInterpolator((self.up, self.across), self.losses)
        return np.asarray(surface(self.path[:, ::-1]))
