"""What is known of one column of a table."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

from errorest.tables.cells import LARGEST_WHOLE_NUMBER, is_number, is_padded, number_of
from errorest.tables.dates import DateOrder
from errorest.tables.separators import plain_number, sign_beside

__all__ = ["COLUMN_KINDS", "Column", "ColumnKind", "meaning", "meanings", "no_and_yes"]

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
    date_order : {"year first", "day first", "month first", "time of day"}, default="year first"
        How this date column writes its dates, of which those with the year first are always read,
        or that it holds times of day.
    decimal_commas : bool, default=False
        Whether words such as 1.234,50 are numbers in this column, and 1.234 is a thousand and some.

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
    date_order: DateOrder = "year first"
    decimal_commas: bool = False

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
        return self.matches([word])[word]

    def matches(self, words: Iterable[str]) -> dict[str, str | None]:
        """Find the category that each of several different words means, as :meth:`match` does.

        Parameters
        ----------
        words : iterable of str

        Returns
        -------
        dict of str to str or None
        """
        found = meanings(words, self.categories)
        if len(self.categories) == 2 and tuple(map(_truth, self.categories)) == (False, True):
            truths = {word: _truth(word) for word in found}
            found |= {word: self.categories[yes] for word, yes in truths.items() if yes is not None}
        return found


def meaning(word: str, values: Sequence[str]) -> str | None:
    """Find the value that a word means: itself, or the same number or truth in other signs.

    What a table's maker wrote as 1.10 or 1,5 or $5 or TRUE may come as 1.1 or 1.5 or 5 or True.
    Codes such as 0501 are no numbers.

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
    >>> meaning("5", ["$5", "free"]), meaning("5 %", ["$5", "free"])
    ('$5', None)
    >>> meaning("2.0", ["2.00", "2"]), meaning("501", ["0501", "7"])
    (None, None)
    """
    return meanings([word], values)[word]


def meanings(words: Iterable[str], values: Sequence[str]) -> dict[str, str | None]:
    """Find what each of several different words means, as :func:`meaning` does.

    Parameters
    ----------
    words : iterable of str
    values : sequence of str

    Returns
    -------
    dict of str to str or None

    Examples
    --------
    >>> meanings(["2.5", "True", "red"], ["2.50", "TRUE", "FALSE"])
    {'2.5': '2.50', 'True': 'TRUE', 'red': None}
    """
    known = set(values)
    found = {word: word if word in known else None for word in words}
    unknown = [word for word in found if word not in known]
    if unknown:
        # Of codes there may be very many: each word is looked up, not compared with all of them.
        truths, numbers = _only_ones(values, _truth_value), _only_ones(values, _number)
        for word in unknown:
            truth = _truth_value(word)
            value = numbers.get(_number(word)) if truth is None else truths.get(truth)
            # Five percent are no five dollars.
            if value is not None and len({sign_beside(word), sign_beside(value)} - {""}) < 2:
                found[word] = value
    return found


def _only_ones(values: Sequence[str], value_of: Callable[[str], Any]) -> dict[Any, str]:
    """Return the words by what they mean, but for those that mean the same as another one."""
    meant = list(map(value_of, values))
    counts = Counter(meant)
    return {
        value: word
        for value, word in zip(meant, values, strict=True)
        if value is not None and counts[value] == 1
    }


def _truth_value(word: str) -> bool | None:
    return {"true": True, "false": False}.get(word.casefold())


def _number(word: str) -> float | None:
    number = plain_number(word)
    if not is_number(number) or is_padded(number):
        return None
    value = number_of(number)
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
