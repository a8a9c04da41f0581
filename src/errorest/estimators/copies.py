"""Rows that stand in a table more than once: what is known of one is known of its copies.

>>> X = np.array([[0.5, 1.2], [0.7, 0.3], [0.5, 1.2], [0.2, 1.4]])
>>> originals(X, np.array([0, 1, 0, 1]))
array([0, 1, 0, 3])
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["originals"]

# Share of the different rows that have a number of their own in a column of measurements.
_OWN_NUMBERS = 0.9


def originals(
    X: NDArray[np.floating], targets: NDArray[np.intp], *, codes: Sequence[int] = ()
) -> NDArray[np.intp]:
    """Find the first row that each row repeats, class included.

    Where rows consist of few values, such as two categories, they are alike by chance, and new ones
    will be, too: these are no copies. It takes two numbers that hardly two different rows share.

    Parameters
    ----------
    X : array of shape (n_samples, n_features)
    targets : array of shape (n_samples,)
        Class indices.
    codes : sequence of int, default=()
        Which features stand for words, however many there are.

    Returns
    -------
    integer array of shape (n_samples,)
        A row that repeats none has its own number.
    """
    first: dict[bytes, int] = {}
    rows = np.column_stack([X, targets]) + 0.0  # -0 is 0.
    found = np.array([first.setdefault(row.tobytes(), i) for i, row in enumerate(rows)])
    different = X[np.unique(found)]
    if len(different) == len(X):
        return found
    n_values = [len(np.unique(different[:, j])) for j in range(X.shape[1]) if j not in set(codes)]
    n_measured = sum(n >= _OWN_NUMBERS * len(different) for n in n_values)
    return found if n_measured >= 2 else np.arange(len(X))
