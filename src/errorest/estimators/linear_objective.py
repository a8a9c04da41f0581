"""The penalised objective of a linear model, and its minimum by L-BFGS.

>>> import numpy as np
>>> from errorest.estimators.linear import linear_network
>>> from errorest.maths import binary_cross_entropy
>>> X, y = np.array([[0.0], [1.0], [2.0], [3.0]]), np.array([0, 1, 0, 1])
>>> network = linear_network(np.zeros((1, 1)), np.zeros(1), binary_cross_entropy)
>>> objective = LinearObjective(network, X, y, l2=np.array([0.1, 0]), l1=np.zeros(2))
>>> minimize(objective, np.zeros(2), tol=1e-4, max_iter=100).x.round(2)
array([ 0.64, -0.96])
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, OptimizeResult
from scipy.sparse import issparse

from errorest import engine
from errorest.engine.reference import sample_shares, target_matrix
from errorest.network.network import Network
from errorest.training import lbfgs

__all__ = ["LinearObjective", "minimize"]

# SciPy's status.
_CONVERGED, _NO_DESCENT = 0, 2

# The share of J that a new start must gain, so that there is another.
_LEAST_GAIN = 1e-12


@dataclass(frozen=True, eq=False)
class LinearObjective:
    """``J(w) = mean loss + sum_j (l2_j w_j^2 / 2 + l1_j |w_j|)`` of a linear network.

    Parameters
    ----------
    network : Network
        One dense layer. Only its shape and loss matter.
    X : array or CSR matrix of shape (n_samples, n_features)
    targets : array of shape (n_samples,)
        Class indices.
    sample_weight : array of shape (n_samples,), optional
        The mean is weighted with it.
    l2, l1 : arrays of shape (n_parameters,)
        Strength of the penalties on each weight and bias.
    fixed : array of bool of shape (n_parameters,), optional
        Which parameters stay as they are.
    """

    network: Network
    X: Any
    targets: NDArray[Any]
    sample_weight: NDArray[np.floating] | None = None
    l2: NDArray[np.float64] | float = 0.0
    l1: NDArray[np.float64] | float = 0.0
    fixed: NDArray[np.bool_] | bool = False

    def smooth(self, parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """Return J without its L1 part, and the gradient of that."""
        problem = self.at(parameters), self.X, self.targets, self.sample_weight
        if issparse(self.X):
            loss, gradient = _sparse_loss_and_gradient(*problem)
        else:
            loss, gradient = engine.loss_and_gradient(*problem)
        loss += float(np.sum(self.l2 * parameters**2)) / 2
        penalised = gradient.astype(np.float64) + self.l2 * parameters
        return loss, np.where(self.fixed, 0.0, penalised)

    def __call__(self, parameters: NDArray[np.float64]) -> float:
        return self.smooth(parameters)[0] + float(np.sum(self.l1 * np.abs(parameters)))

    def at(self, parameters: NDArray[np.float64]) -> Network:
        """Return the network with these parameters, in the type of the rows."""
        return self.network.with_parameters(parameters.astype(self.X.dtype))


def minimize(
    objective: LinearObjective,
    start: NDArray[np.float64],
    *,
    tol: float,
    max_iter: int,
    on_iteration: Callable[[NDArray[np.float64], float], None] = lambda parameters, loss: None,
) -> OptimizeResult:
    """Minimise an objective by L-BFGS (Liu and Nocedal 1989, SciPy's code).

    The kink of an L1 penalty disappears when each parameter is written as the difference of two
    that are not negative; L-BFGS-B keeps these bounds, and ends at exact zeros.

    Parameters
    ----------
    objective : LinearObjective
    start : array of shape (n_parameters,)
    tol : float
        The largest component of the (projected) gradient that counts as zero.
    max_iter : int
    on_iteration : callable, optional
        Called with the parameters and J after each iteration; it may raise StopIteration.

    Returns
    -------
    OptimizeResult
        SciPy's, for the parameters.
    """
    if max_iter == 0:
        message = "STOP: TOTAL NO. OF ITERATIONS REACHED LIMIT"
        return OptimizeResult(x=start, fun=objective(start), nit=0, status=1, message=message)
    kinked = np.flatnonzero(np.broadcast_to(objective.l1, start.shape))
    l1 = np.broadcast_to(objective.l1, start.shape)[kinked]

    def joined(halves: NDArray[np.float64]) -> NDArray[np.float64]:
        parameters = halves[: len(start)].copy()
        parameters[kinked] -= halves[len(start) :]
        return parameters

    def function(halves: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        loss, gradient = objective.smooth(joined(halves))
        loss += float(l1 @ (halves[kinked] + halves[len(start) :]))
        minus = l1 - gradient[kinked]
        gradient[kinked] += l1
        return loss, np.concatenate([gradient, minus])

    def separated(parameters: NDArray[np.float64]) -> NDArray[np.float64]:
        halves = np.concatenate([parameters, np.maximum(-parameters[kinked], 0)])
        halves[kinked] = np.maximum(parameters[kinked], 0)
        return halves

    halves = separated(start)
    lower = np.full(len(halves), -np.inf)
    lower[kinked] = lower[len(start) :] = 0

    def run(halves: NDArray[np.float64], n_iter: int) -> OptimizeResult:
        return lbfgs(
            function,
            halves,
            tol=tol,
            max_iter=n_iter,
            bounds=Bounds(lower, np.inf) if len(kinked) else None,
            on_iteration=lambda halves, loss: on_iteration(joined(halves), loss),
        )

    result = run(halves, max_iter)
    # Among bounds its steps may become tiny before the minimum, where a new start helps.
    while len(kinked) > 0 and result.status in (_CONVERGED, _NO_DESCENT):
        projected = result.x - np.maximum(result.x - result.jac, lower)
        if np.abs(projected).max() <= tol or result.nit >= max_iter:
            break
        further = run(separated(joined(result.x)), max_iter - result.nit)
        further.nit += result.nit
        if not further.fun < result.fun * (1 - _LEAST_GAIN):
            result.nit = further.nit
            break
        result = further
    result.x = joined(result.x)
    return result


def _sparse_loss_and_gradient(
    network: Network, X: Any, targets: Any, sample_weight: Any
) -> tuple[float, NDArray[np.floating]]:
    """Do what :func:`errorest.engine.loss_and_gradient` does, for CSR rows."""
    logits = X @ network.weights[0] + network.biases[0]
    targets = target_matrix(network.loss, targets, network.n_outputs, logits.dtype)
    shares = sample_shares(logits, sample_weight)
    grad = shares[:, None] * network.loss.gradient(logits, targets)
    gradient = np.concatenate([(X.T @ grad).ravel(), grad.sum(axis=0)])
    return float(np.sum(shares * network.loss(logits, targets))), gradient
