"""Activation functions and their derivatives.

An activation turns a unit's logit ``z = W x + b`` into its output. Each one is a small frozen
object: call it for the value, call its ``derivative`` for the slope.

How to add an activation:

1. subclass :class:`Activation` below, with the formula in ``__call__`` and in ``derivative``;
2. add one instance to :data:`ACTIVATIONS`: now estimators know its name, the reference engine
   trains it, and the tests check its derivative against a numeric one (if it has a kink at 0, name
   it in ``KINKED_ACTIVATIONS`` there) and ask for its closed form and for its docstrings;
3. for the compiled engine, add it to ``cpp/activations.hpp`` and, in the same order, to
   ``ACTIVATIONS`` in ``engine/compiled.py``, and for ONNX to ``files/onnx_network.py``: the tests
   of both go over ``ACTIVATIONS``, and fail without it.

It may have initial weights of its own (``maths/initializers.py``), a sign in formulas
(``network/latex.py``), and a place among the playground's choices (``playground/state.py``).
"""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from numbers import Real

import numpy as np
from array_api_compat import array_namespace

from errorest.maths.arrays import Array, as_floating

__all__ = [
    "ACTIVATIONS",
    "GELU",
    "SELU",
    "Activation",
    "Identity",
    "LeakyReLU",
    "ReLU",
    "Sigmoid",
    "Step",
    "Tanh",
    "check_derivative",
    "gelu",
    "identity",
    "leaky_relu",
    "relu",
    "selu",
    "sigmoid",
    "step",
    "tanh",
]


class Activation(ABC):
    """An elementwise function with its derivative.

    Both methods take logits of any shape, as an array of any array-API library, a number or a
    list, and return the same shape. A subclass with these two methods can be given to an
    estimator wherever an activation's name is accepted.

    Examples
    --------
    >>> class Square(Activation):
    ...     def __call__(self, logits):
    ...         return logits**2
    ...
    ...     def derivative(self, logits):
    ...         return 2 * logits
    >>> check_derivative(Square())
    >>> Square()(3.0), Square().derivative(3.0)
    (9.0, 6.0)
    """

    @abstractmethod
    def __call__(self, logits: Array) -> Array:
        """Return the outputs for these logits."""

    @abstractmethod
    def derivative(self, logits: Array) -> Array:
        """Return d output / d logit at these logits."""


def _check_finite(name: str, value: object) -> None:
    if not (isinstance(value, Real) and math.isfinite(value)):
        raise ValueError(f"{name} must be a finite number, not {value!r}")


@dataclass(frozen=True)
class Step(Activation):
    """Heaviside step: 1 if z >= 0, else 0 (Rosenblatt 1958). Its derivative is 0.

    Examples
    --------
    >>> step([-1.0, 0.0, 1.0])
    array([0., 1., 1.])
    """

    def __call__(self, logits: Array) -> Array:
        xp, z = as_floating(logits)
        return xp.astype(z >= 0, z.dtype)

    def derivative(self, logits: Array) -> Array:
        xp, z = as_floating(logits)
        return xp.zeros_like(z)


@dataclass(frozen=True)
class Sigmoid(Activation):
    """Logistic function 1 / (1 + exp(-z)) (Verhulst 1845), with slope sigmoid (1 - sigmoid).

    Examples
    --------
    >>> sigmoid(0.0), sigmoid.derivative(0.0)
    (np.float64(0.5), np.float64(0.25))
    """

    def __call__(self, logits: Array) -> Array:
        xp, z = as_floating(logits)
        # exp(-|z|) never overflows.
        exponential = xp.exp(-xp.abs(z))
        return xp.where(z >= 0, xp.ones_like(z), exponential) / (1 + exponential)

    def derivative(self, logits: Array) -> Array:
        xp, z = as_floating(logits)
        exponential = xp.exp(-xp.abs(z))
        return exponential / (1 + exponential) ** 2


@dataclass(frozen=True)
class Tanh(Activation):
    """Hyperbolic tangent (in networks: LeCun et al. 1998), with derivative 1 - tanh^2.

    Examples
    --------
    >>> tanh([-1.0, 0.0, 1.0]).round(4)
    array([-0.7616,  0.    ,  0.7616])
    """

    def __call__(self, logits: Array) -> Array:
        xp, z = as_floating(logits)
        return xp.tanh(z)

    def derivative(self, logits: Array) -> Array:
        xp, z = as_floating(logits)
        return 1 - xp.tanh(z) ** 2


@dataclass(frozen=True)
class ReLU(Activation):
    """Rectified linear unit max(z, 0) (Nair and Hinton 2010). The derivative at 0 is 0.

    Examples
    --------
    >>> relu([-2.0, 0.0, 3.0])
    array([0., 0., 3.])
    """

    def __call__(self, logits: Array) -> Array:
        xp, z = as_floating(logits)
        return xp.where(z > 0, z, xp.zeros_like(z))

    def derivative(self, logits: Array) -> Array:
        xp, z = as_floating(logits)
        return xp.astype(z > 0, z.dtype)


@dataclass(frozen=True)
class LeakyReLU(Activation):
    """max(z, 0) + slope min(z, 0) (Maas, Hannun and Ng 2013). The derivative at 0 is the slope.

    Parameters
    ----------
    slope : float, default=0.01
        Of the part below 0.

    Raises
    ------
    ValueError
        If the slope is not a finite number.

    Examples
    --------
    >>> LeakyReLU(slope=0.1)([-2.0, 0.0, 3.0])
    array([-0.2,  0. ,  3. ])
    """

    slope: float = 0.01

    def __post_init__(self) -> None:
        _check_finite("slope", self.slope)

    def __call__(self, logits: Array) -> Array:
        xp, z = as_floating(logits)
        return xp.where(z > 0, z, self.slope * z)

    def derivative(self, logits: Array) -> Array:
        xp, z = as_floating(logits)
        return xp.where(z > 0, xp.ones_like(z), self.slope * xp.ones_like(z))


@dataclass(frozen=True)
class SELU(Activation):
    """Scaled exponential linear unit (Klambauer et al. 2017).

    ``scale z`` for positive z, ``scale alpha (exp(z) - 1)`` otherwise, with the two constants
    that keep mean 0 and variance 1 from layer to layer.

    Parameters
    ----------
    scale : float, default=1.0507009873554805
    alpha : float, default=1.6732632423543772

    Raises
    ------
    ValueError
        If one of them is not a finite number.

    Examples
    --------
    >>> selu([-1.0, 0.0, 1.0]).round(4)
    array([-1.1113,  0.    ,  1.0507])
    """

    scale: float = 1.0507009873554805
    alpha: float = 1.6732632423543772

    def __post_init__(self) -> None:
        _check_finite("scale", self.scale)
        _check_finite("alpha", self.alpha)

    def __call__(self, logits: Array) -> Array:
        xp, z = as_floating(logits)
        negative = xp.where(z < 0, z, xp.zeros_like(z))
        return self.scale * xp.where(z > 0, z, self.alpha * xp.expm1(negative))

    def derivative(self, logits: Array) -> Array:
        xp, z = as_floating(logits)
        negative = xp.where(z < 0, z, xp.zeros_like(z))
        return self.scale * xp.where(z > 0, xp.ones_like(z), self.alpha * xp.exp(negative))


@dataclass(frozen=True)
class GELU(Activation):
    """Gaussian error linear unit in its tanh form (Hendrycks and Gimpel 2016).

    ``z (1 + tanh u) / 2`` with ``u = sqrt(2 / pi) (z + 0.044715 z^3)``. The array API has no
    error function, so the tanh form is the definition here, not an approximation of it.

    Examples
    --------
    >>> gelu([-1.0, 0.0, 1.0]).round(4)
    array([-0.1588,  0.    ,  0.8412])
    """

    def __call__(self, logits: Array) -> Array:
        xp, z = as_floating(logits)
        return z * ((1 + xp.tanh(self._inner(self._near_0(z)))) / 2)

    def derivative(self, logits: Array) -> Array:
        xp, z = as_floating(logits)
        z = self._near_0(z)
        tangent = xp.tanh(self._inner(z))
        slope = math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * z**2)
        return (1 + tangent + z * (1 - tangent**2) * slope) / 2

    @staticmethod
    def _near_0(z: Array) -> Array:
        # Beyond, tanh u is -1 or 1 to the last digit, and the powers of z may be too large.
        return array_namespace(z).clip(z, -10, 10)

    @staticmethod
    def _inner(z: Array) -> Array:
        return math.sqrt(2 / math.pi) * (z + 0.044715 * z**3)


@dataclass(frozen=True)
class Identity(Activation):
    """The logit itself, with derivative 1.

    Examples
    --------
    >>> identity([-2.0, 3.0]), identity.derivative([-2.0, 3.0])
    (array([-2.,  3.]), array([1., 1.]))
    """

    def __call__(self, logits: Array) -> Array:
        _, z = as_floating(logits)
        return z

    def derivative(self, logits: Array) -> Array:
        xp, z = as_floating(logits)
        return xp.ones_like(z)


step = Step()
sigmoid = Sigmoid()
tanh = Tanh()
relu = ReLU()
leaky_relu = LeakyReLU()
selu = SELU()
gelu = GELU()
identity = Identity()

ACTIVATIONS: dict[str, Activation] = {
    "identity": identity,
    "step": step,
    "sigmoid": sigmoid,
    "tanh": tanh,
    "relu": relu,
    "leaky_relu": leaky_relu,
    "selu": selu,
    "gelu": gelu,
}


def check_derivative(activation: Activation) -> None:
    """Compare an activation's derivative with central differences of its values.

    Parameters
    ----------
    activation : Activation

    Raises
    ------
    ValueError
        If they differ, or the outputs have another shape than the logits.

    Examples
    --------
    >>> class Square(Activation):
    ...     def __call__(self, logits):
    ...         return logits**2
    ...
    ...     def derivative(self, logits):
    ...         return logits
    >>> check_derivative(Square())
    Traceback (most recent call last):
    ...
    ValueError: the derivative of Square is wrong: at the logit -4.97 it is -4.97, but the outputs
    there rise by -9.94 per unit
    """
    h = 1e-5
    # None of these is a number at which a formula is likely to have a kink.
    z = np.linspace(-4.97, 5.03, 101)[:, None]
    name = type(activation).__name__
    outputs, slopes = np.asarray(activation(z)), np.asarray(activation.derivative(z))
    if outputs.shape != z.shape or slopes.shape != z.shape:
        raise ValueError(f"{name} must return outputs and derivatives of the shape of the logits")
    numeric = (np.asarray(activation(z + h)) - np.asarray(activation(z - h))) / (2 * h)
    wrong = ~np.isclose(slopes, numeric, rtol=1e-3, atol=1e-5)
    if wrong.any():
        at = np.flatnonzero(wrong)[0]
        raise ValueError(
            f"the derivative of {name} is wrong: at the logit {z[at, 0]:.2f} it is "
            f"{slopes[at, 0]:.4g}, but the outputs there rise by {numeric[at, 0]:.4g} per unit"
        )
