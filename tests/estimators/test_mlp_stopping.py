"""When a network's training ends, and which of its networks is kept."""

import warnings
from typing import Any

import numpy as np
import pytest
import sklearn.neural_network
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning

from errorest.maths import SGD
from errorest.training import EarlyStopping
from tests.estimators.mlps import MOONS_X, MOONS_Y, mlp

# Many tests train too briefly to converge, on purpose.
pytestmark = pytest.mark.filterwarnings("ignore:Stochastic Optimizer")


def test_early_stopping_by_accuracy() -> None:
    model = mlp((8,), early_stopping=True, n_iter_no_change=5, learning_rate_init=0.05)
    model.fit(MOONS_X, MOONS_Y)
    scores = model.validation_scores_
    assert scores is not None
    assert len(scores) == len(model.history_["validation_loss"]) == model.n_iter_ < 200
    assert model.best_validation_score_ == max(scores)
    assert model.best_epoch_ == int(np.argmax(scores)) + 1
    assert model.best_loss_ is None


@pytest.mark.parametrize("random_state", range(4))
def test_early_stopping_sets_rows_aside_in_the_proportions_of_the_classes(
    random_state: int,
) -> None:
    # Rows that are all alike are all given the commoner class: 80 of 100, so 20 of 25.
    X, y = np.zeros((100, 1)), np.repeat([0, 1], [80, 20])
    model = mlp((), early_stopping=True, validation_fraction=0.25, learning_rate_init=0.1)
    model.set_params(random_state=random_state).fit(X, y)
    assert model.best_validation_score_ == 0.8


def test_early_stopping_by_another_curve() -> None:
    stopping = EarlyStopping("validation_loss", patience=3, tol=0)
    model = mlp((30,), early_stopping=stopping, learning_rate_init=0.5).fit(MOONS_X, MOONS_Y)
    losses = model.history_["validation_loss"]
    assert model.n_iter_ < 200
    assert model.best_epoch_ == int(np.argmin(losses)) + 1 == model.n_iter_ - 3


def test_the_kept_network_is_that_of_the_best_epoch() -> None:
    stopping = EarlyStopping("validation_loss", patience=3, tol=0)
    model = mlp((30,), early_stopping=stopping, learning_rate_init=0.5).fit(MOONS_X, MOONS_Y)
    ended = clone(model).set_params(max_iter=model.best_epoch_).fit(MOONS_X, MOONS_Y)
    np.testing.assert_array_equal(model.network_.parameters, ended.network_.parameters)


def test_best_epoch_is_that_of_the_kept_network_without_early_stopping() -> None:
    model = mlp((30,), learning_rate_init=0.5, n_iter_no_change=3, tol=0).fit(MOONS_X, MOONS_Y)
    assert model.best_loss_ == min(model.loss_curve_) < model.loss_curve_[-1]
    ended = clone(model).set_params(max_iter=model.best_epoch_).fit(MOONS_X, MOONS_Y)
    np.testing.assert_array_equal(model.network_.parameters, ended.network_.parameters)


def test_stops_when_the_loss_stalls() -> None:
    settings: dict[str, Any] = {"learning_rate_init": 1e-9, "n_iter_no_change": 7}
    theirs = sklearn.neural_network.MLPClassifier((4,), random_state=0, **settings)
    ours = mlp((4,), **settings).fit(MOONS_X, MOONS_Y)
    # The first epoch, seven that are borne, and the one that is too many.
    assert ours.n_iter_ == theirs.fit(MOONS_X, MOONS_Y).n_iter_ == 1 + 7 + 1
    assert ours.stopped_


def test_epochs_that_were_just_enough_are_not_called_too_few() -> None:
    settings: dict[str, Any] = {"learning_rate_init": 1e-9, "n_iter_no_change": 2}
    with warnings.catch_warnings(action="error"):
        assert mlp((4,), max_iter=1 + 2 + 1, **settings).fit(MOONS_X, MOONS_Y).stopped_
    with pytest.warns(ConvergenceWarning, match=r"Maximum iterations \(3\) reached"):
        mlp((4,), max_iter=3, **settings).fit(MOONS_X, MOONS_Y)


def test_too_few_epochs_are_told() -> None:
    with pytest.warns(ConvergenceWarning, match=r"Maximum iterations \(2\) .* increase max_iter"):
        mlp((4,), max_iter=2).fit(MOONS_X, MOONS_Y)
    with pytest.warns(ConvergenceWarning, match=r"lbfgs failed to converge after 2 iteration"):
        mlp((4,), solver="lbfgs", max_iter=2).fit(MOONS_X, MOONS_Y)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_divergence_is_told() -> None:
    with pytest.raises(ValueError, match=r"not finite after epoch \d+: scale the features"):
        mlp((4,), "identity", solver=SGD(), learning_rate_init=1e150).fit(MOONS_X, MOONS_Y)
    with pytest.raises(ValueError, match="not finite: scale the features"):
        mlp((), solver="lbfgs").fit(1e307 * MOONS_X, MOONS_Y)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_divergence_in_the_last_step_is_told() -> None:
    with pytest.raises(ValueError, match="not finite"):
        mlp((), solver=SGD(), learning_rate_init=1e308, max_iter=1).fit(1e3 * MOONS_X, MOONS_Y)
    model = mlp((), solver=SGD(), learning_rate_init=1e308)
    with pytest.raises(ValueError, match="not finite after epoch 1"):
        model.partial_fit(1e3 * MOONS_X, MOONS_Y, classes=[0, 1])


def test_a_loss_far_beyond_a_guess_is_told() -> None:
    model = mlp((8,), solver="sgd", learning_rate_init=1000, warm_start=True)
    for _ in range(2):
        with pytest.warns(ConvergenceWarning, match="lower the learning rate"):
            model.fit(MOONS_X, MOONS_Y)
    assert model.loss_curve_[-1] > 10


def test_a_loss_far_beyond_a_guess_after_the_first_epoch_is_told() -> None:
    """Though the curve has the loss of before its step."""
    model = mlp((3,), solver="sgd", learning_rate_init=1e3, early_stopping=True)
    with pytest.warns(ConvergenceWarning, match="lower the learning rate"):
        model.fit(MOONS_X, MOONS_Y)
    assert model.loss_curve_[model.best_epoch_ - 1] < 10


@pytest.mark.filterwarnings("error:the loss is")
def test_a_large_penalty_is_no_training_that_went_astray() -> None:
    model = mlp((8,), alpha=1e4, learning_rate_init=1e-4, max_iter=3)
    model.fit(MOONS_X, MOONS_Y)
    assert model.loss_curve_[-1] > 10
    # Nor is what rows without weight say of it.
    far, labels = 1e9 * np.array([[1, 1], [-1, -1]]), np.array([0, 1])
    for wrong in (labels, 1 - labels):
        rows, targets = np.vstack([MOONS_X, far]), np.append(MOONS_Y, wrong)
        model.fit(rows, targets, np.repeat([1.0, 0.0], [200, 2]))


def test_validation_accuracy_counts_weights() -> None:
    # Rows that are all alike are given the class of the larger weight: 9 of 10 parts.
    X, y = np.zeros((200, 1)), np.repeat([0, 1], 100)
    model = mlp((), early_stopping=True, max_iter=30, learning_rate_init=0.1, n_iter_no_change=30)
    model.fit(X, y, np.where(y == 1, 9.0, 1.0))
    assert model.validation_scores_ is not None
    assert model.validation_scores_[-1] == pytest.approx(0.9)
