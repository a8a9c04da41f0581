"""Sample weights and validation rows reach every estimator through pipelines and searches."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import sklearn
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer
from sklearn.exceptions import UnsetMetadataPassedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from errorest import LogisticRegression, MLPClassifier, Perceptron

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X, Y = load_breast_cancer(return_X_y=True)
WEIGHTS = np.random.default_rng(0).uniform(size=len(Y)) * np.where(Y, 1, 3)
# A setting of each, and two values of it.
ESTIMATORS = [
    (Perceptron(max_iter=5), "alpha"),
    (LogisticRegression(), "C"),
    (MLPClassifier((4,), max_iter=5, random_state=0), "alpha"),
]
by_name = pytest.mark.parametrize(
    ("estimator", "setting"), ESTIMATORS, ids=lambda value: type(value).__name__
)


@pytest.fixture(autouse=True)
def routing() -> Iterator[None]:
    with sklearn.config_context(enable_metadata_routing=True):
        yield


def pipeline(estimator: Any) -> Pipeline:
    scaler = StandardScaler().set_fit_request(sample_weight=False)
    return Pipeline([("scaler", scaler), ("model", estimator)])


@by_name
def test_weights_through_pipeline_and_search(estimator: Any, setting: str) -> None:
    model = clone(estimator).set_fit_request(sample_weight=True)
    model.set_score_request(sample_weight=True)
    search = GridSearchCV(pipeline(model), {f"model__{setting}": [0.1, 1.0]}, cv=2)
    search.fit(X, Y, sample_weight=WEIGHTS)
    scaled = StandardScaler().fit_transform(X)
    chosen = search.best_params_[f"model__{setting}"]
    alone = clone(estimator).set_params(**{setting: chosen})
    expected = alone.fit(scaled, Y, sample_weight=WEIGHTS).decision_function(scaled)
    np.testing.assert_array_equal(search.decision_function(X), expected)
    assert (expected != alone.fit(scaled, Y).decision_function(scaled)).any()
    score = search.score(X, Y, sample_weight=WEIGHTS)
    assert score == pytest.approx(np.average((expected >= 0) == Y, weights=WEIGHTS))


@by_name
def test_weights_reach_each_fold(estimator: Any, setting: str) -> None:
    model = (
        clone(estimator).set_fit_request(sample_weight=True).set_score_request(sample_weight=True)
    )
    search = GridSearchCV(pipeline(model), {f"model__{setting}": [1.0]}, cv=2, refit=False)
    uneven = np.where(Y, 1e-3, 1.0)
    weighted = search.fit(X, Y, sample_weight=uneven).cv_results_["mean_test_score"]
    even = search.fit(X, Y, sample_weight=np.ones(len(Y))).cv_results_["mean_test_score"]
    assert weighted != even


@by_name
def test_weights_that_nobody_asked_for_are_told(estimator: Any, setting: str) -> None:
    with pytest.raises(UnsetMetadataPassedError, match="sample_weight"):
        pipeline(clone(estimator)).fit(X, Y, sample_weight=WEIGHTS)


def test_validation_rows_through_a_search() -> None:
    scaled = StandardScaler().fit_transform(X)
    training, validation = (scaled[:400], Y[:400]), (scaled[400:], Y[400:])
    model = MLPClassifier((4,), max_iter=5, random_state=0).set_fit_request(validation=True)
    search = GridSearchCV(Pipeline([("model", model)]), {"model__alpha": [0.1, 1.0]}, cv=2)
    search.fit(*training, validation=validation)
    best = search.best_estimator_[-1]
    alone = clone(best).fit(*training, validation=validation)
    assert best.history_["validation_loss"] == alone.history_["validation_loss"]
    assert len(best.history_["validation_loss"]) == 5


def test_initial_lines_are_routed() -> None:
    model = Perceptron(max_iter=1).set_fit_request(coef_init=True, intercept_init=True)
    lines = {"coef_init": np.ones((1, 30)), "intercept_init": np.ones(1)}
    fitted = pipeline(model).fit(X, Y, **lines)[-1]
    alone = Perceptron(max_iter=1).fit(StandardScaler().fit_transform(X), Y, **lines)
    np.testing.assert_array_equal(fitted.coef_, alone.coef_)
