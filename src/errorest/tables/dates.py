"""Columns of any dtype as dates, which people write in more than one order, or as times of day.

2007-11-12 is one day, as is 12 Nov 2007. 11/12/2007 is another in London than in New York, unless
other cells of the column tell: beside 11/30/2007, the month comes first. A time of day is a part of
a day.
"""

import re
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
import pandas as pd

from errorest.tables.cells import MISSING_MARKERS, Floats, Mask, of_its_own_dtype, refuse, words

__all__ = [
    "DateOrder",
    "date_order",
    "dates",
    "days",
    "first_stray",
    "likeliest_order",
    "noun",
    "possible_orders",
]

DateOrder: TypeAlias = Literal["year first", "day first", "month first", "time of day"]

DATE_ORDERS: tuple[DateOrder, ...] = get_args(DateOrder)
"""In which order a column may write the parts of its dates, or that it holds times of day."""

_ADVICE = "write year, month, day, as in 2007-11-11"

# With - or /.
_ISO_8601 = re.compile(
    r"(?!0000)\d{4}([-/])\d{2}\1\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?",
    re.ASCII,
)
_YEAR, _DAY = r"(?P<year>(?!0000)\d{4})", r"(?P<day>\d{1,2})"
_MONTH = r"(?P<month>\d{1,2}|[A-Za-z]+\.?)"
# A blank only beside the name of a month, and a comma only before that blank.
_BETWEEN = r"(?P<between>[/.-]| (?=[A-Za-z])|(?<=[A-Za-z.]) )"
_BETWEEN_AGAIN = r"(,(?= ))?(?P=between)"
_TIME = r"(,? (?P<hour>\d{1,2})(?P<rest>:\d{2}(:\d{2}(\.\d+)?)?)([ \u202f]?(?P<half>[AaPp])[Mm])?)?"


def _form(first: str, second: str, third: str) -> "re.Pattern[str]":
    return re.compile(rf"{first}{_BETWEEN}{second}{_BETWEEN_AGAIN}{third}{_TIME}", re.ASCII)


_FORMS: dict[DateOrder, "re.Pattern[str]"] = {
    "year first": _form(_YEAR, _MONTH, _DAY),
    "day first": _form(_DAY, _MONTH, _YEAR),
    "month first": _form(_MONTH, _DAY, _YEAR),
}

# Names of their own, since Python's change with the language of the machine.
_NAMES = "january february march april may june july august september october november december"
_MONTHS = {
    name[:length]: number
    for number, name in enumerate(_NAMES.split(), start=1)
    for length in range(3, len(name) + 1)
}


def possible_orders(column: "pd.Series[Any]") -> tuple[DateOrder, ...]:
    """Say in which orders all cells that are there are dates.

    Parameters
    ----------
    column : pandas.Series of shape (n_rows,)
        Cells of any type.

    Returns
    -------
    tuple of {"year first", "day first", "month first", "time of day"}
        Year first alone, if that is one; of the others both, if nothing tells.

    Examples
    --------
    >>> possible_orders(pd.Series(["11/12/2007", "11/30/2007"]))
    ('month first',)
    >>> possible_orders(pd.Series(["11/12/2007"])), possible_orders(pd.Series(["soon"]))
    (('day first', 'month first'), ())
    """
    distinct = column.drop_duplicates()
    year_first, *others = DATE_ORDERS
    if first_stray(distinct, year_first) is None:
        return (year_first,)
    return tuple(order for order in others if first_stray(distinct, order) is None)


def date_order(column: "pd.Series[Any]") -> DateOrder:
    """Say in which order a column that must hold dates writes them.

    Parameters
    ----------
    column : pandas.Series of shape (n_rows,)
        Cells of any type.

    Returns
    -------
    {"year first", "day first", "month first", "time of day"}
        The likeliest one, if some cell is no date in any order.

    Raises
    ------
    TableError
        If all cells are dates, but none tells whether the day or the month comes first.

    Examples
    --------
    >>> date_order(pd.Series(["11/12/2007", "11/30/2007"]))
    'month first'
    """
    orders = possible_orders(column)
    if len(orders) > 1:
        problem = f"has the day or the month first, and no cell tells which: {_ADVICE}"
        refuse(column, days(column)[1], problem)
    return orders[0] if orders else likeliest_order(column)


def likeliest_order(column: "pd.Series[Any]") -> DateOrder:
    """Say in which order most cells are dates.

    Parameters
    ----------
    column : pandas.Series of shape (n_rows,)
        Cells of any type.

    Returns
    -------
    {"year first", "day first", "month first", "time of day"}

    Examples
    --------
    >>> likeliest_order(pd.Series(["11/30/2007", "soon"]))
    'month first'
    """
    return min(DATE_ORDERS, key=lambda order: days(column, order)[1].sum())


def days(column: "pd.Series[Any]", order: DateOrder = "year first") -> tuple[Floats, Mask]:
    """Read a column as dates, in days since 1970-01-01 (UTC).

    Parameters
    ----------
    column : pandas.Series of shape (n_rows,)
        Timestamps, dates, periods (which count as their start) or words. Words may always have
        the year first, as in ISO 8601 or as in 2007/11/9; `MISSING_MARKERS` are missing.
    order : {"year first", "day first", "month first", "time of day"}, default="year first"
        In which order other words write a date, with the month's number or its English name; or
        that all are times of day.

    Returns
    -------
    values : ndarray of shape (n_rows,), float64
        The days, of times of day parts of one; NaN where a cell is missing or not a date.
    strays : ndarray of shape (n_rows,), bool
        Where a cell is there but is not a date.

    Examples
    --------
    >>> values, strays = days(pd.Series(["1970-01-02", "1970/01/03 12:00", "1.4.1970"]))
    >>> values.tolist(), strays.tolist()
    ([1.0, 2.5, nan], [False, False, True])
    >>> days(pd.Series(["1.4.1970", "Apr 1, 1970 6:00 PM"]), "month first")[0].tolist()
    [3.0, 90.75]
    >>> days(pd.Series(["18:00", "6:00 AM", "1:12:00"]), "time of day")[0].tolist()
    [0.75, 0.25, 0.05]
    """
    column = of_its_own_dtype(column)
    if isinstance(column.dtype, pd.PeriodDtype):
        column = column.dt.start_time
    if pd.api.types.is_datetime64_any_dtype(column.dtype) and order != "time of day":
        present = column.notna()
        moments = pd.to_datetime(column, utc=True)
    else:
        texts = words(column)
        texts = texts.mask(texts.isin(MISSING_MARKERS))
        present = texts.notna()
        moments = _moments(texts, order)
    # Nanoseconds would end with the year 2262, before the 9999-12-31 that stands for "never".
    microseconds = moments.dt.as_unit("us").to_numpy(dtype="datetime64[us]")
    values: Floats = (microseconds - np.datetime64(0, "us")) / np.timedelta64(1, "D")
    return values, np.isnan(values) & present.to_numpy(dtype=bool)


def first_stray(column: "pd.Series[Any]", order: DateOrder) -> Any:
    """Return the first cell that is there but is not a date, or None.

    Parameters
    ----------
    column : pandas.Series of shape (n_rows,)
        As for `days`.
    order : {"year first", "day first", "month first", "time of day"}
        As for `days`.

    Returns
    -------
    object or None

    Examples
    --------
    >>> first_stray(pd.Series(["11/12/2007", "11/30/2007", "soon"]), "day first")
    '11/30/2007'
    """
    # Mostly one of the first cells tells, often the very first.
    for cells in (column.head(1), column.head(100), column):
        strays = days(cells, order)[1]
        if strays.any():
            return cells[strays].iloc[0]
    return None


def dates(column: "pd.Series[Any]", order: DateOrder = "year first") -> Floats:
    """Read a column that must hold dates, in days since 1970-01-01 (UTC).

    Parameters
    ----------
    column : pandas.Series of shape (n_rows,)
        As for `days`.
    order : {"year first", "day first", "month first", "time of day"}, default="year first"
        As for `days`.

    Returns
    -------
    ndarray of shape (n_rows,), float64
        The days; NaN where a cell is missing.

    Raises
    ------
    TableError
        If a cell is something else.

    Examples
    --------
    >>> dates(pd.Series(["1970-01-02", None])).tolist()
    [1.0, nan]
    """
    values, strays = days(column, order)
    advice = _ADVICE if order != "time of day" else "write hours and minutes, as in 13:30"
    expected = f" ({order})" if order in ("day first", "month first") else ""
    refuse(column, strays, f"is not a {noun(order)}{expected}: {advice}")
    return values


def noun(order: DateOrder) -> str:
    """Say what a cell of a column is.

    Examples
    --------
    >>> noun("day first"), noun("time of day")
    ('date', 'time of day')
    """
    return order if order == "time of day" else "date"


def _as_iso_8601(text: str, order: DateOrder) -> str | None:
    if order == "time of day":
        return _as_iso_8601(f"1970-01-01 {text}", "year first")
    if _ISO_8601.fullmatch(text):
        return text.replace("/", "-")
    found = _FORMS["year first"].fullmatch(text) or _FORMS[order].fullmatch(text)
    if found is None:
        return None
    # What is no name of a month is none in ISO 8601 either.
    month = _MONTHS.get(found["month"].rstrip(".").lower(), found["month"])
    date = f"{found['year']}-{month:0>2}-{found['day']:0>2}"
    if found["hour"] is None:
        return date
    hour = int(found["hour"])
    if found["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 * (found["half"] in "Pp")
    return f"{date} {hour:02}{found['rest']}"


def _moments(texts: "pd.Series[Any]", order: DateOrder) -> "pd.Series[pd.Timestamp]":
    codes, distinct = pd.factorize(texts)
    # A missing cell has the number -1.
    written = pd.Series([*(_as_iso_8601(text, order) for text in distinct), None], dtype=object)
    return pd.to_datetime(written, errors="coerce", utc=True, format="ISO8601").iloc[codes]
