"""What long calls ask now and then, in the midst of their work: whether it shall go on.

Ctrl-C comes to the main thread alone. Work in another thread ends when what it asks raises an
error.

>>> asked()
>>> with asking(print):
...     asked() is print
True
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["asked", "asking"]

_asked: ContextVar[Callable[[], object] | None] = ContextVar("asked", default=None)


def asked() -> Callable[[], object] | None:
    """Return what calls from here ask, or None."""
    return _asked.get()


@contextmanager
def asking(ask: Callable[[], object]) -> Iterator[None]:
    """Let the compiled engine's calls inside a ``with`` block call a function now and then.

    Parameters
    ----------
    ask : callable
        Called without arguments about every 50 milliseconds. An error that it raises ends the
        engine's call, and is raised from there.
    """
    token = _asked.set(ask)
    try:
        yield
    finally:
        _asked.reset(token)
