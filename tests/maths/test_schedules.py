"""Learning-rate schedules at points where their formulas are known."""

from collections.abc import Callable

import array_api_strict
import numpy as np
import pytest

from errorest.maths import (
    SCHEDULES,
    Cosine,
    CosineLog,
    FlatCosine,
    InverseScaling,
    OneCycle,
    Schedule,
    StepDecay,
)


@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)
def test_one_factor_between_0_and_1_per_step(schedule: Schedule) -> None:
    factors = schedule(np.arange(250), 250)
    assert factors.shape == (250,)
    assert (factors >= 0).all()
    assert (factors <= 1).all()
    assert factors.max() == pytest.approx(1, abs=0.001)


@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)
def test_a_step_does_not_depend_on_the_others_asked_for(schedule: Schedule) -> None:
    factors = schedule(np.arange(60), 60)
    np.testing.assert_array_equal(schedule(np.arange(40, 60), 60), factors[40:])


@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)
def test_array_api_strict(schedule: Schedule) -> None:
    steps = array_api_strict.arange(50)
    result = schedule(steps, 50)
    assert isinstance(result, type(steps))
    np.testing.assert_allclose(np.asarray(result), schedule(np.arange(50), 50), rtol=1e-13)


def test_constant() -> None:
    np.testing.assert_array_equal(SCHEDULES["constant"]([0, 7, 99], 100), [1, 1, 1])


def test_inverse_scaling() -> None:
    np.testing.assert_allclose(InverseScaling(0.5)([0, 3, 99], 100), [1, 0.5, 0.1])
    np.testing.assert_allclose(InverseScaling(1.0)([0, 3, 99], 100), [1, 0.25, 0.01])


def test_inverse_scaling_by_the_rows_of_earlier_epochs() -> None:
    # scikit-learn: after e epochs of 8 rows the rate is divided by (8 e + 1) ** power.
    factors = InverseScaling(0.5, epoch_steps=2, epoch_rows=8)([0, 1, 2, 3, 6], 100)
    np.testing.assert_allclose(factors, [1, 1, 1 / 3, 1 / 3, 0.2])


def test_step_decay_falls_at_the_stage_boundaries() -> None:
    factors = StepDecay(factor=0.1, n_stages=3)([0, 29, 30, 59, 60, 89], 90)
    np.testing.assert_allclose(factors, [1, 1, 0.1, 0.1, 0.01, 0.01])


def test_step_decay_has_equal_stages_for_any_length() -> None:
    factors = StepDecay(factor=0.5, n_stages=7)(np.arange(7 * 49), 7 * 49)
    np.testing.assert_array_equal(np.unique(factors, return_counts=True)[1], [49] * 7)


def test_cosine() -> None:
    # cos(pi / 3) = 1/2 and cos(2 pi / 3) = -1/2.
    np.testing.assert_allclose(
        Cosine()([0, 20, 30, 40, 60], 60), [1, 0.75, 0.5, 0.25, 0], atol=1e-9
    )
    np.testing.assert_allclose(Cosine(final=0.2)([0, 30, 60], 60), [1, 0.6, 0.2])


def test_one_cycle_goes_up_and_down() -> None:
    factors = OneCycle()([0, 15, 30, 65, 100], 100)
    np.testing.assert_allclose(factors, [0.04, 0.52, 1, (1 + 0.0001) / 2, 0.0001], rtol=1e-9)
    assert OneCycle(initial=0, final=0)([0, 100], 100).round(9).tolist() == [0, 0]
    slopes = np.diff(OneCycle(peak=0.25)(np.arange(80), 80))
    assert (slopes[:20] > 0).all()
    assert (slopes[20:] < 0).all()


def test_cosine_log() -> None:
    # log2(1 + 15 t) is 0, 1, 2, 3, 4 at t = 0, 1/15, 3/15, 7/15, 1: there the cycles begin and end.
    np.testing.assert_allclose(CosineLog(4)([0, 1, 3, 7, 15], 15), 0, atol=1e-15)
    # They are highest where it is a half more.
    highest = (2 ** np.array([0.5, 1.5, 2.5, 3.5]) - 1) / 15
    np.testing.assert_allclose(CosineLog(4)(highest, 1), 1)


def test_flat_cosine() -> None:
    np.testing.assert_allclose(
        FlatCosine()([0, 49, 50, 75, 100], 100), [1, 1, 1, 0.5, 0], atol=1e-15
    )


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: InverseScaling(-1.0), "power must not be negative, but is -1.0"),
        (lambda: StepDecay(factor=0.0), "factor must be above 0, not 0.0"),
        (lambda: StepDecay(n_stages=0), "n_stages must be at least 1, not 0"),
        (lambda: CosineLog(0), "n_cycles must be at least 1, not 0"),
        (lambda: OneCycle(peak=1.0), "peak must be between 0 and 1, not 1.0"),
        (lambda: OneCycle(initial=-0.1), "initial must not be negative, but is -0.1"),
        (lambda: OneCycle(final=float("nan")), "final must not be negative, but is nan"),
        (lambda: Cosine(final=-1.0), "final must not be negative, but is -1.0"),
    ],
)
def test_numbers_out_of_range(make: Callable[[], Schedule], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()
