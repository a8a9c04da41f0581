"""Losses against scikit-learn, SciPy and their definitions, at ordinary and extreme logits."""

from functools import partial
from typing import Any

import array_api_strict
import numpy as np
import pytest
import sklearn.metrics
from scipy.special import expit, log_expit, log_softmax, softmax

from errorest.maths import (
    LOSSES,
    BinaryBrierLoss,
    BrierLoss,
    Loss,
    binary_cross_entropy,
    cross_entropy,
    perceptron_loss,
    squared_error,
)

RNG = np.random.default_rng(0)
LOGITS = RNG.normal(scale=4, size=(9, 3))
LABELS = np.array([0, 1, 2, 0, 1, 2, 2, 2, 0])
TARGETS = np.eye(3)[LABELS]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_shapes_and_types(loss: Loss, dtype: type[np.floating]) -> None:
    logits, targets = LOGITS.astype(dtype), TARGETS.astype(dtype)
    assert loss(logits, targets).shape == (9,)
    assert loss.gradient(logits, targets).shape == (9, 3)
    assert loss.output(logits).shape == (9, 3)
    for result in (loss(logits, targets), loss.gradient(logits, targets), loss.output(logits)):
        assert result.dtype == dtype


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_never_negative(loss: Loss) -> None:
    assert (loss(LOGITS, TARGETS) >= 0).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_finite_at_extreme_logits(loss: Loss, dtype: type[np.floating]) -> None:
    logits = np.array([[1000, -1000, 0], [-1000, 1000, 1000]], dtype=dtype)
    for targets in (np.eye(3, dtype=dtype)[[0, 0]], np.eye(3, dtype=dtype)[[1, 2]]):
        assert np.isfinite(loss(logits, targets)).all()
        assert np.isfinite(loss.gradient(logits, targets)).all()
        assert np.isfinite(loss.output(logits)).all()


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_array_api_strict(loss: Loss) -> None:
    logits, targets = array_api_strict.asarray(LOGITS), array_api_strict.asarray(TARGETS)
    pairs: list[tuple[Any, Any]] = [
        (loss(logits, targets), loss(LOGITS, TARGETS)),
        (loss.gradient(logits, targets), loss.gradient(LOGITS, TARGETS)),
        (loss.output(logits), loss.output(LOGITS)),
    ]
    for strict, expected in pairs:
        assert isinstance(strict, type(logits))
        np.testing.assert_allclose(np.asarray(strict), expected, rtol=1e-13)


def test_binary_cross_entropy_is_scikit_learns_log_loss() -> None:
    logits, yes = LOGITS[:, :1], (LABELS == 2).astype(float)
    expected = sklearn.metrics.log_loss(yes, expit(logits[:, 0]))
    assert binary_cross_entropy(logits, yes[:, None]).mean() == pytest.approx(expected, rel=1e-12)


def test_binary_cross_entropy_sums_over_outputs() -> None:
    expected = -(TARGETS * log_expit(LOGITS) + (1 - TARGETS) * log_expit(-LOGITS)).sum(axis=1)
    np.testing.assert_allclose(binary_cross_entropy(LOGITS, TARGETS), expected, rtol=1e-12)
    np.testing.assert_allclose(
        binary_cross_entropy.gradient(LOGITS, TARGETS), expit(LOGITS) - TARGETS, rtol=1e-12
    )
    np.testing.assert_allclose(binary_cross_entropy.output(LOGITS), expit(LOGITS), rtol=1e-13)


def test_cross_entropy_is_scikit_learns_log_loss() -> None:
    expected = sklearn.metrics.log_loss(LABELS, softmax(LOGITS, axis=1))
    assert cross_entropy(LOGITS, TARGETS).mean() == pytest.approx(expected, rel=1e-12)


def test_cross_entropy_of_soft_targets() -> None:
    targets = softmax(RNG.normal(size=(9, 3)), axis=1)
    expected = -(targets * log_softmax(LOGITS, axis=1)).sum(axis=1)
    np.testing.assert_allclose(cross_entropy(LOGITS, targets), expected, rtol=1e-12)
    np.testing.assert_allclose(
        cross_entropy.gradient(LOGITS, targets), softmax(LOGITS, axis=1) - targets, rtol=1e-10
    )


def test_two_classes_by_softmax_are_one_logit_by_sigmoid() -> None:
    z, y = LOGITS[:, :1], (LABELS == 2).astype(float)[:, None]
    as_softmax = cross_entropy(np.hstack([np.zeros_like(z), z]), np.hstack([1 - y, y]))
    np.testing.assert_allclose(binary_cross_entropy(z, y), as_softmax, rtol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_certain_and_wrong_costs_the_logit(dtype: type[np.floating]) -> None:
    z = np.array([[-1000], [1000], [1000], [-1000]], dtype=dtype)
    y = np.array([[1], [0], [1], [0]], dtype=dtype)
    np.testing.assert_array_equal(binary_cross_entropy(z, y), [1000, 1000, 0, 0])
    np.testing.assert_array_equal(binary_cross_entropy.gradient(z, y)[:, 0], [-1, 1, 0, 0])
    both, one_hot = np.hstack([-z, z]) / 2, np.hstack([1 - y, y])
    np.testing.assert_array_equal(cross_entropy(both, one_hot), [1000, 1000, 0, 0])


def test_brier_losses_are_scikit_learns() -> None:
    logits, y = LOGITS[:, :1], (LABELS == 2).astype(float)
    expected = sklearn.metrics.brier_score_loss(y, expit(logits[:, 0]))
    losses = BinaryBrierLoss()(logits, y[:, None])
    np.testing.assert_allclose(losses.mean(), expected, rtol=1e-12)
    expected = sklearn.metrics.brier_score_loss(
        LABELS, softmax(LOGITS, axis=1), scale_by_half=False
    )
    np.testing.assert_allclose(BrierLoss()(LOGITS, TARGETS).mean(), expected, rtol=1e-12)


def test_perceptron_loss_is_the_distance_of_wrong_points_only() -> None:
    z = np.array([[3.0], [3.0], [-3.0], [-3.0], [0.0], [0.0]])
    y = np.array([[1.0], [0.0], [0.0], [1.0], [1.0], [0.0]])
    np.testing.assert_array_equal(perceptron_loss(z, y), [0, 3, 0, 3, 0, 0])
    # A logit of 0 says 1, so it is wrong for label 0 though its loss is 0.
    np.testing.assert_array_equal(perceptron_loss.gradient(z, y)[:, 0], [0, 1, 0, -1, 0, 1])
    np.testing.assert_array_equal(perceptron_loss.output(z)[:, 0], [1, 1, 0, 0, 1, 1])


def test_squared_error_is_half_scikit_learns() -> None:
    expected = sklearn.metrics.mean_squared_error(TARGETS[:, 0], LOGITS[:, 0]) / 2
    loss = squared_error(LOGITS[:, :1], TARGETS[:, :1]).mean()
    assert loss == pytest.approx(expected, rel=1e-13)
    np.testing.assert_array_equal(squared_error([[1.0, 4.0]], [[3.0, 1.0]]), [(4 + 9) / 2])


@pytest.mark.parametrize("loss", [binary_cross_entropy, cross_entropy])
def test_mean_logits_are_those_of_the_mean_probabilities(loss: Loss) -> None:
    logits = RNG.normal(0, 3, (5, 4, 3))
    function = expit if loss is binary_cross_entropy else partial(softmax, axis=-1)
    mean = loss.mean_logits(logits)
    np.testing.assert_allclose(function(mean), function(logits).mean(axis=1), rtol=1e-12)


@pytest.mark.parametrize("loss", [binary_cross_entropy, cross_entropy])
def test_mean_logits_of_certain_members_are_finite(loss: Loss) -> None:
    assert np.isfinite(loss.mean_logits(np.array([[[1e4, -1e4], [1e4, -1e4]]]))).all()


def test_mean_logits_of_values_are_their_mean() -> None:
    np.testing.assert_allclose(squared_error.mean_logits(LOGITS[None]), [LOGITS.mean(axis=0)])


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_a_share_counts_like_repetitions(loss: Loss) -> None:
    logits = RNG.normal(size=(5, 2, 3))
    weighted = loss.mean_logits(logits, np.array([0.75, 0.25]))
    repeated = loss.mean_logits(logits[:, [0, 0, 0, 1]])
    np.testing.assert_allclose(weighted, repeated, rtol=1e-12)


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_mean_logits_of_one_member_have_its_answer(loss: Loss) -> None:
    mean = loss.mean_logits(array_api_strict.asarray(LOGITS[:, None, :]))
    np.testing.assert_allclose(loss.output(np.asarray(mean)), loss.output(LOGITS), rtol=1e-12)
