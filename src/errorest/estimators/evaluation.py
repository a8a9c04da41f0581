"""How well a classifier does on rows that it has not seen.

>>> from sklearn.datasets import load_iris
>>> from errorest import LogisticRegression
>>> X, y = load_iris(return_X_y=True)
>>> model = LogisticRegression(max_iter=200).fit(X[::2], y[::2])
>>> evaluation = evaluate(model, X[1::2], y[1::2])
>>> evaluation.n_rows, evaluation.accuracy > 0.9
(75, True)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import logsumexp
from sklearn.metrics import roc_auc_score
from sklearn.utils import check_consistent_length

from errorest.estimators.groups import numbered, standard_error
from errorest.estimators.labels import class_columns

__all__ = [
    "Evaluation",
    "class_rankings",
    "confusion_counts",
    "evaluate",
    "log_losses",
    "log_probabilities",
]


# Log-odds in place of infinite ones.
_SUREST = 1e100


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Figures of one classifier on one set of rows.

    Attributes
    ----------
    n_rows : int
    accuracy : float
        Share of the rows whose class was predicted.
    is_right : boolean array of shape (n_rows,)
        Which these are.
    losses : array of shape (n_rows,) or None
        The cross-entropy of each row in nats; None for a classifier without probabilities.
    rankings : array of shape (n_rows, n_classes), or (n_rows, 1) for the second of two classes
        How far each row is on the side of each class: log-odds, or decisions.
    roc_auc : float or None
        Area under the ROC curve; for more than two classes the mean over each class against
        the rest. None if the rows are all of one class, or a class has no row.
    classes : list of str
    confusion : integer array of shape (n_classes, n_classes)
        Number of rows of the i-th class that were predicted as the j-th.
    groups : integer array of shape (n_rows,) or None
        The same number for rows that belong together.
    """

    n_rows: int
    accuracy: float
    is_right: NDArray[np.bool_] = field(repr=False)
    losses: NDArray[np.float64] | None = field(repr=False)
    rankings: NDArray[np.float64] = field(repr=False)
    roc_auc: float | None
    classes: list[str]
    confusion: NDArray[np.int64]
    groups: NDArray[np.intp] | None = field(default=None, repr=False)

    @property
    def log_loss(self) -> float | None:
        """Mean cross-entropy in nats; None for a classifier without probabilities."""
        return None if self.losses is None else float(self.losses.mean())

    @property
    def log_loss_error(self) -> float | None:
        """Standard error of the log-loss; None without probabilities, or for one row or group."""
        error = np.inf if self.losses is None else standard_error(self.losses, self.groups)
        return float(error) if np.isfinite(error) else None

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as plain Python values."""
        return {
            "n_rows": self.n_rows,
            "accuracy": self.accuracy,
            "log_loss": self.log_loss,
            "log_loss_error": self.log_loss_error,
            "roc_auc": self.roc_auc,
            "classes": self.classes,
            "confusion": self.confusion.tolist(),
        }


def evaluate(model: Any, X: Any, y: ArrayLike, *, groups: ArrayLike | None = None) -> Evaluation:
    """Measure a fitted classifier.

    Parameters
    ----------
    model : classifier
        With ``predict``, and ``predict_proba`` or ``decision_function``.
    X : table or array of shape (n_rows, n_features)
    y : array-like of shape (n_rows,)
        The classes that the model should predict, all of which it must know.
    groups : array-like of shape (n_rows,), optional
        The group of each row, such as its patient, for the standard error.

    Returns
    -------
    Evaluation

    Raises
    ------
    ValueError
        If the model does not know a class, or X and y are of different lengths.

    Examples
    --------
    >>> from errorest import LogisticRegression
    >>> model = LogisticRegression().fit([[0.0], [1.0], [2.0], [3.0]], ["no", "no", "yes", "yes"])
    >>> evaluate(model, [[0.0], [3.0], [1.0]], ["no", "yes", "yes"]).confusion
    array([[1, 0],
           [1, 1]])
    """
    y = np.asarray(y)
    predicted, classes = model.predict(X), model.classes_
    confusion = confusion_counts(y, predicted, classes)
    if hasattr(model, "predict_proba"):
        logs = log_probabilities(model, X)
        losses, rankings = _losses(logs, class_columns(y, classes)), _log_odds(logs)
    else:
        losses, rankings = None, class_rankings(model, X)
    return Evaluation(
        n_rows=len(y),
        accuracy=float(confusion.trace()) / len(y),
        is_right=predicted == y,
        losses=losses,
        rankings=rankings,
        roc_auc=_roc_auc(y, rankings, classes),
        classes=[str(label) for label in classes],
        confusion=confusion,
        groups=None if groups is None else numbered(groups, y),
    )


def confusion_counts(
    y: NDArray[Any], predicted: NDArray[Any], classes: NDArray[Any]
) -> NDArray[np.int64]:
    """Count how many rows of each class were predicted as which.

    Parameters
    ----------
    y, predicted : arrays of shape (n_rows,)
    classes : array of shape (n_classes,)

    Returns
    -------
    array of shape (n_classes, n_classes)

    Raises
    ------
    ValueError
        If a row's class is none of them, or the arrays are of different lengths.
    """
    check_consistent_length(y, predicted)
    rows, columns = (class_columns(labels, classes) for labels in (y, predicted))
    n_classes = len(classes)
    counts = np.bincount(rows * n_classes + columns, minlength=n_classes**2)
    return counts.reshape(n_classes, n_classes)


def log_probabilities(model: Any, X: Any) -> NDArray[np.float64]:
    """Ask a classifier for the logarithm of each class's probability.

    Parameters
    ----------
    model : classifier
        With ``predict_log_proba``, which has a logarithm even where the probability is too small
        for a number, or ``predict_proba``.
    X : table or array of shape (n_rows, n_features)

    Returns
    -------
    array of shape (n_rows, n_classes)
    """
    with np.errstate(divide="ignore"):
        if hasattr(model, "predict_log_proba"):
            return np.asarray(model.predict_log_proba(X), dtype=np.float64)
        return np.log(np.asarray(model.predict_proba(X), dtype=np.float64))


def log_losses(model: Any, X: Any, y: ArrayLike) -> NDArray[np.float64]:
    """Return the cross-entropy of each row: minus the logarithm of its class's probability.

    Parameters
    ----------
    model : classifier
        As for :func:`log_probabilities`.
    X : table or array of shape (n_rows, n_features)
    y : array-like of shape (n_rows,)
        The classes that the model should predict, all of which it must know.

    Returns
    -------
    array of shape (n_rows,)
        In nats. A probability of 0 counts as the least positive number.

    Raises
    ------
    ValueError
        If the model does not know a class.
    """
    columns = class_columns(y, model.classes_)
    return _losses(log_probabilities(model, X), columns)


def class_rankings(model: Any, X: Any) -> NDArray[np.float64]:
    """Ask a classifier how far each row is on the side of each class, to rank the rows by it.

    Log-odds tell rows apart whose probabilities round to the same number.

    Parameters
    ----------
    model : classifier
        As for :func:`log_probabilities`, or with ``decision_function``.
    X : table or array of shape (n_rows, n_features)

    Returns
    -------
    array of shape (n_rows, n_classes), or (n_rows, 1) for the second of two classes
        The logarithm of p / (1 - p), within limits, or the decision function of a classifier
        without probabilities.
    """
    if not hasattr(model, "predict_proba"):
        decisions = np.asarray(model.decision_function(X), dtype=np.float64)
        return decisions[:, None] if decisions.ndim == 1 else decisions
    return _log_odds(log_probabilities(model, X))


def _losses(logs: NDArray[np.float64], columns: NDArray[np.intp]) -> NDArray[np.float64]:
    of_class = logs[np.arange(len(columns)), columns]
    return -np.where(np.isneginf(of_class), np.log(np.finfo(np.float64).tiny), of_class)


def _log_odds(logs: NDArray[np.float64]) -> NDArray[np.float64]:
    likeliest = np.arange(len(logs)), logs.argmax(axis=1)
    others = logs.copy()
    others[likeliest] = -np.inf
    # Rounding may bring a probability to a little more than 1.
    with np.errstate(divide="ignore", invalid="ignore"):
        against = np.log1p(-np.exp(logs))
        # Near 1 a probability has no digits left for the others.
        against[likeliest] = logsumexp(others, axis=1)
    log_odds = np.clip(logs - against, -_SUREST, _SUREST)
    return log_odds[:, 1:] if log_odds.shape[1] == 2 else log_odds


def _roc_auc(y: NDArray[Any], rankings: NDArray[Any], classes: NDArray[Any]) -> float | None:
    is_class = [y == label for label in classes[-rankings.shape[1] :]]
    if any(rows.all() or not rows.any() for rows in is_class):
        return None
    areas = [roc_auc_score(rows, column) for rows, column in zip(is_class, rankings.T, strict=True)]
    return float(np.mean(areas))
