"""A factor of its own for each input."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from array_api_compat import array_namespace
from numpy.typing import NDArray

from errorest.maths.arrays import Array
from errorest.network.layer import Group

__all__ = ["Scale"]


@dataclass(frozen=True)
class Scale:
    """``outputs = inputs * factors``, a diagonal layer.

    In front of a network it learns how much each input matters (Holzmüller, Grinsztajn and
    Steinwart 2024). With several submodels, each has factors of its own, by which submodels that
    share all weights still differ (Gorishniy, Kotelnikov and Babenko 2025).

    Parameters
    ----------
    n : int
        Number of inputs, and of outputs.
    n_submodels : int, default=1
    random_signs : bool, default=False
        Whether the factors start as 1 or -1 at random, instead of as 1.
    rate : float, default=1
        Factor of the learning rate.
    decay : float, default=1
        Share of the penalties for size.

    Raises
    ------
    ValueError
        If there is no submodel.

    Examples
    --------
    >>> import numpy as np
    >>> layer = Scale(2, n_submodels=2)
    >>> layer.feedforward(np.array([1.0, 2.0, 1.0, -1.0]), np.array([[3.0, 4.0], [3.0, 4.0]]))[1]
    array([[ 3.,  8.],
           [ 3., -4.]])
    """

    dropout: ClassVar[float] = 0.0

    n: int
    n_submodels: int = 1
    random_signs: bool = False
    rate: float = 1.0
    decay: float = 1.0

    def __post_init__(self) -> None:
        if self.n_submodels < 1:
            raise ValueError(f"n_submodels must be at least 1, not {self.n_submodels}")

    @property
    def n_in(self) -> int:
        return self.n

    @property
    def n_out(self) -> int:
        return self.n

    @property
    def n_parameters(self) -> int:
        return self.n_submodels * self.n

    def initialize(self, rng: np.random.Generator) -> NDArray[np.float64]:
        if self.random_signs:
            return rng.choice([-1.0, 1.0], self.n_parameters)
        return np.ones(self.n_parameters)

    @property
    def groups(self) -> tuple[Group, ...]:
        return (Group(self.n_parameters, self.rate, self.decay),)

    def feedforward(self, parameters: Array, inputs: Array) -> tuple[Array, Array]:
        outputs = self._by_submodel(inputs) * self._factors(parameters)
        xp = array_namespace(inputs)
        outputs = xp.reshape(outputs, inputs.shape)
        return outputs, outputs

    def backpropagate(
        self, parameters: Array, inputs: Array, logits: Array, grad_outputs: Array
    ) -> tuple[Array, Array]:
        xp = array_namespace(parameters)
        grad = self._by_submodel(grad_outputs)
        grad_factors = xp.sum(grad * self._by_submodel(inputs), axis=0)
        grad_inputs = xp.reshape(grad * self._factors(parameters), inputs.shape)
        return grad_inputs, xp.reshape(grad_factors, (-1,))

    def _factors(self, parameters: Array) -> Array:
        xp = array_namespace(parameters)
        return xp.reshape(parameters, (self.n_submodels, self.n))

    def _by_submodel(self, rows: Array) -> Array:
        xp = array_namespace(rows)
        return xp.reshape(rows, (-1, self.n_submodels, self.n))
