"""Columns of amounts, dates or keys, of which each row has another."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from errorest.exceptions import TableError, TableWarning
from errorest.tables import Column, Schema, decimal_point_of, read_cells, read_table
from errorest.tables.cells import numbers
from errorest.tables.recognition import recognise_column


def recognise(cells: list[str]) -> Column:
    return Schema.recognise(pd.DataFrame({"x": cells})).columns[0]


@pytest.mark.parametrize(
    "form",
    [
        *("${}.50", "0.{}%", "{} kg", "{}'440", "{}/6/20", "{}-Jun-20", "{},5", "€ {}"),
        *("\u22121{},5", "-${}.50", "$-{}.50"),
        *("(1,2{}.50)", "($1{})", "1{}.50-", "-1.1{},10 EUR", "+{} %"),
    ],
)
def test_amounts_and_dates_are_no_names_of_rows(form: str) -> None:
    cells = [form.format(number) for number in range(11, 31)]
    with pytest.warns(TableWarning, match=r"left out: 'x'; write them as 1234.5 or 2020-12-31$"):
        assert recognise(cells).kind == "text"
    # Some are below zero.
    with pytest.warns(TableWarning, match=r"^amounts or dates that cannot be read, left out: 'x'"):
        column = recognise([*cells, "80.00", "-1.234.567.890,12"])
    # The longest tells most.
    assert column.reason == "amounts or dates written like '-1.234.567.890,12'"


@pytest.mark.parametrize(
    "form", ["128-44-10{}", "10.0.0.{}", "555-123-10{}", "{}A", "#{}", "{}/", "{}ab", "1.{}.0"]
)
def test_keys_with_digits_are_names_of_rows(form: str) -> None:
    assert recognise([form.format(number) for number in range(11, 31)]).kind == "identifier"


@pytest.mark.parametrize(
    "cells",
    [
        ["1.234,50", "-80", "7,2", "3"],
        ["1 234,50", "-80", "7,2", "3"],
        ["1\u202f234,50\u00a0\u20ac", "-80 \u20ac", "7,2 \u20ac", "3,5 \u20ac"],
        ["1.234,50", " -80,00", "+7,20", "3,00"],
    ],
)
def test_amounts_with_decimal_commas_and_groups_of_thousands_are_numbers(cells: list[str]) -> None:
    table = pd.DataFrame({"x": [*cells, None]})
    with pytest.warns(TableWarning) as told:
        schema = Schema.recognise(table)
    assert str(told[0].message).startswith("in 'x', points and blanks are read as thousands")
    column = schema.columns[0]
    assert (column.kind, column.n_missing, column.n_distinct) == ("number", 1, 4)
    assert column.reason == "numbers from -80 to 1234.5"
    assert schema.conform(table)["x"].tolist()[:3] == [1234.5, -80, 7.2]
    # In a later table no cell need tell what points are; numbers are what they are.
    later = schema.conform(pd.DataFrame({"x": ["1.234", "1 234", "1234", 1.234]}))
    assert later["x"].tolist() == [1234, 1234, 1234, 1.234]
    assert schema.conform(pd.DataFrame({"x": ["12.5", "1234"]}))["x"].tolist() == [12.5, 1234]
    assert schema.conform(pd.DataFrame({"x": [1234.5]}))["x"].tolist() == [1234.5]
    with pytest.raises(TableError, match=r"column 'x', row 1: '1\.23,4' is not a number"):
        schema.conform(pd.DataFrame({"x": ["1.23,4"]}))


@pytest.mark.parametrize("as_cells", [list, pd.Categorical])
@pytest.mark.parametrize("decimal", ["12.5", "-0.123", "1234.567"])
def test_a_later_table_in_which_points_mean_both_is_refused(as_cells: Any, decimal: str) -> None:
    """So programs write decimals: 1.234 is no thousand beside them, nor a doubtless fraction."""
    with pytest.warns(TableWarning, match="points and blanks"):
        schema = Schema.recognise(pd.DataFrame({"x": ["1.234,50", "7"] * 5}))
    later = pd.DataFrame({"x": as_cells(["7", None, decimal, "1.234"])})
    told = rf"row 3: '{decimal}' has a decimal point, but in '1\.234' a point parts thousands"
    with pytest.raises(TableError, match=told):
        schema.conform(later)
    doubtless = pd.DataFrame({"x": as_cells([decimal, "1.234,5", "1 234"])})
    assert schema.conform(doubtless)["x"].tolist() == [float(decimal), 1234.5, 1234]


@pytest.mark.parametrize(
    "cells", [["1.234", "7,5"], ["1.234,50", "0501"], ["1.234,50", "12.34"], ["1 234", "567 890"]]
)
def test_other_points_and_commas_are_left_alone(cells: list[str]) -> None:
    assert not recognise_column(pd.Series(cells * 2)).decimal_commas


def test_a_word_for_a_missing_amount_is_kept_in_mind() -> None:
    cells = [f"{number}.000,50" for number in range(1, 60)]
    with pytest.warns(TableWarning) as told:
        schema = Schema.recognise(pd.DataFrame({"x": [*cells, "-,--"]}))
    assert str(told[0].message) == "words among numbers, read as missing: '-,--' in 'x'"
    assert schema.columns[0].markers == ("-,--",)
    assert schema.conform(pd.DataFrame({"x": ["-,--", "2.000"]}))["x"].tolist()[1] == 2000


def test_a_kind_set_by_hand_reads_amounts_too() -> None:
    table = pd.DataFrame({"x": ["1.234,50", "7"] * 5})
    assert Schema.recognise(table, {"x": "category"}).columns[0].categories == ("7", "1.234,50")
    with pytest.warns(TableWarning, match="commas as decimal points"):
        schema = Schema.recognise(table, {"x": "number"})
    assert schema.conform(table)["x"].tolist()[:2] == [1234.5, 7]


def test_a_file_with_such_amounts_tells_what_commas_are(write: Any) -> None:
    path = write("x;sales;y\n1.234,50;518;a\n7,2;1.279;b\n")
    with pytest.warns(TableWarning, match="points in 'sales' are read as decimal points, although"):
        assert read_table(path)["x"].tolist() == ["1.234,50", "7,2"]
    assert decimal_point_of(read_cells(path), ";") == ","


@pytest.mark.parametrize("dtype", [object, "str"])
def test_a_printed_minus_sign_is_one_and_wide_blanks_are_blanks(dtype: Any) -> None:
    cells = ["\u22121.5", "\u30002", "3\u00a0", "\u22124e1", "-5", "\u2212", None]
    values, strays = numbers(pd.Series(cells, dtype=dtype))
    assert values[:5].tolist() == [-1.5, 2, 3, -40, -5]
    assert np.isnan(values[5:]).all()
    assert strays.tolist() == [False] * 5 + [True, False]


def test_minus_signs_and_hyphens_are_the_same_numbers_in_later_tables() -> None:
    schema = Schema.recognise(pd.DataFrame({"x": ["\u22121.5", "2", "\u22127.25"] * 3}))
    assert schema.columns[0].reason == "numbers from -7.25 to 2"
    later = schema.conform(pd.DataFrame({"x": ["\u22123", "-3"]}))
    assert later["x"].tolist() == [-3, -3]
    by_hand = Schema.recognise(pd.DataFrame({"x": ["\u22121", "2"] * 3}), {"x": "category"})
    assert by_hand.columns[0].categories == ("\u22121", "2")


@pytest.mark.parametrize(
    ("delimiter", "decimal", "cells", "expected"),
    [
        (";", ",", ["\u22121,5", "2", "\u22127,25"], [-1.5, 2, -7.25]),
        (",", ".", ["\u22121,234.5", "2", "\u22127"], [-1234.5, 2, -7]),
        (",", ".", ["\u2212$1.50", "$2", "$\u22127"], [-1.5, 2, -7]),
        (";", ",", ["\u22125 %", "2 %", "\u22127,5 %"], [-5, 2, -7.5]),
    ],
)
def test_printed_minus_signs_stand_in_files_too(
    write: Any, delimiter: str, decimal: str, cells: list[str], expected: list[float]
) -> None:
    path = write(f"x{delimiter}y\n" + "".join(f'"{cell}"{delimiter}1\n' for cell in cells))
    with pytest.warns(TableWarning):
        assert read_table(path)["x"].tolist() == expected
    assert decimal_point_of(read_cells(path), delimiter) == decimal


def test_a_row_of_printed_minus_signs_is_no_header(write: Any) -> None:
    with pytest.warns(TableWarning, match="no column names"):
        assert read_table(write("\u22121,2\n3,\u22124\n")).shape == (2, 2)
