"""Dropout: at each step of a training, a random share of a layer's outputs is zeroed.

The others are divided by the share that is left, which keeps the mean (Srivastava et al. 2014).
What decides about an output are 16 random bits, which are four times as quick to draw as 64, so
the share is a multiple of 1 / 65,536: the largest that is not above ``dropout``. (A dropout below
the first of them drops nothing.)
"""

import numpy as np
from numpy.typing import NDArray

from errorest.maths.random_bits import random_bits

__all__ = ["check_dropout", "dropout_mask"]

_BITS = 16
_PER_HASH = 4


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
    """Return a random factor for each output: 0, or about ``1 / (1 - dropout)``.

    Parameters
    ----------
    dropout : float in [0, 1)
    shape : tuple of int
        Numbers of rows and outputs.
    seed, stream : int
        As for :func:`errorest.maths.random_bits`. Each row takes as many of these numbers as it
        needs, 16 bits for each output, from the lowest on.

    Returns
    -------
    array of this shape
    """
    n_rows, n_outputs = shape
    n_hashes = -(-n_outputs // _PER_HASH)
    hashes = random_bits(seed, stream, n_rows * n_hashes).reshape(n_rows, n_hashes, 1)
    shifts = np.arange(_PER_HASH, dtype=np.uint64) * np.uint64(_BITS)
    numbers = (hashes >> shifts) % np.uint64(2**_BITS)
    threshold = int(dropout * 2**_BITS)
    kept = numbers.reshape(n_rows, -1)[:, :n_outputs] >= np.uint64(threshold)
    mask: NDArray[np.float64] = kept * (2**_BITS / (2**_BITS - threshold))
    return mask
