"""The perceptron: points that are on the wrong side say "come closer" to the line.

>>> from errorest import Perceptron
>>> students, accepted = [[9, 8], [3, 4], [7, 6]], [1, 0, 1]
>>> perceptron = Perceptron().fit(students, accepted)
>>> perceptron.predict(students)
array([1, 0, 1])
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.callback import CallbackSupportMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_consistent_length, column_or_1d
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.multiclass import _check_partial_fit_first_call

from errorest.estimators.decorators import with_callbacks
from errorest.estimators.failure import unchanged_by_failure
from errorest.estimators.fitting import print_epoch
from errorest.estimators.linear import LinearClassifier
from errorest.estimators.perceptron_training import (
    PerceptronStep,
    PerceptronTraining,
    begin,
    follow,
    penalties,
)
from errorest.estimators.reporting import fit_told, report_epoch
from errorest.estimators.sparse import MatrixLike
from errorest.maths.losses import Loss, perceptron_loss
from errorest.network.network import Network
from errorest.notices import warn
from errorest.training import History
from errorest.wording import counted

__all__ = ["Perceptron"]


class Perceptron(CallbackSupportMixin, LinearClassifier):
    """Rosenblatt's perceptron; with more than two classes, one line for each against the rest.

    The points are visited one by one. A point with label 0 in the positive area moves the line by
    ``w -= a x, b -= a``; one with label 1 in the negative area by ``w += a x, b += a``; all others
    leave it unchanged. If some line separates the classes, this finds one (Novikoff 1962), given
    enough time: pass ``tol=None``.

    Parameters
    ----------
    penalty : {"l2", "l1", "elasticnet"} or None, default=None
        The penalty that pulls the weights towards 0 at each visit.
    alpha : float, default=0.0001
        Strength of the penalty.
    l1_ratio : float, default=0.15
        The share of L1 in the elastic net.
    fit_intercept : bool, default=True
        Whether to fit an intercept; without it, the line goes through the origin.
    max_iter : int, default=1000
        Maximum number of epochs. Training ends sooner if no point is wrong.
    tol : float or None, default=1e-3
        A line stops when the mean loss of an epoch, ``|z|`` for each wrong point, has not been
        below the best one by this much for ``n_iter_no_change`` epochs in a row; but not within its
        first 1000 visits, since an epoch of few points says little. With None, it continues until
        no point is wrong.
    shuffle : bool, default=True
        Whether each epoch visits the points in a new random order.
    verbose : int, default=0
        Whether to print the loss and the number of mistakes after each epoch.
    eta0 : float, default=1.0
        The learning rate a.
    n_jobs : int, optional
        Has no effect.
    random_state : int, RandomState instance or None, default=0
        Seed for the order of the points, and for the rows that are set aside.
    early_stopping : bool, default=False
        Whether ``tol`` applies to the accuracy on rows that are set aside.
    validation_fraction : float, default=0.1
        The share of these rows.
    n_iter_no_change : int, default=5
        A line stops after this many epochs without improvement.
    class_weight : dict or "balanced", optional
        Factors of ``a`` for the points of each class, in the line of their own class.
    warm_start : bool, default=False
        Whether to start from the lines of the last fit.

    Attributes
    ----------
    coef_ : array or CSR matrix of shape (1, n_features) or (n_classes, n_features)
    intercept_ : array of shape (1,) or (n_classes,)
    classes_ : array of shape (n_classes,)
    converged_ : bool
        Whether the last epoch had no mistakes.
    mistakes_curve_ : list of int
        Number of mistakes in each epoch.
    history_ : History
        The number of mistakes and the mean loss in each epoch.
    n_iter_ : int
        Number of epochs.
    t_ : int
        1 + the number of visits.
    network_ : Network
    n_features_in_ : int
    feature_names_in_ : array of shape (`n_features_in_`,)

    References
    ----------
    F. Rosenblatt (1958), "The perceptron", Psychological Review 65.

    Examples
    --------
    >>> from errorest import Perceptron
    >>> Perceptron(eta0=0.1).fit([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 0, 0, 1]).converged_
    True
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "penalty": [StrOptions({"l2", "l1", "elasticnet"}), None],
        "alpha": [Interval(Real, 0, None, closed="left")],
        "l1_ratio": [Interval(Real, 0, 1, closed="both")],
        "fit_intercept": ["boolean"],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "tol": [Interval(Real, 0, None, closed="left"), None],
        "shuffle": ["boolean"],
        "verbose": ["verbose"],
        "eta0": [Interval(Real, 0, None, closed="neither")],
        "n_jobs": [Integral, None],
        "random_state": ["random_state"],
        "early_stopping": ["boolean"],
        "validation_fraction": [Interval(Real, 0, 1, closed="neither")],
        "n_iter_no_change": [Interval(Integral, 1, None, closed="left")],
        "class_weight": [StrOptions({"balanced"}), dict, None],
        "warm_start": ["boolean"],
    }

    def __init__(
        self,
        *,
        penalty: str | None = None,
        alpha: float = 0.0001,
        l1_ratio: float = 0.15,
        fit_intercept: bool = True,
        max_iter: int = 1000,
        tol: float | None = 1e-3,
        shuffle: bool = True,
        verbose: int = 0,
        eta0: float = 1.0,
        n_jobs: int | None = None,
        random_state: int | np.random.RandomState | None = 0,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        n_iter_no_change: int = 5,
        class_weight: dict[Any, Any] | str | None = None,
        warm_start: bool = False,
    ) -> None:
        self.penalty = penalty
        self.alpha = alpha
        self.l1_ratio = l1_ratio
        self.fit_intercept = fit_intercept
        self.max_iter = max_iter
        self.tol = tol
        self.shuffle = shuffle
        self.verbose = verbose
        self.eta0 = eta0
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.class_weight = class_weight
        self.warm_start = warm_start

    @property
    def _loss(self) -> Loss:
        return perceptron_loss

    @unchanged_by_failure
    @with_callbacks
    def fit(
        self,
        X: MatrixLike,
        y: ArrayLike,
        coef_init: ArrayLike | None = None,
        intercept_init: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
    ) -> Self:
        """Move the line until every point is on its side.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
        coef_init : array-like of shape (1, n_features) or (n_classes, n_features), optional
            The initial weights; by default 0.
        intercept_init : array-like of shape (1,) or (n_classes,), optional
        sample_weight : array-like of shape (n_samples,), optional
            Factors of ``a`` for each point.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If parameters or data are out of range, or a line is no longer finite.

        Warns
        -----
        ConvergenceWarning
            If some point was still on the wrong side in the last epoch, unless training with a
            penalty or early stopping stopped for lack of improvement.
        """
        training = begin(self, X, y, coef_init, intercept_init, sample_weight)
        start = {"network_": training.network}
        with fit_told(
            self, X, y, sample_weight, max_subtasks=self.max_iter, start=start
        ) as context:
            history, stopped = History(), False
            for epoch in range(1, self.max_iter + 1):
                self._make_epoch(training, epoch, history)
                network = training.network
                stopped = report_epoch(self, context, training.training, network, history)
                if stopped or training.ended:
                    break
            self._keep(training.network, history)
            self.n_iter_ = len(self.mistakes_curve_)
            self.t_: int = 1 + self.n_iter_ * len(training.training)
            aims_at_mistakes = penalties(self) == (0, 0) and not self.early_stopping
            if not (self.converged_ or stopped) and (aims_at_mistakes or not training.ended):
                self._warn(training)
        return self

    @unchanged_by_failure
    def partial_fit(
        self,
        X: MatrixLike,
        y: ArrayLike,
        classes: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
    ) -> Self:
        """Visit every point once, starting from the current line.

        Without an L1 penalty, as many calls on the same rows as ``fit`` makes epochs give the
        same line.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
        classes : array-like of shape (n_classes,), optional
            All classes; needed in the first call.
        sample_weight : array-like of shape (n_samples,), optional

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If parameters or data are out of range, a class is unknown, or a line ceases to be
            finite.
        """
        if self.early_stopping:
            raise ValueError("early_stopping should be False with partial_fit")
        if self.class_weight == "balanced":
            raise ValueError(
                "class_weight 'balanced' needs all rows, which partial_fit does not see: give the "
                "weights as a dict"
            )
        _check_partial_fit_first_call(self, classes)
        self._check_classes()
        # A line that was given, not learnt, has no visits behind it.
        n_visits, history = getattr(self, "t_", 1) - 1, History(getattr(self, "history_", None))
        training = begin(self, X, y, sample_weight=sample_weight, knows_classes=True)
        n_samples = len(training.training)
        self._make_epoch(training, 1 + math.ceil(n_visits / n_samples), history)
        self._keep(training.network, history)
        self.n_iter_ = 1
        self.t_ = 1 + n_visits + n_samples
        return self

    def votes(self, X: MatrixLike, y: ArrayLike) -> NDArray[np.str_]:
        """Tell what each point says to the line, without moving it.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)

        Returns
        -------
        array of shape (n_samples,)
            "good" for points on their own side of the line, or of all lines, and "come closer" for
            the others.

        Raises
        ------
        ValueError
            If a class is unknown.

        Examples
        --------
        >>> perceptron = Perceptron().fit([[9, 8], [3, 4], [7, 6]], [1, 0, 1])
        >>> perceptron.votes([[9, 8], [9, 8]], [1, 0])
        array(['good', 'come closer'], dtype='<U11')
        """
        logits = self._logits(X)
        labels = column_or_1d(y)
        check_consistent_length(logits, labels)
        targets = self._labels.matrix(self._labels.encode(labels))
        good = ((logits >= 0) == targets).all(axis=1)
        return np.where(good, "good", "come closer")

    def steps(
        self, X: MatrixLike, y: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> Iterator[PerceptronStep]:
        """Train a copy, point by point, and show each point that moves a line.

        The lines are the same as those of ``fit`` with the same parameters and seed; with
        ``warm_start``, they start from those of this perceptron. It does not change itself.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
        sample_weight : array-like of shape (n_samples,), optional

        Returns
        -------
        iterator of PerceptronStep

        Raises
        ------
        ValueError
            As ``fit`` does.

        Examples
        --------
        >>> for step in Perceptron().steps([[1, 2], [1, 0]], ["yes", "no"]):
        ...     print(step.x, step.label, step.before.parameters, step.after.parameters)
        [1. 0.] no [0. 0. 0.] [-1.  0. -1.]
        [1. 2.] yes [-1.  0. -1.] [0. 2. 0.]
        [1. 0.] no [0. 2. 0.] [-1.  2. -1.]
        """
        learner = copy.copy(self)
        learner.random_state = copy.deepcopy(self.random_state)
        training = begin(learner, X, y, sample_weight=sample_weight)
        return follow(learner, training)

    def _make_epoch(self, training: PerceptronTraining, epoch: int, history: History) -> None:
        for _ in training.votes(epoch):
            pass
        training.end_epoch()
        history.append({"loss": training.loss, "mistakes": training.n_mistakes})
        if self.verbose:
            print_epoch(len(history["loss"]), history)

    def _keep(self, network: Network, history: History) -> None:
        self.network_ = network
        self.history_ = history
        self.mistakes_curve_ = [int(n_mistakes) for n_mistakes in history.get("mistakes", [])]
        self.converged_ = self.mistakes_curve_[-1:] == [0]

    def _warn(self, training: PerceptronTraining) -> None:
        further = (
            "go on with tol=None" if training.ended else "allow more epochs (max_iter, --epochs)"
        )
        mistakes = counted(training.n_mistakes, "mistake")
        warn(
            f"Perceptron made {mistakes} in epoch {self.n_iter_}, its last: "
            f"perhaps no line separates the classes; {further}, or use logistic regression",
            ConvergenceWarning,
        )
