"""Any network as one of dense layers, to look at: those in front of them prepare its inputs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import dropwhile

import numpy as np
from numpy.typing import NDArray

from errorest.exceptions import PictureError
from errorest.maths.activations import Activation, Identity
from errorest.maths.arrays import Array
from errorest.maths.losses import Loss
from errorest.network.embedding import Embedding
from errorest.network.layer import Dense, Layer
from errorest.network.network import Network
from errorest.network.parametric_activation import ParametricActivation
from errorest.network.periodic import Periodic
from errorest.network.scale import Scale

__all__ = ["DenseForm", "PartialActivation", "activation_name", "dense_form"]

Floats = NDArray[np.floating]
Step = tuple[Layer, Floats]


@dataclass(frozen=True, eq=False)
class PartialActivation(Activation):
    """What a dense layer and the parametric activation behind it apply to the logits together.

    Parameters
    ----------
    activation : Activation
    alpha : array of shape (n_units,)
        How much of it each unit applies.
    """

    activation: Activation
    alpha: Floats

    def __call__(self, logits: Array) -> Array:
        return logits + self.alpha * (self.activation(logits) - logits)

    def derivative(self, logits: Array) -> Array:
        return 1 + self.alpha * (self.activation.derivative(logits) - 1)


@dataclass(frozen=True, eq=False)
class DenseForm:
    """A network of dense layers, and the layers in front that prepare its inputs.

    Attributes
    ----------
    front : list of pairs of Layer and array
        Each with its parameters; empty for a network whose first layer is dense.
    network : Network
        Gives the same answers to prepared inputs. Factors of inputs are multiplied into the
        weights that follow; of submodels that share weights it is the first one.

    Examples
    --------
    >>> from errorest.maths import identity, squared_error
    >>> layers = (Periodic(1, columns=(0,), n_frequencies=1, width=2), Dense(2, 1, identity))
    >>> form = dense_form(Network(layers, squared_error, np.zeros(7)))
    >>> form.kinds, form.names(["age"]), form.network.n_features
    ('Periodic', ['age', 'age~1'], 2)
    """

    front: list[Step]
    network: Network

    def prepared(self, X: Floats) -> Floats:
        """Return what the layers in front make of inputs, of shape (n_samples, n_inputs)."""
        for layer, parameters in self.front:
            X = layer.feedforward(parameters, X)[1]
        return X

    def names(self, input_names: Sequence[str]) -> list[str]:
        """Name the prepared inputs after the inputs."""
        names = list(map(str, input_names))
        for layer, _ in self.front:
            names = _names_behind(layer, names)
        return names

    @property
    def kinds(self) -> str:
        """Names of the layers in front, such as "Periodic and Embedding"."""
        return " and ".join(type(layer).__name__ for layer, _ in self.front)


def dense_form(network: Network) -> DenseForm:
    """Show a network as one of dense layers.

    Parameters
    ----------
    network : Network
        With NumPy parameters.

    Returns
    -------
    DenseForm

    Raises
    ------
    ValueError
        If a layer between or behind dense ones is no dense one in another form.

    Examples
    --------
    >>> from errorest.maths import identity, squared_error
    >>> embedding = Embedding(1, columns=(0,), n_levels=(2,), width=2)
    >>> layers = (embedding, Scale(2), Dense(2, 1, identity))
    >>> parameters = np.array([0.1, 0.2, 0.3, 0.4, 10.0, 1.0, 5.0, 7.0, 0.0])
    >>> form = dense_form(Network(layers, squared_error, parameters))
    >>> form.prepared(np.array([[1.0]])), form.names(["island"])
    (array([[0.3, 0.4]]), ['island·1', 'island·2'])
    >>> form.network.weights[0]
    array([[50.],
           [ 7.]])
    """
    steps = list(_of_first_submodel(network))
    behind = list(dropwhile(lambda step: not isinstance(step[0], Dense), steps))
    # Factors right before the first dense layer belong to its weights.
    n_front = len(steps) - len(behind)
    while n_front and isinstance(steps[n_front - 1][0], Scale):
        n_front -= 1
    return DenseForm(steps[:n_front], _joined(steps[n_front:], network.loss))


def activation_name(activation: Activation) -> str:
    """Return the name of an activation's kind."""
    if isinstance(activation, PartialActivation):
        return f"parametric {activation_name(activation.activation)}"
    return type(activation).__name__


def _of_first_submodel(network: Network) -> Iterator[Step]:
    for layer, parameters in network.layers_with_parameters():
        if isinstance(layer, Scale):
            yield Scale(layer.n), np.asarray(parameters[: layer.n])
        else:
            yield layer, np.asarray(parameters)


def _joined(steps: list[Step], loss: Loss) -> Network:
    """Multiply factors into the weights that follow, and apply activations where logits arise."""
    layers: list[Dense] = []
    slices: list[Floats] = []
    factors: Floats | None = None
    for layer, parameters in steps:
        if isinstance(layer, Scale):
            factors = parameters if factors is None else factors * parameters
        elif isinstance(layer, Dense):
            weights = layer.weights(parameters)
            if factors is not None:
                weights = weights * factors[:, None]
            slices += [np.ravel(weights), layer.biases(parameters)]
            layers.append(layer)
            factors = None
        elif (
            isinstance(layer, ParametricActivation)
            and layers
            and factors is None
            and isinstance(layers[-1].activation, Identity)
        ):
            activation = PartialActivation(layer.activation, parameters)
            layers[-1] = Dense(layers[-1].n_in, layers[-1].n_out, activation)
        else:
            raise PictureError(
                f"a layer of the kind {type(layer).__name__} behind a dense one cannot be shown as "
                "part of it"
            )
    if not layers or factors is not None:
        raise PictureError("a network whose last layer is no dense one cannot be shown")
    return Network(tuple(layers), loss, np.concatenate(slices))


def _names_behind(layer: Layer, names: list[str]) -> list[str]:
    if not isinstance(layer, Embedding | Periodic):
        return names
    chosen = [names[column] for column in layer.columns]
    passing = [name for column, name in enumerate(names) if column not in set(layer.columns)]
    if isinstance(layer, Embedding):
        return passing + [f"{name}·{i}" for name in chosen for i in range(1, layer.width + 1)]
    waves = [f"{name}~{i}" for i in range(1, layer.width) for name in chosen]
    return passing + chosen + waves
