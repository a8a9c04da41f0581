"""Initializers: the variances of their papers, and which activation gets which."""

import math

import numpy as np
import pytest

from errorest.maths import (
    ACTIVATIONS,
    Activation,
    Initializer,
    glorot_uniform,
    he_uniform,
    initializer_for,
    lecun_normal,
    tanh,
)

VARIANCES = {
    "glorot_uniform": (glorot_uniform, 2 / (20 + 30)),
    "he_uniform": (he_uniform, 2 / 20),
    "lecun_normal": (lecun_normal, 1 / 20),
}


@pytest.mark.parametrize("name", VARIANCES)
def test_mean_and_variance(name: str) -> None:
    draw, variance = VARIANCES[name]
    numbers = draw(np.random.default_rng(0), (400_000,), fan_in=20, fan_out=30)
    assert abs(numbers.mean()) < 5 * math.sqrt(variance / numbers.size)
    assert numbers.var() == pytest.approx(variance, rel=0.01)


@pytest.mark.parametrize(
    ("draw", "variance"), [VARIANCES["glorot_uniform"], VARIANCES["he_uniform"]]
)
def test_uniform_numbers_end_at_their_bounds(draw: Initializer, variance: float) -> None:
    # A uniform distribution on [-a, a] has variance a^2 / 3.
    numbers = draw(np.random.default_rng(0), (100_000,), fan_in=20, fan_out=30)
    bound = math.sqrt(3 * variance)
    assert 0.999 * bound < np.abs(numbers).max() <= bound


def test_normal_numbers_have_tails() -> None:
    numbers = lecun_normal(np.random.default_rng(0), (100_000,), fan_in=4, fan_out=1)
    beyond = (np.abs(numbers) > 2 * 0.5).mean()
    assert beyond == pytest.approx(0.0455, abs=0.005)


@pytest.mark.parametrize("draw", [draw for draw, _ in VARIANCES.values()], ids=VARIANCES)
def test_same_generator_same_numbers(draw: Initializer) -> None:
    first = draw(np.random.default_rng(7), (3, 2), fan_in=3, fan_out=2)
    again = draw(np.random.default_rng(7), (3, 2), fan_in=3, fan_out=2)
    other = draw(np.random.default_rng(8), (3, 2), fan_in=3, fan_out=2)
    assert first.shape == (3, 2)
    np.testing.assert_array_equal(first, again)
    assert (first != other).all()


@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=ACTIVATIONS)
def test_every_activation_has_an_initializer(activation: Activation) -> None:
    draw = initializer_for(activation)
    assert draw(np.random.default_rng(0), (2, 2), fan_in=2, fan_out=2).shape == (2, 2)


@pytest.mark.parametrize("name", ["relu", "selu"])
def test_signals_neither_grow_nor_fade(name: str) -> None:
    activation, rng = ACTIVATIONS[name], np.random.default_rng(0)
    draw = initializer_for(activation)
    outputs = rng.normal(size=(500, 200))
    start = np.mean(outputs**2)
    for _ in range(10):
        outputs = activation(outputs @ draw(rng, (200, 200), fan_in=200, fan_out=200))
    # He et al. keep E[z^2] / 2 of the rectified outputs, Klambauer et al. keep E[x^2].
    assert 0.3 < np.mean(outputs**2) / start < 2


def test_glorot_for_symmetric_activations() -> None:
    assert initializer_for(tanh) is glorot_uniform
