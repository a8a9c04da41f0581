"""Figures of a classifier: scikit-learn's, and how far they can be off."""

import numpy as np
import pytest
from scipy.stats import sem
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression, Perceptron
from sklearn.metrics import accuracy_score, log_loss, roc_auc_score

from errorest.estimators import evaluate

X, Y = load_iris(return_X_y=True)
MODEL = LogisticRegression(max_iter=500).fit(X[::2], Y[::2])


def test_figures_are_scikit_learns() -> None:
    found, probabilities = evaluate(MODEL, X, Y), MODEL.predict_proba(X)
    assert found.accuracy == accuracy_score(Y, MODEL.predict(X))
    assert found.log_loss == pytest.approx(log_loss(Y, probabilities))
    assert found.roc_auc == pytest.approx(roc_auc_score(Y, probabilities, multi_class="ovr"))
    of_own_class = probabilities[np.arange(len(Y)), Y]
    assert found.log_loss_error == pytest.approx(sem(-np.log(of_own_class)))


def test_a_single_row_and_a_model_without_probabilities_have_no_standard_error() -> None:
    assert evaluate(MODEL, X[:1], Y[:1]).log_loss_error is None
    assert evaluate(Perceptron().fit(X, Y), X, Y).log_loss_error is None


@pytest.mark.parametrize("label", [0, 1])
def test_there_is_no_area_where_a_class_has_no_row(label: int) -> None:
    two = LogisticRegression().fit(X, Y > 0)
    is_label = label == Y
    assert evaluate(two, X[is_label], Y[is_label] > 0).roc_auc is None
    assert evaluate(MODEL, X[~is_label], Y[~is_label]).roc_auc is None


def test_it_shows_its_figures_and_not_a_number_for_each_row() -> None:
    shown = repr(evaluate(MODEL, X, Y))
    assert shown.startswith("Evaluation(n_rows=150, accuracy=")
    assert "losses" not in shown
    assert "rankings" not in shown
