"""When to stop: a curve of the history that no longer improves."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from errorest.maths.arrays import Array

__all__ = ["EarlyStopping"]


@dataclass(frozen=True)
class EarlyStopping:
    """Stop after ``patience`` epochs in a row without improvement.

    Parameters
    ----------
    monitor : str, default="validation_loss"
        Which curve of the history to watch.
    patience : float, default=10
        Number of epochs; infinity for all of them.
    tol : float, default=1e-4
        By how much an epoch must beat the best one so far to count as an improvement.
    maximise : bool, default=False
        Whether larger values are better, as for accuracy.
    keep_best : bool, default=True
        Whether to keep the network from the best epoch instead of the last one.
    scoring : str or callable, optional
        A scikit-learn scorer such as ``"roc_auc"``, or a function ``(estimator, X, y)`` for which
        higher is better. An estimator adds its curve on the validation rows to the history and
        watches that curve, whatever ``monitor`` and ``maximise`` say.

    Raises
    ------
    ValueError
        If a number is out of range.

    Examples
    --------
    >>> EarlyStopping(patience=5).improves(0.50, over=0.51)
    True
    """

    monitor: str = "validation_loss"
    patience: float = 10
    tol: float = 1e-4
    maximise: bool = False
    keep_best: bool = True
    scoring: str | Callable[..., Any] | None = None

    def __post_init__(self) -> None:
        if self.patience < 1:
            raise ValueError(f"patience must be at least 1 epoch, not {self.patience}")
        if self.tol < 0:
            raise ValueError(f"tol must not be negative, but is {self.tol}")

    @property
    def worst(self) -> float:
        """The value that any other value beats."""
        return float("-inf") if self.maximise else float("inf")

    def improves(self, value: Array, *, over: Array, by: float = 0.0) -> Array:
        """Tell whether a value, or each of several, beats another by more than a margin."""
        return value > over + by if self.maximise else value < over - by
