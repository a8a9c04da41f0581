"""scikit-learn's callbacks, and one's own, on every estimator, alone and inside of others."""

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.callback import ProgressBar, ScoringMonitor
from sklearn.datasets import load_iris
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import GridSearchCV, HalvingRandomSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from errorest import LogisticRegression, MLPClassifier, Perceptron, TableClassifier
from errorest.estimators import TabularMLPClassifier
from tests.recorder import Recorder

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X, Y = load_iris(return_X_y=True)
NAMES = load_iris().target_names[Y]
TABLE = pd.DataFrame(X, columns=["a", "b", "c", "d"])
N_EPOCHS = 4
# Each makes as many epochs or iterations.
ESTIMATORS = [
    Perceptron(max_iter=N_EPOCHS),
    LogisticRegression(max_iter=N_EPOCHS),
    LogisticRegression(solver="sgd", max_iter=N_EPOCHS, random_state=0),
    MLPClassifier((4,), max_iter=N_EPOCHS, random_state=0),
    MLPClassifier((4,), solver="lbfgs", max_iter=N_EPOCHS, random_state=0),
]
TABULAR = TabularMLPClassifier((4,), n_members=2, max_iter=N_EPOCHS, random_state=0)
every_estimator = pytest.mark.parametrize("estimator", ESTIMATORS, ids=str)


@every_estimator
def test_own_callback_hears_of_each_epoch(estimator: Any) -> None:
    recorder = Recorder()
    model = clone(estimator).set_callbacks(recorder).fit(X, Y)
    assert recorder.losses == model.history_["loss"]
    assert len(recorder.losses) == N_EPOCHS
    # scikit-learn's name of what its own lbfgs tells.
    part = "lbfgs-iter" if recorder.heard[2] == "begin lbfgs-iter 0" else "epoch"
    numbers = range(len(recorder.heard) // 2 - 2)
    parts = [f"{edge} {part} {number}" for number in numbers for edge in ("begin", "end")]
    assert recorder.heard == ["setup", "begin fit 0", *parts, "end fit 0", "teardown"]
    silent = clone(estimator).set_callbacks().fit(X, Y)
    np.testing.assert_array_equal(silent.network_.parameters, model.network_.parameters)


@every_estimator
def test_own_callback_stops(estimator: Any) -> None:
    recorder = Recorder(stop_after=2)
    with warnings.catch_warnings(action="error"):
        model = clone(estimator).set_callbacks(recorder).fit(X, Y)
    assert len(model.history_["loss"]) == np.max(model.n_iter_) == 2
    assert recorder.heard[-2:] == ["end fit 0", "teardown"]
    # What ends does so once.
    assert len(set(recorder.heard)) == len(recorder.heard)


@pytest.mark.parametrize("estimator", [*ESTIMATORS, TABULAR], ids=str)
def test_where_a_training_starts_is_shown(estimator: Any) -> None:
    accuracies: list[float] = []

    class AtTheStart(Recorder):
        def on_fit_task_begin(
            self, estimator: Any, context: Any, *, fitted_estimator: Any = None
        ) -> None:
            if context.task_name == "fit":
                accuracies.append(fitted_estimator.score(X, Y))

    clone(estimator).set_callbacks(AtTheStart()).fit(X, Y)
    assert len(accuracies) == 1
    if not isinstance(estimator, MLPClassifier | TabularMLPClassifier):
        # Where all weights are 0, each row is taken to be of the first class.
        assert accuracies == [1 / 3]


def test_callbacks_are_torn_down_after_an_error() -> None:
    class Failing(Recorder):
        def on_fit_task_end(self, estimator: Any, context: Any, **more: Any) -> bool:
            raise RuntimeError("no picture")

    callback = Failing()
    with pytest.raises(RuntimeError, match="no picture"):
        MLPClassifier((4,)).set_callbacks(callback).fit(X, Y)
    assert callback.heard[-1] == "teardown"


@every_estimator
def test_scores_after_each_epoch(estimator: Any) -> None:
    monitor = ScoringMonitor(scoring="accuracy")
    model = clone(estimator).set_callbacks(monitor).fit(TABLE, NAMES)
    assert len(epoch_scores(monitor)) == N_EPOCHS
    assert epoch_scores(monitor)[-1] == model.score(TABLE, NAMES)


@every_estimator
def test_scores_in_a_pipeline_in_a_search(estimator: Any) -> None:
    monitor = ScoringMonitor(scoring="accuracy")
    model = clone(estimator).set_callbacks(monitor)
    search = GridSearchCV(make_pipeline(StandardScaler(), model), {}, cv=2).fit(TABLE, Y)
    # Two folds, and the fit to all rows.
    assert len(epoch_scores(monitor)) == 3 * N_EPOCHS
    assert search.score(TABLE, Y) in epoch_scores(monitor)


@every_estimator
def test_scores_in_a_search_of_random_settings_that_halves(estimator: Any) -> None:
    monitor = ScoringMonitor(scoring="accuracy")
    model = clone(estimator).set_callbacks(monitor)
    settings = {"max_iter": [1, 2, 3, 4]}
    search = HalvingRandomSearchCV(model, settings, cv=2, min_resources=40, random_state=0)
    search.fit(TABLE, Y)
    assert search.score(TABLE, Y) in epoch_scores(monitor)


@every_estimator
def test_progress_bar(estimator: Any, capsys: pytest.CaptureFixture[str]) -> None:
    make_pipeline(StandardScaler(), clone(estimator)).set_callbacks(ProgressBar()).fit(X, Y)
    assert type(estimator).__name__ in capsys.readouterr().out


@every_estimator
def test_inside_of_a_table_classifier(estimator: Any) -> None:
    recorder = Recorder()
    TableClassifier(clone(estimator).set_callbacks(recorder)).fit(TABLE, Y)
    assert len(recorder.losses) == N_EPOCHS


def test_table_classifier_tells_those_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    monitor, recorder = ScoringMonitor(scoring="accuracy"), Recorder()
    model = TableClassifier(MLPClassifier((4,), max_iter=N_EPOCHS, random_state=0))
    model.set_callbacks(ProgressBar(), monitor, recorder).fit(TABLE, Y)
    assert "MLPClassifier" in capsys.readouterr().out
    assert recorder.heard == [
        "setup",
        "begin fit 0",
        "begin fit-estimator 0",
        "end fit-estimator 0",
        "end fit 0",
        "teardown",
    ]
    (row,) = monitor.get_logs().data
    assert (row["task_name"], row["accuracy"]) == ("fit", model.score(TABLE, Y))
    assert not hasattr(model.estimator_, "_skl_callbacks")


def epoch_scores(monitor: ScoringMonitor) -> list[float]:
    logs = monitor.get_logs(select="all")
    return [
        row["accuracy"]
        for log in logs
        for row in log.data
        if row["task_name"] in ("epoch", "lbfgs-iter")
    ]
