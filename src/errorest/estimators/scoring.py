"""Metrics on validation rows: accuracy, and any scorer of scikit-learn."""

import copy
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

import numpy as np

from errorest import engine
from errorest.network.network import Network
from errorest.training import Metric, Samples

__all__ = ["accuracy", "scorer_metric", "scorer_name"]


def accuracy(network: Network, rows: Samples) -> float:
    """Share of the rows, or of their weight, whose likeliest class is the right one.

    Of rows with several labels all must be right, as in scikit-learn.

    Parameters
    ----------
    network : Network
        With an output for each label, or for the second of two classes.
    rows : Samples
    """
    outputs = engine.predict_proba(network, rows.X)
    if rows.targets.ndim == 2:
        right = ((outputs >= 0.5) == rows.targets).all(axis=1)
    elif outputs.shape[1] == 1:
        right = (outputs[:, 0] >= 0.5) == rows.targets
    else:
        right = outputs.argmax(axis=1) == rows.targets
    return float(np.average(right, weights=rows.sample_weight))


def scorer_name(scoring: str | Callable[..., Any]) -> str:
    """Return what a scorer's curve is called in the history, after ``validation_``."""
    return scoring if isinstance(scoring, str) else getattr(scoring, "__name__", "score")


def scorer_metric(estimator: Any, scoring: str | Callable[..., Any]) -> Metric:
    """Turn a scorer into a metric.

    Parameters
    ----------
    estimator : classifier
        Whose ``classes_`` are known already; the scorer is asked about copies of it.
    scoring : str or callable

    Returns
    -------
    callable

    Raises
    ------
    ValueError
        If there is no such scorer; or later, if it cannot judge the rows.
    """
    # Few trainings need them, and they take as long to import as many a training.
    from sklearn.metrics import check_scoring, get_scorer_names
    from sklearn.metrics._scorer import _BaseScorer

    if not callable(scoring) and scoring not in get_scorer_names():
        similar = get_close_matches(str(scoring), get_scorer_names(), cutoff=0)
        raise ValueError(
            f"early_stopping has scoring={scoring!r}, which is neither a function nor the name of "
            f"a scorer, such as {', '.join(similar)}; sklearn.metrics.get_scorer_names() has all"
        )
    scorer = check_scoring(estimator, scoring)

    def metric(network: Network, rows: Samples) -> float:
        fitted = copy.copy(estimator)
        fitted.network_ = network
        # The rows are an array without names by now.
        vars(fitted).pop("feature_names_in_", None)
        weights = {}
        if rows.sample_weight is not None and isinstance(scorer, _BaseScorer):
            weights = {"sample_weight": rows.sample_weight}
        try:
            return float(scorer(fitted, rows.X, estimator._labels.decode(rows.targets), **weights))
        except (TypeError, ValueError) as error:
            raise ValueError(
                f"the scorer {scorer_name(scoring)!r} of early_stopping cannot judge the "
                f"validation rows: {error}"
            ) from error

    return metric
