"""An activation of which each unit learns how much of it to apply."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from array_api_compat import array_namespace
from numpy.typing import NDArray

from errorest.maths.activations import Activation
from errorest.maths.arrays import Array
from errorest.network.dropout import check_dropout
from errorest.network.layer import Group

__all__ = ["ParametricActivation"]


@dataclass(frozen=True)
class ParametricActivation:
    """``outputs = z + alpha (activation(z) - z)``, with one learned alpha per unit, first 1.

    Half-way between the identity and the activation (Holzmüller, Grinsztajn and Steinwart 2024,
    who generalise the parametric ReLU of He et al. 2015).

    Parameters
    ----------
    n : int
        Number of inputs, and of outputs.
    activation : Activation
    dropout : float in [0, 1), default=0
        Share of the outputs that is dropped (:mod:`errorest.network.dropout`).
    rate : float, default=0.1
        Factor of the learning rate.
    decay : float, default=0
        Share of the penalties for size.

    Raises
    ------
    ValueError
        If the dropout is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> from errorest.maths import relu
    >>> layer = ParametricActivation(2, relu)
    >>> layer.feedforward(np.array([1.0, 0.5]), np.array([[-2.0, -2.0]]))[1]
    array([[ 0., -1.]])
    """

    n_submodels: ClassVar[int] = 1

    n: int
    activation: Activation
    dropout: float = 0.0
    rate: float = 0.1
    decay: float = 0.0

    def __post_init__(self) -> None:
        check_dropout(self.dropout)

    @property
    def n_in(self) -> int:
        return self.n

    @property
    def n_out(self) -> int:
        return self.n

    @property
    def n_parameters(self) -> int:
        return self.n

    def initialize(self, rng: np.random.Generator) -> NDArray[np.float64]:
        return np.ones(self.n)

    @property
    def groups(self) -> tuple[Group, ...]:
        return (Group(self.n, self.rate, self.decay),)

    def feedforward(self, parameters: Array, inputs: Array) -> tuple[Array, Array]:
        return inputs, inputs + parameters * (self.activation(inputs) - inputs)

    def backpropagate(
        self, parameters: Array, inputs: Array, logits: Array, grad_outputs: Array
    ) -> tuple[Array, Array]:
        xp = array_namespace(parameters)
        slopes = 1 + parameters * (self.activation.derivative(inputs) - 1)
        grad_alpha = xp.sum(grad_outputs * (self.activation(inputs) - inputs), axis=0)
        return grad_outputs * slopes, grad_alpha
