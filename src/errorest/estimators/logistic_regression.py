"""Logistic regression: one line (or hyperplane) whose sigmoid is a probability.

>>> from errorest import LogisticRegression
>>> model = LogisticRegression().fit([[0.0], [1.0], [2.0], [3.0]], ["no", "no", "yes", "yes"])
>>> model.predict_proba([[1.5]]).round(4)
array([[0.5, 0.5]])
"""

from __future__ import annotations

from dataclasses import replace
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import issparse
from sklearn.callback import CallbackContext, CallbackSupportMixin
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Hidden, Interval, StrOptions

from errorest.estimators.classifier import ProbabilisticClassifier
from errorest.estimators.copies import originals
from errorest.estimators.decorators import with_callbacks
from errorest.estimators.failure import unchanged_by_failure
from errorest.estimators.fitting import Trained, optimizer_for, schedule_for, train_by_epochs
from errorest.estimators.folds import folds
from errorest.estimators.groups import numbered
from errorest.estimators.linear import LinearClassifier, linear_network
from errorest.estimators.linear_objective import LinearObjective
from errorest.estimators.linear_training import minimum, train_lines
from errorest.estimators.logistic_penalty import SCIKIT_LEARN_SOLVERS, Penalty
from errorest.estimators.pace import pace_for
from errorest.estimators.penalty_choice import MANY_ROWS, choose_penalty
from errorest.estimators.reporting import fit_told
from errorest.estimators.sparse import MatrixLike
from errorest.estimators.weights import checked_weights, with_class_weight
from errorest.exceptions import ErrorestWarning
from errorest.maths.losses import Loss
from errorest.maths.optimizers import OPTIMIZERS, Optimizer
from errorest.maths.schedules import SCHEDULES, Schedule
from errorest.network.network import Network
from errorest.notices import warn
from errorest.training import EarlyStopping, Samples, Trainer

__all__ = ["LogisticRegression"]

# By which the penalty is chosen.
_LEAST_FOLDS = 5


class LogisticRegression(CallbackSupportMixin, LinearClassifier, ProbabilisticClassifier):
    """Logistic regression, with the sigmoid for two classes and softmax for more.

    It minimises ``penalty + C sum_i s_i loss_i`` with cross-entropy as the loss, where the
    penalty is ``sum_j (l1_ratio |w_j| + (1 - l1_ratio) w_j^2 / 2)``, like scikit-learn's
    estimator of the same name.

    Parameters
    ----------
    penalty : {"l1", "l2", "elasticnet", None}, optional
        Deprecated by scikit-learn in favour of ``l1_ratio`` and ``C``.
    C : float or "auto", default=1.0
        Inverse of the penalty's strength; infinity for no penalty. With "auto", cross-validation
        chooses a value from 0.01 to 100, like scikit-learn's ``LogisticRegressionCV``: the one with
        the lowest log-loss, but above 1 the one nearest to 1 whose log-loss is within one standard
        error of that. Above 20,000 rows, a fifth of them chooses for all. Copies of a row are held
        back together, unless X is sparse.
    l1_ratio : float, default=0
        0 for the L2 penalty, 1 for L1, in between for elastic net. Values above 0 need "saga"; 1
        also works with "liblinear".
    dual : bool, default=False
        Allowed with "liblinear" and the L2 penalty, where it gives the same minimum.
    tol : float, default=1e-4
        The largest component of the gradient of the objective, divided by ``C sum_i s_i``, that
        counts as zero; for gradient descent, the smallest change that counts as an improvement.
    fit_intercept : bool, default=True
        Whether to fit an intercept; without it, the line goes through the origin. Gradient descent
        always fits one.
    intercept_scaling : float, default=1
        Used by "liblinear", which penalises ``intercept / intercept_scaling`` like a weight.
    class_weight : dict or "balanced", optional
        Factors for the sample weights of each class; "balanced" gives each class the same total.
    random_state : int, RandomState instance or None, default=None
        Seed for the shuffles of gradient descent, and for the folds used to choose C.
    solver : {"lbfgs", "liblinear", "newton-cg", "newton-cholesky", "sag", "saga", "sgd", \
"adam", "adamw"} or Optimizer, default="lbfgs"
        "newton-cholesky", "newton-cg" and, with the L2 penalty, "liblinear" use Newton's method,
        which copes with features of different scales; "newton-cholesky" needs memory for the
        square of the number of coefficients. scikit-learn's other names all use L-BFGS here. The
        objective of "liblinear", for two classes, also penalises the intercept. The remaining
        names, or an object, use mini-batch gradient descent.
    max_iter : int, default=100
        Maximum number of iterations, or of epochs.
    verbose : int, default=0
        Whether to print the objective after each iteration (not for gradient descent).
    warm_start : bool, default=False
        Whether to start from the coefficients of the last fit (not for "liblinear").
    n_jobs : int, optional
        Has no effect; deprecated by scikit-learn.
    learning_rate : {"constant", "invscaling", "step", "cosine", "cosine_log", "flat_cosine", \
"one_cycle"} or Schedule, default="constant"
        How the learning rate of gradient descent changes.
    learning_rate_init : float, default=0.01
        The learning rate at the first step of gradient descent.
    batch_size : int or "auto", default="auto"
        Number of rows per step of gradient descent; by default 200.
    n_iter_no_change : int, default=10
        Gradient descent stops after this many epochs without improvement.

    Attributes
    ----------
    coef_ : array or CSR matrix of shape (1, n_features) or (n_classes, n_features)
    intercept_ : array of shape (1,) or (n_classes,)
    classes_ : array of shape (n_classes,)
    C_ : float
        Inverse of the penalty's strength.
    held_back_losses_ : array of shape (n_samples,)
        With ``C="auto"``: log-loss of each training row that has a weight, from the line of the
        fold that held it back, with the C that suits the other folds (except in the fold that
        chooses for all). NaN for rows that were not held back.
    n_iter_ : array of shape (1,)
        Number of iterations, or of epochs.
    history_ : History
        The objective, divided by ``C sum_i s_i``, after each of them.
    network_ : Network
    n_features_in_ : int
    feature_names_in_ : array of shape (`n_features_in_`,)

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
        "penalty": [
            StrOptions({"l1", "l2", "elasticnet"}),
            None,
            Hidden(StrOptions({"deprecated"})),
        ],
        "C": [Interval(Real, 0, None, closed="right"), StrOptions({"auto"})],
        "l1_ratio": [Interval(Real, 0, 1, closed="both"), None],
        "dual": ["boolean"],
        "tol": [Interval(Real, 0, None, closed="left")],
        "fit_intercept": ["boolean"],
        "intercept_scaling": [Interval(Real, 0, None, closed="neither")],
        "class_weight": [dict, StrOptions({"balanced"}), None],
        "random_state": ["random_state"],
        "solver": [StrOptions({*SCIKIT_LEARN_SOLVERS, *OPTIMIZERS}), Optimizer],
        "max_iter": [Interval(Integral, 0, None, closed="left")],
        "verbose": ["verbose"],
        "warm_start": ["boolean"],
        "n_jobs": [None, Integral],
        "learning_rate": [StrOptions(set(SCHEDULES)), Schedule],
        "learning_rate_init": [Interval(Real, 0, None, closed="neither")],
        "batch_size": [StrOptions({"auto"}), Interval(Integral, 1, None, closed="left")],
        "n_iter_no_change": [Interval(Integral, 1, None, closed="left")],
    }

    def __init__(
        self,
        penalty: str | None = "deprecated",
        *,
        C: float | str = 1.0,
        l1_ratio: float | None = 0.0,
        dual: bool = False,
        tol: float = 1e-4,
        fit_intercept: bool = True,
        intercept_scaling: float = 1,
        class_weight: dict[Any, Any] | str | None = None,
        random_state: int | np.random.RandomState | None = None,
        solver: str | Optimizer = "lbfgs",
        max_iter: int = 100,
        verbose: int = 0,
        warm_start: bool = False,
        n_jobs: int | None = None,
        learning_rate: str | Schedule = "constant",
        learning_rate_init: float = 0.01,
        batch_size: int | str = "auto",
        n_iter_no_change: int = 10,
    ) -> None:
        self.penalty = penalty
        self.C = C
        self.l1_ratio = l1_ratio
        self.dual = dual
        self.tol = tol
        self.fit_intercept = fit_intercept
        self.intercept_scaling = intercept_scaling
        self.class_weight = class_weight
        self.random_state = random_state
        self.solver = solver
        self.max_iter = max_iter
        self.verbose = verbose
        self.warm_start = warm_start
        self.n_jobs = n_jobs
        self.learning_rate = learning_rate
        self.learning_rate_init = learning_rate_init
        self.batch_size = batch_size
        self.n_iter_no_change = n_iter_no_change

    @unchanged_by_failure
    @with_callbacks
    def fit(
        self,
        X: MatrixLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        *,
        groups: ArrayLike | None = None,
    ) -> Self:
        """Find the weights.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
        sample_weight : array-like of shape (n_samples,), optional
        groups : array-like of shape (n_samples,), optional
            For ``C="auto"``: the group of each row, such as its patient, if the classifier is for
            new groups. Rows of one are held back together. A row whose group is missing is a group
            of its own.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If parameters or data are out of range, or contradict each other.

        Warns
        -----
        ConvergenceWarning
            If max_iter was too small.
        LinAlgWarning
            If Newton's method failed, and L-BFGS took over.
        ErrorestWarning
            If a schedule of the learning rate, or groups, have no effect.
        """
        self._validate_params()
        penalty = Penalty.of(self)
        rows, labels = self._rows(X, y)
        targets = self._find_classes(labels)
        if self.solver == "liblinear" and len(self.classes_) > 2:
            raise ValueError(
                "The 'liblinear' solver does not support multiclass classification: use another "
                "solver, or put this estimator into sklearn.multiclass.OneVsRestClassifier"
            )
        own, class_weight = checked_weights(sample_weight, rows), self.class_weight
        weights = with_class_weight(own, class_weight, self.classes_, targets, rows.dtype)
        samples = Samples(rows, targets, weights, own)
        start = self._start(rows)

        at_once = self.solver in SCIKIT_LEARN_SOLVERS
        if at_once and self.learning_rate != "constant":
            warn(
                f"learning_rate={self.learning_rate!r} has no effect with solver={self.solver!r}: "
                "use solver='sgd', 'adam' or 'adamw'",
                ErrorestWarning,
            )
        if groups is not None and self.C != "auto":
            warn("groups have no effect without C='auto': no row is held back", ErrorestWarning)
        self.__dict__.pop("held_back_losses_", None)
        if penalty.strength == 0:
            self.C_ = np.inf
        elif self.C == "auto":
            self.C_ = self._chosen(start, samples, penalty, groups)
            penalty = replace(penalty, strength=1 / self.C_)
        else:
            self.C_ = float(self.C)
        n_tasks = max(self.max_iter, 1) + 1 if at_once else self.max_iter
        with fit_told(
            self, X, y, sample_weight, max_subtasks=n_tasks, start={"network_": start}
        ) as context:
            if at_once:
                objective = self._objective(start, samples, penalty)
                trained = train_lines(self, objective, samples, start.parameters, context=context)
            else:
                trained = self._descend(start, samples, penalty, context)
            self.network_ = trained.network
            self.history_ = trained.history
            self.n_iter_ = np.array([trained.n_iter], dtype=np.int32)
        return self

    @property
    def _loss(self) -> Loss:
        return self._labels.loss

    def _start(self, rows: Any) -> Network:
        """Return the network to begin with: all zero, or that of the last fit."""
        coef = np.zeros((self._n_outputs, rows.shape[1]), dtype=rows.dtype)
        intercept = np.zeros(self._n_outputs, dtype=rows.dtype)
        if self.warm_start and self.solver != "liblinear" and hasattr(self, "coef_"):
            self.densify()
            if self.coef_.shape != coef.shape:
                raise ValueError(
                    f"warm_start goes on from coefficients of shape {self.coef_.shape}, but these "
                    f"data need {coef.shape}: fit with warm_start=False"
                )
            coef = self.coef_.astype(rows.dtype)
            if self.fit_intercept:
                intercept = self.intercept_.astype(rows.dtype)
        return linear_network(coef, intercept, self._loss)

    def _objective(self, network: Network, samples: Samples, penalty: Penalty) -> LinearObjective:
        n_biases = network.n_outputs
        n_weights = network.n_parameters - n_biases
        scaling = float(self.intercept_scaling) if self.solver == "liblinear" else np.inf
        total = samples.total_weight
        l2 = penalty.per_parameter(n_weights, 1 / scaling**2, n_biases) / total
        l1 = penalty.per_parameter(n_weights, 1 / scaling, n_biases) / total
        is_bias: NDArray[np.bool_] = np.arange(network.n_parameters) >= n_weights
        return LinearObjective(
            network,
            samples.X,
            samples.targets,
            samples.sample_weight,
            l2=(1 - penalty.l1_ratio) * l2,
            l1=penalty.l1_ratio * l1,
            fixed=is_bias & (not self.fit_intercept),
        )

    def _chosen(
        self, start: Network, samples: Samples, penalty: Penalty, groups: ArrayLike | None
    ) -> float:
        """Return the C that suits held-back rows, and keep how lines did on them."""
        if self.solver not in SCIKIT_LEARN_SOLVERS:
            raise ValueError(
                "C='auto' needs a solver that finds the minimum, such as 'lbfgs': gradient descent "
                "may end on its way there"
            )
        weighing = np.flatnonzero(samples.weights > 0)
        known = samples.take(weighing)
        together = None if groups is None else numbered(groups, samples.X)[weighing]
        if together is None and not issparse(known.X):
            together = originals(known.X, known.targets)
        parts = folds(
            known.targets,
            # As many rows as the networks of a table see, which a line may be compared with.
            max(pace_for(len(known)).n_folds, _LEAST_FOLDS),
            seed=int(check_random_state(self.random_state).randint(2**30)),
            groups=together,
        )

        def fit(line: Network, rows: Samples, C: float) -> Network:
            objective = self._objective(line, rows, replace(penalty, strength=1 / C))
            solver, tol, max_iter = str(self.solver), float(self.tol), int(self.max_iter)
            return minimum(objective, line, solver=solver, tol=tol, max_iter=max_iter)

        # The last fit, where a warm start begins, has seen the rows that are held back now.
        zero = start.with_parameters(np.zeros_like(start.parameters))
        n_choosing = None if len(known) <= MANY_ROWS else 1
        choice = choose_penalty(
            fit, zero, known, self._labels, parts, groups=together, n_choosing=n_choosing
        )
        self.held_back_losses_ = np.full(len(samples), np.nan)
        self.held_back_losses_[weighing] = self._labels.log_losses(
            choice.held_back_logits, known.targets
        )
        return choice.C

    def _descend(
        self, network: Network, samples: Samples, penalty: Penalty, context: CallbackContext
    ) -> Trained:
        if not self.fit_intercept:
            raise ValueError("gradient descent fits an intercept: use solver='lbfgs' without one")
        if self.max_iter < 1:
            raise ValueError("gradient descent makes at least one epoch: max_iter must not be 0")
        if issparse(samples.X):
            samples = replace(samples, X=samples.X.toarray())
        trainer = Trainer(
            optimizer_for(self.solver),
            learning_rate=float(self.learning_rate_init),
            schedule=schedule_for(self.learning_rate),
            batch_size=200 if self.batch_size == "auto" else int(self.batch_size),
            l2=penalty.strength / samples.total_weight,
            max_epochs=self.max_iter,
            seed=int(check_random_state(self.random_state).randint(2**31)),
            stopping=EarlyStopping("loss", self.n_iter_no_change, self.tol, keep_best=False),
        )
        return train_by_epochs(self, trainer, network, samples, context=context)
