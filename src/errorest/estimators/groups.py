"""Rows that belong together, such as all those of a patient.

What is learned of one row of a patient is known of the others, so these say too little of how a
model will do on new patients: all are held back together.
"""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sklearn.utils.validation import check_consistent_length

__all__ = ["numbered", "standard_error"]


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
        If there is not one key for each row, but perhaps the name of their column.

    Examples
    --------
    >>> numbered(["Ann", "Bob", None, "Ann", None], np.zeros((5, 1)))
    array([0, 1, 2, 0, 3])
    """
    if isinstance(groups, str):
        raise ValueError(
            "groups takes the key of each row, not the name of their column: "
            f"groups=table[{groups!r}]"
        )
    check_consistent_length(rows, groups)
    # As objects, missing keys beside words do not become words themselves.
    keys = np.asarray(groups, dtype=object)
    if keys.shape[:1] != (keys.size,):
        raise ValueError(f"groups takes one key for each row, not an array of shape {keys.shape}")
    numbers, known = pd.factorize(keys.ravel())
    alone = numbers < 0
    numbers[alone] = len(known) + np.arange(alone.sum())
    return np.asarray(numbers)


def standard_error(
    values: NDArray[np.floating],
    groups: NDArray[np.intp] | None = None,
    weights: NDArray[np.floating] | None = None,
) -> NDArray[Any]:
    """Return the standard error of the mean over rows, of which those of a group are no news.

    With rows of weights w in G groups, ``sqrt(G / (G - 1) sum_g (sum_(i in g) w_i (v_i -
    mean))^2) / sum_i w_i`` (Liang and Zeger 1986); where each row is a group and weighs 1, the
    standard deviation divided by the root of the number of rows.

    Parameters
    ----------
    values : array of shape (n_samples,) or (n_means, n_samples)
    groups : array of shape (n_samples,), optional
        The same number for rows of a group.
    weights : array of shape (n_samples,), optional
        In the mean.

    Returns
    -------
    array of shape () or (n_means,)
        Infinite if there is but one group.

    Examples
    --------
    >>> values = np.array([1.0, 1.0, 3.0, 3.0])
    >>> standard_error(values).round(4), standard_error(values, np.array([0, 0, 1, 1]))
    (np.float64(0.5774), np.float64(1.0))
    """
    means, totals = np.average(values, axis=-1, weights=weights, keepdims=True, returned=True)
    sums = (values - means) * (1 if weights is None else weights)
    if groups is not None:
        _, numbers = np.unique(groups, return_inverse=True)
        sums = np.apply_along_axis(lambda row: np.bincount(numbers, row), -1, sums)
    n_groups = sums.shape[-1]
    if n_groups == 1:
        return np.full(values.shape[:-1], np.inf)[()]
    squares = n_groups / (n_groups - 1) * (sums**2).sum(axis=-1)
    return np.asarray(np.sqrt(squares) / totals[..., 0])[()]
