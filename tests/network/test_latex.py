"""Formulas with numbers: every one can be drawn, and says what the trace says."""

import math
from functools import cache

import numpy as np
import pytest
from matplotlib.mathtext import MathTextParser

from errorest.maths import (
    ACTIVATIONS,
    LOSSES,
    Activation,
    BinaryCrossEntropy,
    CrossEntropy,
    Loss,
    Tanh,
    binary_cross_entropy,
    cross_entropy,
    identity,
    relu,
    tanh,
)
from errorest.network import Dense, Network, ParametricActivation, trace
from errorest.network.latex import latex_number, latex_sum

POINT = np.array([0.3, -1.2e-7, 7e12])
TARGET = np.array([0.0, 1.0])

# Different networks have many a formula in common.
parse = cache(MathTextParser("path").parse)


def formulas(latex: str) -> list[str]:
    """Return the formulas without delimiters, all other lines being comments."""
    lines = [line for line in latex.splitlines() if not line.startswith("%")]
    assert all(line.startswith(r"\[ ") and line.endswith(r" \]") for line in lines)
    return [line[3:-3] for line in lines]


@pytest.mark.parametrize(
    ("activation", "loss"),
    [
        *((activation, binary_cross_entropy) for activation in ACTIVATIONS.values()),
        *((tanh, loss) for loss in LOSSES.values()),
    ],
    ids=repr,
)
def test_every_formula_can_be_drawn(activation: Activation, loss: Loss) -> None:
    network = Network.build(3, [3, 2], 2, activation=activation, loss=loss, seed=1)
    traced = trace(network, POINT, TARGET)
    rules = [traced.chain_rule("x2", "h1.3"), traced.chain_rule("bias", "y1")]
    shown = [traced.latex(max_terms=2), *(rule.latex() for rule in rules)]
    for formula in formulas("\n".join(shown)):
        parse(f"${formula}$")


def test_feedforward_of_a_student() -> None:
    """EXAMPLES no 1: 2 * 7 + 6 - 18 = 2."""
    network = Network.build(2, [], 1, activation=tanh, loss=binary_cross_entropy, seed=0)
    network = network.with_parameters(np.array([2.0, 1.0, -18.0]))
    shown = formulas(trace(network, np.array([7.0, 6.0]), np.array([1.0])).latex())
    assert r"z^{(1)}_{1} = 2 \cdot 7 + 1 \cdot 6 - 18 = 2" in shown
    assert r"p_{1} = \sigma(2) = 0.8808" in shown
    assert any(formula.endswith(r"= 7 \cdot (-0.1192) = -0.8344") for formula in shown)


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_only_of_cross_entropy_the_slope_is_the_error(loss: Loss) -> None:
    network = Network.build(3, [], 2, activation=tanh, loss=loss, seed=0)
    is_error = type(loss) in (BinaryCrossEntropy, CrossEntropy)
    assert ("p_{1} - y_{1}" in trace(network, POINT, TARGET).latex()) == is_error


def test_jupyter_sets_formulas_without_comments() -> None:
    network = Network.build(3, [], 2, activation=tanh, loss=binary_cross_entropy, seed=0)
    traced = trace(network, POINT, TARGET)
    shown = traced.latex()._repr_latex_()
    assert shown.startswith("The point: x1, x2, x3\n\\[ ")
    assert "%" not in shown
    rule = traced.chain_rule("x2", "y1").latex()
    assert rule._repr_latex_() == rule


def test_names_with_dollars_are_no_formulas_in_jupyter() -> None:
    network = Network.build(1, [], 1, activation=tanh, loss=binary_cross_entropy, seed=0)
    latex = trace(network, np.ones(1), input_names=["US$"], output_names=["$x$"]).latex()
    assert latex.startswith("% The point: US$\n")
    lines = latex._repr_latex_().splitlines()
    assert lines[0] == r"The point: US\$"
    assert r"\$x\$" in "".join(lines)


def test_long_sums_and_wide_layers_are_cut_visibly() -> None:
    network = Network.build(40, [30], 1, activation=tanh, loss=binary_cross_entropy, seed=0)
    latex = trace(network, np.ones(40), np.ones(1)).latex(max_terms=3)
    assert "; the first 3 of 40" in latex
    assert "; the first 3 of 30" in latex
    logits = [line for line in latex.splitlines() if line.startswith(r"\[ z^{(1)}")]
    assert len(logits) == 3
    assert all(r"+ \cdots" in line and line.count(r"\cdot ") == 3 for line in logits)


def test_many_predictions_are_cut_visibly_but_for_the_true_class() -> None:
    network = Network.build(2, [], 10, activation=tanh, loss=cross_entropy, seed=0)
    latex = trace(network, np.ones(2), np.eye(10)[8]).latex(max_terms=3)
    assert "% Prediction: y1, y2, y9; 3 of 10" in latex.splitlines()
    symbols = [formula.split(" = ")[0] for formula in formulas(latex)]
    answers = [symbol for symbol in symbols if symbol[0] in "py"]
    assert answers == ["p_{1}", "p_{2}", "p_{9}", "y_{1}", "y_{2}", "y_{9}"]
    assert {"z^{(1)}_{9}", r"\delta^{(1)}_{9}"} <= set(symbols)
    unknown = trace(network, np.ones(2)).latex(max_terms=3)
    assert "% Prediction: y1, y2, y3; the first 3 of 10" in unknown.splitlines()


def test_numbers_that_are_not_finite() -> None:
    shown = [latex_number(number) for number in (math.inf, -math.inf, math.nan)]
    assert shown == [r"\infty", r"-\infty", r"\mathrm{nan}"]


def test_what_is_negative_is_subtracted() -> None:
    assert latex_sum(["-1", r"-2 \cdot 3", "4"], 6) == r"-1 - 2 \cdot 3 + 4"


@pytest.mark.parametrize("max_terms", [0, -1])
def test_no_terms_are_refused(max_terms: int) -> None:
    network = Network.build(2, [], 1, activation=tanh, loss=binary_cross_entropy, seed=0)
    with pytest.raises(ValueError, match=f"at least 1, not {max_terms}"):
        trace(network, np.ones(2)).latex(max_terms)


def test_a_parametric_activation_can_be_recomputed() -> None:
    """Of ReLU(-2) = 0 a quarter: -2 + 0.25 (0 + 2) = -1.5, and the slope 1 + 0.25 (0 - 1)."""
    layers = (Dense(1, 1, identity), ParametricActivation(1, relu), Dense(1, 1, identity))
    parameters = np.array([1.0, 0.0, 0.25, 1.0, 1.5])
    network = Network(layers, binary_cross_entropy, parameters)
    shown = formulas(trace(network, np.array([-2.0]), np.ones(1)).latex())
    assert r"a^{(1)}_{1} = -2 + 0.25 \cdot (\mathrm{ReLU}(-2) - (-2)) = -1.5" in shown
    slope = r"(1 + 0.25 \cdot (\mathrm{ReLU}'(-2) - 1))"
    delta = r"\sum_k w^{(2)}_{1,k} \delta^{(2)}_k = 0.75 \cdot (1 \cdot (-0.5)) = -0.375"
    assert rf"\delta^{{(1)}}_{{1}} = {slope} \cdot {delta}" in shown
    product = r"a^{(1)}_{1} \cdot \delta^{(2)}_{1} = -1.5 \cdot (-0.5) = 0.75"
    assert rf"\frac{{\partial J}}{{\partial w^{{(2)}}_{{1,1}}}} = {product}" in shown
    for formula in shown:
        parse(f"${formula}$")
    layers = (Dense(1, 2, identity), ParametricActivation(2, relu), Dense(2, 1, identity))
    network = Network(layers, binary_cross_entropy, np.array([1.0, 1, 0, 0, 0.25, 0.5, 1, 1, 0]))
    shown = formulas(trace(network, np.array([-2.0])).latex())
    assert r"a^{(1)}_{2} = -2 + 0.5 \cdot (\mathrm{ReLU}(-2) - (-2)) = -1" in shown


def test_an_activation_of_ones_own_keeps_its_name() -> None:
    class Soft_Step(Tanh):  # noqa: N801
        pass

    network = Network.build(1, [1], 1, activation=Soft_Step(), loss=binary_cross_entropy, seed=0)
    assert r"= \mathrm{Soft\_Step}(" in trace(network, np.zeros(1)).latex()


def test_a_name_cannot_leave_its_comment() -> None:
    network = Network.build(1, [], 1, activation=tanh, loss=binary_cross_entropy, seed=0)
    latex = trace(network, np.ones(1), input_names=["x\n\\input{secrets}"]).latex()
    assert "% The point: x \\input{secrets}" in latex.splitlines()
