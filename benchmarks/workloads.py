"""The trainings that are timed: the same work for every contestant."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["WORKLOADS", "Workload"]


@dataclass(frozen=True)
class Workload:
    """Adam on cross-entropy over shuffled mini-batches, in float32.

    Parameters
    ----------
    name : str
    n_samples, n_features, n_classes : int
    hidden : tuple of int
    activation : str
        ``"relu"`` or ``"tanh"``.
    batch_size, n_epochs : int
    learning_rate : float, default=0.001
    """

    name: str
    n_samples: int
    n_features: int
    n_classes: int
    hidden: tuple[int, ...]
    activation: str
    batch_size: int
    n_epochs: int
    learning_rate: float = 0.001

    @property
    def n_outputs(self) -> int:
        """One output says yes or no; more classes have one each."""
        return 1 if self.n_classes == 2 else self.n_classes

    @property
    def sizes(self) -> list[int]:
        """The number of units in each layer, the inputs being the first."""
        return [self.n_features, *self.hidden, self.n_outputs]

    @property
    def n_batches(self) -> int:
        """Number of steps in an epoch."""
        return math.ceil(self.n_samples / self.batch_size)

    @property
    def flops(self) -> float:
        """Floating-point operations of the matrix products of all epochs."""
        edges = [n_in * n_out for n_in, n_out in zip(self.sizes, self.sizes[1:], strict=False)]
        # Forward and gradient for all layers; back to the inputs for all but the first.
        per_row = 2 * (2 * sum(edges) + sum(edges[1:]))
        return float(per_row) * self.n_samples * self.n_epochs

    def data(self) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Make rows and their classes: a random network's opinion, with some noise."""
        rng = np.random.default_rng(0)
        X = rng.standard_normal((self.n_samples, self.n_features), dtype=np.float32)
        hidden = np.tanh(X @ rng.standard_normal((self.n_features, 8), dtype=np.float32))
        logits = hidden @ rng.standard_normal((8, self.n_classes), dtype=np.float32)
        noise = rng.gumbel(size=logits.shape).astype(np.float32)
        return X, (logits + 0.5 * noise).argmax(axis=1)


WORKLOADS = [
    Workload("line", 400, 6, 2, (), "relu", 400, 1000, 0.01),
    Workload("playground", 500, 2, 2, (8, 8), "tanh", 32, 100, 0.01),
    Workload("digits", 1797, 64, 10, (100,), "relu", 200, 200),
    Workload("tabular", 100_000, 50, 2, (256, 256), "relu", 256, 3),
    Workload("wide", 60_000, 784, 10, (512, 512), "relu", 128, 1),
    Workload("long", 1_000_000, 30, 2, (), "relu", 1024, 1),
]
