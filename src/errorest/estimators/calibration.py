"""Probabilities that come true as often as they say: temperature scaling.

All logits are divided by one temperature, which makes the probabilities of the validation rows'
classes as likely as possible. Which class is the likeliest does not change (Guo et al. 2017).

>>> import numpy as np
>>> surer_than_right = np.array([[9.0], [9.0], [9.0], [-9.0]])
>>> labels = Labels(np.array(["no", "yes"]))
>>> temperature = best_temperature(surer_than_right, np.array([1, 1, 0, 0]), labels)
>>> labels.probabilities(surer_than_right / temperature)[:, 1].round(2)
array([0.75, 0.75, 0.75, 0.25])
"""

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from errorest import engine
from errorest.estimators.labels import Labels
from errorest.exceptions import ErrorestWarning
from errorest.network.network import Network
from errorest.notices import warn
from errorest.training import Samples

__all__ = [
    "DOUBT",
    "Calibration",
    "Reliability",
    "best_temperature",
    "calibrated",
    "with_temperature",
]

# Of the logarithm of the temperature, before any row is seen: without mistakes among few rows, a
# network would be made as sure as can be.
DOUBT = 0.5

_LIMITS = (0.05, 20.0)
_N_BINS = 15


@dataclass(frozen=True, eq=False)
class Reliability:
    """A reliability diagram: how often predictions of about the same probability were right.

    Of classes that exclude each other, the likeliest one of each row counts; of several labels,
    each label.

    Parameters
    ----------
    edges : array of shape (n_bins + 1,)
        Of equally wide intervals of probability.
    weight : array of shape (n_bins,)
        Number of predictions, or their sample weight.
    confidence : array of shape (n_bins,)
        Their mean probability; NaN without predictions.
    accuracy : array of shape (n_bins,)
        The share of them that was right; NaN without predictions.
    """

    edges: NDArray[np.float64]
    weight: NDArray[np.float64]
    confidence: NDArray[np.float64]
    accuracy: NDArray[np.float64]

    @classmethod
    def measured(
        cls,
        probabilities: NDArray[np.floating],
        targets: NDArray[Any],
        sample_weight: NDArray[np.floating] | None = None,
    ) -> "Reliability":
        """Sort predictions into bins.

        Parameters
        ----------
        probabilities : array of shape (n_samples, n_classes)
        targets : class indices of shape (n_samples,), or 0 and 1 of shape (n_samples, n_classes)
        sample_weight : array of shape (n_samples,), optional
        """
        weight = np.ones(len(targets)) if sample_weight is None else np.asarray(sample_weight)
        if targets.ndim == 2:
            weight = np.repeat(weight, targets.shape[1])
            confidence, right = probabilities.ravel(), targets.ravel()
        else:
            confidence = probabilities.max(axis=1)
            right = probabilities.argmax(axis=1) == targets
        bins: NDArray[np.intp] = np.minimum((confidence * _N_BINS).astype(int), _N_BINS - 1)
        weights, confidences, rights = (
            np.bincount(bins, weight * values, _N_BINS).astype(np.float64)
            for values in (1.0, confidence, right)
        )
        with np.errstate(invalid="ignore"):
            means = confidences / weights, rights / weights
        return cls(np.linspace(0, 1, _N_BINS + 1), weights, *means)

    @property
    def expected_error(self) -> float:
        """Expected calibration error: the mean of |accuracy - confidence| over predictions."""
        gaps = np.nan_to_num(np.abs(self.accuracy - self.confidence))
        return float(np.average(gaps, weights=self.weight))


@dataclass(frozen=True, eq=False)
class Calibration:
    """What temperature scaling did, on the validation rows.

    Parameters
    ----------
    temperature : float
        By which the logits are divided: above 1 the network was too sure.
    before, after : Reliability
    """

    temperature: float
    before: Reliability
    after: Reliability


def calibrated(network: Network, rows: Samples, labels: Labels) -> tuple[Network, Calibration]:
    """Give a network the temperature that suits these rows.

    Parameters
    ----------
    network : Network
    rows : Samples
        That it was not trained on.
    labels : Labels

    Returns
    -------
    network : Network
        Whose last layer is divided by the temperature.
    calibration : Calibration

    Warns
    -----
    ErrorestWarning
        If the temperature is at a limit.
    """
    logits = engine.forward(network, rows.X)
    temperature = best_temperature(logits, rows.targets, labels, rows.sample_weight, doubt=DOUBT)
    if any(math.isclose(temperature, limit, rel_tol=1e-3) for limit in _LIMITS):
        warn(
            f"the temperature {temperature:.3g} is a limit: none from {_LIMITS[0]:g} to "
            f"{_LIMITS[1]:g} suits the validation rows; regularize the network, or train it for "
            "fewer epochs",
            ErrorestWarning,
        )
    before, after = (
        Reliability.measured(labels.probabilities(z), rows.targets, rows.sample_weight)
        for z in (logits, logits / temperature)
    )
    return with_temperature(network, temperature), Calibration(temperature, before, after)


def best_temperature(
    logits: NDArray[np.floating],
    targets: NDArray[Any],
    labels: Labels,
    sample_weight: NDArray[np.floating] | None = None,
    *,
    doubt: float = math.inf,
) -> float:
    """Return the temperature at which the targets are likeliest.

    Parameters
    ----------
    logits : array of shape (n_samples, n_outputs) or (n_samples, n_networks, n_outputs)
        Of networks it is the mean of the probabilities that counts.
    targets : array of shape (n_samples,) or (n_samples, n_outputs)
    labels : Labels
    sample_weight : array of shape (n_samples,), optional
    doubt : float, optional
        Standard deviation of the temperature's logarithm before the rows were seen, around 0:
        where few rows speak, or no row was mistaken, the temperature stays near to 1.

    Returns
    -------
    float
        From 0.05 to 20.
    """
    loss = labels.loss
    targets = labels.matrix(targets)
    # Of how many rows of equal weight these say as much (Kish 1965).
    n_rows = float(len(targets))
    if sample_weight is not None:
        n_rows = float(np.sum(sample_weight) ** 2 / np.sum(np.square(sample_weight)))

    def minus_log_posterior(log_temperature: float) -> float:
        divided = logits / math.exp(log_temperature)
        losses = loss(loss.mean_logits(divided) if logits.ndim == 3 else divided, targets)
        mean = float(np.average(losses, weights=sample_weight))
        return mean + (log_temperature / doubt) ** 2 / (2 * n_rows)

    limits = tuple(map(math.log, _LIMITS))
    return math.exp(minimize_scalar(minus_log_posterior, bounds=limits, method="bounded").x)


def with_temperature(network: Network, temperature: float) -> Network:
    """Divide a network's logits, by dividing the weights and biases of its last layer."""
    parameters = np.array(network.parameters)
    parameters[-network.layers[-1].n_parameters :] /= temperature
    return dataclasses.replace(network, parameters=parameters)
