"""Layers of several kinds, against what they are equal to, and the networks made of them."""

import math
from typing import Any

import numpy as np
import pytest

from errorest.engine import Steps, reference
from errorest.maths import (
    Adam,
    AdamW,
    binary_cross_entropy,
    cross_entropy,
    identity,
    one_hot,
    relu,
    selu,
    squared_error,
)
from errorest.maths.arrays import Array
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

RNG = np.random.default_rng(0)


def test_embedding_is_a_dense_layer_on_one_hot_codes() -> None:
    codes = RNG.integers(5, size=9)
    vectors = RNG.normal(size=(5, 3))
    layer = Embedding(1, columns=(0,), n_levels=(5,), width=3)
    _, outputs = layer.feedforward(vectors.ravel(), codes[:, None].astype(float))
    np.testing.assert_array_equal(outputs, one_hot(codes, 5) @ vectors)


def test_embedding_of_codes_that_are_no_levels_is_zero() -> None:
    layer = Embedding(1, columns=(0,), n_levels=(2,), width=3)
    codes = np.array([[-1.0], [2.0], [0.5], [np.nan], [1e30]])
    assert not layer.feedforward(np.ones(6), codes)[1].any()


def test_columns_that_are_not_replaced_stand_first() -> None:
    X = RNG.normal(size=(6, 4))
    X[:, 2] = 0
    embedding = Embedding(4, columns=(2,), n_levels=(1,), width=2)
    _, outputs = embedding.feedforward(np.array([5.0, 6.0]), X)
    np.testing.assert_array_equal(outputs[:, :3], X[:, [0, 1, 3]])
    np.testing.assert_array_equal(outputs[:, 3:], np.tile([5.0, 6.0], (6, 1)))
    periodic = Periodic(4, columns=(3, 1))
    _, outputs = periodic.feedforward(np.zeros(periodic.n_parameters), X)
    np.testing.assert_array_equal(outputs[:, :4], X[:, [0, 2, 3, 1]])
    assert not outputs[:, 4:].any()


@pytest.mark.parametrize("columns", [(0, 0), (3,), (-1,), ()])
def test_columns_must_be_there(columns: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="different numbers from 0 to 2"):
        Embedding(3, columns, (4,) * len(columns))
    with pytest.raises(ValueError, match="different numbers from 0 to 2"):
        Periodic(3, columns)


def test_every_embedded_column_has_a_number_of_levels() -> None:
    for n_levels in ((4,), (4, 0)):
        with pytest.raises(ValueError, match="2 columns need as many numbers of levels"):
            Embedding(3, (0, 1), n_levels)


def test_scale_of_submodels() -> None:
    factors = RNG.normal(size=(2, 3))
    X = RNG.normal(size=(4, 3))
    _, outputs = Scale(3, n_submodels=2).feedforward(factors.ravel(), np.repeat(X, 2, axis=0))
    np.testing.assert_array_equal(outputs[0::2], X * factors[0])
    np.testing.assert_array_equal(outputs[1::2], X * factors[1])


def test_scale_starts_from_signs() -> None:
    start = Scale(50, n_submodels=4, random_signs=True).initialize(np.random.default_rng(0))
    assert set(start) == {-1, 1}
    assert abs(start.sum()) < 50


@pytest.mark.parametrize(("alpha", "expected"), [(0.0, [-2.0, 3.0]), (1.0, [0.0, 3.0])])
def test_parametric_activation_lies_between_identity_and_activation(
    alpha: float, expected: list[float]
) -> None:
    layer = ParametricActivation(1, relu)
    _, outputs = layer.feedforward(np.array([alpha]), np.array([[-2.0], [3.0]]))
    np.testing.assert_array_equal(outputs.ravel(), expected)


@pytest.mark.parametrize(
    "layer",
    [
        Dense(3, 4, selu, weight_rate=0.5, bias_rate=0.1),
        Scale(3, n_submodels=2, rate=6.0, decay=0.5),
        Embedding(3, (1,), (7,), rate=0.5),
        Periodic(3, (0, 2), rate=0.2, decay=0.3),
        ParametricActivation(3, selu),
    ],
    ids=lambda layer: type(layer).__name__,
)
def test_one_number_per_parameter(layer: Layer) -> None:
    rng = np.random.default_rng(0)
    assert layer.initialize(rng).shape == (layer.n_parameters,)
    assert sum(group.size for group in layer.groups) == layer.n_parameters


@pytest.mark.parametrize(
    "make",
    [
        lambda: Periodic(3, (0,), n_frequencies=0),
        lambda: Periodic(3, (0,), n_frequencies=-3, width=-3),
        lambda: Periodic(3, (0,), width=1),
        lambda: Embedding(3, (0,), (4,), width=0),
    ],
)
def test_a_layer_needs_sizes(make: Any) -> None:
    with pytest.raises(ValueError, match="at least"):
        make()


def test_rates_and_decay_of_a_network() -> None:
    layers = (Scale(2, rate=6.0), Dense(2, 1, identity, weight_rate=0.5, bias_rate=0.1))
    network = Network(layers, squared_error, np.zeros(5, dtype=np.float32))
    np.testing.assert_array_equal(
        network.rates(), np.array([6, 6, 0.5, 0.5, 0.1], dtype=np.float32)
    )
    np.testing.assert_array_equal(network.decayed(), [1, 1, 1, 1, 0])
    assert network.rates().dtype == np.float32


def test_submodels_of_layers_must_agree() -> None:
    layers = (Scale(2, n_submodels=2), Scale(2, n_submodels=3))
    with pytest.raises(ValueError, match="different numbers of submodels"):
        Network(layers, squared_error, np.zeros(10))


def test_only_dense_networks_have_weights_to_look_at() -> None:
    network = tabular_network(3, [2], 1, activation=selu, loss=squared_error, seed=0)
    with pytest.raises(ValueError, match="a Scale layer is no dense layer"):
        _ = network.weights


def test_neural_tangent_scaling_is_a_learning_rate() -> None:
    """Adam on W x / sqrt(d) with a rate moves as Adam on W' x with the rate / sqrt(d)."""
    X, targets = RNG.normal(size=(8, 4)), RNG.normal(size=(8, 1))
    optimizer = AdamW(weight_decay=0.1, epsilon=1e-300)
    plain = Network((Dense(4, 1, identity),), squared_error, RNG.normal(size=5))
    scaled = Network((Dense(4, 1, identity, weight_rate=1 / 2),), squared_error, plain.parameters)
    steps = Steps(np.full((3, 2), 0.1), batch_size=4)

    def train(network: Network, X: Array) -> Array:
        moments = optimizer.start(network.parameters)
        trained, _, _ = reference.train_epochs(
            network, moments, X, targets, optimizer=optimizer, steps=steps
        )
        return trained.parameters

    start = scaled.parameters
    expected = train(plain.with_parameters(np.append(start[:4] * 2, start[4])), X / 2)
    result = train(scaled, X)
    np.testing.assert_allclose(result[:4] * 2, expected[:4], rtol=1e-10)
    np.testing.assert_allclose(result[4], expected[4], rtol=1e-10)


def test_submodels_train_on_the_mean_loss_and_answer_by_the_mean_probability() -> None:
    network = tabular_network(
        3, [4], 1, activation=selu, loss=binary_cross_entropy, seed=0, n_submodels=2
    )
    parameters = network.parameters + RNG.normal(size=network.n_parameters)
    network = network.with_parameters(parameters)
    X, targets = RNG.normal(size=(5, 3)), RNG.integers(2, size=5).astype(float)
    # The same submodels, each as a network of its own.
    apart = []
    for submodel in range(2):
        layers: list[Layer] = []
        slices = []
        for layer, numbers in network.layers_with_parameters():
            if isinstance(layer, Scale):
                layers.append(Scale(layer.n))
                slices.append(numbers.reshape(2, -1)[submodel])
            else:
                layers.append(layer)
                slices.append(numbers)
        apart.append(Network(tuple(layers), network.loss, np.concatenate(slices)))
    answers = [reference.predict_proba(submodel, X) for submodel in apart]
    losses = [reference.loss_and_gradient(submodel, X, targets)[0] for submodel in apart]
    np.testing.assert_allclose(reference.predict_proba(network, X), np.mean(answers, axis=0))
    assert reference.loss_and_gradient(network, X, targets)[0] == pytest.approx(np.mean(losses))


def test_a_network_without_knowledge_gives_each_class_the_same() -> None:
    network = tabular_network(3, [8, 8], 4, activation=selu, loss=cross_entropy, seed=0)
    answers = reference.predict_proba(network, RNG.normal(size=(5, 3)))
    np.testing.assert_array_equal(answers, np.full((5, 4), 0.25))


def test_hidden_units_of_a_tabular_network_start_with_spread_1_and_a_bias() -> None:
    network = tabular_network(100, [4000], 1, activation=identity, loss=squared_error, seed=0)
    layer, parameters = list(network.layers_with_parameters())[1]
    logits, _ = layer.feedforward(parameters, RNG.normal(size=(50, 100)))
    assert logits.std() == pytest.approx(math.sqrt(2), abs=0.02)


def test_dense_layers_of_a_tabular_network_learn_by_the_root_of_their_inputs() -> None:
    network = tabular_network(9, [4], 1, activation=selu, loss=squared_error, seed=0)
    dense = [layer for layer in network.layers if isinstance(layer, Dense)]
    assert [layer.weight_rate for layer in dense] == [1 / 3, 1 / 2]
    assert [layer.dropout for layer in dense] == [0, 0]


def test_features_of_a_tabular_network() -> None:
    """Whatever stands where, each feature has the layer that was asked for."""
    network = tabular_network(
        5, [], 1, activation=relu, loss=squared_error, seed=0, levels={4: 3, 1: 2}, periodic=[3, 0]
    )
    periodic, embedding = network.layers[:2]
    assert isinstance(periodic, Periodic)
    assert isinstance(embedding, Embedding)
    X = np.array([[0.1, 1.0, 0.2, 0.3, 2.0]])
    _, outputs = periodic.feedforward(np.zeros(periodic.n_parameters), X)
    assert [outputs[0, column] for column in embedding.columns] == [2.0, 1.0]
    assert embedding.n_levels == (3, 2)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"levels": {0: 3}, "periodic": [0]}, "cannot be a category and a number"),
        ({"levels": {2: 3}, "periodic": [0]}, "there are 2"),
        ({"periodic": [2]}, "different numbers from 0 to 1"),
        ({"n_submodels": 0}, "at least 1"),
    ],
)
def test_features_and_submodels_must_be_there(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        tabular_network(2, [], 1, activation=relu, loss=squared_error, seed=0, **settings)


def test_a_tabular_network_learns_what_a_line_cannot() -> None:
    X = RNG.uniform(-2, 2, size=(400, 2))
    y = (X[:, 0] * X[:, 1] > 0).astype(float)
    network = tabular_network(2, [32], 1, activation=selu, loss=binary_cross_entropy, seed=0)
    optimizer = Adam(beta_2=0.95)
    trained, _, _ = reference.train_epochs(
        network,
        optimizer.start(network.parameters),
        X,
        y,
        optimizer=optimizer,
        steps=Steps(np.full((20, 8), 0.04), batch_size=50),
    )
    assert ((reference.predict_proba(trained, X)[:, 0] > 0.5) == y).mean() > 0.95
