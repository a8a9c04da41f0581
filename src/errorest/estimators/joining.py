"""Models joined into one answer, by how they did on rows that they had not seen.

>>> right, wrong = np.array([0.9, 0.8, 0.9]), np.array([0.2, 0.1, 0.2])
>>> best_shares(np.stack([right, wrong])).round(2)
array([0.85, 0.15])
"""

import numpy as np
from numpy.typing import NDArray

__all__ = ["best_shares"]

# Rows that each model is credited with before any row speaks, so that few rows silence none.
_CREDIT = 0.5

# What a model must have to be heard at all.
_LEAST_SHARE = 0.1

# How little the shares move in the end. Where nearly all rows are certain, they take long, and
# matter little.
_TOLERANCE = 1e-5
_MOST_STEPS = 2000


def best_shares(
    likelihoods: NDArray[np.floating], sample_weight: NDArray[np.floating] | None = None
) -> NDArray[np.float64]:
    """Return the shares in the mean probability under which held-back rows are likeliest.

    They are the mode of the posterior after a prior density ``prod_k sqrt(v_k)``, found by
    expectation and maximization: each row is credited to the models in proportion to what they
    gave its class, and a model's share is what it is credited with (Dempster, Laird and Rubin
    1977, section 4.3). Models with less than a tenth are left out, and get 0.

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
    weights = np.ones(likelihoods.shape[1]) if sample_weight is None else sample_weight
    possible = np.maximum(likelihoods.astype(np.float64), np.finfo(np.float64).tiny)
    shares = _mode(possible, weights)
    heard = shares >= _LEAST_SHARE
    if not heard.all():
        shares[heard], shares[~heard] = _mode(possible[heard], weights), 0
    return shares


def _mode(possible: NDArray[np.float64], weights: NDArray[np.floating]) -> NDArray[np.float64]:
    n_models = len(possible)
    shares = np.full(n_models, 1 / n_models)
    for _ in range(_MOST_STEPS):
        joint = shares[:, None] * possible
        credit = (joint / joint.sum(axis=0)) @ weights + _CREDIT
        shares, before = credit / credit.sum(), shares
        if np.abs(shares - before).max() <= _TOLERANCE:
            break
    return shares
