"""What is known of one column of a table."""

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

__all__ = ["COLUMN_KINDS", "Column", "ColumnKind", "no_and_yes"]

# Plain words rather than an enumeration: a saved model gives back the same object.
ColumnKind: TypeAlias = Literal[
    "number", "category", "yes_no", "date", "constant", "identifier", "text"
]

COLUMN_KINDS: tuple[ColumnKind, ...] = get_args(ColumnKind)
"""The kinds of columns; the last three say nothing that a network could learn from."""

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
        """Find the category that a word means: itself, or another spelling of yes and no."""
        if word in self.categories:
            return word
        meaning = _truth(word)
        if meaning is None or tuple(map(_truth, self.categories)) != (False, True):
            return None
        return self.categories[meaning]


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
