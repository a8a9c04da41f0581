"""Dates in several orders, against days counted by hand and by Python's calendar."""

import datetime
import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, strategies as st

from errorest.exceptions import TableError
from errorest.tables.dates import DateOrder, dates, days, possible_orders
from errorest.tables.recognition import describe_column, recognise_column

# From 1 January 1970: 38 years, 9 of them leap years, less the 51 days to the end of 2007.
NOVEMBER = 38 * 365 + 9 - 51


def test_dates_that_stand_for_never_are_days_too() -> None:
    ends = [datetime.date(1, 1, 1), datetime.date(9999, 12, 31)]
    expected = [(end - datetime.date(1970, 1, 1)).days for end in ends]
    for cells in (ends, [end.isoformat() for end in ends], np.array(ends, dtype="datetime64[s]")):
        assert days(pd.Series(cells))[0].tolist() == expected


@pytest.mark.parametrize(
    "column",
    [
        pd.Series(["2007-11-11", None]),
        pd.Series(["2007/11/11", " "]),
        pd.Series(["2007-11-11T00:00", None], dtype="string"),
        pd.Series(["2007-11-11 00:00:00Z", None]),
        pd.Series(["2007-11-11T02:00:00+02:00", None]),
        pd.Series([datetime.date(2007, 11, 11), None], dtype=object),
        pd.Series([pd.Timestamp("2007-11-11"), pd.NaT]),
        pd.Series([pd.Timestamp("2007-11-11", tz="UTC"), pd.NaT]),
        pd.Series(["2007-11-11", None], dtype="category"),
    ],
    ids=lambda column: str(column[0]),
)
def test_days_of_any_type(column: "pd.Series[Any]") -> None:
    np.testing.assert_array_equal(dates(column), [NOVEMBER, np.nan])


@pytest.mark.parametrize(
    ("frequency", "n_days_gone"), [("D", 0), ("W-SUN", 6), ("M", 10), ("Q", 31 + 10), ("h", 0)]
)
def test_a_period_counts_as_its_start(frequency: str, n_days_gone: int) -> None:
    # 2007-11-11 was a Sunday.
    periods = pd.Series([pd.Period("2007-11-11", freq=frequency), pd.NaT])
    assert isinstance(periods.dtype, pd.PeriodDtype)
    for cells in (periods, periods.astype(object)):
        np.testing.assert_array_equal(dates(cells), [NOVEMBER - n_days_gone, np.nan])


def test_half_a_day() -> None:
    assert dates(pd.Series(["1970-01-01 12:00"])).tolist() == [0.5]


@pytest.mark.parametrize(
    "cell",
    [
        "0000-11-11",
        "11.11.2007",
        "11/12/2007",
        "2007",
        "20071111",
        "2007-02-30",
        "2007-11-11x",
        "x",
        5,
    ],
)
def test_what_is_no_date(cell: Any) -> None:
    assert days(pd.Series(["2007-11-11", cell], dtype=object))[1].tolist() == [False, True]
    with pytest.raises(TableError, match=r"^column 'day', row 2: '.*' is not a date: write year"):
        dates(pd.Series(["2007-11-11", cell], dtype=object, name="day"))


EPOCH = datetime.datetime(1970, 1, 1)
FORMS: dict[DateOrder, str] = {
    "year first": "{0:%Y-%m-%d}",
    "day first": "{0.day}.{0.month}.{0:%Y}",
    "month first": "{0:%m/%d/%Y} {0:%I:%M %p}",
}
WITH_NAMES: dict[DateOrder, str] = {
    "year first": "{0:%Y-%b-%d}",
    "day first": "{0.day} {0:%B} {0:%Y}",
    "month first": "{0:%b} {0.day}, {0:%Y}",
}


# Python pads no years before 1000.
@given(
    st.lists(st.dates(datetime.date(1000, 1, 1)), min_size=1),
    st.sampled_from(list(FORMS)),
    st.sampled_from([FORMS, WITH_NAMES]),
)
def test_every_day_in_every_order(
    written: list[datetime.date], order: DateOrder, forms: dict[DateOrder, str]
) -> None:
    moments = [datetime.datetime(*day.timetuple()[:3]) for day in written]
    cells = pd.Series([forms[order].format(moment) for moment in moments])
    assert days(cells, order)[0].tolist() == [(moment - EPOCH).days for moment in moments]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("11/12/2007", NOVEMBER + 1),
        ("11-12-2007 6:00", NOVEMBER + 1.25),
        ("11/12/2007 18:00:00", NOVEMBER + 1.75),
        ("11/12/2007 06:00 pm", NOVEMBER + 1.75),
        ("11/12/2007 6:00PM", NOVEMBER + 1.75),
        ("11/12/2007 12:00:00 AM", NOVEMBER + 1),
        ("11/12/2007, 6:00:00\u202fPM", NOVEMBER + 1.75),
        ("11/12/2007 6:00:00.000", NOVEMBER + 1.25),
        ("2007-11-12", NOVEMBER + 1),
        ("2007/11/12 6:00", NOVEMBER + 1.25),
        ("2007.11.12", NOVEMBER + 1),
        ("2007 Nov 12", NOVEMBER + 1),
        ("Nov 12, 2007 6:00 AM", NOVEMBER + 1.25),
        ("November 12 2007", NOVEMBER + 1),
        ("NOV. 12, 2007", NOVEMBER + 1),
        ("nov/12/2007", NOVEMBER + 1),
        ("Sept 12, 2007", NOVEMBER + 1 - 31 - 30),
        ("May-12-2007", NOVEMBER + 1 - 31 - 30 - 31 - 31 - 30 - 31),
    ],
)
def test_times_of_day_and_iso_beside_another_order(cell: str, day: float) -> None:
    assert dates(pd.Series([cell, None]), "month first")[0] == day


@pytest.mark.parametrize(
    "time", ["24:00", "0:30 AM", "13:00 PM", "12:60", "1", "1:00 XM", "1:00AM x"]
)
def test_what_is_no_time_of_day(time: str) -> None:
    assert days(pd.Series([f"11/12/2007 {time}"]), "month first")[1].all()


@pytest.mark.parametrize(
    ("cells", "orders"),
    [
        (["2007-11-12", "2007/11/30", None], ("year first",)),
        (["2007/1/12", "2007/11/9"], ("year first",)),
        (["11/12/2007", "11/30/2007"], ("month first",)),
        (["12.11.2007", "2007-11-30", "30.11.2007", ""], ("day first",)),
        (["11/12/2007", "12/11/2007"], ("day first", "month first")),
        (["31/12/2007", "12/31/2007"], ()),
        (["30.02.2007", "13.02.2007"], ()),
        (["11/30/07"], ()),
        (["11/30/0000"], ()),
        (["2007/13/1"], ()),
        (["2007.11.0"], ()),
        (["11/30-2007"], ()),
        (["12 Nov 2007", "1-Dec-2007", "30/11/2007", None], ("day first",)),
        (["Nov 1, 2007", "11/12/2007"], ("month first",)),
        (["12 Nov 2007", "Nov 12, 2007"], ()),
        (["31 Feb 2007"], ()),
        (["12 Now 2007"], ()),
        (["12 No 2007"], ()),
        (["2007-W-12"], ()),
        (["12 Novembers 2007"], ()),
        (["12 November, 2007", "13 July 2007 14:05"], ("day first",)),
        (["10 11 2007"], ()),
        (["13:30", "9:05", "6:00 PM", None], ("time of day",)),
        (["2:55:10", "0:01:30.5"], ("time of day",)),
        ([datetime.time(13, 30), None], ("time of day",)),
        (["13:30", "2007-11-12"], ()),
        (["13:30", "24:00"], ()),
        (["13:30", "13"], ()),
        (["59:30", "1:02:10"], ()),
        (["13/11,/2007"], ()),
        (["12-Nov-07"], ()),
        (["11/30/2007", "soon"], ()),
        ([1, 2], ()),
    ],
    ids=str,
)
def test_what_all_cells_say_of_their_order(cells: list[Any], orders: tuple[DateOrder, ...]) -> None:
    assert possible_orders(pd.Series(cells, dtype=object)) == orders


@pytest.mark.parametrize(
    ("cells", "row", "expected"),
    [
        (["13/1/2020", "1/2/2019", "soon"], 3, "'soon' is not a date (day first)"),
        (["1/2/2019", "1/13/2019", "13/13/2020"], 3, "'13/13/2020' is not a date (month first)"),
        (["2020-01-13", "soon"], 2, "'soon' is not a date:"),
    ],
    ids=str,
)
def test_the_cell_that_is_no_date_in_the_order_of_the_others_is_named(
    cells: list[str], row: int, expected: str
) -> None:
    with pytest.raises(TableError, match="^" + re.escape(f"column 'x', row {row}: {expected}")):
        describe_column(pd.Series(cells, name="x"), "date", "set by hand")


@pytest.mark.parametrize("marker", ["NA", "n/a", "?", "NULL", "."])
def test_dates_in_memory_may_be_missing_in_words_as_numbers_may(marker: str) -> None:
    first = ["2024-05-01", marker, marker, "2024-05-03"]
    column = recognise_column(pd.Series(first))
    assert (column.kind, column.n_missing, column.n_distinct) == ("date", 2, 2)
    assert column.reason == "dates, year first: '2024-05-01'"
    day_first = recognise_column(pd.Series([marker, "1.4.2024", marker, "30.4.2024"]))
    assert (day_first.date_order, day_first.n_missing) == ("day first", 2)
    words = recognise_column(pd.Series([marker, "N/A"] * 2, dtype="category"))
    assert words.kind == "yes_no"


def test_times_of_day_are_parts_of_a_day() -> None:
    column = describe_column(pd.Series(["18:00", "", "6:00 am"]), "date", "set by hand")
    assert (column.date_order, column.n_missing) == ("time of day", 1)
    cells = ["00:00", "18:00", "6:00 am", "1:12:00", datetime.time(12), "NA"]
    expected = [0, 3 / 4, 1 / 4, 1 / 20, 1 / 2, np.nan]
    np.testing.assert_allclose(dates(pd.Series(cells), column.date_order), expected, rtol=1e-12)
    for no_time in ("24:00", "2007-11-12", "18", pd.Timestamp("2007-11-12 18:00")):
        with pytest.raises(TableError, match="is not a time of day: write hours and minutes, as"):
            dates(pd.Series([no_time]), column.date_order)


def test_reasons_tell_times_of_day_from_dates() -> None:
    assert recognise_column(pd.Series(["9:05", "13:30"])).reason == "times of day: '9:05'"
    stray = recognise_column(pd.Series([f"{hour}:00" for hour in range(20)] + ["24:00"]))
    assert stray.reason.endswith("; '24:00' is not a time of day")
