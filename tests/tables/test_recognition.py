"""What a person would say that a column is."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from errorest.exceptions import TableError, TableWarning
from errorest.tables import Column, Schema, read_table
from errorest.tables.recognition import recognise_column


def recognise(cells: Any, name: str = "x", kind: str | None = None) -> Column:
    table = pd.DataFrame({name: cells})
    return Schema.recognise(table, {} if kind is None else {name: kind}).columns[0]


def kinds(table: pd.DataFrame) -> dict[str, str]:
    return {column.name: column.kind for column in Schema.recognise(table).columns}


@pytest.mark.parametrize(
    "cells",
    [
        [0.5, 1.5, 2.5],
        [1.0, 2.0, 3.0],  # floats are measured, not counted
        [1, 2, 3, 4, 4, 3, 2, 1],  # a rank has an order
        [10, 20, 10, 20],
        [5, None, 5],
        ["1.5", "2.5", None],
        ["1", " ", "3", "7"],
        ["0", "1", "+1"],
        np.array([3, 4, 3], dtype=np.uint8),
        pd.array([3, None, 4], dtype="Int64"),
        pd.to_timedelta([5, 7, 5], unit="s"),
    ],
    ids=str,
)
def test_numbers(cells: Any) -> None:
    assert recognise(cells).kind == "number"


@pytest.mark.parametrize(
    ("cells", "categories"),
    [
        ([0, 1, 1], ("0", "1")),
        ([1.0, 0.0, None], ("0", "1")),
        ([1.0, 0.0, -0.0], ("0", "1")),
        (["1", "0", "-0"], ("0", "1")),
        ([True, False, True], ("False", "True")),
        ([True, None, False], ("False", "True")),
        (["yes", "no", "yes"], ("no", "yes")),
        (["Y", "N", "N"], ("N", "Y")),
        (["on", "off", None], ("off", "on")),
        (["male", "female", None], ("female", "male")),
        (pd.Categorical(["b", "a"]), ("a", "b")),
    ],
    ids=str,
)
def test_yes_and_no(cells: Any, categories: tuple[str, str]) -> None:
    column = recognise(cells)
    assert (column.kind, column.categories) == ("yes_no", categories)


@pytest.mark.parametrize(
    ("cells", "categories"),
    [
        (["Dream", "Biscoe", "Torgersen"] * 2, ("Biscoe", "Dream", "Torgersen")),
        (["0", "1", "2", "3+"] * 50, ("0", "1", "2", "3+")),
        (pd.Categorical([10, 9, 8, 9]), ("8", "9", "10")),
        (pd.Categorical(["-0", "0", "1", "2"]), ("0", "1", "2")),
        (["here", None, "here"], ("here",)),
        ([f"town {i}" for i in range(30)] * 10, tuple(sorted(f"town {i}" for i in range(30)))),
    ],
    ids=["islands", "3+", "declared", "minus zero", "one or missing", "towns"],
)
def test_categories(cells: Any, categories: tuple[str, ...]) -> None:
    column = recognise(cells)
    assert (column.kind, column.categories) == ("category", categories)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ([7, 7, 7], "every cell is 7"),
        ([-0.0, 0.0], "every cell is 0"),
        (["a", "a"], "every cell is 'a'"),
        ([None, None], "all cells are missing"),
        ([np.nan, np.nan], "all cells are missing"),
        (["", " "], "all cells are missing"),
    ],
)
def test_constants(cells: Any, reason: str) -> None:
    column = recognise(cells)
    assert (column.kind, column.reason, column.used) == ("constant", reason, False)


def test_one_value_beside_blanks_is_no_constant() -> None:
    assert recognise(["a", "a", " "]).kind == "category"


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("x", range(1, 8)),
        ("x", range(7)),
        ("x", ["1", "2", "3"]),
        ("rownames", [1, 2, 4, 5, 7]),
        ("PassengerId", [31, 17, 9]),
        ("customerID", [31, 17, 9]),
        ("order_id", [31, 17, 9]),
        ("Unnamed: 0", [31, 17, 9]),
        ("id", ["31", "17", "9", ""]),
        ("mail", ["a@x.org", "b@x.org", "c@x.org"]),
        ("x", [10**19 + 1, 10**19 + 2, 10**19 + 3]),
    ],
)
def test_identifiers(name: str, cells: Any) -> None:
    assert recognise(cells, name).kind == "identifier"


@pytest.mark.parametrize("seed", range(5))
def test_keys_stay_identifiers_in_a_bootstrap(seed: int) -> None:
    keys = pd.Series(np.random.default_rng(seed).choice(10**6, 100, replace=False))
    drawn = keys.sample(100, replace=True, random_state=seed)
    assert recognise(drawn, "customer_id").kind == "identifier"


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("place", [3, 1, 2, 4]),
        ("paid", [31, 17, 9]),
        ("grid", [31, 17, 9]),
        ("x", [2, 3, 4]),
    ],
)
def test_numbers_that_are_no_identifiers(name: str, cells: Any) -> None:
    assert recognise(cells, name).kind == "number"


def test_keys_that_repeat_are_numbers_of_which_is_told() -> None:
    keys = [31, 17, 17, 31]
    with pytest.warns(
        TableWarning, match="^columns named like keys, taken for numbers: 'patient_id';"
    ):
        assert recognise(keys, "patient_id").kind == "number"
    with pytest.warns(TableWarning, match="^columns named like keys"):
        assert recognise([0.31, 0.17, 0.9], "id").kind == "number"
    # Nothing is said where somebody has decided.
    assert recognise(keys, "patient_id", "number").kind == "number"


@pytest.mark.parametrize(
    "cells",
    [
        ["2007-11-11", "2007-11-12", None],
        ["2007/11/11", "2008/01/01", "2007/11/11"],
        pd.date_range("2007-11-11", periods=3),
        pd.date_range("2007-11-11", periods=3, tz="Europe/Berlin"),
        pd.period_range("2007-11", periods=3, freq="M"),
        pd.period_range("2007-11", periods=3, freq="Q").astype(object),
    ],
    ids=str,
)
def test_dates(cells: Any) -> None:
    assert recognise(cells).kind == "date"


def test_a_day_after_the_twelfth_tells_the_order_of_all() -> None:
    column = recognise([f"{day}.01.2007" for day in range(1, 31)])
    assert (column.kind, column.date_order) == ("date", "day first")
    assert column.reason == "dates, day first: '13.01.2007'"
    # The commonest are not those that tell.
    column = recognise(["1/2/2007"] * 3 + ["2007-01-02"] * 4 + ["1/13/2007"])
    assert column.reason == "dates, month first: '1/13/2007'"


def test_dates_of_unclear_order_are_no_dates() -> None:
    unclear = [f"{day}/{month}/2007" for day in range(1, 13) for month in range(1, 6)]
    with pytest.warns(TableWarning, match="left out"):
        column = recognise(unclear)
    assert column.kind == "text"
    assert column.reason.endswith("; as dates, no cell tells whether day or month comes first")
    with pytest.raises(
        TableError, match=r"^column 'x', row 1: '1/1/2007' has the day or the month"
    ):
        recognise(unclear, kind="date")


def test_text() -> None:
    with pytest.warns(TableWarning, match=r"^free text, left out .*: 'x'$"):
        column = recognise([f"it was the best of {i} times" for i in range(50)])
    assert (column.kind, column.used) == ("text", False)


@pytest.mark.filterwarnings("ignore:free text")
@pytest.mark.parametrize(
    ("n_different", "n_cells", "kind"),
    [
        (20, 40, "category"),
        (20, 39, "text"),
        (21, 104, "text"),
        (21, 105, "category"),
        (250, 1250, "category"),
        (250, 1249, "text"),
        (251, 2510, "category"),
        (251, 2509, "text"),
        (10_000, 100_000, "category"),
        (10_000, 99_999, "text"),
        (10_001, 100_010, "text"),
    ],
)
def test_words_are_categories_if_they_repeat_enough(
    n_different: int, n_cells: int, kind: str
) -> None:
    assert recognise([f"C{i % n_different}" for i in range(n_cells)]).kind == kind


@pytest.mark.filterwarnings("ignore:free text")
def test_what_is_said_in_several_words_is_no_name_of_a_row() -> None:
    words = [f"w{i}" for i in range(30)]
    assert recognise(words).kind == "identifier"
    assert recognise([*words, "two words"]).kind == "text"


def test_a_few_words_without_digits_among_numbers_are_missing_cells() -> None:
    with pytest.warns(TableWarning, match=r"words among numbers, read as missing: '-' in 'x'"):
        column = recognise(["1.5", "2.5"] * 20 + ["-"])
    assert (column.kind, column.markers, column.n_missing) == ("number", ("-",), 1)
    with pytest.warns(TableWarning, match=r"read as missing: '-' in 'x'"):
        column = recognise(["1.5", "2.5"] * 20 + ["-", "NA", "n/a", "?"])
    assert (column.kind, column.markers, column.n_missing) == ("number", ("-",), 4)


@pytest.mark.filterwarnings("ignore:words among numbers")
@pytest.mark.parametrize(
    ("strays", "kind"),
    [
        (["-"] * 5, "number"),
        (["-"] * 6, "category"),
        (["-", "unknown", "*"], "number"),
        (["-", "unknown", "*", "x"], "category"),
    ],
    ids=str,
)
def test_few_words_in_few_cells_are_missing_cells(strays: list[str], kind: str) -> None:
    numbers = (["1.5", "2.5"] * 50)[len(strays) :]
    assert recognise([*numbers, *strays]).kind == kind


@pytest.mark.parametrize("strays", [["3+"], ["-"] * 5, ["a", "b", "c", "d"]], ids=str)
def test_other_words_among_numbers_make_words_of_all(strays: list[str]) -> None:
    column = recognise(["1", "2"] * 20 + strays * 2)
    assert column.kind == "category"
    assert "is not a number" in column.reason


def test_a_stray_cell_among_dates_is_named() -> None:
    dates = [f"2024-{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 26)]
    column = recognise([*dates, "0000-00-00"])
    assert column.kind == "identifier"
    assert column.reason == "a different word in every row; '0000-00-00' is not a date"
    day_first = [f"{day}.{month}.2024" for month in range(1, 13) for day in range(1, 26)]
    with pytest.warns(TableWarning, match="left out"):
        assert recognise(["1.1.24", *day_first]).reason.endswith("; '1.1.24' is not a date")


def test_reasons_name_what_was_seen() -> None:
    assert recognise([32.1, 59.6, None]).reason == "numbers from 32.1 to 59.6"
    assert recognise([53900, 1416362]).reason == "numbers from 53900 to 1416362"
    assert recognise([0.123456789, 2e30]).reason == "numbers from 0.123457 to 2e+30"
    assert recognise([1234567, 1234567]).reason == "every cell is 1234567"
    assert recognise(["no", "yes", "no"]).reason == "'no' or 'yes'"
    islands = ["Dream", "Biscoe", "Torgersen"]
    assert recognise(islands * 2).reason == "words that repeat: 'Biscoe', 'Dream', 'Torgersen'"


def test_missing_and_different_cells_are_counted() -> None:
    column = recognise(["a", None, "b", "a", "c", "a", "b", ""])
    assert (column.n_missing, column.n_distinct) == (2, 3)


def test_kind_set_by_hand() -> None:
    column = recognise([1, 2, 3, 1], kind="category")
    assert (column.kind, column.categories, column.reason) == (
        "category",
        ("1", "2", "3"),
        "set by hand",
    )
    assert recognise(range(5), kind="number").kind == "number"
    assert recognise([10, 20, 10], kind="yes_no").categories == ("10", "20")
    assert not recognise([1.5, 2.5], kind="identifier").used


@pytest.mark.parametrize(
    ("cells", "kind", "message"),
    [
        ([1, "old"], "number", "column 'x', row 2: 'old' is not a number"),
        (["1"] * 40 + ["-"], "number", "column 'x', row 41: '-' is not a number"),
        ([1.5, np.inf], "number", "column 'x', row 2: 'inf' is infinite"),
        (["2007-11-11", "soon"], "date", "column 'x', row 2: 'soon' is not a date"),
        (["a", "b", "c"], "yes_no", "column 'x' cannot be yes_no: it has 3 values, not 2"),
        (["a", "a"], "yes_no", "column 'x' cannot be yes_no: it has 1 values, not 2"),
        ([1, 2], "numeric", "column 'x' cannot be 'numeric': choose among number, category"),
        ([1, 2], ["number"], "column 'x' cannot be ['number']: choose among number, category"),
    ],
)
def test_kind_that_cannot_be(cells: Any, kind: Any, message: str) -> None:
    with pytest.raises(TableError) as caught:
        recognise(cells, kind=kind)
    assert str(caught.value).startswith(message)


def test_kind_of_an_absent_column() -> None:
    with pytest.raises(TableError, match="no column 'z': the table has 'x', 'y'"):
        Schema.recognise(pd.DataFrame({"x": [1], "y": [2]}), {"z": "number"})


@pytest.mark.parametrize("cell", [np.inf, "inf"], ids=["float", "word"])
def test_infinite_number(cell: Any) -> None:
    with pytest.raises(TableError, match="column 'x', row 2: 'inf' is infinite"):
        recognise(pd.Series([1.5, cell, 2.5], dtype=object))


@pytest.mark.parametrize("cell", ["1e999", 10**400], ids=["word", "integer"])
def test_number_too_large_for_a_float(cell: Any) -> None:
    with pytest.raises(TableError, match="column 'x', row 2: '1"):
        recognise(pd.Series([1.5, cell, 2.5], dtype=object), kind="number")


def test_table_without_rows() -> None:
    with pytest.raises(TableError, match="no rows"):
        recognise([])


def test_credit_data(shared_data: Path) -> None:
    found = kinds(read_table(shared_data / "credit_data.csv"))
    assert found == {
        "rownames": "identifier",
        **dict.fromkeys(["Status", "Records"], "yes_no"),
        **dict.fromkeys(["Home", "Marital", "Job"], "category"),
        **dict.fromkeys(["Seniority", "Time", "Age", "Expenses", "Income"], "number"),
        **dict.fromkeys(["Assets", "Debt", "Amount", "Price"], "number"),
    }


def test_attrition(shared_data: Path) -> None:
    found = kinds(read_table(shared_data / "attrition.csv"))
    assert found["rownames"] == "identifier"  # counts to 2068, with gaps
    assert found["JobLevel"] == "number"
    assert found["JobRole"] == "category"
    assert found["PerformanceRating"] == "yes_no"
    assert set(found.values()) == {"identifier", "number", "category", "yes_no"}


def test_admissions(shared_data: Path) -> None:
    found = kinds(read_table(shared_data / "admissions.csv"))
    assert found == {"admit": "yes_no", "gre": "number", "gpa": "number", "rank": "number"}


def test_codes_are_no_numbers() -> None:
    codes = pd.Series(["0501", "501", "7", None] * 5, name="code")
    assert recognise_column(codes).categories == ("7", "0501", "501")
    assert recognise_column(codes.replace("7", "unknown")).kind == "category"
    assert recognise_column(codes.replace("0501", "501")).kind == "number"
    assert recognise_column(pd.Series(["01", "02"] * 5)).kind == "yes_no"


def test_a_zero_in_front_alone_makes_no_code() -> None:
    ages = pd.Series([str(18 + number % 70) for number in range(300)])
    assert recognise_column(ages.replace("18", "07")).kind == "number"
    assert recognise_column(pd.Series(["0.2", "7.3", "00", "0.4"] * 9)).kind == "number"
    # Codes that are too many for categories still say something as numbers.
    padded = pd.Series([f"{number * 7 % 1000:06}" for number in range(300)])
    assert recognise_column(padded).kind == "number"
    assert recognise_column(pd.Series([f"{number:04}" for number in range(300)])).kind == (
        "identifier"
    )
    # These are so long that, as numbers, neighbours would be the same.
    barcodes = pd.Series([f"{10**17 + number * 7:020}" for number in range(300)])
    assert recognise_column(barcodes).kind == "identifier"
