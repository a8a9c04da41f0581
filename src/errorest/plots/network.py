"""A network as a picture: inputs, bias nodes, weights, and each unit's output as a map."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.lines import Line2D
from matplotlib.offsetbox import AnnotationBbox, OffsetImage
from numpy.typing import NDArray

from errorest.exceptions import PictureError
from errorest.network.dense_form import dense_form
from errorest.network.network import Network
from errorest.network.unit_names import unit_names
from errorest.plots.axes import axes_or_new
from errorest.plots.graph import NetworkGraph
from errorest.plots.inner import input_names_of, unwrapped
from errorest.plots.palette import NEGATIVE, POSITIVE, ink, sign_colors
from errorest.plots.plane import FeaturePlane, Plane, PrincipalPlane
from errorest.plots.short_names import shortened

__all__ = [
    "LINE_HEIGHT",
    "NetworkDisplay",
    "draw_bias_node",
    "draw_hidden_name",
    "draw_left_out",
    "draw_name",
    "draw_sign_legend",
    "network_names",
    "on_paper",
]

LINE_HEIGHT = 7.0
"""In points: labels that are closer would overlap."""

# In points, between a unit and its name above.
_GAP = 2.0


@dataclass(eq=False, repr=False)
class NetworkDisplay:
    """A network as a graph.

    Parameters
    ----------
    network : Network
        Of dense layers, with NumPy parameters.
    names : list of list of str
        Of the units, as :func:`errorest.network.unit_names.unit_names` gives them.
    views : list of arrays of shape (n_rows, n_columns, n_units), optional
        The outputs of each layer's units on a plane, from -1 to 1.
    max_units : int, default=12
        How many units of a layer to show; of more, those with the largest weights, and the
        picture says so.
    made_by : str, default=""
        Which layers make the inputs, if others stand in front of the dense ones.

    Attributes
    ----------
    ax_ : matplotlib Axes
    edges_ : list of arrays of matplotlib Line2D
        For each layer, of shape (n_in + 1, n_out), the biases last.
    thumbnails_ : list of matplotlib AnnotationBbox
    is_summary_ : bool
        Whether units were left out.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from errorest import Perceptron
    >>> perceptron = Perceptron().fit([[9, 8], [3, 4], [7, 6]], [1, 0, 1])
    >>> display = NetworkDisplay.from_estimator(perceptron)
    >>> display.edges_[0].shape
    (3, 1)
    >>> plt.close()
    """

    network: Network
    names: list[list[str]]
    views: list[NDArray[np.floating]] | None = None
    max_units: int = 12
    made_by: str = ""
    ax_: Axes = field(init=False)
    edges_: list[NDArray[np.object_]] = field(init=False)
    thumbnails_: list[AnnotationBbox] = field(init=False)
    is_summary_: bool = field(init=False)

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any = None,
        *,
        input_names: Sequence[str] | NDArray[Any] | None = None,
        max_units: int = 12,
        ax: Axes | None = None,
    ) -> "NetworkDisplay":
        """Draw the network of a fitted classifier.

        Parameters
        ----------
        estimator : classifier
            Or a TableClassifier with one inside.
        X : array-like or DataFrame of shape (n_samples, n_features), optional
            With at least two features, each unit shows its output as a map of the two, or of the
            first two principal components; of what the layers in front of the dense ones make
            of them, if there are any.
        input_names : sequence of str, optional
            By default those that the classifier knows, or x1, x2, ...
        max_units : int, default=12
        ax : matplotlib Axes, optional

        Returns
        -------
        NetworkDisplay

        Raises
        ------
        PictureError
            If the classifier holds no network.
        ValueError
            If X has not the features of the network.
        """
        names = network_names(estimator, input_names)
        estimator, X = unwrapped(estimator, X)
        form = dense_form(estimator.network_)
        network, views = form.network, None
        if X is not None and network.n_features >= 2:
            rows, n_features = np.asarray(X, dtype=np.float64), estimator.network_.n_features
            if rows.shape[1:] != (n_features,):
                raise ValueError(
                    f"X has the shape {rows.shape}, but the network takes rows of {n_features} "
                    "features"
                )
            inner = form.prepared(rows)
            plane = FeaturePlane(inner, (0, 1)) if inner.shape[1] == 2 else PrincipalPlane(inner)
            views = _views(network, plane)
        return cls(network, names, views, max_units, form.kinds).plot(ax=ax)

    def plot(self, *, ax: Axes | None = None) -> "NetworkDisplay":
        """Draw the network.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            By default a new one of a fitting size.

        Returns
        -------
        self
        """
        graph = NetworkGraph(self.network, max_units=self.max_units)
        self.is_summary_ = graph.is_summary
        height = float(np.clip(1.2 + 0.62 * graph.height, 2.8, 7))
        self.ax_ = axes_or_new(ax, height=height, width=graph.width)
        graph.set_limits(self.ax_)
        self.edges_ = graph.draw_edges(self.ax_)
        self.thumbnails_ = []
        for column in range(graph.n_columns):
            self._draw_column(graph, column)
        draw_sign_legend(self.ax_, graph, made_by=self.made_by)
        return self

    def _draw_column(self, graph: NetworkGraph, column: int) -> None:
        is_first, is_last = column == 0, column == graph.n_columns - 1
        size = float(np.clip(0.72 * graph.pitch(self.ax_), 6, 40))
        names = shortened([self.names[column][unit] for unit in graph.shown[column]])
        for rank, (unit, name) in enumerate(zip(graph.shown[column], names, strict=True)):
            place = graph.place(column, rank)
            self._draw_unit(place, size, column, int(unit))
            if is_first or is_last:
                draw_name(self.ax_, place, name, 0.5 * size + 5, left=is_first)
            elif graph.pitch(self.ax_) > size + _GAP + LINE_HEIGHT:
                draw_hidden_name(self.ax_, place, name, 0.5 * size + _GAP)
        if not is_last:
            draw_bias_node(self.ax_, graph.bias_place(column))
        draw_left_out(self.ax_, graph, column)

    def _draw_unit(self, place: tuple[float, float], size: float, column: int, unit: int) -> None:
        if self.views is None or column == 0:
            self.ax_.plot(
                *place,
                marker="o",
                markersize=0.8 * size,
                color=self.ax_.get_facecolor(),
                markeredgecolor=ink(),
                clip_on=False,
                zorder=3,
            )
            return
        view = self.views[column - 1][::-1, :, unit]
        image = OffsetImage(
            view, zoom=size / len(view), cmap=sign_colors(self.ax_), norm=Normalize(-1, 1)
        )
        frame = AnnotationBbox(image, place, pad=0.05, bboxprops={"edgecolor": ink()})
        self.ax_.add_artist(frame).set_zorder(3)
        self.thumbnails_.append(frame)


def draw_bias_node(ax: Axes, place: tuple[float, float]) -> None:
    """Draw the node that is always 1, in a square of its own."""
    box = {"boxstyle": "square,pad=0.3", "facecolor": ax.get_facecolor(), "edgecolor": ink()}
    ax.text(*place, "1", ha="center", va="center", fontsize="x-small", bbox=box, zorder=4)


def draw_name(
    ax: Axes, place: tuple[float, float], name: str, distance: float, *, left: bool
) -> None:
    """Write the name of an input or output beside it, at a distance in points."""
    ax.annotate(
        name,
        place,
        xytext=(-distance if left else distance, 0),
        textcoords="offset points",
        ha="right" if left else "left",
        va="center",
        fontsize="small",
    )


def draw_hidden_name(ax: Axes, place: tuple[float, float], name: str, distance: float) -> None:
    """Write the name of a hidden unit above it, at a distance in points."""
    ax.annotate(
        name,
        place,
        xytext=(0, distance),
        textcoords="offset points",
        ha="center",
        va="bottom",
        fontsize="x-small",
        bbox=on_paper(ax),
        zorder=4,
    )


def on_paper(ax: Axes) -> dict[str, Any]:
    """Return a ground on which a text can be read above an edge."""
    return {"boxstyle": "square,pad=0.05", "color": ax.get_facecolor(), "alpha": 0.8}


def draw_left_out(ax: Axes, graph: NetworkGraph, column: int) -> None:
    """Say below a column how many of its units are not shown."""
    if graph.n_left_out[column]:
        x, y = graph.place(column, len(graph.shown[column]))
        note = f"and {graph.n_left_out[column]} more"
        ax.text(x, y, note, ha="center", va="center", fontsize="x-small")


def draw_sign_legend(
    ax: Axes, graph: NetworkGraph, what: str = "weight", made_by: str = ""
) -> None:
    """Say below a network what the lines are, where inputs come from, and if it is a summary."""
    notes = [f"Inputs as made by {made_by}"] if made_by else []
    if graph.is_summary:
        kept = " and the true class" if graph.target is not None and graph.n_left_out[-1] else ""
        notes.append(f"The units with the largest weights{kept}")
    handles = [
        Line2D([], [], color=POSITIVE, linewidth=2.5, label=f"positive {what}"),
        Line2D([], [], color=NEGATIVE, linewidth=2.5, linestyle=(0, (2, 0.8)), label="negative"),
    ]
    ax.legend(
        handles=handles,
        loc="upper center",
        bbox_to_anchor=(0.5, 0.02),
        ncols=2,
        frameon=False,
        fontsize="small",
        title=". ".join(notes) or None,
        title_fontsize="small",
    )


def network_names(
    estimator: Any, input_names: Sequence[str] | NDArray[Any] | None = None
) -> list[list[str]]:
    """Name the units of a fitted classifier's network after its columns and classes.

    Parameters
    ----------
    estimator : classifier
        Or a TableClassifier with one inside.
    input_names : sequence of str, optional
        By default those that the classifier knows, or x1, x2, ...

    Returns
    -------
    list of list of str

    Raises
    ------
    PictureError
        If the classifier holds no network.
    """
    inner, _ = unwrapped(estimator)
    if not hasattr(inner, "network_"):
        raise PictureError(f"a {type(inner).__name__} has no network to draw")
    if input_names is None:
        input_names = input_names_of(estimator)
    network = inner.network_
    class_names = [str(label) for label in inner.classes_][-network.n_outputs :]
    names = unit_names(network, input_names, class_names)
    form = dense_form(network)
    return unit_names(form.network, form.names(names[0]), class_names)


def _views(network: Network, plane: Plane) -> list[NDArray[np.floating]]:
    """Return the answers of all units on a plane, 0 where the unit is undecided."""
    grid = np.stack(np.meshgrid(*(axis.coordinates(48) for axis in plane.axes)), -1)
    outputs = plane.rows(grid.reshape(-1, 2)).astype(network.parameters.dtype)
    views: list[NDArray[np.floating]] = []
    for layer, parameters in network.dense_layers():
        _, outputs = layer.feedforward(parameters, outputs)
        undecided = np.asarray(layer.activation(np.zeros(1)))
        if layer is network.layers[-1]:
            answers = np.asarray(network.loss.output(outputs)) * 2 - 1
        else:
            answers = outputs - undecided
        largest = np.abs(answers).max(axis=0)
        answers = answers / np.where(largest > 0, largest, 1)
        views.append(answers.reshape(*grid.shape[:2], -1))
    return views
