"""How well a classifier does, and how far that can be trusted.

>>> import numpy as np
>>> from sklearn.dummy import DummyClassifier
>>> X, y = np.zeros((100, 1)), np.array(["no"] * 90 + ["yes"] * 10)
>>> accuracy = estimate_metrics(DummyClassifier(strategy="prior").fit(X, y), X, y)[0]
>>> accuracy.value, round(accuracy.low, 3), round(accuracy.high, 3)
(0.9, 0.826, 0.945)
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit
from scipy.stats import binomtest, entropy, t

from errorest.estimators import evaluate
from errorest.estimators.groups import standard_error

__all__ = ["Estimate", "estimate_metrics"]

_CONFIDENCE = 0.95

# Rows or groups, of each class: fewer differ too little to tell how far the figure can be off.
_LEAST_GROUPS = 10

# Below, Student's t has no variance: one group has most of the rows.
_LEAST_FREEDOM = 2


@dataclass(frozen=True)
class Estimate:
    """A metric of a classifier, estimated from some rows.

    Attributes
    ----------
    name : str
    value : float
    low, high : float or None
        Ends of the 95 % confidence interval; None where the rows do not tell, being too few, or
        all alike, as in a ranking without a mistake.
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
    groups: ArrayLike | None = None,
) -> list[Estimate]:
    """Measure a fitted classifier, with confidence intervals.

    Parameters
    ----------
    model : classifier
        With ``predict``, and ``predict_proba`` or ``decision_function``.
    X : table or array of shape (n_rows, n_features)
    y : array of shape (n_rows,)
        The classes that the model should predict, all of which it must know.
    groups : array-like of shape (n_rows,), optional
        The group of each row, such as its patient, if intervals are to tell of new groups rather
        than of new rows.

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
    evaluation = evaluate(model, X, y, groups=groups)
    n_rows = evaluation.n_rows
    shares = evaluation.confusion.sum(axis=1) / n_rows
    # Without groups, each row is one.
    group_of = np.arange(n_rows) if evaluation.groups is None else evaluation.groups
    counting = "rows" if evaluation.groups is None else "groups"
    on_logarithm, on_log_odds = (
        f"Student's t of the {scale}, over {counting}" for scale in ("logarithm", "log-odds")
    )

    low: float | None
    high: float | None
    if evaluation.groups is None:
        n_right = int(evaluation.is_right.sum())
        low, high = map(
            float, binomtest(n_right, n_rows).proportion_ci(_CONFIDENCE, method="wilson")
        )
        method = "Wilson's interval"
    else:
        low, high = _interval(evaluation.is_right, group_of, is_share=True)
        method = on_log_odds
    most = float(shares.max())
    estimates = [Estimate("accuracy", evaluation.accuracy, low, high, most, method)]

    if (losses := evaluation.losses) is not None:
        low, high = _interval(losses, group_of, is_share=False)
        mean, baseline = float(losses.mean()), float(entropy(shares))
        estimates.append(Estimate("log-loss", mean, low, high, baseline, on_logarithm))

    rankings = evaluation.rankings.T
    for label, ranking in zip(model.classes_[-len(rankings) :], rankings, strict=True):
        is_class = y == label
        if is_class.all() or not is_class.any():
            continue
        places = _places(ranking, is_class, group_of)
        low, high = _interval(places, group_of, is_class, ~is_class, is_share=True)
        name, area = f"ROC-AUC of {label}", float(places.mean())
        estimates.append(Estimate(name, area, low, high, 0.5, on_log_odds))
    return estimates


def _places(
    ranking: NDArray[Any], is_class: NDArray[np.bool_], group_of: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return a number for each row, whose mean is the area under the ROC curve.

    It is the share of rows on the other side that are on the right side of the row, of which
    those in the same place count half. The deviations from the mean are stretched as if both
    sides had all rows, so that their standard error is that of the area (DeLong and others 1988;
    of groups, much as Obuchowski 1997).
    """
    places, stretch = np.empty(len(ranking)), np.empty(len(ranking))
    of_both_sides = _bessel(group_of)
    for side in (is_class, ~is_class):
        others = np.sort(ranking[~side])
        n_below = sum(np.searchsorted(others, ranking[side], end) for end in ("left", "right")) / 2
        places[side] = n_below / len(others)
        # Of a side, too, the deviations are those from its own mean (Bessel's correction).
        correction = math.sqrt(_bessel(group_of[side]) / of_both_sides)
        stretch[side] = len(ranking) / side.sum() * correction
    places[~is_class] = 1 - places[~is_class]
    area = places[is_class].mean()
    return np.asarray(area + (places - area) * stretch)


def _bessel(group_of: NDArray[np.intp]) -> float:
    n_groups = len(np.unique(group_of))
    return n_groups / max(n_groups - 1, 1)


def _interval(
    values: NDArray[Any],
    group_of: NDArray[np.intp],
    *kinds: NDArray[np.bool_],
    is_share: bool,
) -> tuple[float | None, float | None]:
    """Return the confidence interval of a mean, by as many groups as the rarest kind has.

    If their sizes differ, as many count as would tell as much if they had one size (Kish 1965).
    It lies evenly about the log-odds of a share, or the logarithm of another mean, since the mean
    itself errs further to the side where there is room. What the mean's error is there, the slope
    tells (the delta method).
    """
    sizes = [np.unique(group_of[kind], return_counts=True)[1] for kind in kinds or [slice(None)]]
    freedom = min(float(each.sum() ** 2 / (each**2).sum()) for each in sizes) - 1
    mean, error = float(values.mean()), float(standard_error(values, group_of))
    is_told = min(map(len, sizes)) >= _LEAST_GROUPS and freedom >= _LEAST_FREEDOM
    # But for rounding, all rows are alike, though others might not be.
    if not is_told or math.isclose(mean, mean + error):
        return None, None
    reach = t.ppf((1 + _CONFIDENCE) / 2, freedom) * error
    ends = np.array([-reach, reach])
    if is_share:
        low, high = expit(logit(mean) + ends / (mean * (1 - mean)))
    else:
        low, high = mean * np.exp(ends / mean)
    return float(low), float(high)
