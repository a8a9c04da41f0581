"""Layers: what a network is made of.

A layer owns no numbers. Its parameters are a slice of the network's flat vector, which it reads
as a matrix of weights ``(n_in, n_out)`` followed by a vector of biases ``(n_out,)``.

>>> import numpy as np
>>> from errorest.maths import sigmoid
>>> layer = Dense(2, 1, sigmoid)
>>> parameters = np.array([2.0, 1.0, -18.0])
>>> layer.weights(parameters)
array([[2.],
       [1.]])
>>> layer.feedforward(parameters, np.array([[9.0, 8.0]]))[0]
array([[8.]])
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from array_api_compat import array_namespace
from numpy.typing import NDArray

from errorest.maths.activations import Activation
from errorest.maths.arrays import Array
from errorest.maths.initializers import initializer_for
from errorest.maths.random_bits import random_bits

__all__ = ["Dense", "Layer"]


class Layer(Protocol):
    """A differentiable step from inputs to outputs, with its own slice of the parameters."""

    @property
    def n_in(self) -> int:
        """Number of inputs."""

    @property
    def n_out(self) -> int:
        """Number of outputs."""

    @property
    def n_parameters(self) -> int:
        """Length of this layer's slice of the flat vector."""

    def initialize(self, rng: np.random.Generator) -> NDArray[np.float64]:
        """Draw the layer's slice of the flat vector."""

    def decayed(self) -> NDArray[np.float64]:
        """Return 1 for each parameter that is penalised for its size, 0 for the others."""

    def feedforward(self, parameters: Array, inputs: Array) -> tuple[Array, Array]:
        """Return logits and outputs, both of shape (n_samples, n_out)."""

    def backpropagate(
        self, parameters: Array, inputs: Array, logits: Array, grad_outputs: Array
    ) -> tuple[Array, Array]:
        """Apply the chain rule.

        Parameters
        ----------
        parameters : array of shape (n_parameters,)
        inputs : array of shape (n_samples, n_in)
        logits, grad_outputs : arrays of shape (n_samples, n_out)
            What :meth:`feedforward` returned, and dJ / d outputs.

        Returns
        -------
        grad_inputs : array of shape (n_samples, n_in)
        grad_parameters : array of shape (n_parameters,)
        """


@dataclass(frozen=True)
class Dense:
    """Every input is joined to every unit: ``outputs = activation(inputs W + b)``.

    Parameters
    ----------
    n_in, n_out : int
    activation : Activation
    dropout : float in [0, 1), default=0
        Which share of the outputs is zeroed at each step of a training, the others being divided
        by ``1 - dropout`` (Srivastava et al. 2014).

    Raises
    ------
    ValueError
        If the dropout is out of range.
    """

    n_in: int
    n_out: int
    activation: Activation
    dropout: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.dropout < 1:
            raise ValueError(f"dropout must be at least 0 and less than 1, not {self.dropout}")

    @property
    def n_parameters(self) -> int:
        return (self.n_in + 1) * self.n_out

    def weights(self, parameters: Array) -> Array:
        """Return the weights as a view of shape (n_in, n_out)."""
        xp = array_namespace(parameters)
        return xp.reshape(parameters[: self.n_in * self.n_out], (self.n_in, self.n_out))

    def biases(self, parameters: Array) -> Array:
        """Return the biases as a view of shape (n_out,)."""
        return parameters[self.n_in * self.n_out :]

    def initialize(self, rng: np.random.Generator) -> NDArray[np.float64]:
        draw = initializer_for(self.activation)
        return draw(rng, (self.n_parameters,), fan_in=self.n_in, fan_out=self.n_out)

    def decayed(self) -> NDArray[np.float64]:
        return np.concatenate([np.ones(self.n_in * self.n_out), np.zeros(self.n_out)])

    def feedforward(self, parameters: Array, inputs: Array) -> tuple[Array, Array]:
        logits = inputs @ self.weights(parameters) + self.biases(parameters)
        return logits, self.activation(logits)

    def dropout_mask(self, n_samples: int, *, seed: int, stream: int) -> NDArray[np.float64]:
        """Return a random factor for each output: 0, or ``1 / (1 - dropout)``.

        Parameters
        ----------
        n_samples : int
        seed, stream : int
            As for :func:`errorest.maths.random_bits`, whose numbers decide row by row.

        Returns
        -------
        array of shape (n_samples, n_out)
        """
        bits = random_bits(seed, stream, n_samples * self.n_out)
        kept = bits >= np.uint64(int(self.dropout * 2.0**64))
        return kept.reshape(n_samples, self.n_out) / (1 - self.dropout)

    def backpropagate(
        self, parameters: Array, inputs: Array, logits: Array, grad_outputs: Array
    ) -> tuple[Array, Array]:
        xp = array_namespace(parameters)
        deltas = grad_outputs * self.activation.derivative(logits)
        grad_weights = inputs.T @ deltas
        grad_biases = xp.sum(deltas, axis=0)
        grad_inputs = deltas @ self.weights(parameters).T
        return grad_inputs, xp.concat([xp.reshape(grad_weights, (-1,)), grad_biases])
