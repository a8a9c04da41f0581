"""How well a network does on the points: losses, votes, probabilities, confusion.

>>> from errorest.playground.data import simulated
>>> from errorest.playground.training_setup import start_network
>>> from errorest.playground.state import State
>>> data = simulated(State())
>>> measured = Measured(start_network(State(), data), data)
>>> measured.votes.shape, sorted(measured.accuracy())
((200,), ['train', 'validation'])
"""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from errorest import engine
from errorest.maths.losses import BinaryCrossEntropy, CrossEntropy, PerceptronLoss
from errorest.maths.probability import likelihood
from errorest.network.network import Network
from errorest.playground.data import Data

__all__ = ["Measured"]

Floats = NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class Measured:
    """A network and the points that it is measured on."""

    network: Network
    data: Data

    @cached_property
    def logits(self) -> Floats:
        """Of all points, of shape (n, n_outputs)."""
        return np.asarray(engine.forward(self.network, self.data.X))

    @cached_property
    def losses(self) -> Floats:
        """Of each point, without the penalty on large weights."""
        return np.asarray(self.network.loss(self.logits, self.data.targets))

    @cached_property
    def predicted(self) -> NDArray[np.intp]:
        """The likeliest class of each point."""
        return self.data.meaning.likeliest(self.logits)

    @cached_property
    def answered(self) -> NDArray[np.bool_]:
        """Which points have a number for an answer; none, once the training has diverged."""
        return np.asarray(~np.isnan(self.logits).any(axis=1))

    @cached_property
    def mistaken(self) -> NDArray[np.bool_]:
        """Which points are taken for another class, or have no answer."""
        return np.asarray((self.predicted != self.data.labels) | ~self.answered)

    @property
    def votes(self) -> NDArray[np.bool_]:
        """Which points say "come closer".

        To a perceptron those that stand wrong to any of its lines, though that of their own class
        may answer highest.
        """
        if not isinstance(self.network.loss, PerceptronLoss):
            return self.mistaken
        wrong = ((self.logits >= 0) != self.data.targets).any(axis=1)
        return np.asarray(wrong | ~self.answered)

    @property
    def has_probabilities(self) -> bool:
        """Whether the network was trained for probabilities."""
        return isinstance(self.network.loss, BinaryCrossEntropy | CrossEntropy)

    @cached_property
    def log_probabilities(self) -> Floats:
        """Logarithm of the probability of each point's own class."""
        logs = self.data.meaning.log_probabilities(self.logits)
        return logs[np.arange(len(logs)), self.data.labels]

    def loss(self) -> dict[str, float | None]:
        """Return the mean loss of the training and of the validation points."""
        return self._means(self.losses)

    def accuracy(self) -> dict[str, float | None]:
        """Return the share of points taken for their class, of training and of validation.

        NaN where points have no answer: a share of the others would pass for one of all.
        """
        return self._means(np.where(self.answered, ~self.mistaken, np.nan))

    def likelihood(self) -> dict[str, float] | None:
        """Return the likelihood of the training points, its logarithm, and cross-entropy.

        None without probabilities, and where they are no longer finite.
        """
        if not self.has_probabilities:
            return None
        logs = self.log_probabilities[self.data.training_rows].astype(np.float64)
        log_likelihood = float(logs.sum())
        if not math.isfinite(log_likelihood):
            return None
        return {
            "likelihood": likelihood(np.exp(logs)),
            "log_likelihood": log_likelihood,
            "cross_entropy": -log_likelihood,
            "n": len(logs),
        }

    def confusion(self) -> dict[str, NDArray[np.int32] | None]:
        """Count the answered points of each class (rows) taken for each class (columns)."""
        return {
            "train": self._counts(self.data.training_rows),
            "validation": self._counts(self.data.validation_rows)
            if len(self.data.validation_rows)
            else None,
        }

    def _counts(self, rows: NDArray[np.intp]) -> NDArray[np.int32]:
        k, rows = len(self.data.classes), rows[self.answered[rows]]
        pairs = self.data.labels[rows] * k + self.predicted[rows]
        return np.bincount(pairs, minlength=k * k).reshape(k, k).astype(np.int32)

    def _means(self, values: NDArray[Any]) -> dict[str, float | None]:
        training, validation = self.data.training_rows, self.data.validation_rows
        return {
            "train": float(values[training].mean()),
            "validation": float(values[validation].mean()) if len(validation) else None,
        }
