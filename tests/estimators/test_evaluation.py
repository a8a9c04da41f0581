"""Figures of a classifier: scikit-learn's, and how far they can be off."""

from typing import Any

import numpy as np
import pytest
from scipy.stats import sem
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_iris
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression, Perceptron
from sklearn.metrics import accuracy_score, log_loss, roc_auc_score

from errorest.estimators import evaluate

X, Y = load_iris(return_X_y=True)
MODEL = LogisticRegression(max_iter=500).fit(X[::2], Y[::2])


# This one has no predict_log_proba.
CALIBRATED = CalibratedClassifierCV(MODEL, cv=3).fit(X[::2], Y[::2])


@pytest.mark.parametrize("model", [MODEL, CALIBRATED], ids=str)
def test_figures_are_scikit_learns(model: Any) -> None:
    found, probabilities = evaluate(model, X, Y), model.predict_proba(X)
    assert found.accuracy == accuracy_score(Y, model.predict(X))
    assert found.log_loss == pytest.approx(log_loss(Y, probabilities))
    assert found.roc_auc == pytest.approx(roc_auc_score(Y, probabilities, multi_class="ovr"))
    of_own_class = probabilities[np.arange(len(Y)), Y]
    assert found.log_loss_error == pytest.approx(sem(-np.log(of_own_class)))


def test_a_single_row_and_a_model_without_probabilities_have_no_standard_error() -> None:
    assert evaluate(MODEL, X[:1], Y[:1]).log_loss_error is None
    assert evaluate(Perceptron().fit(X, Y), X, Y).log_loss_error is None


def test_of_two_classes_the_second_ranks_the_rows() -> None:
    is_last = Y == 2
    two = LogisticRegression(max_iter=500).fit(X, is_last)
    np.testing.assert_allclose(
        evaluate(two, X, is_last).rankings, two.decision_function(X)[:, None]
    )


def test_a_single_class_is_no_mistake() -> None:
    only = np.array(["only"] * 150)
    found = evaluate(DummyClassifier().fit(X, only), X, only)
    assert (found.accuracy, found.log_loss, found.roc_auc) == (1, 0, None)
    assert found.confusion.tolist() == [[150]]


@pytest.mark.parametrize("label", [0, 1])
def test_there_is_no_area_where_a_class_has_no_row(label: int) -> None:
    two = LogisticRegression().fit(X, Y > 0)
    is_label = label == Y
    assert evaluate(two, X[is_label], Y[is_label] > 0).roc_auc is None
    assert evaluate(MODEL, X[~is_label], Y[~is_label]).roc_auc is None


def test_a_label_is_needed_for_each_row() -> None:
    with pytest.raises(ValueError, match=r"inconsistent numbers of samples: \[3, 150\]"):
        evaluate(MODEL, X, Y[:3])


def test_it_shows_its_figures_and_not_a_number_for_each_row() -> None:
    shown = repr(evaluate(MODEL, X, Y))
    assert shown.startswith("Evaluation(n_rows=150, accuracy=")
    assert "losses" not in shown
    assert "rankings" not in shown
