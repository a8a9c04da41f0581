"""The rows that classifiers of numbers take: dense, or a CSR matrix.

>>> from errorest import Perceptron
>>> checked_matrix(Perceptron(), [["1.5"], ["low"]])
Traceback (most recent call last):
...
ValueError: could not convert string to float: 'low': make numbers of words and missing cells, ...
"""

from typing import Any

import numpy as np
import pandas as pd
from sklearn.utils.validation import validate_data

from errorest.exceptions import TableWarning
from errorest.notices import warn

__all__ = ["checked_matrix", "warn_of_other_order"]


def checked_matrix(estimator: Any, X: Any, y: Any = "no_validation", **options: Any) -> Any:
    """Check features, and labels if there are any, as scikit-learn does.

    Parameters
    ----------
    estimator : classifier
    X, y
        As for its ``fit``, or X alone.
    **options
        For scikit-learn's ``validate_data``.

    Returns
    -------
    X : array or CSR matrix of shape (n_samples, n_features)
    y : array, if labels were given

    Raises
    ------
    ValueError
        If they are none, or have other features than the first rows.

    Warns
    -----
    TableWarning
        As for :func:`warn_of_other_order`.
    """
    warn_of_other_order(X, y)
    dtype = [np.float64, np.float32]
    try:
        return validate_data(
            estimator, X, y, accept_sparse="csr", dtype=dtype, order="C", **options
        )
    except ValueError as error:
        # scikit-learn would go on to recommend its own gradient boosting.
        problem = str(error).partition("\n")[0].rstrip(".")
        if not problem.startswith(("Input X contains NaN", "could not convert string to float")):
            raise
        raise ValueError(
            f"{problem}: make numbers of words and missing cells, or use TableClassifier, which "
            "takes a table as it is"
        ) from None


def warn_of_other_order(X: Any, y: Any) -> None:
    """Warn if the labels seem to be in another order than the rows.

    Parameters
    ----------
    X, y
        As for ``fit``. Only pandas knows the names of rows.

    Warns
    -----
    TableWarning
        If both name the same rows in different orders.
    """
    if not isinstance(X, pd.DataFrame) or not isinstance(y, pd.Series | pd.DataFrame):
        return
    names, others = X.index, y.index
    if names.equals(others) or len(names) != len(others):
        return
    if names.is_unique and others.is_unique and names.isin(others).all():
        warn(
            "X and y have the same index in different orders, but are matched by position: give "
            "y.loc[X.index] if the index tells which rows belong together",
            TableWarning,
        )
