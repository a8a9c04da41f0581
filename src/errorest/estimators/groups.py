"""Rows that belong together, such as all those of a patient.

What is learned of one row of a patient is known of the others, so these say too little of how a
model will do on new patients: all are held back together.
"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sklearn.utils.validation import check_consistent_length, column_or_1d

__all__ = ["numbered"]


def numbered(groups: ArrayLike, rows: ArrayLike) -> NDArray[np.intp]:
    """Return a number for each group, the same for all of its rows.

    Parameters
    ----------
    groups : array-like of shape (n_samples,)
        A key of each row's group: a number or a word. A row whose key is missing is a group of its
        own.
    rows : array-like of shape (n_samples, n_features)
        That they belong to.

    Returns
    -------
    integer array of shape (n_samples,)

    Raises
    ------
    ValueError
        If there is not one key for each row.

    Examples
    --------
    >>> numbered(["Ann", "Bob", None, "Ann", None], np.zeros((5, 1)))
    array([0, 1, 2, 0, 3])
    """
    check_consistent_length(rows, groups)
    numbers, keys = pd.factorize(column_or_1d(groups))
    alone = numbers < 0
    numbers[alone] = len(keys) + np.arange(alone.sum())
    return np.asarray(numbers)
