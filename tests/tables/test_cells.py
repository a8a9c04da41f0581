"""The same value in many spellings."""

import datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, strategies as st

from errorest.exceptions import TableError
from errorest.tables import cells as module
from errorest.tables.cells import are_codes, finite_numbers, is_number, numbers, words
from errorest.tables.recognition import recognise_column

ONE_AND_MISSING: list[Any] = [
    pd.Series([1.0, np.nan]),
    pd.Series([1, None], dtype="Int64"),
    pd.Series([1.0, None], dtype="Float32"),
    pd.Series([True, None], dtype="boolean"),
    pd.Series([True, None], dtype=object),
    pd.Series([1, None], dtype="category"),
    pd.Series(["1", None]),
    pd.Series(["1.0", "NA"], dtype=object),
    pd.Series([" 1", " "], dtype="string"),
    pd.Series(["1", "?"], dtype="category"),
    pd.Series([Decimal(1), None], dtype=object),
    pd.Series([Decimal(1), None], dtype=pd.ArrowDtype(pa.decimal128(5, 2))),
    pd.Series(pd.to_timedelta([1, None], unit="s")),
    pd.Series([datetime.timedelta(seconds=1), None], dtype=object),
    pd.Series([datetime.timedelta(seconds=1), None], dtype=pd.ArrowDtype(pa.duration("us"))),
    pd.Series(pd.arrays.SparseArray([1.0, np.nan])),
]


@pytest.mark.parametrize("column", ONE_AND_MISSING, ids=lambda column: str(column.dtype))
def test_numbers_of_any_type(column: "pd.Series[Any]") -> None:
    values, strays = numbers(column)
    assert values.dtype == np.float64
    np.testing.assert_array_equal(values, [1.0, np.nan])
    assert not strays.any()


@pytest.mark.parametrize(
    "cell", ["abc", "1,5", "1_000", "None", "1 2", datetime.date(2020, 1, 1), [1]]
)
def test_strays_among_numbers(cell: Any) -> None:
    values, strays = numbers(pd.Series([1, cell], dtype=object))
    np.testing.assert_array_equal(values, [1.0, np.nan])
    assert strays.tolist() == [False, True]


@pytest.mark.parametrize(
    "column",
    [
        pd.Series(pd.date_range("2020-01-01", periods=1)),
        pd.Series(pd.date_range("2020-01-01", periods=1, tz="UTC")),
        pd.Series(np.array([1 + 2j])),
    ],
    ids=lambda column: str(column.dtype),
)
def test_moments_and_complex_numbers_are_no_numbers(column: "pd.Series[Any]") -> None:
    assert numbers(column)[1].tolist() == [True]


def test_own_markers_are_missing() -> None:
    _, strays = numbers(pd.Series(["1", "-", "x"]), markers=("-",))
    assert strays.tolist() == [False, False, True]


def test_a_number_must_be_a_number() -> None:
    with pytest.raises(TableError, match=r"^column 'age', row 3: 'old' is not a number: "):
        finite_numbers(pd.Series([1, 2, "old", "older"], name="age"))


def test_a_number_must_be_finite() -> None:
    with pytest.raises(TableError, match=r"^column 'age', row 2: '-inf' is infinite"):
        finite_numbers(pd.Series([1, -np.inf], name="age"))


def test_a_number_must_not_be_too_large_to_be_squared() -> None:
    with pytest.raises(TableError, match=r"^column 'age', row 2: '-1e\+308' is too large"):
        finite_numbers(pd.Series([1, -1e308], name="age"))


def test_a_long_cell_stays_on_one_short_line() -> None:
    with pytest.raises(TableError) as caught:
        finite_numbers(pd.Series(["1", "many\nlines" * 100], name="age"))
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 150


@given(st.floats(-1e100, 1e100))
def test_every_float_is_a_number_however_written(value: float) -> None:
    assert is_number(repr(value))
    assert finite_numbers(pd.Series([repr(value)]))[0] == pytest.approx(value, rel=1e-15)


@given(st.text("0123456789+-.eE_ "))
def test_what_looks_like_a_number_can_be_read(text: str) -> None:
    if is_number(text):
        assert np.isfinite(float(text)) or "e" in text.casefold()


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([1, 2]),
        pd.Series([1.0, 2.0], dtype="float32"),
        pd.Series([1, 2], dtype="Int8"),
        pd.Series(["1", "2.0"]),
        pd.Series([" 1", "2 "], dtype="string"),
        pd.Series([1, 2], dtype="category"),
    ],
    ids=lambda column: str(column.dtype),
)
def test_words_of_whole_numbers_have_no_point(column: "pd.Series[Any]") -> None:
    assert words(column).tolist() == ["1", "2"]


def test_minus_zero_is_zero() -> None:
    cells = pd.Series([0, -0.0, "-0", "-0.0", "-0.00", "0.0"], dtype=object)
    assert words(cells).tolist() == ["0"] * 6
    assert not np.signbit(finite_numbers(cells)).any()


def test_words_keep_leading_zeros_and_fractions() -> None:
    assert words(pd.Series(["007", 1.5, "v2.0"], dtype=object)).tolist() == ["007", "1.5", "v2.0"]


def test_words_of_missing_and_blank_cells() -> None:
    cells = [None, np.nan, pd.NA, pd.NaT, "", "  ", "x"]
    assert words(pd.Series(cells, dtype=object)).isna().tolist() == [True] * 6 + [False]


@pytest.mark.parametrize(
    ("first", "last", "codes"),
    [(1000, 1099, True), (990, 1009, False), (991, 1009, True), (1, 9, True)],
)
def test_a_few_codes_with_a_zero_in_front_are_enough(first: int, last: int, codes: bool) -> None:
    """All have one length, or one of twenty is padded."""
    assert are_codes({"0123", *map(str, range(first, last + 1))}) is codes


def test_each_different_word_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f" {number}.0 " for number in range(300)] * 2
    looked_at, word = [], module._word

    def count(cell: str) -> str | None:
        looked_at.append(cell)
        return word(cell)

    monkeypatch.setattr(module, "_word", count)
    found = words(pd.Series([*texts, None], dtype="str"))
    assert found.tolist() == [*map(str, range(300)), *map(str, range(300)), None]
    assert found.dtype == object
    assert len(looked_at) == 300


def test_a_point_is_a_missing_cell_however_many_there_are() -> None:
    column = recognise_column(pd.Series([*(f"{i}.5" for i in range(30)), *["."] * 15]))
    assert (column.kind, column.markers, column.n_missing) == ("number", (), 15)
