"""Which columns a classifier relies on.

>>> import pandas as pd
>>> from errorest import LogisticRegression, TableClassifier
>>> table = pd.DataFrame({"test": [2, 9, 3, 8] * 5, "shirt": ["red", "blue", "blue", "red"] * 5})
>>> accepted = ["no", "yes", "no", "yes"] * 5
>>> model = TableClassifier(LogisticRegression()).fit(table, accepted)
>>> [column.name for column in column_importances(model, table, accepted)]
['test', 'shirt']
"""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.inspection import permutation_importance
from sklearn.metrics import accuracy_score, log_loss

from errorest.estimators.table_classifier import TableClassifier
from errorest.exceptions import TableWarning
from errorest.tables import as_dataframe

__all__ = ["ColumnImportance", "column_importances"]


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
    max_rows: int = 1000,
    seed: int = 0,
) -> list[ColumnImportance]:
    """Measure the permutation importance of each column (Breiman 2001).

    Parameters
    ----------
    model : TableClassifier
    X : DataFrame of shape (n_rows, n_columns)
    y : array-like of shape (n_rows,)
        The classes that the model should predict, all of which it must know.
    n_repeats : int, default=5
        How often each column is shuffled.
    max_rows : int, default=1000
        Of more rows, so many are drawn.
    seed : int, default=0

    Returns
    -------
    list of ColumnImportance
        One for each column that the model uses and the table has, the largest first.
    """
    frame, labels = as_dataframe(X), np.asarray(y)
    names = [column.name for column in model.schema_.used if column.name in frame]
    rng = np.random.RandomState(seed)
    if len(frame) > max_rows:
        chosen = rng.choice(len(frame), max_rows, replace=False)
        frame, labels = frame.iloc[chosen], labels[chosen]
    with warnings.catch_warnings():
        # Who encodes the table hears of it once; here it is encoded for each column anew.
        warnings.simplefilter("ignore", TableWarning)
        measured = permutation_importance(
            model, frame[names], labels, scoring=_goodness, n_repeats=n_repeats, random_state=rng
        )
    columns = map(
        ColumnImportance,
        names,
        measured.importances_mean.tolist(),
        measured.importances_std.tolist(),
    )
    return sorted(columns, key=lambda column: -column.mean)


def _goodness(model: Any, X: Any, y: ArrayLike) -> float:
    if not hasattr(model, "predict_proba"):
        return float(accuracy_score(y, model.predict(X)))
    probabilities = model.predict_proba(X).astype(np.float64)
    return -float(log_loss(y, probabilities, labels=model.classes_))
