"""How well a classifier does, and how far that can be trusted.

>>> import numpy as np
>>> from sklearn.dummy import DummyClassifier
>>> X, y = np.zeros((100, 1)), np.array(["no"] * 90 + ["yes"] * 10)
>>> accuracy = estimate_metrics(DummyClassifier(strategy="prior").fit(X, y), X, y)[0]
>>> accuracy.value, round(accuracy.low, 3), round(accuracy.high, 3)
(0.9, 0.826, 0.945)
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest, bootstrap, entropy

from errorest.estimators import evaluate

__all__ = ["Estimate", "estimate_metrics"]

_CONFIDENCE = 0.95
_N_RESAMPLES = 1000
_BATCH_ROWS = 10_000

# Rows or groups, of each kind: resamples of fewer differ too little to tell how far the figure can
# be off.
_LEAST_GROUPS = 10


@dataclass(frozen=True)
class Estimate:
    """A metric of a classifier, estimated from some rows.

    Attributes
    ----------
    name : str
    value : float
    low, high : float or None
        Ends of the 95 % confidence interval; None where the rows do not tell, being too few, or
        so alike that all resamples agree: of a ranking without a mistake, say.
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


def estimate_metrics(
    model: Any,
    X: Any,
    y: NDArray[Any],
    *,
    groups: NDArray[np.intp] | None = None,
    seed: int = 0,
) -> list[Estimate]:
    """Measure a fitted classifier, with confidence intervals.

    Parameters
    ----------
    model : classifier
        With ``predict``, and ``predict_proba`` or ``decision_function``.
    X : table or array of shape (n_rows, n_features)
    y : array of shape (n_rows,)
        The classes that the model should predict, all of which it must know.
    groups : array of shape (n_rows,), optional
        The number, from 0, of each row's group, such as its patient, if intervals are to tell of
        new groups rather than of new rows.
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
    drawn = "rows" if groups is None else "groups"
    group_of = np.arange(n_rows) if groups is None else groups
    everything = (np.unique(group_of),)

    low: float | None
    high: float | None
    if groups is None:
        n_right = int(np.trace(evaluation.confusion))
        low, high = map(
            float, binomtest(n_right, n_rows).proportion_ci(_CONFIDENCE, method="wilson")
        )
        method = "Wilson's interval"
    else:
        accuracy_of = partial(np.average, evaluation.is_right)
        low, high = _interval(accuracy_of, everything, group_of, rng)
        method = "bootstrap of groups"
    most = float(shares.max())
    estimates = [Estimate("accuracy", evaluation.accuracy, low, high, most, method)]

    if (losses := evaluation.losses) is not None:
        low, high = _interval(partial(np.average, losses), everything, group_of, rng)
        mean, baseline = float(losses.mean()), float(entropy(shares))
        estimates.append(Estimate("log-loss", mean, low, high, baseline, f"bootstrap of {drawn}"))

    rankings = evaluation.rankings.T
    for label, ranking in zip(model.classes_[-len(rankings) :], rankings, strict=True):
        is_class = y == label
        if is_class.all() or not is_class.any():
            continue
        order = np.argsort(ranking)
        area_of = _roc_auc(ranking[order], is_class[order])
        low, high = _interval(area_of, _strata(is_class, group_of), group_of[order], rng)
        name, method = f"ROC-AUC of {label}", f"bootstrap of {drawn} in each class"
        area = area_of(weights=np.ones(n_rows))
        estimates.append(Estimate(name, area, low, high, 0.5, method))
    return estimates


def _roc_auc(ranking: NDArray[Any], is_class: NDArray[np.bool_]) -> Callable[..., float]:
    """Return a function of the weights of rows, which are sorted by their ranking.

    It gives the share of pairs of rows in which the positive one has the higher place.
    """
    # Once, for each resample has its own weights, but the same places.
    first = np.searchsorted(ranking, ranking[is_class], side="left")
    last = np.searchsorted(ranking, ranking[is_class], side="right")

    def area(weights: NDArray[Any]) -> float:
        n_negative = np.append(0, np.cumsum(weights * ~is_class))
        # Of a pair in the same place, half.
        n_below = (n_negative[first] + n_negative[last]) / 2
        n_positive = weights[is_class]
        return float((n_positive * n_below).sum() / (n_positive.sum() * n_negative[-1]))

    return area


def _strata(
    is_class: NDArray[np.bool_], group_of: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the groups with the class that fewer have, and the others.

    Whichever are drawn of each, there are rows of both classes.
    """
    groups_of_each = np.unique(group_of[is_class]), np.unique(group_of[~is_class])
    rarer, others = sorted(groups_of_each, key=len)
    return rarer, np.setdiff1d(others, rarer)


def _interval(
    figure: Callable[..., float],
    strata: tuple[NDArray[np.intp], ...],
    group_of: NDArray[np.intp],
    rng: np.random.Generator,
) -> tuple[float | None, float | None]:
    """Draw groups again and again; a row counts as often as its group was drawn."""
    if len(strata[0]) < _LEAST_GROUPS:
        return None, None
    if len(strata[-1]) < 2:
        # A single one has no resamples of its own, and all others hold both classes, but for one.
        strata = (np.concatenate(strata),)

    def of_drawn(*drawn: NDArray[np.intp]) -> float:
        n_times = np.bincount(np.concatenate(drawn), minlength=group_of.max() + 1)
        return figure(weights=n_times[group_of])

    # A few resamples at a time: all of a large table would not fit into memory.
    found = bootstrap(
        strata,
        of_drawn,
        n_resamples=_N_RESAMPLES,
        batch=max(1, _BATCH_ROWS // max(map(len, strata))),
        vectorized=False,
        confidence_level=_CONFIDENCE,
        method="percentile",
        rng=rng,
    ).confidence_interval
    # But for rounding, all resamples agree, though other rows might not.
    if math.isclose(found.low, found.high):
        return None, None
    return float(found.low), float(found.high)
