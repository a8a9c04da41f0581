"""Long names, as short as a picture has room for.

>>> shortened(["weight", *(f"Do you like chapter {k} of the book?" for k in (9, 10))])
['weight', 'Do y…9 of th…book?', 'Do y…10 of t…book?']
"""

import re
from collections import Counter
from collections.abc import Sequence
from os.path import commonprefix

__all__ = ["fit_side_by_side", "shortened"]

_BEGINNING = 4
_LEAST_LENGTH = 9


def shortened(names: Sequence[str], length: int = 18) -> list[str]:
    """Return the names of one list, on one line, with the middle left out of those that are long.

    Where this would make different names the same, what they begin with is left out instead.
    """
    short = {name: _without_middle(name, length) for name in names}
    n_alike = Counter(short.values())
    clashing = [name for name in short if n_alike[short[name]] > 1 and length >= _LEAST_LENGTH]
    for beginning in dict.fromkeys(name[:_BEGINNING] for name in clashing):
        alike = [name for name in clashing if name.startswith(beginning)]
        # What they share ends in a part of a word, without which the rest is harder to read.
        shared = commonprefix(alike)  # noqa: RUF071 # characters are what is wanted
        start = max(_BEGINNING, len(re.sub(r"[^\W_]{1,4}$", "", shared)))
        rests = shortened([name[start:] for name in alike], length - _BEGINNING - 1)
        for name, rest in zip(alike, rests, strict=True):
            short[name] = f"{beginning}…{rest}"
    return [short[name] for name in names]


def fit_side_by_side(names: Sequence[str]) -> bool:
    """Say whether names fit below an axis without being turned."""
    return sum(len(name) + 2 for name in names) <= 46


def _without_middle(name: str, length: int) -> str:
    name = re.sub(r"\s*[\r\n]\s*", " ", name)
    if len(name) <= length:
        return name
    tail = length // 2 - 1
    return f"{name[: length - tail - 1]}…{name[-tail:]}"
