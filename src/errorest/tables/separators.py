"""Numbers in files as people write them, 1,234.50 or 3,5 or $7 or 8 %, where there is no doubt.

1.234,50 and 1 234,50 stay words until the column is known: the next file of its kind may hold
1.234, which would be another number.

>>> import pandas as pd
>>> import warnings
>>> frame = pd.DataFrame({"price": ["1,234.50", "80", None], "size": ["1,234", "7", "8"]})
>>> with warnings.catch_warnings(action="ignore"):
...     with_separators(frame, "prices.csv", ",", frame.get)["price"].tolist()
[1234.5, 80.0, nan]
"""

import os
import re
from collections import defaultdict
from collections.abc import Callable, Collection
from typing import Any

import pandas as pd

from errorest.exceptions import TableWarning
from errorest.notices import warn
from errorest.tables.cells import MINUS, MISSING_MARKERS, are_markers, is_number, is_padded, refuse
from errorest.tables.names import listing, quote

__all__ = [
    "BLANKS",
    "CURRENCIES",
    "decimal_point_of",
    "has_decimal_commas",
    "plain_number",
    "sign_beside",
    "with_decimal_points",
    "with_separators",
]

CURRENCIES = "$\u20ac\u00a3\u00a5\uffe5\u20b9\u20a9\u20bd\u20ba\u20aa\u20b1\u20b4\u20a6\u0e3f"
"""Dollar, euro, pound, yen or yuan (two widths), rupee, won, rouble, lira, shekel, peso, hryvnia,
naira and baht; not dong, whose points part thousands."""

BLANKS = " \u00a0\u202f"
"""Which may stand inside a number or beside it: a usual one, and two that do not break lines."""

_GROUPED = re.compile(r"[+-]?(\d+|[1-9]\d{0,2}(,\d{3})+)(\.\d+)?", re.ASCII)
# 1,234 may be a thousand and some, or one and some thousandths; this one is a thousand.
_TELLING = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+\.\d+", re.ASCII)
_BLANK = f"[{BLANKS}]"
_SIGNED = re.compile(
    rf"([+-]?)([{CURRENCIES}]?){_BLANK}?"
    rf"([+-]?[\d.,]+(?:{_BLANK}[\d.,]+)*){_BLANK}?([%{CURRENCIES}]?)",
    re.ASCII,
)
_NUMBER_SIGNS = re.compile(rf"[\d.,eE+\-%{CURRENCIES}{BLANKS}]+", re.ASCII)
_POINTED = re.compile(r"[+-]?(\d+|[1-9]\d{0,2}(\.\d{3})+)", re.ASCII)
_THOUSANDS = rf"[1-9]\d{{0,2}}((\.\d{{3}})+|({_BLANK}\d{{3}})+)"
_WITH_COMMA = re.compile(rf"[+-]?(\d+|{_THOUSANDS})(,\d+)?", re.ASCII)
_TELLING_COMMA = re.compile(rf"[+-]?{_THOUSANDS},\d+", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[+-]?\d+(,\d+)?([eE][+-]?\d+)?", re.ASCII)
_PLAIN = str.maketrans(",", ".", f".{BLANKS}")

# What commas are, and what pandas reads in their place.
_WRITTEN = {"thousands separators": "", "decimal points": "."}


def with_separators(
    frame: pd.DataFrame,
    path: str | os.PathLike[str],
    delimiter: str,
    as_written: Callable[[list[str]], pd.DataFrame],
) -> pd.DataFrame:
    """Read columns of words as numbers where their cells are numbers with commas or one sign.

    Commas are decimal points where the file lets no cell end with one, else they part thousands.
    Points stay decimal, too: what they were would depend on other columns of the same file. A
    percent sign, or that of a currency, is left out if each number of the column has the same.

    Parameters
    ----------
    frame : DataFrame
        Of columns that are not to stay words.
    path : path-like
        Of which a warning speaks.
    delimiter : str
        Between the cells of the file.
    as_written : callable
        Returns columns as words.

    Returns
    -------
    DataFrame

    Warns
    -----
    TableWarning
        If there are such columns, or if points beside decimal commas may part thousands.
    """
    frame = frame.copy(deep=False)
    with_commas: dict[str, list[str]] = {meaning: [] for meaning in _WRITTEN}
    with_sign: defaultdict[str, list[str]] = defaultdict(list)
    with_both: list[str] = []
    for name, column in frame.items():
        # Very large whole numbers come as objects, too.
        if pd.api.types.infer_dtype(column, skipna=True) != "string":
            continue
        cells, sign = _without_sign(column)
        written_numbers = _numbers(cells)
        meaning = _meaning_of_commas(written_numbers, sign, delimiter)
        if meaning is None:
            if has_decimal_commas(column):
                with_both.append(str(name))
            continue
        # A word for a missing cell, such as -,--, keeps its commas.
        read = {cell: cell.replace(",", _WRITTEN[meaning]) for cell in written_numbers}
        words = cells.map(lambda cell, read=read: read.get(cell.strip(), cell), na_action="ignore")
        numbers = pd.to_numeric(words, errors="coerce")
        frame[name] = numbers if numbers.count() == cells.count() else words
        if cells.str.contains(",").any():
            with_commas[meaning].append(str(name))
        if sign:
            with_sign[sign].append(str(name))
    for meaning, names in with_commas.items():
        if names:
            warn(f"{path}: commas in {listing(names)} are read as {meaning}", TableWarning)
    for sign, names in with_sign.items():
        warn(f"{path}: numbers in {listing(names)} are read without their {sign}", TableWarning)
    decimal = with_commas["decimal points"] + with_both
    if decimal:
        floats = [str(name) for name in frame.select_dtypes("float") if name not in decimal]
        written = as_written(floats)
        cells_of = {name: written[name].dropna().str.strip() for name in floats}
        if doubtful := [name for name, cells in cells_of.items() if _may_part_thousands(cells)]:
            warn(
                f"{path}: points in {listing(doubtful)} are read as decimal points, although "
                f"commas are in {listing(decimal)}: if they separate thousands, leave them out",
                TableWarning,
            )
    return frame


def plain_number(word: str) -> str:
    """Write one number as `with_separators` reads it, where nothing stands beside it.

    Parameters
    ----------
    word : str

    Returns
    -------
    str
        Other words, and numbers of which there is doubt, as they are.

    Examples
    --------
    >>> [plain_number(word) for word in ("1,234.50", "$1,234", "8 %", "2,5", "5 kg")]
    ['1234.50', '1234', '8', '2.5', '5 kg']
    """
    parts = _number_and_signs(word)
    if parts is None:
        return word
    number, signs = parts
    is_money = any(sign in CURRENCIES for sign in signs)
    if _TELLING.fullmatch(number) or (is_money and _GROUPED.fullmatch(number)):
        return number.replace(",", "")
    return number.replace(",", ".") if _DECIMAL_COMMA.fullmatch(number) else number


def sign_beside(word: str) -> str:
    """Return the sign that `plain_number` leaves out of a word.

    Examples
    --------
    >>> [sign_beside(word) for word in ("$1,234", "8 %", "2,5", "5 kg")]
    ['$', '%', '', '']
    """
    parts = _number_and_signs(word)
    return "" if parts is None else parts[1]


def decimal_point_of(cells: pd.DataFrame, delimiter: str) -> str:
    """Return what stands before the decimals in a file: a comma, if some column has that.

    Parameters
    ----------
    cells : DataFrame
        As they are written, see :func:`errorest.tables.read_cells`.
    delimiter : str
        Between them.
    """
    if delimiter == ",":
        return "."
    for name in cells.columns:
        known, sign = _without_sign(cells.loc[~cells[name].isin(MISSING_MARKERS), name])
        is_decimal = _meaning_of_commas(_numbers(known), sign, delimiter) == "decimal points"
        if (is_decimal and known.str.contains(",").any()) or has_decimal_commas(known):
            return ","
    return "."


def has_decimal_commas(column: "pd.Series[Any]") -> bool:
    """Whether a column's words are numbers such as 1.234,50 or 1 234,50.

    Parameters
    ----------
    column : pandas.Series of shape (n_rows,)
        Cells of any type.

    Examples
    --------
    >>> has_decimal_commas(pd.Series(["1.234,50", "7", "-,--"]))
    True
    >>> has_decimal_commas(pd.Series(["1.234", "7,5"])), has_decimal_commas(pd.Series([1.234]))
    (False, False)
    """
    if pd.api.types.infer_dtype(column, skipna=True) != "string":
        return False
    numbers = _numbers(column)
    # Hardly a column gets further than this.
    if not any("," in number and _TELLING_COMMA.search(number) for number in numbers):
        return False
    bare, sign = _parted(numbers)
    return _all_match(_WITH_COMMA, list(bare.values()) if sign else numbers)


def with_decimal_points(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Write a column's words such as 1.234,50 as 1234.50.

    Parameters
    ----------
    column : pandas.Series of shape (n_rows,)
        Of which :func:`has_decimal_commas` was true, or of a later table with that column.

    Returns
    -------
    pandas.Series of shape (n_rows,)
        Other words, and numbers that are none, as they are.

    Raises
    ------
    TableError
        If there is doubt whether 1.234 is a thousand and some, since there is 12.5, too.

    Examples
    --------
    >>> with_decimal_points(pd.Series(["1.234,50", "1.234", "1 234 €", "many"])).tolist()
    ['1234.50', '1234', '1234', 'many']
    """
    found = [cell for cell in column.dropna().unique() if isinstance(cell, str)]
    plain = {cell: _with_decimal_point(cell) for cell in found}
    pointed = [cell for cell in found if "." in cell and "," not in cell]
    if thousands := [cell for cell in pointed if "." not in plain[cell]]:
        decimals = [cell for cell in pointed if is_number(plain[cell]) and "." in plain[cell]]
        refuse(
            column,
            column.isin(decimals).to_numpy(dtype=bool),
            f"has a decimal point, but in {quote(thousands[0])} a point parts thousands: write "
            "decimals with a comma",
        )
    return column.map(lambda cell: plain.get(cell, cell), na_action="ignore")


def _with_decimal_point(cell: str) -> str:
    parts = _number_and_signs(cell.strip())
    if parts is None or not _WITH_COMMA.fullmatch(parts[0]):
        return cell
    return parts[0].translate(_PLAIN)


def _may_part_thousands(cells: Collection[str]) -> bool:
    return _all_match(_POINTED, cells) and any("." in cell for cell in cells)


def _without_sign(column: "pd.Series[str]") -> tuple["pd.Series[str]", str]:
    """Return the cells without the sign that stands beside each number, and that sign, if any.

    Of numbers, a minus sign is a hyphen.
    """
    numbers = _numbers(column)
    if not numbers:
        return column, ""
    column, (bare, sign) = column.str.replace(MINUS, "-", regex=False), _parted(numbers)
    if not sign:
        return column, ""
    return column.str.strip().map(lambda cell: bare.get(cell, cell), na_action="ignore"), sign


def _parted(numbers: list[str]) -> tuple[dict[str, str], str]:
    """Return each number without the signs beside it, and the one sign that all have, if any."""
    parts = {number: _number_and_signs(number) or (number, "") for number in numbers}
    signs = {sign for _, sign in parts.values()}
    sign = signs.pop() if len(signs) == 1 else ""
    return {number: bare for number, (bare, _) in parts.items()}, sign if len(sign) == 1 else ""


def _number_and_signs(cell: str) -> tuple[str, str] | None:
    """Part a number from the signs on both sides of it, of which there may be none."""
    signed = _SIGNED.fullmatch(cell.replace(MINUS, "-"))
    if signed is None:
        return None
    plus_or_minus, before, digits, after = signed.groups()
    return plus_or_minus + digits, before + after


def _numbers(column: "pd.Series[str]") -> list[str]:
    """Return the different cells with digits; none if other words are there than a few markers.

    Of a column of words, hardly more than the first few are looked at.
    """
    numbers, strays = [], []
    for cell in map(str.strip, column.dropna().unique()):
        if not any(map(str.isdigit, cell)):
            strays.append(cell)
            if not are_markers(strays):
                return []
        elif _NUMBER_SIGNS.fullmatch(number := cell.replace(MINUS, "-")):
            numbers.append(number)
        else:
            return []
    return numbers


def _meaning_of_commas(numbers: list[str], sign: str, delimiter: str) -> str | None:
    """Say what commas in numbers are, or would be; nothing if there is doubt, or no number."""
    if _all_match(_GROUPED, numbers):
        if any(map(_TELLING.fullmatch, numbers)):
            return "thousands separators"
        has_comma = any("," in number for number in numbers)
        is_plain = not has_comma and (delimiter == "," or not _may_part_thousands(numbers))
        # $1,234 is no amount with three decimals where commas part the cells.
        is_money = sign in CURRENCIES and delimiter == ","
        if sign and (is_plain or is_money):
            return "thousands separators"
    if delimiter != "," and _all_match(_DECIMAL_COMMA, numbers):
        return "decimal points"
    return None


def _all_match(pattern: "re.Pattern[str]", cells: Collection[str]) -> bool:
    return len(cells) > 0 and all(
        pattern.fullmatch(cell) is not None and not is_padded(cell) for cell in cells
    )
