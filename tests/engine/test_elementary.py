"""Exponential and hyperbolic tangent are good to the last digits, against NumPy's long doubles."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from errorest.maths.activations import Activation, identity, sigmoid, tanh
from errorest.maths.losses import squared_error
from errorest.network import Dense, Network
from tests.parity.problems import COMPILED, needs_compiled

pytestmark = needs_compiled


def value(engine: Any, activation: Activation, x: NDArray[Any]) -> NDArray[Any]:
    """Let a network of one unit, whose weights are 1 and whose biases are 0, compute it."""
    layers = (Dense(1, 1, activation), Dense(1, 1, identity))
    network = Network(layers, squared_error, np.array([1, 0, 1, 0], x.dtype))
    return np.asarray(engine.forward(network, x[:, None])[:, 0])


@pytest.mark.parametrize("engine", COMPILED, ids=lambda engine: engine.name)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("activation", [tanh, sigmoid], ids=["tanh", "sigmoid"])
def test_three_units_in_the_last_place(
    engine: Any, activation: Activation, dtype: type[np.floating]
) -> None:
    rng = np.random.default_rng(0)
    sizes = np.exp(rng.uniform(np.log(1e-6), np.log(50), 200_000))
    x = (sizes * rng.choice([-1, 1], sizes.size)).astype(dtype)
    exact = x.astype(np.longdouble)
    expected = np.tanh(exact) if activation is tanh else 1 / (1 + np.exp(-exact))
    error = np.abs(value(engine, activation, x) - expected)
    assert (error / np.spacing(np.abs(expected).astype(dtype))).max() < 3


@pytest.mark.parametrize("engine", COMPILED, ids=lambda engine: engine.name)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_ends_of_the_scale(engine: Any, dtype: type[np.floating]) -> None:
    x = np.array([0, np.inf, -np.inf, np.finfo(dtype).max, np.nan], dtype)
    np.testing.assert_array_equal(value(engine, tanh, x), [0, 1, -1, 1, np.nan])
    np.testing.assert_array_equal(value(engine, sigmoid, x)[:2], [0.5, 1])
