"""How estimators train: by gradient descent, or by L-BFGS, with callbacks told of each step."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sklearn.callback import CallbackContext
from sklearn.exceptions import ConvergenceWarning

from errorest import engine
from errorest.estimators.cancellation import check_cancelled
from errorest.estimators.reporting import has_callbacks, report_epoch
from errorest.exceptions import ErrorestWarning
from errorest.maths.optimizers import OPTIMIZERS, Optimizer
from errorest.maths.schedules import SCHEDULES, Schedule
from errorest.network.network import Network
from errorest.notices import warn
from errorest.training import (
    History,
    Metric,
    Samples,
    Trainer,
    TrainingState,
    diverged,
    load_checkpoint,
    measure,
    minimize_lbfgs,
    save_checkpoint,
)

__all__ = [
    "Trained",
    "TrainedByEpochs",
    "TrainedByLbfgs",
    "optimizer_for",
    "print_epoch",
    "schedule_for",
    "train_by_epochs",
    "train_by_lbfgs",
    "train_one_epoch",
]


@dataclass(frozen=True)
class Trained:
    """The outcome of a training."""

    network: Network
    n_iter: int
    history: History


@dataclass(frozen=True)
class TrainedByEpochs(Trained):
    """The outcome of a training that can go on."""

    best_epoch: int
    state: TrainingState


@dataclass(frozen=True)
class TrainedByLbfgs(Trained):
    """The outcome of a training that may have begun at the minimum, and so have no history."""

    loss: float


def train_by_epochs(
    estimator: Any,
    trainer: Trainer,
    network: Network,
    training: Samples,
    validation: Samples | None = None,
    *,
    context: CallbackContext,
    checkpoint: str | os.PathLike[str] | None = None,
    history: History | None = None,
    verbose: bool = False,
) -> TrainedByEpochs:
    """Run a trainer on behalf of an estimator.

    Ctrl-C ends the training with the network that it would have kept at that moment.

    Parameters
    ----------
    estimator : estimator
        Whose callbacks hear of each epoch.
    trainer : Trainer
    network : Network
        Where to start.
    training, validation : Samples
    context : CallbackContext
        Of the estimator's ``fit``.
    checkpoint : path-like, optional
        Where the state is stored after each epoch. If the file is there already, the training
        goes on from it.
    history : History, optional
        Of earlier trainings, which this one goes on with.
    verbose : bool, default=False
        Whether each epoch is printed.

    Returns
    -------
    TrainedByEpochs

    Raises
    ------
    ValueError
        If the loss ceases to be finite.

    Warns
    -----
    ConvergenceWarning
        If all epochs were made and the monitored curve still improved, or the loss is absurd.
    ErrorestWarning
        If the training is nothing for the compiled engine.
    """
    _warn_of_reference_engine(network, training, trainer.optimizer)
    state = trainer.start(network)
    state.history = History(history)
    fingerprint = ""
    if checkpoint is not None:
        fingerprint = trainer.fingerprint(network, training, validation)
        if os.path.exists(checkpoint):
            state = load_checkpoint(checkpoint, network, fingerprint=fingerprint)
    unobserved = checkpoint is None and not verbose and not has_callbacks(estimator)
    try:
        for _ in trainer.epochs(state, training, validation, unobserved=unobserved):
            check_cancelled()
            if checkpoint is not None:
                save_checkpoint(checkpoint, state, fingerprint=fingerprint)
            if verbose:
                print_epoch(state.epoch, state.history)
            network = trainer.chosen(state)
            if report_epoch(estimator, context, training, network, state.history):
                break
    except KeyboardInterrupt:
        warn(
            f"Training interrupted by user after {state.epoch} epochs; "
            f"{'the best' if trainer.keeps_best(state) else 'the last'} network so far is kept",
        )
    _check_finite(state)
    if verbose and trainer.stopping and trainer.stalled(state):
        print(
            f"{trainer.stopping.monitor} did not improve more than tol={trainer.stopping.tol:f} "
            f"for {trainer.stopping.patience} consecutive epochs. Stopping."
        )
    if trainer.stopping and state.epoch == trainer.max_epochs and not trainer.stalled(state):
        warn(
            f"Stochastic Optimizer: Maximum iterations ({trainer.max_epochs}) reached and the "
            "optimization hasn't converged yet: scale the features, or increase max_iter "
            "(--epochs)",
            ConvergenceWarning,
        )
    best_epoch = trainer.chosen_epoch(state)
    network = trainer.chosen(state)
    _warn_if_astray(network, training, state.history)
    return TrainedByEpochs(network, state.epoch, state.history, best_epoch, state)


def train_one_epoch(
    trainer: Trainer,
    state: TrainingState,
    training: Samples,
    validation: Samples | None,
    *,
    verbose: bool,
) -> None:
    """Bring a state one epoch further, even beyond the trainer's last.

    Parameters
    ----------
    trainer : Trainer
    state : TrainingState
    training, validation : Samples
    verbose : bool
        Whether the epoch is printed.

    Raises
    ------
    ValueError
        If the loss ceases to be finite.
    """
    _warn_of_reference_engine(state.network, training, trainer.optimizer)
    trainer = replace(trainer, max_epochs=max(trainer.max_epochs, state.epoch + 1))
    for _ in trainer.epochs(state, training, validation):
        break
    if verbose:
        print_epoch(len(state.history["loss"]), state.history)
    _check_finite(state)


def train_by_lbfgs(
    estimator: Any,
    network: Network,
    training: Samples,
    validation: Samples | None,
    *,
    context: CallbackContext,
    l2: float,
    tol: float,
    max_iter: int,
    max_fun: int,
    metrics: Mapping[str, Metric],
    verbose: bool,
) -> TrainedByLbfgs:
    """Run L-BFGS on behalf of an estimator.

    Parameters
    ----------
    estimator, network, training, validation, context, verbose
        As for :func:`train_by_epochs`.
    l2, tol, max_iter, max_fun
        As for :func:`errorest.training.minimize_lbfgs`.
    metrics : mapping of str to callable
        As for :class:`errorest.training.Trainer`.

    Returns
    -------
    TrainedByLbfgs

    Raises
    ------
    ValueError
        If the loss ceases to be finite.

    Warns
    -----
    ConvergenceWarning
        If a limit was reached before a minimum.
    """
    _warn_of_reference_engine(network, training)
    history = History()
    reached = network

    def on_iteration(at: Network, loss: float) -> None:
        nonlocal reached
        check_cancelled()
        reached = at
        values = {"loss": loss}
        if validation is not None:
            values |= measure(at, validation, metrics)
        history.append(values)
        if verbose:
            print_epoch(len(history["loss"]), history)
        if report_epoch(estimator, context, training, at, history):
            raise StopIteration

    try:
        minimum = minimize_lbfgs(
            network,
            training,
            l2=l2,
            tol=tol,
            max_iter=max_iter,
            max_fun=max_fun,
            on_iteration=on_iteration,
        )
    except KeyboardInterrupt:
        losses = history.get("loss", [])
        n_iter = len(losses)
        warn(
            f"Training interrupted by user after {n_iter} iterations; "
            "the last network so far is kept",
        )
        loss = losses[-1] if losses else np.nan
        return TrainedByLbfgs(reached, n_iter, history, loss)
    if not np.isfinite(minimum.loss):
        raise ValueError("The loss is not finite: scale the features")
    if not minimum.converged and not minimum.stopped:
        warn(
            f"lbfgs failed to converge after {minimum.n_iter} iteration(s): {minimum.message}. "
            "Increase the number of iterations (max_iter), or scale the features.",
            ConvergenceWarning,
        )
    return TrainedByLbfgs(minimum.network, minimum.n_iter, history, minimum.loss)


def optimizer_for(solver: str | Optimizer) -> Optimizer:
    """Return the optimizer that a solver's name stands for."""
    return OPTIMIZERS[solver] if isinstance(solver, str) else solver


def schedule_for(learning_rate: str | Schedule) -> Schedule:
    """Return the schedule that a name stands for."""
    return SCHEDULES[learning_rate] if isinstance(learning_rate, str) else learning_rate


def _warn_of_reference_engine(
    network: Network,
    training: Samples,
    optimizer: Optimizer | None = None,
) -> None:
    if not engine.serves(network, training.X, optimizer):
        warn(
            "this training runs on the reference engine, slower by far: the compiled engine has "
            "only Errorest's own activations, losses and optimizers",
            ErrorestWarning,
        )


def _check_finite(state: TrainingState) -> None:
    # The last step may have gone astray after the loss was measured.
    if diverged(state) or not np.isfinite(state.network.parameters).all():
        raise ValueError(
            f"The loss is not finite after epoch {state.epoch}: scale the features, "
            "or lower the learning rate"
        )


def _warn_if_astray(network: Network, training: Samples, history: History) -> None:
    # Of a guess it is less than 1 an output.
    absurd = 10 * network.n_outputs
    if max(history.get("loss", []), default=0.0) <= absurd:
        return
    # Curves have the losses before each step, and with the weights' penalties, which may be large
    # because they were asked for: what counts is the kept network's.
    loss, _ = engine.loss_and_gradient(
        network, training.X, training.targets, training.sample_weight
    )
    if loss > absurd:
        warn(
            f"the loss is {loss:.3g}, far more than that of a guess: scale the features, "
            "or lower the learning rate",
            ConvergenceWarning,
        )


def print_epoch(epoch: int, history: History) -> None:
    """Print the latest values of all curves in one line."""
    values = [f"{name} = {curve[-1]:.8f}" for name, curve in history.items()]
    print(f"Iteration {epoch}, {', '.join(values)}")
