"""Ensembles: several networks side by side, whose probabilities are averaged.

>>> import numpy as np
>>> first, second = np.array([[2.0]]), np.array([[-2.0]])
>>> mean_logits([first, second], independent=True)
array([[0.]])
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import log_expit, log_softmax, logsumexp
from sklearn.base import clone
from sklearn.utils.parallel import Parallel, delayed

from errorest import engine

__all__ = ["Members", "bootstrap_weights", "fit_members", "mean_logits", "new_members"]


@dataclass(frozen=True)
class Members:
    """How many networks to train, and in what they differ besides their seeds.

    Parameters
    ----------
    n : int, default=5
    bootstrap : bool, default=False
        Whether each sees its own sample of the rows, drawn with replacement (Breiman 1996).

    Raises
    ------
    ValueError
        If there is no member.
    """

    n: int = 5
    bootstrap: bool = False

    def __post_init__(self) -> None:
        if self.n < 1:
            raise ValueError(f"n must be at least 1 member, not {self.n}")


def new_members(model: Any, n: int, rng: np.random.RandomState) -> list[Any]:
    """Return unfitted copies of a classifier, with one network, one thread and a seed each.

    Parameters
    ----------
    model : MLPClassifier
    n : int
    rng : RandomState

    Returns
    -------
    list of MLPClassifier
        Without the model's callbacks, which are not made for several fits at a time.
    """
    settings = {"n_members": 1, "n_threads": 1, "checkpoint": None}
    seeds = rng.randint(2**31, size=n)
    return [
        clone(model).set_params(random_state=int(seed), **settings).set_callbacks()
        for seed in seeds
    ]


def fit_members(
    models: Sequence[Any],
    method: str,
    X: ArrayLike,
    y: ArrayLike,
    sample_weights: Sequence[ArrayLike | None],
    **arguments: Any,
) -> list[Any]:
    """Fit models side by side, each on one thread.

    Parameters
    ----------
    models : sequence of classifiers
    method : {"fit", "partial_fit"}
    X, y
        For all of them.
    sample_weights : sequence of array-like or None
        For each.
    **arguments
        What else the method takes.

    Returns
    -------
    list of classifiers
    """

    def fit(model: Any, sample_weight: ArrayLike | None) -> Any:
        return getattr(model, method)(X, y, sample_weight=sample_weight, **arguments)

    jobs = (delayed(fit)(*job) for job in zip(models, sample_weights, strict=True))
    n_jobs = min(engine.n_threads(), len(models))
    fitted: list[Any] = Parallel(n_jobs=n_jobs, prefer="threads")(jobs)
    return fitted


def bootstrap_weights(
    n_samples: int, sample_weight: ArrayLike | None, rng: np.random.RandomState
) -> NDArray[np.floating]:
    """Return weights that count how often each row is drawn, in as many draws as there are rows.

    Parameters
    ----------
    n_samples : int
    sample_weight : array-like of shape (n_samples,), optional
        By which they are multiplied.
    rng : RandomState

    Returns
    -------
    array of shape (n_samples,)
    """
    counts = np.bincount(rng.randint(n_samples, size=n_samples), minlength=n_samples)
    return counts * (1.0 if sample_weight is None else np.asarray(sample_weight))


def mean_logits(
    logits: Sequence[NDArray[np.floating]], *, independent: bool
) -> NDArray[np.floating]:
    """Return the logits of the mean of the members' probabilities.

    Parameters
    ----------
    logits : sequence of arrays of shape (n_samples, n_outputs)
    independent : bool
        Whether each logit decides alone, by a sigmoid; or together with the others, by softmax.

    Returns
    -------
    array of shape (n_samples, n_outputs)
    """
    stacked = np.stack(logits)
    if independent:
        yes, no = logsumexp(log_expit(stacked), axis=0), logsumexp(log_expit(-stacked), axis=0)
        difference: NDArray[np.floating] = yes - no
        return difference
    mean: NDArray[np.floating] = logsumexp(log_softmax(stacked, axis=-1), axis=0)
    mean -= np.log(len(logits))
    return mean
