"""Warnings that point at the user's line, and are given once however many networks have them.

>>> with collecting() as said:
...     for _ in range(3):
...         warn("mind the step")
>>> [notice.message for notice in said]
['mind the step', 'mind the step', 'mind the step']
"""

import sys
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

__all__ = ["Notice", "collecting", "pass_on", "warn"]

# Whose lines are not a user's: scikit-learn wraps methods of ours, and calls them through joblib.
_LIBRARIES = ("errorest.", "sklearn.", "joblib.")


@dataclass(frozen=True)
class Notice:
    """What is to be warned of, and the file and line whose statement says so."""

    message: str
    category: type[Warning]
    statement: tuple[str, int]


_said: ContextVar[list[Notice] | None] = ContextVar("said", default=None)


def warn(message: str, category: type[Warning] = UserWarning) -> None:
    """Warn, where the warnings of this thread are not collected, at the user's line.

    Parameters
    ----------
    message : str
    category : type of Warning, default=UserWarning
    """
    caller = sys._getframe(1)
    _give(Notice(message, category, (caller.f_code.co_filename, caller.f_lineno)))


@contextmanager
def collecting() -> Iterator[list[Notice]]:
    """Collect what :func:`warn` is told inside a ``with`` block, in this thread alone.

    `warnings.catch_warnings` would hear all threads, and disturb them, before Python 3.14.

    Yields
    ------
    list of Notice
    """
    said: list[Notice] = []
    token = _said.set(said)
    try:
        yield said
    finally:
        _said.reset(token)


def pass_on(notices: Iterable[Notice]) -> None:
    """Warn of what was collected, of each statement's notices by the first one.

    Others may tell other numbers.

    Parameters
    ----------
    notices : iterable of Notice
    """
    first: dict[tuple[str, int], Notice] = {}
    for notice in notices:
        first.setdefault(notice.statement, notice)
    for notice in first.values():
        _give(notice)


def _give(notice: Notice) -> None:
    said = _said.get()
    if said is not None:
        said.append(notice)
        return
    frame, stacklevel = sys._getframe().f_back, 2
    while frame is not None and frame.f_globals.get("__name__", "").startswith(_LIBRARIES):
        frame, stacklevel = frame.f_back, stacklevel + 1
    warnings.warn(notice.message, notice.category, stacklevel=stacklevel)
