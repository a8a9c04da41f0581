"""Shares of models in one answer: where held-back rows are likeliest."""

import numpy as np
import pytest

from errorest.estimators.joining import best_shares


def test_shares_are_where_the_posterior_is_largest() -> None:
    rng = np.random.default_rng(0)
    likelihoods, weights = rng.beta(2, 1, size=(2, 50)), rng.uniform(0.5, 2, 50)
    grid = np.linspace(0.001, 0.999, 999)[:, None]
    mixed = grid * likelihoods[0] + (1 - grid) * likelihoods[1]
    posterior = np.log(mixed) @ weights + np.log(grid * (1 - grid))[:, 0] / 2
    first, second = best_shares(likelihoods, weights)
    assert first == pytest.approx(grid[posterior.argmax(), 0], abs=2e-3)
    assert first + second == pytest.approx(1)


def test_shares_are_what_rows_credit_models_with_even_if_nearly_all_are_certain() -> None:
    # What is credited again changes nothing at the maximum (Dempster, Laird and Rubin 1977).
    rng = np.random.default_rng(0)
    likelihoods, weights = 1 - rng.beta(0.1, 9, size=(3, 5000)), rng.uniform(0.5, 2, 5000)
    shares = best_shares(likelihoods, weights)
    joint = shares[:, None] * likelihoods
    credit = (joint / joint.sum(axis=0)) @ weights + 0.5
    np.testing.assert_allclose(shares, credit / credit.sum(), rtol=1e-9)


def test_what_is_hardly_ever_right_is_left_out() -> None:
    likelihoods = np.stack([np.full(100, 0.9), np.full(100, 0.1), np.full(100, 0.9)])
    np.testing.assert_allclose(best_shares(likelihoods), [0.5, 0, 0.5])


def test_rows_that_weigh_more_are_as_if_repeated_for_those_that_are_left() -> None:
    rng = np.random.default_rng(0)
    likelihoods, times = rng.beta(2, 1, size=(3, 50)), rng.integers(1, 9, 50)
    likelihoods[1] /= 20
    shares = best_shares(likelihoods, times.astype(float))
    assert shares[1] == 0
    repeated = best_shares(np.repeat(likelihoods, times, axis=1))
    np.testing.assert_allclose(shares, repeated, rtol=1e-9)
