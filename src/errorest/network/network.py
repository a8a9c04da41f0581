"""A network as a value: layers, a loss, and one flat vector of parameters."""

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from array_api_compat import array_namespace, device
from numpy.typing import ArrayLike

from errorest.maths.activations import Activation, identity
from errorest.maths.arrays import Array
from errorest.maths.losses import Loss
from errorest.network.layer import Dense, Group, Layer

__all__ = ["Network"]


@dataclass(frozen=True, eq=False)
class Network:
    """A feedforward network.

    The last layer's activation is the identity: its outputs are the logits, from which the loss
    makes probabilities.

    Parameters
    ----------
    layers : tuple of Layer
        From the inputs to the logits.
    loss : Loss
        What the network is trained for, and what its logits mean.
    parameters : array of shape (n_parameters,)
        Layer by layer; of a dense layer first the weights of shape (n_in, n_out), row by row, then
        the n_out biases.

    Raises
    ------
    ValueError
        If the shapes do not fit together.

    Examples
    --------
    >>> from errorest.maths import binary_cross_entropy, tanh
    >>> network = Network.build(2, [3], 1, activation=tanh, loss=binary_cross_entropy, seed=0)
    >>> network.n_parameters
    13
    >>> [weights.shape for weights in network.weights], [biases.shape for biases in network.biases]
    ([(2, 3), (3, 1)], [(3,), (1,)])
    """

    layers: tuple[Layer, ...]
    loss: Loss
    parameters: Array

    def __post_init__(self) -> None:
        for before, after in pairwise(self.layers):
            if before.n_out != after.n_in:
                raise ValueError(
                    f"a layer of {before.n_out} outputs cannot feed one of {after.n_in} inputs"
                )
        if any(layer.n_submodels not in (1, self.n_submodels) for layer in self.layers):
            raise ValueError("the layers tell different numbers of submodels apart")
        if self.parameters.shape != (self.n_parameters,):
            raise ValueError(
                f"parameters have shape {tuple(self.parameters.shape)}, "
                f"but the layers need ({self.n_parameters},)"
            )

    @classmethod
    def build(
        cls,
        n_features: int,
        hidden_layer_sizes: Sequence[int],
        n_outputs: int,
        *,
        activation: Activation | Sequence[Activation],
        loss: Loss,
        seed: int,
        dropout: float | Sequence[float] = 0.0,
        dtype: np.dtype[np.floating] | type[np.floating] = np.float64,
    ) -> "Network":
        """Make a network of dense layers with random parameters.

        Parameters
        ----------
        n_features : int
        hidden_layer_sizes : sequence of int
            Number of units in each hidden layer; empty for a linear model.
        n_outputs : int
        activation : Activation or sequence of Activation
            Of the hidden layers, or of each of them.
        loss : Loss
        seed : int
            The same seed gives the same parameters.
        dropout : float in [0, 1) or sequence of float, default=0
            Of the hidden layers, or of each of them.
        dtype : numpy dtype, default=float64

        Returns
        -------
        Network

        Raises
        ------
        ValueError
            If there is not one activation or dropout per hidden layer.
        """
        shapes = list(pairwise([n_features, *hidden_layer_sizes, n_outputs]))
        layers = _dense_layers(shapes, activation, dropout)
        rng = np.random.default_rng(seed)
        parameters = np.concatenate([layer.initialize(rng) for layer in layers])
        return cls(layers, loss, parameters.astype(dtype))

    @classmethod
    def from_weights(
        cls,
        weights: Sequence[ArrayLike],
        biases: Sequence[ArrayLike],
        *,
        activation: Activation | Sequence[Activation] = (),
        loss: Loss,
        dtype: np.dtype[np.floating] | type[np.floating] = np.float64,
    ) -> "Network":
        """Make a network of dense layers with given parameters, such as those of a book.

        Parameters
        ----------
        weights : sequence of array-like of shape (n_in, n_out)
            One matrix for each layer, from the inputs to the logits, as in scikit-learn's
            ``coefs_``.
        biases : sequence of array-like of shape (n_out,)
            As in scikit-learn's ``intercepts_``.
        activation : Activation or sequence of Activation
            Of the hidden layers, or of each of them; a linear model needs none.
        loss : Loss
        dtype : numpy dtype, default=float64

        Returns
        -------
        Network

        Raises
        ------
        ValueError
            If the shapes do not fit together, or there is not one activation per hidden layer.

        Examples
        --------
        >>> from errorest.maths import binary_cross_entropy, sigmoid
        >>> hidden, last = [[0.8, 0], [0, 1.4]], [[1], [1]]
        >>> network = Network.from_weights(
        ...     [hidden, last], [[0, 0], [0]], activation=sigmoid, loss=binary_cross_entropy
        ... )
        >>> network.n_features, network.n_outputs
        (2, 1)
        """
        matrices = [np.asarray(matrix, dtype=dtype) for matrix in weights]
        vectors = [np.asarray(vector, dtype=dtype) for vector in biases]
        if not matrices or len(matrices) != len(vectors):
            raise ValueError(
                f"weights of {len(matrices)} layers and biases of {len(vectors)} make no network: "
                "give a matrix and a vector for each layer"
            )
        for number, (matrix, vector) in enumerate(zip(matrices, vectors, strict=True), start=1):
            if matrix.ndim != 2 or vector.shape != matrix.shape[1:]:
                raise ValueError(
                    f"layer {number} has weights of shape {matrix.shape} and biases of shape "
                    f"{vector.shape}: they must be (n_in, n_out) and (n_out,)"
                )
        layers = _dense_layers([matrix.shape for matrix in matrices], activation)
        slices = [array.ravel() for pair in zip(matrices, vectors, strict=True) for array in pair]
        return cls(layers, loss, np.concatenate(slices))

    @property
    def n_features(self) -> int:
        """Number of inputs."""
        return self.layers[0].n_in

    @property
    def n_outputs(self) -> int:
        """Number of logits."""
        return self.layers[-1].n_out

    @property
    def n_parameters(self) -> int:
        """Number of weights and biases of all layers."""
        return sum(layer.n_parameters for layer in self.layers)

    @property
    def n_submodels(self) -> int:
        """How many submodels share the weights: each takes every row; their answers are averaged.

        It is 1 where no layer tells submodels apart.
        """
        # A loop, since a prediction takes microseconds.
        for layer in self.layers:
            if layer.n_submodels > 1:
                return layer.n_submodels
        return 1

    @property
    def weights(self) -> list[Array]:
        """One view of shape (n_in, n_out) per layer of a dense network."""
        return [layer.weights(parameters) for layer, parameters in self.dense_layers()]

    @property
    def biases(self) -> list[Array]:
        """One view of shape (n_out,) per layer of a dense network."""
        return [layer.biases(parameters) for layer, parameters in self.dense_layers()]

    def dense_layers(self) -> Iterator[tuple[Dense, Array]]:
        """Yield each layer with its slice of the flat vector, if all of them are dense.

        Raises
        ------
        ValueError
            If there is a layer of another kind; :func:`errorest.network.dense_form` may help.
        """
        for layer, parameters in self.layers_with_parameters():
            if not isinstance(layer, Dense):
                raise ValueError(f"a {type(layer).__name__} layer is no dense layer")
            yield layer, parameters

    def layers_with_parameters(self) -> Iterator[tuple[Layer, Array]]:
        """Yield each layer with its slice of the flat vector."""
        start = 0
        for layer in self.layers:
            yield layer, self.parameters[start : start + layer.n_parameters]
            start += layer.n_parameters

    def rates(self) -> Array:
        """Return the factor of the learning rate for each parameter."""
        return self._by_group(lambda group: group.rate)

    def decayed(self) -> Array:
        """Return for each parameter which share of the penalties for its size it carries."""
        return self._by_group(lambda group: group.decay)

    def with_parameters(self, parameters: Array) -> "Network":
        """Return the same network with other parameters."""
        return dataclasses.replace(self, parameters=parameters)

    def _by_group(self, number: Callable[[Group], float]) -> Array:
        xp = array_namespace(self.parameters)
        groups = [group for layer in self.layers for group in layer.groups]
        values = np.repeat([number(group) for group in groups], [group.size for group in groups])
        return xp.asarray(values, dtype=self.parameters.dtype, device=device(self.parameters))


def _dense_layers(
    shapes: Sequence[tuple[int, ...]],
    activation: Activation | Sequence[Activation],
    dropout: float | Sequence[float] = 0.0,
) -> tuple[Dense, ...]:
    n_hidden = len(shapes) - 1
    activations = [*_one_per_layer("activation", activation, n_hidden), identity]
    dropouts = [*_one_per_layer("dropout", dropout, n_hidden), 0.0]
    return tuple(
        Dense(n_in, n_out, activation, dropout)
        for (n_in, n_out), activation, dropout in zip(shapes, activations, dropouts, strict=True)
    )


def _one_per_layer(name: str, value: Any, n_hidden: int) -> Sequence[Any]:
    if not isinstance(value, Sequence):
        return [value] * n_hidden
    if len(value) != n_hidden:
        raise ValueError(
            f"{name} has {len(value)} values for {n_hidden} hidden layers: give one for each, or "
            "a single one for all"
        )
    return value
