"""How a linear model is fitted at once, with callbacks told of each iteration."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgWarning
from scipy.optimize import OptimizeResult
from sklearn.callback import CallbackContext
from sklearn.exceptions import ConvergenceWarning

from errorest.estimators.fitting import Trained
from errorest.estimators.linear_objective import LinearObjective, minimize
from errorest.estimators.newton import Hessian, minimize_newton
from errorest.estimators.reporting import has_callbacks, told_of_epoch
from errorest.network import Network
from errorest.notices import warn
from errorest.training import History, Samples

__all__ = ["minimum", "train_lines"]

_NEWTON_CG = partial(minimize_newton, step=Hessian.step_by_conjugate_gradients)

# Those that go another way than L-BFGS, if there is no L1 penalty.
_MINIMIZERS = {
    "liblinear": _NEWTON_CG,
    "newton-cg": _NEWTON_CG,
    "newton-cholesky": partial(minimize_newton, step=Hessian.step_by_cholesky),
}

# scikit-learn's words, where it has others than "failed to converge".
_SAG = "The max_iter was reached which means the coef_ did not converge after {} iterations"
_NOT_CONVERGED = {
    "liblinear": "Liblinear failed to converge, increase the number of iterations from {}",
    "newton-cholesky": "Newton solver did not converge after {} iterations",
    "sag": _SAG,
    "saga": _SAG,
}


def minimum(
    objective: LinearObjective, start: Network, *, solver: str, tol: float, max_iter: int
) -> Network:
    """Return the line where an objective is least, as far as that takes no more iterations.

    Raises
    ------
    ValueError
        If the objective ceases to be finite.
    """
    exact = start.parameters.astype(np.float64)
    result = _minimizer(solver, objective)(objective, exact, tol=tol, max_iter=max_iter)
    _refuse_infinite(result)
    return objective.at(result.x)


def _minimizer(solver: str, objective: LinearObjective) -> Callable[..., OptimizeResult]:
    return minimize if np.any(objective.l1) else _MINIMIZERS.get(solver, minimize)


def _refuse_infinite(result: OptimizeResult) -> None:
    if not np.isfinite(result.fun):
        raise ValueError("The loss is not finite: scale the features")


def train_lines(
    estimator: Any,
    objective: LinearObjective,
    samples: Samples,
    start: NDArray[np.floating],
    *,
    context: CallbackContext,
) -> Trained:
    """Minimise an objective on behalf of an estimator.

    Parameters
    ----------
    estimator : LogisticRegression
        Its ``tol``, ``max_iter``, ``verbose`` and ``solver`` apply.
    objective : LinearObjective
    samples : Samples
        Its rows.
    start : array of shape (n_parameters,)
    context : CallbackContext
        Of the estimator's ``fit``.

    Returns
    -------
    Trained

    Raises
    ------
    ValueError
        If the objective ceases to be finite.

    Warns
    -----
    ConvergenceWarning
        If it did not reach the minimum.
    LinAlgWarning
        If Newton's method left the work to L-BFGS.
    """
    history = History()
    exact, stopped = start.astype(np.float64), False
    iterations = _Iterations(estimator, context, objective, samples)
    iterations.begin(exact, history)

    def on_iteration(parameters: NDArray[np.float64], loss: float) -> None:
        nonlocal stopped
        history.append({"loss": loss})
        if estimator.verbose:
            print(f"Iteration {len(history['loss'])}, loss = {loss:.8f}")
        stopped = iterations.end(parameters, history)
        if stopped:
            raise StopIteration
        iterations.begin(parameters, history)

    result = _minimizer(estimator.solver, objective)(
        objective,
        exact,
        tol=float(estimator.tol),
        max_iter=int(estimator.max_iter),
        on_iteration=on_iteration,
    )
    if not stopped:
        iterations.end_empty()
    if "gave_up" in result:
        warn(
            f"{result.gave_up}. L-BFGS goes on from here; a smaller C, or features that are not "
            "collinear, would help",
            LinAlgWarning,
        )
    _refuse_infinite(result)
    if result.status != 0 and not stopped:
        solver = "lbfgs" if "gave_up" in result else estimator.solver
        failed = _NOT_CONVERGED.get(solver, f"{solver} failed to converge after {{}} iteration(s)")
        warn(
            f"{failed.format(result.nit)}: {result.message}. Increase the number of iterations "
            "(max_iter; --epochs with --model logistic), or scale the features.",
            ConvergenceWarning,
        )
    return Trained(objective.at(result.x), int(result.nit), history)


class _Iterations:
    """The tasks of scikit-learn's callbacks, one for each iteration.

    A minimizer tells of the end of an iteration, not of its beginning; so each begins when the one
    before ends, and after the last there is an empty one, like scikit-learn's.
    """

    def __init__(
        self,
        estimator: Any,
        context: CallbackContext,
        objective: LinearObjective,
        samples: Samples,
    ) -> None:
        self._estimator = estimator
        self._context = context
        self._objective = objective
        self._samples = samples
        self._listened = has_callbacks(estimator)

    def begin(self, parameters: NDArray[np.float64], history: History) -> None:
        if self._listened:
            self._task = self._context.subcontext(task_name=f"{self._estimator.solver}-iter")
            self._task.call_on_fit_task_begin(**self._arguments(parameters, history))

    def end(self, parameters: NDArray[np.float64], history: History) -> bool:
        """Return whether a callback asks to stop."""
        if not self._listened:
            return False
        return bool(self._task.call_on_fit_task_end(**self._arguments(parameters, history)))

    def end_empty(self) -> None:
        if self._listened:
            self._task.call_on_fit_task_end(estimator=self._estimator)

    def _arguments(self, parameters: NDArray[np.float64], history: History) -> dict[str, Any]:
        network = self._objective.at(parameters)
        return told_of_epoch(self._estimator, self._samples, network, history)
