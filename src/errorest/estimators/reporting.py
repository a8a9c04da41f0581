"""What scikit-learn's callbacks hear of a fit: its beginning, its parts, its end."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sklearn.callback import CallbackContext

from errorest.network.network import Network
from errorest.training import History, Samples

__all__ = ["fit_told", "has_callbacks", "report", "report_epoch", "told", "told_of_epoch"]


def has_callbacks(estimator: Any) -> bool:
    """Tell whether anybody listens to an estimator's fit."""
    return bool(getattr(estimator, "_skl_callbacks", []))


def told(
    estimator: Any, X: Any, y: Any, sample_weight: Any, attributes: dict[str, Any] | None
) -> dict[str, Any]:
    """Return the arguments that tell of an estimator, of its rows, and of what it has learned.

    The weights are those that the user gave, if any: a scorer need not know of others.
    """
    metadata = None if sample_weight is None else {"sample_weight": sample_weight}
    return {
        "estimator": estimator,
        "X": X,
        "y": y,
        "metadata": metadata,
        "reconstruction_attributes": attributes,
    }


def told_of_epoch(
    estimator: Any, training: Samples, network: Network, history: History
) -> dict[str, Any]:
    """Return the arguments that tell of an epoch or iteration."""
    # The rows are an array without names by now, about which nobody shall be warned.
    attributes = {"network_": network, "history_": history, "feature_names_in_": None}

    def labels() -> Any:
        return estimator._labels.decode(training.targets)

    return told(estimator, training.X, labels, training.own_weight, attributes)


@contextmanager
def fit_told(
    estimator: Any,
    X: Any,
    y: Any,
    sample_weight: Any,
    *,
    max_subtasks: int,
    start: dict[str, Any] | None = None,
) -> Iterator[CallbackContext]:
    """Tell the callbacks that a fit begins, and, unless it fails, that it has ended.

    Those who ask for the fitted estimator at the beginning are given one with the attributes
    ``start``, such as the network that the training starts from.
    """
    context: CallbackContext = estimator._init_callback_context(max_subtasks=max_subtasks)
    context.call_on_fit_task_begin(**told(estimator, X, y, sample_weight, start))
    yield context
    context.call_on_fit_task_end(**told(estimator, X, y, sample_weight, {}))


def report(context: CallbackContext, task_name: str, arguments: dict[str, Any]) -> bool:
    """Tell the callbacks of a part that is done; return whether one asks to stop."""
    task = context.subcontext(task_name=task_name)
    task.call_on_fit_task_begin(**arguments)
    return bool(task.call_on_fit_task_end(**arguments))


def report_epoch(
    estimator: Any,
    context: CallbackContext,
    training: Samples,
    network: Network,
    history: History,
) -> bool:
    """Do so, if anybody listens, for an epoch or iteration."""
    if not has_callbacks(estimator):
        return False
    return report(context, "epoch", told_of_epoch(estimator, training, network, history))
