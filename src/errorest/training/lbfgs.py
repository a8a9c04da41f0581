"""Full-batch training by L-BFGS, for small networks and linear models."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, OptimizeResult, minimize

from errorest import engine
from errorest.engine.blas import one_blas_thread
from errorest.network.network import Network
from errorest.training.trainer import Samples

__all__ = ["Minimum", "lbfgs", "minimize_lbfgs"]

# SciPy's status for a callback that raised StopIteration.
_STOPPED_BY_CALLBACK = 99


@dataclass(frozen=True, eq=False)
class Minimum:
    """Where L-BFGS ended.

    Parameters
    ----------
    network : Network
    loss : float
        The objective J at that point.
    n_iter : int
        Number of iterations.
    converged : bool
        Whether it ended at a minimum.
    stopped : bool
        Whether ``on_iteration`` stopped it.
    message : str
        SciPy's description of how it ended.

    Examples
    --------
    >>> from errorest.maths import squared_error, tanh
    >>> network = Network.build(1, [], 1, activation=tanh, loss=squared_error, seed=0)
    >>> minimum = minimize_lbfgs(network, Samples(np.zeros((2, 1)), np.array([1.0, 3.0])))
    >>> minimum.network.biases[0].round(4), round(minimum.loss, 4), minimum.converged
    (array([2.]), 0.5, True)
    """

    network: Network
    loss: float
    n_iter: int
    converged: bool
    stopped: bool
    message: str


def minimize_lbfgs(
    network: Network,
    training: Samples,
    *,
    l2: float = 0.0,
    tol: float = 1e-4,
    max_iter: int = 100,
    max_fun: int = 15000,
    on_iteration: Callable[[Network, float], None] = lambda network, loss: None,
) -> Minimum:
    """Minimise the objective J over all rows at once (Liu and Nocedal 1989, SciPy's code).

    Parameters
    ----------
    network : Network
        The network to start from.
    training : Samples
        NumPy arrays.
    l2 : float, default=0
    tol : float, default=1e-4
        The largest component of the gradient that counts as zero.
    max_iter, max_fun : int, default=100 and 15000
        Limits on iterations and on evaluations of the objective.
    on_iteration : callable, optional
        Called with the network and its J after each iteration; it may raise StopIteration.

    Returns
    -------
    Minimum

    Examples
    --------
    >>> import numpy as np
    >>> from errorest.maths import binary_cross_entropy, tanh
    >>> from errorest.network import Network
    >>> from errorest.training import Samples
    >>> X, y = np.array([[0.0], [1.0], [2.0], [3.0]]), np.array([0.0, 1.0, 0.0, 1.0])
    >>> network = Network.build(1, [], 1, activation=tanh, loss=binary_cross_entropy, seed=0)
    >>> minimum = minimize_lbfgs(network, Samples(X, y), l2=0.1)
    >>> minimum.converged, minimum.network.weights[0].round(2)
    (True, array([[0.64]]))
    """
    dtype = training.X.dtype

    def objective(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        loss, gradient = engine.loss_and_gradient(
            network.with_parameters(parameters.astype(dtype)),
            training.X,
            training.targets,
            training.sample_weight,
            l2=l2,
        )
        return loss, gradient.astype(np.float64)

    result = lbfgs(
        objective,
        network.parameters.astype(np.float64),
        tol=tol,
        max_iter=max_iter,
        max_fun=max_fun,
        on_iteration=lambda x, loss: on_iteration(network.with_parameters(x.astype(dtype)), loss),
    )
    return Minimum(
        network=network.with_parameters(result.x.astype(dtype)),
        loss=float(result.fun),
        n_iter=int(result.nit),
        converged=result.status == 0,
        stopped=result.status == _STOPPED_BY_CALLBACK,
        message=str(result.message),
    )


def lbfgs(
    function: Callable[[NDArray[np.float64]], tuple[float, NDArray[np.float64]]],
    start: NDArray[np.float64],
    *,
    tol: float,
    max_iter: int,
    max_fun: int = 15000,
    bounds: Bounds | None = None,
    on_iteration: Callable[[NDArray[np.float64], float], None],
) -> OptimizeResult:
    """Minimise a function of a vector, with SciPy's L-BFGS-B and scikit-learn's limits.

    Parameters
    ----------
    function : callable
        Returns the value and the gradient.
    start : array of shape (n_parameters,)
    tol, max_iter, max_fun
        As for :func:`minimize_lbfgs`.
    bounds : scipy.optimize.Bounds, optional
    on_iteration : callable
        Called with the vector and the value after each iteration; it may raise StopIteration.

    Returns
    -------
    OptimizeResult
        SciPy's.

    Examples
    --------
    >>> def parabola(x):
    ...     return float(((x - 3) ** 2).sum()), 2 * (x - 3)
    >>> nothing = lambda x, value: None
    >>> lbfgs(parabola, np.zeros(1), tol=1e-6, max_iter=10, on_iteration=nothing).x.round(4)
    array([3.])
    """

    def callback(intermediate_result: OptimizeResult) -> None:
        on_iteration(intermediate_result.x, float(intermediate_result.fun))

    with one_blas_thread():
        return minimize(
            function,
            start,
            method="L-BFGS-B",
            jac=True,
            bounds=bounds,
            callback=callback,
            options={
                "maxiter": max_iter,
                "maxfun": max_fun,
                "maxls": 50,
                "gtol": tol,
                "ftol": 64 * np.finfo(float).eps,
            },
        )
