"""The chain rule for one weight: every factor a derivative, their product the gradient."""

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy.special import expit

from errorest.maths import (
    ACTIVATIONS,
    LOSSES,
    Activation,
    BrierLoss,
    FocalLoss,
    Loss,
    binary_cross_entropy,
    cross_entropy,
    relu,
    sigmoid,
    tanh,
)
from errorest.network import Network, Trace, trace

POINT = np.array([0.3, -1.2, 0.7])


def build(*hidden: int, n_outputs: int = 1, loss: Loss = binary_cross_entropy) -> Network:
    return Network.build(3, hidden, n_outputs, activation=tanh, loss=loss, seed=2)


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=ACTIVATIONS)
def test_the_product_is_the_gradient_of_every_weight(activation: Activation, loss: Loss) -> None:
    network = Network.build(3, [4, 1, 3], 2, activation=activation, loss=loss, seed=1)
    traced = trace(network, POINT, np.array([0.0, 1.0]))
    products = [
        traced.chain_rule(source, unit, layer=layer).product
        for layer, (below, above) in enumerate(pairwise([3, 4, 1, 3, 2]), start=1)
        for source in range(below + 1)
        for unit in range(above)
    ]
    np.testing.assert_allclose(products, traced.gradient(), rtol=1e-12, atol=1e-15)


def test_logistic_regression() -> None:
    """EXAMPLES no 12: dE/dw = (y_hat - y) x, dE/db = y_hat - y."""
    network = build().with_parameters(np.array([2.0, 1.0, 0.5, -3.0]))
    p = expit(2 * 0.3 - 1.2 + 0.5 * 0.7 - 3)
    for y in (0.0, 1.0):
        traced = trace(network, POINT, np.array([y]))
        rule = traced.chain_rule("x2", "y1")
        assert rule.product == pytest.approx((p - y) * -1.2, rel=1e-13)
        values = {factor.symbol: factor.value for factor in rule.factors}
        assert values["dJ/dp"] == pytest.approx(-y / p + (1 - y) / (1 - p), rel=1e-13)
        assert values["dp/dz1"] == pytest.approx(p * (1 - p), rel=1e-13)
        assert values["dz1/dw"] == -1.2
        assert traced.chain_rule("bias", "y1").product == pytest.approx(p - y, rel=1e-13)


def test_a_chain_through_one_hidden_layer_has_every_factor() -> None:
    """EXAMPLES nos 15 and 16: y_hat = sigmoid(W2 sigmoid(W1 x)), and the rule along one path."""
    network = Network.build(3, [2], 1, activation=sigmoid, loss=binary_cross_entropy, seed=3)
    first, second = network.weights
    z1 = POINT @ first + network.biases[0]
    p = expit(expit(z1) @ second + network.biases[1])[0]
    rule = trace(network, POINT, np.array([1.0])).chain_rule("x3", "h1.2")
    slope = expit(z1[1]) * (1 - expit(z1[1]))
    expected = {
        "dJ/dp": -1 / p,
        "dp/dz2": p * (1 - p),
        "dz2/da1": second[1, 0],
        "da1/dz1": slope,
        "dz1/dw": 0.7,
    }
    assert {factor.symbol: factor.value for factor in rule.factors} == pytest.approx(expected)
    assert rule.details == []


@pytest.mark.parametrize("weight", [("x1", "h1.3"), ("bias", "h1.1"), ("h1.2", "h2.1")])
def test_the_gradient_is_what_moving_the_weight_does(weight: tuple[str, str]) -> None:
    network = build(4, 3, n_outputs=3, loss=cross_entropy)
    target = np.array([0.0, 1.0, 0.0])
    place = {("x1", "h1.3"): 2, ("bias", "h1.1"): 12, ("h1.2", "h2.1"): 16 + 3}[weight]
    step = np.eye(network.n_parameters)[place] * 1e-6

    def loss(parameters: np.ndarray) -> float:
        return trace(network.with_parameters(parameters), POINT, target).loss or 0.0

    numeric = (loss(network.parameters + step) - loss(network.parameters - step)) / 2e-6
    rule = trace(network, POINT, target).chain_rule(*weight)
    assert rule.product == pytest.approx(numeric, rel=1e-6)


def test_what_comes_back_is_a_sum_over_the_units_above() -> None:
    network = build(2, 30, n_outputs=3, loss=cross_entropy)
    rule = trace(network, POINT, np.array([0.0, 1.0, 0.0])).chain_rule("x1", "h1.2")
    sum_table, *deltas = rule.details
    assert [table.title.split(" (")[0] for table in deltas] == [
        "Backpropagation, layer 2: units",
        "Backpropagation, layer 3: units",
    ]
    terms = [float(row[3]) for row in sum_table.rows]
    assert sum_table.rows[-2][0] == "10 others"
    assert sum(terms[:-1]) == pytest.approx(terms[-1], rel=1e-2)
    assert rule.factors[0].value == pytest.approx(terms[-1], rel=1e-3)


@pytest.mark.parametrize("loss", [cross_entropy, FocalLoss(), BrierLoss()], ids=repr)
def test_the_slope_at_the_probability_is_that_of_the_loss(loss: Loss) -> None:
    """Of Brier's loss, which looks at all probabilities, there is no slope at one of them."""
    network = build(n_outputs=3, loss=loss)
    traced = trace(network, POINT, np.array([0.0, 1.0, 0.0]))
    p = float(traced.output[1])
    slopes = {"CrossEntropy": -1 / p, "FocalLoss": 2 * (1 - p) * math.log(p) - (1 - p) ** 2 / p}
    for unit in ("y1", "y2", "y3"):
        values = {one.symbol: one.value for one in traced.chain_rule("x2", unit).factors}
        assert values.get("dJ/dp") == pytest.approx(slopes.get(type(loss).__name__))


def test_of_a_target_of_several_classes_there_is_no_slope_at_one_probability() -> None:
    traced = trace(build(n_outputs=3, loss=cross_entropy), POINT, np.array([0.1, 0.7, 0.2]))
    rule = traced.chain_rule("x2", "y1")
    assert [factor.symbol for factor in rule.factors] == ["dJ/dz1", "dz1/dw"]
    assert rule.product == pytest.approx((traced.output[0] - 0.1) * -1.2, rel=1e-12)


def test_a_probability_that_rounds_to_one_still_has_a_chain() -> None:
    network = build().with_parameters(np.array([0.0, 0.0, 0.0, 2000.0]))
    rule = trace(network, POINT, np.array([0.0])).chain_rule("x1", "y1")
    assert [factor.symbol for factor in rule.factors] == ["dJ/dz1", "dz1/dw"]
    assert rule.product == rule.gradient == 0.3


def test_nothing_comes_back_through_a_dead_unit() -> None:
    network = Network.build(1, [1], 1, activation=relu, loss=binary_cross_entropy, seed=0)
    network = network.with_parameters(np.array([-1.0, 0.0, 1.0, 0.0]))
    rule = trace(network, np.ones(1), np.ones(1)).chain_rule("x1", "h1.1")
    assert str(rule.product) == str(rule.gradient) == "0.0"
    assert rule.latex().endswith(r"= 0 \]")


def test_nothing_is_in_a_sum_of_dead_units() -> None:
    network = Network.build(1, [1, 2], 1, activation=relu, loss=binary_cross_entropy, seed=0)
    # Both units of the second layer have the logit -1.
    network = network.with_parameters(np.array([1.0, 0, -1, -1, 0, 0, 1, 1, 0]))
    details = trace(network, np.ones(1), np.ones(1)).chain_rule("x1", "h1.1").details
    assert [row[-1] for row in details[0].rows] == ["0", "0", "0"]


def test_it_shows_itself() -> None:
    rule = build_trace().chain_rule("<x>", "h1.2")
    assert "&lt;x&gt;" in rule._repr_html_()
    assert "<x>" in str(rule)
    value = f"{rule.product:.4g}"
    assert value in str(rule)
    assert math.prod(factor.value for factor in rule.factors) == rule.product


@pytest.mark.parametrize(
    ("source", "unit", "layer", "message"),
    [
        ("x9", "h1.1", None, "no edge leads from 'x9' to 'h1.1': those to layer 1 lead from <x>"),
        ("h1.1", "h1.2", None, "those to layer 1"),
        ("<x>", "y1", None, "those to layer 2 lead from h1.1, h1.2, bias to y1"),
        ("h1.1", "y2", None, "those to layer 2 lead from h1.1, h1.2, bias to y1"),
        (0, 7, 1, "no edge leads from 0 to 7"),
        (0, 0, 5, "there is no layer 5, only 1 to 2"),
    ],
)
def test_an_edge_that_is_not_there(
    source: int | str, unit: int | str, layer: int | None, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        build_trace().chain_rule(source, unit, layer=layer)


def test_without_a_target_there_is_no_chain() -> None:
    with pytest.raises(ValueError, match="without a target"):
        trace(build(2), POINT).chain_rule("x1", "h1.1")


def build_trace() -> Trace:
    return trace(build(2), POINT, np.array([1.0]), input_names=["<x>", "b", "c"])
