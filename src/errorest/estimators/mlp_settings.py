"""What the settings of an MLPClassifier stand for: names become objects, defaults numbers."""

import math
from dataclasses import replace
from numbers import Integral
from typing import Any

import numpy as np

from errorest.estimators.fitting import optimizer_for, schedule_for
from errorest.estimators.labels import Labels
from errorest.estimators.scoring import accuracy, scorer_metric, scorer_name
from errorest.exceptions import ErrorestWarning
from errorest.maths.activations import ACTIVATIONS, Activation, check_derivative, sigmoid
from errorest.maths.label_smoothing import LabelSmoothing
from errorest.maths.losses import Loss
from errorest.maths.optimizers import SGD, Adam, Optimizer
from errorest.maths.probability import softmax
from errorest.maths.schedules import Constant, InverseScaling, Schedule
from errorest.notices import warn
from errorest.training import EarlyStopping, Metric, Samples, Trainer

__all__ = [
    "activations",
    "check_combinations",
    "dropouts",
    "hidden_layer_sizes",
    "is_ignored_by_adam",
    "loss",
    "metrics",
    "optimizer",
    "schedule",
    "stopping",
    "trainer",
]


def hidden_layer_sizes(model: Any) -> list[int]:
    """Return the number of units of each hidden layer."""
    sizes = np.atleast_1d(np.asarray(model.hidden_layer_sizes, dtype=object))
    if not all(isinstance(size, Integral) and int(size) > 0 for size in sizes):
        raise ValueError(
            f"hidden_layer_sizes must be > 0, and whole numbers, got {model.hidden_layer_sizes}."
        )
    return [int(size) for size in sizes]


def activations(model: Any) -> Activation | list[Activation]:
    """Return the activation of the hidden layers, or of each; those of the user's are checked."""
    if isinstance(model.activation, list | tuple):
        return [_activation(one) for one in model.activation]
    return _activation(model.activation)


def _activation(activation: str | Activation) -> Activation:
    if isinstance(activation, str):
        known = ACTIVATIONS | {"logistic": ACTIVATIONS["sigmoid"]}
        if activation not in known:
            raise ValueError(f"activation has {activation!r}, which is none of {sorted(known)}")
        return known[activation]
    if not isinstance(activation, Activation):
        raise ValueError(
            f"activation has {activation!r}, which is neither a name nor an Activation: write a "
            "subclass of errorest.maths.Activation, with its derivative"
        )
    if type(activation) not in map(type, ACTIVATIONS.values()):
        check_derivative(activation)
    return activation


def dropouts(model: Any) -> float | list[float]:
    """Return the dropout of the hidden layers, or of each."""
    if isinstance(model.dropout, list | tuple):
        return [float(one) for one in model.dropout]
    return float(model.dropout)


def loss(model: Any, labels: Labels) -> Loss:
    """Return the loss of a network whose outputs stand for these labels."""
    if isinstance(model.loss, str):
        return labels.loss
    chosen: Loss = model.loss.loss if isinstance(model.loss, LabelSmoothing) else model.loss
    owner = type(chosen).__name__
    if labels.independent:
        owner += ".for_independent_outputs(), taken for two classes and for several labels,"
        chosen = chosen.for_independent_outputs()
    # What a classifier will say of its logits.
    name, answer = ("sigmoid", sigmoid) if labels.independent else ("softmax", softmax)
    logits = np.linspace(-1, 2, labels.n_outputs)[None]
    if not np.allclose(chosen.output(logits), answer(logits)):
        raise ValueError(
            f"loss={model.loss!r} is not one of probabilities, which a classifier returns: "
            f"the output of {owner} must be the {name} of the logits"
        )
    return chosen


def optimizer(model: Any) -> Optimizer:
    """Return the rule for a step."""
    if model.solver == "sgd":
        return SGD(float(model.momentum), bool(model.nesterovs_momentum))
    if model.solver == "adam":
        return Adam(float(model.beta_1), float(model.beta_2), float(model.epsilon))
    return optimizer_for(model.solver)


def schedule(model: Any, *, epoch_steps: int, epoch_rows: int) -> Schedule:
    """Return the schedule for epochs of so many steps and rows."""
    if model.learning_rate == "adaptive" or is_ignored_by_adam(model):
        return Constant()
    if model.learning_rate == "invscaling":
        return InverseScaling(float(model.power_t), epoch_steps, epoch_rows)
    return schedule_for(model.learning_rate)


def is_ignored_by_adam(model: Any) -> bool:
    """Tell whether the learning rate's mode is one of those that scikit-learn has for SGD only."""
    mode = model.learning_rate
    return model.solver == "adam" and isinstance(mode, str) and mode in ("invscaling", "adaptive")


def stopping(model: Any) -> EarlyStopping:
    """Return which curve is watched, and how patiently."""
    asked = model.early_stopping
    if isinstance(asked, EarlyStopping):
        if asked.scoring is None:
            return asked
        monitor = f"validation_{scorer_name(asked.scoring)}"
        return replace(asked, monitor=monitor, maximise=True, scoring=None)
    # scikit-learn bears n_iter_no_change epochs, and stops after the next one.
    patience = model.n_iter_no_change + 1
    if asked:
        return EarlyStopping("validation_accuracy", patience, model.tol, maximise=True)
    return EarlyStopping("loss", patience, model.tol, keep_best=False)


def metrics(model: Any) -> dict[str, Metric]:
    """Return what is measured on validation rows, besides the loss."""
    measured: dict[str, Metric] = {"accuracy": accuracy}
    asked = model.early_stopping
    if isinstance(asked, EarlyStopping) and asked.scoring is not None:
        measured[scorer_name(asked.scoring)] = scorer_metric(model, asked.scoring)
    return measured


def trainer(model: Any, training: Samples, seed: int) -> Trainer:
    """Return the trainer for these rows."""
    n_rows, batch_size = len(training), 200 if model.batch_size == "auto" else model.batch_size
    if model.batch_size != "auto" and batch_size > n_rows:
        warn(
            "Got `batch_size` less than 1 or larger than sample size. It is going to be clipped",
        )
    batch_size = min(int(batch_size), n_rows)
    mean_weight = training.total_weight / n_rows
    ignored = is_ignored_by_adam(model)
    return Trainer(
        optimizer(model),
        learning_rate=float(model.learning_rate_init),
        schedule=schedule(model, epoch_steps=math.ceil(n_rows / batch_size), epoch_rows=n_rows),
        batch_size=batch_size,
        l2=float(model.alpha) / (batch_size * mean_weight),
        max_epochs=model.max_iter,
        shuffle=model.shuffle,
        seed=seed,
        stopping=stopping(model),
        adaptive=model.learning_rate == "adaptive" and not ignored,
        metrics=metrics(model),
    )


def check_combinations(model: Any) -> None:
    """Refuse settings that exclude each other; warn of those without effect."""
    if model.warm_start and model.checkpoint is not None:
        raise ValueError(
            "checkpoint goes on with an interrupted training, warm_start with a finished one: "
            "choose one of them"
        )
    if model.checkpoint is not None and not isinstance(model.random_state, Integral):
        raise ValueError("a checkpoint needs an integer random_state to go on from")
    if model.solver == "lbfgs":
        if model.checkpoint is not None:
            raise ValueError("checkpoint works epoch by epoch, which solver='lbfgs' does not")
        if np.any(model.dropout):
            raise ValueError("dropout works step by step, which solver='lbfgs' does not")
        if model.early_stopping:
            warn("early_stopping has no effect with solver='lbfgs'")
        if model.learning_rate != "constant":
            warn(
                f"learning_rate={model.learning_rate!r} has no effect with solver='lbfgs'",
                ErrorestWarning,
            )
    if is_ignored_by_adam(model):
        warn(
            f"learning_rate={model.learning_rate!r} has no effect with solver='adam', as in "
            "scikit-learn: use solver='sgd', or a schedule such as learning_rate='cosine'",
            ErrorestWarning,
        )
