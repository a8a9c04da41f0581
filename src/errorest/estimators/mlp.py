"""The multi-layer perceptron: lines joined into curves, curves into regions.

>>> from errorest import MLPClassifier
>>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
>>> MLPClassifier((8,), solver="lbfgs", random_state=0).fit(X, y).predict(X)
array([0, 1, 1, 0])
"""

import dataclasses
import math
import os
import warnings
from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.callback import CallbackSupportMixin, with_callbacks
from sklearn.utils import check_random_state, column_or_1d
from sklearn.utils._param_validation import Interval, Options, StrOptions
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import _check_partial_fit_first_call
from sklearn.utils.validation import (
    _check_sample_weight,
    _num_samples,
    check_is_fitted,
    validate_data,
)

from errorest import engine
from errorest.estimators import mlp_settings
from errorest.estimators.calibration import calibrated, with_temperature
from errorest.estimators.classifier import ProbabilisticClassifier
from errorest.estimators.fitting import train_by_epochs, train_by_lbfgs, train_one_epoch
from errorest.estimators.labels import Labels
from errorest.estimators.members import (
    Members,
    bootstrap_weights,
    fit_members,
    mean_logits,
    new_members,
)
from errorest.estimators.sparse import densified
from errorest.estimators.validation import own_rows, set_aside
from errorest.exceptions import ErrorestWarning
from errorest.maths.activations import ACTIVATIONS, Activation
from errorest.maths.label_smoothing import LabelSmoothing
from errorest.maths.losses import Loss
from errorest.maths.optimizers import OPTIMIZERS, Optimizer
from errorest.maths.probability import one_hot
from errorest.maths.schedules import SCHEDULES, Schedule
from errorest.network.network import Network
from errorest.training import EarlyStopping, History, Samples

__all__ = ["MLPClassifier"]


class MLPClassifier(CallbackSupportMixin, ProbabilisticClassifier):
    """A feedforward network of dense layers, trained to minimise cross-entropy.

    Parameters and attributes follow scikit-learn's estimator of this name. Where that takes a
    string, this takes the string or an object that says more.

    Parameters
    ----------
    hidden_layer_sizes : int or sequence of int, default=(100,)
        Number of units in each hidden layer.
    activation : str, Activation or list of them, default="relu"
        Of the hidden layers, or of each: "identity", "step", "sigmoid" (or "logistic"), "tanh",
        "relu", "leaky_relu", "selu", "gelu", or an object, also of a class of your own. Its
        derivative is checked first; then it runs on the reference engine.
    solver : {"lbfgs", "sgd", "adam", "adamw"} or Optimizer, default="adam"
        Or an object, such as ``AdamW(weight_decay=0.1)`` or ``SGD(clip_norm=1.0)``.
    alpha : float, default=0.0001
        Strength of the penalty ``alpha sum(W^2) / (2 b)`` for batches of b rows.
    batch_size : int or "auto", default="auto"
        Number of rows per step; "auto" is ``min(200, n_samples)``. Not for L-BFGS.
    learning_rate : {"constant", "invscaling", "adaptive", "step", "cosine", "one_cycle"} or \
Schedule, default="constant"
        How the learning rate changes: "invscaling" divides it by the ``power_t``-th power of the
        rows seen, "adaptive" by 5 whenever the training stalls. Not for L-BFGS; these two not for
        ``solver="adam"`` either, as in scikit-learn.
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
    verbose : bool, default=False
        Whether each epoch, or iteration of L-BFGS, is printed.
    warm_start : bool, default=False
        Whether ``fit`` begins with the network of the fit before.
    momentum : float, default=0.9
    nesterovs_momentum : bool, default=True
        For ``solver="sgd"``.
    early_stopping : bool or EarlyStopping, default=False
        True sets rows aside and stops when the accuracy on them no longer improves; an object
        can watch another curve or scorer, such as ``EarlyStopping(scoring="roc_auc")``. The
        network of the best epoch is kept. Not for L-BFGS.
    validation_fraction : float, default=0.1
        The share of the rows that is set aside, in the proportions of the classes.
    beta_1, beta_2, epsilon : float, default=0.9, 0.999 and 1e-8
        For ``solver="adam"``.
    n_iter_no_change : int, default=10
        After how many epochs without improvement to stop. Not for L-BFGS.
    max_fun : int, default=15000
        How often L-BFGS may evaluate the objective.
    class_weight : dict, "balanced", list of dict or None, default=None
        Factor for the weights of each class's rows; "balanced" is ``n_samples / (n_classes
        n_rows_of_the_class)``. For several labels a list, one dict for each. Validation rows
        count as they are.
    loss : "log_loss", Loss or LabelSmoothing, default="log_loss"
        What is minimised: cross-entropy, ``FocalLoss(gamma=2)``, ``LabelSmoothing(0.1)``.
    dropout : float in [0, 1) or list of float, default=0
        Share of the outputs of the hidden layers, or of each, that is zeroed at each step. Not
        for L-BFGS.
    calibration : {"temperature"} or None, default=None
        Whether the logits are divided by the temperature that suits the validation rows best.
        The last layer is divided by it, so that all answers and the trace agree.
    n_members : int or Members, default=1
        How many networks to train side by side, whose probabilities are averaged; with an object
        such as ``Members(5, bootstrap=True)`` each on its own sample of the rows.
    n_threads : int or None, default=None
        How many threads to use at most; None for all that are free.
    checkpoint : path-like, optional
        A file that holds the state of the training after each epoch. If it is there when
        ``fit`` is called with the same data and settings, the training goes on from it, to the
        same bits as if it had not been interrupted. Not for L-BFGS.

    Attributes
    ----------
    classes_ : array of shape (n_classes,)
        Or the numbers of the labels, if ``y`` was a matrix of 0 and 1.
    coefs_, intercepts_ : list of arrays
        Weights of shape (n_in, n_out) and biases of shape (n_out,), for each layer.
    history_ : History
        Loss on the training rows after each epoch, and loss, accuracy and the chosen scorer on
        the validation rows, if there are any.
    best_epoch_ : int
        The epoch whose network was kept.
    stopped_ : bool
        Whether patience with the watched curve ran out.
    calibration_ : Calibration or None
        Temperature, and the reliability diagrams before and after, with their expected
        calibration errors.
    loss_, best_loss_ : float
        The last and the best objective; ``best_loss_`` is None with early stopping.
    loss_curve_ : list of float
    validation_scores_ : list of float or None
        Accuracies, or values of the chosen scorer, on the validation rows.
    best_validation_score_ : float or None
    n_iter_, t_ : int
        Number of epochs of the last fit, and of rows seen in mini-batches by all.
    members_ : list of MLPClassifier
        The networks of an ensemble, if there are several; the other attributes are then the
        first one's.
    n_layers_, n_outputs_ : int
    out_activation_ : str
    network_ : Network
    n_features_in_ : int
    feature_names_in_ : array of shape (n_features_in_,)

    Notes
    -----
    A sparse ``X`` becomes one dense array for training, and a block at a time for predictions;
    for what does not fit into memory, there is :meth:`partial_fit`.

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

    members_: list["MLPClassifier"]

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "hidden_layer_sizes": ["array-like", Interval(Integral, 1, None, closed="left")],
        "activation": [StrOptions({"logistic", *ACTIVATIONS}), Activation, list, tuple],
        "solver": [StrOptions({"lbfgs", *OPTIMIZERS}), Optimizer],
        "alpha": [Interval(Real, 0, None, closed="left")],
        "batch_size": [StrOptions({"auto"}), Interval(Integral, 1, None, closed="left")],
        "learning_rate": [StrOptions({"adaptive", *SCHEDULES}), Schedule],
        "learning_rate_init": [Interval(Real, 0, None, closed="neither")],
        "power_t": [Interval(Real, 0, None, closed="left")],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "shuffle": ["boolean"],
        "random_state": ["random_state"],
        "tol": [Interval(Real, 0, None, closed="left")],
        "verbose": ["verbose"],
        "warm_start": ["boolean"],
        "momentum": [Interval(Real, 0, 1, closed="both")],
        "nesterovs_momentum": ["boolean"],
        "early_stopping": ["boolean", EarlyStopping],
        "validation_fraction": [Interval(Real, 0, 1, closed="left")],
        "beta_1": [Interval(Real, 0, 1, closed="left")],
        "beta_2": [Interval(Real, 0, 1, closed="left")],
        "epsilon": [Interval(Real, 0, None, closed="neither")],
        "n_iter_no_change": [
            Interval(Integral, 1, None, closed="left"),
            Options(Real, {np.inf}),
        ],
        "max_fun": [Interval(Integral, 1, None, closed="left")],
        "class_weight": [StrOptions({"balanced"}), dict, list, None],
        "loss": [StrOptions({"log_loss"}), Loss, LabelSmoothing],
        "dropout": [Interval(Real, 0, 1, closed="left"), list, tuple],
        "calibration": [StrOptions({"temperature"}), None],
        "n_members": [Interval(Integral, 1, None, closed="left"), Members],
        "n_threads": [Interval(Integral, 1, None, closed="left"), None],
        "checkpoint": [str, os.PathLike, None],
    }

    def __init__(
        self,
        hidden_layer_sizes: int | Sequence[int] = (100,),
        activation: str | Activation | Sequence[str | Activation] = "relu",
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
        verbose: bool = False,
        warm_start: bool = False,
        momentum: float = 0.9,
        nesterovs_momentum: bool = True,
        early_stopping: bool | EarlyStopping = False,
        validation_fraction: float = 0.1,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        n_iter_no_change: float = 10,
        max_fun: int = 15000,
        class_weight: dict[Any, float] | list[dict[Any, float]] | str | None = None,
        loss: str | Loss | LabelSmoothing = "log_loss",
        dropout: float | Sequence[float] = 0.0,
        calibration: str | None = None,
        n_members: int | Members = 1,
        n_threads: int | None = None,
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
        self.verbose = verbose
        self.warm_start = warm_start
        self.momentum = momentum
        self.nesterovs_momentum = nesterovs_momentum
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.n_iter_no_change = n_iter_no_change
        self.max_fun = max_fun
        self.class_weight = class_weight
        self.loss = loss
        self.dropout = dropout
        self.calibration = calibration
        self.n_members = n_members
        self.n_threads = n_threads
        self.checkpoint = checkpoint

    @with_callbacks
    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        *,
        validation: tuple[ArrayLike, ...] | None = None,
    ) -> Self:
        """Train the network.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
        y : array-like of shape (n_samples,), or (n_samples, n_labels) of 0 and 1
            Classes, of which each row has one; or labels, of which it has any number.
        sample_weight : array-like of shape (n_samples,), optional
        validation : tuple ``(X, y)`` or ``(X, y, sample_weight)``, optional
            Rows to measure on after each epoch, in place of those that early stopping or
            calibration would set aside.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter or the data are out of range, or the loss ceases to be finite.
        CheckpointError
            If the checkpoint belongs to another training.
        MemoryError
            If a sparse ``X`` does not fit into memory as a dense array.

        Warns
        -----
        ConvergenceWarning
            If the limit of epochs or iterations was reached first.
        ErrorestWarning
            If a setting has no effect, or the training is nothing for the compiled engine.
        """
        if self.n_members != 1:
            return self._fit_members("fit", X, y, sample_weight, validation=validation)
        goes_on = bool(self.warm_start) and hasattr(self, "network_")
        samples = self._samples(X, y, sample_weight, goes_on=goes_on)
        mlp_settings.check_combinations(self)
        rng = check_random_state(self.random_state)
        network, seed = self._network(samples, rng, goes_on=goes_on)
        training, watched = self._split(samples, validation, rng)
        context = self._init_callback_context(max_subtasks=self.max_iter)
        context.call_on_fit_task_begin(estimator=self, X=X, y=y)
        before = self.history_ if goes_on else None
        with engine.threads(self.n_threads):
            if self.solver == "lbfgs":
                trained = train_by_lbfgs(
                    self,
                    network,
                    training,
                    watched,
                    context=context,
                    l2=float(self.alpha) / mlp_settings.total_weight(training),
                    tol=self.tol,
                    max_iter=self.max_iter,
                    max_fun=self.max_fun,
                    metrics=mlp_settings.metrics(self),
                    verbose=bool(self.verbose),
                )
                before = None
            else:
                trained = train_by_epochs(
                    self,
                    mlp_settings.trainer(self, training, seed),
                    network,
                    training,
                    watched,
                    context=context,
                    checkpoint=self.checkpoint,
                    history=before,
                    verbose=bool(self.verbose),
                )
            self._keep(trained.network, trained.history, watched)
        n_before = len(before["loss"]) if before is not None else 0
        self.n_iter_ = trained.n_iter
        self.best_epoch_ = n_before + trained.best_epoch
        self.t_: int = self.t_ if goes_on else 0
        self._state, self._seed, self._n_steps = None, seed, 0
        self.stopped_ = False
        if trained.state is not None:
            trainer = mlp_settings.trainer(self, training, seed)
            self.t_ += trained.n_iter * len(training)
            self.stopped_ = trainer.stalled(trained.state)
            self._n_steps = trained.n_iter * math.ceil(len(training) / trainer.batch_size)
            # Whatever comes later goes on from the network that was kept.
            self._state = dataclasses.replace(trained.state, network=trained.network, n_stalled=0)
        context.call_on_fit_task_end(estimator=self, X=X, y=y, reconstruction_attributes={})
        return self

    def _trains_by_epochs(self) -> bool:
        return self.solver != "lbfgs"

    @available_if(_trains_by_epochs)
    def partial_fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        classes: ArrayLike | None = None,
        *,
        validation: tuple[ArrayLike, ...] | None = None,
    ) -> Self:
        """Train for one epoch on these rows, from where the network stands.

        As many calls on the same rows as ``fit`` would make epochs give the same network. With
        early stopping the rows of ``validation``, or a part of each call's rows, are measured;
        the best network is kept, and once patience has run out it is left as it is.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
        y : array-like of shape (n_samples,), or (n_samples, n_labels) of 0 and 1
        sample_weight : array-like of shape (n_samples,), optional
        classes : array-like of shape (n_classes,), optional
            All classes, or the numbers of all labels; needed in the first call.
        validation : tuple ``(X, y)`` or ``(X, y, sample_weight)``, optional
            As for :meth:`fit`.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter or the data are out of range, a class is unknown, or the loss ceases
            to be finite.
        """
        if self.class_weight == "balanced":
            raise ValueError(
                "class_weight='balanced' needs all rows, which partial_fit does not see: give the "
                "weights as a dict"
            )
        if self.n_members != 1:
            return self._fit_members(
                "partial_fit", X, y, sample_weight, classes=classes, validation=validation
            )
        goes_on = hasattr(self, "network_")
        _check_partial_fit_first_call(self, classes)
        samples = self._samples(X, y, sample_weight, goes_on=goes_on, knows_classes=True)
        mlp_settings.check_combinations(self)
        if goes_on and self.early_stopping and self.stopped_:
            warnings.warn(
                "partial_fit leaves the network as it is: the patience of early stopping has run "
                "out; call fit to start anew",
                ErrorestWarning,
                stacklevel=2,
            )
            return self
        rng = check_random_state(self.random_state)
        network, seed = self._network(samples, rng, goes_on=goes_on)
        seed = self._seed if goes_on else seed
        training, watched = self._split(samples, validation, rng)
        trainer = mlp_settings.trainer(self, training, seed)
        n_batches = math.ceil(len(training) / trainer.batch_size)
        n_steps = self._n_steps if goes_on else 0
        state = self._state if goes_on else None
        if state is None or len(state.moments) != trainer.optimizer.n_moments:
            state = trainer.start(network)
        else:
            # In calls with other numbers of rows, an epoch stands for the steps that were made.
            state = dataclasses.replace(
                state, epoch=math.ceil(n_steps / n_batches), history=History(self.history_)
            )
        with engine.threads(self.n_threads):
            train_one_epoch(trainer, state, training, watched, verbose=bool(self.verbose))
            self._keep(trainer.chosen(state), state.history, watched)
        self.n_iter_ = 1
        self.t_ = (self.t_ if goes_on else 0) + len(training)
        if trainer.chosen(state) is state.network:
            self.best_epoch_ = len(self.loss_curve_)
        self.stopped_ = bool(self.early_stopping) and trainer.stalled(state)
        if trainer.stalled(state) and not self.early_stopping:
            state.n_stalled = 0
        self._state, self._seed, self._n_steps = state, seed, n_steps + n_batches
        return self

    def predict_spread(self, X: ArrayLike) -> NDArray[np.floating]:
        """Compute how far the members disagree about each sample.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)

        Returns
        -------
        array of shape (n_samples, n_classes)
            Standard deviation of the members' probabilities; 0 for a single network.
        """
        check_is_fitted(self)
        members = getattr(self, "members_", [self])
        spread: NDArray[np.floating] = np.std([one.predict_proba(X) for one in members], axis=0)
        return spread

    def activations(self, X: ArrayLike) -> list[NDArray[np.floating]]:
        """Compute what the hidden units make of samples.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)

        Returns
        -------
        list of arrays of shape (n_samples, n_units)
            One per hidden layer.
        """
        outputs, hidden = densified(self._checked(X)), []
        for layer, parameters in list(self.network_.layers_with_parameters())[:-1]:
            _, outputs = layer.feedforward(parameters, outputs)
            hidden.append(outputs)
        return hidden

    @property
    def coefs_(self) -> list[NDArray[np.floating]]:
        """Weights of each layer."""
        return self.network_.weights

    @property
    def intercepts_(self) -> list[NDArray[np.floating]]:
        """Biases of each layer."""
        return self.network_.biases

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags

    def _members(self) -> Members:
        return self.n_members if isinstance(self.n_members, Members) else Members(self.n_members)

    def _fit_members(
        self,
        method: str,
        X: ArrayLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None,
        **arguments: Any,
    ) -> Self:
        if self.checkpoint is not None:
            raise ValueError("a checkpoint holds one network: set n_members=1, or leave it out")
        self._validate_params()
        context = self._init_callback_context()
        context.call_on_fit_task_begin(estimator=self, X=X, y=y)
        asked, rng = self._members(), check_random_state(self.random_state)
        goes_on = hasattr(self, "members_") and (self.warm_start or method == "partial_fit")
        members = self.members_ if goes_on else new_members(self, asked.n, rng)
        weights = [sample_weight] * asked.n
        if asked.bootstrap:
            n_samples = _num_samples(X)
            weights = [bootstrap_weights(n_samples, sample_weight, rng) for _ in weights]
        with engine.threads(self.n_threads):
            self.members_ = fit_members(members, method, X, y, weights, **arguments)
        # What is fitted besides the members is the first one's.
        for name, value in vars(self.members_[0]).items():
            if name.endswith("_"):
                setattr(self, name, value)
        self._multilabel = self.members_[0]._multilabel
        context.call_on_fit_task_end(estimator=self, X=X, y=y, reconstruction_attributes={})
        return self

    def _logits(self, X: ArrayLike) -> NDArray[np.floating]:
        if not hasattr(self, "members_"):
            return super()._logits(X)
        logits = [member._logits(X) for member in self.members_]
        return mean_logits(logits, independent=self._labels.independent)

    def _samples(
        self,
        X: ArrayLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None,
        *,
        goes_on: bool = False,
        knows_classes: bool = False,
    ) -> Samples:
        """Check and encode rows; find their classes, or compare them with the known ones."""
        self._validate_params()
        checked_X, checked_y = validate_data(
            self,
            X,
            y,
            accept_sparse="csr",
            multi_output=True,
            dtype=[np.float64, np.float32],
            order="C",
            reset=not goes_on,
        )
        if checked_y.ndim == 2 and checked_y.shape[1] == 1:
            checked_y = column_or_1d(checked_y, warn=True)
        found = Labels.found_in(checked_y)
        if goes_on and not knows_classes and set(found.classes) != set(self.classes_):
            raise ValueError(
                "warm_start can only be used where `y` has the same classes as in the previous "
                f"call to fit. Previously got {self.classes_}, `y` has {found.classes}"
            )
        if not goes_on:
            self._multilabel = found.multilabel
            self.classes_ = self.classes_ if knows_classes else found.classes
        targets = self._labels.encode(checked_y)
        if goes_on:
            checked_X = checked_X.astype(self.network_.parameters.dtype, copy=False)
        dtype = checked_X.dtype
        if sample_weight is not None or self.class_weight is not None:
            sample_weight = _check_sample_weight(
                sample_weight, checked_X, dtype=dtype, ensure_non_negative=True
            )
        if self.class_weight is not None:
            factors = compute_sample_weight(self.class_weight, checked_y)
            sample_weight = (sample_weight * factors).astype(dtype)
        if self._multilabel:
            targets = targets.astype(dtype)
        return Samples(densified(checked_X), targets, sample_weight)

    def _network(
        self, samples: Samples, rng: np.random.RandomState, *, goes_on: bool
    ) -> tuple[Network, int]:
        """Return the network to start from, and the seed of what happens at random later."""
        network = Network.build(
            samples.X.shape[1],
            mlp_settings.hidden_layer_sizes(self),
            self._n_outputs,
            activation=mlp_settings.activations(self),
            loss=mlp_settings.loss(self, independent=self._labels.independent),
            seed=int(rng.randint(2**31)),
            dropout=mlp_settings.dropouts(self),
            dtype=samples.X.dtype,
        )
        seed = int(rng.randint(2**31)) if self.solver != "lbfgs" else 0
        if goes_on:
            reached = self.network_.parameters
            if self.calibration_ is not None:
                unscaled = with_temperature(self.network_, 1 / self.calibration_.temperature)
                reached = unscaled.parameters
            if reached.shape != network.parameters.shape:
                raise ValueError(
                    "hidden_layer_sizes are no longer those of the network to go on from: "
                    "restore them, or start anew with a clone"
                )
            network = network.with_parameters(reached)
        return network, seed

    def _split(
        self,
        samples: Samples,
        validation: tuple[ArrayLike, ...] | None,
        rng: np.random.RandomState,
    ) -> tuple[Samples, Samples | None]:
        """Return training and validation rows; none of these unless something looks at them."""
        stops = self.solver != "lbfgs" and mlp_settings.stopping(self).monitor != "loss"
        training, watched = samples, None
        if validation is not None:
            watched = own_rows(self, validation)
            watched = dataclasses.replace(watched, X=watched.X.astype(samples.X.dtype, copy=False))
        elif stops or self.calibration is not None:
            training, watched = set_aside(samples, self.validation_fraction, self._labels, rng)
        if isinstance(self.batch_size, Integral) and self.batch_size > len(training):
            warnings.warn(
                "Got `batch_size` less than 1 or larger than sample size. It is going to be "
                "clipped",
                stacklevel=5,
            )
        if isinstance(self.loss, LabelSmoothing):
            targets, independent = training.targets, self._labels.independent
            if targets.ndim == 1:
                targets = targets[:, None] if independent else one_hot(targets, self._n_outputs)
            softened = self.loss.soften(targets, independent=independent).astype(training.X.dtype)
            training = dataclasses.replace(training, targets=softened)
        return training, watched

    def _keep(self, network: Network, history: History, watched: Samples | None) -> None:
        """Store a network, calibrated if asked for, and what its history says."""
        self.network_, self.calibration_ = network, None
        if self.calibration is not None and watched is not None:
            self.network_, self.calibration_ = calibrated(network, watched, self._labels)
        self.history_ = history
        self.n_layers_ = len(network.layers) + 1
        self.n_outputs_ = self._n_outputs
        self.out_activation_ = "logistic" if self._labels.independent else "softmax"
        self.loss_curve_ = history.get("loss", [])
        self.loss_ = self.loss_curve_[-1] if self.loss_curve_ else np.nan
        monitor = mlp_settings.stopping(self).monitor
        watches_loss = monitor.endswith("loss")
        self.validation_scores_ = history.get("validation_accuracy" if watches_loss else monitor)
        self.best_loss_: float | None = min(self.loss_curve_, default=np.nan)
        self.best_validation_score_: float | None = None
        if self.validation_scores_ is not None:
            self.best_validation_score_ = max(self.validation_scores_)
            if self.early_stopping:
                self.best_loss_ = None
