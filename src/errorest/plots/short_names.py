"""Long names, as short as a picture has room for.

>>> shortened(["weight", *(f"Do you like chapter {k} of the book?" for k in (9, 10))])
['weight', 'Do y…9 of th…book?', 'Do y…10 of t…book?']
>>> shortened(["体重", "昨年の春の平均気温と降水量"])
['体重', '昨年の春…と降水量']
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate
from os.path import commonprefix
from unicodedata import category, east_asian_width

__all__ = ["fit_side_by_side", "shortened"]

_BEGINNING = 4
_LEAST_LENGTH = 9

# Such as ends of lines; an SVG file with others of them is none.
_CONTROLS = re.compile(r"\s*[\0-\x1f\x7f-\x9f][\s\0-\x1f\x7f-\x9f]*")

# Upon the letter before, or without a shape.
_MARKS = ("Mn", "Me", "Cf")


def shortened(names: Sequence[str], length: int = 18) -> list[str]:
    """Return the names of one list, on one line, with the middle left out of those that are long.

    Letters as wide as two, such as Chinese ones, count as two, and marks upon others as none.
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
    return sum(_width(name) + 2 for name in names) <= 46


def _without_middle(name: str, length: int) -> str:
    name = _CONTROLS.sub(" ", name)
    if _width(name) <= length:
        return name
    tail = length // 2 - 1
    letters = _letters(name)
    end = _first(letters[::-1], tail)[::-1]
    return "".join([*_first(letters, length - tail - 1), "…", *end])


def _first(letters: list[str], width: int) -> list[str]:
    """Return as many of the first letters as have room."""
    used = accumulate(map(_width, letters))
    return letters[: sum(end <= width for end in used)]


def _letters(name: str) -> list[str]:
    """Part a name into letters, each with the marks upon it."""
    letters: list[str] = []
    for character in name:
        if letters and category(character) in _MARKS:
            letters[-1] += character
        else:
            letters.append(character)
    return letters


def _width(name: str) -> int:
    shapes = [character for character in name if category(character) not in _MARKS]
    return len(shapes) + sum(east_asian_width(character) in "WF" for character in shapes)
