"""Tables of every library come in through one door."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from scipy.sparse import csr_array

from errorest.exceptions import TableError
from errorest.tables import as_dataframe, read_table


def test_pandas_keeps_its_index_and_is_not_changed() -> None:
    table = pd.DataFrame([[1.5], [2.5]], columns=[1], index=["a", "b"])
    frame = as_dataframe(table)
    assert list(frame.columns) == ["1"]
    assert list(frame.index) == ["a", "b"]
    assert 1 in table.columns


def test_blanks_around_a_name_are_no_part_of_it_as_in_a_file(tmp_path: Path) -> None:
    table = pd.DataFrame({" age": [7, 9], "net wage ": [1.5, 2.5]})
    table.to_csv(tmp_path / "table.csv", index=False)
    assert list(read_table(tmp_path / "table.csv")) == ["age", "net wage"]
    for same in (table, pl.from_pandas(table)):
        assert list(as_dataframe(same)) == ["age", "net wage"]
    assert list(table) == [" age", "net wage "]
    with pytest.raises(TableError, match="two columns are called 'age'"):
        as_dataframe(pd.DataFrame([[1, 2]], columns=["age", "age "]))


def test_polars_comes_without_pyarrow() -> None:
    table = pl.DataFrame(
        {
            "x": [1, None],
            "word": ["a", None],
            "flag": [True, None],
            "day": pl.Series(["2007-11-11", None]).str.to_date(),
            "colour": pl.Series(["red", None], dtype=pl.Categorical),
        }
    )
    frame = as_dataframe(table)
    assert frame.iloc[0].tolist() == [1, "a", True, pd.Timestamp("2007-11-11"), "red"]
    assert frame.iloc[1].isna().all()
    assert isinstance(frame["colour"].dtype, pd.CategoricalDtype)


def test_arrow() -> None:
    frame = as_dataframe(pa.table({"x": [1.5, None], "word": ["a", "b"]}))
    assert frame["word"].tolist() == ["a", "b"]
    assert frame["x"].isna().tolist() == [False, True]


@pytest.mark.parametrize("colours", [["red", "blue"], [3.5, 4.5]])
def test_a_batch_of_arrow_keeps_its_names(colours: list[Any]) -> None:
    table = pd.DataFrame({"size": [1.5, 2.5], "colour": colours})
    found = as_dataframe(pa.RecordBatch.from_pandas(table))
    pd.testing.assert_frame_equal(found.astype(table.dtypes), table)


def test_array_columns_are_numbered() -> None:
    frame = as_dataframe(np.array([[1, "a"], [2, "b"]], dtype=object))
    assert list(frame.columns) == ["x1", "x2"]
    assert frame["x1"].dtype == np.int64


def test_names_of_columns_that_narwhals_does_not_read() -> None:
    """As of Dask's tables: the names in ``columns``, and the cells as an array."""
    table = pd.DataFrame({"size": [1, 2], "colour": ["red", "blue"]})

    class Distributed:
        columns = table.columns

        def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
            return table.to_numpy(dtype)

    pd.testing.assert_frame_equal(as_dataframe(Distributed()), table)


@pytest.mark.parametrize(
    "thing",
    [None, {"a": [1]}, "table.csv", pd.Series([1]), pl.LazyFrame({"a": [1]})],
    ids=lambda thing: type(thing).__name__,
)
def test_what_is_no_table(thing: Any) -> None:
    with pytest.raises(TableError, match=f"a {type(thing).__name__} is not a table"):
        as_dataframe(thing)


def test_a_single_row_or_column_is_told_what_to_be() -> None:
    table = pd.DataFrame({"size": [1, 2], "colour": ["red", "blue"]})
    with pytest.raises(TableError, match=r"of one row, give table.iloc\[\[0\]\]; .*to_frame\(\)"):
        as_dataframe(table.iloc[0])
    with pytest.raises(TableError, match=r"a list of dicts is not a table: give pandas.DataFrame"):
        as_dataframe(table.to_dict("records"))


def test_rows_in_a_list() -> None:
    frame = as_dataframe([[1, "a"], [2.5, "b"]])
    pd.testing.assert_frame_equal(frame, pd.DataFrame({"x1": [1, 2.5], "x2": ["a", "b"]}))


def test_sparse_matrix() -> None:
    with pytest.raises(TableError, match=r"sparse matrix is not a table: make it dense"):
        as_dataframe(csr_array(np.eye(2)))


@pytest.mark.parametrize(
    "table",
    [
        np.ones((2, 1)) * 1j,
        pd.DataFrame({"x1": [1j, 2]}),
        pd.DataFrame({"x1": pd.Series([1j, None], dtype=object)}),
    ],
)
def test_complex_numbers(table: Any) -> None:
    with pytest.raises(TableError, match="column 'x1': Complex data not supported"):
        as_dataframe(table)


@pytest.mark.parametrize(
    ("compound", "name"),
    [([1, 2], "list"), ({"a": 1}, "dict"), (np.ones(2), "ndarray"), ((), "tuple"), ({1}, "set")],
)
def test_compound_cells(compound: Any, name: str) -> None:
    cells = pd.Series(["a", None, compound], name="x", dtype=object)
    with pytest.raises(TableError, match=f"column 'x', row 3: a {name} cannot be a cell"):
        as_dataframe(cells.to_frame())


@pytest.mark.parametrize(
    ("cell", "dtype", "name"),
    [
        ([1, 2], pl.List(pl.Int64), "list"),
        ([1, 2], pl.Array(pl.Int64, 2), "list"),
        ({"a": 1}, pl.Struct({"a": pl.Int64}), "dict"),
    ],
    ids=["list", "array", "struct"],
)
def test_compound_cells_of_polars_and_arrow(cell: Any, dtype: Any, name: str) -> None:
    table = pl.DataFrame({"x": pl.Series([None, cell], dtype=dtype)})
    arrow = pa.table({"x": [None, cell]})
    arrow_in_pandas = arrow.to_pandas(types_mapper=pd.ArrowDtype)
    for compound in (table, arrow, arrow_in_pandas):
        with pytest.raises(TableError, match=f"column 'x', row 2: a {name} cannot be a cell"):
            as_dataframe(compound)


@pytest.mark.parametrize("shape", [(3,), (3, 1, 1)])
def test_arrays_of_other_dimensions(shape: tuple[int, ...]) -> None:
    with pytest.raises(TableError, match="Reshape your data"):
        as_dataframe(np.zeros(shape))


def test_no_columns() -> None:
    with pytest.raises(TableError, match="no columns"):
        as_dataframe(pd.DataFrame())


def test_two_columns_of_one_name() -> None:
    with pytest.raises(TableError, match="two columns are called '1'"):
        as_dataframe(pd.DataFrame([[1, 2]], columns=[1, "1"]))
