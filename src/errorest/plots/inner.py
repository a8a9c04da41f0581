"""The classifier of numbers inside of a table's classifier or a pipeline: it has a network.

>>> import pandas as pd
>>> from errorest import LogisticRegression
>>> table, accepted = pd.DataFrame({"test": [9, 3, 7], "grades": [8, 4, 6]}), [1, 0, 1]
>>> model = TableClassifier(LogisticRegression()).fit(table, accepted)
>>> classifier, rows = unwrapped(model, table)
>>> classifier, rows.shape, list(input_names_of(model))
(LogisticRegression(), (3, 2), ['test', 'grades'])
"""

from collections.abc import Sequence
from typing import Any

from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from errorest.estimators import TableClassifier
from errorest.estimators.classifier import NetworkClassifier

__all__ = ["input_names_of", "unwrapped"]


def unwrapped(estimator: Any, X: Any = None) -> tuple[Any, Any]:
    """Return the classifier inside of a fitted classifier, and what it is given of rows.

    Parameters
    ----------
    estimator : classifier
        A TableClassifier or a pipeline, or any other.
    X : array-like or DataFrame, optional

    Returns
    -------
    estimator : classifier
    X : array-like, DataFrame or None
        Of any other classifier both are returned as they are.

    Raises
    ------
    NotFittedError
        If a classifier of ours is not fitted.
    """
    # Before its fit it has no network, which does not mean that it cannot have one.
    if isinstance(estimator, NetworkClassifier | TableClassifier | Pipeline):
        check_is_fitted(estimator)
    if isinstance(estimator, Pipeline):
        if X is not None and len(estimator) > 1:
            X = estimator[:-1].transform(X)
        return unwrapped(estimator[-1], X)
    if not isinstance(estimator, TableClassifier):
        return estimator, X
    return estimator.estimator_, None if X is None else estimator.encode(X)


def input_names_of(estimator: Any) -> Sequence[str] | None:
    """Return the names of the numbers that a fitted classifier is given, None if it knows none."""
    names: Sequence[str] | None = getattr(estimator, "feature_names_in_", None)
    if isinstance(estimator, TableClassifier):
        names = estimator.encoder_.get_feature_names_out()
    if isinstance(estimator, Pipeline) and isinstance(estimator[-1], Pipeline | TableClassifier):
        return input_names_of(estimator[-1])
    if isinstance(estimator, Pipeline) and len(estimator) > 1 and names is not None:
        try:
            names = estimator[:-1].get_feature_names_out()
        except AttributeError:  # not every step knows the names of what it returns
            names = None
    return names
