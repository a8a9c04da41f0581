"""The rules by which a column is taken for a number, a category, a date, ...

Numbers stay numbers, however few values they take (a rank from 1 to 4 has an order), unless they
are 0 and 1, count the rows, or are written as codes are (0501). Words are dates, yes or no, or
categories if they repeat; else they are names of the rows or free text. Whoever knows better can
overrule every rule.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from errorest.exceptions import TableError
from errorest.tables.cells import (
    LARGEST_WHOLE_NUMBER,
    MINUS,
    MISSING_MARKERS,
    Floats,
    are_codes,
    are_markers,
    finite_numbers,
    is_number,
    number_of,
    numbers,
    words,
)
from errorest.tables.column import Column, ColumnKind, no_and_yes
from errorest.tables.dates import (
    DateOrder,
    date_order,
    dates,
    days,
    first_stray,
    likeliest_order,
    noun,
    possible_orders,
)
from errorest.tables.names import listing, quote
from errorest.tables.separators import (
    BLANKS,
    CURRENCIES,
    has_decimal_commas,
    with_decimal_points,
)

__all__ = ["UNREAD", "describe_column", "is_name_of_key", "recognise_column"]

UNREAD = "amounts or dates written like"
"""How the reason begins why a column is left out that would tell more if it were written anew."""

_Judgement: TypeAlias = tuple[ColumnKind, str]

# What words are that say nothing; codes in their place are numbers.
_LEFT_OUT_WORDS = ("identifier", "text")

# Up to 20 categories may be as many as half of the cells, up to 250 (states, countries) a fifth, up
# to 10,000 a tenth.
_CELLS_PER_VALUE = {20: 2, 250: 5, 10_000: 10}

_FIRST_CELLS = 100

# In how many cells of a column of numbers there may be words that mean a missing one.
_MAX_MARKED_SHARE = 0.05

# Such as $1.50, 0.25%, 12.5 kg, -1.834,10, (5'440) and 6/19/2020: a different one in every row is
# no name of it.
_BLANK = f"[{BLANKS}]"
_SIGN = rf"[+\-{MINUS}]"
_AMOUNT = rf"\d{{1,3}}(?:(?:[.,'\u2019]|{_BLANK})?\d{{3}})*(?:[.,]\d{{1,2}})?"
_CURRENCY = f"[{CURRENCIES}]"
_UNIT = rf"{_BLANK}?(?:%|{_CURRENCY})|{_BLANK}[A-Za-z]{{1,3}}"
_DATE = r"\d{1,2}(?P<between>[/.-])(?:\d{1,2}|[A-Za-z]{3})(?P=between)\d{2,4}"
_AMOUNT_OR_DATE = re.compile(
    rf"[(]?{_SIGN}?(?:{_CURRENCY}{_BLANK}?)?{_SIGN}?{_AMOUNT}[)-]?(?:{_UNIT})?[)]?|{_DATE}"
)

_KEY_WORDS = frozenset({"id", "key", "uuid", "guid"})
_ROW_NAMES = frozenset({"index", "idx", "row", "rowname", "rownames", "rownumber", "unnamed0"})


def recognise_column(column: "pd.Series[Any]") -> Column:
    """Judge what a column is.

    Parameters
    ----------
    column : pandas.Series of shape (n_rows,)
        Its cells, of any type, and its name.

    Returns
    -------
    Column
        What it is, and why.

    Raises
    ------
    TableError
        If a number in it is infinite.

    Examples
    --------
    >>> recognise_column(pd.Series([39.1, None, 40.3, 36.7], name="bill_length_mm")).reason
    'numbers from 36.7 to 40.3'
    >>> recognise_column(pd.Series(["male", "female", "male"], name="sex")).kind
    'yes_no'
    """
    if has_decimal_commas(column):
        plain = _recognised(with_decimal_points(column))
        if plain.kind == "number":
            return replace(plain, decimal_commas=True)
    return _recognised(column)


def _recognised(column: "pd.Series[Any]") -> Column:
    """Judge what a column is whose decimals, if any, have a point before them."""
    kind, reason = _judge(column)
    markers: tuple[str, ...] = ()
    if kind == "number":
        _, strays = numbers(column)
        if strays.any():
            markers = _in_order(words(column[strays]).unique())
    return _described(column, kind, reason, markers)


def describe_column(column: "pd.Series[Any]", kind: ColumnKind, reason: str) -> Column:
    """Describe a column whose kind is settled, and check that it can be of that kind.

    Parameters
    ----------
    column : pandas.Series of shape (n_rows,)
        Its cells, of any type, and its name.
    kind : {"number", "category", "yes_no", "date", "constant", "identifier", "text"}
        What it is.
    reason : str
        Why, in words.

    Returns
    -------
    Column
        The description.

    Raises
    ------
    TableError
        If a cell is not a finite number, or not a date, or there are not two values for yes and
        no. The message names column, row and cell.

    Examples
    --------
    >>> describe_column(pd.Series([3, 1, 3], name="rank"), "category", "set by hand").categories
    ('1', '3')
    """
    if kind == "number" and has_decimal_commas(column):
        return replace(_described(with_decimal_points(column), kind, reason), decimal_commas=True)
    return _described(column, kind, reason)


def _described(
    column: "pd.Series[Any]", kind: ColumnKind, reason: str, markers: tuple[str, ...] = ()
) -> Column:
    categories: tuple[str, ...] = ()
    order: DateOrder = "year first"
    if kind == "number":
        cells = pd.Series(finite_numbers(column, markers))
    elif kind == "date":
        order = date_order(column)
        cells = pd.Series(dates(column, order))
    else:
        cells = words(column)
    if kind == "category":
        categories = _in_order(cells.dropna().unique())
    elif kind == "yes_no":
        categories = _no_and_yes(column, cells)
    return Column(
        name=str(column.name),
        kind=kind,
        reason=reason,
        n_missing=int(cells.isna().sum()),
        n_distinct=int(cells.nunique()),
        categories=categories,
        markers=markers,
        date_order=order,
    )


def _judge(column: "pd.Series[Any]") -> _Judgement:
    holds_words, is_code = _holds_words(column), _is_code(column)
    if holds_words or is_code:
        counts = words(column).value_counts()
        examples = [quote(word) for word in counts.index[:2]]
        n_present = int(counts.sum())
        kind, reason = _judge_constant(column, n_present, examples) or _judge_words(column, counts)
        if is_code:
            reason += "; codes with leading zeros"
        if holds_words or kind not in _LEFT_OUT_WORDS:
            return kind, reason
    values = finite_numbers(column)
    present = values[~np.isnan(values)]
    distinct = np.unique(present)
    examples = [_in_words(value) for value in distinct[:2]]
    return _judge_constant(column, len(present), examples) or _judge_numbers(column, values)


def _holds_words(column: "pd.Series[Any]") -> bool:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return True
    if pd.api.types.infer_dtype(column, skipna=True) == "boolean":
        return True
    values, strays = numbers(column)
    if strays.any():
        return True
    finite = values[np.isfinite(values)]
    return _is_whole(column, finite) and bool((np.abs(finite) > LARGEST_WHOLE_NUMBER).any())


def _is_code(column: "pd.Series[Any]") -> bool:
    is_written = not pd.api.types.is_numeric_dtype(column.dtype)
    return is_written and are_codes(words(column).dropna().unique())


def _is_whole(column: "pd.Series[Any]", values: Floats) -> bool:
    return not pd.api.types.is_float_dtype(column.dtype) and bool((values % 1 == 0).all())


def _judge_constant(
    column: "pd.Series[Any]", n_present: int, examples: list[str]
) -> _Judgement | None:
    """Judge by two different values, or as many as there are."""
    if not examples:
        return "constant", "all cells are missing"
    if len(examples) == 1 and n_present == len(column):
        return "constant", f"every cell is {examples[0]}"
    return None


def _judge_numbers(column: "pd.Series[Any]", values: Floats) -> _Judgement:
    distinct = np.unique(values[~np.isnan(values)])
    least, most = distinct[0], distinct[-1]
    # As words they may be more: who writes 1 and +1 may have a reason.
    if np.array_equal(distinct, [0, 1]) and words(column).nunique() == 2:
        return "yes_no", "0 or 1"
    if _is_whole(column, distinct):
        if least in (0, 1) and np.array_equal(values, least + np.arange(len(values))):
            return "identifier", f"counts the rows from {least:g}"
        # Of rows drawn with replacement, as in a bootstrap, 63 % are different.
        if _names_rows(str(column.name)) and len(distinct) > len(column) / 2:
            return "identifier", "mostly distinct numbers, named like a key"
    return "number", f"numbers from {_in_words(least)} to {_in_words(most)}"


def _in_words(value: float) -> str:
    """Write a number briefly, but a whole one, such as a price, to its last digit."""
    return f"{value:.0f}" if value % 1 == 0 and abs(value) < 1e15 else f"{value:g}"


def is_name_of_key(name: str) -> bool:
    """Whether a column's name is one as of a key.

    Examples
    --------
    >>> [is_name_of_key(name) for name in ("id", "PassengerId", "customer_key", "paid")]
    [True, True, True, False]
    """
    parts = _parts(name)
    return bool(parts) and parts[-1] in _KEY_WORDS


def _names_rows(name: str) -> bool:
    return "".join(_parts(name)) in _ROW_NAMES or is_name_of_key(name)


def _parts(name: str) -> list[str]:
    return [part.casefold() for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+|\d+", name)]


def _judge_words(column: "pd.Series[Any]", counts: "pd.Series[int]") -> _Judgement:
    telling = counts.drop(list(MISSING_MARKERS), errors="ignore")
    orders = possible_orders(column) if len(telling) else ()
    if len(orders) == 1:
        what = "times of day" if orders[0] == "time of day" else f"dates, {orders[0]}"
        return "date", f"{what}: {quote(_telling_date(telling, orders[0]))}"
    distinct = _in_order(counts.index)
    if len(distinct) == 2:
        return "yes_no", " or ".join(map(quote, distinct))
    if isinstance(column.dtype, pd.CategoricalDtype):
        return "category", "declared as categories"
    strays = [word for word in distinct if not is_number(word) and word not in MISSING_MARKERS]
    n_strays, n_present = int(counts[strays].sum()), int(counts.sum())
    are_numbers = not are_codes(list(filter(is_number, distinct)))
    if are_markers(strays) and are_numbers and n_strays <= _MAX_MARKED_SHARE * n_present:
        return "number", f"numbers, except for {listing(strays)}"
    kind, reason = _judge_many_words(distinct, n_present)
    if 0 < n_strays < n_present / 2:
        reason += f"; {quote(strays[0])} is not a number"
    if orders:
        return kind, f"{reason}; as dates, no cell tells whether day or month comes first"
    # A column of words may be long.
    once = column.drop_duplicates()
    order = likeliest_order(once.head(_FIRST_CELLS))
    not_dates = days(once, order)[1]
    if not_dates.mean() < 1 / 2:
        reason += f"; {quote(once[not_dates].iloc[0])} is not a {noun(order)}"
    return kind, reason


def _telling_date(counts: "pd.Series[int]", order: DateOrder) -> str:
    """Return the commonest date that is none in another order, if it could be one in another."""
    if order not in ("day first", "month first"):
        return str(counts.index[0])
    other: DateOrder = "month first" if order == "day first" else "day first"
    return str(first_stray(pd.Series(counts.index), other))


def _judge_many_words(distinct: tuple[str, ...], n_present: int) -> _Judgement:
    n = len(distinct)
    if n == 1:
        return "category", f"{quote(distinct[0])} or missing"
    if any(n <= most and n * cells <= n_present for most, cells in _CELLS_PER_VALUE.items()):
        return "category", f"words that repeat: {listing(distinct, 3)}"
    if all(map(_AMOUNT_OR_DATE.fullmatch, distinct)) and not all(map(str.isdecimal, distinct)):
        return "text", f"{UNREAD} {quote(max(distinct, key=len))}"
    if n == n_present and not any(" " in word for word in distinct):
        return "identifier", "a different word in every row"
    return "text", f"{n} distinct values in {n_present} cells, too many for categories"


def _in_order(distinct: Iterable[str]) -> tuple[str, ...]:
    """Sort words, numbers among them by size."""
    return tuple(
        sorted(distinct, key=lambda word: (number_of(word) if is_number(word) else np.inf, word))
    )


def _no_and_yes(column: "pd.Series[Any]", cells: "pd.Series[Any]") -> tuple[str, str]:
    values = _in_order(cells.dropna().unique())
    if len(values) != 2:
        raise TableError(
            f"column {quote(column.name)} cannot be yes_no: it has {len(values)} values, not 2"
        )
    return no_and_yes((values[0], values[1]))
