"""What is known of one column of a table."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from errorest.tables.cells import LARGEST_WHOLE_NUMBER, is_number, is_padded

__all__ = ["COLUMN_KINDS", "Column", "ColumnKind", "meaning", "no_and_yes"]

# Plain words rather than an enumeration: a saved model gives back the same object.
ColumnKind: TypeAlias = Literal[
    "number", "category", "yes_no", "date", "constant", "identifier", "text"
]

COLUMN_KINDS: tuple[ColumnKind, ...] = get_args(ColumnKind)
"""The kinds of columns; the last three say nothing that a network could learn from."""

_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+", re.ASCII)

_LEFT_OUT = ("constant", "identifier", "text")

_NO = frozenset({"no", "n", "false", "f", "off", "0"})
_YES = frozenset({"yes", "y", "true", "t", "on", "1"})


@dataclass(frozen=True)
class Column:
    """What is known of one column of a table.

    Attributes
    ----------
    name : str
        Its name.
    kind : {"number", "category", "yes_no", "date", "constant", "identifier", "text"}
        What it is.
    reason : str
        Why it is taken for that, in words.
    n_missing : int
        How many of its cells are missing.
    n_distinct : int
        How many different values its other cells hold.
    categories : tuple of str, default=()
        The values of a category column; of a yes/no column, the one for no, then the one for yes.
    markers : tuple of str, default=()
        Words that mean a missing cell in this number column.

    Examples
    --------
    >>> sex = Column("sex", "yes_no", "'female' or 'male'", 11, 2, ("female", "male"))
    >>> sex.used, sex.match("male"), sex.match("m")
    (True, 'male', None)
    >>> smoker = Column("smoker", "yes_no", "'No' or 'Yes'", 0, 2, ("No", "Yes"))
    >>> smoker.match("True")
    'Yes'
    """

    name: str
    kind: ColumnKind
    reason: str
    n_missing: int
    n_distinct: int
    categories: tuple[str, ...] = ()
    markers: tuple[str, ...] = ()

    @property
    def used(self) -> bool:
        """Whether the column is learned from."""
        return self.kind not in _LEFT_OUT

    def match(self, word: str) -> str | None:
        """Find the category that a word means: itself, or another spelling of it.

        Parameters
        ----------
        word : str

        Returns
        -------
        str or None
            None if it means none of them.
        """
        truth = _truth(word)
        if truth is not None and tuple(map(_truth, self.categories)) == (False, True):
            return self.categories[truth]
        return meaning(word, self.categories)


def meaning(word: str, values: Sequence[str]) -> str | None:
    """Find the value that a word means: itself, or the same number or truth in other signs.

    What a table's maker wrote as 1.10 or 1,5 or TRUE may come as 1.1 or 1.5 or True. Codes such as
    0501 are no numbers.

    Parameters
    ----------
    word : str
    values : sequence of str

    Returns
    -------
    str or None
        None, too, if it could be several of them.

    Examples
    --------
    >>> meaning("1.1", ["1.10", "1.2.3"]), meaning("True", ["FALSE", "TRUE", "maybe"])
    ('1.10', 'TRUE')
    >>> meaning("2,5", ["2.5", "3.5"])
    '2.5'
    >>> meaning("2.0", ["2.00", "2"]), meaning("501", ["0501", "7"])
    (None, None)
    """
    if word in values:
        return word
    value_of = _truth_value if _truth_value(word) is not None else _number
    wanted = value_of(word)
    same = [] if wanted is None else [value for value in values if value_of(value) == wanted]
    return same[0] if len(same) == 1 else None


def _truth_value(word: str) -> bool | None:
    return {"true": True, "false": False}.get(word.casefold())


def _number(word: str) -> float | None:
    number = word.replace(",", ".") if _DECIMAL_COMMA.fullmatch(word) else word
    if not is_number(number) or is_padded(number):
        return None
    value = float(number)
    return value if abs(value) <= LARGEST_WHOLE_NUMBER else None


def no_and_yes(values: tuple[str, str]) -> tuple[str, str]:
    """Put the value that means no first, where one can tell.

    Parameters
    ----------
    values : pair of str
        The two values of a column.

    Returns
    -------
    pair of str
        The same, in the same order if they do not mean yes and no.

    Examples
    --------
    >>> no_and_yes(("True", "False")), no_and_yes(("male", "female"))
    (('False', 'True'), ('male', 'female'))
    """
    first, second = values
    return (second, first) if _truth(first) and _truth(second) is False else values


def _truth(word: str) -> bool | None:
    """Say whether a word means yes (True), no (False) or something else (None)."""
    word = word.casefold()
    if word in _YES:
        return True
    return False if word in _NO else None
