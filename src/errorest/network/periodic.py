"""Waves over numeric inputs, so that a network can follow a function that is not smooth."""

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from array_api_compat import array_namespace
from numpy.typing import NDArray

from errorest.maths.arrays import Array
from errorest.network.columns import check_columns, join, split
from errorest.network.layer import Group

__all__ = ["Periodic"]


@dataclass(frozen=True)
class Periodic:
    """A number x becomes x itself, and sums of its waves ``cos(2 pi f x + p)``; the others pass.

    Each of these columns has frequencies f, phases p, weights W and biases b of its own, and
    becomes ``(x, cos(2 pi f x + p) W + b)`` (Gorishniy, Rubachev and Babenko 2022; in the form of
    Holzmüller, Grinsztajn and Steinwart 2024). The outputs are first the other columns, then all
    x, then all first sums, all second sums and so on. Likewise the parameters stand one row after
    the other with a number for each column: wave by wave frequency, phase and weights; then the
    biases.

    Parameters
    ----------
    n_in : int
    columns : tuple of int
        Which inputs are such numbers.
    n_frequencies : int, default=16
        Per column.
    width : int, default=4
        How many outputs a column has, x among them.
    sigma : float, default=0.1
        Standard deviation of the first frequencies.
    rate : float, default=0.1
        Factor of the learning rate.
    decay : float, default=1
        Share of the penalties for size.

    Raises
    ------
    ValueError
        If the columns do not fit the inputs, or the sizes are too small.

    Examples
    --------
    >>> import numpy as np
    >>> layer = Periodic(1, columns=(0,), n_frequencies=1, width=2)
    >>> frequency, phase, weight, bias = 0.25, 0.0, 2.0, 1.0
    >>> layer.feedforward(np.array([frequency, phase, weight, bias]), np.array([[0.0], [2.0]]))[1]
    array([[ 0.,  3.],
           [ 2., -1.]])
    """

    dropout: ClassVar[float] = 0.0
    n_submodels: ClassVar[int] = 1

    n_in: int
    columns: tuple[int, ...]
    n_frequencies: int = 16
    width: int = 4
    sigma: float = 0.1
    rate: float = 0.1
    decay: float = 1.0

    def __post_init__(self) -> None:
        check_columns(self.columns, self.n_in)
        if self.n_frequencies < 1 or self.width < 2:
            raise ValueError(
                "a periodic layer needs a frequency and a width of at least 2, not "
                f"n_frequencies={self.n_frequencies} and width={self.width}"
            )

    @property
    def n_out(self) -> int:
        return self.n_in + len(self.columns) * (self.width - 1)

    @property
    def n_parameters(self) -> int:
        return (self.n_frequencies * (self.width + 1) + self.width - 1) * len(self.columns)

    def initialize(self, rng: np.random.Generator) -> NDArray[np.float64]:
        n, n_sums, bound = len(self.columns), self.width - 1, 1 / math.sqrt(self.n_frequencies)
        frequencies = rng.normal(0, self.sigma, (self.n_frequencies, 1, n))
        phases = rng.uniform(-math.pi, math.pi, (self.n_frequencies, 1, n))
        weights = rng.uniform(-bound, bound, (self.n_frequencies, n_sums, n))
        biases = rng.uniform(-bound, bound, (n_sums, n))
        waves = np.concatenate([frequencies, phases, weights], axis=1)
        return np.concatenate([waves.ravel(), biases.ravel()])

    @property
    def groups(self) -> tuple[Group, ...]:
        return (Group(self.n_parameters, self.rate, self.decay),)

    def feedforward(self, parameters: Array, inputs: Array) -> tuple[Array, Array]:
        xp = array_namespace(parameters)
        passing, x = split(inputs, self.columns)
        _, _, weights, biases = self._parts(parameters)
        waves = xp.cos(self._angles(parameters, x))
        sums = xp.sum(waves[:, :, None, :] * weights, axis=1) + biases
        outputs = xp.concat([passing, x, xp.reshape(sums, (x.shape[0], -1))], axis=1)
        return outputs, outputs

    def backpropagate(
        self, parameters: Array, inputs: Array, logits: Array, grad_outputs: Array
    ) -> tuple[Array, Array]:
        xp = array_namespace(parameters)
        passing, x = split(inputs, self.columns)
        n_passing, n = passing.shape[1], len(self.columns)
        frequencies, _, weights, _ = self._parts(parameters)
        angles = self._angles(parameters, x)
        grad_x = grad_outputs[:, n_passing : n_passing + n]
        grad_sums = xp.reshape(grad_outputs[:, n_passing + n :], (-1, 1, self.width - 1, n))

        grad_weights = xp.sum(xp.cos(angles)[:, :, None, :] * grad_sums, axis=0)
        grad_angles = -xp.sin(angles) * xp.sum(grad_sums * weights, axis=2)
        grad_frequencies = 2 * math.pi * xp.sum(grad_angles * x[:, None, :], axis=0)
        grad_phases = xp.sum(grad_angles, axis=0)
        grad_x = grad_x + 2 * math.pi * xp.sum(grad_angles * frequencies, axis=1)

        of_waves = [grad_frequencies[:, None, :], grad_phases[:, None, :], grad_weights]
        grad_waves = xp.reshape(xp.concat(of_waves, axis=1), (-1,))
        grad_biases = xp.reshape(xp.sum(grad_sums, axis=0), (-1,))
        grad_inputs = join(grad_outputs[:, :n_passing], grad_x, self.columns)
        return grad_inputs, xp.concat([grad_waves, grad_biases])

    def _parts(self, parameters: Array) -> tuple[Array, Array, Array, Array]:
        """Return what the parameters are.

        Frequencies and phases (n_frequencies, n), weights (n_frequencies, n_sums, n), biases
        (n_sums, n).
        """
        xp = array_namespace(parameters)
        n, n_sums = len(self.columns), self.width - 1
        n_biases = n_sums * n
        waves = xp.reshape(parameters[:-n_biases], (self.n_frequencies, 2 + n_sums, n))
        biases = xp.reshape(parameters[-n_biases:], (n_sums, n))
        return waves[:, 0, :], waves[:, 1, :], waves[:, 2:, :], biases

    def _angles(self, parameters: Array, x: Array) -> Array:
        frequencies, phases, _, _ = self._parts(parameters)
        return 2 * math.pi * x[:, None, :] * frequencies + phases
