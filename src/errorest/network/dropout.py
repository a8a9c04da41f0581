"""Dropout: at each step of a training, a random share of a layer's outputs is zeroed.

The others are divided by ``1 - dropout``, which keeps the mean (Srivastava et al. 2014).
"""

import numpy as np
from numpy.typing import NDArray

from errorest.maths.random_bits import random_bits

__all__ = ["check_dropout", "dropout_mask"]


def check_dropout(dropout: float) -> None:
    """Refuse a dropout that is out of range.

    Raises
    ------
    ValueError
    """
    if not 0 <= dropout < 1:
        raise ValueError(f"dropout must be at least 0 and less than 1, not {dropout}")


def dropout_mask(
    dropout: float, shape: tuple[int, int], *, seed: int, stream: int
) -> NDArray[np.float64]:
    """Return a random factor for each output: 0, or ``1 / (1 - dropout)``.

    Parameters
    ----------
    dropout : float in [0, 1)
    shape : tuple of int
        Numbers of rows and outputs.
    seed, stream : int
        As for :func:`errorest.maths.random_bits`, whose numbers decide row by row.

    Returns
    -------
    array of this shape
    """
    n_rows, n_outputs = shape
    kept = random_bits(seed, stream, n_rows * n_outputs) >= np.uint64(int(dropout * 2.0**64))
    return kept.reshape(shape) / (1 - dropout)
