"""How strong a penalty should be, as rows say that a line has not seen.

>>> from errorest.estimators.folds import folds
>>> from errorest.estimators.labels import Labels
>>> from errorest.estimators.linear import linear_network
>>> X, y = np.array([[-3.0], [-2.0], [-1.0], [1.0], [2.0], [3.0]]), np.array([0, 0, 0, 1, 1, 1])
>>> start = linear_network(np.zeros((1, 1)), np.zeros(1), Labels(np.arange(2)).loss)
>>> def steeper(line, training, C):
...     return line.with_parameters(np.array([C, 0.0]))
>>> parts = folds(y, 3, seed=0)
>>> choose_penalty(steeper, start, Samples(X, y), Labels(np.arange(2)), parts).C
100.0
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from errorest.engine.blas import one_blas_thread
from errorest.estimators.folds import Fold
from errorest.estimators.groups import standard_error
from errorest.estimators.labels import Labels
from errorest.network import Network
from errorest.training import Samples

__all__ = ["MANY_ROWS", "STRENGTHS", "PenaltyChoice", "choose_penalty"]

# From a strong penalty to nearly none, as values of C.
STRENGTHS = (0.01, 0.1, 1.0, 10.0, 100.0)

# Beyond which the strength hardly matters, and its choice takes long.
MANY_ROWS = 20_000


@dataclass(frozen=True, eq=False)
class PenaltyChoice:
    """The strength of a penalty, and how lines did on rows that they had not seen.

    Attributes
    ----------
    C : float
        Inverse of the strength.
    held_back_logits : array of shape (n_samples, n_outputs)
        Of each row, by the line of the fold that holds it back, with the strength that suits the
        other folds; NaN if none does.
    """

    C: float
    held_back_logits: NDArray[np.floating]


def choose_penalty(
    fit: Callable[[Network, Samples, float], Network],
    start: Network,
    samples: Samples,
    labels: Labels,
    folds: Sequence[Fold],
    *,
    groups: NDArray[np.intp] | None = None,
    strengths: Sequence[float] = STRENGTHS,
    n_choosing: int | None = None,
) -> PenaltyChoice:
    """Fit lines with several penalties, and let held-back rows choose one.

    It is the one of the least loss; but C is no further above 1, the penalty no weaker, than gains
    more than one standard error.

    Parameters
    ----------
    fit : callable
        From the line to start from, rows and C to a line.
    start : Network
    samples : Samples
        Rows that have a weight.
    labels : Labels
    folds : sequence of Fold
        Without any, there is no choice.
    groups : array of shape (n_samples,), optional
        The same number for rows that are held back together.
    strengths : sequence of float
        Values of C, of which 1 is one.
    n_choosing : int, optional
        How many of the folds choose, by default all; the others hold back with what these chose.

    Returns
    -------
    PenaltyChoice
    """
    held_back_logits = np.full((len(samples), start.n_outputs), np.nan)
    weights = samples.weights

    def path(fold: Fold, strengths: Sequence[float]) -> list[NDArray[np.floating]]:
        """Return the logits of a fold's held-back rows, each line from the last."""
        training, held_back = map(samples.take, fold)
        line, logits = start, []
        for C in strengths:
            line = fit(line, training, C)
            logits.append(held_back.X @ line.weights[0] + line.biases[0])
        return logits

    # The products are small: BLAS's threads would wait for the next longer than they work.
    with one_blas_thread():
        choosing = folds[:n_choosing]
        tried = [path(fold, strengths) for fold in choosing]
        losses = [
            np.stack([labels.log_losses(one, samples.targets[held_back]) for one in logits])
            for logits, (_, held_back) in zip(tried, choosing, strict=True)
        ]

        def best(numbers: Sequence[int]) -> int:
            """Return the place of the strength that suits some folds."""
            rows = np.concatenate([choosing[number][1] for number in numbers])
            of_groups = None if groups is None else groups[rows]
            of_rows = np.concatenate([losses[number] for number in numbers], axis=1)
            return _best(of_rows, weights[rows], of_groups, strengths.index(1.0))

        every = range(len(choosing))
        for number, (_, held_back) in enumerate(choosing):
            others = [other for other in every if other != number]
            held_back_logits[held_back] = tried[number][best(others or every)]
        C = strengths[best(every)] if folds else 1.0
        for fold in folds[len(choosing) :]:
            (held_back_logits[fold[1]],) = path(fold, [C])
    return PenaltyChoice(C, held_back_logits)


def _best(
    losses: NDArray[np.float64],
    weights: NDArray[np.floating],
    groups: NDArray[np.intp] | None,
    usual: int,
) -> int:
    """Return the best strength, or one nearer to the usual if a weaker penalty gains too little.

    To overrate what a line knows costs more than to underrate it.

    Losses are of shape (n_strengths, n_rows).
    """
    best = int(np.average(losses, axis=1, weights=weights).argmin())
    for strength in range(usual, best):
        behind = losses[strength] - losses[best]
        # A few heavy rows leave more to chance than many light ones.
        if np.average(behind, weights=weights) <= standard_error(behind, groups, weights):
            return strength
    return best
