"""Every derivative against central differences: activations, softmax, losses, whole networks."""

from collections.abc import Callable
from typing import Any

import array_api_strict
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from errorest import engine, network
from errorest.engine import reference
from errorest.maths import (
    ACTIVATIONS,
    LOSSES,
    Activation,
    Loss,
    cross_entropy,
    gelu,
    perceptron_loss,
    softmax,
    softmax_jacobian,
    squared_error,
    tanh,
)
from errorest.network import (
    Dense,
    Embedding,
    Layer,
    Network,
    ParametricActivation,
    Periodic,
    Scale,
    tabular_network,
)

Vector = NDArray[np.float64]

# These have a kink or a jump at 0: no derivative exists there, only a convention, and a central
# difference across it measures neither side. They are compared at a distance from 0.
KINKED_ACTIVATIONS = {"step", "relu", "leaky_relu", "selu"}
KINKED_LOSSES = {"perceptron"}
DISTANCE = 0.01

LOGITS = st.floats(-20, 20, width=32)


def numeric_gradient(function: Callable[[Vector], float], at: Vector) -> Vector:
    """Return the central differences of a function of a vector."""
    h = 1e-5
    steps = h * np.eye(at.size)
    return np.array([(function(at + step) - function(at - step)) / (2 * h) for step in steps])


def away_from_zero(z: Vector) -> Vector:
    return np.where(np.abs(z) < DISTANCE, np.copysign(DISTANCE, z), z)


@pytest.mark.parametrize("name", ACTIVATIONS)
@settings(deadline=None, max_examples=50)
@given(z=arrays(np.float64, 5, elements=LOGITS))
def test_activation(name: str, z: Vector) -> None:
    if name in KINKED_ACTIVATIONS:
        z = away_from_zero(z)
    activation, h = ACTIVATIONS[name], 1e-5
    numeric = (activation(z + h) - activation(z - h)) / (2 * h)
    np.testing.assert_allclose(activation.derivative(z), numeric, rtol=1e-6, atol=1e-8)


@settings(deadline=None, max_examples=50)
@given(z=arrays(np.float64, 4, elements=LOGITS))
def test_softmax_jacobian(z: Vector) -> None:
    jacobian = softmax_jacobian(z)
    for i, row in enumerate(jacobian):
        numeric = numeric_gradient(lambda z, i=i: softmax(z)[i], z)  # type: ignore[misc]
        np.testing.assert_allclose(row, numeric, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("name", LOSSES)
@settings(deadline=None, max_examples=50)
@given(z=arrays(np.float64, 3, elements=LOGITS), label=st.integers(0, 2))
def test_loss(name: str, z: Vector, label: int) -> None:
    if name in KINKED_LOSSES:
        z = away_from_zero(z)
    loss, target = LOSSES[name], np.eye(3)[[label]]
    numeric = numeric_gradient(lambda z: loss(z[None, :], target).item(), z)
    np.testing.assert_allclose(loss.gradient(z[None, :], target)[0], numeric, rtol=1e-6, atol=1e-8)


def hidden_logits(network: Network, X: Any) -> list[Any]:
    """Return the logits of every layer, worked out with plain matrices."""
    logits, outputs = [], X
    for layer, parameters in network.dense_layers():
        logits.append(outputs @ layer.weights(parameters) + layer.biases(parameters))
        outputs = layer.activation(logits[-1])
    return logits


def case(hidden: list[int], activation: Activation, loss: Loss) -> tuple[Network, Vector]:
    """Return a network and rows that lie at a distance from every kink.

    Networks are drawn until one keeps every logit away from 0, so that no central difference
    steps over a kink of whatever activation or loss is tested.
    """
    X = np.random.default_rng(0).normal(size=(4, 2))
    for seed in range(10_000):
        network = Network.build(2, hidden, 3, activation=activation, loss=loss, seed=seed)
        if min(np.abs(z).min() for z in hidden_logits(network, X)) > DISTANCE:
            return network, X
    raise AssertionError("no network keeps its logits away from 0")


@pytest.mark.parametrize("xp", [np, array_api_strict], ids=["numpy", "strict"])
@pytest.mark.parametrize("hidden", [[], [4], [4, 3]], ids=["no hidden", "1 hidden", "2 hidden"])
@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=ACTIVATIONS)
def test_network(xp: Any, hidden: list[int], activation: Activation, loss: Loss) -> None:
    network, X = case(hidden, activation, loss)
    targets, sample_weight = np.eye(3)[[0, 1, 2, 1]], np.array([1.0, 0.5, 0.0, 2.0])

    def objective(parameters: Vector) -> float:
        at = network.with_parameters(parameters)
        return engine.loss_and_gradient(at, X, targets, sample_weight, l2=0.3)[0]

    numeric = numeric_gradient(objective, network.parameters)
    loss_and_gradient = engine.loss_and_gradient if xp is np else reference.loss_and_gradient
    J, gradient = loss_and_gradient(
        network.with_parameters(xp.asarray(network.parameters)),
        xp.asarray(X),
        xp.asarray(targets),
        xp.asarray(sample_weight),
        l2=0.3,
    )
    assert pytest.approx(objective(network.parameters), rel=1e-12) == J
    assert isinstance(gradient, type(xp.asarray(X)))
    np.testing.assert_allclose(np.asarray(gradient), numeric, rtol=1e-6, atol=1e-8)


LAYERS: dict[str, Layer] = {
    "dense": Dense(3, 2, tanh),
    "scale": Scale(3),
    "scale for submodels": Scale(3, n_submodels=2),
    "embedding": Embedding(3, columns=(2, 0), n_levels=(2, 4), width=2),
    "periodic": Periodic(3, columns=(2, 0), n_frequencies=5, width=3, sigma=1.0),
    "parametric activation": ParametricActivation(3, gelu),
}


def test_every_kind_of_layer_is_compared() -> None:
    kinds = {value for value in vars(network).values() if hasattr(value, "backpropagate")}
    assert {type(layer) for layer in LAYERS.values()} == kinds - {Layer}


@pytest.mark.parametrize("xp", [np, array_api_strict], ids=["numpy", "strict"])
@pytest.mark.parametrize("layer", LAYERS.values(), ids=LAYERS)
def test_layer(xp: Any, layer: Layer) -> None:
    rng = np.random.default_rng(0)
    inputs, parameters = rng.normal(size=(4, 3)), rng.normal(size=layer.n_parameters)
    if isinstance(layer, Embedding):
        inputs[:, 2], inputs[:, 0] = (0, 1, 1, np.nan), (3, 1, -1, 1)
    grad_outputs = rng.normal(size=(4, layer.n_out))

    def objective(parameters: Vector, inputs: Vector) -> float:
        return float((layer.feedforward(parameters, inputs)[1] * grad_outputs).sum())

    arrays = xp.asarray(parameters), xp.asarray(inputs)
    logits, outputs = layer.feedforward(*arrays)
    assert outputs.shape == (4, layer.n_out)
    grads = layer.backpropagate(*arrays, logits, xp.asarray(grad_outputs))
    grad_inputs, grad_parameters = map(np.asarray, grads)
    numeric = numeric_gradient(lambda p: objective(p, inputs), parameters)
    np.testing.assert_allclose(grad_parameters, numeric, rtol=1e-6, atol=1e-8)
    flat = np.nan_to_num(inputs).ravel()
    numeric = numeric_gradient(lambda x: objective(parameters, x.reshape(4, 3)), flat)
    if isinstance(layer, Embedding):
        # A code is a name: there is nothing between two of them, and no slope.
        numeric.reshape(4, 3)[:, [2, 0]] = 0
    np.testing.assert_allclose(grad_inputs.ravel(), numeric, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("xp", [np, array_api_strict], ids=["numpy", "strict"])
@pytest.mark.parametrize("n_submodels", [1, 3])
@pytest.mark.parametrize("parametric", [False, True])
@pytest.mark.parametrize("loss", [cross_entropy, squared_error], ids=repr)
def test_network_of_several_kinds_of_layers(
    xp: Any, loss: Loss, parametric: bool, n_submodels: int
) -> None:
    network = tabular_network(
        4,
        [5, 3],
        3,
        activation=gelu,
        loss=loss,
        seed=0,
        parametric=parametric,
        levels={1: 3},
        periodic=[3, 0],
        n_submodels=n_submodels,
    )
    rng = np.random.default_rng(0)
    X = rng.normal(size=(4, 4))
    X[:, 1] = [0, 2, 2, 1]
    targets, sample_weight = np.eye(3)[[0, 1, 2, 1]], np.array([1.0, 0.5, 0.0, 2.0])
    parameters = network.parameters + rng.normal(scale=0.3, size=network.n_parameters)

    def objective(parameters: Vector) -> float:
        at = network.with_parameters(parameters)
        return engine.loss_and_gradient(at, X, targets, sample_weight, l2=0.3)[0]

    loss_and_gradient = engine.loss_and_gradient if xp is np else reference.loss_and_gradient
    J, gradient = loss_and_gradient(
        network.with_parameters(xp.asarray(parameters)),
        xp.asarray(X),
        xp.asarray(targets),
        xp.asarray(sample_weight),
        l2=0.3,
    )
    assert pytest.approx(objective(parameters), rel=1e-12) == J
    numeric = numeric_gradient(objective, parameters)
    np.testing.assert_allclose(np.asarray(gradient), numeric, rtol=1e-6, atol=1e-8)


def test_objective_is_the_weighted_mean_and_the_penalty_of_the_weights() -> None:
    network, X = case([4], tanh, squared_error)
    targets, weights = np.eye(3)[[0, 1, 2, 1]], np.array([1.0, 0.5, 0.0, 2.0])
    squares = ((hidden_logits(network, X)[-1] - targets) ** 2).sum(axis=1) / 2
    penalty = 0.3 / 2 * sum((w**2).sum() for w in network.weights)
    J, _ = engine.loss_and_gradient(network, X, targets, weights, l2=0.3)
    assert pytest.approx((weights * squares).sum() / 3.5 + penalty, rel=1e-12) == J


def test_biases_carry_no_penalty() -> None:
    network, X = case([4], tanh, squared_error)
    _, without = engine.loss_and_gradient(network, X, np.eye(3)[[0, 1, 2, 1]])
    _, with_penalty = engine.loss_and_gradient(network, X, np.eye(3)[[0, 1, 2, 1]], l2=0.3)
    penalty = network.with_parameters(with_penalty - without)
    for by_l2, weights in zip(penalty.weights, network.weights, strict=True):
        np.testing.assert_allclose(by_l2, 0.3 * weights, rtol=1e-9)
    for by_l2 in penalty.biases:
        np.testing.assert_allclose(by_l2, 0, atol=1e-15)


@pytest.mark.parametrize("xp", [np, array_api_strict], ids=["numpy", "strict"])
def test_class_indices_and_one_hot_targets_agree(xp: Any) -> None:
    network, X = case([4], gelu, cross_entropy)
    network, X = network.with_parameters(xp.asarray(network.parameters)), xp.asarray(X)
    labels = np.array([0, 1, 2, 1])
    by_index = reference.loss_and_gradient(network, X, xp.asarray(labels))
    by_row = reference.loss_and_gradient(network, X, xp.asarray(np.eye(3)[labels]))
    assert by_index[0] == by_row[0]
    np.testing.assert_array_equal(np.asarray(by_index[1]), np.asarray(by_row[1]))


def test_weights_repeat_rows() -> None:
    network, X = case([4], tanh, cross_entropy)
    labels, repeats = np.array([0, 1, 2, 1]), np.array([1, 3, 0, 2])
    weighted = engine.loss_and_gradient(network, X, labels, repeats.astype(float), l2=0.1)
    rows = np.repeat(np.arange(4), repeats)
    repeated = engine.loss_and_gradient(network, X[rows], labels[rows], l2=0.1)
    assert weighted[0] == pytest.approx(repeated[0], rel=1e-12)
    np.testing.assert_allclose(weighted[1], repeated[1], rtol=1e-10)


def test_perceptron_gradient_is_that_of_log_loss_with_the_step_for_the_sigmoid() -> None:
    network, X = case([], tanh, perceptron_loss)
    targets = np.eye(3)[[0, 1, 2, 1]]
    error = (hidden_logits(network, X)[0] >= 0) - targets
    expected = np.concatenate([(X.T @ error).ravel(), error.sum(axis=0)]) / 4
    _, gradient = engine.loss_and_gradient(network, X, targets)
    np.testing.assert_allclose(gradient, expected, rtol=1e-12)
