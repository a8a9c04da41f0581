"""Networks as values: one flat vector, and layers that look into it."""

import dataclasses
from typing import Any

import numpy as np
import pytest
from scipy.special import expit
from sklearn.datasets import load_iris
from sklearn.neural_network import MLPClassifier

from errorest import engine
from errorest.maths import (
    binary_cross_entropy,
    cross_entropy,
    glorot_uniform,
    identity,
    relu,
    selu,
    sigmoid,
    tanh,
)
from errorest.network import Dense, Network


def build(seed: int = 0, dtype: type[np.floating] = np.float64) -> Network:
    return Network.build(4, [3, 2], 5, activation=tanh, loss=cross_entropy, seed=seed, dtype=dtype)


def test_shapes() -> None:
    network = build()
    assert network.n_features == 4
    assert network.n_outputs == 5
    assert network.n_parameters == (4 + 1) * 3 + (3 + 1) * 2 + (2 + 1) * 5
    assert network.parameters.shape == (network.n_parameters,)
    assert [w.shape for w in network.weights] == [(4, 3), (3, 2), (2, 5)]
    assert [b.shape for b in network.biases] == [(3,), (2,), (5,)]


def test_no_hidden_layer_is_a_linear_model() -> None:
    network = Network.build(3, [], 1, activation=relu, loss=binary_cross_entropy, seed=0)
    assert len(network.layers) == 1
    assert network.n_parameters == 4
    assert [layer.activation for layer, _ in network.dense_layers()] == [identity]


def test_hidden_layers_have_the_activation_and_the_last_the_identity() -> None:
    assert [layer.activation for layer, _ in build().dense_layers()] == [tanh, tanh, identity]


def test_order_of_the_flat_vector() -> None:
    network = Network(
        (Dense(2, 3, sigmoid), Dense(3, 1, identity)), binary_cross_entropy, np.arange(13.0)
    )
    np.testing.assert_array_equal(network.weights[0], [[0, 1, 2], [3, 4, 5]])
    np.testing.assert_array_equal(network.biases[0], [6, 7, 8])
    np.testing.assert_array_equal(network.weights[1], [[9], [10], [11]])
    np.testing.assert_array_equal(network.biases[1], [12])


def test_given_weights_are_those_of_the_network() -> None:
    """scikit-learn keeps matrices and vectors layer by layer, too."""
    X, y = load_iris(return_X_y=True)
    X -= X.mean(axis=0)
    theirs = MLPClassifier((4, 3), "tanh", solver="lbfgs", tol=1e-2, random_state=0).fit(X, y)
    ours = Network.from_weights(
        theirs.coefs_, theirs.intercepts_, activation=tanh, loss=cross_entropy
    )
    np.testing.assert_allclose(engine.predict_proba(ours, X), theirs.predict_proba(X), rtol=1e-9)
    assert (ours.n_features, ours.n_outputs, ours.parameters.dtype) == (4, 3, np.float64)


def test_a_line_of_given_weights_needs_no_activation() -> None:
    line = Network.from_weights([[[2], [1]]], [[-18]], loss=binary_cross_entropy, dtype=np.float32)
    assert line.parameters.dtype == np.float32
    probability = engine.predict_proba(line, np.array([[7.0, 6.0]], dtype=np.float32))
    assert probability[0, -1] == pytest.approx(1 / (1 + np.exp(-(2 * 7 + 6 - 18))))


@pytest.mark.parametrize(
    ("weights", "biases", "message"),
    [
        ([], [], "make no network"),
        ([[[1]]], [], "weights of 1 layers and biases of 0"),
        ([[1, 2]], [[0]], r"layer 1 has weights of shape \(2,\)"),
        ([[[1], [2]]], [0], r"layer 1 .* biases of shape \(\)"),
        ([[[1, 2]], [[1], [2]]], [[0, 0], [0, 0]], r"layer 2 .* biases of shape \(2,\)"),
        ([[[1, 2]], [[1]]], [[0, 0], [0]], "2 outputs cannot feed one of 1 inputs"),
    ],
)
def test_given_weights_must_fit_together(weights: Any, biases: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Network.from_weights(weights, biases, activation=tanh, loss=binary_cross_entropy)


def test_hidden_layers_of_given_weights_need_an_activation() -> None:
    with pytest.raises(ValueError, match="activation has 0 values for 1 hidden layers"):
        Network.from_weights([[[1]], [[1]]], [[0], [0]], loss=binary_cross_entropy)


def test_views_share_memory_with_the_flat_vector() -> None:
    network = build()
    for view in [*network.weights, *network.biases]:
        assert np.shares_memory(view, network.parameters)
    network.parameters[:] = 0
    network.weights[1][2, 1] = 7
    network.biases[2][4] = 9
    assert np.flatnonzero(network.parameters).tolist() == [15 + 2 * 2 + 1, 15 + 8 + 10 + 4]


def test_decayed_marks_the_weights() -> None:
    marked = build().with_parameters(build().decayed())
    assert all((weights == 1).all() for weights in marked.weights)
    assert all((biases == 0).all() for biases in marked.biases)


def test_decayed_has_the_type_of_the_parameters() -> None:
    assert build(dtype=np.float32).decayed().dtype == np.float32


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_type_is_chosen_at_the_start(dtype: type[np.floating]) -> None:
    network = build(dtype=dtype)
    assert network.parameters.dtype == dtype
    np.testing.assert_array_equal(network.parameters, build().parameters.astype(dtype))


def test_same_seed_same_parameters() -> None:
    np.testing.assert_array_equal(build(seed=3).parameters, build(seed=3).parameters)
    assert (build(seed=3).parameters != build(seed=4).parameters).all()


def test_each_layer_draws_by_its_own_fans() -> None:
    network = Network.build(50, [200], 3, activation=selu, loss=cross_entropy, seed=0)
    hidden, last = network.weights
    assert hidden.var() == pytest.approx(1 / 50, rel=0.1)
    assert np.abs(last).max() <= np.sqrt(6 / (200 + 3))


def test_with_parameters_leaves_the_old_network_alone() -> None:
    network = build()
    before = network.parameters.copy()
    other = network.with_parameters(np.zeros(network.n_parameters))
    assert other.layers == network.layers
    assert not other.parameters.any()
    np.testing.assert_array_equal(network.parameters, before)


def test_a_network_is_frozen() -> None:
    network = build()
    with pytest.raises(dataclasses.FrozenInstanceError):
        network.parameters = np.zeros(3)  # type: ignore[misc]


def test_layers_must_fit_each_other() -> None:
    layers = (Dense(2, 3, sigmoid), Dense(4, 1, identity))
    with pytest.raises(ValueError, match="3 outputs cannot feed one of 4 inputs"):
        Network(layers, binary_cross_entropy, np.zeros(14))


@pytest.mark.parametrize("shape", [(2,), (4,), (3, 1), ()])
def test_parameters_must_fit_the_layers(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"the layers need \(3,\)"):
        Network((Dense(2, 1, identity),), binary_cross_entropy, np.zeros(shape))


def test_dense_feedforward_by_hand() -> None:
    layer = Dense(2, 2, sigmoid)
    parameters = np.array([2.0, -1.0, 1.0, 1.0, -18.0, 0.5])  # W = [[2, -1], [1, 1]], b = [-18, .5]
    logits, outputs = layer.feedforward(parameters, np.array([[9.0, 8.0], [0.0, 0.0]]))
    np.testing.assert_array_equal(logits, [[8, -0.5], [-18, 0.5]])
    np.testing.assert_allclose(outputs, expit(logits), rtol=1e-14)


def test_dense_backpropagation_by_hand() -> None:
    layer = Dense(2, 1, identity)
    inputs, grad_outputs = np.array([[9.0, 8.0], [3.0, 4.0]]), np.array([[1.0], [-2.0]])
    logits, _ = layer.feedforward(np.array([2.0, 1.0, -18.0]), inputs)
    grad_inputs, grad_parameters = layer.backpropagate(
        np.array([2.0, 1.0, -18.0]), inputs, logits, grad_outputs
    )
    np.testing.assert_array_equal(grad_inputs, [[2, 1], [-4, -2]])
    np.testing.assert_array_equal(grad_parameters, [9 - 6, 8 - 8, 1 - 2])


def test_initializer_of_a_dense_layer() -> None:
    drawn = Dense(3, 2, tanh).initialize(np.random.default_rng(1))
    expected = glorot_uniform(np.random.default_rng(1), (8,), fan_in=3, fan_out=2)
    np.testing.assert_array_equal(drawn, expected)
