"""Numbers in files as people write them, 1,234.50 or 3,5, where there is no doubt.

1.234,50 is left as it is: the next file of its kind may hold 1.234, which is another number.

>>> import pandas as pd
>>> import warnings
>>> frame = pd.DataFrame({"price": ["1,234.50", "80", None], "size": ["1,234", "7", "8"]})
>>> with warnings.catch_warnings(action="ignore"):
...     with_separators(frame, "prices.csv", ",", frame.get)["price"].tolist()
[1234.5, 80.0, nan]
"""

import os
import re
import warnings
from collections.abc import Callable, Collection

import pandas as pd

from errorest.exceptions import TableWarning
from errorest.tables.cells import MISSING_MARKERS, are_markers, is_padded
from errorest.tables.names import listing

__all__ = ["decimal_point_of", "with_separators"]

_GROUPED = re.compile(r"[+-]?(\d+|[1-9]\d{0,2}(,\d{3})+)(\.\d+)?", re.ASCII)
# 1,234 may be a thousand and some, or one and some thousandths; this one is a thousand.
_TELLING = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+\.\d+", re.ASCII)
_POINTED = re.compile(r"[+-]?(\d+|[1-9]\d{0,2}(\.\d{3})+)", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[+-]?\d+(,\d+)?([eE][+-]?\d+)?", re.ASCII)


def with_separators(
    frame: pd.DataFrame,
    path: str | os.PathLike[str],
    delimiter: str,
    as_written: Callable[[list[str]], pd.DataFrame],
) -> pd.DataFrame:
    """Read columns of words as numbers where their cells are numbers with commas.

    Commas are decimal points where the file lets no cell end with one, else they part thousands.
    Points stay decimal, too: what they were would depend on other columns of the same file.

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
        If there are such columns, or points beside decimal commas look as if they part thousands.
    """
    frame = frame.copy(deep=False)
    grouped: list[str] = []
    decimal: list[str] = []
    for name, column in frame.items():
        # Very large whole numbers come as objects, too.
        if pd.api.types.infer_dtype(column, skipna=True) != "string":
            continue
        cells = column.dropna().str.strip()
        if _all_match(_GROUPED, cells) and any(map(_TELLING.fullmatch, cells)):
            frame[name] = pd.to_numeric(column.str.replace(",", ""))
            grouped.append(str(name))
        elif delimiter != "," and _are_decimal(cells):
            words = column.str.replace(",", ".")
            numbers = pd.to_numeric(words, errors="coerce")
            frame[name] = numbers if numbers.count() == len(cells) else words
            decimal.append(str(name))
    for names, meaning in (grouped, "thousands separators"), (decimal, "decimal points"):
        if names:
            _warn(f"{path}: commas in {listing(names)} are read as {meaning}")
    if decimal:
        floats = [str(name) for name in frame.select_dtypes("float") if name not in decimal]
        written = as_written(floats)
        if doubtful := [name for name in floats if _may_part_thousands(written[name])]:
            _warn(
                f"{path}: points in {listing(doubtful)} are read as decimal points, although "
                f"commas are in {listing(decimal)}: if they separate thousands, leave them out"
            )
    return frame


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
        known = cells.loc[~cells[name].isin(MISSING_MARKERS), name].str.strip()
        if known.str.contains(",").any() and _are_decimal(known):
            return ","
    return "."


def _may_part_thousands(column: "pd.Series[str]") -> bool:
    cells = column.dropna().str.strip()
    return _all_match(_POINTED, cells) and any("." in cell for cell in cells)


def _are_decimal(cells: "pd.Series[str]") -> bool:
    """Whether all are numbers such as 3,5, but for words that may mean a missing cell."""
    strays = [cell for cell in cells.unique() if not any(map(str.isdigit, cell))]
    return (not strays or are_markers(strays)) and _all_match(
        _DECIMAL_COMMA, cells[~cells.isin(strays)]
    )


def _warn(message: str) -> None:
    warnings.warn(message, TableWarning, stacklevel=5)


def _all_match(pattern: "re.Pattern[str]", cells: Collection[str]) -> bool:
    return len(cells) > 0 and all(
        pattern.fullmatch(cell) is not None and not is_padded(cell) for cell in cells
    )
