"""The way down: the networks that a training passed through, for pictures and films.

>>> from errorest import LogisticRegression
>>> X, y = [[0.0], [1.0], [2.0], [3.0]], ["no", "no", "yes", "yes"]
>>> descent = record_descent(LogisticRegression(solver="sgd", max_iter=5), X, y)
>>> len(descent.networks), descent.networks[0].parameters, descent.step
(6, array([0., 0.]), 'epoch')
"""

import warnings
from dataclasses import dataclass
from itertools import islice
from typing import Any

from numpy.typing import ArrayLike
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning

from errorest.estimators import Perceptron, TableClassifier
from errorest.exceptions import PictureError
from errorest.network.network import Network
from errorest.plots.inner import unwrapped

__all__ = ["Call", "Descent", "record_descent", "record_perceptron"]

# Of a perceptron.
_MOST_CALLS = 1000


@dataclass(frozen=True, eq=False)
class Descent:
    """The networks that a training passed through.

    Attributes
    ----------
    estimator : classifier
        The copy that was trained.
    networks : list of Network
        The one that the training starts from, and that after each step.
    step : str
        What lies between two of them: an "epoch" (or iteration), or a "cycle" of epochs.
    n_networks : int
        How many networks were trained side by side, of which this is the first one's way.
    """

    estimator: Any
    networks: list[Network]
    step: str
    n_networks: int

    @property
    def name(self) -> str:
        """Of the classifier's class; of that inside, if it is a TableClassifier."""
        trained, _ = unwrapped(self.estimator)
        return type(trained).__name__

    @property
    def which(self) -> str:
        """Words that say whose way it is, to follow a title; none if there is only one."""
        return f": one of {self.n_networks} networks" if self.n_networks > 1 else ""


class _NetworkRecorder:
    """A callback of scikit-learn's that keeps the first network, and that of each step."""

    # Into a TableClassifier, whose own task has no network.
    max_propagation_depth = 1

    def __init__(self) -> None:
        self.networks: list[Network] = []
        self.step = "epoch"

    def setup(self, estimator: Any, context: Any) -> None:
        """Do nothing: there is no network yet."""

    def on_fit_task_begin(
        self, estimator: Any, context: Any, *, fitted_estimator: Any = None
    ) -> None:
        """Keep the network that the training starts from."""
        if not self.networks and hasattr(fitted_estimator, "network_"):
            self.networks.append(fitted_estimator.network_)

    def on_fit_task_end(
        self, estimator: Any, context: Any, *, fitted_estimator: Any = None
    ) -> None:
        """Keep the network of one more step."""
        if context.max_subtasks == 0 and hasattr(fitted_estimator, "network_"):
            self.networks.append(fitted_estimator.network_)
            self.step = context.task_name

    def teardown(self, estimator: Any, context: Any) -> None:
        """Do nothing: the networks stay."""


def record_descent(estimator: Any, X: ArrayLike, y: ArrayLike) -> Descent:
    """Train a copy of a classifier, and keep the networks it passes through.

    Parameters
    ----------
    estimator : LogisticRegression, MLPClassifier, TabularMLPClassifier or TableClassifier
        Its settings; it is not changed.
    X : array-like or DataFrame of shape (n_samples, n_features)
    y : array-like of shape (n_samples,)

    Returns
    -------
    Descent

    Raises
    ------
    PictureError
        If the classifier has no network that trains step by step.
    """
    copy = _without_checkpoint(estimator)
    told = copy.estimator if isinstance(copy, TableClassifier) else copy
    if told is not None and not hasattr(told, "set_callbacks"):
        raise PictureError(f"a {type(told).__name__} does not descend step by step")
    recorder = _NetworkRecorder()
    with warnings.catch_warnings():
        # The picture shows how far it came.
        warnings.simplefilter("ignore", ConvergenceWarning)
        try:
            copy.set_callbacks(recorder).fit(X, y)
        finally:
            # scikit-learn remembers the methods of callbacks, and the callbacks with them.
            networks, recorder.networks = recorder.networks, []
    trained, _ = unwrapped(copy)
    name = type(trained).__name__
    if not hasattr(trained, "network_"):
        raise PictureError(f"a {name} has no network whose descent could be drawn")
    if hasattr(trained, "members_"):
        raise PictureError("each network of an ensemble has its own path: use n_members=1")
    if len(networks) < 2:
        raise PictureError(f"the training of this {name} took no step that could be drawn")
    return Descent(copy, networks, recorder.step, getattr(trained, "n_members_", 1))


def _without_checkpoint(estimator: Any) -> Any:
    """Return an unfitted copy that neither writes a checkpoint nor goes on from one."""
    copy = clone(estimator)
    names = [name for name in copy.get_params() if name.split("__")[-1] == "checkpoint"]
    return copy.set_params(**dict.fromkeys(names))


@dataclass(frozen=True, eq=False)
class Call:
    """One point that said "come closer" to a perceptron's line.

    Attributes
    ----------
    network : Network
        Before it moved.
    caller : int or None
        The point's row; None after the last step.
    epoch : int
        From 1.
    """

    network: Network
    caller: int | None
    epoch: int


def record_perceptron(estimator: Perceptron, X: ArrayLike, y: ArrayLike) -> list[Call]:
    """Train a perceptron again, point by point, in the same order as ``fit``.

    Parameters
    ----------
    estimator : Perceptron
        Fitted to the same rows, of two classes, with an integer ``random_state``.
    X : array-like of shape (n_samples, n_features)
    y : array-like of shape (n_samples,)

    Returns
    -------
    list of Call
        Only the points that were on the wrong side, and the end; or the first 1000 of them.

    Raises
    ------
    PictureError
        If there are more than two classes.
    """
    if len(estimator.classes_) != 2:
        raise PictureError(f"one line divides two classes, not {len(estimator.classes_)}")
    steps = [
        Call(step.before, step.index, step.epoch)
        for step in islice(estimator.steps(X, y), _MOST_CALLS)
    ]
    if len(steps) == _MOST_CALLS:
        return steps
    return [*steps, Call(estimator.network_, None, estimator.n_iter_)]
