"""What a classifier says on average when one column of a table has one value everywhere.

>>> import pandas as pd
>>> from errorest import LogisticRegression, TableClassifier
>>> table = pd.DataFrame({"test": [2, 9, 3, 7] * 5, "shirt": ["red", "blue"] * 10})
>>> model = TableClassifier(LogisticRegression()).fit(table, ["no", "yes"] * 10)
>>> dependence = column_dependence(model, table, "shirt")
>>> dependence.values, dependence.average.shape
(['blue', 'red'], (1, 2))
"""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from errorest.estimators import TableClassifier
from errorest.exceptions import TableWarning
from errorest.tables.encoder import source_columns

__all__ = ["ColumnDependence", "column_dependence"]

_N_VALUES = 20


@dataclass(frozen=True, eq=False)
class ColumnDependence:
    """Partial dependence on one column (Friedman 2001).

    Attributes
    ----------
    name : str
        Of the column.
    values : list of float or str
        Which it was given.
    average : array of shape (n_outputs, n_values)
        Mean probability of each class, of two only of the second; of a classifier without
        probabilities, the mean logits.
    """

    name: str
    values: list[Any]
    average: NDArray[np.floating]


def column_dependence(
    model: TableClassifier, X: Any, name: str, *, max_rows: int = 500, seed: int = 0
) -> ColumnDependence:
    """Compute the partial dependence on a column of numbers or words.

    Parameters
    ----------
    model : TableClassifier
    X : DataFrame of shape (n_rows, n_columns)
    name : str
        Of a column that the model uses.
    max_rows : int, default=500
        Of more rows, so many are drawn.
    seed : int, default=0

    Returns
    -------
    ColumnDependence
    """
    with warnings.catch_warnings():
        # Who encodes the table hears of it there; here it is encoded once more.
        warnings.simplefilter("ignore", TableWarning)
        cells = model.schema_.readable(X)
        if len(cells) > max_rows:
            cells = cells.sample(max_rows, random_state=seed)
        column = next(column for column in model.schema_.used if column.name == name)
        values: list[Any] = list(column.categories)
        if column.kind == "number":
            places = np.linspace(0, 1, _N_VALUES)
            values = np.unique(np.nanquantile(cells[name], places, method="nearest")).tolist()
        encoded = model.encode(cells)
        # The features of a column come from its cell alone.
        rows = cells.iloc[[0] * len(values)].assign(**{name: np.array(values, dtype=object)})
        is_own = np.isin(source_columns(model.encoder_, model.schema_), [name])
        own = model.encode(rows)[:, is_own]
    estimator: Any = model.estimator_
    has_probabilities = hasattr(estimator, "predict_proba")
    answer = estimator.predict_proba if has_probabilities else estimator.decision_function
    means = []
    for features in own:
        encoded[:, is_own] = features
        means.append(answer(encoded).mean(axis=0, dtype=np.float64))
    average = np.array(means).reshape(len(values), -1).T
    return ColumnDependence(name, values, average[1:] if len(average) == 2 else average)
