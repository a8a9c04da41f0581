"""Networks of several kinds of layers, looked at as dense ones."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from errorest.engine import compiled, reference
from errorest.maths import binary_cross_entropy, cross_entropy, identity, selu, squared_error, tanh
from errorest.network import (
    Dense,
    Embedding,
    Layer,
    Network,
    ParametricActivation,
    Periodic,
    Scale,
    dense_form,
    tabular_network,
    trace,
)

RNG = np.random.default_rng(0)
ENGINES = [reference, *compiled.engines()]
NAMES = ["size", "weight", "colour"]
POINT = np.array([0.3, -1.2, 2.0])


def stirred(network: Network) -> Network:
    """Return the network with parameters none of which is a round number."""
    noise = np.random.default_rng(1).normal(0, 0.3, network.n_parameters)
    return network.with_parameters(network.parameters + noise)


def for_a_table(**settings: Any) -> Network:
    """Return a network with waves of two numbers, and an embedded category of four levels."""
    return stirred(
        tabular_network(
            *(3, [5, 4], 2),
            activation=selu,
            loss=cross_entropy,
            seed=0,
            levels={2: 4},
            periodic=(0,),
            **settings,
        )
    )


@pytest.mark.parametrize("parametric", [False, True])
def test_it_gives_the_same_answers(parametric: bool) -> None:
    network = for_a_table(parametric=parametric)
    X = np.column_stack([RNG.normal(size=(6, 2)), [0.0, 1.0, 2.0, 3.0, -1.0, 2.0]])
    form = dense_form(network)
    assert all(isinstance(layer, Dense) for layer in form.network.layers)
    answers = reference.forward(form.network, form.prepared(X))
    np.testing.assert_allclose(answers, reference.forward(network, X), rtol=1e-12)


def test_a_dense_network_is_its_own_form() -> None:
    network = Network.build(3, [4], 1, activation=tanh, loss=binary_cross_entropy, seed=0)
    form = dense_form(network)
    assert form.front == []
    np.testing.assert_array_equal(form.network.parameters, network.parameters)
    assert form.names(NAMES) == NAMES


def test_inputs_keep_their_names() -> None:
    form = dense_form(for_a_table())
    assert form.kinds == "Periodic and Embedding"
    names = form.names(NAMES)
    assert len(names) == form.network.n_features
    assert names[:5] == ["weight", "size", "size~1", "size~2", "size~3"]
    assert names[5:] == [f"colour·{i}" for i in range(1, 9)]


def test_waves_are_named_after_the_number_that_moves_them() -> None:
    network = stirred(
        tabular_network(3, [5], 2, activation=selu, loss=cross_entropy, seed=0, periodic=(0, 1))
    )
    form = dense_form(network)
    before, after = form.prepared(np.array([[0.3, -1.2, 2.0], [0.3, -1.1, 2.0]]))
    moved = [name for name, one in zip(form.names(NAMES), before != after, strict=True) if one]
    assert moved == ["weight", "weight~1", "weight~2", "weight~3"]


def test_of_submodels_it_is_the_first() -> None:
    network = for_a_table(n_submodels=3)
    form = dense_form(network)
    repeated = np.repeat(POINT[None], 3, axis=0)
    every = repeated
    for layer, parameters in network.layers_with_parameters():
        every = layer.feedforward(parameters, every)[1]
    answer = reference.forward(form.network, form.prepared(POINT[None]))
    np.testing.assert_allclose(answer[0], every[0], rtol=1e-12)


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
@pytest.mark.parametrize("parametric", [False, True])
def test_the_trace_agrees_with_every_engine(engine: Any, parametric: bool) -> None:
    """The derivatives of all layers follow from those of the dense form by the chain rule."""
    network = for_a_table(parametric=parametric)
    target = np.array([0.0, 1.0])
    traced = trace(network, POINT, target, input_names=NAMES)
    value, gradient = engine.loss_and_gradient(network, POINT[None], target[None])
    assert traced.loss == pytest.approx(value, rel=1e-12)
    output = engine.predict_proba(network, POINT[None])[0]
    np.testing.assert_allclose(traced.output, output, rtol=1e-12)

    slices = np.cumsum([0, *(layer.n_parameters for layer in network.layers)])
    parts = [gradient[begin:end] for begin, end in pairwise(slices)]
    owned = [parameters for _, parameters in network.layers_with_parameters()]
    steps = iter(zip(traced.layers, traced.gradients, strict=True))
    factors = np.ones(3)
    for layer, parameters, expected in zip(network.layers, owned, parts, strict=True):
        if isinstance(layer, Embedding):
            # The vector of the point's level moves the inputs one to one, the others nothing.
            first = traced.gradients[0]
            back = traced.layers[0].weights @ first.deltas
            rows = expected.reshape(4, 8)
            np.testing.assert_allclose(rows[2], back[-8:], rtol=1e-11, atol=1e-15)
            np.testing.assert_array_equal(rows[[0, 1, 3]], 0)
        elif isinstance(layer, Scale):
            factors = parameters
            grad_factors = expected
        elif isinstance(layer, Dense):
            step, gradients = next(steps)
            weights = layer.weights(parameters)
            if len(factors) == layer.n_in:
                moved = np.sum(weights * gradients.grad_weights, axis=1)
                np.testing.assert_allclose(grad_factors, moved, rtol=1e-11, atol=1e-14)
                np.testing.assert_allclose(step.weights, factors[:, None] * weights)
            else:
                np.testing.assert_array_equal(step.weights, weights)
            scale = factors[:, None] if len(factors) == layer.n_in else 1
            np.testing.assert_allclose(
                layer.weights(expected), scale * gradients.grad_weights, rtol=1e-11, atol=1e-14
            )
            np.testing.assert_allclose(
                layer.biases(expected), gradients.deltas, rtol=1e-11, atol=1e-14
            )
            factors = np.ones(0)


def loss_of(network: Network, inputs: Any) -> float:
    value, _ = reference.loss_and_gradient(network, inputs[None], np.array([[0.0, 1.0]]))
    return float(value)


def test_the_trace_shows_what_the_layers_in_front_make_of_the_point() -> None:
    traced = trace(for_a_table(parametric=True), POINT, np.array([0.0, 1.0]), input_names=NAMES)
    tables = {table.title: table for table in traced.tables()}
    assert [row[:2] for row in tables["The point"].rows] == [
        ("size", "0.3"),
        ("weight", "-1.2"),
        ("colour", "2"),
    ]
    assert [row[0] for row in tables["Feedforward, Periodic"].rows][:2] == ["weight", "colour"]
    assert len(tables["Feedforward, Embedding"].rows) == 13
    inputs = traced.inputs[-1].values
    slopes = [
        (loss_of(traced.network, inputs + step) - loss_of(traced.network, inputs - step)) / 2e-6
        for step in 1e-6 * np.eye(13)
    ]
    shown = [float(row[2]) for row in tables["Backpropagation, to Embedding"].rows]
    np.testing.assert_allclose(shown, slopes, rtol=1e-3, atol=1e-8)
    header = tables["Feedforward, layer 1"].header
    assert header[-2:] == ("alpha", "output a = parametric SELU(z)")
    rule = traced.chain_rule("colour·3", "h1.2")
    assert rule.product == pytest.approx(rule.gradient, rel=1e-12)
    assert r"\cdot (\mathrm{SELU}(" in traced.latex()
    assert "% The point behind Periodic and Embedding: weight, size" in traced.latex()


def test_without_a_target_nothing_comes_back_to_the_layers_in_front() -> None:
    titles = [table.title for table in trace(for_a_table(), POINT).tables()]
    assert titles[1:3] == ["Feedforward, Periodic", "Feedforward, Embedding"]
    assert not any("Backpropagation" in title for title in titles)


def test_a_gap_is_named_where_the_layers_in_front_have_put_it() -> None:
    with pytest.raises(ValueError, match="the point's size is NaN"):
        trace(for_a_table(), [np.nan, -1.2, 2.0], input_names=NAMES)


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        (
            (Dense(3, 3, identity), Embedding(3, (0,), (2,), width=1)),
            "the kind Embedding behind",
        ),
        ((Dense(3, 3, identity), Periodic(3, (0,), width=2)), "the kind Periodic behind a dense"),
        ((Dense(3, 3, tanh), ParametricActivation(3, selu)), "the kind ParametricActivation"),
        (
            (Dense(3, 3, identity), Scale(3), ParametricActivation(3, selu), Dense(3, 1, identity)),
            "the kind ParametricActivation",
        ),
        ((Scale(3),), "whose last layer is no dense one"),
        ((Dense(3, 3, identity), Scale(3)), "whose last layer is no dense one"),
    ],
)
def test_some_networks_have_no_dense_form(layers: tuple[Layer, ...], message: str) -> None:
    n_parameters = sum(layer.n_parameters for layer in layers)
    network = Network(layers, squared_error, np.zeros(n_parameters))
    with pytest.raises(ValueError, match=message):
        dense_form(network)


def test_scales_are_part_of_the_weights_that_follow() -> None:
    layers = (Scale(3), Scale(3), Dense(3, 4, selu), Scale(4), Dense(4, 2, identity))
    parameters = RNG.normal(size=sum(layer.n_parameters for layer in layers))
    network = Network(layers, cross_entropy, parameters)
    form = dense_form(network)
    assert (len(form.front), len(form.network.layers)) == (0, 2)
    X = RNG.normal(size=(5, 3))
    np.testing.assert_allclose(reference.forward(form.network, X), reference.forward(network, X))
