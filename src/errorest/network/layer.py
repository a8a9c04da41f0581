"""Layers: what a network is made of.

A layer owns no numbers. Its parameters are a slice of the network's flat vector, which it reads
as a matrix of weights ``(n_in, n_out)`` followed by a vector of biases ``(n_out,)``.

How to add a kind of layer:

1. write a frozen dataclass with the members of :class:`Layer` below, in a file of its own, and name
   it in ``network/__init__.py``: now the reference engine trains it;
2. add one instance to ``LAYERS`` in ``tests/test_gradients.py``, which compares its derivatives
   with numeric ones;
3. for the compiled engine, add its kind to ``cpp/layer.hpp`` (the compiler then names each function
   that must know it, most in ``cpp/layers.hpp``) and, in the same order, to ``LAYERS`` in
   ``engine/compiled.py``, and an instance to ``ALONE`` in ``tests/parity``.

Without steps 2 and 3 tests fail. ``files/onnx_network.py`` exports it, and
``network/dense_form.py`` shows it in traces and pictures if it may stand behind a dense layer.
"""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple, Protocol

import numpy as np
from array_api_compat import array_namespace
from numpy.typing import NDArray

from errorest.maths.activations import Activation
from errorest.maths.arrays import Array
from errorest.maths.initializers import initializer_for
from errorest.network.dropout import check_dropout

__all__ = ["Dense", "Group", "Layer"]


class Group(NamedTuple):
    """Neighbouring parameters that are trained alike.

    Parameters
    ----------
    size : int
        How many they are.
    rate : float
        Factor of the learning rate.
    decay : float
        Share of the penalties for size.
    """

    size: int
    rate: float
    decay: float


class Layer(Protocol):
    """A differentiable step from inputs to outputs, with its own slice of the parameters.

    Examples
    --------
    >>> from errorest.maths import sigmoid
    >>> layer: Layer = Dense(3, 2, sigmoid)
    >>> layer.n_in, layer.n_out, layer.n_parameters
    (3, 2, 8)
    """

    @property
    def n_in(self) -> int:
        """Number of inputs."""

    @property
    def n_out(self) -> int:
        """Number of outputs."""

    @property
    def n_parameters(self) -> int:
        """Length of this layer's slice of the flat vector."""

    @property
    def dropout(self) -> float:
        """Share of the outputs that is dropped (:mod:`errorest.network.dropout`)."""

    @property
    def n_submodels(self) -> int:
        """How many submodels the layer tells apart: its rows belong to them in turn."""

    def initialize(self, rng: np.random.Generator) -> NDArray[np.float64]:
        """Draw the layer's slice of the flat vector."""

    @property
    def groups(self) -> tuple[Group, ...]:
        """How the parameters are trained."""

    def feedforward(self, parameters: Array, inputs: Array) -> tuple[Array, Array]:
        """Return what the derivative needs (of a dense layer the logits), and the outputs.

        Both have one row for each row of the inputs.
        """

    def backpropagate(
        self, parameters: Array, inputs: Array, logits: Array, grad_outputs: Array
    ) -> tuple[Array, Array]:
        """Apply the chain rule.

        Parameters
        ----------
        parameters : array of shape (n_parameters,)
        inputs : array of shape (n_samples, n_in)
        logits, grad_outputs : arrays
            What :meth:`feedforward` returned first, and dJ / d outputs.

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
        Share of the outputs that is dropped (:mod:`errorest.network.dropout`).
    weight_rate, bias_rate : float, default=1
        Factors of the learning rate for the weights and for the biases.

    Raises
    ------
    ValueError
        If the dropout is out of range.

    Examples
    --------
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

    n_submodels: ClassVar[int] = 1

    n_in: int
    n_out: int
    activation: Activation
    dropout: float = 0.0
    weight_rate: float = 1.0
    bias_rate: float = 1.0

    def __post_init__(self) -> None:
        check_dropout(self.dropout)

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

    @property
    def groups(self) -> tuple[Group, ...]:
        n_weights = self.n_in * self.n_out
        return Group(n_weights, self.weight_rate, 1.0), Group(self.n_out, self.bias_rate, 0.0)

    def feedforward(self, parameters: Array, inputs: Array) -> tuple[Array, Array]:
        logits = inputs @ self.weights(parameters) + self.biases(parameters)
        return logits, self.activation(logits)

    def backpropagate(
        self, parameters: Array, inputs: Array, logits: Array, grad_outputs: Array
    ) -> tuple[Array, Array]:
        xp = array_namespace(parameters)
        deltas = grad_outputs * self.activation.derivative(logits)
        grad_weights = inputs.T @ deltas
        grad_biases = xp.sum(deltas, axis=0)
        grad_inputs = deltas @ self.weights(parameters).T
        return grad_inputs, xp.concat([xp.reshape(grad_weights, (-1,)), grad_biases])
