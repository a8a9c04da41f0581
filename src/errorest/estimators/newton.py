"""Newton's method for the linear models, whatever the scale of their features.

Where L-BFGS learns from its path how an objective bends, Newton's method asks the second
derivatives H: the step d solves ``H d = -gradient``, and half of it is tried, and half of that,
until the objective falls (Boyd and Vandenberghe 2004, section 9.5).

With one row ``x`` of X and a 1 for the intercept, and probabilities ``p``, H is the weighted mean
of ``x_i x_j p_k (delta_km - p_m)`` over the rows, for the weights of feature i to class k and of
feature j to class m, and the penalty on its diagonal.

>>> from errorest import LogisticRegression
>>> X, y = [[1e6, 1e-3], [2e6, 5e-3], [3e6, 4e-3], [4e6, 7e-3]], [0, 1, 0, 1]
>>> LogisticRegression(solver="newton-cholesky").fit(X, y).n_iter_
array([4], dtype=int32)
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError
from scipy.linalg.lapack import dpocon, dpotrf, dpotrs
from scipy.optimize import OptimizeResult
from scipy.sparse import hstack, issparse
from scipy.sparse.linalg import LinearOperator, cg
from sklearn.utils import gen_batches
from sklearn.utils.extmath import safe_sparse_dot

from errorest.engine.reference import sample_shares
from errorest.estimators.linear_objective import LinearObjective, minimize

__all__ = ["Hessian", "minimize_newton"]

# By how much of what the gradient promises the objective must fall, and how often a step is
# halved for it.
_SUFFICIENT = 2.0**-11
_N_HALVINGS = 20

# Rows that are multiplied at once: few, so that their products take little memory, and time.
_BLOCK = 8192


@dataclass(frozen=True, eq=False)
class Hessian:
    """The second derivatives of an objective without L1 part, at one point.

    Parameters
    ----------
    X : array or CSR matrix of shape (n_samples, n_features)
    probabilities : array of shape (n_samples, n_outputs)
    shares : array of shape (n_samples,)
        Weights of the rows, which sum to one.
    l2 : array of shape (n_parameters,)
    free : array of bool of shape (n_parameters,)
        Which parameters are not fixed.
    """

    X: Any
    probabilities: NDArray[np.floating]
    shares: NDArray[np.floating]
    l2: NDArray[np.float64]
    free: NDArray[np.bool_]

    @classmethod
    def at(cls, objective: LinearObjective, parameters: NDArray[np.float64]) -> "Hessian":
        """Return that of an objective."""
        network = objective.at(parameters)
        logits = objective.X @ network.weights[0] + network.biases[0]
        return cls(
            objective.X,
            network.loss.output(logits),
            sample_shares(logits, objective.sample_weight),
            np.broadcast_to(objective.l2, parameters.shape),
            np.broadcast_to(np.logical_not(objective.fixed), parameters.shape),
        )

    def __matmul__(self, direction: NDArray[np.float64]) -> NDArray[np.float64]:
        """Multiply it by a vector of shape (n_parameters,), without making a matrix of it."""
        p, n_classes = self.probabilities, self.probabilities.shape[1]
        columns = direction.reshape(-1, n_classes)
        change = p * (self.X @ columns[:-1] + columns[-1])
        change -= p * change.sum(axis=1, keepdims=True)
        change *= self.shares[:, None]
        product = np.vstack([self.X.T @ change, change.sum(axis=0)]).ravel() + self.l2 * direction
        return np.where(self.free, product, 0.0)

    def matrix(self) -> NDArray[np.float64]:
        """Return it as an array of shape (n_parameters, n_parameters)."""
        n_classes, n_inputs = self.probabilities.shape[1], self.X.shape[1] + 1
        matrix = np.zeros((n_classes, n_inputs, n_classes, n_inputs))
        own = np.zeros((n_classes, n_inputs, n_inputs))
        joined = hstack if issparse(self.X) else np.hstack
        for rows in gen_batches(len(self.shares), _BLOCK):
            shares, p = self.shares[rows, None], self.probabilities[rows]
            inputs: Any = joined([self.X[rows], np.ones((len(p), 1))])
            if n_classes > 1:
                factors = np.sqrt(shares) * p
                matrix -= _squares(_times_each(inputs, factors)).reshape(matrix.shape)
            factors = np.sqrt(shares * p * (1 - p))
            for k in range(n_classes):
                own[k] += _squares(_times_each(inputs, factors[:, [k]]))
        # Those of a class with itself on their own, for a sum of p less one of p^2 would lose
        # digits.
        for k in range(n_classes):
            matrix[k, :, k] = own[k]
        matrix = matrix.transpose(1, 0, 3, 2)
        square = matrix.reshape(len(self.l2), len(self.l2))
        return square + np.diag(self.l2)

    def step_by_cholesky(self, gradient: NDArray[np.float64]) -> NDArray[np.float64]:
        """Solve ``H d = -gradient``.

        Raises
        ------
        LinAlgError
            If H is singular.
        """
        matrix, n_classes = self.matrix(), self.probabilities.shape[1]
        if n_classes > 1:
            # Softmax does not change when all its logits do, which leaves H without a slope in
            # this direction where there is no penalty. With one, the step does not go there.
            diagonal = matrix.diagonal().reshape(-1, n_classes)
            slope = np.where(self.l2.reshape(-1, n_classes) > 0, 0, diagonal).mean(axis=1)
            matrix += np.kron(np.diag(slope), np.ones((n_classes, n_classes)))
        # In units that give each parameter the same slope, only what is truly collinear fails.
        units = 1 / np.sqrt(matrix.diagonal()[self.free])
        scaled = matrix[np.ix_(self.free, self.free)] * units * units[:, None]
        if not np.isfinite(scaled).all():
            raise LinAlgError("a feature without any effect, or too large a one")
        step = np.zeros_like(gradient)
        factor, failed = dpotrf(scaled)
        if failed:
            raise LinAlgError("the second derivatives are singular")
        inverse_condition, _ = dpocon(factor, np.abs(scaled).sum(axis=0).max())
        if inverse_condition < np.finfo(np.float64).eps:
            raise LinAlgError("the second derivatives are close to singular")
        solution, _ = dpotrs(factor, -gradient[self.free] * units)
        step[self.free] = units * solution
        return step

    def step_by_conjugate_gradients(self, gradient: NDArray[np.float64]) -> NDArray[np.float64]:
        """Solve ``H d = -gradient`` the more precisely, the smaller the gradient is."""
        operator = LinearOperator(
            (len(gradient), len(gradient)), matvec=self.__matmul__, dtype=float
        )
        precision = min(0.5, math.sqrt(np.abs(gradient).sum()))
        step, _ = cg(operator, -gradient, rtol=precision, maxiter=200)
        return np.asarray(step)


def _times_each(rows: Any, factors: NDArray[np.floating]) -> Any:
    """Multiply the rows by each column of factors, and put the products side by side."""
    if issparse(rows):
        return hstack([rows.multiply(column[:, None]) for column in factors.T], format="csr")
    return (factors[:, :, None] * rows[:, None, :]).reshape(len(rows), -1)


def _squares(rows: Any) -> NDArray[np.float64]:
    """Return ``rows^T rows``, which BLAS knows to be symmetric."""
    return np.asarray(safe_sparse_dot(rows.T, rows, dense_output=True))


def minimize_newton(
    objective: LinearObjective,
    start: NDArray[np.float64],
    *,
    step: Callable[[Hessian, NDArray[np.float64]], NDArray[np.float64]],
    tol: float,
    max_iter: int,
    on_iteration: Callable[[NDArray[np.float64], float], None] = lambda parameters, loss: None,
) -> OptimizeResult:
    """Minimise an objective without L1 part by Newton's method.

    Parameters
    ----------
    objective : LinearObjective
    start : array of shape (n_parameters,)
    step : callable
        :meth:`Hessian.step_by_cholesky`, which takes memory in the square of the number of
        parameters, or :meth:`Hessian.step_by_conjugate_gradients`, which does not.
    tol : float
        The largest component of the gradient that counts as zero, and the largest improvement
        in sight.
    max_iter : int
    on_iteration : callable, optional
        Called with the parameters and J after each iteration; it may raise StopIteration.

    Returns
    -------
    OptimizeResult
        Like SciPy's. If the second derivatives are singular, or give no step along which J falls,
        L-BFGS has finished the work, and ``gave_up`` says why.
    """
    loss, gradient = objective.smooth(start)
    result = OptimizeResult(x=start, fun=loss, nit=0, status=1, message="max_iter was reached")
    while result.nit < max_iter:
        try:
            # What is not finite ends as an error of linear algebra.
            with np.errstate(all="ignore"):
                direction = step(Hessian.at(objective, result.x), gradient)
                result.x, result.fun, after = _line_search(objective, result, gradient, direction)
        except LinAlgError as error:
            n_left = max_iter - result.nit - 1
            end = minimize(objective, result.x, tol=tol, max_iter=n_left, on_iteration=on_iteration)
            why = f"Newton's method cannot go on in iteration {result.nit + 1}: {error}"
            end.nit += result.nit
            return OptimizeResult(end, gave_up=why)
        result.nit += 1
        in_sight = -(gradient @ direction) / 2
        gradient = after
        try:
            on_iteration(result.x, result.fun)
        except StopIteration:
            break
        if np.abs(gradient).max() <= tol and in_sight <= tol:
            result.status = 0
            break
    return result


def _line_search(
    objective: LinearObjective,
    start: OptimizeResult,
    gradient: NDArray[np.float64],
    direction: NDArray[np.float64],
) -> tuple[NDArray[np.float64], float, NDArray[np.float64]]:
    """Return the first point on the way back from the full step where J is smaller, J, gradient.

    Where J is too flat for its floating type, the gradient must be smaller.
    """
    promised = _SUFFICIENT * float(gradient @ direction)
    rounding = 16 * float(np.finfo(objective.X.dtype).eps) * abs(start.fun)
    for length in 0.5 ** np.arange(_N_HALVINGS + 1):
        point = start.x + length * direction
        loss, after = objective.smooth(point)
        flat = abs(loss - start.fun) <= rounding
        closer = np.abs(after).sum() < np.abs(gradient).sum()
        if loss - start.fun <= length * promised or (flat and closer):
            return point, loss, after
    raise LinAlgError("the objective does not fall along the step")
