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


@pytest.mark.parametrize(
    ("n_rows", "share"), [(8, 0), (9, 0), (10, 0.105), (11, 0.115), (50, 0.505)]
)
def test_shares_of_two_that_are_certain_count_their_rows(n_rows: int, share: float) -> None:
    """Of 99 rows and a credit of half a row each; less than a tenth is left out."""
    first = np.arange(99) < n_rows
    shares = best_shares(np.stack([first, ~first]).astype(np.float32))
    np.testing.assert_allclose(shares, [share, 1 - share], rtol=1e-6)


def test_a_row_that_nobody_thought_possible_changes_nothing() -> None:
    first = np.arange(100) < 40
    likelihoods = np.stack([first, ~first]).astype(float)
    shares = best_shares(np.column_stack([likelihoods, [0, 0]]))
    np.testing.assert_allclose(shares, best_shares(likelihoods), rtol=1e-9)


def test_what_is_hardly_ever_right_is_left_out() -> None:
    likelihoods = np.stack([np.full(100, 0.9), np.full(100, 0.1), np.full(100, 0.9)])
    np.testing.assert_allclose(best_shares(likelihoods), [0.5, 0, 0.5])


def test_rows_that_weigh_more_are_as_if_repeated_for_those_that_are_left() -> None:
    rng = np.random.default_rng(0)
    likelihoods, times = rng.beta(2, 1, size=(3, 50)), rng.integers(1, 9, 50)
    likelihoods[1] /= 20
    shares = best_shares(likelihoods, times.astype(float))
    assert shares[1] == 0
    # The one that is left out has no say in how the others share.
    alone = best_shares(likelihoods[[0, 2]], times.astype(float))
    np.testing.assert_allclose(shares[[0, 2]], alone, rtol=1e-9)
    repeated = best_shares(np.repeat(likelihoods, times, axis=1))
    np.testing.assert_allclose(shares, repeated, rtol=1e-9)
