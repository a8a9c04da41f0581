"""Rows that stand in a table more than once: what is known of one is known of its copies.

>>> X = np.random.default_rng(0).normal(size=(30, 3))
>>> originals(np.vstack([X, X[:4]]), np.zeros(34, dtype=int))[-6:]
array([28, 29,  0,  1,  2,  3])
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

__all__ = ["originals"]

# How many times as many pairs of rows must be alike as chance would make so. Where columns speak of
# the same things, such as a teacher and a course, it makes ten or twenty times as many.
_BEYOND_CHANCE = 100


def originals(
    X: NDArray[np.floating], targets: NDArray[np.intp], *, codes: Iterable[int] = ()
) -> NDArray[np.intp]:
    """Find the first row that each row repeats, class included.

    Rows of few values are alike by chance, and new ones will be, too: these are no copies. With
    independent columns, a pair is alike with the product of the chances that it is so in each;
    words, and numbers of two values, are left out of account, since they often say the same.

    Parameters
    ----------
    X : array of shape (n_samples, n_features)
    targets : array of shape (n_samples,)
        Class indices.
    codes : iterable of int, default=()
        Which features stand for words, however many there are.

    Returns
    -------
    integer array of shape (n_samples,)
        A row that repeats none has its own number, and so have all of a class that would else be
        the copies of a single row.
    """
    parts = [X + 0.0, targets.astype(X.dtype)]  # -0 becomes 0.
    rows = np.ascontiguousarray(np.column_stack(parts))
    whole = rows.view(np.dtype((np.void, rows.strides[0]))).ravel()
    _, first, places = np.unique(whole, return_index=True, return_inverse=True)
    found = first[places]
    n_alike = _n_pairs(np.bincount(found))
    if n_alike == 0:
        return found
    numbers = np.delete(X, [*codes], axis=1)
    if n_alike <= _BEYOND_CHANCE * _n_pairs(np.array([len(X)])) * _chance(numbers):
        return np.arange(len(X))
    different = np.unique(found)
    is_single = np.bincount(targets[different], minlength=targets.max() + 1)[targets] == 1
    return np.where(is_single, np.arange(len(X)), found)


def _n_pairs(sizes: NDArray[np.intp]) -> float:
    return float((sizes * (sizes - 1.0)).sum()) / 2


def _chance(numbers: NDArray[np.floating]) -> float:
    """Return how likely two rows are alike if the columns have nothing to do with each other."""
    chance = 1.0
    for column in numbers.T:
        _, sizes = np.unique(column, return_counts=True)
        if len(sizes) > 2:
            chance *= float(((sizes / len(column)) ** 2).sum())
    return chance
