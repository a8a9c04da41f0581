"""Models joined into one answer, by how they did on rows that they had not seen.

>>> right, wrong = np.array([0.9, 0.8, 0.9]), np.array([0.2, 0.1, 0.2])
>>> best_shares(np.stack([right, wrong])).round(2)
array([0.85, 0.15])
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from errorest.estimators.calibration import Calibration
from errorest.network import Network

__all__ = ["Joined", "best_shares"]

# Rows that each model is credited with before any row speaks, so that few rows silence none.
_CREDIT = 0.5

# What a model must have to be heard at all.
_LEAST_SHARE = 0.1

# By which part of itself a share moves in the end. About ten steps lead there.
_TOLERANCE = 1e-6
_MOST_STEPS = 100


@dataclass(frozen=True, eq=False)
class Joined:
    """Networks that answer together.

    Attributes
    ----------
    networks : list of Network
        The line first, if it has a share.
    shares : list of float
        In the mean of probabilities.
    line_share : float
    held_back_losses : dict of str to array of shape (n_samples,)
        By the line, by the networks, and together, at temperatures and with shares that half of
        the rows chose for the other half.
    calibration : Calibration or None
    epoch : int
        After which the networks did best.
    """

    networks: list[Network]
    shares: list[float]
    line_share: float
    held_back_losses: dict[str, NDArray[np.float64]]
    calibration: Calibration | None = None
    epoch: int = 0


def best_shares(
    likelihoods: NDArray[np.floating], sample_weight: NDArray[np.floating] | None = None
) -> NDArray[np.float64]:
    """Return the shares in the mean probability under which held-back rows are likeliest.

    They are the mode of the posterior after a prior density ``prod_k sqrt(v_k)``. Models with less
    than a tenth are left out, and get 0.

    Parameters
    ----------
    likelihoods : array of shape (n_models, n_samples)
        Of each row's class, by models that had not seen the row.
    sample_weight : array of shape (n_samples,), optional

    Returns
    -------
    array of shape (n_models,)
        With sum 1.
    """
    weights = np.ones(likelihoods.shape[1])
    if sample_weight is not None:
        weights = sample_weight.astype(np.float64)
    possible = np.maximum(likelihoods.astype(np.float64), np.finfo(np.float64).tiny)
    shares = _mode(possible, weights)
    heard = shares >= _LEAST_SHARE
    if not heard.all():
        shares[heard], shares[~heard] = _mode(possible[heard], weights), 0
    return shares


def _mode(possible: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Maximise ``sum_i w_i log(v p_i) + c sum_k log v_k - t sum_k v_k`` by Newton's method.

    With ``t = sum_i w_i + c n_models``, the shares v at the maximum have the sum 1.
    """
    n_models = len(possible)
    total = weights.sum() + _CREDIT * n_models
    shares = np.full(n_models, 1 / n_models)
    for _ in range(_MOST_STEPS):
        ratios = possible / (shares @ possible)
        gradient = ratios @ weights + _CREDIT / shares - total
        minus_hessian = (ratios * weights) @ ratios.T + np.diag(_CREDIT / shares**2)
        step = np.linalg.solve(minus_hessian, gradient)
        change = np.abs(step / shares).max()
        # So much of the step leaves all shares above 0, and is sure to climb: no logarithm's
        # argument changes by a larger part than a share does.
        shares = shares + step / (1 + change)
        if change <= _TOLERANCE:
            break
    return shares
