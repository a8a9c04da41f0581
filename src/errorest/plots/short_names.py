"""Long names, as short as a picture has room for.

>>> shortened(["weight", *(f"Do you like chapter {k} of the book?" for k in (9, 10))])
['weight', 'Do you …9…e book?', 'Do you …10…e book?']
"""

import re
from collections.abc import Sequence

__all__ = ["shortened"]


def shortened(names: Sequence[str], length: int = 18) -> list[str]:
    """Return the names of one list, with the middle left out of those that are long.

    Where this would make different names the same, what they share is left out instead.
    """
    # Those that would be the same may become the same as others, which began or ended otherwise.
    attempts = (_told_apart(names, length, n_same) for n_same in (length, 2))
    short = max(attempts, key=lambda short: len(set(short.values())))
    return [short[name] for name in names]


def _told_apart(names: Sequence[str], length: int, n_same: int) -> dict[str, str]:
    """Shorten together those names that, each shortened alone, begin with the same characters."""
    tail = length // 2 - 1
    long = {name for name in names if len(name) > length}
    short = {name: f"{name[: length - tail - 1]}…{name[-tail:]}" for name in sorted(long)}
    for same in {form[:n_same] for form in short.values()}:
        alike = [name for name, form in short.items() if form.startswith(same)]
        # In less room, nothing is left of a name to tell it by.
        if len({short[name] for name in alike}) < len(alike) and length > 8:
            start = _n_shared(alike)
            end = _n_shared([name[start:][::-1] for name in alike])
            middles = shortened([name[start : len(name) - end] for name in alike], length - 6)
            around = length - 2 - max(map(len, middles))
            for name, middle in zip(alike, middles, strict=True):
                ends = name[: around - around // 2], name[len(name) - around // 2 :]
                short[name] = f"{ends[0]}…{middle}…{ends[1]}".replace("……", "…")
    return {name: short.get(name, name) for name in names}


def _n_shared(names: Sequence[str]) -> int:
    """Return how many characters all names begin with, without the part of a word."""
    first, last = min(names), max(names)
    n_same = next(n for n in range(len(first), -1, -1) if last.startswith(first[:n]))
    # Of a long word without spaces, only so much that the rest is still worth leaving out.
    return len(re.sub(r"[^\W_]{1,4}$", "", first[:n_same]))
