"""Names of columns, and words in cells, as messages need them."""

import reprlib
from collections import Counter
from collections.abc import Container, Iterable

__all__ = ["column_name", "free_name", "listing", "quote", "repeated"]

_SHORT = reprlib.Repr()
_SHORT.maxstring = 60


def column_name(written: object) -> str:
    """Return the name of a column as it is written, without the blanks around it.

    Examples
    --------
    >>> column_name(" net wage "), column_name(3)
    ('net wage', '3')
    """
    return str(written).strip()


def quote(text: object) -> str:
    r"""Put a word in quotes, on one line, its middle left out where it is long.

    Parameters
    ----------
    text : object
        The word, or what is written as one.

    Returns
    -------
    str
        At most 60 characters, and more for those that need a backslash.

    Examples
    --------
    >>> print(quote("two\nlines"))
    'two\nlines'
    >>> quote(f"{10**90}")
    "'100000000000000000000000000...0000000000000000000000000000'"
    """
    return _SHORT.repr(str(text))


def free_name(name: str, taken: Container[str]) -> str:
    """Lengthen a name until it is none of those that are taken.

    Examples
    --------
    >>> free_name("age", ["age", "age_"])
    'age__'
    """
    while name in taken:
        name += "_"
    return name


def repeated(names: Iterable[str]) -> list[str]:
    """Say which names occur more than once.

    Parameters
    ----------
    names : iterable of str
        The names.

    Returns
    -------
    list of str
        Each repeated one once, in the order of first occurrence.

    Examples
    --------
    >>> repeated(["b", "a", "b"])
    ['b']
    """
    return [name for name, count in Counter(names).items() if count > 1]


def listing(names: Iterable[str], limit: int = 5) -> str:
    """List names in a message, a few of them where there are many.

    Parameters
    ----------
    names : iterable of str
        The names.
    limit : int, default=5
        How many to write out.

    Returns
    -------
    str
        The names in quotes.

    Examples
    --------
    >>> listing("abc", limit=2)
    "'a', 'b' and 1 more"
    """
    quoted = [quote(name) for name in names]
    written = ", ".join(quoted[:limit])
    n_more = len(quoted) - limit
    return f"{written} and {n_more} more" if n_more > 0 else written
