"""The door for tables in memory: whatever holds columns becomes a pandas DataFrame."""

from collections.abc import Mapping
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
from scipy.sparse import issparse

from errorest.exceptions import TableError
from errorest.tables.names import column_name, quote, repeated

__all__ = ["as_dataframe"]


def as_dataframe(table: Any) -> pd.DataFrame:
    """Turn a table of any library into a pandas DataFrame whose column names are words.

    Parameters
    ----------
    table : DataFrame of shape (n_rows, n_columns)
        Of pandas, polars, Arrow or another library that narwhals knows; or an array, or a list
        of rows, whose columns are then called x1, x2, ...

    Returns
    -------
    pandas.DataFrame of shape (n_rows, n_columns)
        A new table; a pandas index is kept. The cells may be shared with ``table``.

    Raises
    ------
    TableError
        If it is not a table, has no columns, two columns have the same name, or a column holds
        complex numbers, or lists or the like.

    Examples
    --------
    >>> as_dataframe(np.array([[1.0, 2.0], [3.0, 4.0]]))
        x1   x2
    0  1.0  2.0
    1  3.0  4.0
    """
    frame = _array_columns(table) if isinstance(table, np.ndarray) else _columns(table)
    frame = frame.set_axis([column_name(name) for name in frame.columns], axis="columns")
    if frame.columns.empty:
        raise TableError(
            f"the table has no columns: 0 feature(s) (shape={frame.shape}) while a minimum of 1 is "
            "required."
        )
    twice = repeated(list(frame.columns))
    if twice:
        raise TableError(f"two columns are called {twice[0]!r}: rename one of them")
    for name, dtype in frame.dtypes.items():
        if dtype.kind in "Oc":  # the others hold one number or word in each cell
            _refuse_compound(frame[name])
    return frame


def _refuse_compound(column: "pd.Series[Any]") -> None:
    """Refuse a column whose cells are several numbers or words each."""
    inferred = pd.api.types.infer_dtype(column, skipna=True)
    if inferred == "complex":
        raise TableError(
            f"column {quote(column.name)}: Complex data not supported; give real and imaginary "
            "parts as columns"
        )
    if inferred in ("mixed", "unknown-array"):  # the latter of Arrow's dtypes
        compound = np.array([pd.api.types.is_list_like(cell) for cell in column])
        if compound.any():
            row = int(compound.argmax())
            raise TableError(
                f"column {quote(column.name)}, row {row + 1}: a {type(column.iloc[row]).__name__} "
                "cannot be a cell; make columns of what is in it"
            )


def _array_columns(array: np.ndarray[Any, Any], names: Any = None) -> pd.DataFrame:
    if array.ndim != 2:
        raise TableError(
            f"an array of shape {array.shape} is not a table. Reshape your data to (n_rows, "
            "n_columns)"
        )
    if names is None:
        names = [f"x{number}" for number in range(1, array.shape[1] + 1)]
    return pd.DataFrame(array, columns=names).infer_objects()


def _columns(table: Any) -> pd.DataFrame:
    if isinstance(table, pd.DataFrame):
        return table
    try:
        frame = nw.from_native(table, eager_only=True)
    except TypeError:
        if issparse(table):
            raise TableError(
                "a sparse matrix is not a table: make it dense (X.toarray()), or use "
                "MLPClassifier or LogisticRegression"
            ) from None
        if isinstance(table, pd.Series):
            raise TableError(
                "a Series is not a table: of one row, give table.iloc[[0]]; of one column, "
                "column.to_frame()"
            ) from None
        if isinstance(table, list):
            if any(isinstance(row, Mapping) for row in table):
                raise TableError(
                    "a list of dicts is not a table: give pandas.DataFrame(rows)"
                ) from None
            return _array_columns(np.array(table, dtype=object))
        # Arrow's record batches, whose `columns` hold cells, not names.
        if hasattr(table, "__dataframe__") and hasattr(table, "__arrow_c_stream__"):
            return _columns(nw.from_arrow(table, backend="pyarrow"))
        if hasattr(table, "__array__") and (array := np.asarray(table)).ndim == 2:
            # Dask's tables, and others that narwhals does not turn into cells, have names.
            return _array_columns(array, getattr(table, "columns", None))
        raise TableError(
            f"a {type(table).__name__} is not a table: give a DataFrame (of pandas, polars or "
            "Arrow; a lazy one collected) or an array of shape (n_rows, n_columns)"
        ) from None
    return pd.DataFrame({name: _cells(frame[name]) for name in frame.columns})


def _cells(column: nw.Series[Any]) -> Any:
    """Give a column's cells without pyarrow, which to_pandas() of polars would need."""
    if column.dtype.is_nested():  # which NumPy may make more than one dimension of
        return pd.Series(column.to_list(), dtype=object)
    cells = column.to_numpy()
    if column.dtype in (nw.Categorical, nw.Enum):
        return pd.Categorical(cells)
    return cells
