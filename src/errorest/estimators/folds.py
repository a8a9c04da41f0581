"""Rows that a training holds back, in turn, to see how it does on what it has not seen.

>>> parts = folds(np.array([0, 1, 0, 1, 0, 1]), 3, seed=0)
>>> [len(held_back) for _, held_back in parts]
[2, 2, 2]
>>> np.sort(np.concatenate([held_back for _, held_back in parts]))
array([0, 1, 2, 3, 4, 5])
"""

import warnings
from contextlib import nullcontext
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedKFold

__all__ = ["Fold", "folds", "rarest_classes"]

Fold: TypeAlias = tuple[NDArray[np.intp], NDArray[np.intp]]
"""Numbers of the rows to train on, and of those held back."""

# Of which a single fold holds back one.
_N_PARTS = 5


def folds(
    targets: NDArray[np.intp],
    n_folds: int,
    *,
    seed: int,
    groups: NDArray[np.intp] | None = None,
) -> list[Fold]:
    """Split rows into parts with the classes in proportion, each of which is held back once.

    No row is held back if it would leave its class without any row, or group, to train on.

    Parameters
    ----------
    targets : array of shape (n_samples,)
        Class indices.
    n_folds : int
        With 1, a fifth of the rows is held back. There are no more folds than rows, or groups, of
        the largest class.
    seed : int
    groups : array of shape (n_samples,), optional
        The same number for rows that are held back together. Each group counts as one row of the
        rarest class in it.

    Returns
    -------
    list of Fold
        Empty if no row can be held back.
    """
    if groups is not None:
        classes, numbers = rarest_classes(targets, groups)
        return [
            (
                np.flatnonzero(np.isin(numbers, training)),
                np.flatnonzero(np.isin(numbers, held_back)),
            )
            for training, held_back in folds(classes, n_folds, seed=seed)
        ]
    n_parts = min(n_folds if n_folds > 1 else _N_PARTS, np.bincount(targets).max())
    found: list[Fold] = []
    if n_parts < 2:
        return found
    splitter = StratifiedKFold(n_parts, shuffle=True, random_state=seed)
    sizes = np.bincount(targets)
    # It warns of a class with fewer rows than folds. Filters are the whole process's, so that other
    # threads are disturbed only where it must be.
    is_rare = sizes[sizes > 0].min() < n_parts
    with warnings.catch_warnings() if is_rare else nullcontext():
        if is_rare:
            warnings.simplefilter("ignore", UserWarning)
        splits = list(splitter.split(targets, targets))[:n_folds]
    for training, held_back in splits:
        # Some of the largest class, which has rows in every part, always do.
        stay = np.isin(targets[held_back], targets[training])
        training = np.sort(np.concatenate([training, held_back[~stay]]))
        found.append((training, held_back[stay]))
    return found


def rarest_classes(
    targets: NDArray[np.intp], groups: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the class in each group that the fewest groups have, and the group of each row.

    Parameters
    ----------
    targets : array of shape (n_samples,)
        Class indices.
    groups : array of shape (n_samples,)
        The same number for rows of the same group.

    Returns
    -------
    classes : array of shape (n_groups,)
    numbers : array of shape (n_samples,)
        From 0.

    Examples
    --------
    >>> rarest_classes(np.array([0, 1, 0, 0, 2]), np.array([7, 7, 8, 9, 9]))
    (array([1, 0, 2]), array([0, 0, 1, 2, 2]))
    """
    _, numbers = np.unique(groups, return_inverse=True)
    n_classes = targets.max() + 1
    group, target = np.divmod(np.unique(numbers * n_classes + targets), n_classes)
    n_groups = np.bincount(target)[target]
    order = np.lexsort([n_groups, group])
    _, first = np.unique(group[order], return_index=True)
    return target[order][first], numbers
