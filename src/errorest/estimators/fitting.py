"""How estimators train: by gradient descent, or by L-BFGS, with callbacks told of each step."""

import os
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.callback import CallbackContext
from sklearn.exceptions import ConvergenceWarning

from errorest import engine
from errorest.exceptions import ErrorestWarning
from errorest.maths.optimizers import OPTIMIZERS, Optimizer
from errorest.maths.schedules import SCHEDULES, Schedule
from errorest.network.network import Network
from errorest.training import (
    History,
    Samples,
    Trainer,
    diverged,
    load_checkpoint,
    minimize_lbfgs,
    save_checkpoint,
)

__all__ = ["Trained", "optimizer_for", "schedule_for", "train_by_epochs", "train_by_lbfgs"]


@dataclass(frozen=True)
class Trained:
    """The outcome of a training."""

    network: Network
    n_iter: int
    history: History
    best_epoch: int


def train_by_epochs(
    estimator: Any,
    trainer: Trainer,
    network: Network,
    training: Samples,
    validation: Samples | None = None,
    *,
    context: CallbackContext,
    checkpoint: str | os.PathLike[str] | None = None,
) -> Trained:
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

    Returns
    -------
    Trained

    Raises
    ------
    ValueError
        If the loss ceases to be finite.

    Warns
    -----
    ConvergenceWarning
        If all epochs were made and the monitored curve still improved.
    ErrorestWarning
        If the training is nothing for the compiled engine.
    """
    _warn_of_reference_engine(network, training, trainer.optimizer)
    state = trainer.start(network)
    fingerprint = ""
    if checkpoint is not None:
        fingerprint = trainer.fingerprint(network, training, validation)
        if os.path.exists(checkpoint):
            state = load_checkpoint(checkpoint, network, fingerprint=fingerprint)
    unobserved = checkpoint is None and not _has_callbacks(estimator)
    try:
        for _ in trainer.epochs(state, training, validation, unobserved=unobserved):
            if checkpoint is not None:
                save_checkpoint(checkpoint, state, fingerprint=fingerprint)
            network, history = trainer.chosen(state), state.history
            if _report_epoch(estimator, context, training, network, history):
                break
    except KeyboardInterrupt:
        warnings.warn(
            f"Training interrupted by user after {state.epoch} epochs; "
            f"{'the best' if trainer.keeps_best(state) else 'the last'} network so far is kept",
            stacklevel=4,
        )
    # The last step may have gone astray after the loss was measured.
    if diverged(state) or not np.isfinite(state.network.parameters).all():
        raise ValueError(
            f"The loss is not finite after epoch {state.epoch}: scale the features, "
            "or lower the learning rate"
        )
    if trainer.stopping and state.epoch == trainer.max_epochs and not trainer.stalled(state):
        warnings.warn(
            f"Stochastic Optimizer: Maximum iterations ({trainer.max_epochs}) reached and the "
            "optimization hasn't converged yet.",
            ConvergenceWarning,
            stacklevel=4,
        )
    return Trained(trainer.chosen(state), state.epoch, state.history, trainer.chosen_epoch(state))


def train_by_lbfgs(
    estimator: Any,
    network: Network,
    training: Samples,
    *,
    context: CallbackContext,
    l2: float,
    tol: float,
    max_iter: int,
    max_fun: int = 15000,
) -> Trained:
    """Run L-BFGS on behalf of an estimator.

    Parameters
    ----------
    estimator, network, training, context
        As for :func:`train_by_epochs`.
    l2, tol, max_iter, max_fun
        As for :func:`errorest.training.minimize_lbfgs`.

    Returns
    -------
    Trained

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
        reached = at
        history.append({"loss": loss})
        if _report_epoch(estimator, context, training, at, history):
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
        n_iter = len(history.get("loss", []))
        warnings.warn(
            f"Training interrupted by user after {n_iter} iterations; "
            "the last network so far is kept",
            stacklevel=4,
        )
        return Trained(reached, n_iter, history, best_epoch=n_iter)
    if not minimum.converged and not minimum.stopped:
        warnings.warn(
            f"lbfgs failed to converge after {minimum.n_iter} iteration(s): {minimum.message}. "
            "Increase the number of iterations (max_iter), or scale the features.",
            ConvergenceWarning,
            stacklevel=4,
        )
    if not np.isfinite(minimum.loss):
        raise ValueError("The loss is not finite: scale the features")
    return Trained(minimum.network, minimum.n_iter, history, best_epoch=minimum.n_iter)


def optimizer_for(solver: str | Optimizer) -> Optimizer:
    """Return the optimizer that a solver's name stands for."""
    return OPTIMIZERS[solver] if isinstance(solver, str) else solver


def schedule_for(learning_rate: str | Schedule) -> Schedule:
    """Return the schedule that a name stands for."""
    return SCHEDULES[learning_rate] if isinstance(learning_rate, str) else learning_rate


def _warn_of_reference_engine(
    network: Network, training: Samples, optimizer: Optimizer | None = None
) -> None:
    if not engine.serves(network, training.X, optimizer):
        warnings.warn(
            "this training runs on the reference engine, slower by far: the compiled engine has "
            "only Errorest's own activations, losses and optimizers",
            ErrorestWarning,
            stacklevel=5,
        )


def _has_callbacks(estimator: Any) -> bool:
    return bool(getattr(estimator, "_skl_callbacks", []))


def _report_epoch(
    estimator: Any,
    context: CallbackContext,
    training: Samples,
    network: Network,
    history: History,
) -> bool:
    """Tell the callbacks that one more epoch or iteration is done; return whether to stop."""
    if not _has_callbacks(estimator):
        return False
    task = context.subcontext(task_name="epoch")
    arguments = {
        "estimator": estimator,
        "X": training.X,
        "y": lambda: estimator.classes_[training.targets],
        "metadata": {"sample_weight": training.sample_weight},
    }
    task.call_on_fit_task_begin(**arguments)
    attributes = {"network_": network, "history_": history}
    return bool(task.call_on_fit_task_end(**arguments, reconstruction_attributes=attributes))
