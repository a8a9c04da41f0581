"""Logistic regression: one line (or hyperplane) whose sigmoid is a probability.

>>> from errorest import LogisticRegression
>>> model = LogisticRegression().fit([[0.0], [1.0], [2.0], [3.0]], ["no", "no", "yes", "yes"])
>>> model.predict_proba([[1.5]]).round(4)
array([[0.5, 0.5]])
"""

from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.callback import CallbackSupportMixin, with_callbacks
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, StrOptions

from errorest.estimators.classifier import LinearAttributes, ProbabilisticClassifier, loss_for
from errorest.estimators.fitting import (
    optimizer_for,
    schedule_for,
    train_by_epochs,
    train_by_lbfgs,
)
from errorest.maths.activations import identity
from errorest.maths.optimizers import OPTIMIZERS, Optimizer
from errorest.maths.schedules import SCHEDULES, Schedule
from errorest.network.layer import Dense
from errorest.network.network import Network
from errorest.training import EarlyStopping, Trainer

__all__ = ["LogisticRegression"]


class LogisticRegression(CallbackSupportMixin, LinearAttributes, ProbabilisticClassifier):
    """Logistic regression, for two classes by sigmoid and for more by softmax.

    It minimises ``sum(W^2) / 2 + C sum_i s_i loss_i`` with cross-entropy as the loss, like
    scikit-learn's estimator of this name.

    Parameters
    ----------
    C : float, default=1.0
        Inverse of the strength of the penalty; infinity for none.
    tol : float, default=1e-4
        For L-BFGS the largest component of the gradient that counts as zero; for the others
        the improvement of the objective that counts as one.
    solver : {"lbfgs", "sgd", "adam", "adamw"} or Optimizer, default="lbfgs"
        L-BFGS sees all rows at once; the others go through mini-batches.
    learning_rate : {"constant", "invscaling", "step", "cosine", "one_cycle"} or Schedule, \
default="constant"
        How the learning rate changes (not for L-BFGS).
    learning_rate_init : float, default=0.01
        The learning rate at the first step (not for L-BFGS).
    batch_size : int or "auto", default="auto"
        Number of rows per step, by default 200 (not for L-BFGS).
    max_iter : int, default=100
        Number of iterations, or of epochs.
    n_iter_no_change : int, default=10
        After how many epochs without improvement to stop (not for L-BFGS).
    random_state : int, RandomState instance or None, default=None
        Seed of the shuffles (not for L-BFGS).

    Attributes
    ----------
    coef_ : array of shape (1, n_features) or (n_classes, n_features)
    intercept_ : array of shape (1,) or (n_classes,)
    classes_ : array of shape (n_classes,)
    n_iter_ : array of shape (1,)
        Number of iterations, or of epochs.
    history_ : History
        The objective after each of them.
    network_ : Network
    n_features_in_ : int
    feature_names_in_ : array of shape (n_features_in_,)

    References
    ----------
    D. Cox (1958), "The regression analysis of binary sequences", Journal of the Royal Statistical
    Society B 20.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True)
    >>> LogisticRegression(max_iter=200).fit(X, y).score(X, y) > 0.95
    True
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "C": [Interval(Real, 0, None, closed="right")],
        "tol": [Interval(Real, 0, None, closed="left")],
        "solver": [StrOptions({"lbfgs", *OPTIMIZERS}), Optimizer],
        "learning_rate": [StrOptions(set(SCHEDULES)), Schedule],
        "learning_rate_init": [Interval(Real, 0, None, closed="neither")],
        "batch_size": [StrOptions({"auto"}), Interval(Integral, 1, None, closed="left")],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "n_iter_no_change": [Interval(Integral, 1, None, closed="left")],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        *,
        C: float = 1.0,
        tol: float = 1e-4,
        solver: str | Optimizer = "lbfgs",
        learning_rate: str | Schedule = "constant",
        learning_rate_init: float = 0.01,
        batch_size: int | str = "auto",
        max_iter: int = 100,
        n_iter_no_change: int = 10,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.C = C
        self.tol = tol
        self.solver = solver
        self.learning_rate = learning_rate
        self.learning_rate_init = learning_rate_init
        self.batch_size = batch_size
        self.max_iter = max_iter
        self.n_iter_no_change = n_iter_no_change
        self.random_state = random_state

    @with_callbacks
    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Find the weights.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
        sample_weight : array-like of shape (n_samples,), optional

        Returns
        -------
        self
        """
        samples = self._samples(X, y, sample_weight)
        weight = len(samples) if samples.sample_weight is None else samples.sample_weight.sum()
        l2 = 1 / (float(self.C) * float(weight))
        layer = Dense(samples.X.shape[1], self._n_outputs, identity)
        start = np.zeros(layer.n_parameters, dtype=samples.X.dtype)
        network = Network((layer,), loss_for(self._n_outputs), start)

        context = self._init_callback_context(max_subtasks=self.max_iter)
        context.call_on_fit_task_begin(estimator=self, X=X, y=y)
        if self.solver == "lbfgs":
            trained = train_by_lbfgs(
                self, network, samples, context=context, l2=l2, tol=self.tol, max_iter=self.max_iter
            )
        else:
            trainer = Trainer(
                optimizer_for(self.solver),
                learning_rate=float(self.learning_rate_init),
                schedule=schedule_for(self.learning_rate),
                batch_size=200 if self.batch_size == "auto" else int(self.batch_size),
                l2=l2,
                max_epochs=self.max_iter,
                seed=int(check_random_state(self.random_state).randint(2**31)),
                stopping=EarlyStopping("loss", self.n_iter_no_change, self.tol, keep_best=False),
            )
            trained = train_by_epochs(self, trainer, network, samples, context=context)
        self.network_ = trained.network
        self.history_ = trained.history
        self.n_iter_ = np.array([trained.n_iter])
        context.call_on_fit_task_end(estimator=self, X=X, y=y, reconstruction_attributes={})
        return self
