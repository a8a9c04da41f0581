"""Optimizers: from a gradient to the next parameters.

All parameters of a network are one flat vector. What an optimizer remembers between steps, its
*moments*, is an array of shape ``(n_moments, n_parameters)``. A step is a pure function: it
returns new parameters and new moments.

How to add an optimizer:

1. subclass :class:`Optimizer` below: ``n_moments`` and the formula in ``step``;
2. add one instance to :data:`OPTIMIZERS`: now estimators know its name, the reference engine
   trains with it, and the tests let it walk down a valley and ask for its docstrings;
3. for the compiled engine, add it to ``cpp/optimizers.hpp``, and to ``serves``, ``OPTIMIZERS`` and
   ``_describe_optimizer_anew`` in ``engine/compiled.py``: the tests of parity go over
   ``OPTIMIZERS``, and fail without it.

To offer it in the playground, too, see ``playground/state.py``.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field

from errorest.maths.arrays import Array, as_floating

__all__ = ["OPTIMIZERS", "SGD", "Adam", "AdamW", "Optimizer"]


class Optimizer(ABC):
    """A rule for one step downhill.

    Attributes
    ----------
    clip_norm : float or None
        A longer gradient is shortened to this Euclidean length before the step.
    """

    clip_norm: float | None = None

    def __post_init__(self) -> None:
        if self.clip_norm is not None and not self.clip_norm > 0:
            raise ValueError(f"clip_norm must be above 0, not {self.clip_norm}")

    @property
    @abstractmethod
    def n_moments(self) -> int:
        """How many vectors the rule remembers between steps."""

    @abstractmethod
    def step(
        self,
        parameters: Array,
        gradient: Array,
        moments: Array,
        *,
        learning_rate: float,
        n_steps: int,
        rates: Array | float = 1.0,
        decayed: Array | float = 1.0,
        decay: float = 1.0,
    ) -> tuple[Array, Array]:
        """Make one step.

        Parameters
        ----------
        parameters, gradient : arrays of shape (n_parameters,)
        moments : array of shape (n_moments, n_parameters)
            What the previous step returned, or :meth:`start`.
        learning_rate : float
        n_steps : int
            How many steps were made before this one.
        rates : array of shape (n_parameters,), default=1
            Factor of the learning rate for each parameter's gradient; not for its decay.
        decayed : array of shape (n_parameters,), default=1
            Which share of the weight decay applies to each parameter: 0 for biases.
        decay : float, default=1
            By which all weight decay is multiplied at this step.

        Returns
        -------
        tuple of arrays
            The new parameters and the new moments.
        """

    def start(self, parameters: Array) -> Array:
        """Return the moments before the first step: zeros."""
        xp, parameters = as_floating(parameters)
        return xp.zeros((self.n_moments, parameters.shape[0]), dtype=parameters.dtype)

    def clipped(self, gradient: Array) -> Array:
        """Return a gradient that is no longer than ``clip_norm`` (Pascanu et al. 2013)."""
        xp, gradient = as_floating(gradient)
        if self.clip_norm is None:
            return gradient
        longest = xp.asarray(self.clip_norm, dtype=gradient.dtype)
        # In such units, the square of no component is too large a number.
        unit = xp.maximum(xp.max(xp.abs(gradient)), longest)
        length = xp.sqrt(xp.sum((gradient / unit) ** 2))
        is_longer = length > longest / unit
        factor = longest / xp.where(is_longer, length, xp.ones_like(length))
        return xp.where(is_longer, gradient / unit * factor, gradient)


@dataclass(frozen=True)
class SGD(Optimizer):
    """Stochastic gradient descent ``w -= a g``, with optional momentum.

    With momentum m the velocity ``v = m v - a g`` is added to w (Polyak 1964); with Nesterov's
    look-ahead, ``m v - a g`` of the new velocity is added (Nesterov 1983, in the form of
    Sutskever et al. 2013).

    Parameters
    ----------
    momentum : float in [0, 1], default=0
    nesterov : bool, default=False
    clip_norm : float, optional
        As for every :class:`Optimizer`.

    Raises
    ------
    ValueError
        If a parameter is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> sgd = SGD()
    >>> parameters, moments = np.array([1.0]), sgd.start(np.array([1.0]))
    >>> sgd.step(parameters, np.array([0.5]), moments, learning_rate=0.1, n_steps=0)[0]
    array([0.95])
    """

    momentum: float = 0.0
    nesterov: bool = False
    clip_norm: float | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 <= self.momentum <= 1:
            raise ValueError(f"momentum must be from 0 to 1, not {self.momentum}")

    @property
    def n_moments(self) -> int:
        return 1 if self.momentum > 0 else 0

    def step(
        self,
        parameters: Array,
        gradient: Array,
        moments: Array,
        *,
        learning_rate: float,
        n_steps: int,
        rates: Array | float = 1.0,
        decayed: Array | float = 1.0,
        decay: float = 1.0,
    ) -> tuple[Array, Array]:
        downhill = learning_rate * rates * self.clipped(gradient)
        if self.n_moments == 0:
            return parameters - downhill, moments
        velocity = self.momentum * moments[0, :] - downhill
        move = self.momentum * velocity - downhill if self.nesterov else velocity
        return parameters + move, velocity[None, :]


@dataclass(frozen=True)
class Adam(Optimizer):
    """Adaptive moment estimation (Kingma and Ba 2015, algorithm 1).

    Parameters
    ----------
    beta_1, beta_2 : float in [0, 1), default=0.9 and 0.999
        Decay rates of the running means of the gradient and of its square.
    epsilon : float, default=1e-8
    clip_norm : float, optional
        As for every :class:`Optimizer`.

    Raises
    ------
    ValueError
        If a parameter is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> adam, parameters = Adam(), np.array([1.0])
    >>> moments = adam.start(parameters)
    >>> adam.step(parameters, np.array([5.0]), moments, learning_rate=0.1, n_steps=0)[0].round(6)
    array([0.9])
    """

    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8
    clip_norm: float | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        for name, beta in {"beta_1": self.beta_1, "beta_2": self.beta_2}.items():
            if not 0 <= beta < 1:
                raise ValueError(f"{name} must be at least 0 and less than 1, not {beta}")
        if not self.epsilon > 0:
            raise ValueError(f"epsilon must be above 0, not {self.epsilon}")

    @property
    def n_moments(self) -> int:
        return 2

    def step(
        self,
        parameters: Array,
        gradient: Array,
        moments: Array,
        *,
        learning_rate: float,
        n_steps: int,
        rates: Array | float = 1.0,
        decayed: Array | float = 1.0,
        decay: float = 1.0,
    ) -> tuple[Array, Array]:
        xp, gradient = as_floating(self.clipped(gradient))
        mean = self.beta_1 * moments[0, :] + (1 - self.beta_1) * gradient
        square = self.beta_2 * moments[1, :] + (1 - self.beta_2) * gradient**2
        unbiased_mean = mean / (1 - self.beta_1 ** (n_steps + 1))
        unbiased_square = square / (1 - self.beta_2 ** (n_steps + 1))
        move = learning_rate * rates * unbiased_mean / (xp.sqrt(unbiased_square) + self.epsilon)
        return parameters - move, xp.stack([mean, square])


@dataclass(frozen=True)
class AdamW(Adam):
    """Adam with decoupled weight decay (Loshchilov and Hutter 2019).

    Before Adam's own step, each decayed weight shrinks by ``learning_rate * weight_decay``.

    Parameters
    ----------
    beta_1, beta_2 : float in [0, 1), default=0.9 and 0.999
        As for :class:`Adam`.
    epsilon : float, default=1e-8
    weight_decay : float, default=0.01
    clip_norm : float, optional
        As for every :class:`Optimizer`.

    Raises
    ------
    ValueError
        If a parameter is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> adamw, parameters = AdamW(weight_decay=0.5), np.array([1.0])
    >>> moments = adamw.start(parameters)
    >>> adamw.step(parameters, np.array([5.0]), moments, learning_rate=0.1, n_steps=0)[0].round(6)
    array([0.85])
    """

    weight_decay: float = 0.01

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.weight_decay >= 0:
            raise ValueError(f"weight_decay must not be negative, but is {self.weight_decay}")

    def step(
        self,
        parameters: Array,
        gradient: Array,
        moments: Array,
        *,
        learning_rate: float,
        n_steps: int,
        rates: Array | float = 1.0,
        decayed: Array | float = 1.0,
        decay: float = 1.0,
    ) -> tuple[Array, Array]:
        shrinkage = learning_rate * self.weight_decay * decay * decayed
        return super().step(
            parameters - shrinkage * parameters,
            gradient,
            moments,
            learning_rate=learning_rate,
            n_steps=n_steps,
            rates=rates,
        )


OPTIMIZERS: dict[str, Optimizer] = {"sgd": SGD(), "adam": Adam(), "adamw": AdamW()}
