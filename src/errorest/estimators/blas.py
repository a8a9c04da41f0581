"""How many threads BLAS uses, which is one number for the whole process."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from threadpoolctl import threadpool_limits

__all__ = ["one_blas_thread"]

_lock = Lock()


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Let BLAS use one thread inside of a ``with`` block.

    Where several threads are in such blocks, one of them sets the limit and takes it back: two that
    did could each restore what the other had set.
    """
    if not _lock.acquire(blocking=False):
        yield
        return
    try:
        with threadpool_limits(1, user_api="blas"):
            yield
    finally:
        _lock.release()
