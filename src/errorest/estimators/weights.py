"""Weights of rows: the user's own, and what ``class_weight`` makes of them.

>>> import numpy as np
>>> own, classes, targets = np.array([1.0, 2.0]), np.array(["no", "yes"]), np.array([0, 1])
>>> with_class_weight(own, {"no": 1, "yes": 0.5}, classes, targets, np.float64)
array([1., 1.])
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray
from sklearn.utils import compute_class_weight, compute_sample_weight
from sklearn.utils.validation import _check_sample_weight

__all__ = ["balanced_weights", "checked_weights", "class_weights", "with_class_weight"]


def checked_weights(
    sample_weight: ArrayLike | None, rows: Any, dtype: DTypeLike | None = None
) -> NDArray[np.floating] | None:
    """Return a user's weights of rows, by default in the rows' own type; None for None.

    Raises
    ------
    ValueError
        If they are not one finite number for each row, one is negative, all are 0, or their type
        has no room for the largest or their sum.
    """
    if sample_weight is None:
        return None
    weights: NDArray[np.floating] = _check_sample_weight(
        sample_weight, rows, dtype=np.float64, ensure_non_negative=True
    )
    return _with_room("sample_weight", weights, np.dtype(dtype or rows.dtype))


def _with_room(
    name: str, weights: NDArray[np.floating], dtype: np.dtype[Any]
) -> NDArray[np.floating]:
    """Return weights in a type in which shares of their sum can be worked out."""
    smallest = np.finfo(dtype).tiny
    with np.errstate(over="ignore", under="ignore"):
        weights = weights.astype(dtype, copy=False)
        is_small, is_large = weights.max() < smallest, weights.sum() > 1 / smallest
    if is_small or is_large:
        raise ValueError(
            f"{name} makes weights too {'small' if is_small else 'large'} for {dtype}: give them "
            "another scale, such as a mean of 1"
        )
    return weights


def class_weights(
    class_weight: Any,
    classes: NDArray[Any],
    labels: NDArray[Any],
    sample_weight: NDArray[np.floating] | None = None,
) -> NDArray[np.float64]:
    """Return one weight per class; of "balanced" ones, so that all classes weigh the same.

    Parameters
    ----------
    class_weight : dict, "balanced" or None
    classes : array of shape (n_classes,)
    labels : array of shape (n_samples,)
    sample_weight : array of shape (n_samples,), optional
        What each row counts in "balanced" weights.

    Raises
    ------
    ValueError
        If one is negative or not finite, or has no class.
    """
    if class_weight is None:
        return np.ones(len(classes))
    with np.errstate(divide="ignore"):
        weights: NDArray[np.float64] = compute_class_weight(
            class_weight, classes=classes, y=labels, sample_weight=sample_weight
        )
    _check_class_weights(weights, class_weight)
    return weights


def balanced_weights(labels: NDArray[Any], sample_weight: ArrayLike | None) -> Any:
    """Return the "balanced" weight of each class; of several labels, those of each.

    Parameters
    ----------
    labels : array of shape (n_samples,) or (n_samples, n_labels)
    sample_weight : array-like of shape (n_samples,), optional

    Raises
    ------
    ValueError
        If no row of a class counts; of several labels, some may not occur.

    Examples
    --------
    >>> balanced_weights(np.array(["no", "no", "yes", "no"]), [1, 1, 2, 0])
    {'no': 1.0, 'yes': 1.0}
    """
    own = None if sample_weight is None else np.broadcast_to(sample_weight, len(labels))
    if labels.ndim == 2:
        if own is not None and own.any():
            # Among rows that count, a label may not occur.
            labels, own = labels[own > 0], own[own > 0]
        return [balanced_weights(column, own) for column in labels.T]
    classes = np.unique(labels)
    weights = class_weights("balanced", classes, labels, own)
    return dict(zip(classes.tolist(), weights.tolist(), strict=True))


def _check_class_weights(factors: NDArray[np.floating], class_weight: Any) -> None:
    if not (np.isfinite(factors).all() and (factors >= 0).all()):
        if isinstance(class_weight, str):
            raise ValueError(f"class_weight={class_weight!r} needs rows of every class that count")
        raise ValueError(f"class_weight must be finite and not negative, got {class_weight}")


def with_class_weight(
    sample_weight: NDArray[np.floating] | None,
    class_weight: Any,
    classes: NDArray[Any],
    targets: NDArray[Any],
    dtype: DTypeLike,
) -> NDArray[np.floating] | None:
    """Multiply each row's weight by that of its class, or those of its labels.

    Parameters
    ----------
    sample_weight : array of shape (n_samples,), optional
    class_weight : dict, "balanced" or None; of labels a list of dicts, too
    classes : array of shape (n_classes,)
    targets : array of shape (n_samples,) or (n_samples, n_labels)
        Class indices, or a matrix of 0 and 1.
    dtype : numpy dtype
        Of the class weights.

    Returns
    -------
    array of shape (n_samples,), or None where neither weighs the rows

    Raises
    ------
    ValueError
        If a class's weight is negative or not finite, no weight is left, or their type has no room
        for them.
    """
    if class_weight is None:
        return sample_weight
    if targets.ndim == 2:
        of_labels = class_weight
        if class_weight == "balanced":
            of_labels = balanced_weights(targets, sample_weight)
        factors = compute_sample_weight(of_labels, targets).astype(dtype)
    else:
        of_class = class_weights(class_weight, classes, classes[targets], sample_weight)
        factors = of_class[targets].astype(dtype)
    _check_class_weights(factors, class_weight)
    with np.errstate(over="ignore", under="ignore"):
        weights: NDArray[np.floating] = (
            factors if sample_weight is None else sample_weight * factors
        )
    if not weights.any():
        raise ValueError(f"class_weight={class_weight} leaves no row with a weight above 0")
    return _with_room(f"class_weight={class_weight}", weights, weights.dtype)
