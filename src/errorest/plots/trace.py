"""One point on a picture of the network: its way forward, and the way of its error back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from numpy.typing import ArrayLike, NDArray
from sklearn.pipeline import Pipeline

from errorest.network.trace import Trace
from errorest.plots.graph import NetworkGraph
from errorest.plots.inner import input_names_of, unwrapped
from errorest.plots.network import (
    LINE_HEIGHT,
    draw_bias_node,
    draw_hidden_name,
    draw_left_out,
    draw_name,
    draw_sign_legend,
    on_paper,
)
from errorest.plots.palette import ink, sign_colors
from errorest.plots.short_names import shortened

__all__ = ["TraceDisplay"]

# In inches: what a title and a legend take.
_AROUND = 0.85


@dataclass(eq=False, repr=False)
class TraceDisplay:
    """The numbers of one point on its network: outputs and weights, and below deltas and gradients.

    The edges of a layer that has no room for their numbers show them by thickness and colour only.

    Parameters
    ----------
    trace : Trace
    max_units : int, default=6
        How many units of a layer to show; of more, those with the largest weights and the true
        class, and the picture says so.

    Attributes
    ----------
    axes_ : tuple of matplotlib Axes
        Feedforward, and backpropagation if the point has a target.
    edges_ : list of lists of arrays of matplotlib Line2D
        For each picture and layer, of shape (n_in + 1, n_out), the biases last.
    numbers_ : list of lists of matplotlib Text
        For each picture, those in the units.
    is_summary_ : bool
        Whether units were left out.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from errorest import LogisticRegression
    >>> model = LogisticRegression().fit([[9, 8], [3, 4], [7, 6]], [1, 0, 1])
    >>> display = TraceDisplay.from_estimator(model, [[7, 6]], 1)
    >>> [ax.get_title(loc="left").split(":")[0] for ax in display.axes_]
    ['Feedforward', '← Backpropagation']
    >>> plt.close()
    """

    trace: Trace
    max_units: int = 6
    axes_: tuple[Axes, ...] = field(init=False)
    edges_: list[list[NDArray[np.object_]]] = field(init=False)
    numbers_: list[list[Text]] = field(init=False)
    is_summary_: bool = field(init=False)
    _values: list[list[NDArray[np.floating]]] = field(init=False, repr=False)

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: ArrayLike,
        y: Any = None,
        *,
        max_units: int = 6,
        axes: Sequence[Axes] | None = None,
    ) -> TraceDisplay:
        """Draw one sample on the network of a fitted classifier.

        Parameters
        ----------
        estimator : classifier
            Whose ``trace`` follows the sample, or a pipeline that ends with one.
        X : array-like or DataFrame of shape (1, n_features)
        y : label, optional
            The sample's class; without it only the way forward is drawn.
        max_units : int, default=6
        axes : sequence of matplotlib Axes, optional
            Two of them, or one without ``y``.

        Returns
        -------
        TraceDisplay
        """
        if isinstance(estimator, Pipeline):
            names = input_names_of(estimator)
            estimator, X = unwrapped(estimator, X)
            traced = estimator.trace(X, y, input_names=names)
        else:
            traced = estimator.trace(X, y)
        return cls(traced, max_units).plot(axes=axes)

    def plot(self, *, axes: Sequence[Axes] | None = None) -> TraceDisplay:
        """Draw the way forward, and below it the way back.

        Parameters
        ----------
        axes : sequence of matplotlib Axes, optional
            By default new ones of a fitting size.

        Returns
        -------
        self
        """
        graph = NetworkGraph(self.trace.network, max_units=self.max_units, target=self.trace.target)
        n_pictures = 2 if self.trace.gradients else 1
        if axes is None:
            # High enough for the numbers of all edges.
            most = max(map(len, graph.shown[1:]))
            height = _AROUND + graph.span * max((most + 1) * LINE_HEIGHT / 72, 0.5)
            figure = plt.figure(figsize=(graph.width, n_pictures * height), layout="constrained")
            axes = figure.subplots(n_pictures, 1, squeeze=False)[:, 0].tolist()
        self.axes_ = tuple(axes)
        self.is_summary_ = graph.is_summary
        self.edges_, self.numbers_, self._values = [], [], []
        self._draw_forward(graph, self.axes_[0])
        if n_pictures == 2:
            self._draw_back(graph, self.axes_[1])
        # Only now it is known how much room there is.
        self.axes_[0].figure.canvas.figure.draw_without_rendering()
        for ax, edges in zip(self.axes_, self._values, strict=True):
            taken = [(text.get_bbox_patch() or text).get_window_extent() for text in ax.texts]
            for index, values in enumerate(edges):
                self._draw_edge_numbers(graph, ax, index, values, taken)
        return self

    def _draw_forward(self, graph: NetworkGraph, ax: Axes) -> None:
        layers = self.trace.layers
        units = [layers[0].inputs, *(layer.outputs for layer in layers[:-1]), self.trace.output]
        edges = graph.edge_values(
            [layer.weights for layer in layers], [layer.biases for layer in layers]
        )
        title = "Feedforward: outputs and weights →"
        if self.trace.loss is not None:
            title += f" loss {self.trace.loss:.3g}"
        if self.trace.averaged:
            title += f" (one of {self.trace.averaged})"
        self._draw(graph, ax, edges, units, title)
        draw_sign_legend(ax, graph, made_by=self.trace.made_by)

    def _draw_back(self, graph: NetworkGraph, ax: Axes) -> None:
        gradients = self.trace.gradients
        nothing = np.full(self.trace.network.n_features, np.nan)
        edges = graph.edge_values(
            [layer.grad_weights for layer in gradients], [layer.deltas for layer in gradients]
        )
        title = "← Backpropagation: deltas and gradients"
        self._draw(graph, ax, edges, [nothing, *(layer.deltas for layer in gradients)], title)
        draw_sign_legend(ax, graph, "gradient")

    def _draw(
        self,
        graph: NetworkGraph,
        ax: Axes,
        edges: list[NDArray[np.floating]],
        units: list[NDArray[np.floating]],
        title: str,
    ) -> None:
        graph.set_limits(ax)
        ax.set_title(title, loc="left", fontsize="small")
        self.edges_.append(graph.draw_edges(ax, edges, opacity=0.8))
        self._values.append(edges)
        drawn = [self._draw_column(graph, ax, *item) for item in enumerate(units)]
        self.numbers_.append([text for column in drawn for text in column])

    def _draw_edge_numbers(
        self,
        graph: NetworkGraph,
        ax: Axes,
        index: int,
        values: NDArray[np.floating],
        taken: Sequence[Bbox],
    ) -> None:
        """Write the numbers where those of all edges of a layer stand evenly below each other."""
        share = 1 / (values.shape[1] + 1)
        if share * graph.pitch(ax) < LINE_HEIGHT:
            return
        numbers = []
        for (i, j), value in np.ndenumerate(values):
            start, end = map(np.array, graph.edge_ends(index, i, j))
            x, y = start + share * (end - start)
            number = ax.text(
                x,
                y,
                f"{value:.2g}",
                ha="center",
                va="center",
                fontsize="x-small",
                bbox=on_paper(ax),
                zorder=2,
            )
            numbers.append(number)
        if any(number.get_window_extent().count_overlaps(taken) for number in numbers):
            for number in numbers:
                number.remove()

    def _draw_column(
        self, graph: NetworkGraph, ax: Axes, column: int, values: NDArray[np.floating]
    ) -> list[Text]:
        is_first, is_last = column == 0, column == graph.n_columns - 1
        shown = values[graph.shown[column]]
        largest = float(np.nanmax(np.abs(shown), initial=0)) or 1.0
        # Half of a colour at most, so that the number on it can be read.
        colors = sign_colors(ax)(Normalize(-2 * largest, 2 * largest)(shown))
        numbers = []
        names = shortened([self.trace.unit_names[column][unit] for unit in graph.shown[column]])
        for rank, (unit, value) in enumerate(zip(graph.shown[column], shown, strict=True)):
            place = graph.place(column, rank)
            is_empty = bool(np.isnan(value))
            box = {
                "boxstyle": "round,pad=0.35",
                "facecolor": ax.get_facecolor() if is_empty else colors[rank],
                "edgecolor": ink(),
            }
            number = "   " if is_empty else f"{value:.2g}"
            text = ax.text(
                *place, number, ha="center", va="center", fontsize="x-small", bbox=box, zorder=4
            )
            numbers.append(text)
            name = names[rank]
            if is_last and self.trace.target is not None:
                name += f" (y = {self.trace.target[unit]:g})"
            if is_first or is_last:
                draw_name(ax, place, name, 23, left=is_first)
            else:
                draw_hidden_name(ax, place, name, 9)
        if not is_last:
            draw_bias_node(ax, graph.bias_place(column))
        draw_left_out(ax, graph, column)
        return numbers
