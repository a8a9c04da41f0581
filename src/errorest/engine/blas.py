"""How many threads BLAS uses, which is one number for the whole process."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock

from threadpoolctl import ThreadpoolController

__all__ = ["one_blas_thread"]

_lock = Lock()

# To look for the libraries of a process takes about as long as a fit of few rows.
_libraries = cache(ThreadpoolController)


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Let BLAS use one thread inside of a ``with`` block.

    Where products are small, and the processors at work, its threads wait for the next one much
    longer than they work.

    Where several threads are in such blocks, one of them sets the limit and takes it back: two that
    did could each restore what the other had set.
    """
    if not _lock.acquire(blocking=False):
        yield
        return
    try:
        with _libraries().limit(limits=1, user_api="blas"):
            yield
    finally:
        _lock.release()
