"""Initializers: the random parameters that a training starts from.

The spread follows from how many edges come in (``fan_in``) and go out (``fan_out``), so that
neither the outputs on the way forward nor the gradients on the way back grow or fade from
layer to layer.
"""

import math
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from errorest.maths.activations import GELU, SELU, Activation, LeakyReLU, ReLU

__all__ = ["Initializer", "glorot_uniform", "he_uniform", "initializer_for", "lecun_normal"]


class Initializer(Protocol):
    """Draws an array of parameters."""

    def __call__(
        self, rng: np.random.Generator, shape: tuple[int, ...], *, fan_in: int, fan_out: int
    ) -> NDArray[np.float64]:
        """Return an array of this shape, drawn with this generator."""


def glorot_uniform(
    rng: np.random.Generator, shape: tuple[int, ...], *, fan_in: int, fan_out: int
) -> NDArray[np.float64]:
    """Draw uniform numbers with variance ``2 / (fan_in + fan_out)`` (Glorot and Bengio 2010).

    Parameters
    ----------
    rng : Generator
    shape : tuple of int
    fan_in, fan_out : int
        Number of inputs of a unit, and of units that it feeds.

    Returns
    -------
    float64 array of that shape

    Examples
    --------
    >>> weights = glorot_uniform(np.random.default_rng(0), (2, 4), fan_in=2, fan_out=4)
    >>> weights.shape, bool(np.abs(weights).max() <= 1)
    ((2, 4), True)
    """
    bound = math.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-bound, bound, shape)


def he_uniform(
    rng: np.random.Generator, shape: tuple[int, ...], *, fan_in: int, fan_out: int
) -> NDArray[np.float64]:
    """Draw uniform numbers with variance ``2 / fan_in``, for rectified units (He et al. 2015).

    Parameters
    ----------
    rng : Generator
    shape : tuple of int
    fan_in, fan_out : int
        Number of inputs of a unit, and of units that it feeds.

    Returns
    -------
    float64 array of that shape

    Examples
    --------
    >>> weights = he_uniform(np.random.default_rng(0), (6, 4), fan_in=6, fan_out=4)
    >>> weights.shape, bool(np.abs(weights).max() <= 1)
    ((6, 4), True)
    """
    bound = math.sqrt(6 / fan_in)
    return rng.uniform(-bound, bound, shape)


def lecun_normal(
    rng: np.random.Generator, shape: tuple[int, ...], *, fan_in: int, fan_out: int
) -> NDArray[np.float64]:
    """Draw normal numbers with variance ``1 / fan_in``, for SELU (LeCun et al. 1998).

    Parameters
    ----------
    rng : Generator
    shape : tuple of int
    fan_in, fan_out : int
        Number of inputs of a unit, and of units that it feeds.

    Returns
    -------
    float64 array of that shape

    Examples
    --------
    >>> weights = lecun_normal(np.random.default_rng(0), (4, 5000), fan_in=4, fan_out=5000)
    >>> weights.shape, round(float(weights.var()), 2)
    ((4, 5000), 0.25)
    """
    return rng.normal(0, 1 / math.sqrt(fan_in), shape)


def initializer_for(activation: Activation) -> Initializer:
    """Choose the initializer whose assumptions an activation meets.

    Parameters
    ----------
    activation : Activation

    Returns
    -------
    callable
        Such as :func:`glorot_uniform`.

    Examples
    --------
    >>> from errorest.maths import relu, selu, tanh
    >>> [initializer_for(activation).__name__ for activation in (tanh, relu, selu)]
    ['glorot_uniform', 'he_uniform', 'lecun_normal']
    """
    if isinstance(activation, ReLU | LeakyReLU | GELU):
        return he_uniform
    if isinstance(activation, SELU):
        return lecun_normal
    return glorot_uniform
