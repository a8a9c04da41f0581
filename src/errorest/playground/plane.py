"""What a network says over the plane of two inputs: the map, the units' thumbnails, the arrows.

>>> import numpy as np
>>> from errorest.playground.data import simulated
>>> from errorest.playground.training_setup import start_network
>>> from errorest.playground.state import State
>>> state = State()
>>> data = simulated(state)
>>> plane = Plane(data, state)
>>> plane.map(start_network(state, data), 10).shape
(1, 10, 10)
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from errorest import engine
from errorest.maths.losses import PerceptronLoss
from errorest.maths.probability import one_hot
from errorest.network.network import Network
from errorest.playground.data import Data, Float32s
from errorest.playground.state import State

__all__ = ["Plane"]


# Of the points' reach, on each side.
_MARGIN = 0.12


@dataclass(frozen=True, eq=False)
class Plane:
    """Two inputs, the others being held fixed at their mean or where the state says."""

    data: Data
    state: State
    _grids: dict[int, Float32s] = field(default_factory=dict, init=False)

    @property
    def axes(self) -> tuple[int, int]:
        """The inputs across and up; -1 for none."""
        last = len(self.data.inputs) - 1
        return min(self.state.x_axis, last), min(self.state.y_axis, last) if last else -1

    @cached_property
    def ranges(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """From where to where the plane reaches."""
        x, y = (self._reach(axis) for axis in self.axes)
        return x, y

    def _reach(self, axis: int) -> tuple[float, float]:
        if axis == -1:
            return -1.0, 1.0
        low, high = float(self.data.X[:, axis].min()), float(self.data.X[:, axis].max())
        margin = _MARGIN * (high - low) or 1.0
        return low - margin, high + margin

    @cached_property
    def origin(self) -> Float32s:
        """All inputs where they are held fixed, those of the axes included."""
        fixed: Float32s = self.data.X.mean(axis=0)
        for index, value in enumerate(self.state.fixed[: len(fixed)]):
            if value is not None:
                fixed[index] = value
        return fixed

    def rows(self, places: NDArray[np.floating]) -> Float32s:
        """Return all inputs at places of shape (n, 2) on the plane."""
        rows = np.tile(self.origin, (len(places), 1))
        for axis, values in zip(self.axes, places.T, strict=True):
            if axis >= 0:
                rows[:, axis] = values
        return rows

    def moved(self, row: Float32s, place: tuple[float, float]) -> Float32s:
        """Return a point's inputs after a move to a place on the plane."""
        row = row.copy()
        for axis, value in zip(self.axes, place, strict=True):
            if axis >= 0:
                row[axis] = value
        return row

    def grid(self, size: int) -> Float32s:
        """Return the inputs at size times size places, row by row from the lowest."""
        if size not in self._grids:
            across, up = (np.linspace(low, high, size) for low, high in self.ranges)
            columns, rows = np.meshgrid(across, up)
            self._grids[size] = self.rows(np.column_stack([columns.ravel(), rows.ravel()]))
        return self._grids[size]

    def map(self, network: Network, size: int) -> Float32s:
        """Return the second of two classes' probability, or each of more classes'.

        A perceptron knows only 0 and 1.

        Returns
        -------
        array of shape (1 or n_classes, size, size)
        """
        grid = self.grid(size)
        if isinstance(network.loss, PerceptronLoss) and network.n_outputs > 1:
            logits = np.asarray(engine.forward(network, grid))
            answers = one_hot(logits.argmax(axis=1), network.n_outputs)
        else:
            answers = engine.predict_proba(network, grid)
        answers = np.asarray(answers, dtype=np.float32)
        return np.ascontiguousarray(answers.T).reshape(-1, size, size)

    def thumbnails(self, network: Network, size: int) -> tuple[NDArray[np.uint8], Float32s]:
        """Return what each hidden unit makes of the plane, at size times size places.

        Returns
        -------
        pictures : array of shape (n_units, size, size)
            0 for minus the limit, 128 for 0, 255 for the limit.
        limits : array of shape (n_units,)
            The largest output of each unit, but at least 1.
        """
        outputs, units = self.grid(size), []
        for layer, parameters in list(network.layers_with_parameters())[:-1]:
            _, outputs = layer.feedforward(parameters, outputs)
            units.append(outputs)
        if not units:
            return np.zeros((0, size, size), np.uint8), np.zeros(0, np.float32)
        answers = np.nan_to_num(np.hstack(units).T)
        limits = np.maximum(np.abs(answers).max(axis=1), 1).astype(np.float32)
        pictures = np.rint(128 + 127 * (answers / limits[:, None])).astype(np.uint8)
        return pictures.reshape(-1, size, size), limits

    def arrows(self, network: Network) -> Float32s | None:
        """Return the way from a line to each point, in the plane, of shape (n, 2).

        None for a network with hidden layers. Of several lines it is the one that the point stands
        farthest wrong to.
        """
        if len(network.layers) > 1:
            return None
        logits = np.asarray(engine.forward(network, self.data.X))
        line = np.where(self.data.targets, logits, -logits).argmin(axis=1)
        weights = network.weights[0]
        normals = np.stack(
            [weights[axis] if axis >= 0 else np.zeros(len(weights[0])) for axis in self.axes]
        ).T[line]
        squares = (normals**2).sum(axis=1)
        heights = logits[np.arange(len(logits)), line]
        with np.errstate(divide="ignore", invalid="ignore"):
            arrows = (heights / squares)[:, None] * normals
        return np.where(np.isfinite(arrows), arrows, 0).astype(np.float32)
