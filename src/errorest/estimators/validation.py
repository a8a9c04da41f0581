"""The rows that a training measures on: the user's own, or a part that is set aside."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import DataConversionWarning

from errorest.estimators.labels import Labels
from errorest.estimators.rows import checked_matrix
from errorest.estimators.sparse import densified
from errorest.estimators.weights import checked_weights
from errorest.notices import warn
from errorest.training import Samples

__all__ = ["checked_rows", "own_rows", "set_aside"]


def checked_rows(estimator: Any, X: Any, y: Any, *, reset: bool) -> tuple[Any, NDArray[Any]]:
    """Check features and labels; a sparse matrix of features becomes CSR.

    Parameters
    ----------
    estimator : classifier
    X, y
        As for its ``fit``.
    reset : bool
        Whether these are the first rows that it sees, and not to be compared with others.

    Returns
    -------
    X : array or CSR matrix of shape (n_samples, n_features)
    y : array of shape (n_samples,) or (n_samples, n_labels)

    Raises
    ------
    ValueError
        If they are none, or have other features than the first rows.
    """
    X, y = checked_matrix(estimator, X, y, multi_output=True, reset=reset)
    if y.ndim == 2 and y.shape[1] == 1:
        # scikit-learn's checks of estimators know it by its first words.
        warn(
            "A column-vector y was passed when a 1d array was expected: pass y.ravel()",
            DataConversionWarning,
        )
        y = y.ravel()
    return X, y


def own_rows(estimator: Any, validation: Any) -> Samples:
    """Check and encode the validation rows that were given to ``fit``.

    Parameters
    ----------
    estimator : classifier
        That has seen its training rows already.
    validation : tuple ``(X, y)`` or ``(X, y, sample_weight)``

    Returns
    -------
    Samples

    Raises
    ------
    ValueError
        If it is no such tuple, has other features, or a class that the training rows lack.
    """
    if not isinstance(validation, tuple | list) or len(validation) not in (2, 3):
        raise ValueError("validation must be a tuple (X, y) or (X, y, sample_weight)")
    X, y, *sample_weight = validation
    try:
        X, y = checked_rows(estimator, X, y, reset=False)
        targets = estimator._labels.encode(y)
        weights = checked_weights(sample_weight[0] if sample_weight else None, X)
    except ValueError as error:
        raise ValueError(f"validation does not fit the training rows: {error}") from error
    return Samples(densified(X), targets, weights, weights)


def set_aside(
    samples: Samples, fraction: float, labels: Labels, rng: np.random.RandomState
) -> tuple[Samples, Samples]:
    """Split rows into training and validation rows, in the proportions of the classes.

    Of three classes and more, the only row of a class is a training row, and the rows are split at
    random if fewer are set aside than there are classes; so are rows with several labels. Class
    weights are for training rows only.

    Parameters
    ----------
    samples : Samples
    fraction : float
        The share of validation rows.
    labels : Labels
    rng : RandomState

    Returns
    -------
    training, validation : Samples

    Raises
    ------
    ValueError
        If there are too few rows, or either part has no weight.
    """
    own_rows_instead = "give rows of your own: fit(X, y, validation=(X_val, y_val))"
    if fraction == 0:
        raise ValueError(
            f"validation_fraction=0 sets no rows aside: increase it, or {own_rows_instead}"
        )
    rows = np.arange(len(samples))
    alone, classes = rows[:0], None
    if not labels.multilabel:
        of_rows = labels.decode(samples.targets)
        _, numbers, sizes = np.unique(of_rows, return_inverse=True, return_counts=True)
        if len(sizes) > 2:
            is_alone = sizes[numbers] == 1
            rows, alone = rows[~is_alone], rows[is_alone]
        if len(sizes) == 2 or fraction * len(rows) > (sizes > 1).sum() - 1:
            classes = of_rows[rows]
    # It is imported with all of scikit-learn's metrics, which few trainings need.
    from sklearn.model_selection import train_test_split

    try:
        training, validation = train_test_split(
            rows, test_size=fraction, stratify=classes, random_state=rng
        )
    except ValueError as error:
        raise ValueError(
            f"validation_fraction={fraction} cannot set some of {len(samples)} rows aside "
            f"({str(error).rstrip('.')}): change it, or {own_rows_instead}"
        ) from error
    if len(validation) < 2:
        raise ValueError(
            "The validation set is too small. Increase 'validation_fraction' or the size of your "
            "dataset."
        )
    kept = samples.take(np.concatenate([training, alone]))
    aside = samples.take(validation)
    aside = replace(aside, sample_weight=aside.own_weight)
    if kept.total_weight == 0 or aside.total_weight == 0:
        raise ValueError(
            "The sample weights of the training or the validation set are all zero: use another "
            f"random_state, or {own_rows_instead}"
        )
    return kept, aside
