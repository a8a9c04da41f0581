"""Which columns a classifier relies on."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sklearn.feature_selection import f_classif
from sklearn.metrics import accuracy_score
from sklearn.utils.validation import check_consistent_length

from errorest.estimators.evaluation import log_losses
from errorest.estimators.table_classifier import TableClassifier
from errorest.tables.encoder import source_columns

__all__ = ["ColumnImportance", "column_importances"]


# The table is predicted again for each shuffling of each column.
_MOST_COLUMNS = 100
_MOST_CELLS = 2_000_000


@dataclass(frozen=True)
class ColumnImportance:
    """How much worse a classifier does when one column's cells are shuffled.

    Attributes
    ----------
    name : str
    mean : float
        By how much the log-loss rises; of a classifier without probabilities, by how much the
        accuracy falls.
    std : float
        Standard deviation over the shufflings.
    """

    name: str
    mean: float
    std: float


def column_importances(
    model: TableClassifier,
    X: Any,
    y: ArrayLike,
    *,
    n_repeats: int = 5,
    max_rows: int = 10_000,
    seed: int = 0,
) -> list[ColumnImportance]:
    """Measure the permutation importance of each column (Breiman 2001).

    Of more than 100 columns, it is measured of those that differ most between the classes, by the
    F-test of their features.

    Parameters
    ----------
    model : TableClassifier
    X : DataFrame of shape (n_rows, n_columns)
        Columns without names, such as those of an array, are taken in the order of ``fit``'s.
    y : array-like of shape (n_rows,)
        The classes that the model should predict, all of which it must know.
    n_repeats : int, default=5
        How often each column is shuffled.
    max_rows : int, default=10000
        Of more rows, so many are drawn, and fewer of a wide table.
    seed : int, default=0

    Returns
    -------
    list of ColumnImportance
        One for each measured column that the model uses and the table has, the largest first.

    Raises
    ------
    ValueError
        If the model does not know a class, or X and y are of different lengths.
    NotFittedError
        If the model is not fitted.

    Examples
    --------
    >>> import pandas as pd
    >>> from errorest import LogisticRegression, TableClassifier
    >>> rows = {"test": [2, 9, 3, 8] * 5, "shirt": ["red", "blue", "blue", "red"] * 5}
    >>> table = pd.DataFrame(rows)
    >>> accepted = ["no", "yes", "no", "yes"] * 5
    >>> model = TableClassifier(LogisticRegression()).fit(table, accepted)
    >>> [column.name for column in column_importances(model, table, accepted)]
    ['test', 'shirt']
    """
    frame, labels = model._named(X), np.asarray(y)
    check_consistent_length(frame, labels)
    rng = np.random.RandomState(seed)
    sources = source_columns(model.encoder_, model.schema_)
    n_rows = min(max_rows, max(1, _MOST_CELLS // len(sources)))
    if len(frame) > n_rows:
        chosen = rng.choice(len(frame), n_rows, replace=False)
        frame, labels = frame.iloc[chosen], labels[chosen]
    encoded = model.encode(frame)
    names = [column.name for column in model.schema_.used]
    if len(names) > _MOST_COLUMNS:
        names = _most_different(names, sources, encoded, labels)
    is_moved = np.isin(sources, names)
    column_of = [names.index(name) for name in np.array(sources)[is_moved]]
    features = encoded[:, is_moved]

    def goodness(estimator: Any, rows: NDArray[np.intp], labels: NDArray[Any]) -> float:
        # All features of a column come from the row that its cell was taken from.
        shuffled = encoded.copy()
        shuffled[:, is_moved] = np.take_along_axis(features, rows[:, column_of], axis=0)
        if not hasattr(estimator, "predict_proba"):
            return float(accuracy_score(labels, estimator.predict(shuffled)))
        return -float(log_losses(estimator, shuffled, labels).mean())

    # What is shuffled is, for each column, from which row its cells are taken: so the table is
    # encoded only once.
    rows = np.repeat(np.arange(len(frame))[:, None], len(names), axis=1)
    # This takes as long to import as a small training, and few ask for it.
    from sklearn.inspection import permutation_importance

    measured = permutation_importance(
        model.estimator_, rows, labels, scoring=goodness, n_repeats=n_repeats, random_state=rng
    )
    columns = map(
        ColumnImportance,
        names,
        measured.importances_mean.tolist(),
        measured.importances_std.tolist(),
    )
    there = (column for column in columns if column.name in frame)
    return sorted(there, key=lambda column: -column.mean)


def _most_different(
    names: list[str], sources: list[str], encoded: NDArray[np.floating], labels: NDArray[Any]
) -> list[str]:
    """Return the columns of which some feature's means differ most between the classes."""
    # From here on, constant features are 0: of others the test would compare rounding errors.
    from_first = encoded.astype(np.float64) - encoded[0]
    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        # Constant features differ in nothing, and a single class from none.
        warnings.simplefilter("ignore", UserWarning)
        statistics = np.nan_to_num(f_classif(from_first, labels)[0])
    largest = pd.Series(statistics).groupby(np.array(sources)).max()
    return sorted(names, key=lambda name: -largest.get(name, 0.0))[:_MOST_COLUMNS]
