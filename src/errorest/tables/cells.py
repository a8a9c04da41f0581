"""One cell, many spellings: columns of any dtype as numbers or as words.

The same value comes as ``1``, ``1.0``, ``"1"`` or ``True``, depending on who made the table.
The functions here undo that, so that nothing else in the package looks at dtypes.
"""

import re
from collections.abc import Collection
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from errorest.exceptions import TableError
from errorest.tables.names import quote

__all__ = [
    "LARGEST_WHOLE_NUMBER",
    "MINUS",
    "MISSING_MARKERS",
    "are_codes",
    "are_markers",
    "array_of_words",
    "finite_numbers",
    "is_number",
    "is_padded",
    "number_of",
    "numbers",
    "of_its_own_dtype",
    "refuse",
    "words",
]

MISSING_MARKERS = (
    "",
    "NA",
    "N/A",
    "n/a",
    "#N/A",
    "<NA>",
    "NaN",
    "nan",
    "NULL",
    "null",
    "\\N",
    "?",
    ".",  # of SAS, SPSS and Stata
)
"""What stands for a missing cell in a file.

"None" and "none" are not among them: in many tables they are an answer ("no garage").
"""

LARGEST_WHOLE_NUMBER = 2**53
"""float64 cannot tell larger ones apart; who writes them means a code."""

MINUS = "\u2212"
"""As it is printed, which a keyboard has not."""

Mask: TypeAlias = npt.NDArray[np.bool_]
Floats: TypeAlias = npt.NDArray[np.float64]
Objects: TypeAlias = npt.NDArray[np.object_]

# float() would also take "1_000", "nan" and "infinity".
_NUMBER = re.compile(rf"\s*[+\-{MINUS}]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*", re.ASCII)

_WHOLE_NUMBER = re.compile(r"([+-]?\d+)\.0*", re.ASCII)

# The share of different words from which on zeros in front are meant.
_LEAST_PADDED = 0.05

# A column of numbers may write a missing cell in its own way ("-", "unknown"): by few words, and
# without a digit, for "3+" and "1,200" mean something.
_MAX_MARKERS = 3

# Sums of the squares of smaller numbers are finite.
_LARGEST = 1e100


def is_number(text: str) -> bool:
    """Whether a cell of a file is a finite number as people write it.

    Examples
    --------
    >>> [is_number(text) for text in ("-1.5e3", " 7 ", "1_000", "nan", "1,5", "")]
    [True, True, False, False, False, False]
    """
    return _NUMBER.fullmatch(text) is not None


def number_of(text: str) -> float:
    r"""Return the number that a cell is, for which `is_number` is true.

    Examples
    --------
    >>> number_of("-1.5e3"), number_of("\u22127")
    (-1500.0, -7.0)
    """
    return float(text.replace(MINUS, "-"))


def is_padded(word: str) -> bool:
    """Whether a word is one such as 0501, which as a number would lose its zeros.

    Examples
    --------
    >>> [is_padded(word) for word in ("0501", "501", "0", "0.5", "-05")]
    [True, False, False, False, False]
    """
    return len(word) > 1 and word.startswith("0") and word.isdecimal()


def are_codes(distinct: Collection[str]) -> bool:
    """Whether different words are codes such as 0501, rather than numbers.

    They are whole numbers, and more of them are padded than a slip would explain, or all have
    the same length.

    Examples
    --------
    >>> are_codes(["0501", "501", "7"]), are_codes(["0501", "7.5"]), are_codes(["501", "7"])
    (True, False, False)
    """
    n_padded = sum(map(is_padded, distinct))
    have_one_length = len({len(word) for word in distinct}) == 1
    return (
        n_padded > 0
        and all(word.isdecimal() for word in distinct)
        and (have_one_length or n_padded >= _LEAST_PADDED * len(distinct))
    )


def are_markers(strays: Collection[str]) -> bool:
    """Whether different words among numbers may all mean a missing cell.

    Examples
    --------
    >>> are_markers(["-", "unknown"]), are_markers(["3+"]), are_markers([])
    (True, False, False)
    """
    is_telling = any(character.isdigit() for word in strays for character in word)
    return 0 < len(strays) <= _MAX_MARKERS and not is_telling


def numbers(column: "pd.Series[Any]", markers: Collection[str] = ()) -> tuple[Floats, Mask]:
    """Read a column as numbers.

    Parameters
    ----------
    column : pandas.Series of shape (n_rows,)
        Cells of any type.
    markers : collection of str, default=()
        Words that mean a missing cell here, besides `MISSING_MARKERS`.

    Returns
    -------
    values : ndarray of shape (n_rows,), float64
        The numbers, of durations the seconds; NaN where a cell is missing or not a number.
    strays : ndarray of shape (n_rows,), bool
        Where a cell is there but is not a number.

    Examples
    --------
    >>> values, strays = numbers(pd.Series(["1", 2.5, None, "many", True], dtype=object))
    >>> values.tolist(), strays.tolist()
    ([1.0, 2.5, nan, nan, 1.0], [False, False, False, True, False])
    """
    column = of_its_own_dtype(column)
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "biuf":
        return column.to_numpy(dtype=np.float64), np.zeros(len(column), dtype=bool)
    if isinstance(column.dtype, pd.StringDtype):
        codes, distinct = pd.factorize(column)
        values, strays = numbers(pd.Series(distinct, dtype=object), markers)
        # A missing cell has the number -1.
        return np.append(values, np.nan)[codes], np.append(strays, False)[codes]
    if column.dtype.kind in "Mc":  # neither a moment nor a complex number is a number here
        return np.full(len(column), np.nan), column.notna().to_numpy(dtype=bool)
    if column.dtype.kind == "m":
        column = column.dt.total_seconds()
    if column.dtype.kind not in "biuf":  # Arrow's decimals, too, pandas reads as objects only
        column = column.astype(object)
    try:
        coerced = pd.to_numeric(column, errors="coerce")
    except OverflowError:  # a Python integer of more than 308 digits; its word becomes infinite
        coerced = pd.to_numeric(column.astype(str), errors="coerce")
    values = coerced.to_numpy(dtype=np.float64, na_value=np.nan)
    strays = np.isnan(values) & column.notna().to_numpy(dtype=bool)
    if strays.any():
        missing = {*MISSING_MARKERS, *markers}
        found = np.array([str(cell).strip() for cell in column[strays]], dtype=object)
        codes, different = pd.factorize(found)
        # pandas knows neither this sign nor the blanks that are gone, such as those of East Asia.
        hyphened = pd.Series(different).str.replace(MINUS, "-", regex=False)
        read = pd.to_numeric(hyphened, errors="coerce").to_numpy(dtype=np.float64)
        values = values.copy()
        values[strays] = read[codes]
        is_stray = np.isnan(read) & [word not in missing for word in different]
        strays[strays] = is_stray[codes]
    return values, strays


def words(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Read a column as words.

    Parameters
    ----------
    column : pandas.Series of shape (n_rows,)
        Cells of any type.

    Returns
    -------
    pandas.Series of shape (n_rows,), object
        Each cell as a str without surrounding blanks, whole numbers without ``.0``, -0 as 0;
        missing where the cell is missing or blank.

    Examples
    --------
    >>> words(pd.Series([" yes", True, 2.0, "2.0", -0.0, " ", None], dtype=object)).tolist()
    ['yes', 'True', '2', '2', '0', None, None]
    """
    return pd.Series(array_of_words(column), index=column.index, name=column.name, dtype=object)


def array_of_words(column: "pd.Series[Any]") -> Objects:
    """Read a column as words, as `words` does, without the time that a Series takes.

    Parameters
    ----------
    column : pandas.Series of shape (n_rows,)

    Returns
    -------
    ndarray of shape (n_rows,), object
        Each a str, or None.

    Examples
    --------
    >>> array_of_words(pd.Series([2.0, None])).tolist()
    ['2', None]
    """
    column = of_its_own_dtype(column)
    if column.dtype == object:
        return np.array(_each_word(column.array), dtype=object)
    # Of objects, those that are equal may be different words, such as 1 and True.
    codes, distinct = pd.factorize(column.array)
    cells: Objects = np.array([*_each_word(distinct), None], dtype=object)[codes]
    return cells


def _each_word(cells: Any) -> list[str | None]:
    return [
        _word(str(cell)) if present else None
        for cell, present in zip(np.asarray(cells, dtype=object), pd.notna(cells), strict=True)
    ]


@lru_cache  # the same words come again and again
def _word(cell: str) -> str | None:
    word = cell.strip()
    if "." in word and (whole := _WHOLE_NUMBER.fullmatch(word)):
        word = whole[1]
    return "0" if word == "-0" else word or None


def of_its_own_dtype(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Give objects that pandas has a dtype for, and others do not, that dtype.

    Parameters
    ----------
    column : pandas.Series of shape (n_rows,)

    Returns
    -------
    pandas.Series of shape (n_rows,)

    Examples
    --------
    >>> of_its_own_dtype(pd.Series([pd.Timedelta("1h"), None], dtype=object)).dtype.kind
    'm'
    """
    if column.dtype != object:
        return column
    inferred = pd.api.types.infer_dtype(column, skipna=True)
    return column.infer_objects() if inferred in ("period", "timedelta") else column


def finite_numbers(column: "pd.Series[Any]", markers: Collection[str] = ()) -> Floats:
    """Read a column that must hold numbers.

    Parameters
    ----------
    column : pandas.Series of shape (n_rows,)
        Cells of any type.
    markers : collection of str, default=()
        Words that mean a missing cell here, besides `MISSING_MARKERS`.

    Returns
    -------
    ndarray of shape (n_rows,), float64
        The numbers; NaN where a cell is missing.

    Raises
    ------
    TableError
        If a cell is something else, infinite, or too large to compute with.

    Examples
    --------
    >>> finite_numbers(pd.Series(["7", "many"], name="visits"))
    Traceback (most recent call last):
    errorest.exceptions.TableError: column 'visits', row 2: 'many' is not a number: write it as in
    1234.5, or leave the cell empty
    """
    values, strays = numbers(column, markers)
    refuse(column, strays, "is not a number: write it as in 1234.5, or leave the cell empty")
    is_large = np.abs(values) > _LARGEST
    if is_large.any():
        is_infinite = np.isinf(values)
        refuse(column, is_infinite, "is infinite: leave the cell empty or write a finite number")
        refuse(column, is_large, "is too large to compute with: use another unit")
    return values + 0.0  # which makes 0 of -0


def refuse(column: "pd.Series[Any]", strays: Mask, problem: str) -> None:
    """Refuse a column if there are cells in it that cannot be used.

    Parameters
    ----------
    column : pandas.Series of shape (n_rows,)
        Cells of any type.
    strays : ndarray of shape (n_rows,), bool
        Which cells cannot be used.
    problem : str
        What is wrong with them, and what to do about it.

    Raises
    ------
    TableError
        If there is such a cell. The message names column, row and the first of them.

    Examples
    --------
    >>> refuse(pd.Series(["7"], name="visits"), np.array([True]), "is not a date")
    Traceback (most recent call last):
    errorest.exceptions.TableError: column 'visits', row 1: '7' is not a date
    """
    if strays.any():
        position = int(np.argmax(strays))
        cell = quote(column.iloc[position])
        # Of a part of a table, the rows keep the numbers that they have in the whole.
        label = column.index[position]
        row = label + 1 if isinstance(label, int | np.integer) else position + 1
        raise TableError(f"column {quote(column.name)}, row {row}: {cell} {problem}")
