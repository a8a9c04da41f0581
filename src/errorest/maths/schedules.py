"""Schedules: by which factor the learning rate, or the regularization, is multiplied at each step.

A schedule is called with the numbers of the steps (from 0) and the number of all planned
steps, and returns one factor per step.
"""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass

from errorest.maths.arrays import Array, as_floating

__all__ = [
    "SCHEDULES",
    "Constant",
    "Cosine",
    "CosineLog",
    "FlatCosine",
    "InverseScaling",
    "OneCycle",
    "Schedule",
    "StepDecay",
]


class Schedule(ABC):
    """A factor that depends on the progress of the training.

    Examples
    --------
    >>> import numpy as np
    >>> class Halves(Schedule):
    ...     def __call__(self, steps, n_steps):
    ...         return 0.5 ** np.asarray(steps)
    >>> Halves()([0, 1, 2], 3)
    array([1.  , 0.5 , 0.25])
    """

    @abstractmethod
    def __call__(self, steps: Array, n_steps: int) -> Array:
        """Return the factors.

        Parameters
        ----------
        steps : array of shape (n,)
            Step numbers, the first step of the training being 0.
        n_steps : int
            How many steps are planned in all.

        Returns
        -------
        array of shape (n,)
        """


@dataclass(frozen=True)
class Constant(Schedule):
    """The same learning rate at every step.

    Examples
    --------
    >>> Constant()([0, 50, 100], 100)
    array([1., 1., 1.])
    """

    def __call__(self, steps: Array, n_steps: int) -> Array:
        xp, steps = as_floating(steps)
        return xp.ones_like(steps)


@dataclass(frozen=True)
class InverseScaling(Schedule):
    """``1 / (t + 1) ** power`` (Robbins and Monro 1951 ask for a power in (0.5, 1]).

    By default, t is the number of the step. In scikit-learn, it is the number of rows seen before
    the epoch: ``InverseScaling(power, epoch_steps, epoch_rows)``.

    Parameters
    ----------
    power : float, default=0.5
    epoch_steps : int, default=1
        t grows after this many steps.
    epoch_rows : int, default=1
        By how much t grows.

    Raises
    ------
    ValueError
        If the power is negative.

    Examples
    --------
    >>> InverseScaling(power=0.5)([0, 3, 99], 100)
    array([1. , 0.5, 0.1])
    """

    power: float = 0.5
    epoch_steps: int = 1
    epoch_rows: int = 1

    def __post_init__(self) -> None:
        if not self.power >= 0:
            raise ValueError(f"power must not be negative, but is {self.power}")

    def __call__(self, steps: Array, n_steps: int) -> Array:
        xp, steps = as_floating(steps)
        t = xp.floor(steps / self.epoch_steps) * self.epoch_rows
        return (t + 1) ** -self.power


@dataclass(frozen=True)
class StepDecay(Schedule):
    """Multiply by ``factor`` each time another ``1 / n_stages`` of the training is done.

    Parameters
    ----------
    factor : float, default=0.1
    n_stages : int, default=3

    Raises
    ------
    ValueError
        If the factor is not above 0, or there is no stage.

    Examples
    --------
    >>> StepDecay(factor=0.1, n_stages=2)([0, 49, 50], 100)
    array([1. , 1. , 0.1])
    """

    factor: float = 0.1
    n_stages: int = 3

    def __post_init__(self) -> None:
        if not self.factor > 0:
            raise ValueError(f"factor must be above 0, not {self.factor}")
        if not self.n_stages >= 1:
            raise ValueError(f"n_stages must be at least 1, not {self.n_stages}")

    def __call__(self, steps: Array, n_steps: int) -> Array:
        xp, steps = as_floating(steps)
        return self.factor ** xp.floor(steps * self.n_stages / n_steps)


@dataclass(frozen=True)
class Cosine(Schedule):
    """Half a cosine wave from 1 to ``final`` (Loshchilov and Hutter 2017, without restarts).

    Parameters
    ----------
    final : float, default=0
        The factor at the end.

    Raises
    ------
    ValueError
        If the final factor is negative.

    Examples
    --------
    >>> Cosine()([0, 50, 100], 100).round(3)
    array([1. , 0.5, 0. ])
    """

    final: float = 0.0

    def __post_init__(self) -> None:
        if not self.final >= 0:
            raise ValueError(f"final must not be negative, but is {self.final}")

    def __call__(self, steps: Array, n_steps: int) -> Array:
        xp, steps = as_floating(steps)
        wave = (1 + xp.cos(math.pi * steps / n_steps)) / 2
        return self.final + (1 - self.final) * wave


@dataclass(frozen=True)
class CosineLog(Schedule):
    """Cosine cycles from 0 to 1 and back, each twice as long as the one before.

    The factor at time t in [0, 1] is ``(1 - cos(2 pi log2(1 + (2 ** n_cycles - 1) t))) / 2``
    (Holzmüller, Grinsztajn and Steinwart 2024).

    Parameters
    ----------
    n_cycles : int, default=4

    Raises
    ------
    ValueError
        If there is no cycle.

    Examples
    --------
    >>> CosineLog(n_cycles=2)([0, 14, 33, 61, 100], 100).round(1)
    array([0., 1., 0., 1., 0.])
    """

    n_cycles: int = 4

    def __post_init__(self) -> None:
        if not self.n_cycles >= 1:
            raise ValueError(f"n_cycles must be at least 1, not {self.n_cycles}")

    def __call__(self, steps: Array, n_steps: int) -> Array:
        xp, steps = as_floating(steps)
        cycles = xp.log2(1 + (2**self.n_cycles - 1) * (steps / n_steps))
        return (1 - xp.cos(2 * math.pi * cycles)) / 2


@dataclass(frozen=True)
class FlatCosine(Schedule):
    """1 for the first half of the training, then half a cosine wave down to 0.

    It suits dropout and weight decay (Holzmüller, Grinsztajn and Steinwart 2024).

    Examples
    --------
    >>> FlatCosine()([0, 50, 75, 100], 100).round(3)
    array([1. , 1. , 0.5, 0. ])
    """

    def __call__(self, steps: Array, n_steps: int) -> Array:
        xp, steps = as_floating(steps)
        second_half = 2 * steps / n_steps - 1
        wave = (1 + xp.cos(math.pi * second_half)) / 2
        return xp.where(second_half < 0, xp.ones_like(steps), wave)


@dataclass(frozen=True)
class OneCycle(Schedule):
    """Up from ``initial`` to 1 and down to ``final``, both along half a cosine (Smith 2018).

    Parameters
    ----------
    peak : float in (0, 1), default=0.3
        Share of the training in which the factor rises.
    initial, final : float, default=0.04 and 0.0001
        The factors at the beginning and at the end.

    Raises
    ------
    ValueError
        If the peak is not between 0 and 1, or another factor is negative.

    Examples
    --------
    >>> OneCycle(peak=0.3, initial=0.04, final=0.01)([0, 30, 100], 100).round(4)
    array([0.04, 1.  , 0.01])
    """

    peak: float = 0.3
    initial: float = 0.04
    final: float = 0.0001

    def __post_init__(self) -> None:
        if not 0 < self.peak < 1:
            raise ValueError(f"peak must be between 0 and 1, not {self.peak}")
        for name, factor in {"initial": self.initial, "final": self.final}.items():
            if not factor >= 0:
                raise ValueError(f"{name} must not be negative, but is {factor}")

    def __call__(self, steps: Array, n_steps: int) -> Array:
        xp, steps = as_floating(steps)
        done = steps / n_steps
        up = (1 - xp.cos(math.pi * done / self.peak)) / 2
        down = (1 + xp.cos(math.pi * (done - self.peak) / (1 - self.peak))) / 2
        return xp.where(
            done < self.peak,
            self.initial + (1 - self.initial) * up,
            self.final + (1 - self.final) * down,
        )


SCHEDULES: dict[str, Schedule] = {
    "constant": Constant(),
    "invscaling": InverseScaling(),
    "step": StepDecay(),
    "cosine": Cosine(),
    "cosine_log": CosineLog(),
    "flat_cosine": FlatCosine(),
    "one_cycle": OneCycle(),
}
