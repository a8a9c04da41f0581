"""How a CSV file is written: its delimiter, its header, and the same number of cells in each row.

pandas reads fast but forgives: it fills short rows, and it names no line. What a user must know
is found here first, in one cheap pass over the lines.
"""

import csv
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from errorest.exceptions import TableError
from errorest.tables.cells import is_number
from errorest.wording import counted

__all__ = ["Dialect", "check_widths", "numbered_rows", "recognise_delimiter", "recognise_dialect"]

# Where two delimiters fit equally well, the first wins: commas stand inside cells most often.
_DELIMITERS = ("\t", ";", "|", ",")

_SAMPLE = 100  # rows from which the delimiter is recognised

# Python's csv would refuse cells of more than 131,072 characters, which pandas reads. This is for
# the whole process, since csv has no other way.
csv.field_size_limit(max(csv.field_size_limit(), 2**31 - 1))


@dataclass(frozen=True)
class Dialect:
    """How a CSV file is written.

    Attributes
    ----------
    delimiter : str
        What stands between two cells.
    first_row : tuple of str
        The cells of the first row: the column names, if there is a header.
    has_header : bool
        Whether the first row looks like a header: not all of its cells are numbers.
    """

    delimiter: str
    first_row: tuple[str, ...]

    @property
    def has_header(self) -> bool:
        return not all(is_number(cell) for cell in self.first_row)


class _Lines:
    """The lines of a text file, and the number of the line read last.

    The file is closed when nothing refers to them any more, or they are closed themselves.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.number = 0
        # It must not refer back: in a circle, the file would stay open, and Windows neither removes
        # nor replaces such a one.
        self._numbered = _numbered_lines(path)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        self.number, line = next(self._numbered)
        return line

    def close(self) -> None:
        self._numbered.close()


def _numbered_lines(path: Path) -> Generator[tuple[int, str]]:
    # Undecodable bytes become surrogates, so that the line they stand in can be named.
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        for number, line in enumerate(file, start=1):
            if not line.isascii() and _has_surrogates(line):
                raise TableError(f"{path} is not UTF-8 at line {number}: save it as UTF-8")
            if "\0" in line:
                raise TableError(
                    f"{path} is not a text file (line {number} holds a zero byte): "
                    f"export the table as CSV"
                )
            yield number, line


def recognise_dialect(path: Path) -> Dialect:
    r"""Find out from its first rows how a CSV file is written.

    Parameters
    ----------
    path : pathlib.Path
        A UTF-8 text file, with or without byte order mark.

    Returns
    -------
    Dialect
        Its delimiter and its first row.

    Raises
    ------
    TableError
        If the file is empty, not text, or not UTF-8.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "points.csv"
    >>> _ = path.write_text("x;y\n1,5;2\n")
    >>> recognise_dialect(path)
    Dialect(delimiter=';', first_row=('x', 'y'))
    """
    delimiter = recognise_delimiter(path)
    _, first_row = next(numbered_rows(path, delimiter), (0, []))
    if not first_row:
        raise TableError(f"{path} is empty: it needs a line of column names, then one line per row")
    return Dialect(delimiter, tuple(first_row))


def check_widths(path: Path, delimiter: str) -> None:
    """Check that all rows of a CSV file have as many cells as the first.

    Parameters
    ----------
    path : pathlib.Path
        A UTF-8 text file.
    delimiter : str
        What stands between two cells.

    Raises
    ------
    TableError
        If a row has too many or too few, or the file is not text, or not UTF-8.
    """
    with closing(_Lines(path)) as lines:
        widths = _widths(lines, delimiter)
        first_line, n_columns = next(widths)
        for row, (line, n_cells) in enumerate(widths, start=2):
            if n_cells != n_columns:
                # Programs write remarks before the table, or sep=; for another one.
                remark = f"; if line {first_line} is not part of the table, remove it"
                raise TableError(
                    f"{path}, line {line} has {counted(n_cells, 'cell')} where line {first_line} "
                    f"has {n_columns}: every row needs the same number, and a cell that holds "
                    f"{delimiter!r} needs quotes{remark if row == 2 else ''}"
                )


def numbered_rows(path: Path, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Read a CSV file row by row, blank lines left out.

    Parameters
    ----------
    path : pathlib.Path
        A UTF-8 text file.
    delimiter : str
        What stands between two cells.

    Yields
    ------
    line : int
        Where the row starts, counted from 1.
    row : list of str
        Its cells.

    Raises
    ------
    TableError
        If the file is not text, not UTF-8, or quotes are not closed.
    """
    lines = _Lines(path)
    for text in lines:
        if not _is_blank(text, delimiter):
            line = lines.number
            yield line, _row(text, lines, delimiter, line)


def recognise_delimiter(path: Path) -> str:
    """Recognise the delimiter: the one that cuts most rows into the same number of cells.

    Parameters
    ----------
    path : pathlib.Path
        A UTF-8 text file, of which the first rows are read.
    """
    n_alike = {delimiter: _n_alike(path, delimiter) for delimiter in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda delimiter: n_alike[delimiter])
    return best if n_alike[best] else ","


def _n_alike(path: Path, delimiter: str) -> int:
    """Count the first rows that a delimiter cuts into the same number of cells, at least two."""
    rows = csv.reader(_Lines(path), delimiter=delimiter, skipinitialspace=True, strict=True)
    widths = Counter[int]()
    # Up to a row with quotes that do not end at this delimiter.
    with suppress(csv.Error):
        widths.update(len(row) for row in islice(rows, _SAMPLE) if len(row) > 1)
    return max(widths.values(), default=0)


def _widths(lines: _Lines, delimiter: str) -> Iterator[tuple[int, int]]:
    """Yield where each row starts and how many cells it has."""
    for text in lines:
        if '"' in text:
            line = lines.number
            yield line, len(_row(text, lines, delimiter, line))
        elif not _is_blank(text, delimiter):
            # Counting is several times faster than cutting.
            yield lines.number, text.count(delimiter) + 1


def _row(text: str, lines: _Lines, delimiter: str, line: int) -> list[str]:
    """Cut a line into cells; inside quotes, the row goes on in the lines that follow."""
    rows = csv.reader(chain([text], lines), delimiter=delimiter, skipinitialspace=True, strict=True)
    try:
        return next(rows)
    except csv.Error as error:
        # The traceback refers to them.
        lines.close()
        raise TableError(
            f"{lines.path}, line {line}: a quoted cell does not end properly ({error}): "
            f'close the quote, and write a quote inside a cell as ""'
        ) from error


def _is_blank(text: str, delimiter: str) -> bool:
    # As pandas has it: a line of blanks is no row, unless the blanks are delimiters.
    return delimiter not in text and not text.strip(" \t\r\n")


def _has_surrogates(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)
