"""Random bits that any engine can compute for itself, in any order and on any thread.

The i-th number is a hash of the seed, the stream and i (SplitMix64: Steele, Lea and Flood
2014). Nothing is carried from one number to the next, so an epoch's shuffle can be repeated
after a crash, and two engines agree on it to the bit.
"""

import numpy as np
from numpy.typing import NDArray

__all__ = ["random_bits", "random_order"]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def random_bits(seed: int, stream: int, n: int) -> NDArray[np.uint64]:
    """Return n independent 64-bit numbers.

    Parameters
    ----------
    seed : int in [0, 2**64)
    stream : int in [0, 2**64)
        What the numbers are for, such as the epoch: different streams are independent.
    n : int

    Returns
    -------
    uint64 array of shape (n,)

    Examples
    --------
    >>> bool((random_bits(0, 1, 5)[:3] == random_bits(0, 1, 3)).all())
    True
    """
    key = _mix(np.array([seed], dtype=np.uint64))
    key = _mix(key + np.array([stream], dtype=np.uint64) * _GOLDEN)
    return _mix(key + np.arange(1, n + 1, dtype=np.uint64) * _GOLDEN)


def random_order(seed: int, stream: int, n: int) -> NDArray[np.intp]:
    """Return the numbers 0 .. n - 1 in random order.

    Number i comes to a random one of the places 0 .. i, and what was there moves to place i: the
    shuffle of Fisher and Yates, as Durstenfeld (1964) wrote it, with its steps in the other order.
    The place is floor((i + 1) h / 2^32), h being the upper half of the i-th of the
    :func:`errorest.maths.random_bits`.

    Parameters
    ----------
    seed, stream, n
        As for :func:`errorest.maths.random_bits`; n is less than 2**32.

    Returns
    -------
    integer array of shape (n,)

    Examples
    --------
    >>> sorted(random_order(0, 1, 5).tolist())
    [0, 1, 2, 3, 4]
    """
    half = np.uint64(32)
    places = random_bits(seed, stream, n) >> half
    places *= np.arange(1, n + 1, dtype=np.uint64)
    places >>= half
    order = list(range(n))
    for i, place in enumerate(places.tolist()):
        order[i] = order[place]
        order[place] = i
    return np.array(order, dtype=np.intp)


def _mix(bits: NDArray[np.uint64]) -> NDArray[np.uint64]:
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))
