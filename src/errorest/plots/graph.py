"""Where the units of a network stand in a picture, and which of a large one are shown.

>>> import numpy as np
>>> from errorest.maths import cross_entropy, tanh
>>> from errorest.network import Network
>>> network = Network.build(100, [3], 2, activation=tanh, loss=cross_entropy, seed=0)
>>> graph = NetworkGraph(network, max_units=5)
>>> [len(column) for column in graph.shown], graph.n_left_out
([5, 3, 2], [95, 0, 0])
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from errorest.network.network import Network
from errorest.plots.palette import NEGATIVE, POSITIVE

__all__ = ["NetworkGraph"]

_THICKEST = 4.0

# In inches: how wide three columns are, and each that follows.
_WIDTH, _COLUMN_WIDTH = 6.4, 2.3


class NetworkGraph:
    """Columns of units from left to right: inputs, hidden layers, outputs.

    Of a column with too many units those are shown that have the largest weights.

    Parameters
    ----------
    network : Network
        With NumPy parameters.
    max_units : int, default=12
        How many units of a column to show.
    target : array of shape (n_outputs,), optional
        Outputs that it asks for are shown before all others.

    Attributes
    ----------
    shown : list of integer arrays
        The units to show in each column, in ascending order.
    n_left_out : list of int
        How many others there are in each column.
    """

    def __init__(
        self,
        network: Network,
        *,
        max_units: int = 12,
        target: NDArray[np.floating] | None = None,
    ) -> None:
        self.network = network
        self.target = target
        self.weights = [np.asarray(weights, dtype=np.float64) for weights in network.weights]
        self.biases = [np.asarray(biases, dtype=np.float64) for biases in network.biases]
        self.shown = [self._strongest(column, max_units) for column in range(self.n_columns)]
        sizes = [network.n_features, *(layer.n_out for layer in network.layers)]
        self.n_left_out = [size - len(shown) for size, shown in zip(sizes, self.shown, strict=True)]
        self.height = max(len(shown) for shown in self.shown)

    @property
    def n_columns(self) -> int:
        """Number of layers, the inputs included."""
        return len(self.network.layers) + 1

    @property
    def is_summary(self) -> bool:
        """Whether some units are not shown."""
        return any(self.n_left_out)

    def place(self, column: int, rank: int) -> tuple[float, float]:
        """Return where the unit of this rank among those shown stands, one apart."""
        return float(column), (len(self.shown[column]) - 1) / 2 - rank

    def bias_place(self, column: int) -> tuple[float, float]:
        """Return where the bias node stands that feeds the next column."""
        return self.place(column, -1)

    def edge_ends(
        self, index: int, i: int, j: int
    ) -> tuple[tuple[float, float], tuple[float, float]]:
        """Return where an edge of a layer begins and ends, given the ranks of its units.

        The rank after the last unit below is that of the bias node.
        """
        is_bias = i == len(self.shown[index])
        start = self.bias_place(index) if is_bias else self.place(index, i)
        return start, self.place(index + 1, j)

    def pitch(self, ax: Axes) -> float:
        """Return how far apart the units of a column are, in points."""
        height = ax.get_window_extent().height * 72 / ax.figure.dpi
        return float(height / self.span)

    @property
    def width(self) -> float:
        """Width that suits the number of columns, in inches."""
        return _WIDTH + _COLUMN_WIDTH * max(self.n_columns - 3, 0)

    @property
    def span(self) -> float:
        """Height of the picture, if units are one apart: a bias node above, a note below."""
        return self.height + 0.5 + self._below

    @property
    def _below(self) -> float:
        return 1.4 if self.is_summary else 0.6

    def set_limits(self, ax: Axes) -> None:
        """Make room for all units, and take away the frame."""
        ax.axis("off")
        ax.set_xlim(-0.12, self.n_columns - 0.88)
        ax.set_ylim(-(self.height - 1) / 2 - self._below, (self.height - 1) / 2 + 1.5)

    def edge_values(
        self, weights: Sequence[NDArray[np.floating]], biases: Sequence[NDArray[np.floating]]
    ) -> list[NDArray[np.floating]]:
        """Pick the numbers of the edges that are shown.

        Parameters
        ----------
        weights, biases : sequences of arrays
            For each layer, of shape (n_in, n_out) and (n_out,).

        Returns
        -------
        list of arrays
            For each layer, of shape (n_shown_in + 1, n_shown_out), the biases last.
        """
        return [
            np.vstack([weights[index][np.ix_(sources, units)], biases[index][units]])
            for index, (sources, units) in enumerate(pairwise(self.shown))
        ]

    def draw_edges(
        self,
        ax: Axes,
        values: Sequence[NDArray[np.floating]] | None = None,
        *,
        opacity: float = 1.0,
    ) -> list[NDArray[np.object_]]:
        """Draw a line for each weight: thicker for larger, blue or, dashed, vermillion.

        Parameters
        ----------
        ax : matplotlib Axes
        values : sequence of arrays, optional
            As :meth:`edge_values` returns them; by default the weights and biases.
        opacity : float, default=1
            Of the line of the largest weight.

        Returns
        -------
        list of arrays of Line2D
            For each layer, of shape (n_shown_in + 1, n_shown_out), the biases last.
        """
        if values is None:
            values = self.edge_values(self.weights, self.biases)
        # Among many lines, those of small weights must not hide the others.
        faintest = 0.45 if sum(edges.size for edges in values) < 60 else 0.12
        lines = []
        for index, edges in enumerate(values):
            largest = np.abs(edges).max() or 1.0
            drawn = np.empty(edges.shape, dtype=object)
            for (i, j), value in np.ndenumerate(edges):
                start, end = self.edge_ends(index, i, j)
                strength = abs(value) / largest
                (drawn[i, j],) = ax.plot(
                    [start[0], end[0]],
                    [start[1], end[1]],
                    color=POSITIVE if value >= 0 else NEGATIVE,
                    linestyle="-" if value >= 0 else (0, (4, 1.2)),
                    linewidth=0.3 + (_THICKEST - 0.3) * strength,
                    alpha=opacity * (faintest + (1 - faintest) * strength),
                    zorder=1,
                )
            lines.append(drawn)
        return lines

    def _strongest(self, column: int, max_units: int) -> NDArray[np.intp]:
        size = 0.0
        if column > 0:
            size = size + np.abs(self.weights[column - 1]).sum(axis=0)
        if column < len(self.weights):
            size = size + np.abs(self.weights[column]).sum(axis=1)
        ranks = [-np.asarray(size)]
        if column == len(self.weights) and self.target is not None:
            ranks.append(-self.target)
        return np.sort(np.lexsort(ranks)[:max_units])
