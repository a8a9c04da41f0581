"""How well a classifier does, and how far that can be trusted.

>>> import numpy as np
>>> from sklearn.dummy import DummyClassifier
>>> X, y = np.zeros((100, 1)), np.array(["no"] * 90 + ["yes"] * 10)
>>> accuracy = estimate_metrics(DummyClassifier(strategy="prior").fit(X, y), X, y)[0]
>>> accuracy.value, round(accuracy.low, 3), round(accuracy.high, 3)
(0.9, 0.826, 0.945)
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest, bootstrap, entropy

from errorest.estimators import evaluate

__all__ = ["Estimate", "estimate_metrics"]

_CONFIDENCE = 0.95
_N_RESAMPLES = 1000
_BATCH_ROWS = 10_000

# Of each kind: from fewer rows, resamples differ too little to tell how far the figure can be off.
_LEAST_ROWS = 10


@dataclass(frozen=True)
class Estimate:
    """A metric of a classifier, estimated from some rows.

    Attributes
    ----------
    name : str
    value : float
    low, high : float or None
        Ends of the 95 % confidence interval; None where the rows do not tell, being too few or,
        for the area under the ROC curve, ranked without a mistake.
    baseline : float
        What a model reaches that knows only the shares of the classes: it always predicts the
        most frequent class, and its probabilities are the shares.
    method : str
        Of the confidence interval.
    """

    name: str
    value: float
    low: float | None
    high: float | None
    baseline: float
    method: str


def estimate_metrics(model: Any, X: Any, y: NDArray[Any], *, seed: int = 0) -> list[Estimate]:
    """Measure a fitted classifier, with confidence intervals.

    Parameters
    ----------
    model : classifier
        With ``predict``, and ``predict_proba`` or ``decision_function``.
    X : table or array of shape (n_rows, n_features)
    y : array of shape (n_rows,)
        The classes that the model should predict, all of which it must know.
    seed : int, default=0
        Of the bootstrap.

    Returns
    -------
    list of Estimate
        Accuracy; mean log-loss if there are probabilities; the area under the ROC curve of each
        class against the rest, of two classes only of the second.

    Raises
    ------
    ValueError
        If the model does not know a class.
    """
    rng = np.random.default_rng(seed)
    evaluation = evaluate(model, X, y)
    n_rows, n_of_class = evaluation.n_rows, evaluation.confusion.sum(axis=1)
    shares = n_of_class / n_rows
    wilson = binomtest(int(np.trace(evaluation.confusion)), n_rows).proportion_ci(
        _CONFIDENCE, method="wilson"
    )
    estimates = [
        Estimate(
            "accuracy",
            evaluation.accuracy,
            float(wilson.low),
            float(wilson.high),
            float(shares.max()),
            "Wilson's interval",
        )
    ]
    if (losses := evaluation.losses) is not None:
        low, high = _interval((losses,), np.mean, rng)
        mean, baseline = float(losses.mean()), float(entropy(shares))
        estimates.append(Estimate("log-loss", mean, low, high, baseline, "bootstrap of rows"))
    rankings = evaluation.rankings.T
    for label, ranking in zip(model.classes_[-len(rankings) :], rankings, strict=True):
        is_class = y == label
        if is_class.all() or not is_class.any():
            continue
        # Sorted once, for places can be counted, where each resample of values had to be sorted.
        _, places = np.unique(ranking, return_inverse=True)
        samples = places[is_class], places[~is_class]
        low, high = _interval(samples, _roc_auc, rng)
        name, area = f"ROC-AUC of {label}", _roc_auc(*samples)
        estimates.append(Estimate(name, area, low, high, 0.5, "bootstrap of rows in each class"))
    return estimates


def _roc_auc(positive: NDArray[np.intp], negative: NDArray[np.intp]) -> float:
    """Return the share of pairs of rows in which the positive one has the higher place."""
    n_at = np.bincount(negative, minlength=positive.max() + 1)
    # Of a pair in the same place, half.
    n_below = np.cumsum(n_at) - n_at / 2
    return float(n_below[positive].mean() / len(negative))


def _interval(
    samples: tuple[NDArray[Any], ...],
    statistic: Callable[..., float],
    rng: np.random.Generator,
) -> tuple[float | None, float | None]:
    if min(map(len, samples)) < _LEAST_ROWS:
        return None, None
    # A few resamples at a time: all of a large table would not fit into memory.
    found = bootstrap(
        samples,
        statistic,
        n_resamples=_N_RESAMPLES,
        batch=max(1, _BATCH_ROWS // max(map(len, samples))),
        vectorized=False,
        confidence_level=_CONFIDENCE,
        method="percentile",
        rng=rng,
    ).confidence_interval
    # All resamples agree, though other rows might not.
    if found.low == found.high:
        return None, None
    return float(found.low), float(found.high)
