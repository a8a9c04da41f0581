"""Losses: how wrong a network's logits are, and in which direction.

How to add a loss:

1. subclass :class:`errorest.maths.loss.Loss` below, with the three formulas;
2. add one instance to :data:`LOSSES`: now the reference engine trains with it, and the tests check
   its gradient against a numeric one (if it has a kink at 0, name it in ``KINKED_LOSSES`` there);
3. for the compiled engine, add it to ``cpp/losses.hpp`` and, in the same order, to ``LOSSES`` in
   ``engine/compiled.py``: the tests of parity go over ``LOSSES``, and fail without it.

Estimators take it as an object. To offer it in the playground, too, see ``playground/state.py``.
"""

from dataclasses import dataclass

from errorest.maths.activations import sigmoid, step
from errorest.maths.arrays import Array, as_floating
from errorest.maths.loss import Loss
from errorest.maths.probability import log_mean_exp, log_softmax, softmax

__all__ = [
    "LOSSES",
    "BinaryBrierLoss",
    "BinaryCrossEntropy",
    "BinaryFocalLoss",
    "BrierLoss",
    "CrossEntropy",
    "FocalLoss",
    "Loss",
    "PerceptronLoss",
    "SquaredError",
    "binary_cross_entropy",
    "cross_entropy",
    "perceptron_loss",
    "squared_error",
]


@dataclass(frozen=True)
class BinaryCrossEntropy(Loss):
    """Log-loss of independent yes-or-no outputs, summed over the outputs.

    ``-y ln p - (1 - y) ln(1 - p)`` with ``p = sigmoid(z)``, which is ``softplus(z) - y z``. Its
    gradient is ``p - y`` (Cox 1958; Bishop 2006, section 4.3.2).

    Examples
    --------
    >>> binary_cross_entropy([[0.0]], [[1.0]]).round(6)
    array([0.693147])
    >>> binary_cross_entropy.gradient([[0.0]], [[1.0]])
    array([[-0.5]])
    """

    output_name = "probability"

    def __call__(self, logits: Array, targets: Array) -> Array:
        xp, z, y = as_floating(logits, targets)
        positive = xp.where(z > 0, z, xp.zeros_like(z))
        return xp.sum(positive - y * z + xp.log1p(xp.exp(-xp.abs(z))), axis=-1)

    def gradient(self, logits: Array, targets: Array) -> Array:
        _, z, y = as_floating(logits, targets)
        return sigmoid(z) - y

    def output(self, logits: Array) -> Array:
        return sigmoid(logits)

    def mean_logits(self, logits: Array, shares: Array | None = None) -> Array:
        xp, z = as_floating(logits)
        each = None if shares is None else shares[:, None]
        # Logarithms of sigmoid(z) and 1 - sigmoid(z), each as in log_softmax.
        zero, log_sum = xp.zeros_like(z), xp.log(1 + xp.exp(-xp.abs(z)))
        yes, no = (
            log_mean_exp(xp.where(side > 0, zero, side) - log_sum, axis=1, shares=each)
            for side in (z, -z)
        )
        return yes - no


@dataclass(frozen=True)
class CrossEntropy(Loss):
    """Cross-entropy of one class out of several; the targets of a row sum to one.

    ``- sum_j y_j ln p_j`` with ``p = softmax(z)``. Its gradient is ``p - y`` (Bridle 1990;
    Bishop 2006, section 4.3.4).

    Examples
    --------
    >>> cross_entropy([[0.0, 0.0]], [[0.0, 1.0]]).round(6)
    array([0.693147])
    """

    output_name = "probability"

    def __call__(self, logits: Array, targets: Array) -> Array:
        xp, z, y = as_floating(logits, targets)
        return -xp.sum(y * log_softmax(z), axis=-1)

    def gradient(self, logits: Array, targets: Array) -> Array:
        _, z, y = as_floating(logits, targets)
        return softmax(z) - y

    def output(self, logits: Array) -> Array:
        return softmax(logits)

    def mean_logits(self, logits: Array, shares: Array | None = None) -> Array:
        each = None if shares is None else shares[:, None]
        return log_mean_exp(log_softmax(logits), axis=1, shares=each)

    def for_independent_outputs(self) -> Loss:
        return binary_cross_entropy if type(self) is CrossEntropy else self


@dataclass(frozen=True)
class BinaryFocalLoss(BinaryCrossEntropy):
    """Focal loss of independent yes-or-no outputs, summed over the outputs (Lin et al. 2017).

    ``-y (1 - p)^gamma ln p - (1 - y) p^gamma ln(1 - p)`` with ``p = sigmoid(z)``.

    Parameters
    ----------
    gamma : float, default=2
        How strongly to down-weight rows that are classified well; 0 gives log-loss.

    Raises
    ------
    ValueError
        If gamma is negative.

    Examples
    --------
    >>> BinaryFocalLoss(gamma=2)([[0.0]], [[1.0]]).round(6)
    array([0.173287])
    """

    gamma: float = 2.0

    def __post_init__(self) -> None:
        _check_gamma(self.gamma)

    def __call__(self, logits: Array, targets: Array) -> Array:
        xp, z, y = as_floating(logits, targets)
        losses = y * self._of_yes(z)[0] + (1 - y) * self._of_yes(-z)[0]
        return xp.sum(losses, axis=-1)

    def gradient(self, logits: Array, targets: Array) -> Array:
        _, z, y = as_floating(logits, targets)
        return y * self._of_yes(z)[1] - (1 - y) * self._of_yes(-z)[1]

    def _of_yes(self, z: Array) -> tuple[Array, Array]:
        """Return loss and derivative for the target 1: ``q^g L`` and ``-q^g (g p L + q)``."""
        xp, z = as_floating(z)
        p, q = sigmoid(z), sigmoid(-z)
        loss = binary_cross_entropy(z[..., None], xp.ones_like(z)[..., None])
        weight = q**self.gamma
        return weight * loss, -weight * (self.gamma * p * loss + q)


@dataclass(frozen=True)
class FocalLoss(CrossEntropy):
    """Focal loss of one class out of several (Lin et al. 2017).

    ``- sum_j y_j (1 - p_j)^gamma ln p_j`` with ``p = softmax(z)``.

    Parameters
    ----------
    gamma : float, default=2
        How strongly to down-weight rows that are classified well; 0 gives cross-entropy.

    Raises
    ------
    ValueError
        If gamma is negative.

    Examples
    --------
    >>> FocalLoss(gamma=2)([[0.0, 0.0]], [[0.0, 1.0]]).round(6)
    array([0.173287])
    """

    gamma: float = 2.0

    def __post_init__(self) -> None:
        _check_gamma(self.gamma)

    def __call__(self, logits: Array, targets: Array) -> Array:
        xp, z, y = as_floating(logits, targets)
        return -xp.sum(y * (1 - softmax(z)) ** self.gamma * log_softmax(z), axis=-1)

    def gradient(self, logits: Array, targets: Array) -> Array:
        xp, z, y = as_floating(logits, targets)
        p, log_p = softmax(z), log_softmax(z)
        # Where p rounds to 1, its logarithm is 0, and so is their product.
        q = xp.where(p < 1, 1 - p, xp.ones_like(p))
        slopes = y * (self.gamma * p * q ** (self.gamma - 1) * log_p - (1 - p) ** self.gamma)
        return slopes - p * xp.sum(slopes, axis=-1, keepdims=True)

    def for_independent_outputs(self) -> Loss:
        return BinaryFocalLoss(self.gamma) if type(self) is FocalLoss else self


@dataclass(frozen=True)
class BinaryBrierLoss(BinaryCrossEntropy):
    """Squared error of probabilities, summed over independent yes-or-no outputs (Brier 1950).

    ``(p - y)^2`` with ``p = sigmoid(z)``. Its gradient ``2 (p - y) p (1 - p)`` vanishes where p is
    certain, whether right or wrong; that of log-loss does not.

    Examples
    --------
    >>> BinaryBrierLoss()([[0.0]], [[1.0]])
    array([0.25])
    """

    def __call__(self, logits: Array, targets: Array) -> Array:
        xp, z, y = as_floating(logits, targets)
        return xp.sum((sigmoid(z) - y) ** 2, axis=-1)

    def gradient(self, logits: Array, targets: Array) -> Array:
        _, z, y = as_floating(logits, targets)
        return 2 * (sigmoid(z) - y) * sigmoid(z) * sigmoid(-z)


@dataclass(frozen=True)
class BrierLoss(CrossEntropy):
    """Squared error of the probabilities of one class out of several (Brier 1950).

    ``sum_j (p_j - y_j)^2`` with ``p = softmax(z)``.

    Examples
    --------
    >>> BrierLoss()([[0.0, 0.0]], [[0.0, 1.0]])
    array([0.5])
    """

    def __call__(self, logits: Array, targets: Array) -> Array:
        xp, z, y = as_floating(logits, targets)
        return xp.sum((softmax(z) - y) ** 2, axis=-1)

    def gradient(self, logits: Array, targets: Array) -> Array:
        xp, z, y = as_floating(logits, targets)
        p = softmax(z)
        errors = p - y
        return 2 * p * (errors - xp.sum(p * errors, axis=-1, keepdims=True))

    def for_independent_outputs(self) -> Loss:
        return BinaryBrierLoss() if type(self) is BrierLoss else self


@dataclass(frozen=True)
class PerceptronLoss(Loss):
    """``|z|`` for each wrongly classified output, 0 for a right one (Rosenblatt 1958).

    An output is wrong where ``step(z) != y``. The gradient is ``step(z) - y``: the same as that
    of log-loss, with the step instead of the sigmoid.

    Examples
    --------
    >>> perceptron_loss([[-2.0], [3.0]], [[1.0], [1.0]])
    array([2., 0.])
    """

    def __call__(self, logits: Array, targets: Array) -> Array:
        xp, z, _ = as_floating(logits, targets)
        return xp.sum(z * self.gradient(logits, targets), axis=-1)

    def gradient(self, logits: Array, targets: Array) -> Array:
        _, z, y = as_floating(logits, targets)
        return step(z) - y

    def output(self, logits: Array) -> Array:
        return step(logits)


@dataclass(frozen=True)
class SquaredError(Loss):
    """Half the squared distance ``(z - y)^2 / 2``, summed over the outputs (Legendre 1805).

    Examples
    --------
    >>> squared_error([[3.0]], [[1.0]]), squared_error.gradient([[3.0]], [[1.0]])
    (array([2.]), array([[2.]]))
    """

    def __call__(self, logits: Array, targets: Array) -> Array:
        xp, z, y = as_floating(logits, targets)
        return xp.sum((z - y) ** 2, axis=-1) / 2

    def gradient(self, logits: Array, targets: Array) -> Array:
        _, z, y = as_floating(logits, targets)
        return z - y

    def output(self, logits: Array) -> Array:
        _, z = as_floating(logits)
        return z


def _check_gamma(gamma: float) -> None:
    if gamma < 0:
        raise ValueError(f"gamma must not be negative, but is {gamma}")


binary_cross_entropy = BinaryCrossEntropy()
cross_entropy = CrossEntropy()
perceptron_loss = PerceptronLoss()
squared_error = SquaredError()

LOSSES: dict[str, Loss] = {
    "binary_brier": BinaryBrierLoss(),
    "binary_cross_entropy": binary_cross_entropy,
    "binary_focal": BinaryFocalLoss(),
    "brier": BrierLoss(),
    "cross_entropy": cross_entropy,
    "focal": FocalLoss(),
    "perceptron": perceptron_loss,
    "squared_error": squared_error,
}
