"""Ctrl-C ends a training with the network so far and a warning."""

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone

from errorest import LogisticRegression, MLPClassifier, Perceptron
from errorest.estimators import cancellation
from errorest.training import EarlyStopping

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 3))
Y = np.where(X[:, 0] * X[:, 1] > 0, "yes", "no")


class After:
    """A callback that does something at the end of an epoch, and remembers the networks."""

    def __init__(self, n_epochs: int, action: Callable[[], object]) -> None:
        self.n_epochs, self.action = n_epochs, action
        self.networks: list[Any] = []

    def setup(self, estimator: Any, context: Any) -> None: ...

    def teardown(self, estimator: Any, context: Any) -> None: ...

    def on_fit_task_begin(self, estimator: Any, context: Any, **more: Any) -> None: ...

    def on_fit_task_end(
        self, estimator: Any, context: Any, *, fitted_estimator: Any = None, **more: Any
    ) -> None:
        if context.task_name not in ("epoch", "lbfgs-iter"):
            return
        self.networks.append(fitted_estimator.network_)
        if len(self.networks) == self.n_epochs:
            self.action()


def interrupt() -> None:
    raise KeyboardInterrupt


def press_ctrl_c() -> None:
    os.kill(os.getpid(), signal.SIGINT)


@pytest.fixture(params=[interrupt, press_ctrl_c])
def action(request: pytest.FixtureRequest) -> Iterator[Callable[[], None]]:
    """Give a way to interrupt; a test runner may have switched Ctrl-C off."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield request.param
    signal.signal(signal.SIGINT, before)


def mlp(**changes: Any) -> MLPClassifier:
    settings = {"max_iter": 50, "random_state": 0, "learning_rate_init": 0.1} | changes
    return MLPClassifier((4,), **settings)


def test_fit_ends_with_a_usable_network(action: Callable[[], None]) -> None:
    callback = After(3, action)
    model = mlp().set_callbacks(callback)
    with pytest.warns(UserWarning, match="interrupted by user after 3 epochs"):
        model.fit(X, Y)
    assert model.n_iter_ == len(model.loss_curve_) == 3
    assert set(model.predict(X)) <= {"yes", "no"}
    np.testing.assert_array_equal(model.network_.parameters, callback.networks[-1].parameters)


def test_the_best_network_so_far_is_kept(action: Callable[[], None]) -> None:
    stopping = EarlyStopping("validation_accuracy", patience=50, maximise=True)
    model = mlp(early_stopping=stopping, learning_rate_init=0.5).set_callbacks(After(12, action))
    with pytest.warns(UserWarning, match="the best network so far is kept"):
        model.fit(X, Y)
    best = int(np.argmax(model.validation_scores_)) + 1
    assert model.best_epoch_ == best
    # The same training, ended there, has that network as its last one.
    ended = mlp(early_stopping=stopping, learning_rate_init=0.5, max_iter=best)
    with pytest.warns(UserWarning, match="Maximum iterations"):
        ended.fit(X, Y)
    assert best < 12
    np.testing.assert_array_equal(model.network_.parameters, ended.network_.parameters)


def test_the_warning_says_which_network_is_kept() -> None:
    # Without early stopping the last network is kept.
    with pytest.warns(UserWarning, match="the last network so far is kept"):
        mlp().set_callbacks(After(3, interrupt)).fit(X, Y)


def test_interrupted_fit_goes_on_from_its_checkpoint(tmp_path: Path) -> None:
    model = mlp(checkpoint=tmp_path / "run.npz", max_iter=8, n_iter_no_change=50)
    with pytest.warns(UserWarning, match="interrupted by user after 3 epochs"):
        model.set_callbacks(After(3, interrupt)).fit(X, Y)
    with pytest.warns(UserWarning, match="Maximum iterations"):
        model.set_callbacks().fit(X, Y)
    whole = mlp(max_iter=8, n_iter_no_change=50)
    with pytest.warns(UserWarning, match="Maximum iterations"):
        whole.fit(X, Y)
    np.testing.assert_array_equal(model.network_.parameters, whole.network_.parameters)


def test_logistic_regression_too(action: Callable[[], None]) -> None:
    model = LogisticRegression(solver="sgd", random_state=0).set_callbacks(After(2, action))
    with pytest.warns(UserWarning, match="interrupted by user after 2 epochs"):
        model.fit(X, Y)
    assert model.n_iter_ == [2]


@pytest.mark.parametrize("model", [LogisticRegression(), Perceptron(tol=None)], ids=repr)
def test_where_scikit_learn_raises_ctrl_c_it_is_raised(model: Any) -> None:
    with pytest.raises(KeyboardInterrupt):
        clone(model).set_callbacks(After(2, interrupt)).fit(X, Y)


def test_lbfgs_too() -> None:
    model = mlp(solver="lbfgs").set_callbacks(After(2, interrupt))
    try:
        with pytest.warns(UserWarning, match="interrupted by user"):
            model.fit(X, Y)
    except KeyboardInterrupt:
        pytest.fail("Ctrl-C was not caught")
    assert model.n_iter_ == 2
    assert model.loss_ == model.loss_curve_[-1] < model.loss_curve_[0]


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_a_training_ends_when_the_work_that_it_is_part_of_is_over(solver: str) -> None:
    over = Event()
    over.set()
    token = cancellation._event.set(over)
    try:
        with pytest.raises(CancelledError):
            mlp(solver=solver).fit(X, Y)
    finally:
        cancellation._event.reset(token)
