"""Ending a training that runs in another thread, to which Ctrl-C does not come.

>>> from threading import Event
>>> with cancelled_by(Event()):
...     check_cancelled()
"""

from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Event

__all__ = ["cancelled_by", "check_cancelled"]

_event: ContextVar[Event | None] = ContextVar("cancelled", default=None)


@contextmanager
def cancelled_by(event: Event) -> Iterator[None]:
    """Let an event, set by another thread, end the trainings inside a ``with`` block.

    Parameters
    ----------
    event : Event
    """
    token = _event.set(event)
    try:
        yield
    finally:
        _event.reset(token)


def check_cancelled() -> None:
    """Look at the event, between two calls of the engine.

    Raises
    ------
    CancelledError
        If it is set.
    """
    event = _event.get()
    if event is not None and event.is_set():
        raise CancelledError
