"""The line: scikit-learn's logistic regression on one-hot codes, as a network that takes codes."""

import numpy as np
import pytest
import sklearn.linear_model
from sklearn.preprocessing import OneHotEncoder

from errorest import engine
from errorest.estimators.folds import folds
from errorest.estimators.line import best_line

RNG = np.random.default_rng(0)
CODES = RNG.integers(-1, 5, 300)
X = np.column_stack([RNG.normal(size=300), CODES, RNG.normal(size=300)])


@pytest.mark.parametrize("n_classes", [2, 3])
def test_codes_get_a_coefficient_for_each_level(n_classes: int) -> None:
    y = np.digitize(X[:, 0] + (CODES == 3) + RNG.normal(size=300), [0, 1][: n_classes - 1])
    coded = X.copy()
    coded[::20, 1] = 3.5  # no level
    line = best_line(coded, y, folds(y, 4, seed=0), levels={1: 5})
    encoder = OneHotEncoder(categories=[range(5)], handle_unknown="ignore", sparse_output=False)
    rows = np.hstack([coded[:, [0, 2]], encoder.fit_transform(coded[:, [1]])])
    theirs = sklearn.linear_model.LogisticRegression(C=line.C, max_iter=5000, tol=1e-8).fit(rows, y)
    logits = theirs.decision_function(rows).reshape(300, -1)
    np.testing.assert_allclose(engine.forward(line.network, coded), logits, rtol=2e-3, atol=5e-3)


def test_useless_features_get_the_strongest_penalty() -> None:
    y = np.repeat([0, 1], 150)
    useless = RNG.normal(size=(300, 40))
    line = best_line(useless, y, folds(y, 5, seed=0))
    # Every label is as likely as not, so that no line is surer than a weak one.
    assert line.C == 0.01


def test_held_back_logits_are_of_lines_that_have_not_seen_the_row() -> None:
    rows = X[:, [0, 2]]
    y = (rows[:, 0] + RNG.normal(size=300) > 0).astype(int)
    parts = folds(y, 5, seed=0)
    line = best_line(rows, y, parts)
    for training, held_back in parts:
        theirs = sklearn.linear_model.LogisticRegression(C=line.C, tol=1e-8)
        logits = theirs.fit(rows[training], y[training]).decision_function(rows[held_back])
        np.testing.assert_allclose(line.held_back_logits[held_back, 0], logits, atol=5e-3)


def test_collinear_features_are_no_reason_to_warn() -> None:
    x = np.repeat([0.0, 1.0, 2.0], 20)
    X, y = np.stack([x, 2 * x, np.ones(60), np.zeros(60)], axis=1), np.tile([0, 1, 1, 0], 15)
    line = best_line(X, y, folds(y, 5, seed=0))
    assert np.isfinite(line.held_back_logits).all()


def test_rows_without_weight_choose_no_penalty() -> None:
    rows = RNG.normal(size=(60, 1))
    y = (rows[:, 0] > 0).astype(int)
    line = best_line(rows, y, folds(y, 5, seed=0))
    twice, both = np.vstack([rows, rows]), np.concatenate([y, 1 - y])
    weights = np.repeat([1.0, 0.0], 60)
    parts = folds(both, 5, seed=0)
    assert best_line(twice, both, parts, sample_weight=weights).C == line.C == 100
