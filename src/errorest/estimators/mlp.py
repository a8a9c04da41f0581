"""The multi-layer perceptron: lines joined into curves, curves into regions.

>>> from errorest import MLPClassifier
>>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
>>> MLPClassifier((8,), solver="lbfgs", random_state=0).fit(X, y).predict(X)
array([0, 1, 1, 0])
"""

import os
import warnings
from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.callback import CallbackSupportMixin, with_callbacks
from sklearn.model_selection import train_test_split
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, StrOptions

from errorest.estimators.classifier import ProbabilisticClassifier, loss_for
from errorest.estimators.fitting import (
    Trained,
    optimizer_for,
    schedule_for,
    train_by_epochs,
    train_by_lbfgs,
)
from errorest.maths.activations import ACTIVATIONS, Activation
from errorest.maths.arrays import Array
from errorest.maths.optimizers import OPTIMIZERS, SGD, Adam, Optimizer
from errorest.maths.schedules import SCHEDULES, InverseScaling, Schedule
from errorest.network.network import Network
from errorest.training import EarlyStopping, Samples, Trainer

__all__ = ["MLPClassifier"]


class MLPClassifier(CallbackSupportMixin, ProbabilisticClassifier):
    """A feedforward network of dense layers, trained to minimise cross-entropy.

    Parameters and attributes follow scikit-learn's estimator of this name. Where that takes a
    string, this takes the string or an object that says more.

    Parameters
    ----------
    hidden_layer_sizes : int or sequence of int, default=(100,)
        Number of units in each hidden layer.
    activation : str or Activation, default="relu"
        Of the hidden layers: "identity", "step", "sigmoid" (or "logistic"), "tanh", "relu",
        "leaky_relu", "selu", "gelu", or an object.
    solver : {"lbfgs", "sgd", "adam", "adamw"} or Optimizer, default="adam"
    alpha : float, default=0.0001
        Strength of the penalty ``alpha sum(W^2) / (2 b)`` for batches of b rows.
    batch_size : int or "auto", default="auto"
        Number of rows per step; "auto" is ``min(200, n_samples)``. Not for L-BFGS.
    learning_rate : {"constant", "invscaling", "step", "cosine", "one_cycle"} or Schedule, \
default="constant"
        How the learning rate changes. Not for L-BFGS.
    learning_rate_init : float, default=0.001
        The learning rate at the first step. Not for L-BFGS.
    power_t : float, default=0.5
        Exponent of "invscaling".
    max_iter : int, default=200
        Number of epochs, or of iterations of L-BFGS, at most.
    shuffle : bool, default=True
        Whether each epoch visits the rows in a new order. Not for L-BFGS.
    random_state : int, RandomState instance or None, default=None
        Seed of the initial weights, the shuffles and the validation split.
    tol : float, default=1e-4
        The improvement that counts as one; for L-BFGS the largest component of the gradient
        that counts as zero.
    momentum : float, default=0.9
    nesterovs_momentum : bool, default=True
        For ``solver="sgd"``.
    early_stopping : bool or EarlyStopping, default=False
        True sets rows aside and stops when the accuracy on them no longer improves; an object
        can watch another curve. The network of the best epoch is kept. Not for L-BFGS.
    validation_fraction : float, default=0.1
        The share of the rows that is set aside, in the proportions of the classes.
    beta_1, beta_2, epsilon : float, default=0.9, 0.999 and 1e-8
        For ``solver="adam"``.
    n_iter_no_change : int, default=10
        After how many epochs without improvement to stop. Not for L-BFGS.
    max_fun : int, default=15000
        How often L-BFGS may evaluate the objective.
    checkpoint : path-like, optional
        A file that holds the state of the training after each epoch. If it is there when
        ``fit`` is called with the same data and settings, the training goes on from it, to the
        same bits as if it had not been interrupted. Not for L-BFGS.

    Attributes
    ----------
    classes_ : array of shape (n_classes,)
    coefs_, intercepts_ : list of arrays
        Weights of shape (n_in, n_out) and biases of shape (n_out,), for each layer.
    history_ : History
        Loss on the training rows after each epoch, and, with early stopping, loss and
        accuracy on the validation rows.
    best_epoch_ : int
        The epoch whose network was kept.
    loss_, best_loss_ : float
        The last and the best objective; ``best_loss_`` is None with early stopping.
    loss_curve_ : list of float
    validation_scores_ : list of float or None
        Accuracies, with early stopping.
    best_validation_score_ : float or None
    n_iter_, t_ : int
        Number of epochs, and of rows seen.
    n_layers_, n_outputs_ : int
    out_activation_ : str
    network_ : Network
    n_features_in_ : int
    feature_names_in_ : array of shape (n_features_in_,)

    References
    ----------
    D. Rumelhart, G. Hinton and R. Williams (1986), "Learning representations by back-propagating
    errors", Nature 323.

    Examples
    --------
    >>> from sklearn.datasets import make_moons
    >>> X, y = make_moons(200, noise=0.1, random_state=0)
    >>> model = MLPClassifier((16, 16), solver="lbfgs", random_state=0).fit(X, y)
    >>> model.score(X, y)
    1.0
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "hidden_layer_sizes": ["array-like", Interval(Integral, 1, None, closed="left")],
        "activation": [StrOptions({"logistic", *ACTIVATIONS}), Activation],
        "solver": [StrOptions({"lbfgs", *OPTIMIZERS}), Optimizer],
        "alpha": [Interval(Real, 0, None, closed="left")],
        "batch_size": [StrOptions({"auto"}), Interval(Integral, 1, None, closed="left")],
        "learning_rate": [StrOptions(set(SCHEDULES)), Schedule],
        "learning_rate_init": [Interval(Real, 0, None, closed="neither")],
        "power_t": [Interval(Real, 0, None, closed="left")],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "shuffle": ["boolean"],
        "random_state": ["random_state"],
        "tol": [Interval(Real, 0, None, closed="left")],
        "momentum": [Interval(Real, 0, 1, closed="left")],
        "nesterovs_momentum": ["boolean"],
        "early_stopping": ["boolean", EarlyStopping],
        "validation_fraction": [Interval(Real, 0, 1, closed="neither")],
        "beta_1": [Interval(Real, 0, 1, closed="left")],
        "beta_2": [Interval(Real, 0, 1, closed="left")],
        "epsilon": [Interval(Real, 0, None, closed="neither")],
        "n_iter_no_change": [Interval(Integral, 1, None, closed="left")],
        "max_fun": [Interval(Integral, 1, None, closed="left")],
        "checkpoint": [str, os.PathLike, None],
    }

    def __init__(
        self,
        hidden_layer_sizes: int | Sequence[int] = (100,),
        activation: str | Activation = "relu",
        *,
        solver: str | Optimizer = "adam",
        alpha: float = 0.0001,
        batch_size: int | str = "auto",
        learning_rate: str | Schedule = "constant",
        learning_rate_init: float = 0.001,
        power_t: float = 0.5,
        max_iter: int = 200,
        shuffle: bool = True,
        random_state: int | np.random.RandomState | None = None,
        tol: float = 1e-4,
        momentum: float = 0.9,
        nesterovs_momentum: bool = True,
        early_stopping: bool | EarlyStopping = False,
        validation_fraction: float = 0.1,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        n_iter_no_change: int = 10,
        max_fun: int = 15000,
        checkpoint: str | os.PathLike[str] | None = None,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.solver = solver
        self.alpha = alpha
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.learning_rate_init = learning_rate_init
        self.power_t = power_t
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.tol = tol
        self.momentum = momentum
        self.nesterovs_momentum = nesterovs_momentum
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.n_iter_no_change = n_iter_no_change
        self.max_fun = max_fun
        self.checkpoint = checkpoint

    @with_callbacks
    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Train the network.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
        sample_weight : array-like of shape (n_samples,), optional

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter or the data are out of range, or the loss ceases to be finite.
        CheckpointError
            If the checkpoint belongs to another training.
        """
        samples = self._samples(X, y, sample_weight)
        if self.checkpoint is not None and not isinstance(self.random_state, Integral):
            raise ValueError("a checkpoint needs an integer random_state to go on from")
        rng = check_random_state(self.random_state)
        network = Network.build(
            samples.X.shape[1],
            self._hidden_layer_sizes(),
            self._n_outputs,
            activation=self._activation(),
            loss=loss_for(self._n_outputs),
            seed=int(rng.randint(2**31)),
            dtype=samples.X.dtype,
        )
        context = self._init_callback_context(max_subtasks=self.max_iter)
        context.call_on_fit_task_begin(estimator=self, X=X, y=y)
        if self.solver == "lbfgs":
            self._check_options_of_lbfgs()
            trained = train_by_lbfgs(
                self,
                network,
                samples,
                context=context,
                l2=float(self.alpha) / _total_weight(samples),
                tol=self.tol,
                max_iter=self.max_iter,
                max_fun=self.max_fun,
            )
        else:
            seed = int(rng.randint(2**31))
            training, validation = self._split(samples, rng)
            trained = train_by_epochs(
                self,
                self._trainer(training, seed),
                network,
                training,
                validation,
                context=context,
                checkpoint=self.checkpoint,
            )
        self._keep(trained, len(samples))
        context.call_on_fit_task_end(estimator=self, X=X, y=y, reconstruction_attributes={})
        return self

    @property
    def coefs_(self) -> list[NDArray[np.floating]]:
        """Weights of each layer."""
        return self.network_.weights

    @property
    def intercepts_(self) -> list[NDArray[np.floating]]:
        """Biases of each layer."""
        return self.network_.biases

    def _check_options_of_lbfgs(self) -> None:
        if self.checkpoint is not None:
            raise ValueError("checkpoint works epoch by epoch, which solver='lbfgs' does not")
        if self.early_stopping:
            warnings.warn("early_stopping has no effect with solver='lbfgs'", stacklevel=4)

    def _hidden_layer_sizes(self) -> list[int]:
        sizes = np.atleast_1d(np.asarray(self.hidden_layer_sizes, dtype=object))
        if not all(isinstance(size, Integral) and int(size) > 0 for size in sizes):
            raise ValueError(
                f"hidden_layer_sizes must be > 0, and whole numbers, got {self.hidden_layer_sizes}."
            )
        return [int(size) for size in sizes]

    def _activation(self) -> Activation:
        if isinstance(self.activation, str):
            return ACTIVATIONS["sigmoid" if self.activation == "logistic" else self.activation]
        return self.activation

    def _optimizer(self) -> Optimizer:
        if self.solver == "sgd":
            return SGD(float(self.momentum), bool(self.nesterovs_momentum))
        if self.solver == "adam":
            return Adam(float(self.beta_1), float(self.beta_2), float(self.epsilon))
        return optimizer_for(self.solver)

    def _schedule(self) -> Schedule:
        if self.learning_rate == "invscaling":
            return InverseScaling(self.power_t)
        return schedule_for(self.learning_rate)

    def _stopping(self) -> EarlyStopping:
        if isinstance(self.early_stopping, EarlyStopping):
            return self.early_stopping
        patience, tol = self.n_iter_no_change, self.tol
        if self.early_stopping:
            return EarlyStopping("validation_accuracy", patience, tol, maximise=True)
        return EarlyStopping("loss", patience, tol, keep_best=False)

    def _trainer(self, training: Samples, seed: int) -> Trainer:
        batch_size = 200 if self.batch_size == "auto" else int(self.batch_size)
        batch_size = min(batch_size, len(training))
        mean_weight = _total_weight(training) / len(training)
        return Trainer(
            self._optimizer(),
            learning_rate=float(self.learning_rate_init),
            schedule=self._schedule(),
            batch_size=batch_size,
            l2=float(self.alpha) / (batch_size * mean_weight),
            max_epochs=self.max_iter,
            shuffle=self.shuffle,
            seed=seed,
            stopping=self._stopping(),
            metrics={"accuracy": accuracy},
        )

    def _split(
        self, samples: Samples, rng: np.random.RandomState
    ) -> tuple[Samples, Samples | None]:
        """Set validation rows aside if there is a curve of theirs to watch."""
        if self._stopping().monitor == "loss":
            return samples, None
        training, validation = train_test_split(
            np.arange(len(samples)),
            test_size=self.validation_fraction,
            stratify=samples.targets,
            random_state=rng,
        )
        return _rows(samples, training), _rows(samples, validation)

    def _keep(self, trained: Trained, n_samples: int) -> None:
        self.network_ = trained.network
        self.history_ = trained.history
        self.n_iter_ = trained.n_iter
        self.best_epoch_ = trained.best_epoch
        self.t_ = trained.n_iter * n_samples
        self.n_layers_ = len(trained.network.layers) + 1
        self.n_outputs_ = self._n_outputs
        self.out_activation_ = "logistic" if self._n_outputs == 1 else "softmax"
        self.loss_curve_ = trained.history.get("loss", [])
        self.loss_ = self.loss_curve_[-1] if self.loss_curve_ else np.nan
        self.validation_scores_ = trained.history.get("validation_accuracy")
        self.best_loss_ = self.best_validation_score_ = None
        if self.validation_scores_ is not None:
            self.best_validation_score_ = max(self.validation_scores_)
        else:
            self.best_loss_ = min(self.loss_curve_, default=np.nan)


def accuracy(targets: Array, outputs: Array, sample_weight: Array | None = None) -> float:
    """Share of the rows, or of their weight, whose likeliest class is the right one.

    Parameters
    ----------
    targets : integer array of shape (n_samples,)
        Class indices.
    outputs : array of shape (n_samples, n_outputs)
        Probabilities, of the second class only if there is one output.
    sample_weight : array of shape (n_samples,), optional
    """
    likeliest = outputs[:, 0] >= 0.5 if outputs.shape[1] == 1 else outputs.argmax(axis=1)
    return float(np.average(likeliest == targets, weights=sample_weight))


def _total_weight(samples: Samples) -> float:
    weight = samples.sample_weight
    return float(len(samples)) if weight is None else float(weight.sum())


def _rows(samples: Samples, rows: NDArray[np.intp]) -> Samples:
    weight = samples.sample_weight
    return Samples(samples.X[rows], samples.targets[rows], None if weight is None else weight[rows])
