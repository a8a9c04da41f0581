"""Which steps a call of ``train_epochs`` makes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Steps"]


@dataclass(frozen=True, eq=False)
class Steps:
    """Steps of mini-batch training, epoch by epoch.

    Parameters
    ----------
    learning_rates : array of shape (n_epochs, n_batches)
        One for each step, the last batch of an epoch being the smaller one.
    batch_size : int
    regularization : array of shape (n_epochs, n_batches), optional
        Factors from 0 to 1 for all dropout and weight decay at each step. By default 1.
    l2 : float, default=0
    shuffle : bool, default=True
        Whether epoch e visits the rows in the order ``random_order(seed, e, n_samples)``.
    seed : int, default=0
        Of these orders, and of dropout.
    first_epoch : int, default=0
        How many epochs were made before.

    Raises
    ------
    ValueError
        If the factors have another shape than the learning rates.
    """

    learning_rates: NDArray[np.float64]
    batch_size: int
    regularization: NDArray[np.float64] | None = None
    l2: float = 0.0
    shuffle: bool = True
    seed: int = 0
    first_epoch: int = 0

    def __post_init__(self) -> None:
        if self.factors.shape != self.learning_rates.shape:
            raise ValueError(
                f"regularization has shape {self.factors.shape}, but learning_rates have "
                f"{self.learning_rates.shape}"
            )

    @property
    def factors(self) -> NDArray[np.float64]:
        """The factors for dropout and weight decay, 1 where none were given."""
        if self.regularization is None:
            return np.ones_like(self.learning_rates)
        return self.regularization
