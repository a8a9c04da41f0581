"""Softmax, one-hot and likelihood against SciPy, scikit-learn and their definitions."""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import array_api_strict
import numpy as np
import pytest
import scipy.special
import sklearn.metrics

from errorest.maths import (
    likelihood,
    log_likelihood,
    log_loss,
    log_mean_exp,
    log_softmax,
    one_hot,
    outcome_probability,
    probability,
    softmax,
    softmax_jacobian,
)

RNG = np.random.default_rng(0)
LOGITS = RNG.normal(scale=5, size=(7, 4))
PROBABILITIES = scipy.special.softmax(LOGITS, axis=1)
LABELS = np.array([0, 1, 2, 3, 3, 2, 0])
OUTCOMES = np.eye(4)[LABELS]

CASES: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "likelihood": (likelihood, (PROBABILITIES[:, 0],)),
    "log_likelihood": (log_likelihood, (PROBABILITIES[:, 0],)),
    "log_loss": (log_loss, (PROBABILITIES, OUTCOMES)),
    "log_mean_exp": (partial(log_mean_exp, axis=1), (LOGITS,)),
    "log_softmax": (log_softmax, (LOGITS,)),
    "one_hot": (one_hot, (LABELS,)),
    "outcome_probability": (outcome_probability, (PROBABILITIES, OUTCOMES)),
    "softmax": (softmax, (LOGITS,)),
    "softmax_jacobian": (softmax_jacobian, (LOGITS,)),
}


def test_every_function_has_a_case() -> None:
    assert set(CASES) == set(probability.__all__)


@pytest.mark.parametrize("name", CASES)
def test_array_api_strict(name: str) -> None:
    function, arguments = CASES[name]
    more = (4,) if name == "one_hot" else ()
    result = function(*map(array_api_strict.asarray, arguments), *more)
    assert isinstance(result, float | type(array_api_strict.ones(1)))
    np.testing.assert_allclose(np.asarray(result), function(*arguments, *more), rtol=1e-13)


def test_softmax_is_scipys() -> None:
    np.testing.assert_allclose(softmax(LOGITS), PROBABILITIES, rtol=1e-13)


def test_log_softmax_is_scipys() -> None:
    expected = scipy.special.log_softmax(LOGITS, axis=1)
    np.testing.assert_allclose(log_softmax(LOGITS), expected, rtol=1e-13)


def test_log_mean_exp_is_scipys() -> None:
    expected = scipy.special.logsumexp(LOGITS, axis=0, b=1 / 7)
    np.testing.assert_allclose(log_mean_exp(LOGITS, axis=0), expected, rtol=1e-13)
    # Small numbers beside means of much larger ones.
    assert log_mean_exp([[-1000.0, -1000.0], [0.0, 0.0]], axis=1).tolist() == [-1000, 0]


def test_what_has_no_share_leaves_a_much_smaller_number_as_it_is() -> None:
    logarithms, shares = np.array([-100.0, -2000.0]), np.array([0.0, 1.0])
    assert log_mean_exp(logarithms, axis=0, shares=shares) == -2000


def test_the_mean_of_what_is_impossible_is_impossible() -> None:
    nothing, shares = np.array([-np.inf, 0.0]), np.array([1.0, 0.0])
    with np.errstate(divide="ignore"):
        assert log_mean_exp(nothing, axis=0, shares=shares) == -np.inf
        assert log_mean_exp(np.full(2, -np.inf), axis=0) == -np.inf


@pytest.mark.parametrize("shape", [(3,), (2, 3), (2, 5, 3)])
def test_softmax_works_along_the_last_axis(shape: tuple[int, ...]) -> None:
    logits = RNG.normal(size=shape)
    np.testing.assert_allclose(softmax(logits).sum(axis=-1), 1, rtol=1e-14)
    assert softmax_jacobian(logits).shape == (*shape, 3)


def test_softmax_ignores_a_common_shift() -> None:
    np.testing.assert_allclose(softmax(LOGITS + 500), softmax(LOGITS), rtol=1e-10)


def test_softmax_of_two_classes_is_the_sigmoid_of_their_difference() -> None:
    second = softmax(LOGITS[:, :2])[:, 1]
    np.testing.assert_allclose(second, scipy.special.expit(LOGITS[:, 1] - LOGITS[:, 0]), rtol=1e-13)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_extreme_logits(dtype: type[np.floating]) -> None:
    logits = np.array([[1000, -1000, 0], [-1000, -1000, -1000]], dtype=dtype)
    third, log_third = 1 / 3, -math.log(3)
    np.testing.assert_allclose(softmax(logits), [[1.0, 0.0, 0.0], [third] * 3], rtol=1e-6)
    np.testing.assert_allclose(
        log_softmax(logits), [[0.0, -2000.0, -1000.0], [log_third] * 3], rtol=1e-6
    )
    assert softmax(logits).dtype == log_softmax(logits).dtype == dtype
    assert np.isfinite(softmax_jacobian(logits)).all()


def test_jacobian_by_its_definition() -> None:
    jacobian = softmax_jacobian(LOGITS[0])
    for i, p_i in enumerate(PROBABILITIES[0]):
        for j, p_j in enumerate(PROBABILITIES[0]):
            assert jacobian[i, j] == pytest.approx(p_i * ((i == j) - p_j), rel=1e-12)


def test_jacobian_rows_sum_to_zero() -> None:
    np.testing.assert_allclose(softmax_jacobian(LOGITS).sum(axis=-1), 0, atol=1e-15)


def test_one_hot_rows() -> None:
    np.testing.assert_array_equal(one_hot(LABELS, 4), OUTCOMES)
    assert one_hot(LABELS, 4).dtype == np.float64
    assert one_hot(np.array([], dtype=int), 3).shape == (0, 3)


@pytest.mark.parametrize("labels", [[0, 3], [-1, 0], [0.5, 1]])
def test_one_hot_refuses_what_is_no_class(labels: list[float]) -> None:
    with pytest.raises(ValueError, match="class indices from 0 to 2"):
        one_hot(labels, 3)


def test_outcome_probability_of_yes_and_no() -> None:
    np.testing.assert_allclose(outcome_probability([0.8, 0.8], [1, 0]), [0.8, 0.2])


def test_outcome_probability_of_one_of_several() -> None:
    expected = PROBABILITIES[range(7), LABELS]
    np.testing.assert_array_equal(outcome_probability(PROBABILITIES, OUTCOMES), expected)


def test_likelihood_multiplies_and_its_logarithm_adds() -> None:
    assert likelihood([0.5, 0.25, 0.125]) == 1 / 64
    assert log_likelihood([0.5, 0.25, 0.125]) == pytest.approx(-6 * math.log(2), rel=1e-15)


def test_log_likelihood_outlives_the_likelihood() -> None:
    p = np.full(5000, 0.5)
    assert likelihood(p) == 0
    assert log_likelihood(p) == pytest.approx(-5000 * math.log(2), rel=1e-12)


def test_log_loss_is_scikit_learns() -> None:
    expected = sklearn.metrics.log_loss(LABELS, PROBABILITIES)
    assert log_loss(PROBABILITIES, OUTCOMES) == pytest.approx(expected, rel=1e-12)
    yes = np.array([1, 0, 1, 1, 0, 0, 1])
    expected = sklearn.metrics.log_loss(yes, PROBABILITIES[:, 1])
    assert log_loss(PROBABILITIES[:, 1], yes) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("probabilities", "outcomes"),
    [
        ([[0.7, 0.2, 0.1], [0.3, 0.4, 0.3], [0.1, 0.5, 0.4]], [0, 2, 2]),
        ([0.5, 0.5], [[1], [0]]),
        ([[0.5, 0.5]], [1]),
    ],
)
def test_outcomes_of_another_shape_are_refused(probabilities: Any, outcomes: Any) -> None:
    for function in (outcome_probability, log_loss):
        with pytest.raises(ValueError, match=r"need outcomes of the same shape.*one_hot"):
            function(probabilities, outcomes)


@pytest.mark.parametrize("wrong", [2.0, -0.1, math.nan])
def test_logits_are_no_probabilities(wrong: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1: sigmoid or softmax"):
        likelihood([0.5, wrong])
    with pytest.raises(ValueError, match="between 0 and 1: sigmoid or softmax"):
        log_likelihood([0.5, wrong])
    with pytest.raises(ValueError, match="between 0 and 1: sigmoid or softmax"):
        log_loss([0.5, wrong], [1, 0])


def test_a_probability_of_1_and_a_rounding_error_is_1() -> None:
    above = np.nextafter(np.float32(1), np.float32(2))
    assert outcome_probability(np.array([above, above]), [0, 1]).tolist() == [0, 1]
    with np.errstate(divide="ignore"):
        assert log_loss(np.array([above]), [0]) == math.inf
