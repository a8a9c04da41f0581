"""From logits to probabilities, and from probabilities to likelihood.

The likelihood of a table is the product of the probabilities that a model gives to what really
happened. Its logarithm turns the product into a sum; cross-entropy is minus that sum, so the
likeliest model is the one with the smallest cross-entropy.
"""

from errorest.maths.arrays import Array, as_floating

__all__ = [
    "likelihood",
    "log_likelihood",
    "log_loss",
    "log_mean_exp",
    "log_softmax",
    "one_hot",
    "outcome_probability",
    "softmax",
    "softmax_jacobian",
]


def softmax(logits: Array) -> Array:
    """Turn one logit per class into probabilities that sum to one.

    ``p_j = exp(z_j) / sum_k exp(z_k)`` (Bridle 1990).

    Parameters
    ----------
    logits : array of shape (..., n_classes)

    Returns
    -------
    array of shape (..., n_classes)

    Examples
    --------
    >>> softmax([2.0, 1.0, 0.0]).round(6)
    array([0.665241, 0.244728, 0.090031])
    """
    xp, z = as_floating(logits)
    # A common shift cancels in the quotient and keeps exp from overflowing.
    exponentials = xp.exp(z - xp.max(z, axis=-1, keepdims=True))
    return exponentials / xp.sum(exponentials, axis=-1, keepdims=True)


def log_softmax(logits: Array) -> Array:
    """Logarithm of :func:`softmax`, finite for every finite logit.

    Parameters
    ----------
    logits : array of shape (..., n_classes)

    Returns
    -------
    array of shape (..., n_classes)

    Examples
    --------
    >>> log_softmax([1000.0, 0.0])
    array([    0., -1000.])
    """
    xp, z = as_floating(logits)
    shifted = z - xp.max(z, axis=-1, keepdims=True)
    return shifted - xp.log(xp.sum(xp.exp(shifted), axis=-1, keepdims=True))


def log_mean_exp(logarithms: Array, *, axis: int, shares: Array | None = None) -> Array:
    """Logarithm of the mean of numbers given by their logarithms, however small they are.

    Parameters
    ----------
    logarithms : array
    axis : int
        The axis over which to take the mean.
    shares : array, optional
        Share of each number in a weighted mean, in a shape that fits the numbers'; the shares sum
        to one. By default, all are equal.

    Returns
    -------
    array with one axis less

    Examples
    --------
    >>> log_mean_exp([-1000.0, -1000.0], axis=0)
    np.float64(-1000.0)
    """
    xp, x = as_floating(logarithms)
    if shares is not None:
        # Beside a much larger number that does not count, those that do would round to 0.
        x = xp.where(shares > 0, x, -xp.inf)
    largest = xp.max(x, axis=axis, keepdims=True)
    # Of numbers that are all 0, nothing is the largest.
    largest = xp.where(largest == -xp.inf, 0.0, largest)
    numbers = xp.exp(x - largest)
    mean = xp.mean(numbers, axis=axis) if shares is None else xp.sum(numbers * shares, axis=axis)
    return xp.squeeze(largest, axis=axis) + xp.log(mean)


def softmax_jacobian(logits: Array) -> Array:
    """All partial derivatives of :func:`softmax`.

    ``d p_i / d z_j = p_i (delta_ij - p_j)``.

    Parameters
    ----------
    logits : array of shape (..., n_classes)

    Returns
    -------
    array of shape (..., n_classes, n_classes)

    Examples
    --------
    >>> softmax_jacobian([0.0, 0.0])
    array([[ 0.25, -0.25],
           [-0.25,  0.25]])
    """
    p = softmax(logits)
    xp, p = as_floating(p)
    same = xp.eye(p.shape[-1], dtype=p.dtype)
    return p[..., :, None] * (same - p[..., None, :])


def one_hot(labels: Array, n_classes: int) -> Array:
    """One variable per class: 1 for the class of the row, 0 for the others.

    Parameters
    ----------
    labels : integer array of shape (n_samples,)
        Class indices in ``0 .. n_classes - 1``.
    n_classes : int

    Returns
    -------
    floating array of shape (n_samples, n_classes)

    Raises
    ------
    ValueError
        If a label is not a class index.

    Examples
    --------
    >>> one_hot([0, 1, 2], 3)
    array([[1., 0., 0.],
           [0., 1., 0.],
           [0., 0., 1.]])
    """
    xp, labels = as_floating(labels)
    rows = labels[:, None] == xp.arange(n_classes, dtype=labels.dtype)[None, :]
    if not xp.all(xp.any(rows, axis=1)):
        raise ValueError(f"labels must be class indices from 0 to {n_classes - 1}")
    return xp.astype(rows, labels.dtype)


def outcome_probability(probabilities: Array, outcomes: Array) -> Array:
    """Pick the probability that was given to the actual outcome.

    Parameters
    ----------
    probabilities : array of shape (n_samples,) or (n_samples, n_classes)
        Either the probability of the outcome 1, or one column per class.
    outcomes : array of the same shape
        0 or 1 for each sample, or one-hot rows.

    Returns
    -------
    array of shape (n_samples,)

    Raises
    ------
    ValueError
        If the shapes differ, or a probability is not between 0 and 1.

    Examples
    --------
    Three doors: gift, gift, none.

    >>> outcome_probability([0.8, 0.7, 0.1], [1, 1, 0])
    array([0.8, 0.7, 0.9])
    """
    xp, p, y = as_floating(probabilities, outcomes)
    if p.shape != y.shape:
        raise ValueError(
            f"probabilities of shape {p.shape} need outcomes of the same shape, not {y.shape}: of "
            "class indices, one_hot(labels, n_classes) makes rows"
        )
    _check(p)
    # Beyond 1 by a rounding error, it would leave less than nothing for the other outcome.
    p = xp.clip(p, 0, 1)
    if p.ndim == 1:
        return y * p + (1 - y) * (1 - p)
    return xp.sum(y * p, axis=-1)


def likelihood(probabilities: Array) -> float:
    """Product of the probabilities of independent outcomes.

    Parameters
    ----------
    probabilities : array of shape (n_samples,)
        The probability of each sample's outcome (see :func:`outcome_probability`).

    Returns
    -------
    float
        It rounds to 0 for a few thousand rows: use :func:`log_likelihood` for these.

    Raises
    ------
    ValueError
        If a probability is not between 0 and 1.

    Examples
    --------
    >>> round(likelihood([0.6, 0.2, 0.1, 0.7]), 4)
    0.0084
    """
    xp, p = as_floating(probabilities)
    _check(p)
    return float(xp.prod(p))


def log_likelihood(probabilities: Array) -> float:
    """Sum of the logarithms of the probabilities of independent outcomes, in nats.

    Minus this sum is the cross-entropy ``- sum_i sum_j y_ij ln p_ij``.

    Parameters
    ----------
    probabilities : array of shape (n_samples,)
        The probability of each sample's outcome (see :func:`outcome_probability`).

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If a probability is not between 0 and 1.

    Examples
    --------
    >>> round(log_likelihood([0.6, 0.2, 0.1, 0.7]), 4)
    -4.7795
    """
    xp, p = as_floating(probabilities)
    _check(p)
    return float(xp.sum(xp.log(p)))


def log_loss(probabilities: Array, outcomes: Array) -> float:
    """Mean cross-entropy: minus the log-likelihood per sample, in nats.

    For two classes this is ``-(1 / m) sum y ln p + (1 - y) ln(1 - p)``.

    Parameters
    ----------
    probabilities : array of shape (n_samples,) or (n_samples, n_classes)
    outcomes : array of the same shape

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the shapes differ, or a probability is not between 0 and 1.

    Examples
    --------
    >>> round(log_loss([0.8, 0.7, 0.1], [1, 1, 0]) * 3, 4)
    0.6852
    """
    p = outcome_probability(probabilities, outcomes)
    return -log_likelihood(p) / int(p.shape[0])


def _check(p: Array) -> None:
    xp, p = as_floating(p)
    # The mean of several networks' probabilities may be 1 and a rounding error.
    if not xp.all((p >= 0) & (p <= 1 + 1e-6)):
        raise ValueError(
            "probabilities must lie between 0 and 1: sigmoid or softmax makes them of logits"
        )
