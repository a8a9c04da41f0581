"""Training a network: whole or part by part, from the start or from where it stands."""

from __future__ import annotations

from dataclasses import replace
from math import ceil
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.callback import CallbackContext, CallbackSupportMixin
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import _check_partial_fit_first_call

from errorest import engine
from errorest.estimators import mlp_settings
from errorest.estimators.calibration import Calibration, calibrated, with_temperature
from errorest.estimators.classifier import ProbabilisticClassifier
from errorest.estimators.decorators import available_if, with_callbacks
from errorest.estimators.failure import unchanged_by_failure
from errorest.estimators.fitting import train_by_epochs, train_by_lbfgs, train_one_epoch
from errorest.estimators.labels import Labels
from errorest.estimators.members import Members, check_same_number, fit_ensemble
from errorest.estimators.reporting import fit_told
from errorest.estimators.sparse import MatrixLike, cast, densified
from errorest.estimators.validation import checked_rows, own_rows, set_aside
from errorest.estimators.weights import checked_weights, with_class_weight
from errorest.exceptions import ErrorestWarning
from errorest.maths.label_smoothing import LabelSmoothing
from errorest.maths.losses import Loss
from errorest.maths.optimizers import Optimizer
from errorest.network.network import Network
from errorest.notices import warn
from errorest.training import EarlyStopping, History, Samples, TrainingState

__all__ = ["TrainableClassifier"]


class TrainableClassifier(CallbackSupportMixin, ProbabilisticClassifier):
    """A probabilistic classifier with layers, which are trained by epochs or with L-BFGS.

    A subclass has the settings; :mod:`errorest.estimators.mlp_settings` says what they mean.
    """

    alpha: float
    batch_size: int | str
    best_loss_: float | None
    calibration: str | None
    calibration_: Calibration | None
    checkpoint: Any
    class_weight: Any
    early_stopping: bool | EarlyStopping
    history_: History
    _state: TrainingState | None
    loss: str | Loss | LabelSmoothing
    max_fun: int
    max_iter: int
    members_: list[Any]
    n_members: int | Members
    n_threads: int | None
    random_state: int | np.random.RandomState | None
    solver: str | Optimizer
    tol: float
    validation_fraction: float
    verbose: bool
    warm_start: bool

    @unchanged_by_failure
    @with_callbacks
    def fit(
        self,
        X: MatrixLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        *,
        validation: tuple[MatrixLike, ...] | None = None,
    ) -> Self:
        """Train the network.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
        y : array-like of shape (n_samples,), or (n_samples, n_labels) of 0 and 1
            Either one class per row, or any number of labels per row.
        sample_weight : array-like of shape (n_samples,), optional
        validation : tuple ``(X, y)`` or ``(X, y, sample_weight)``, optional
            Rows to measure on after each epoch, instead of those that early stopping or
            calibration would set aside. A pipeline does not scale them.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter or the data are out of range, or the loss is no longer finite.
        CheckpointError
            If the checkpoint belongs to another training.
        MemoryError
            If a sparse ``X`` does not fit into memory as a dense array.

        Warns
        -----
        ConvergenceWarning
            If the limit of epochs or iterations was reached before convergence.
        ErrorestWarning
            If a parameter has no effect, or the compiled engine cannot do the training.
        """
        if self.n_members not in (1, Members(1)):
            fit_ensemble(self, "fit", X, y, sample_weight, validation=validation)
            return self
        goes_on = bool(self.warm_start) and hasattr(self, "network_")
        samples = self._samples(X, y, sample_weight, goes_on=goes_on)
        mlp_settings.check_combinations(self)
        rng = check_random_state(self.random_state)
        network, seed = self._network(samples, rng, goes_on=goes_on)
        training, watched = self._split(samples, validation, rng)
        start = {"network_": network}
        telling = fit_told(self, X, y, sample_weight, max_subtasks=self.max_iter, start=start)
        with telling as context, engine.threads(self.n_threads):
            before = self.history_ if goes_on else None
            if self.solver == "lbfgs":
                self._fit_by_lbfgs(network, training, watched, before, context)
            else:
                self._fit_by_epochs(network, training, watched, before, context, seed)
        return self

    def _fit_by_lbfgs(
        self,
        network: Network,
        training: Samples,
        watched: Samples | None,
        before: History | None,
        context: CallbackContext,
    ) -> None:
        trained = train_by_lbfgs(
            self,
            network,
            training,
            watched,
            context=context,
            l2=float(self.alpha) / training.total_weight,
            tol=self.tol,
            max_iter=self.max_iter,
            max_fun=self.max_fun,
            metrics=mlp_settings.metrics(self),
            verbose=bool(self.verbose),
        )
        self._keep(trained.network, trained.history, watched)
        self.loss_ = self.best_loss_ = trained.loss
        self.n_iter_ = self.best_epoch_ = trained.n_iter
        self.t_: int = 0 if before is None else self.t_
        self.stopped_ = False
        self._state, self._seed, self._n_steps = None, 0, 0

    def _fit_by_epochs(
        self,
        network: Network,
        training: Samples,
        watched: Samples | None,
        before: History | None,
        context: CallbackContext,
        seed: int,
    ) -> None:
        trainer = mlp_settings.trainer(self, training, seed)
        trained = train_by_epochs(
            self,
            trainer,
            network,
            training,
            watched,
            context=context,
            checkpoint=self.checkpoint,
            history=before,
            verbose=bool(self.verbose),
        )
        self._keep(trained.network, trained.history, watched)
        self.n_iter_ = trained.n_iter
        n_before = 0 if before is None else len(before.get("loss", []))
        self.best_epoch_ = trained.best_epoch + n_before
        self.t_ = (0 if before is None else self.t_) + trained.n_iter * len(training)
        self.stopped_ = trainer.stalled(trained.state)
        # Whatever comes later goes on from the network that was kept.
        self._state = replace(trained.state, network=trained.network, n_stalled=0)
        self._seed = seed
        self._n_steps = trained.n_iter * ceil(len(training) / trainer.batch_size)

    def _trains_by_epochs(self) -> bool:
        if self.solver == "lbfgs":
            raise AttributeError(
                "partial_fit trains for an epoch, which solver='lbfgs' has not: use 'adam' or 'sgd'"
            )
        return True

    @available_if(_trains_by_epochs)
    @unchanged_by_failure
    def partial_fit(
        self,
        X: MatrixLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        classes: ArrayLike | None = None,
        *,
        validation: tuple[MatrixLike, ...] | None = None,
    ) -> Self:
        """Train for one epoch on these rows, starting from the current network.

        As many calls on the same rows as ``fit`` makes epochs give the same network. With early
        stopping, the network is measured on the rows of ``validation``, or on a part of each call's
        rows. The best network is kept, and no longer changes once patience has run out.

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
            If a parameter or the data are out of range, a class is unknown, or the loss is not
            finite.

        Warns
        -----
        ErrorestWarning
            As for :meth:`fit`, and if patience has run out.
        """
        if self.class_weight == "balanced":
            raise ValueError(
                "class_weight='balanced' needs all rows, which partial_fit does not see: give the "
                "weights as a dict"
            )
        if self.n_members not in (1, Members(1)):
            fit_ensemble(
                self, "partial_fit", X, y, sample_weight, classes=classes, validation=validation
            )
            return self
        goes_on = hasattr(self, "network_")
        _check_partial_fit_first_call(self, classes)
        samples = self._samples(X, y, sample_weight, goes_on=goes_on, knows_classes=True)
        mlp_settings.check_combinations(self)
        if goes_on and self.early_stopping and self.stopped_:
            warn(
                "partial_fit leaves the network as it is: early stopping has run out of patience; "
                "call fit to start anew",
                ErrorestWarning,
            )
            return self
        rng = check_random_state(self.random_state)
        network, seed = self._network(samples, rng, goes_on=goes_on)
        seed = self._seed if goes_on else seed
        training, watched = self._split(samples, validation, rng)
        trainer = mlp_settings.trainer(self, training, seed)
        n_batches = ceil(len(training) / trainer.batch_size)
        n_steps, state = (self._n_steps, self._state) if goes_on else (0, None)
        if state is None or len(state.moments) != trainer.optimizer.n_moments:
            state = trainer.start(network)
        else:
            # In calls with other numbers of rows, an epoch stands for the steps that were made.
            state = replace(state, epoch=ceil(n_steps / n_batches), history=History(self.history_))
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

    @property
    def _networks(self) -> list[tuple[Network, float]]:
        members = getattr(self, "members_", [self])
        return [(member.network_, 1 / len(members)) for member in members]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags

    def _samples(
        self,
        X: MatrixLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None,
        *,
        goes_on: bool = False,
        knows_classes: bool = False,
    ) -> Samples:
        """Check and encode rows; find their classes, or compare them with the known ones."""
        self._validate_params()
        checked_X, checked_y = checked_rows(self, X, y, reset=not goes_on)
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
            checked_X = cast(checked_X, self.network_.parameters.dtype)
        dtype = checked_X.dtype
        own_weight = checked_weights(sample_weight, checked_X)
        weights = with_class_weight(own_weight, self.class_weight, self.classes_, targets, dtype)
        if self._multilabel:
            targets = targets.astype(dtype)
        return Samples(densified(checked_X), targets, weights, own_weight)

    def _network(
        self, samples: Samples, rng: np.random.RandomState, *, goes_on: bool
    ) -> tuple[Network, int]:
        """Return the network to start from, and the seed of what happens at random later."""
        network = Network.build(
            samples.X.shape[1],
            mlp_settings.hidden_layer_sizes(self),
            self._n_outputs,
            activation=mlp_settings.activations(self),
            loss=mlp_settings.loss(self, self._labels),
            seed=int(rng.randint(2**31)),
            dropout=mlp_settings.dropouts(self),
            dtype=samples.X.dtype,
        )
        seed = int(rng.randint(2**31)) if self.solver != "lbfgs" else 0
        # Those of an earlier ensemble have no say in what is measured on the way.
        members = self.__dict__.pop("members_", [])
        if goes_on:
            check_same_number(members, 0)
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
        validation: tuple[MatrixLike, ...] | None,
        rng: np.random.RandomState,
    ) -> tuple[Samples, Samples | None]:
        """Return training and validation rows; none of these unless something looks at them."""
        stops = self.solver != "lbfgs" and mlp_settings.stopping(self).monitor != "loss"
        training, watched = samples, None
        if validation is not None:
            watched = own_rows(self, validation)
            watched = replace(watched, X=cast(watched.X, samples.X.dtype))
        elif stops or self.calibration is not None:
            training, watched = set_aside(samples, self.validation_fraction, self._labels, rng)
        if isinstance(self.loss, LabelSmoothing):
            targets, independent = self._labels.matrix(training.targets), self._labels.independent
            softened = self.loss.soften(targets, independent=independent).astype(training.X.dtype)
            training = replace(training, targets=softened)
        return training, watched

    def _keep(self, network: Network, history: History, watched: Samples | None) -> None:
        """Store a network, calibrated if asked for, and what its history says."""
        self.network_, self.calibration_ = network, None
        if self.calibration is not None and watched is not None:
            self.network_, self.calibration_ = calibrated(network, watched, self._labels)
        self.history_ = history
        history.calibration = self.calibration_
        self.n_layers_ = len(network.layers) + 1
        self.n_outputs_ = self._n_outputs
        self.out_activation_ = "logistic" if self._labels.independent else "softmax"
        self.loss_curve_ = history.get("loss", [])
        self.loss_ = self.loss_curve_[-1] if self.loss_curve_ else np.nan
        stopping = mlp_settings.stopping(self)
        monitor = stopping.monitor
        history.chosen_by = monitor if stopping.keep_best and self.solver != "lbfgs" else None
        watches_loss = monitor in ("loss", "validation_loss")
        self.validation_scores_ = history.get("validation_accuracy" if watches_loss else monitor)
        self.best_loss_ = min(self.loss_curve_, default=np.nan)
        self.best_validation_score_: float | None = None
        if self.validation_scores_ is not None:
            self.best_validation_score_ = float(np.fmax.reduce(self.validation_scores_))
            if self.early_stopping:
                self.best_loss_ = None
