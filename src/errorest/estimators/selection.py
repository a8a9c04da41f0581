"""The simplest model that is about as good as the best: a line where a line is enough.

>>> losses = {"line": np.array([0.5, 0.7, 0.6]), "network": np.array([0.4, 0.8, 0.55])}
>>> select(losses).kept
'line'
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from errorest.estimators.groups import standard_error

__all__ = ["Selection", "select"]


@dataclass(frozen=True)
class Selection:
    """Which of several models is kept, by their log-loss on rows they had not seen.

    Parameters
    ----------
    log_losses : dict of str to float
        Means, from the simplest model to the least simple one.
    standard_errors : dict of str to float
        Of the difference between each mean and the smallest one, row by row; infinite where all
        rows are of one group.
    kept : str
    """

    log_losses: dict[str, float]
    standard_errors: dict[str, float]
    kept: str

    @property
    def best(self) -> str:
        """The model of the smallest log-loss."""
        return min(self.log_losses, key=lambda name: self.log_losses[name])

    @property
    def reason(self) -> str:
        """Why the model is kept, in a sentence."""
        if self.kept == self.best:
            simpler = list(self.log_losses)[: list(self.log_losses).index(self.kept)]
            if not simpler:
                return f"the {self.kept} is the simplest model, and none does better"
            return f"the {self.kept} does better by more than one standard error"
        return (
            f"the {self.kept} is simpler than the {self.best}, and within one standard error of it"
        )

    def to_dict(self) -> dict[str, object]:
        """Return it as plain dicts, words and numbers, as JSON has them."""
        errors = {
            name: error if np.isfinite(error) else None
            for name, error in self.standard_errors.items()
        }
        return {
            "kept": self.kept,
            "reason": self.reason,
            "log_losses": self.log_losses,
            "standard_errors": errors,
        }


def select(
    losses: Mapping[str, NDArray[np.floating]], groups: NDArray[np.intp] | None = None
) -> Selection:
    """Keep the simplest model whose mean loss is within one standard error of the best.

    This is the one-standard-error rule of Breiman, Friedman, Olshen and Stone (1984), section
    3.4.3, with the standard error of the difference: all models answer about the same rows, of
    which some are hard for every one of them.

    Parameters
    ----------
    losses : mapping of str to array of shape (n_samples,)
        The loss of each row when it was held back, by model, the simplest first. It is NaN where
        a row never was; such rows do not count for any model.
    groups : array of shape (n_samples,), optional
        The same number for rows that belong together.

    Returns
    -------
    Selection

    Raises
    ------
    ValueError
        If less than two rows count.
    """
    names = list(losses)
    every = np.stack([losses[name] for name in names])
    counts = np.isfinite(every).all(axis=0)
    every = every[:, counts]
    if every.shape[1] < 2:
        raise ValueError("fewer than two rows were held back by all models: there is no choice")
    means = every.mean(axis=1)
    behind = every - every[means.argmin()]
    spreads = standard_error(behind, None if groups is None else groups[counts])
    kept = names[int(np.argmax(behind.mean(axis=1) <= spreads))]
    return Selection(
        dict(zip(names, means.tolist(), strict=True)),
        dict(zip(names, spreads.tolist(), strict=True)),
        kept,
    )
