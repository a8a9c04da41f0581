"""Columns that give the target away: mostly they were filled in once it was known."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from errorest.exceptions import TableWarning
from errorest.notices import warn
from errorest.tables.names import listing
from errorest.tables.schema import Schema

__all__ = ["giveaways", "warn_of_giveaways"]

# With fewer rows of a class, or of a category, a column may tell the classes by chance.
_LEAST_ROWS_PER_CLASS, _LEAST_ROWS_PER_VALUE = 15, 5


def warn_of_giveaways(conformed: pd.DataFrame, schema: Schema, y: ArrayLike) -> None:
    """Warn of the columns that :func:`giveaways` names.

    Parameters
    ----------
    conformed : DataFrame of shape (n_rows, n_columns)
    schema : Schema
    y : array-like of shape (n_rows,)

    Warns
    -----
    TableWarning
    """
    if found := giveaways(conformed, schema, y):
        advice = "drop it unless it is" if len(found) == 1 else "drop those that are not"
        verb = "determines" if len(found) == 1 else "each determine"
        warn(
            f"{listing(found)} alone {verb} every row's class: {advice} known before the class",
            TableWarning,
        )


def giveaways(conformed: pd.DataFrame, schema: Schema, y: ArrayLike) -> list[str]:
    """Name the columns of which each alone tells every row's class.

    A number or date does if at most two intervals a class hold all of its rows and no others; a
    category, or yes and no, if each of its values goes with one class. That cells are missing
    counts as a value. Rows of classes with fewer than 15 are not looked at.

    Parameters
    ----------
    conformed : DataFrame of shape (n_rows, n_columns)
        From :meth:`Schema.conform`.
    schema : Schema
    y : array-like of shape (n_rows,)
        Classes.

    Returns
    -------
    list of str

    Examples
    --------
    >>> import pandas as pd
    >>> from errorest.tables import Schema
    >>> table = pd.DataFrame({"refund": [0, 9, 0, 8] * 10, "size": range(40)})
    >>> schema = Schema.recognise(table)
    >>> giveaways(schema.conform(table), schema, ["kept", "returned"] * 20)
    ['refund']
    """
    _, labels, counts = np.unique(np.asarray(y), return_inverse=True, return_counts=True)
    n_classes = int((counts >= _LEAST_ROWS_PER_CLASS).sum())
    if n_classes < 2:
        return []
    often = counts[labels] >= _LEAST_ROWS_PER_CLASS
    conformed, labels = conformed.loc[often], labels[often]
    found = []
    for column in schema.used:
        cells = conformed[column.name]
        if column.kind in ("number", "date"):
            values = cells.fillna(-np.inf).to_numpy()
            most_changes = 2 * n_classes - 1
        else:
            values, distinct = pd.factorize(cells)
            if len(distinct) * _LEAST_ROWS_PER_VALUE > len(labels):
                continue
            most_changes = len(distinct)
        if _is_told(values, labels, most_changes):
            found.append(column.name)
    return found


def _is_told(values: NDArray[Any], labels: NDArray[np.intp], most_changes: int) -> bool:
    """Tell whether no value has two labels, and they change but so often as values grow."""
    order = np.lexsort((labels, values))
    values, labels = values[order], labels[order]
    changes = labels[1:] != labels[:-1]
    is_mixed = (changes & (values[1:] == values[:-1])).any()
    return not is_mixed and int(changes.sum()) <= most_changes
