"""A schema brings later tables into the form of the first."""

import datetime
import io
import json
import math
import pickle
import warnings
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import skops.io
from hypothesis import given, strategies as st
from rich.console import Console

from errorest.exceptions import TableError, TableWarning
from errorest.tables import Schema, column

TABLE = pd.DataFrame(
    {
        "row": [1, 2, 3, 4, 5, 6],
        "island": ["Dream", "Biscoe", "Dream", None, "Biscoe", "Torgersen"],
        "mass": [3750.0, 3800, None, 3250, 3450, 3650],
        "smoker": ["no", "yes", "no", None, "yes", "no"],
        "born": ["1970-01-02", "1970-01-03", None, "1970-01-05", "1970-01-06", "1970-01-07"],
        "rank": [1, 2, 3, 4, 4, 1],
    }
)
KINDS = {"rank": "category", "island": "category"}
SCHEMA = Schema.recognise(TABLE, KINDS)
CONFORMED = pd.DataFrame(
    {
        "island": ["Dream", "Biscoe", "Dream", "missing", "Biscoe", "Torgersen"],
        "mass": [3750.0, 3800, np.nan, 3250, 3450, 3650],
        "smoker": ["no", "yes", "no", "missing", "yes", "no"],
        "born": [1.0, 2, np.nan, 4, 5, 6],
        "rank": ["1", "2", "3", "4", "4", "1"],
        "mass_missing": [0.0, 0, 1, 0, 0, 0],
        "smoker_missing": [0.0, 0, 0, 1, 0, 0],
        "born_missing": [0.0, 0, 1, 0, 0, 0],
    }
).astype(dict.fromkeys(["island", "smoker", "rank"], object))


def conformed(**cells: Any) -> "pd.Series[Any]":
    """The only row of a table that is usual but for some cells."""
    row = {"island": "Dream", "mass": 3750, "smoker": "no", "born": "1970-01-02", "rank": 1}
    table = pd.DataFrame({name: [cell] for name, cell in {**row, **cells}.items()})
    return SCHEMA.conform(table).iloc[0]


def test_kinds_of_the_table() -> None:
    assert [column.kind for column in SCHEMA.columns] == [
        "identifier",
        "category",
        "number",
        "yes_no",
        "date",
        "category",
    ]
    assert [column.name for column in SCHEMA.left_out] == ["row"]
    assert [column.name for column in SCHEMA.used] == ["island", "mass", "smoker", "born", "rank"]


@pytest.mark.parametrize(
    "table",
    [
        TABLE,
        TABLE[TABLE.columns[::-1]],
        TABLE.drop(columns="row"),
        TABLE.astype(object),
        TABLE.astype("string"),
        TABLE.astype("category"),
        TABLE.convert_dtypes(),
        TABLE.assign(rank=TABLE["rank"].astype(float), mass=TABLE["mass"].astype("float32")),
        TABLE.assign(smoker=pd.Series([False, True, False, None, True, False], dtype=object)),
        TABLE.assign(smoker=pd.Series([0, 1, 0, None, 1, 0])),
        TABLE.assign(smoker=pd.Series(["N", "Y", "False", None, "TRUE", "0"])),
        TABLE.assign(born=pd.to_datetime(TABLE["born"])),
        pl.DataFrame(TABLE.astype(object).where(TABLE.notna(), None).to_dict("list")),
    ],
    ids=[
        "the same",
        "other order",
        "without what was left out",
        "objects",
        "strings",
        "categories",
        "nullable",
        "floats",
        "booleans",
        "0 and 1",
        "yes and no",
        "dates",
        "polars",
    ],
)
def test_the_same_table_in_another_form_conforms_alike(table: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = SCHEMA.conform(table)
    pd.testing.assert_frame_equal(result, CONFORMED)


@pytest.mark.parametrize("kind", ["number", "category"])
def test_durations_mean_the_same_whoever_stores_them(kind: str) -> None:
    durations = [datetime.timedelta(seconds=seconds) for seconds in (90, 1.5, 0, 1.5)]
    tables = [
        pd.DataFrame({"x": durations}),
        pd.DataFrame({"x": durations}, dtype=object),
        pd.DataFrame({"x": durations}, dtype=pd.ArrowDtype(pa.duration("us"))),
        pl.DataFrame({"x": durations}),
        pa.table({"x": durations}),
    ]
    assert [Schema.recognise(table).columns[0].kind for table in tables] == ["number"] * 5
    schema = Schema.recognise(tables[0], {"x": kind})
    first, *others = [schema.conform(table)["x"].tolist() for table in tables]
    assert others == [first] * 4
    if kind == "number":
        assert first == [90, 1.5, 0, 1.5]


@given(order=st.permutations(range(6)), columns=st.permutations(list(TABLE.columns)))
def test_order_of_rows_and_columns(order: list[int], columns: list[str]) -> None:
    result = SCHEMA.conform(TABLE[columns].iloc[order])
    pd.testing.assert_frame_equal(result, CONFORMED.iloc[order])


FLOATS = st.floats(-1e100, 1e100) | st.just(math.nan)


@given(st.lists(FLOATS | st.integers() | st.none(), min_size=2))
def test_numbers_conform_from_their_written_form(cells: list[float | None]) -> None:
    schema = Schema.recognise(pd.DataFrame({"x": cells}), {"x": "number"})
    written = pd.DataFrame({"x": [None if cell is None else repr(cell) for cell in cells]})
    expected = [np.nan if cell is None else float(cell) for cell in cells]
    np.testing.assert_allclose(schema.conform(written)["x"], expected, rtol=1e-15)
    np.testing.assert_array_equal(schema.conform(pd.DataFrame({"x": cells}))["x"], expected)


def test_readable_cells_are_of_one_type_and_mean_the_same() -> None:
    readable = SCHEMA.readable(TABLE.astype(object))
    assert list(readable.columns) == ["island", "mass", "smoker", "born", "rank"]
    assert readable["mass"].dtype == np.float64
    assert readable["rank"].tolist() == ["1", "2", "3", "4", "4", "1"]
    assert readable["island"][3] is None
    pd.testing.assert_frame_equal(SCHEMA.conform(readable), SCHEMA.conform(TABLE))


def test_index_is_kept() -> None:
    table = TABLE.set_index(pd.Index(list("uvwxyz")))
    assert SCHEMA.conform(table).index.tolist() == list("uvwxyz")
    numbers = table[["mass"]]
    assert Schema.recognise(numbers).conform(numbers).index.tolist() == list("uvwxyz")


def test_flags_tell_cells_that_may_be_missing() -> None:
    assert SCHEMA.flags == {
        "mass": "mass_missing",
        "smoker": "smoker_missing",
        "born": "born_missing",
    }


def test_flags_do_not_hide_a_column_of_the_same_name() -> None:
    table = pd.DataFrame({"x": [1.5, None, 2.5], "x_missing": [7, 8, 9]})
    result = Schema.recognise(table).conform(table)
    assert result["x_missing"].tolist() == [7, 8, 9]
    assert result["x_missing_"].tolist() == [0, 1, 0]


def test_absent_columns_are_missing() -> None:
    message = "^columns that are absent, with all cells taken as missing: 'mass', 'rank'$"
    with pytest.warns(TableWarning, match=message):
        result = SCHEMA.conform(TABLE.drop(columns=["mass", "rank"]))
    assert list(result.columns) == list(CONFORMED.columns)
    assert result["mass"].isna().all()
    assert result["mass_missing"].eq(1).all()
    assert result["rank"].eq("missing").all()


@pytest.mark.parametrize("kept", [["mass", "rank"], ["row"]])
def test_too_many_absent_columns(kept: list[str]) -> None:
    with pytest.raises(TableError, match=r"^the table lacks \d of 5 needed columns: .*; it has '"):
        SCHEMA.conform(TABLE[kept])


def test_extra_columns_are_ignored() -> None:
    with pytest.warns(
        TableWarning, match="^columns that were not there in training are ignored: 'z'"
    ):
        result = SCHEMA.conform(TABLE.assign(z=1))
    pd.testing.assert_frame_equal(result, CONFORMED)


def test_unseen_values_are_unknown() -> None:
    with pytest.warns(TableWarning) as caught:
        row = conformed(island="Ross", smoker="perhaps", rank=5)
    assert [str(warning.message) for warning in caught] == [
        "values that were not seen in training, taken as unknown: "
        "'Ross' in 'island'; 'perhaps' in 'smoker'; '5' in 'rank'"
    ]
    assert row[["island", "rank"]].tolist() == ["Ross", "5"]
    assert row[["smoker", "smoker_missing"]].tolist() == ["missing", 1.0]


def test_few_of_many_unseen_values_are_named() -> None:
    table = pd.concat([TABLE] * 2).assign(island=[f"islet {i}" for i in range(12)])
    with pytest.warns(TableWarning, match="'islet 0', 'islet 1', 'islet 2' and 9 more in 'island'"):
        SCHEMA.conform(table)


@pytest.mark.parametrize("column", ["mass", "born"])
def test_blank_cells_are_missing(column: str) -> None:
    assert np.isnan(conformed(**{column: "  "})[column])


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"mass": "heavy"}, "column 'mass', row 1: 'heavy' is not a number"),
        ({"mass": np.inf}, "column 'mass', row 1: 'inf' is infinite"),
        ({"mass": "-inf"}, "column 'mass', row 1: '-inf' is infinite"),
        ({"mass": pd.Timestamp(0)}, "column 'mass', row 1: '1970-01-01 00:00:00' is not a number"),
        ({"born": "1.2.1970"}, "column 'born', row 1: '1.2.1970' is not a date"),
        ({"born": 5}, "column 'born', row 1: '5' is not a date"),
    ],
)
def test_cells_that_cannot_be_used(cells: dict[str, Any], message: str) -> None:
    with pytest.raises(TableError) as caught:
        conformed(**cells)
    assert str(caught.value).startswith(message)


def test_row_of_a_bad_cell() -> None:
    table = TABLE.assign(mass=[1, 2, 3, "4", "five", "six"])
    with pytest.raises(TableError, match="column 'mass', row 5: 'five'"):
        SCHEMA.conform(table)


def test_table_without_rows() -> None:
    with pytest.raises(TableError, match="no rows"):
        SCHEMA.conform(TABLE.iloc[:0])


def test_markers_of_the_first_table_hold_for_later_ones() -> None:
    table = pd.DataFrame({"x": ["1", "2"] * 20 + ["-"]})
    with pytest.warns(TableWarning, match="read as missing"):
        schema = Schema.recognise(table)
    assert schema.conform(pd.DataFrame({"x": ["-"]})).iloc[0].tolist()[1] == 1.0
    with pytest.raises(TableError, match="'--' is not a number"):
        schema.conform(pd.DataFrame({"x": ["--"]}))


def test_values_that_only_one_of_two_means_yes() -> None:
    table = pd.DataFrame({"answer": ["yes", "maybe", "yes"]})
    schema = Schema.recognise(table)
    with pytest.warns(TableWarning, match="'no' in 'answer'"):
        assert schema.conform(pd.DataFrame({"answer": ["no"]}))["answer"].tolist() == ["missing"]


def test_codes_that_floats_cannot_tell_apart_are_different() -> None:
    codes = pd.DataFrame({"code": [str(2**53 + 2), str(2**53 + 4), "5.0"] * 5})
    schema = Schema.recognise(codes, {"code": "category"})
    other = str(2**53 + 3)
    assert float(other) == 2**53 + 4
    with pytest.warns(TableWarning, match=f"'{other}' in 'code'"):
        conformed = schema.conform(pd.DataFrame({"code": [other, "5"]}))
    assert conformed["code"].tolist() == [other, "5"]


def test_array() -> None:
    table = np.array([[1.5, 0], [np.nan, 1], [2.5, 1]])
    result = Schema.recognise(table).conform(table[:2])
    assert result.to_dict("list")["x2"] == ["0", "1"]
    assert result["x1_missing"].tolist() == [0, 1]


def test_skops_saves_it_without_pickle() -> None:
    saved = skops.io.dumps(SCHEMA)
    types = skops.io.get_untrusted_types(data=saved)
    assert types == ["errorest.tables.schema.Schema"]
    loaded = skops.io.loads(saved, trusted=types)
    assert loaded == SCHEMA
    pd.testing.assert_frame_equal(loaded.conform(TABLE), CONFORMED)


def test_pickle() -> None:
    assert pickle.loads(pickle.dumps(SCHEMA)) == SCHEMA


def test_json() -> None:
    columns = json.loads(json.dumps(SCHEMA.to_dict()))["columns"]
    assert columns[0]["used"] is False
    assert columns[3] == {
        "name": "smoker",
        "kind": "yes_no",
        "reason": "'no' or 'yes'",
        "n_missing": 1,
        "n_distinct": 2,
        "categories": ["no", "yes"],
        "markers": [],
        "date_order": "year first",
        "decimal_commas": False,
        "used": True,
    }


def test_display_shows_every_column_and_takes_no_name_for_markup() -> None:
    table = TABLE.rename(columns={"mass": "[bold]mass"})
    console = Console(width=120)
    with console.capture() as capture:
        console.print(Schema.recognise(table, KINDS))
    lines = capture.get().splitlines()
    assert len(lines) == 1 + len(table.columns)
    assert [line.split()[0] for line in lines[1:]] == list(table.columns)
    assert "counts the rows from 1: left out" in lines[1]
    assert "numbers from 3250 to 3800" in lines[3]


def test_jupyter_shows_the_columns_as_a_table() -> None:
    shown = Schema.recognise(pd.DataFrame({"<mass>": [1.5, 2.5, None]}))._repr_html_()
    assert "&lt;mass&gt;" in shown
    assert "numbers from 1.5 to 2.5" in shown
    # Missing and distinct.
    assert shown.endswith("<td>1</td><td>2</td></tr></tbody></table>")


def test_thousands_of_columns_are_shown_in_short() -> None:
    table = pd.DataFrame({f"x{j}": ["a", "b"] if j >= 990 else [1.5, 2.5] for j in range(1000)})
    printed = io.StringIO()
    Console(file=printed, width=100).print(Schema.recognise(table))
    lines = printed.getvalue().splitlines()
    assert len(lines) < 100
    assert "and 940 more columns: 930 number, 10 yes_no" in lines[-1]


def test_a_narrow_terminal_shows_whole_names() -> None:
    printed = io.StringIO()
    name = "flipper_length_in_millimetres"
    Console(file=printed, width=50).print(Schema.recognise(pd.DataFrame({name: [1.5, 2.5, 4]})))
    first_column = [line.split("  ")[0].strip() for line in printed.getvalue().splitlines()[1:]]
    assert "".join(first_column) == name


def test_later_dates_are_read_in_the_order_that_training_told() -> None:
    training = pd.DataFrame({"born": ["31.12.1969", "1.1.1970"]})
    schema = pickle.loads(pickle.dumps(Schema.recognise(training)))
    later = pd.DataFrame({"born": ["3.1.1970", "1970-01-04", None]})
    np.testing.assert_array_equal(schema.conform(later)["born"], [2, 3, np.nan])
    with pytest.raises(TableError, match=r"^column 'born', row 1: '1/31/1970' is not a date \(day"):
        schema.conform(pd.DataFrame({"born": ["1/31/1970"]}))


def test_each_of_many_codes_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    codes = [f"{number}.50" for number in range(300)]
    schema = Schema.recognise(pd.DataFrame({"code": codes}), {"code": "category"})
    looked_at, number = [], column._number

    def count(word: str) -> float | None:
        looked_at.append(word)
        return number(word)

    monkeypatch.setattr(column, "_number", count)
    other_spelling = pd.DataFrame({"code": [code.replace(".50", ".5") for code in codes]})
    assert schema.conform(other_spelling)["code"].tolist() == codes
    assert len(looked_at) == 600
