"""The penalty that held-back rows choose, beside scikit-learn's LogisticRegressionCV."""

from typing import Any

import numpy as np
import pytest
import sklearn.linear_model
from scipy.sparse import csr_matrix
from sklearn.datasets import load_breast_cancer, load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.preprocessing import scale

from errorest import LogisticRegression
from errorest.estimators.folds import folds
from errorest.estimators.labels import Labels
from errorest.estimators.linear import linear_network
from errorest.estimators.penalty_choice import STRENGTHS, choose_penalty
from errorest.network import Network
from errorest.training import Samples

TIGHT: dict[str, Any] = {"tol": 1e-8, "max_iter": 10_000}


def chosen(X: Any, y: Any, **settings: Any) -> LogisticRegression:
    return LogisticRegression(C="auto", random_state=0, **{**TIGHT, **settings}).fit(X, y)


LABELS = Labels(np.arange(2))
START = linear_network(np.zeros((1, 1)), np.zeros(1), LABELS.loss)


def steeper(line: Network, rows: Samples, C: float) -> Network:
    return line.with_parameters(np.array([C, 0.0]))


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


@pytest.mark.long_on_reference
def test_it_is_scikit_learns_choice_where_that_is_clear(rng: np.random.Generator) -> None:
    X = rng.normal(size=(300, 40))
    useless, exact = np.arange(300) % 2, (X[:, :3] @ [1, 2, 3] > 0).astype(int)
    for rows, y in ((X, useless), (X[:, :3], exact)):
        theirs = sklearn.linear_model.LogisticRegressionCV(
            Cs=STRENGTHS, cv=5, scoring="neg_log_loss", l1_ratios=(0,), use_legacy_attributes=False
        ).fit(rows, y)
        assert chosen(rows, y).C_ == theirs.C_


@pytest.mark.parametrize("table", [load_iris, load_breast_cancer])
def test_the_line_is_that_of_the_chosen_penalty(table: Any) -> None:
    X, y = table(return_X_y=True)
    model = chosen(scale(X), y)
    again = LogisticRegression(C=model.C_, **TIGHT).fit(scale(X), y)
    np.testing.assert_array_equal(model.coef_, again.coef_)
    assert again.C_ == model.C_
    assert not hasattr(again, "held_back_losses_")


def test_in_doubt_a_line_is_as_flat_as_suits_best() -> None:
    X, y, every = np.ones((10, 1)), np.repeat([0, 1], [4, 6]), np.arange(10)
    samples = Samples(X, y, None)
    assert choose_penalty(steeper, START, samples, LABELS, [(every, every)]).C == 0.1


def test_held_back_losses_are_of_lines_that_have_not_seen_the_row(rng: np.random.Generator) -> None:
    X = rng.normal(size=(600, 3))
    y = (X[:, 0] > 0).astype(int)
    model = chosen(X, y)
    seed = int(np.random.RandomState(0).randint(2**30))
    for training, held_back in folds(y, 5, seed=seed):
        theirs = sklearn.linear_model.LogisticRegression(C=model.C_, **TIGHT)
        probabilities = theirs.fit(X[training], y[training]).predict_proba(X[held_back])
        losses = -np.log(probabilities[np.arange(len(held_back)), y[held_back]])
        np.testing.assert_allclose(model.held_back_losses_[held_back], losses, atol=1e-5)


@pytest.mark.long_on_reference
def test_a_warm_start_does_not_tell_of_held_back_rows(rng: np.random.Generator) -> None:
    X, y = rng.normal(size=(60, 40)), np.arange(60) % 2
    model = chosen(X, y, warm_start=True).set_params(max_iter=0)
    with pytest.warns(ConvergenceWarning):
        model.fit(X, y)
    np.testing.assert_allclose(model.held_back_losses_, np.log(2))


@pytest.mark.long_on_reference
def test_a_fit_that_holds_no_rows_back_leaves_no_losses_of_an_earlier_one() -> None:
    X, y = load_iris(return_X_y=True)
    model = chosen(X, y).set_params(C=49).fit(X[:120], y[:120])
    assert not hasattr(model, "held_back_losses_")
    assert model.C_ == 49


def test_a_fold_has_no_say_in_the_penalty_that_it_is_measured_at() -> None:
    X = np.repeat([[3.0], [-3.0]], 20, axis=0)
    y = np.tile([0, 1], 20)
    plain, contrary = (np.flatnonzero((X[:, 0] > 0) == (y == label)) for label in (1, 0))

    parts = [(contrary, plain), (plain, contrary)]
    choice = choose_penalty(steeper, START, Samples(X, y), LABELS, parts)
    np.testing.assert_array_equal(choice.held_back_logits[plain], 0.01 * X[plain])
    np.testing.assert_array_equal(choice.held_back_logits[contrary], 100 * X[contrary])
    assert choice.C == 0.01


@pytest.mark.long_on_reference
def test_copies_are_held_back_together(rng: np.random.Generator) -> None:
    rows, y = rng.normal(size=(60, 40)), np.arange(60) % 2
    model = chosen(np.repeat(rows, 5, axis=0), np.repeat(y, 5), max_iter=200)
    # Lines that had seen the copies would know them.
    assert model.held_back_losses_.mean() > 0.69
    assert model.C_ == 0.01


def test_rows_without_weight_have_no_say(rng: np.random.Generator) -> None:
    X = rng.normal(size=(80, 1))
    y = (X[:, 0] > 0).astype(int)
    weights = np.repeat([1.0, 0.0], 80)
    model = LogisticRegression(C="auto", random_state=0).fit(
        np.vstack([X, X]), np.concatenate([y, 1 - y]), weights
    )
    assert model.C_ == 100
    np.testing.assert_array_equal(np.isnan(model.held_back_losses_), weights == 0)


def test_in_doubt_a_line_is_no_steeper_than_usual() -> None:
    X, y, every = np.full((1000, 1), 0.2), np.tile(np.repeat([0, 1], [2, 8]), 100), np.arange(1000)
    # Neither rows that weigh little nor those of ten groups, each of one class, make it surer.
    few = np.where(every < 10, 1.0, 1e-9)
    for weights, groups, C in ((None, None, 10), (few, None, 1), (None, every % 10, 1)):
        samples, parts = Samples(X, y, weights), [(every, every)]
        assert choose_penalty(steeper, START, samples, LABELS, parts, groups=groups).C == C


@pytest.mark.long_on_reference
def test_sparse_rows_are_as_dense_ones() -> None:
    X, y = load_breast_cancer(return_X_y=True)
    X = np.where(scale(X) > 1, 1.0, 0.0)
    dense, sparse = chosen(X, y), chosen(csr_matrix(X), y)
    assert sparse.C_ == dense.C_
    np.testing.assert_allclose(sparse.coef_, dense.coef_, atol=1e-4)


def test_of_many_rows_a_fifth_chooses_for_all(rng: np.random.Generator) -> None:
    X = rng.normal(size=(20_001, 1))
    y = (X[:, 0] > 0).astype(int)
    model = LogisticRegression(C="auto", solver="newton-cholesky", random_state=0).fit(X, y)
    assert model.C_ == 100
    # To be compared with another model's, all are held back.
    assert np.isfinite(model.held_back_losses_).all()


def test_folds_that_do_not_choose_hold_back_with_what_is_chosen() -> None:
    X, y = np.repeat([[3.0], [-3.0]], 20, axis=0), np.repeat([1, 0], 20)
    y[1::2] = 1 - y[1::2]
    plain, contrary = np.arange(0, 40, 2), np.arange(1, 40, 2)
    parts = [(contrary, plain), (plain, contrary)]
    choice = choose_penalty(steeper, START, Samples(X, y), LABELS, parts, n_choosing=1)
    assert choice.C == 100
    np.testing.assert_array_equal(choice.held_back_logits, 100 * X)


def test_where_no_row_can_be_held_back_it_is_one() -> None:
    model = LogisticRegression(C="auto").fit([[0.0], [1.0]], [0, 1])
    assert model.C_ == 1
    assert np.isnan(model.held_back_losses_).all()


def test_what_it_cannot_choose_for_is_said(rng: np.random.Generator) -> None:
    X, y = rng.normal(size=(20, 2)), np.arange(20) % 2
    with pytest.raises(ValueError, match="solver that finds the minimum"):
        LogisticRegression(C="auto", solver="adam").fit(X, y)
    with pytest.raises(ValueError, match="'C' parameter"):
        LogisticRegression(C="best").fit(X, y)


def test_other_penalties_and_solvers_choose_too(rng: np.random.Generator) -> None:
    X = rng.normal(size=(200, 30))
    y = (X[:, 0] > 0).astype(int) ^ (rng.random(200) < 0.1)
    lasso = chosen(X, y, l1_ratio=1, solver="saga", max_iter=1000)
    assert lasso.C_ == 0.1
    assert (lasso.coef_ == 0).sum() > 20
