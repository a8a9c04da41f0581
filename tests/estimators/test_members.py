"""Ensembles of several networks in one estimator."""

import os
import signal
import sys
import threading
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array
from sklearn.base import clone
from sklearn.callback import ScoringMonitor
from sklearn.datasets import load_iris, make_moons, make_multilabel_classification
from sklearn.exceptions import ConvergenceWarning, DataConversionWarning
from sklearn.metrics import log_loss
from sklearn.model_selection import GridSearchCV

from errorest import MLPClassifier, engine
from errorest.estimators.cancellation import check_cancelled
from errorest.estimators.members import Members, bootstrap_weights, fit_members
from errorest.exceptions import ErrorestWarning
from errorest.notices import warn
from errorest.training import EarlyStopping
from tests.recorder import Recorder

X, y = make_moons(300, noise=0.3, random_state=0)
X_new, y_new = make_moons(2000, noise=0.3, random_state=1)


def model(**settings: Any) -> MLPClassifier:
    defaults: dict[str, Any] = {"max_iter": 30, "n_iter_no_change": 30, "random_state": 0}
    return MLPClassifier((16,), learning_rate_init=0.03, **(defaults | settings))


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_probabilities_are_the_mean_of_members_that_differ_in_their_seeds() -> None:
    ensemble = model(n_members=4).fit(X, y)
    probabilities = [member.predict_proba(X_new) for member in ensemble.members_]
    assert len({array.tobytes() for array in probabilities}) == 4
    np.testing.assert_allclose(ensemble.predict_proba(X_new), np.mean(probabilities, axis=0))
    np.testing.assert_allclose(ensemble.predict_spread(X_new), np.std(probabilities, axis=0))
    np.testing.assert_array_equal(
        ensemble.predict(X_new), np.mean(probabilities, axis=0).argmax(axis=1)
    )


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_member_is_what_its_seed_gives_alone() -> None:
    member = model(n_members=3).fit(X, y).members_[2]
    alone = clone(member).fit(X, y)
    np.testing.assert_array_equal(member.network_.parameters, alone.network_.parameters)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("n_threads", [1, 2, 3])
def test_same_seed_same_bits_on_any_number_of_threads(n_threads: int) -> None:
    expected = model(n_members=3, n_threads=1).fit(X, y).predict_proba(X_new)
    ensemble = model(n_members=3, n_threads=n_threads).fit(X, y)
    np.testing.assert_array_equal(ensemble.predict_proba(X_new), expected)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_an_ensemble_loses_less_than_its_members_do_on_average() -> None:
    """By Jensen's inequality, on any rows."""
    ensemble = model(n_members=5).fit(X, y)
    own = [log_loss(y_new, member.predict_proba(X_new)) for member in ensemble.members_]
    assert log_loss(y_new, ensemble.predict_proba(X_new)) < np.mean(own)


def test_bootstrap_draws_as_many_rows_as_there_are() -> None:
    rng = np.random.RandomState(0)
    weights = bootstrap_weights(1000, None, rng)
    assert weights.sum() == 1000
    # The share of the rows that are never drawn tends to 1 / e.
    assert abs((weights == 0).mean() - np.exp(-1)) < 0.05
    doubled = bootstrap_weights(1000, np.full(1000, 2.0), np.random.RandomState(0))
    np.testing.assert_array_equal(doubled, 2 * weights)


def test_a_draw_has_a_row_that_counts() -> None:
    only_one = np.eye(1, 300)[0]
    for seed in range(10):
        assert bootstrap_weights(300, only_one, np.random.RandomState(seed))[0] > 0


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_bootstrap_member_learns_from_its_own_draw() -> None:
    ensemble = model(n_members=Members(2, bootstrap=True)).fit(X, y)
    rng = np.random.RandomState(0)
    seeds = rng.randint(2**31, size=2)
    for seed, member in zip(seeds, ensemble.members_, strict=True):
        assert member.random_state == seed
        alone = clone(member).fit(X, y, bootstrap_weights(len(X), None, rng))
        np.testing.assert_array_equal(member.network_.parameters, alone.network_.parameters)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize(
    ("weight", "of_rare"), [(None, 1), (2.0, 1), (1 + (np.arange(300) < 2), 2)]
)
def test_balanced_weights_are_those_of_all_rows_even_if_a_draw_has_none_of_a_class(
    weight: Any, of_rare: int
) -> None:
    rare = np.arange(300) < 2
    asked = Members(10, bootstrap=True)
    ensemble = model(n_members=asked, class_weight="balanced", max_iter=2).fit(X, rare, weight)
    total = 298 + 2 * of_rare
    common, rarely = total / (2 * 298), total / (2 * 2 * of_rare)
    for member in ensemble.members_:
        assert member.class_weight == {False: common, True: rarely}
    # So of several labels.
    several = np.stack([rare, ~rare], axis=1).astype(int)
    for labels in (several, csr_array(several)):
        ensemble.fit(X, labels, weight)
        for member in ensemble.members_:
            assert member.class_weight == [{0: common, 1: rarely}, {0: rarely, 1: common}]
    with pytest.warns(DataConversionWarning):
        ensemble.fit(X, rare[:, None], weight)
    assert ensemble.members_[0].class_weight == {False: common, True: rarely}


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_bootstrap_members_by_name_in_a_search() -> None:
    search = GridSearchCV(
        model(n_members=Members(2)), {"n_members__bootstrap": [False, True]}, cv=2
    ).fit(X, y)
    assert {p["n_members__bootstrap"] for p in search.cv_results_["params"]} == {False, True}
    assert len(search.best_estimator_.members_) == 2


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_partial_fit_and_warm_start_go_on_with_the_members() -> None:
    ensemble = model(n_members=2, shuffle=False)
    for _ in range(30):
        ensemble.partial_fit(X, y, classes=[0, 1])
    whole = model(n_members=2, shuffle=False).fit(X, y)
    np.testing.assert_allclose(ensemble.predict_proba(X_new), whole.predict_proba(X_new), rtol=1e-6)
    longer = model(n_members=2, warm_start=True).fit(X, y)
    before = longer.members_[1].network_.parameters
    longer.fit(X, y)
    assert not np.array_equal(longer.members_[1].network_.parameters, before)
    assert len(longer.members_[1].loss_curve_) == 60


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_members_that_go_on_have_the_settings_of_the_moment(method: str) -> None:
    changes = {"solver": "sgd", "momentum": 0, "learning_rate_init": 0.3, "max_iter": 7}
    ensemble = model(n_members=2, warm_start=True).fit(X, y)
    alone = [clone(member).set_params(warm_start=True).fit(X, y) for member in ensemble.members_]
    getattr(ensemble.set_params(**changes), method)(X, y)
    for member, single in zip(ensemble.members_, alone, strict=True):
        getattr(single.set_params(**changes), method)(X, y)
        np.testing.assert_array_equal(member.network_.parameters, single.network_.parameters)
        assert member.n_iter_ == single.n_iter_


@pytest.mark.filterwarnings("ignore:overflow encountered", "ignore:invalid value")
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_an_ensemble_that_fails_to_go_on_is_as_it_was() -> None:
    ensemble = model(n_members=2, warm_start=True).fit(X, y)
    before = ensemble.predict_proba(X_new)
    weights = np.full(len(X), 1e30)
    with pytest.raises(ValueError, match="not finite"):
        ensemble.set_params(solver="sgd", learning_rate_init=1e30).fit(X, y, weights)
    np.testing.assert_array_equal(ensemble.predict_proba(X_new), before)
    assert [len(member.loss_curve_) for member in ensemble.members_] == [30, 30]


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_names_of_columns_are_those_of_the_last_fit() -> None:
    table = pd.DataFrame(X, columns=["width", "height"])
    ensemble = model(n_members=2).fit(table, y)
    assert list(ensemble.feature_names_in_) == ["width", "height"]
    ensemble.fit(X[:, :1], y)
    assert not hasattr(ensemble, "feature_names_in_")
    assert ensemble.predict(X_new[:, :1]).shape == (2000,)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_several_classes_and_labels() -> None:
    iris, species = load_iris(return_X_y=True)
    probabilities = model(n_members=2).fit(iris, species).predict_proba(iris)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    rows, labels = make_multilabel_classification(100, random_state=0)
    assert model(n_members=2).fit(rows, labels).predict(rows).shape == labels.shape


def test_no_members() -> None:
    with pytest.raises(ValueError, match=r"whole number of at least 1 member, not 2\.5"):
        Members(2.5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="at least 1 member"):
        Members(0)
    with pytest.raises(ValueError, match="n_members"):
        model(n_members=0).fit(X, y)


def test_a_checkpoint_holds_one_network(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="checkpoint holds one network"):
        model(n_members=2, checkpoint=f"{tmp_path}/state").fit(X, y)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_single_network_after_an_ensemble_is_alone() -> None:
    single = model(n_members=3).fit(X, y).set_params(n_members=1).fit(X, y)
    assert not hasattr(single, "members_")
    np.testing.assert_array_equal(
        single.predict_proba(X_new), model().fit(X, y).predict_proba(X_new)
    )


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_single_network_after_an_ensemble_is_measured_alone_on_the_way() -> None:
    single, after = (
        model(max_iter=3, early_stopping=EarlyStopping(scoring="roc_auc")) for _ in range(2)
    )
    after.set_params(n_members=2).fit(X, y).set_params(n_members=1)
    heard = []
    for one in (single, after):
        monitor = ScoringMonitor(scoring="neg_log_loss")
        one.set_callbacks(monitor).fit(X, y)
        heard.append([entry["neg_log_loss"] for entry in monitor.get_logs().data])
    assert after.validation_scores_ == single.validation_scores_
    assert heard[0] == heard[1]
    np.testing.assert_array_equal(after.predict_proba(X_new), single.predict_proba(X_new))


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize(
    ("before", "after"),
    [(3, 1), (1, 3), (3, 2), (1, Members(1, bootstrap=True)), (Members(1, bootstrap=True), 1)],
)
@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_going_on_needs_as_many_members(before: Any, after: Any, method: str) -> None:
    ensemble = model(n_members=before, warm_start=True).fit(X, y).set_params(n_members=after)
    with pytest.raises(ValueError, match="n_members is no longer that"):
        getattr(ensemble, method)(X, y)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_callbacks_see_the_ensemble_grow() -> None:
    monitor = ScoringMonitor(scoring="accuracy")
    ensemble = model(n_members=3, max_iter=3).set_callbacks(monitor).fit(X, y)
    logs = [entry["accuracy"] for entry in monitor.get_logs().data]
    first_ones = [clone(ensemble) for _ in range(3)]
    for n, smaller in enumerate(first_ones, start=1):
        vars(smaller).update(vars(ensemble) | {"members_": ensemble.members_[:n]})
    expected = [smaller.score(X, y) for smaller in first_ones]
    assert sorted(logs) == sorted([*expected, expected[-1]])


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_callback_leaves_out_the_members_after_it() -> None:
    ensemble = model(n_members=4).set_callbacks(Recorder(stop_after=2)).fit(X, y)
    assert len(ensemble.members_) == 2
    assert ensemble.predict_proba(X_new).shape == (2000, 2)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_callback_leaves_the_members_after_it_as_they_were() -> None:
    ensemble = model(n_members=4, warm_start=True, n_threads=1).fit(X, y)
    ensemble.set_callbacks(Recorder(stop_after=2)).fit(X, y)
    assert [len(member.loss_curve_) for member in ensemble.members_] == [60, 60, 30, 30]


@pytest.mark.parametrize("n_members", [1, 3])
@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_a_warning_is_given_once_at_the_users_line(method: str, n_members: int) -> None:
    ensemble = model(n_members=n_members, max_iter=2, learning_rate="adaptive")
    first = {"classes": [0, 1]} if method == "partial_fit" else {}
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        getattr(ensemble, method)(X, y[:, None], **first)
    expected = [DataConversionWarning, ErrorestWarning]
    expected += [ConvergenceWarning] if method == "fit" else []
    assert [warning.category for warning in told] == expected
    assert {warning.filename for warning in told} == {__file__}
    assert len({warning.lineno for warning in told}) == 1


@pytest.mark.filterwarnings("error")
def test_a_warning_that_is_an_error_leaves_an_ensemble_as_it_was() -> None:
    ensemble = model(n_members=3, max_iter=2)
    with pytest.raises(ConvergenceWarning, match="Maximum iterations"):
        ensemble.fit(X, y)
    assert not hasattr(ensemble, "members_")


class Worried:
    def __init__(self, loss: float) -> None:
        self.loss = loss

    def fit(self, X: Any, y: Any, sample_weight: Any) -> None:
        warn(f"the loss is {self.loss}")


def test_of_warnings_with_other_numbers_that_of_the_first_member_is_given() -> None:
    with warnings.catch_warnings(record=True) as told, engine.threads(2):
        warnings.simplefilter("always")
        fit_members([Worried(3), Worried(5)], "fit", X, y, [None, None])
    assert [str(warning.message) for warning in told] == ["the loss is 3"]


class Endless:
    def fit(self, X: Any, y: Any, sample_weight: Any) -> None:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            check_cancelled()
        raise TimeoutError("nobody ended it")


class Broken:
    def fit(self, X: Any, y: Any, sample_weight: Any) -> None:
        raise ValueError("broken")


@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
def test_a_trace_says_that_it_is_of_one_network_of_several() -> None:
    def titles(fitted: MLPClassifier) -> list[str]:
        traced = fitted.trace(X[:1], y[0])
        return [table.title for table in traced.tables()] + traced.latex().splitlines()

    several = titles(model(n_members=3, max_iter=3).fit(X, y))
    told = "Prediction of one of 3 networks, which are averaged"
    assert sum(told in title for title in several) == 2  # a table and a heading
    assert not any("averaged" in title for title in titles(model(n_members=1).fit(X, y)))


def test_an_error_of_one_member_ends_those_before_it() -> None:
    with engine.threads(2), pytest.raises(ValueError, match="broken"):
        fit_members([Endless(), Broken()], "fit", X, y, [None, None])


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl-C to the whole group")
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_ctrl_c_ends_all_members_and_their_threads(solver: str) -> None:
    # Sixteen members of so many epochs would take hours.
    endless = model(n_members=16, max_iter=10**9, n_iter_no_change=10**9, tol=0, solver=solver)
    endless.set_params(max_fun=10**9, hidden_layer_sizes=(64, 64), alpha=1e-9)
    before = threading.active_count()
    interrupt = threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGINT))
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    interrupt.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            endless.fit(X, y)
    finally:
        interrupt.join()
        signal.signal(signal.SIGINT, handler)
    assert threading.active_count() == before
    assert not hasattr(endless, "members_")
