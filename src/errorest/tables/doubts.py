"""What a user should know of how the columns of a table were understood.

>>> import warnings
>>> column = Column("price", "number", "numbers from 7.2 to 1234.5", 0, 3, decimal_commas=True)
>>> with warnings.catch_warnings(record=True, action="always") as told:
...     warn_of_doubts([column], settled=())
>>> print(told[0].message)
in 'price', points and blanks are read as thousands separators, commas as decimal points
"""

from collections.abc import Collection, Iterable

from errorest.exceptions import TableWarning
from errorest.notices import warn
from errorest.tables.column import Column
from errorest.tables.names import listing
from errorest.tables.recognition import UNREAD, is_name_of_key

__all__ = ["warn_of_doubts"]


def warn_of_doubts(columns: Collection[Column], settled: Collection[str]) -> None:
    """Warn of what was guessed, and of what is left out that could tell more.

    Parameters
    ----------
    columns : collection of Column
    settled : collection of str
        Names of those whose kind was set by hand, of which only the cells are guessed.

    Warns
    -----
    TableWarning
        As :meth:`errorest.tables.Schema.recognise` says.
    """
    if marked := [column for column in columns if column.markers]:
        found = [f"{listing(column.markers)} in {column.name!r}" for column in marked]
        warn("words among numbers, read as missing: " + "; ".join(found), TableWarning)
    if grouped := _names(column for column in columns if column.decimal_commas):
        warn(
            f"in {listing(grouped)}, points and blanks are read as thousands separators, commas "
            "as decimal points",
            TableWarning,
        )
    guessed = [column for column in columns if column.name not in settled]
    texts = [column for column in guessed if column.kind == "text"]
    unread = _names(column for column in texts if column.reason.startswith(UNREAD))
    if unread:
        warn(
            f"amounts or dates that cannot be read, left out: {listing(unread)}; write them as "
            "1234.5 or 2020-12-31",
            TableWarning,
        )
    if free := [name for name in _names(texts) if name not in unread]:
        warn(f"free text, left out unless its kind is set by hand: {listing(free)}", TableWarning)
    numbers = _names(column for column in guessed if column.kind == "number")
    if keys := list(filter(is_name_of_key, numbers)):
        warn(
            f"columns named like keys, taken for numbers: {listing(keys)}; if their size means "
            "nothing, set their kind by hand to category or identifier",
            TableWarning,
        )


def _names(columns: Iterable[Column]) -> list[str]:
    return [column.name for column in columns]
