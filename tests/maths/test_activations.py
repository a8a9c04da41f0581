"""Activations against their published formulas, at ordinary and at extreme logits."""

import math
from collections.abc import Callable
from typing import Any

import array_api_strict
import numpy as np
import pytest
from scipy.special import expit, ndtr

from errorest.maths import (
    ACTIVATIONS,
    SELU,
    Activation,
    LeakyReLU,
    check_derivative,
    gelu,
    leaky_relu,
    relu,
    sigmoid,
    step,
)

LOGITS = np.array([-30.0, -3.0, -1.0, -0.25, 0.0, 0.25, 1.0, 3.0, 30.0])

# Klambauer et al. 2017, with the digits of their appendix.
SELU_SCALE, SELU_ALPHA = 1.0507009873554804934193349852946, 1.6732632423543772848170429916717

VALUES: dict[str, Callable[[Any], Any]] = {
    "identity": lambda z: z,
    "step": lambda z: np.heaviside(z, 1.0),
    "sigmoid": expit,
    "tanh": lambda z: (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z)),
    "relu": lambda z: np.maximum(z, 0),
    "leaky_relu": lambda z: np.maximum(z, 0) + 0.01 * np.minimum(z, 0),
    "selu": lambda z: SELU_SCALE * (np.maximum(z, 0) + np.minimum(SELU_ALPHA * (np.exp(z) - 1), 0)),
    "gelu": lambda z: 0.5 * z * (1 + np.array([math.tanh(_gelu_inner(v)) for v in z])),
}

SLOPES: dict[str, Callable[[Any], Any]] = {
    "identity": np.ones_like,
    "step": np.zeros_like,
    "sigmoid": lambda z: expit(z) * expit(-z),
    "tanh": lambda z: 1 / np.cosh(z) ** 2,
    "relu": lambda z: np.heaviside(z, 0.0),
    "leaky_relu": lambda z: np.where(z > 0, 1, 0.01),
}

# Outputs and slopes at -1000 and at 1000.
LIMITS = {
    "identity": ((-1000, 1000), (1, 1)),
    "step": ((0, 1), (0, 0)),
    "sigmoid": ((0, 1), (0, 0)),
    "tanh": ((-1, 1), (0, 0)),
    "relu": ((0, 1000), (0, 1)),
    "leaky_relu": ((-10, 1000), (0.01, 1)),
    "selu": ((-SELU_SCALE * SELU_ALPHA, SELU_SCALE * 1000), (0, SELU_SCALE)),
    "gelu": ((0, 1000), (0, 1)),
}


def _gelu_inner(z: float) -> float:
    return math.sqrt(2 / math.pi) * (z + 0.044715 * z**3)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_value_is_the_closed_form(name: str) -> None:
    np.testing.assert_allclose(ACTIVATIONS[name](LOGITS), VALUES[name](LOGITS), rtol=1e-13)


@pytest.mark.parametrize("name", SLOPES)
def test_derivative_is_the_closed_form(name: str) -> None:
    # 1 - tanh^2 loses digits where the slope is tiny: compared absolutely there.
    slopes = ACTIVATIONS[name].derivative(LOGITS)
    np.testing.assert_allclose(slopes, SLOPES[name](LOGITS), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_limits_at_extreme_logits(name: str, dtype: type[np.floating]) -> None:
    extremes = np.array([-1000, 1000], dtype=dtype)
    outputs, slopes = LIMITS[name]
    np.testing.assert_allclose(ACTIVATIONS[name](extremes), outputs, rtol=1e-6)
    np.testing.assert_allclose(ACTIVATIONS[name].derivative(extremes), slopes, rtol=1e-6)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=ACTIVATIONS)
def test_finite_and_of_the_same_kind_everywhere(
    activation: Activation, dtype: type[np.floating]
) -> None:
    logits = np.linspace(-1000, 1000, 2001, dtype=dtype).reshape(3, 23, 29)
    for result in (activation(logits), activation.derivative(logits)):
        assert result.dtype == dtype
        assert result.shape == logits.shape
        assert np.isfinite(result).all()


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_slopes_at_the_ends_of_the_scale(name: str, dtype: type[np.floating]) -> None:
    size = float(np.finfo(dtype).max)
    extremes = np.array([sign * size**power for power in (0.4, 0.6, 1) for sign in (-1, 1)], dtype)
    slopes = ACTIVATIONS[name].derivative(extremes)
    np.testing.assert_allclose(slopes.reshape(3, 2), [LIMITS[name][1]] * 3, rtol=1e-6)
    outputs = ACTIVATIONS[name](extremes[:-2])
    assert np.isfinite(outputs).all()


@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=ACTIVATIONS)
def test_leaves_its_argument_alone(activation: Activation) -> None:
    logits = LOGITS.copy()
    activation(logits)
    activation.derivative(logits)
    np.testing.assert_array_equal(logits, LOGITS)


@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=ACTIVATIONS)
def test_array_api_strict(activation: Activation) -> None:
    strict = array_api_strict.asarray(LOGITS)
    for function in (activation, activation.derivative):
        result = function(strict)
        assert isinstance(result, type(strict))
        np.testing.assert_allclose(np.asarray(result), function(LOGITS), rtol=1e-14, atol=1e-300)


@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=ACTIVATIONS)
def test_takes_numbers_and_lists(activation: Activation) -> None:
    assert float(activation(2)) == activation([2.0, 3.0])[0]


def test_sigmoid_mirrors() -> None:
    np.testing.assert_allclose(sigmoid(LOGITS) + sigmoid(-LOGITS), 1, rtol=1e-15)


def test_sigmoid_keeps_tiny_probabilities() -> None:
    assert sigmoid(-700.0) == pytest.approx(math.exp(-700), rel=1e-12)


def test_gelu_is_close_to_the_exact_form() -> None:
    # Hendrycks and Gimpel 2016: z Phi(z); the tanh form differs by less than 0.0005.
    z = np.linspace(-6, 6, 1001)
    assert np.abs(gelu(z) - z * ndtr(z)).max() < 5e-4


def test_conventions_at_zero() -> None:
    assert step(0.0) == 1
    assert relu.derivative(0.0) == 0
    assert leaky_relu.derivative(0.0) == 0.01
    assert sigmoid(0.0) == 0.5
    assert sigmoid.derivative(0.0) == 0.25


def test_leaky_slope_is_a_setting() -> None:
    np.testing.assert_array_equal(LeakyReLU(0.2)([-5.0, 5.0]), [-1.0, 5.0])


@pytest.mark.parametrize("value", ["x", float("nan"), None])
@pytest.mark.parametrize(("activation", "name"), [(LeakyReLU, "slope"), (SELU, "alpha")])
def test_settings_must_be_finite_numbers(activation: Any, name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"{name} must be a finite number, not"):
        activation(**{name: value})


def test_activation_without_formulas_cannot_be_made() -> None:
    incomplete: Any = Activation
    with pytest.raises(TypeError, match="abstract"):
        incomplete()


@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=ACTIVATIONS)
def test_our_own_derivatives_pass_the_check_of_users_ones(activation: Activation) -> None:
    check_derivative(activation)


class Shaky(Activation):
    """Something that a user may get wrong."""

    def __init__(self, value: Callable[[Any], Any], slope: Callable[[Any], Any]) -> None:
        self.value, self.slope = value, slope

    def __call__(self, logits: Any) -> Any:
        return self.value(logits)

    def derivative(self, logits: Any) -> Any:
        return self.slope(logits)


@pytest.mark.parametrize(
    ("value", "slope", "message"),
    [
        (np.tanh, lambda z: 1 - np.tanh(z), "the derivative of Shaky is wrong"),
        (np.sin, lambda z: -np.cos(z), "the derivative of Shaky is wrong"),
        (np.tanh, lambda z: np.full_like(z, np.nan), "the derivative of Shaky is wrong"),
        (np.tanh, lambda z: 1.0, "of the shape of the logits"),
        (lambda z: z.sum(axis=0), np.ones_like, "of the shape of the logits"),
    ],
    ids=["other formula", "sign", "no number", "a number", "a sum"],
)
def test_wrong_derivatives_are_told(value: Any, slope: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check_derivative(Shaky(value, slope))
