"""Early stopping by any scorer of scikit-learn."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_iris, make_moons, make_multilabel_classification
from sklearn.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    log_loss,
    make_scorer,
    roc_auc_score,
)
from sklearn.preprocessing import scale

from errorest import MLPClassifier
from errorest.estimators.scoring import accuracy
from errorest.maths import binary_cross_entropy, identity
from errorest.network import Dense, Network
from errorest.training import EarlyStopping, Samples

X, Y = make_moons(300, noise=0.3, random_state=0)
TRAIN, VAL = (X[:200], Y[:200]), (X[200:], Y[200:])

pytestmark = pytest.mark.filterwarnings("ignore:Stochastic Optimizer")


def mlp(scoring: Any, **settings: Any) -> MLPClassifier:
    stopping = EarlyStopping(scoring=scoring, patience=5, tol=0)
    defaults = {"learning_rate_init": 0.1, "max_iter": 60, "random_state": 0}
    return MLPClassifier((8,), early_stopping=stopping, **(defaults | settings))


def test_the_network_with_the_best_area_is_kept() -> None:
    model = mlp("roc_auc").fit(*TRAIN, validation=VAL)
    areas = model.history_["validation_roc_auc"]
    assert model.stopped_
    assert model.best_epoch_ == int(np.argmax(areas)) + 1
    kept = roc_auc_score(VAL[1], model.predict_proba(VAL[0])[:, 1])
    assert max(areas) == model.best_validation_score_ == pytest.approx(kept, rel=1e-12)
    assert model.validation_scores_ == areas


def test_scores_whose_names_end_in_loss_are_scores() -> None:
    model = mlp("neg_log_loss").fit(*TRAIN, validation=VAL)
    kept = -log_loss(VAL[1], model.predict_proba(VAL[0]))
    assert model.best_validation_score_ == pytest.approx(kept, rel=1e-12)


def test_smaller_losses_score_more() -> None:
    model = mlp("neg_log_loss").fit(*TRAIN, validation=VAL)
    curve = np.array(model.history_["validation_neg_log_loss"])
    np.testing.assert_allclose(curve, -np.array(model.history_["validation_loss"]), rtol=1e-9)


def test_a_function_of_estimator_and_rows() -> None:
    names = np.array(["no", "yes"])

    def share_of_yes_found(estimator: Any, X: Any, y: Any) -> float:
        assert set(y) == {"no", "yes"}
        return float((estimator.predict(X)[y == "yes"] == "yes").mean())

    model = mlp(share_of_yes_found).fit(
        X[:200], names[Y[:200]], validation=(X[200:], names[Y[200:]])
    )
    curve = model.history_["validation_share_of_yes_found"]
    assert curve[model.best_epoch_ - 1] == share_of_yes_found(model, X[200:], names[Y[200:]])


def test_weights_reach_the_scorer() -> None:
    weights = np.random.default_rng(0).uniform(size=100)
    model = mlp(make_scorer(balanced_accuracy_score)).fit(*TRAIN, validation=(*VAL, weights))
    expected = balanced_accuracy_score(VAL[1], model.predict(VAL[0]), sample_weight=weights)
    assert model.best_validation_score_ == pytest.approx(expected)


def test_several_classes_and_several_labels() -> None:
    X, y = load_iris(return_X_y=True)
    iris = mlp("roc_auc_ovr").fit(scale(X), y)
    assert iris.best_validation_score_ is not None
    assert iris.best_validation_score_ > 0.9
    rows, labels = make_multilabel_classification(200, random_state=0)
    several = mlp("f1_micro").fit(scale(rows), labels)
    assert several.best_validation_score_ == max(several.history_["validation_f1_micro"]) > 0.5


def test_names_of_columns_disturb_no_scorer() -> None:
    mlp("roc_auc").fit(pd.DataFrame(X, columns=["east", "north"]), Y)


def test_a_scorer_that_does_not_exist() -> None:
    with pytest.raises(ValueError, match=r"scoring='roc_acu', which is neither .* roc_auc, "):
        mlp("roc_acu").fit(X, Y)
    with pytest.raises(ValueError, match="scoring=3, which is neither a function nor"):
        mlp(3).fit(X, Y)


@pytest.mark.parametrize("scoring", ["roc_auc", lambda estimator, X, y: "good"])
def test_a_scorer_that_cannot_judge(scoring: Any) -> None:
    three = np.arange(300) % 3
    with pytest.raises(ValueError, match="of early_stopping cannot judge the validation rows"):
        mlp(scoring).fit(X, three)


def test_an_epoch_without_a_score_is_not_the_best() -> None:
    scores = iter([np.nan, 0.7, 0.6])

    def measured(estimator: Any, X: Any, y: Any) -> float:
        return next(scores)

    model = mlp(measured, max_iter=3).fit(*TRAIN, validation=VAL)
    assert (model.best_epoch_, model.best_validation_score_) == (2, 0.7)


def test_accuracy_of_three_classes_is_scikit_learns() -> None:
    X, y = load_iris(return_X_y=True)
    model = MLPClassifier((4,), max_iter=5, random_state=0).fit(X, y)
    weights = np.random.default_rng(0).uniform(size=150)
    expected = accuracy_score(y, model.predict(X), sample_weight=weights)
    assert 0 < expected < 1
    assert accuracy(model.network_, Samples(X, y, weights)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("targets", "share"),
    [(np.array([1, 1, 0, 1]), 0.75), (np.array([[1, 1], [1, 0], [1, 1], [0, 1]]), 0.5)],
    ids=["classes", "labels"],
)
def test_a_logit_of_0_says_yes(targets: Any, share: float) -> None:
    n_outputs = 1 if targets.ndim == 1 else 2
    layer = Dense(1, n_outputs, identity)
    nothing = Network((layer,), binary_cross_entropy, np.zeros(2 * n_outputs))
    assert accuracy(nothing, Samples(np.zeros((4, 1)), targets)) == share
    thrice = np.array([3.0, 1.0, 1.0, 1.0])
    weighted = Samples(np.zeros((4, 1)), targets, thrice)
    assert accuracy(nothing, weighted) == (4 * share + 2) / 6
