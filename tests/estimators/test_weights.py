"""Weights of rows: what class_weight may be, and what others are told of the weights."""

from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.callback import ScoringMonitor
from sklearn.datasets import make_moons

from errorest import LogisticRegression, MLPClassifier, Perceptron
from errorest.estimators import TabularMLPClassifier

X, Y = make_moons(60, noise=0.2, random_state=0)
WEIGHTS = np.arange(2.0, 62.0)
MODELS = [
    MLPClassifier((4,), max_iter=3, random_state=0),
    MLPClassifier((4,), solver="lbfgs", max_iter=3, random_state=0),
    MLPClassifier((4,), max_iter=3, early_stopping=True, random_state=0),
    LogisticRegression(max_iter=3),
    LogisticRegression(solver="sgd", max_iter=3, random_state=0),
    Perceptron(max_iter=3),
]

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.mark.parametrize("weighted", [True, False])
@pytest.mark.parametrize("model", MODELS, ids=str)
def test_callbacks_are_told_the_users_own_weights(model: Any, weighted: bool) -> None:
    own = {tuple(row): weight for row, weight in zip(X, WEIGHTS, strict=True)}
    n_scored = 0

    def scorer(estimator: Any, X: Any, y: Any, sample_weight: Any = None) -> Any:
        nonlocal n_scored
        n_scored += 1
        if weighted:
            np.testing.assert_allclose(sample_weight, [own[tuple(row)] for row in X])
        else:
            assert sample_weight is None
        return {"accuracy": estimator.score(X, y, sample_weight)}

    model = clone(model).set_params(class_weight={0: 1, 1: 5})
    model.set_callbacks(ScoringMonitor(scoring=scorer))
    model.fit(X, Y, sample_weight=WEIGHTS if weighted else None)
    assert n_scored >= 3


@pytest.mark.parametrize("class_weight", [{0: -1}, {1: np.nan}, {1: np.inf}], ids=str)
@pytest.mark.parametrize("model", [MODELS[0], MODELS[3], MODELS[5]], ids=str)
def test_class_weights_out_of_range(model: Any, class_weight: Any) -> None:
    with pytest.raises(ValueError, match="class_weight must be finite and not negative"):
        clone(model).set_params(class_weight=class_weight).fit(X, Y)


@pytest.mark.parametrize("weight", [-1, np.nan, np.inf])
def test_class_weights_of_labels_out_of_range(weight: float) -> None:
    several = np.stack([Y, 1 - Y], axis=1)
    model = clone(MODELS[0]).set_params(class_weight=[{0: 1, 1: weight}, {0: 1, 1: 1}])
    with pytest.raises(ValueError, match="class_weight must be finite and not negative"):
        model.fit(X, several)


@pytest.mark.parametrize(
    ("dtype", "weight", "size"),
    [
        (np.float32, 1e-300, "small"),
        (np.float32, 1e-39, "small"),
        (np.float32, 4e36, "large"),
        (np.float32, 1e300, "large"),
        (np.float64, 1e-310, "small"),
        (np.float64, 1e306, "large"),
        (np.float64, 1e307, "large"),
    ],
)
@pytest.mark.parametrize(
    "model", [*MODELS[:2], *MODELS[3:], TabularMLPClassifier(random_state=0)], ids=str
)
def test_weights_without_a_share_are_refused(
    model: Any, dtype: type[np.floating], weight: float, size: str
) -> None:
    """1 / sum(w) must be a normal number, and w too."""
    with pytest.raises(ValueError, match=f"^sample_weight makes weights too {size} for float"):
        clone(model).fit(X.astype(dtype), Y, sample_weight=np.full(60, weight))


@pytest.mark.parametrize("model", [MODELS[0], MODELS[3]], ids=str)
def test_class_weights_without_a_share_are_refused(model: Any) -> None:
    model = clone(model).set_params(class_weight={0: 1e200, 1: 1.0})
    with pytest.raises(ValueError, match=r"^class_weight=.* makes weights too large for float64"):
        model.fit(X, Y, sample_weight=np.full(60, 1e200))


def test_a_table_in_float64_has_weights_for_networks_in_float32() -> None:
    with pytest.raises(ValueError, match=r"^sample_weight makes weights too small for float32"):
        TabularMLPClassifier(random_state=0).fit(X, Y, sample_weight=np.full(60, 1e-300))


@pytest.mark.parametrize("model", [MODELS[0], MODELS[3]], ids=str)
def test_no_weight_is_left_by_both_together(model: Any) -> None:
    model = clone(model).set_params(class_weight={0: 0})
    with pytest.raises(ValueError, match="leaves no row with a weight above 0"):
        model.fit(X, Y, sample_weight=(Y == 0).astype(float))


@pytest.mark.parametrize("model", [MODELS[1], MODELS[3]], ids=str)
def test_rows_of_weight_0_do_not_count_beside_class_weights(model: Any) -> None:
    counts = np.arange(60) % 3 > 0
    model = clone(model).set_params(class_weight={0: 1, 1: 3})
    weighted = clone(model).fit(X, Y, sample_weight=counts.astype(float))
    without = clone(model).fit(X[counts], Y[counts])
    np.testing.assert_allclose(weighted.predict_proba(X), without.predict_proba(X), rtol=1e-6)


@pytest.mark.parametrize(
    ("model", "y"),
    [(MODELS[1], Y), (MODELS[3], Y), (MODELS[1], np.stack([Y, X[:, 0] > 0.3], axis=1))],
    ids=["network", "line", "several labels"],
)
def test_balanced_weights_count_rows_of_weight_2_twice(model: Any, y: Any) -> None:
    twice = Y * np.arange(60) % 2
    model = clone(model).set_params(class_weight="balanced")
    weighted = clone(model).fit(X, y, sample_weight=1.0 + twice)
    repeated = clone(model).fit(*(np.repeat(rows, 1 + twice, axis=0) for rows in (X, y)))
    np.testing.assert_allclose(weighted.predict_proba(X), repeated.predict_proba(X), rtol=1e-6)


def test_balanced_weights_of_labels_that_no_row_has_that_counts() -> None:
    counts = X[:, 0] < 0.5
    labels = np.stack([Y, ~counts], axis=1)
    model = clone(MODELS[1]).set_params(class_weight="balanced")
    weighted = clone(model).fit(X, labels, sample_weight=counts.astype(float))
    without = clone(model).fit(X[counts], labels[counts])
    np.testing.assert_allclose(weighted.predict_proba(X), without.predict_proba(X), rtol=1e-6)


@pytest.mark.parametrize("model", [MODELS[0], MODELS[3]], ids=str)
def test_no_weights_are_balanced_where_a_class_counts_nothing(model: Any) -> None:
    model = clone(model).set_params(class_weight="balanced")
    with pytest.raises(ValueError, match="needs rows of every class that count"):
        model.fit(X, Y, sample_weight=(Y == 0).astype(float))
