"""The line through an encoded table: logistic regression, with a penalty that held-back rows chose.

>>> import numpy as np
>>> from errorest.estimators.folds import folds
>>> X, y = np.array([[-3.0], [-2.0], [-1.0], [1.0], [2.0], [3.0]]), np.array([0, 0, 1, 0, 1, 1])
>>> line = best_line(X, y, folds(y, 3, seed=0))
>>> line.network.n_parameters, line.held_back_logits.shape
(2, (6, 1))
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack, issparse

from errorest.engine.blas import one_blas_thread
from errorest.estimators.folds import Fold
from errorest.estimators.labels import Labels
from errorest.estimators.linear import linear_network
from errorest.estimators.linear_objective import LinearObjective
from errorest.estimators.linear_training import minimum
from errorest.estimators.penalty_choice import MANY_ROWS, STRENGTHS, PenaltyChoice, choose_penalty
from errorest.maths.activations import identity
from errorest.network import Dense, Embedding, Network
from errorest.training import Samples

__all__ = ["Line", "best_line"]

# Up to which Newton's method is the fastest, and it does not mind scales.
_FEW_COEFFICIENTS = 300


@dataclass(frozen=True, eq=False)
class Line(PenaltyChoice):
    """A line, and the choice of its penalty.

    Attributes
    ----------
    network : Network
        Trained on all rows.
    """

    network: Network


def best_line(
    X: NDArray[np.floating],
    targets: NDArray[np.intp],
    folds: Sequence[Fold],
    *,
    groups: NDArray[np.intp] | None = None,
    sample_weight: NDArray[np.floating] | None = None,
    levels: Mapping[int, int] | None = None,
) -> Line:
    """Fit lines with several penalties, and keep the one that suits held-back rows best.

    Parameters
    ----------
    X : array of shape (n_samples, n_features)
    targets : array of shape (n_samples,)
        Class indices, of at least two classes.
    folds : sequence of Fold
    groups : array of shape (n_samples,), optional
        The same number for rows that are held back together.
    sample_weight : array of shape (n_samples,), optional
    levels : mapping of int to int, optional
        Which features are codes of categories, and how many levels these have: each level gets a
        coefficient of its own.

    Returns
    -------
    Line
    """
    n_classes = int(targets.max()) + 1
    labels = Labels(np.arange(n_classes))
    n_outputs = labels.n_outputs
    rows: Any = _one_hot(X, levels) if levels else X
    solver = "lbfgs"
    if rows.shape[1] * n_classes <= _FEW_COEFFICIENTS:
        solver = "newton-cholesky"
        rows = rows.toarray() if issparse(rows) else rows
    # In float32, L-BFGS may find no better point before its tolerance is reached.
    exact = rows.astype(np.float64, copy=False)
    samples = Samples(exact, targets, sample_weight)
    start = linear_network(np.zeros((n_outputs, rows.shape[1])), np.zeros(n_outputs), labels.loss)
    fit = partial(_fitted, solver=solver)
    strengths = STRENGTHS if len(targets) <= MANY_ROWS else (1.0,)
    choice = choose_penalty(fit, start, samples, labels, folds, groups=groups, strengths=strengths)
    with one_blas_thread():
        fitted = fit(start, samples, choice.C)
    network = _with_codes(fitted, levels) if levels else fitted
    parameters = network.parameters.astype(X.dtype)
    return Line(choice.C, choice.held_back_logits, network.with_parameters(parameters))


def _fitted(start: Network, samples: Samples, C: float, *, solver: str) -> Network:
    """Return the line of the least penalised loss, as LogisticRegression(C) has it.

    Here one fit follows another, and the estimator's checks would take longer than Newton's steps.
    """
    is_weight = np.arange(start.n_parameters) < start.weights[0].size
    l2 = np.where(is_weight, 1 / (C * samples.total_weight), 0)
    objective = LinearObjective(start, samples.X, samples.targets, samples.sample_weight, l2=l2)
    return minimum(objective, start, solver=solver, tol=1e-4, max_iter=300)


def _one_hot(X: NDArray[np.floating], levels: Mapping[int, int]) -> csr_matrix:
    """Put a column for each level behind the features that are no codes."""
    passing = [feature for feature in range(X.shape[1]) if feature not in levels]
    parts = [csr_matrix(X[:, passing])]
    for feature, n_levels in levels.items():
        codes = X[:, feature]
        is_level = (codes >= 0) & (codes < n_levels) & (codes == np.floor(codes))
        known = np.flatnonzero(is_level)
        places = known, codes[known].astype(np.intp)
        ones = np.ones(len(known), dtype=X.dtype)
        parts.append(csr_matrix((ones, places), shape=(len(X), n_levels)))
    return hstack(parts, format="csr")


def _with_codes(line: Network, levels: Mapping[int, int]) -> Network:
    """Turn a line through :func:`_one_hot` rows into a network that takes the codes."""
    passing, vectors = np.split(line.weights[0], [line.n_features - sum(levels.values())])
    n_features, n_outputs = len(passing) + len(levels), line.n_outputs
    embedding = Embedding(n_features, tuple(levels), tuple(levels.values()), width=n_outputs)
    # The vector of a level holds its coefficients, which only need to be added up.
    adding = np.tile(np.eye(n_outputs), (len(levels), 1))
    dense = Dense(embedding.n_out, n_outputs, identity)
    parts = vectors.ravel(), passing.ravel(), adding.ravel(), line.biases[0]
    return Network((embedding, dense), line.loss, np.concatenate(parts))
