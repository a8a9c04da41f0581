"""Optimizers against steps worked out by hand, and down a valley."""

import math
from typing import Any

import array_api_strict
import numpy as np
import pytest

from errorest.maths import OPTIMIZERS, SGD, Adam, AdamW, Optimizer


def two_steps(optimizer: Optimizer, start: float, gradients: tuple[float, float]) -> list[float]:
    """Return the parameter after each of two steps with learning rate 0.1."""
    parameters = np.array([start])
    moments = optimizer.start(parameters)
    places = []
    for n_steps, gradient in enumerate(gradients):
        parameters, moments = optimizer.step(
            parameters, np.array([gradient]), moments, learning_rate=0.1, n_steps=n_steps
        )
        places.append(parameters.item())
    return places


def walk(optimizer: Optimizer, start: Any, n: int, learning_rate: float) -> list[Any]:
    """Return the places on a walk down ``sum(c (w - w*)^2) / 2``."""
    xp = start.__array_namespace__()
    curvatures = xp.asarray([1.0, 3.0, 4.0], dtype=start.dtype)
    bottom = xp.asarray([2.0, -1.0, 0.5], dtype=start.dtype)
    parameters, moments, places = start, optimizer.start(start), []
    not_decayed = xp.zeros(3, dtype=start.dtype)
    for n_steps in range(n):
        gradient = curvatures * (parameters - bottom)
        parameters, moments = optimizer.step(
            parameters,
            gradient,
            moments,
            learning_rate=learning_rate,
            n_steps=n_steps,
            decayed=not_decayed,
        )
        places.append(parameters)
    return places


def test_gradient_descent() -> None:
    assert two_steps(SGD(), 1.0, (0.5, -2.0)) == pytest.approx([0.95, 1.15], rel=1e-15)


def test_momentum() -> None:
    # v1 = -0.1 * 0.5 = -0.05; v2 = 0.9 * -0.05 - 0.1 * -2 = 0.155.
    assert two_steps(SGD(momentum=0.9), 1.0, (0.5, -2.0)) == pytest.approx([0.95, 1.105])


def test_nesterov() -> None:
    # The same velocities; moves 0.9 * -0.05 - 0.05 = -0.095 and 0.9 * 0.155 + 0.2 = 0.3395.
    steps = two_steps(SGD(momentum=0.9, nesterov=True), 1.0, (0.5, -2.0))
    assert steps == pytest.approx([0.905, 1.2445])


def test_adam_is_algorithm_1() -> None:
    # Kingma and Ba: m1 = 0.05, v1 = 0.00025; unbiased 0.5 and 0.25.
    first = 1 - 0.1 * 0.5 / (0.5 + 1e-8)
    # m2 = 0.9 * 0.05 - 0.1 * 2 = -0.155; v2 = 0.999 * 0.00025 + 0.001 * 4 = 0.00424975.
    mean, square = -0.155 / (1 - 0.81), 0.00424975 / (1 - 0.998001)
    second = first - 0.1 * mean / (math.sqrt(square) + 1e-8)
    assert two_steps(Adam(), 1.0, (0.5, -2.0)) == pytest.approx([first, second], rel=1e-12)


def test_adam_settings_count() -> None:
    # Without memory each step is the sign of the gradient, softened by epsilon.
    optimizer = Adam(beta_1=0.0, beta_2=0.0, epsilon=0.5)
    steps = two_steps(optimizer, 1.0, (0.5, -2.0))
    assert steps == pytest.approx([1 - 0.1 * 0.5, 1 - 0.05 + 0.1 * 2 / 2.5])


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_adam_first_step_is_the_learning_rate_for_any_scale(scale: float) -> None:
    assert two_steps(Adam(), 0.0, (scale, scale))[0] == pytest.approx(-0.1, rel=1e-4)


def test_adamw_shrinks_only_what_decays() -> None:
    optimizer = AdamW(weight_decay=0.2)
    parameters = np.array([2.0, 2.0])
    after, _ = optimizer.step(
        parameters,
        np.zeros(2),
        optimizer.start(parameters),
        learning_rate=0.1,
        n_steps=0,
        decayed=np.array([1.0, 0.0]),
    )
    np.testing.assert_allclose(after, [2 * (1 - 0.1 * 0.2), 2], rtol=1e-15)


def test_adamw_decay_is_decoupled_from_the_gradient() -> None:
    # Loshchilov and Hutter, algorithm 2: the moments do not see the decay.
    plain, decayed = two_steps(Adam(), 1.0, (0.5, -2.0)), two_steps(AdamW(), 1.0, (0.5, -2.0))
    assert decayed[0] == pytest.approx(plain[0] - 0.1 * 0.01, rel=1e-12)
    second_move = plain[1] - plain[0]
    assert decayed[1] == pytest.approx(decayed[0] * (1 - 0.1 * 0.01) + second_move, rel=1e-12)


def test_decay_is_multiplied_and_knows_no_rates() -> None:
    optimizer = AdamW(weight_decay=0.2)
    parameters = np.array([2.0, 2.0])
    after, _ = optimizer.step(
        parameters,
        np.zeros(2),
        optimizer.start(parameters),
        learning_rate=0.1,
        n_steps=0,
        rates=np.array([3.0, 0.0]),
        decay=0.5,
    )
    np.testing.assert_allclose(after, 2 * (1 - 0.1 * 0.2 * 0.5), rtol=1e-15)


@pytest.mark.parametrize("optimizer", [*OPTIMIZERS.values(), SGD(0.9), SGD(0.9, nesterov=True)])
def test_a_rate_is_a_learning_rate_for_some(optimizer: Optimizer) -> None:
    start, gradient, none = np.array([1.0, 1.0]), np.array([0.5, -2.0]), np.zeros(2)
    moments = optimizer.start(start)
    shared: dict[str, Any] = {"n_steps": 0, "decayed": none}
    slow, _ = optimizer.step(start, gradient, moments, learning_rate=0.1, **shared)
    fast, _ = optimizer.step(start, gradient, moments, learning_rate=0.6, **shared)
    rates = np.array([1.0, 6.0])
    mixed, _ = optimizer.step(start, gradient, moments, learning_rate=0.1, rates=rates, **shared)
    np.testing.assert_allclose(mixed, [slow[0], fast[1]], rtol=1e-14)


@pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_walks_down_a_valley(optimizer: Optimizer) -> None:
    end = walk(optimizer, np.zeros(3), n=2000, learning_rate=0.01)[-1]
    np.testing.assert_allclose(end, [2.0, -1.0, 0.5], atol=0.02)


@pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_array_api_strict(optimizer: Optimizer) -> None:
    strict = walk(optimizer, array_api_strict.zeros(3), n=20, learning_rate=0.1)
    expected = walk(optimizer, np.zeros(3), n=20, learning_rate=0.1)
    np.testing.assert_allclose(np.stack([np.asarray(w) for w in strict]), expected, rtol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_shapes_and_types(optimizer: Optimizer, dtype: type[np.floating]) -> None:
    parameters = np.ones(4, dtype=dtype)
    moments = optimizer.start(parameters)
    assert moments.shape == (optimizer.n_moments, 4)
    assert not moments.any()
    after, later = optimizer.step(parameters, parameters, moments, learning_rate=0.1, n_steps=0)
    assert after.shape == (4,)
    assert later.shape == moments.shape
    assert after.dtype == later.dtype == moments.dtype == dtype


@pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_a_step_is_pure(optimizer: Optimizer) -> None:
    parameters, gradient = np.array([1.0, -2.0]), np.array([0.5, 0.5])
    moments = optimizer.start(parameters)
    before = parameters.copy(), gradient.copy(), moments.copy()
    first, _ = optimizer.step(parameters, gradient, moments, learning_rate=0.1, n_steps=0)
    again, _ = optimizer.step(parameters, gradient, moments, learning_rate=0.1, n_steps=0)
    np.testing.assert_array_equal(first, again)
    for now, then in zip((parameters, gradient, moments), before, strict=True):
        np.testing.assert_array_equal(now, then)


@pytest.mark.parametrize(
    ("dtype", "size"), [("float32", 1e-3), ("float32", 1e37), ("float64", 1e300)]
)
@pytest.mark.parametrize("xp", [np, array_api_strict], ids=["numpy", "strict"])
def test_clipping_keeps_the_direction_of_gradients_of_any_size(
    xp: Any, dtype: str, size: float
) -> None:
    gradient = xp.asarray([3 * size, 0, -4 * size], dtype=getattr(xp, dtype))
    clipped = SGD(clip_norm=5e-4).clipped(gradient)
    assert clipped.dtype == gradient.dtype
    np.testing.assert_allclose(np.asarray(clipped), [3e-4, 0, -4e-4], rtol=1e-6)
    np.testing.assert_array_equal(np.asarray(SGD(clip_norm=1e-3).clipped(clipped)), clipped)


def test_no_gradient_is_clipped_to_none() -> None:
    np.testing.assert_array_equal(SGD(clip_norm=1.0).clipped(np.zeros(3)), np.zeros(3))


def test_a_gradient_that_is_no_number_is_seen() -> None:
    assert np.isnan(SGD(clip_norm=1.0).clipped(np.array([1.0, np.nan]))).any()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: SGD(clip_norm=0.0), "clip_norm must be above 0, not 0.0"),
        (lambda: Adam(clip_norm=math.nan), "clip_norm must be above 0, not nan"),
        (lambda: SGD(-0.1), "momentum must be from 0 to 1, not -0.1"),
        (lambda: Adam(beta_1=1.0), "beta_1 must be at least 0 and less than 1, not 1.0"),
        (lambda: Adam(beta_2=-0.5), "beta_2 must be at least 0 and less than 1, not -0.5"),
        (lambda: Adam(epsilon=0.0), "epsilon must be above 0, not 0.0"),
        (lambda: AdamW(weight_decay=-1.0), "weight_decay must not be negative, but is -1.0"),
    ],
)
def test_numbers_out_of_range(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()
