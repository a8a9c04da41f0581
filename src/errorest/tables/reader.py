"""Tables from files: what pandas reads, checked so that nothing is guessed in silence."""

import os
import re
from collections.abc import Callable, Collection, Sequence
from functools import partial
from itertools import islice
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from errorest.exceptions import TableError, TableWarning
from errorest.notices import warn
from errorest.tables.cells import LARGEST_WHOLE_NUMBER, MISSING_MARKERS, is_number, is_padded
from errorest.tables.dataframe import as_dataframe
from errorest.tables.dialect import (
    Dialect,
    check_widths,
    numbered_rows,
    recognise_delimiter,
    recognise_dialect,
)
from errorest.tables.names import column_name, repeated
from errorest.tables.separators import with_separators

__all__ = ["delimiter_of", "read_cells", "read_table"]

# By their first bytes.
_OTHER_FILES = {
    b"\x1f\x8b": "compressed (gzip): unpack it first",
    b"BZh91AY&": "compressed (bzip2): unpack it first",
    b"\xfd7zXZ": "compressed (xz): unpack it first",
    b"\x28\xb5\x2f\xfd": "compressed (zstd): unpack it first",
    b"PK\x03\x04": "an Excel workbook or a zip archive: export the sheet as CSV, or unpack it",
    b"\xd0\xcf\x11\xe0": "an Excel workbook: export the sheet as CSV",
    b"ARROW1\0\0": "a Feather file: write the table as CSV or Parquet",
    b"PAR1\x15": "a Parquet file: let its name end in .parquet",
}


def read_table(
    path: str | os.PathLike[str], *, header: bool | None = None, words: Collection[str] = ()
) -> pd.DataFrame:
    r"""Read a table from a CSV or Parquet file.

    A CSV file is UTF-8, with or without byte order mark; its cells stand between commas,
    semicolons, tabs or ``|``. Cells that are empty or one of `MISSING_MARKERS` are missing. A
    column with a cell such as 0501, or a whole number too large for float64, is read as words.
    Parquet needs pyarrow.

    Parameters
    ----------
    path : path-like
        The file. One that ends in ``.parquet`` is read as Parquet, any other as CSV.
    header : bool, default=None
        Whether the first row of a CSV file holds the column names. By default it does, unless
        all its cells are numbers. Columns without a name are called column_1, column_2, ...
    words : collection of str, default=()
        Columns of a CSV file whose cells, such as TRUE or 1.10, stay words as they are written.

    Returns
    -------
    pandas.DataFrame of shape (n_rows, n_columns)
        The table.

    Raises
    ------
    TableError
        If the file cannot be read, is not a table, holds no rows, has rows of unequal length, a
        title above the names, two columns of one name, or an infinite number. The message names
        the line.

    Warns
    -----
    TableWarning
        If columns had to be named, names look like data, or commas in numbers were read.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "students.csv"
    >>> _ = path.write_text("test;grades;school\n9;8;north\n3;NA;south\n")
    >>> read_table(path)
       test  grades school
    0     9     8.0  north
    1     3     NaN  south
    """
    path = _existing_file(path)
    if path.suffix.lower() == ".parquet":
        return _read_parquet(path)
    return _read_csv(path, header, words)


def read_cells(path: str | os.PathLike[str], *, header: bool | None = None) -> pd.DataFrame:
    r"""Read the cells of a table as they are written, but for blanks after a delimiter.

    Parameters
    ----------
    path, header
        As for :func:`read_table`, which says what is wrong with a file: this one does not check it
        again.

    Returns
    -------
    pandas.DataFrame of shape (n_rows, n_columns)
        Of words, and empty words for empty cells; a Parquet file's cells as they are.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "students.csv"
    >>> _ = path.write_text("test,grades\n9.00,NA\n")
    >>> read_cells(path)
       test grades
    0  9.00     NA
    """
    path = _existing_file(path)
    if path.suffix.lower() == ".parquet":
        return _read_parquet(path)
    dialect = recognise_dialect(path)
    header = dialect.has_header if header is None else header
    return _parse(path, dialect, header, _names(path, dialect, header), dtype=str)


def delimiter_of(path: str | os.PathLike[str]) -> str:
    """Return what stands between the cells of a table's file; a comma for Parquet.

    Parameters
    ----------
    path : path-like
        As for :func:`read_table`.
    """
    path = _existing_file(path)
    return "," if path.suffix.lower() == ".parquet" else recognise_delimiter(path)


def _existing_file(path: str | os.PathLike[str]) -> Path:
    path = Path(path)
    if path.is_dir():
        raise TableError(f"{path} is a folder: name a file in it")
    if not path.exists():
        raise TableError(f"{path} does not exist: check the name")
    if not path.is_file():
        # The file is read twice, so a pipe will not do.
        raise TableError(f"{path} is not a regular file: write the table to a file first")
    if not os.access(path, os.R_OK):
        raise TableError(f"{path} cannot be read: ask its owner for permission")
    return path


def _read_parquet(path: Path) -> pd.DataFrame:
    try:
        frame = pd.read_parquet(path, engine="pyarrow")
    except ImportError as error:
        raise TableError(
            f"{path}: reading Parquet needs pyarrow (pip install pyarrow); or export it as CSV"
        ) from error
    except (OSError, ValueError) as error:
        reason = str(error).partition("\n")[0]
        raise TableError(f"{path} cannot be read as Parquet: {reason}") from error
    # What pandas calls an index is a column to anyone else, if it has a name.
    named = [name for name in frame.index.names if name is not None and name not in frame]
    frame = as_dataframe(frame.reset_index(named).reset_index(drop=True))
    if frame.empty:
        raise TableError(f"{path} holds no rows")
    _refuse_infinite(frame, path, lambda position: f"row {position + 1}")
    return frame


def _refuse_other_files(path: Path) -> None:
    with path.open("rb") as file:
        first = file.read(8)
    for beginning, what in _OTHER_FILES.items():
        if first.startswith(beginning):
            raise TableError(f"{path} is {what}")


def _read_csv(path: Path, header: bool | None, words: Collection[str]) -> pd.DataFrame:
    _refuse_other_files(path)
    dialect = recognise_dialect(path)
    check_widths(path, dialect.delimiter)
    if header is None:
        _check_guessed_header(path, dialect)
        header = dialect.has_header
    names, markers = _names(path, dialect, header), list(MISSING_MARKERS)
    parse = partial(_parse, path, dialect, header, names, na_values=markers)
    kept = [name for name in names if name in words]
    # Read in pieces (low_memory), one column could come with several types.
    frame = parse(low_memory=False, dtype=dict.fromkeys(kept, str))
    if frame.empty:
        raise TableError(f"{path} holds column names but no rows: add at least one")

    def as_written(columns: Collection[str]) -> pd.DataFrame:
        return parse(usecols=list(columns), dtype=str) if columns else frame[[]]

    others = frame.drop(columns=kept)
    codes = _codes(others, as_written, _may_hold_padded(path, dialect.delimiter))
    others = with_separators(others.drop(columns=list(codes)), path, dialect.delimiter, as_written)

    def place(position: int) -> str:
        rows = numbered_rows(path, dialect.delimiter)
        line, _ = next(islice(rows, position + header, None))
        return f"line {line}"

    _refuse_infinite(others, path, place)
    return pd.concat([frame[kept], others, pd.DataFrame(codes)], axis=1)[names]


def _may_hold_padded(path: Path, delimiter: str) -> bool:
    """Whether some cell begins as 0501 does: seldom, so that hardly a file is read twice."""
    # Searched one after the other, since a search that has a choice is much slower.
    ends = [re.escape(delimiter.encode()), rb"\n", rb"\r", rb"\t", b'"', b" "]
    before = [rb"\A(\xef\xbb\xbf)?", *ends]
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
        return any(re.search(beginning + rb"0\d", content) for beginning in before)


def _codes(
    frame: pd.DataFrame, as_written: Callable[[list[str]], pd.DataFrame], may_be_padded: bool
) -> dict[str, "pd.Series[str]"]:
    """Read columns of codes once more, as words: numbers have lost the zeros of 0501, or digits."""
    floats = frame.select_dtypes("float").abs()
    large = list(floats.columns[(floats > LARGEST_WHOLE_NUMBER).any()])
    codes: dict[str, pd.Series[str]] = {}
    numeric = frame.select_dtypes("number").columns if may_be_padded else large
    for name, column in as_written(list(map(str, numeric))).items():
        cells = column.dropna().str.strip().unique()
        if any(map(is_padded, cells)) or (name in large and all(map(str.isdecimal, cells))):
            codes[str(name)] = column
    return codes


def _names(path: Path, dialect: Dialect, header: bool) -> list[str]:
    if header:
        return _column_names(path, dialect.first_row)
    return [f"column_{number}" for number in range(1, len(dialect.first_row) + 1)]


def _parse(
    path: Path, dialect: Dialect, header: bool, names: list[str], **how: Any
) -> pd.DataFrame:
    frame: pd.DataFrame = pd.read_csv(
        path,
        sep=dialect.delimiter,
        header=0 if header else None,
        names=names,
        index_col=False,
        skipinitialspace=True,
        keep_default_na=False,
        **how,
    )
    return frame


def _check_guessed_header(path: Path, dialect: Dialect) -> None:
    n_columns = len(dialect.first_row)
    # So spreadsheets write a title above the names, or an empty row.
    if n_columns > 2 and not any(cell.strip() for cell in dialect.first_row[1:]):
        raise TableError(
            f"{path}: the first row names none of the columns 2 to {n_columns}: remove it if it "
            "is not part of the table, or say what it is (header=True or False, --header or "
            "--no-header)"
        )
    data = [cell for cell in dialect.first_row if is_number(cell)]
    if not dialect.has_header:
        warn(
            f"{path} has no column names (its first row holds numbers only): its columns are "
            "called column_1, column_2, ...; if that row holds names, say so (header=True, "
            "--header)",
            TableWarning,
        )
    elif data:
        warn(
            f"{path}: the first row is taken as column names although it holds the number "
            f"{data[0]}; if it is data, say so (header=False, --no-header)",
            TableWarning,
        )


def _column_names(path: Path, first_row: Sequence[str]) -> list[str]:
    """Give the names in the first row; unnamed columns get a number, as pandas' own index."""
    names = [column_name(name) or f"column_{n}" for n, name in enumerate(first_row, start=1)]
    unnamed = [name for name, given in zip(names, first_row, strict=True) if not given.strip()]
    if unnamed:
        warn(
            f"{path}: columns without a name are called {', '.join(unnamed)}",
            TableWarning,
        )
    twice = repeated(names)
    if twice:
        hint = (
            ", or read the first row as data (header=False, --no-header)"
            if is_number(twice[0])
            else ""
        )
        raise TableError(f"{path}: two columns are called {twice[0]!r}: rename one of them{hint}")
    return names


def _refuse_infinite(frame: pd.DataFrame, path: Path, place: Callable[[int], str]) -> None:
    for name, column in frame.items():
        if not pd.api.types.is_float_dtype(column.dtype):
            continue
        infinite = np.isinf(column.to_numpy(dtype=np.float64, na_value=np.nan))
        if infinite.any():
            position = int(np.argmax(infinite))
            raise TableError(
                f"{path}, {place(position)}: column {name!r} holds an infinite number: "
                f"leave the cell empty or write a finite number"
            )
