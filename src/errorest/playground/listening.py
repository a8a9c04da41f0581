"""Doing some work, and hearing what it warns of.

>>> listening(lambda: warnings.warn("mind the step", UserWarning, stacklevel=1))
(None, 'mind the step')
"""

import threading
import warnings
from collections.abc import Callable
from typing import TypeVar

__all__ = ["listening"]

Result = TypeVar("Result")

# Python's list of caught warnings belongs to all threads.
_LOCK = threading.Lock()


def listening(work: Callable[[], Result]) -> tuple[Result, str | None]:
    """Do some work, and return the result with what a user was warned of, or None."""
    with _LOCK, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = work()
    said = dict.fromkeys(
        str(one.message) for one in caught if issubclass(one.category, UserWarning)
    )
    return result, "; ".join(said) or None
