"""The reference engine: the seam's functions in plain array-API code.

It is the specification that every faster engine is tested against, and it runs whatever the
others cannot: activations and losses written in Python, arrays of other libraries.

>>> import numpy as np
>>> from errorest.maths import binary_cross_entropy
>>> from errorest.network import Network
>>> network = Network.from_weights([[[2], [1]]], [[-18]], loss=binary_cross_entropy)
>>> students = np.array([[9.0, 8.0], [3.0, 4.0], [7.0, 6.0]])
>>> forward(network, students)
array([[ 8.],
       [-8.],
       [ 2.]])
"""

import numpy as np
from array_api_compat import array_namespace, device
from numpy.typing import NDArray

from errorest.engine.steps import Steps
from errorest.maths.activations import step
from errorest.maths.arrays import Array
from errorest.maths.losses import CrossEntropy, Loss
from errorest.maths.optimizers import Optimizer
from errorest.maths.probability import one_hot
from errorest.maths.random_bits import random_order
from errorest.network.dropout import dropout_mask
from errorest.network.network import Network

__all__ = [
    "forward",
    "loss_and_gradient",
    "name",
    "perceptron_epoch",
    "predict_proba",
    "random_order",
    "train_epochs",
]

name = "reference"


def forward(network: Network, X: Array) -> Array:
    """Feed samples forward to the logits.

    Parameters
    ----------
    network : Network
    X : array of shape (n_samples, n_features)

    Returns
    -------
    array of shape (n_samples, n_outputs)
        With submodels, the logits of their mean answer.
    """
    if network.n_submodels == 1:
        return _feedforward(network, X)
    return network.loss.mean_logits(_logits_of_submodels(network, X))


def predict_proba(network: Network, X: Array) -> Array:
    """Feed samples forward to what the loss makes of the logits.

    Parameters
    ----------
    network : Network
    X : array of shape (n_samples, n_features)

    Returns
    -------
    array of shape (n_samples, n_outputs)
        One column per logit: of two classes that share one, the second's probability. With
        submodels, the mean of theirs.
    """
    if network.n_submodels == 1:
        return network.loss.output(_feedforward(network, X))
    xp = array_namespace(X)
    return xp.mean(network.loss.output(_logits_of_submodels(network, X)), axis=1)


def _logits_of_submodels(network: Network, X: Array) -> Array:
    """Return an array of shape (n_samples, n_submodels, n_outputs)."""
    xp = array_namespace(X)
    logits = _feedforward(network, by_submodel(X, network.n_submodels))
    return xp.reshape(logits, (X.shape[0], network.n_submodels, network.n_outputs))


def _feedforward(network: Network, rows: Array) -> Array:
    for layer, parameters in network.layers_with_parameters():
        _, rows = layer.feedforward(parameters, rows)
    return rows


def loss_and_gradient(
    network: Network,
    X: Array,
    targets: Array,
    sample_weight: Array | None = None,
    *,
    l2: float = 0.0,
) -> tuple[float, Array]:
    """Compute the objective J of all samples, and its gradient by backpropagation.

    Parameters
    ----------
    network : Network
    X : array of shape (n_samples, n_features)
    targets : array of shape (n_samples,) or (n_samples, n_outputs)
    sample_weight : array of shape (n_samples,), optional
    l2 : float, default=0

    Returns
    -------
    loss : float
        J, the penalty included.
    gradient : array of shape (n_parameters,)
        In the order of the network's parameter vector (Rumelhart, Hinton and Williams 1986).
    """
    masks = [1.0] * len(network.layers)
    return _loss_and_gradient(network, X, targets, sample_weight, l2, masks)


def _loss_and_gradient(
    network: Network,
    X: Array,
    targets: Array,
    sample_weight: Array | None,
    l2: float,
    masks: list[Array],
) -> tuple[float, Array]:
    xp = array_namespace(X)
    inputs, logits, outputs = [], [], by_submodel(X, network.n_submodels)
    for (layer, parameters), mask in zip(network.layers_with_parameters(), masks, strict=True):
        inputs.append(outputs)
        z, outputs = layer.feedforward(parameters, outputs)
        logits.append(z)
        outputs = outputs * mask

    targets = target_matrix(network.loss, targets, network.n_outputs, X.dtype)
    targets = by_submodel(targets, network.n_submodels)
    shares = sample_shares(X, sample_weight) / network.n_submodels
    shares = by_submodel(shares[:, None], network.n_submodels)[:, 0]
    loss = xp.sum(shares * network.loss(outputs, targets))
    grad = shares[:, None] * network.loss.gradient(outputs, targets)

    grads = []
    for layer, parameters in reversed(list(network.layers_with_parameters())):
        grad = grad * masks.pop()
        grad, grad_parameters = layer.backpropagate(parameters, inputs.pop(), logits.pop(), grad)
        grads.append(grad_parameters)
    gradient = xp.concat(grads[::-1])

    penalised = network.decayed() * network.parameters
    penalty = l2 / 2 * xp.sum(penalised * network.parameters)
    return float(loss + penalty), gradient + l2 * penalised


def train_epochs(
    network: Network,
    moments: Array,
    X: Array,
    targets: Array,
    sample_weight: Array | None = None,
    *,
    optimizer: Optimizer,
    steps: Steps,
) -> tuple[Network, Array, NDArray[np.float64]]:
    """Train for some epochs of mini-batches.

    Parameters
    ----------
    network : Network
    moments : array of shape (n_moments, n_parameters)
    X, targets, sample_weight
        As everywhere in the engine.
    optimizer : Optimizer
    steps : Steps

    Returns
    -------
    network : Network
        With the new parameters.
    moments : array of shape (n_moments, n_parameters)
    losses : array of shape (n_epochs,)
        The objective J of each epoch: the mean over its rows, each batch being measured just
        before its step.
    """
    xp = array_namespace(X)
    n_samples = X.shape[0]
    n_epochs, n_batches = steps.learning_rates.shape
    rates, decayed = network.rates(), network.decayed()
    losses = np.zeros(n_epochs)
    for i, batch in np.ndindex(n_epochs, n_batches):
        epoch = steps.first_epoch + i
        n_steps = epoch * n_batches + batch
        if batch == 0:
            order = np.arange(n_samples)
            if steps.shuffle:
                order = random_order(steps.seed, epoch, n_samples)
        rows = order[batch * steps.batch_size : (batch + 1) * steps.batch_size]
        rows = xp.asarray(rows, device=device(X))
        inputs = xp.take(X, rows, axis=0)
        regularization = float(steps.factors[i, batch])
        masks = dropout_masks(network, inputs, steps.seed, n_steps, regularization)
        loss, gradient = _loss_and_gradient(
            network,
            inputs,
            xp.take(targets, rows, axis=0),
            None if sample_weight is None else xp.take(sample_weight, rows, axis=0),
            steps.l2,
            masks,
        )
        parameters, moments = optimizer.step(
            network.parameters,
            gradient,
            moments,
            learning_rate=float(steps.learning_rates[i, batch]),
            n_steps=n_steps,
            rates=rates,
            decayed=decayed,
            decay=regularization,
        )
        # NumPy's float64 scalars among an optimizer's settings would widen float32.
        moments = xp.astype(moments, X.dtype, copy=False)
        network = network.with_parameters(xp.astype(parameters, X.dtype, copy=False))
        losses[i] += loss * rows.shape[0] / n_samples
    return network, moments, losses


def perceptron_epoch(
    network: Network,
    X: Array,
    targets: Array,
    order: Array,
    sample_weight: Array | None = None,
    *,
    learning_rate: float,
    l2: float = 0.0,
    l1: float = 0.0,
    penalised: Array | None = None,
    n_visits: int = 0,
    fit_intercept: bool = True,
) -> tuple[Network, int, float, Array]:
    """Let every point vote once, and move the lines for those that are wrongly classified.

    A point of label 0 in the positive area moves a line by ``w -= a x, b -= a``; one of label 1
    in the negative area by ``w += a x, b += a``. Rightly classified points move nothing.

    At each visit a penalty draws the weights to 0: L2 by ``w *= 1 - a l2``, and L1 by the amount
    that brings a weight's sum of such steps to ``a l1`` times the number of visits, but never
    across 0 (Tsuruoka, Tsujii, Ananiadou 2009, "Stochastic gradient descent training for
    L1-regularized log-linear models with cumulative penalty").

    Parameters
    ----------
    network : Network
        One dense layer: a line (or hyperplane) per output.
    X : array of shape (n_samples, n_features)
    targets : array of shape (n_samples, n_outputs)
        0 or 1.
    order : integer array of shape (n_visits,)
        In which order the points are visited.
    sample_weight : array of shape (n_samples,), optional
        Factors of a for each point.
    learning_rate : float
        a.
    l2, l1 : float, default=0.0
        Strength of the penalties.
    penalised : array of shape (n_parameters,), optional
        How far L1 moved each weight in earlier epochs; None for a beginning.
    n_visits : int, default=0
        Number of visits in earlier epochs.
    fit_intercept : bool, default=True
        Whether the biases move.

    Returns
    -------
    network : Network
        With the new parameters.
    n_mistakes : int
        How often a point was on the wrong side of a line when it was visited.
    loss : float
        Sum over the visits of the perceptron's loss and the penalty, before the lines moved.
    penalised : array of shape (n_parameters,)
        For the next epoch.
    """
    xp = array_namespace(X)
    ((layer, parameters),) = network.dense_layers()
    penalised = xp.zeros_like(parameters) if penalised is None else penalised
    shrinking = max(0.0, 1 - learning_rate * l2)
    n_mistakes, loss = 0, 0.0
    for visit, i in enumerate(order, start=n_visits + 1):
        x, y = X[int(i), :], targets[int(i), :]
        weights, biases = layer.weights(parameters), layer.biases(parameters)
        logits = x @ weights + biases
        error = y - step(logits)
        n_mistakes += int(xp.sum(xp.abs(error)))
        loss += float(xp.sum(xp.abs(logits * error)))
        loss += l2 / 2 * float(xp.sum(weights**2)) + l1 * float(xp.sum(xp.abs(weights)))
        move = error * learning_rate
        if sample_weight is not None:
            move = move * sample_weight[int(i)]
        weights = xp.reshape(shrinking * weights + x[:, None] * move[None, :], (-1,))
        if l1:
            before = penalised[: weights.shape[0]]
            drawn = _drawn_to_zero(weights, before, learning_rate * l1 * visit)
            penalised = xp.concat([before + drawn - weights, penalised[weights.shape[0] :]])
            weights = drawn
        parameters = xp.concat([weights, biases + move if fit_intercept else biases])
    return network.with_parameters(parameters), n_mistakes, loss, penalised


def _drawn_to_zero(weights: Array, penalised: Array, total: float) -> Array:
    """Return weights after the L1 penalty that is due, whose total is the same for all."""
    xp = array_namespace(weights)
    zero = xp.zeros_like(weights)
    from_above = xp.maximum(weights - (total + penalised), zero)
    from_below = xp.minimum(weights + (total - penalised), zero)
    return xp.where(weights > 0, from_above, xp.where(weights < 0, from_below, zero))


def dropout_masks(
    network: Network, X: Array, seed: int, n_steps: int, factor: float = 1.0
) -> list[Array]:
    """Return each layer's factors for its outputs at one step of a training.

    The factor multiplies all dropout.
    """
    xp = array_namespace(X)
    masks: list[Array] = []
    for number, layer in enumerate(network.layers, start=1):
        mask: Array = 1.0
        dropout = layer.dropout * factor
        if dropout:
            shape = X.shape[0] * network.n_submodels, layer.n_out
            drawn = dropout_mask(dropout, shape, seed=seed, stream=(number << 40) + n_steps)
            mask = xp.asarray(drawn, dtype=X.dtype)
        masks.append(mask)
    return masks


def by_submodel(rows: Array, n_submodels: int) -> Array:
    """Repeat each row, once for each submodel."""
    if n_submodels == 1:
        return rows
    xp = array_namespace(rows)
    n_rows, n_columns = rows.shape
    repeated = xp.broadcast_to(rows[:, None, :], (n_rows, n_submodels, n_columns))
    return xp.reshape(repeated, (-1, n_columns))


def target_matrix(loss: Loss, targets: Array, n_outputs: int, dtype: object) -> Array:
    """Bring class indices or a single column into the shape (n_samples, n_outputs)."""
    xp = array_namespace(targets)
    if targets.ndim == 1:
        is_class_index = isinstance(loss, CrossEntropy)
        targets = one_hot(targets, n_outputs) if is_class_index else targets[:, None]
    return xp.astype(targets, dtype, copy=False)


def sample_shares(X: Array, sample_weight: Array | None) -> Array:
    """Return each sample's share of the batch; all are zero if the batch has no weight."""
    xp = array_namespace(X)
    if sample_weight is None:
        return xp.full((X.shape[0],), 1 / X.shape[0], dtype=X.dtype, device=device(X))
    total = xp.sum(sample_weight)
    return sample_weight / xp.where(total > 0, total, xp.ones_like(total))
