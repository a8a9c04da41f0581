"""A line and networks joined into one answer, by how they did on rows that they had not seen.

>>> right, wrong = np.array([[3.0]]), np.array([[-3.0]])
>>> yes = Labels(np.array(["no", "yes"])), np.array([1])
>>> line_share(right, wrong, *yes) > 0.5 > line_share(wrong, right, *yes)
True
"""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from errorest.estimators.labels import Labels

__all__ = ["line_share", "log_losses"]


def log_losses(
    logits: NDArray[np.floating], targets: NDArray[np.intp], labels: Labels
) -> NDArray[np.float64]:
    """Return for each row minus the logarithm of the probability of its class."""
    logarithms = labels.log_probabilities(logits.astype(np.float64))
    return np.asarray(-logarithms[np.arange(len(targets)), targets], dtype=np.float64)


def line_share(
    line_logits: NDArray[np.floating],
    network_logits: NDArray[np.floating],
    labels: Labels,
    targets: NDArray[np.intp],
    sample_weight: NDArray[np.floating] | None = None,
) -> float:
    """Return the line's share in the mean probability under which held-back rows are likeliest.

    It is the mode of the posterior after a prior density ``sqrt(v (1 - v))``, so that neither is
    silenced by few rows.

    Parameters
    ----------
    line_logits, network_logits : arrays of shape (n_samples, n_outputs)
        Of rows that neither the line nor the network had seen.
    labels : Labels
    targets : array of shape (n_samples,)
        Class indices.
    sample_weight : array of shape (n_samples,), optional

    Returns
    -------
    float
        Between 0 and 1.
    """
    of_line, of_network = (
        np.exp(-log_losses(logits, targets, labels)) for logits in (line_logits, network_logits)
    )
    weights = np.ones(len(targets)) if sample_weight is None else sample_weight

    def minus_log_posterior(share: float) -> float:
        likelihood = share * of_line + (1 - share) * of_network
        prior = np.log(share * (1 - share)) / 2
        return float(-weights @ np.log(np.maximum(likelihood, 1e-300)) - prior)

    return float(minimize_scalar(minus_log_posterior, bounds=(0, 1), method="bounded").x)
