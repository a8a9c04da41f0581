"""The estimator that the playground's model is: to be saved, and to be trained by a script.

>>> from errorest.playground.data import simulated
>>> from errorest.playground.state import State
>>> data = simulated(State())
>>> course = Course(State(), data, max_bytes=1_000_000)
>>> course.run_epoch()
>>> model = fitted_estimator(course)
>>> bool((model.network_.parameters == course.network.parameters).all())
True
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from errorest.estimators import LogisticRegression, MLPClassifier, Perceptron, TableClassifier
from errorest.exceptions import PlaygroundError
from errorest.maths.schedules import SCHEDULES
from errorest.playground.course import Course
from errorest.playground.listening import listening
from errorest.playground.training_setup import LOSSES, optimizer
from errorest.training import History

__all__ = ["estimator_of", "fitted_estimator"]


def estimator_of(course: Course) -> Any:
    """Return the estimator that takes the same way as the course, not fitted."""
    state = course.state
    if state.model == "perceptron":
        return Perceptron(
            eta0=state.learning_rate,
            max_iter=max(course.epoch, 1),
            # It goes on until no point is wrong.
            tol=None,
            random_state=state.seed,
        )
    descent: dict[str, Any] = {
        "solver": optimizer(state),
        "learning_rate": SCHEDULES[state.schedule],
        "learning_rate_init": state.learning_rate,
        "batch_size": course.trainer.batch_size,
        "random_state": state.seed,
    }
    if state.model == "logistic":
        strength = state.l2 * len(course.data.training_rows)
        return LogisticRegression(
            C=1 / strength if strength else np.inf,
            max_iter=course.epoch,
            # It shall not stop early.
            n_iter_no_change=state.max_epochs + 1,
            **descent,
        )
    return MLPClassifier(
        state.hidden,
        activation=list(state.activations),
        alpha=state.l2 * course.trainer.batch_size,
        max_iter=state.max_epochs,
        dropout=state.dropout,
        loss="log_loss" if state.loss == "cross_entropy" else LOSSES[state.loss],
        **descent,
    )


def fitted_estimator(course: Course) -> Any:
    """Return the estimator with the network as it is now.

    For one's own table it is a TableClassifier, which takes the table's columns.

    Raises
    ------
    PlaygroundError
        If the weights are no longer finite, or a class has no point to learn from.
    """
    if not np.isfinite(course.network.parameters).all():
        raise PlaygroundError("the weights are no longer finite: rewind before you save the model")
    data, rows = course.data, course.data.training_rows
    labels = np.array(data.classes)[data.labels[rows]]
    if len(set(labels)) < len(data.classes):
        raise PlaygroundError("one of the classes has no training point: add one first")
    model, _ = listening(lambda: _fitted(course, labels))
    return model


def _fitted(course: Course, labels: NDArray[Any]) -> Any:
    data, model = course.data, estimator_of(course)
    # A short fit finds classes and features; its weights are replaced.
    max_iter = model.max_iter
    model.set_params(max_iter=1).fit(data.training.X, labels)
    model.set_params(max_iter=max_iter)
    _replace_network(model, course)
    if data.own is None:
        return model
    # What it learns in a moment is replaced, too; the encoding of the columns stays.
    table = TableClassifier(LogisticRegression(max_iter=1)).fit(data.own.features, data.own.labels)
    table.estimator, table.estimator_ = estimator_of(course), model
    return table


def _replace_network(model: Any, course: Course) -> None:
    """Let an estimator stand where the course stands, of which it has made one epoch."""
    n_epochs, n_rows = course.epoch, len(course.data.training_rows)
    curves = course.timeline.curves()
    done = curves[(curves[:, 0] > 0) & (curves[:, 0] <= n_epochs)].astype(np.float64)
    values = {"loss": done[:, 1].tolist()}
    if len(course.data.validation_rows) > 0:
        values["validation_loss"] = done[:, 2].tolist()
    if isinstance(model, Perceptron):
        values["mistakes"] = course.mistakes[:n_epochs]
    history = History(values)
    if isinstance(model, LogisticRegression):
        model.network_, model.history_ = course.network, history
        model.n_iter_ = np.array([n_epochs], dtype=np.int32)
    elif isinstance(model, Perceptron):
        model._keep(course.network, history)
        model.n_iter_, model.t_ = n_epochs, 1 + n_epochs * n_rows
    else:
        model._keep(course.network, history, None)
        model.n_iter_ = model.best_epoch_ = n_epochs
        model.t_ = n_epochs * n_rows
        # Whatever comes later goes on from this network.
        model._state = None
