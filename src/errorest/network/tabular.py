"""A network that suits tables, after RealMLP (Holzmüller, Grinsztajn and Steinwart 2024)."""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from errorest.maths.activations import Activation, identity
from errorest.maths.losses import Loss
from errorest.network.embedding import Embedding
from errorest.network.layer import Dense, Layer
from errorest.network.network import Network
from errorest.network.parametric_activation import ParametricActivation
from errorest.network.periodic import Periodic
from errorest.network.scale import Scale

__all__ = ["tabular_network"]

# How much slower than the weights they learn.
_BIAS_RATE = 0.1


def tabular_network(
    n_features: int,
    hidden_layer_sizes: Sequence[int],
    n_outputs: int,
    *,
    activation: Activation,
    loss: Loss,
    seed: int,
    dropout: float = 0.0,
    parametric: bool = False,
    levels: Mapping[int, int] | None = None,
    periodic: Sequence[int] = (),
    n_submodels: int = 1,
    dtype: np.dtype[np.floating] | type[np.floating] = np.float64,
) -> Network:
    """Make a network for the encoded rows of a table, to be trained by Adam.

    In front stands a factor for each input. The dense layers are scaled
    after the neural tangent kernel: with n inputs, weights of the order ``1 / sqrt(n)`` move by
    ``1 / sqrt(n)`` of the learning rate, which under Adam is the same as ``W x / sqrt(n)`` (Jacot,
    Gabriel and Hongler 2018). The last layer starts from 0.

    Parameters
    ----------
    n_features : int
    hidden_layer_sizes : sequence of int
    n_outputs : int
    activation : Activation
    loss : Loss
    seed : int
    dropout : float in [0, 1), default=0
        Of all hidden layers.
    parametric : bool, default=False
        Whether each hidden unit learns how much of the activation to apply.
    levels : mapping of int to int, optional
        Which features are codes of categories, and how many levels these have: they are embedded.
    periodic : sequence of int, default=()
        Which features are numbers of which the network shall see waves, too.
    n_submodels : int, default=1
        How many submodels share the weights. They differ by their factors for the inputs, which
        start from random signs, and for the inputs of the last layer.
    dtype : numpy dtype, default=float64

    Returns
    -------
    Network

    Raises
    ------
    ValueError
        If a feature is not there, or is both a category and a number.

    Examples
    --------
    >>> from errorest.maths import cross_entropy, selu
    >>> settings = {"activation": selu, "loss": cross_entropy, "seed": 0}
    >>> network = tabular_network(3, [8], 2, levels={2: 12}, **settings)
    >>> for layer in network.layers:
    ...     print(type(layer).__name__, layer.n_in, "->", layer.n_out)
    Embedding 3 -> 10
    Scale 10 -> 10
    Dense 10 -> 8
    Dense 8 -> 2
    """
    front = _front_layers(n_features, levels or {}, tuple(periodic))
    n_inputs = front[-1].n_out if front else n_features
    layers: list[Layer] = [*front, Scale(n_inputs, n_submodels, n_submodels > 1)]
    for n_in, n_out in pairwise([n_inputs, *hidden_layer_sizes]):
        if parametric:
            layers.append(_scaled_dense(n_in, n_out, identity))
            layers.append(ParametricActivation(n_out, activation, dropout))
        else:
            layers.append(_scaled_dense(n_in, n_out, activation, dropout))
    n_last = layers[-1].n_out
    if n_submodels > 1 and hidden_layer_sizes:
        layers.append(Scale(n_last, n_submodels))
    layers.append(_scaled_dense(n_last, n_outputs, identity))

    rng = np.random.default_rng(seed)
    parameters = np.concatenate([_start(layer, rng) for layer in layers])
    parameters[-layers[-1].n_parameters :] = 0
    return Network(tuple(layers), loss, parameters.astype(dtype))


def _front_layers(
    n_features: int, levels: Mapping[int, int], periodic: tuple[int, ...]
) -> list[Layer]:
    """Return the layers that read the features, of which the first may move to the left."""
    if set(levels) & set(periodic):
        raise ValueError("a feature cannot be a category and a number with waves")
    if not set(levels) <= set(range(n_features)):
        raise ValueError(f"levels has features {list(levels)}, but there are {n_features}")
    layers: list[Layer] = []
    if periodic:
        layers.append(Periodic(n_features, periodic))
        others = [feature for feature in range(n_features) if feature not in set(periodic)]
        levels = {others.index(feature): n for feature, n in levels.items()}
        n_features = layers[-1].n_out
    if levels:
        layers.append(Embedding(n_features, tuple(levels), tuple(levels.values())))
    return layers


def _scaled_dense(n_in: int, n_out: int, activation: Activation, dropout: float = 0.0) -> Dense:
    weight_rate = 1 / math.sqrt(n_in)
    return Dense(n_in, n_out, activation, dropout, weight_rate=weight_rate, bias_rate=_BIAS_RATE)


def _start(layer: Layer, rng: np.random.Generator) -> NDArray[np.float64]:
    if not isinstance(layer, Dense):
        return layer.initialize(rng)
    weights = rng.normal(0, 1 / math.sqrt(layer.n_in), layer.n_in * layer.n_out)
    return np.concatenate([weights, rng.normal(size=layer.n_out)])
