"""Trainings in other threads, to which Ctrl-C does not come: they end when the work here does.

>>> with side_by_side(2) as submit:
...     jobs = [submit(pow, 2, exponent) for exponent in (3, 4)]
...     [job.result() for job in jobs]
[8, 16]
"""

from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Event
from typing import Any

from sklearn import config_context, get_config

from errorest import engine

__all__ = ["check_cancelled", "side_by_side"]

_event: ContextVar[Event | None] = ContextVar("cancelled", default=None)


@contextmanager
def side_by_side(n_threads: int) -> Iterator[Callable[..., Future[Any]]]:
    """Let trainings run in threads, under the configuration of scikit-learn that holds here.

    At the end of the ``with`` block, by Ctrl-C or an error or because enough is done, those that
    have not begun never will, and the others end when they or the engine that works for them look
    (:func:`check_cancelled`).

    Parameters
    ----------
    n_threads : int

    Yields
    ------
    callable
        ``submit(function, *arguments)`` returns a Future.
    """
    over, config = Event(), get_config()

    def run(function: Callable[..., Any], *arguments: Any) -> Any:
        _event.set(over)
        with config_context(**config), engine.asking(check_cancelled):
            return function(*arguments)

    pool = ThreadPoolExecutor(n_threads)
    try:
        yield lambda function, *arguments: pool.submit(run, function, *arguments)
    finally:
        over.set()
        pool.shutdown(cancel_futures=True)


def check_cancelled() -> None:
    """Look at the event, between two calls of the engine and in the midst of long ones.

    Raises
    ------
    CancelledError
        If it is set.
    """
    event = _event.get()
    if event is not None and event.is_set():
        raise CancelledError
