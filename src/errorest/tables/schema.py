"""What the columns of a table are, and any later table brought into that form."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from errorest.exceptions import TableError, TableWarning
from errorest.notices import warn
from errorest.tables.cells import array_of_words, finite_numbers
from errorest.tables.column import COLUMN_KINDS, Column, ColumnKind
from errorest.tables.dataframe import as_dataframe
from errorest.tables.dates import dates
from errorest.tables.doubts import warn_of_doubts
from errorest.tables.names import column_name, free_name, listing
from errorest.tables.recognition import describe_column, recognise_column
from errorest.tables.separators import with_decimal_points
from errorest.text_table import TextTable, printable
from errorest.wording import counted

if TYPE_CHECKING:
    import rich.table

__all__ = ["Schema"]

_MISSING = "missing"

# As many as one can look through; JSON has them all.
_SHOWN = 60


@dataclass(frozen=True)
class Schema:
    """What the columns of a table are.

    Attributes
    ----------
    columns : tuple of Column
        One for each column, in the order of the table.

    Examples
    --------
    >>> table = pd.DataFrame({"island": ["Dream", "Biscoe", "Dream", None], "mass": [3, 4, 5, 4]})
    >>> schema = Schema.recognise(table, kinds={"island": "category"})
    >>> [(column.name, column.kind) for column in schema.used]
    [('island', 'category'), ('mass', 'number')]
    >>> schema.conform(pd.DataFrame({"mass": ["4.0"], "island": ["Dream"]}))
      island  mass
    0  Dream   4.0
    """

    columns: tuple[Column, ...]

    @classmethod
    def recognise(cls, table: Any, kinds: Mapping[str, str] | None = None) -> "Schema":
        """Judge what each column of a table is.

        Parameters
        ----------
        table : DataFrame or ndarray of shape (n_rows, n_columns)
            The table that will be learned from, without the column to be predicted.
        kinds : mapping of str to str, default=None
            What some columns are, by their names, where the judgement would err: ``number``,
            ``category``, ``yes_no``, ``date``, ``constant``, ``identifier`` or ``text``.

        Returns
        -------
        Schema
            What each column is, and why.

        Raises
        ------
        TableError
            If the table has no rows, ``kinds`` names an absent column or an unknown kind, or a
            column cannot be of the kind that it is said to be.

        Warns
        -----
        TableWarning
            If words among numbers are read as missing cells, or 1.234,50 as a number; if amounts
            that cannot be read or free text are left out; if numbers are learned from that may be
            keys.
        """
        frame = as_dataframe(table)
        if frame.empty:
            raise TableError("the table has no rows: there is nothing to learn from")
        settled = _checked_kinds(kinds or {}, list(frame.columns))
        schema = cls(
            tuple(
                describe_column(frame[name], settled[name], "set by hand")
                if name in settled
                else recognise_column(frame[name])
                for name in frame.columns
            )
        )
        warn_of_doubts(schema.columns, settled)
        return schema

    @cached_property
    def used(self) -> tuple[Column, ...]:
        """The columns to learn from."""
        return tuple(column for column in self.columns if column.used)

    @property
    def left_out(self) -> tuple[Column, ...]:
        """The columns that say nothing: constants, identifiers and free text."""
        return tuple(column for column in self.columns if not column.used)

    @cached_property
    def missing(self) -> str:
        """The word for a missing cell: "missing", unless that is a value of a column."""
        values = {value for column in self.used for value in column.categories}
        return free_name(_MISSING, values)

    @cached_property
    def flags(self) -> dict[str, str]:
        """The column of 0 and 1 that tells the missing cells of a used column, by its name.

        Categories need none: among them, `missing` is one more.
        """
        taken = {column.name for column in self.columns}
        flags: dict[str, str] = {}
        for column in self.used:
            if column.n_missing and column.kind != "category":
                flag = free_name(f"{column.name}_{_MISSING}", taken)
                flags[column.name] = flag
                taken.add(flag)
        return flags

    def conform(self, table: Any) -> pd.DataFrame:
        """Bring a table, the same or a later one, into the form that the encoder takes.

        Columns may come in any order and type: ``1``, ``1.0``, ``"1"`` are the same, as are
        True and "yes" in a column of yes and no. Left-out columns need not be there.

        Parameters
        ----------
        table : DataFrame or ndarray of shape (n_rows, n_columns)
            The table.

        Returns
        -------
        pandas.DataFrame of shape (n_rows, n_used + n_flags)
            The used columns: numbers as float64, dates as days since 1970-01-01 (float64), the
            others as words, a missing one as `missing`. Then the `flags`, float64.

        Raises
        ------
        TableError
            If it has no rows, more than half of the used columns are absent, or a number or date
            column holds something else. The message names column, row and cell.

        Warns
        -----
        TableWarning
            If columns are absent (their cells are taken as missing), columns are not known (they
            are ignored), or values have not been seen before (they are taken as unknown).
        """
        frame = as_dataframe(table)
        # As Series, for pandas would make a dtype of its own of words.
        columns = {
            name: pd.Series(cells, index=frame.index, dtype=cells.dtype)
            for name, cells in self.conformed(frame).items()
        }
        return pd.DataFrame(columns, index=frame.index)

    def conformed(self, frame: pd.DataFrame) -> dict[str, NDArray[Any]]:
        """Return the columns of `conform` as arrays, which takes a fraction of its time.

        Parameters
        ----------
        frame : pandas.DataFrame of shape (n_rows, n_columns)
            As :func:`errorest.tables.as_dataframe` returns it.

        Returns
        -------
        dict of str to ndarray of shape (n_rows,)
            float64, or objects that are words.

        Raises
        ------
        TableError
            As from `conform`.

        Warns
        -----
        TableWarning
            As `conform` does.
        """
        if frame.empty:
            raise TableError("the table has no rows")
        self._check_names(frame)
        absent = pd.Series(None, index=frame.index, dtype=object)
        columns: dict[str, NDArray[Any]] = {}
        unseen: dict[str, list[str]] = {}
        for column in self.used:
            cells = frame.get(column.name, absent)
            if column.kind == "number":
                written = with_decimal_points(cells) if column.decimal_commas else cells
                columns[column.name] = finite_numbers(written, column.markers)
            elif column.kind == "date":
                columns[column.name] = dates(cells, column.date_order)
            else:
                matched, unseen[column.name] = _match(column, array_of_words(cells), self.missing)
                columns[column.name] = matched
        for name, flag in self.flags.items():
            is_missing = columns[name] == self.missing if name in unseen else pd.isna(columns[name])
            columns[flag] = is_missing.astype(np.float64)
        _warn_of_unseen(unseen)
        return columns

    def readable(self, table: Any) -> pd.DataFrame:
        """Return the used columns of a table as a person reads them, each of one type.

        Parameters
        ----------
        table : DataFrame or ndarray of shape (n_rows, n_columns)

        Returns
        -------
        pandas.DataFrame of shape (n_rows, n_used)
            Numbers as float64, dates as they were, the others as words, None where one is
            missing. It means the same to `conform` as the table does.

        Raises
        ------
        TableError
            As from `conform`.
        """
        frame, conformed, missing = as_dataframe(table), self.conform(table), self.missing
        columns: dict[str, Any] = {}
        for column in self.used:
            cells = conformed[column.name]
            if column.kind == "date":
                cells = frame.get(column.name, cells)
            elif column.kind != "number":
                cells = cells.where(cells != missing, None)
            columns[column.name] = cells
        return pd.DataFrame(columns, index=frame.index)

    def _check_names(self, frame: pd.DataFrame) -> None:
        used = [column.name for column in self.used]
        absent = [name for name in used if name not in frame]
        if len(absent) > len(used) / 2:
            raise TableError(
                f"the table lacks {len(absent)} of {counted(len(used), 'needed column')}: "
                f"{listing(absent)}; it has {listing(frame.columns)}"
            )
        if absent:
            warn(
                f"columns that are absent, with all cells taken as missing: {listing(absent)}",
                TableWarning,
            )
        known = {column.name for column in self.columns}
        extra = [name for name in frame.columns if name not in known]
        if extra:
            warn(
                f"columns that were not there in training are ignored: {listing(extra)}",
                TableWarning,
            )

    def to_dict(self) -> dict[str, Any]:
        """Give the schema as plain lists, dicts, words and numbers, as JSON has them.

        Returns
        -------
        dict
            A list of the columns' attributes under ``"columns"``.

        Examples
        --------
        >>> Schema.recognise(pd.DataFrame({"x": [1.5, 2.5]})).to_dict()["columns"][0]["kind"]
        'number'
        """
        return {
            "columns": [
                {
                    **asdict(column),
                    "categories": list(column.categories),
                    "markers": list(column.markers),
                    "used": column.used,
                }
                for column in self.columns
            ]
        }

    def __rich__(self) -> "rich.table.Table":
        # Imported here, so that a table can be used without a terminal.
        from rich.table import Table
        from rich.text import Text

        table = Table("column", "kind", "missing", "distinct", "reason", box=None)
        table.columns[0].overflow = "fold"
        for used, (name, kind, reason, *facts) in self._shown():
            # As Text, a name such as "[red]" is not taken for markup.
            cells = (printable(name), kind, *facts, reason)
            table.add_row(*map(Text, cells), style="" if used else "dim")
        return table

    def _repr_html_(self) -> str:
        rows = [cells for _, cells in self._shown()]
        header = ("column", "kind", "reason", "missing", "distinct")
        title = counted(len(self.columns), "column")
        return TextTable(title, header, rows, n_names=3)._repr_html_()

    def _shown(self) -> Iterator[tuple[bool, tuple[str, ...]]]:
        """Yield, for each column that is shown, whether it is used, and its cells."""
        # A single one takes no more room than the line that would count it.
        n_shown = len(self.columns) if len(self.columns) <= _SHOWN + 1 else _SHOWN
        for column in self.columns[:n_shown]:
            reason = column.reason if column.used else f"{column.reason}: left out"
            facts = (str(column.n_missing or ""), str(column.n_distinct))
            yield column.used, (column.name, column.kind, reason, *facts)
        if more := self.columns[n_shown:]:
            kinds = Counter(column.kind for column in more)
            numbers = ", ".join(f"{n:,} {kind}" for kind, n in kinds.most_common())
            yield True, ("...", "", f"and {len(more):,} more columns: {numbers}", "", "")

    # A model file takes each word of an object for an object of its own: thousands of columns
    # are written and read much sooner as one.
    def __getstate__(self) -> dict[str, str]:
        return {"columns": json.dumps([asdict(column) for column in self.columns])}

    def __setstate__(self, state: Mapping[str, str]) -> None:
        object.__setattr__(self, "columns", tuple(map(_column, json.loads(state["columns"]))))


def _column(facts: Mapping[str, Any]) -> Column:
    """Make a column of what JSON, which has no tuples, says about it."""
    attributes: dict[str, Any] = {
        name: tuple(fact) if isinstance(fact, list) else fact for name, fact in facts.items()
    }
    return Column(**attributes)


def _checked_kinds(kinds: Mapping[str, str], names: list[str]) -> dict[str, ColumnKind]:
    kinds = {column_name(name): kind for name, kind in kinds.items()}
    absent = [name for name in kinds if name not in names]
    if absent:
        raise TableError(f"there is no column {absent[0]!r}: the table has {listing(names)}")
    known = {str(kind): kind for kind in COLUMN_KINDS}
    for name, kind in kinds.items():
        # Not among the keys of known: a list, as YAML may have it, cannot be looked up there.
        if kind not in COLUMN_KINDS:
            raise TableError(
                f"column {name!r} cannot be {kind!r}: choose among {', '.join(COLUMN_KINDS)}"
            )
    return {name: known[kind] for name, kind in kinds.items()}


def _match(
    column: Column, cells: NDArray[np.object_], missing: str
) -> tuple[NDArray[np.object_], list[str]]:
    """Replace each word by the category that it means, if any; say which words mean none."""
    meanings = column.matches(word for word in dict.fromkeys(cells) if word not in (None, missing))
    unseen = [word for word, category in meanings.items() if category is None]
    # The encoder takes another word than a column's categories as unknown.
    meanings |= {word: word if column.kind == "category" else missing for word in unseen}
    return np.array([meanings.get(cell, missing) for cell in cells], dtype=object), unseen


def _warn_of_unseen(unseen: Mapping[str, list[str]]) -> None:
    found = [f"{listing(values, 3)} in {name!r}" for name, values in unseen.items() if values]
    if found:
        warn(
            "values that were not seen in training, taken as unknown: " + "; ".join(found),
            TableWarning,
        )
