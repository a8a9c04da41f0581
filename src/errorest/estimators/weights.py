"""Weights of rows: the user's own, and what ``class_weight`` makes of them.

>>> import numpy as np
>>> with_class_weight(np.array([1.0, 2.0]), np.array([1.0, 0.5]), {"no": 1, "yes": 0.5})
array([1., 1.])
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["check_class_weights", "with_class_weight"]


def check_class_weights(factors: NDArray[np.floating], class_weight: Any) -> None:
    """Check the weights of classes that a setting asks for.

    Raises
    ------
    ValueError
        If one is negative or not finite.
    """
    if not (np.isfinite(factors).all() and (factors >= 0).all()):
        raise ValueError(f"class_weight must be finite and not negative, got {class_weight}")


def with_class_weight(
    sample_weight: NDArray[np.floating] | None, factors: NDArray[np.floating], class_weight: Any
) -> NDArray[np.floating]:
    """Multiply each row's weight by that of its class.

    Parameters
    ----------
    sample_weight : array of shape (n_samples,), optional
    factors : array of shape (n_samples,)
        The weights of the rows' classes.
    class_weight
        The setting that they come from.

    Returns
    -------
    array of shape (n_samples,)

    Raises
    ------
    ValueError
        If a factor is negative or not finite, or no weight is left.
    """
    check_class_weights(factors, class_weight)
    weights: NDArray[np.floating] = factors if sample_weight is None else sample_weight * factors
    if not weights.any():
        raise ValueError(f"class_weight={class_weight} leaves no row with a weight above 0")
    return weights
