"""How many threads the compiled engine uses.

By default, as many as this process may run on: its processor affinity, the quota of its control
group, and what ``ERROREST_THREADS`` or ``OMP_NUM_THREADS`` allow (joblib sets the latter in its
workers, so that nested parallel work does not crowd the processors). ``threadpoolctl`` limits
them like those of other libraries. A :func:`threads` block, such as an estimator makes of its
``n_threads``, goes before all of these. A call that finds others at work gets what they leave of
that. Results do not depend on the number.

>>> set_threads(1)
>>> n_threads()
1
>>> set_threads(None)
"""

import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

__all__ = ["n_threads", "n_threads_of_process", "set_threads", "threads"]

_chosen: int | None = None
_chosen_here: ContextVar[int | None] = ContextVar("threads", default=None)


def set_threads(n: int | None) -> None:
    """Use at most n threads from now on; None returns to the default.

    Parameters
    ----------
    n : int or None

    Raises
    ------
    ValueError
        If n is less than 1.
    """
    global _chosen
    if n is not None and n < 1:
        raise ValueError(f"the number of threads must be at least 1, not {n}")
    _chosen = n


def n_threads() -> int:
    """Return how many threads a call into the engine may use."""
    return _chosen_here.get() or n_threads_of_process()


def n_threads_of_process() -> int:
    """Return the same outside of every :func:`threads` block."""
    return _chosen or _default()


@contextmanager
def threads(n: int | None) -> Iterator[None]:
    """Use at most n threads inside a ``with`` block, and only there; None changes nothing.

    Parameters
    ----------
    n : int or None
    """
    token = _chosen_here.set(n or _chosen_here.get())
    try:
        yield
    finally:
        _chosen_here.reset(token)


@cache
def _default() -> int:
    limits = [_affinity(), _quota(Path("/sys/fs/cgroup"))]
    limits += [_from_environment(name) for name in ("ERROREST_THREADS", "OMP_NUM_THREADS")]
    return max(1, min(limit for limit in limits if limit is not None))


def _affinity() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _quota(folder: Path) -> int | None:
    """Return the control group's limit in processors, rounded up (cgroup v2, then v1)."""
    try:
        quota, period = (folder / "cpu.max").read_text().split()
    except (OSError, ValueError):
        try:
            quota = (folder / "cpu/cpu.cfs_quota_us").read_text()
            period = (folder / "cpu/cpu.cfs_period_us").read_text()
        except OSError:
            return None
    if quota == "max" or int(quota) <= 0:
        return None
    return math.ceil(int(quota) / int(period))


def _from_environment(name: str) -> int | None:
    # OpenMP lets a list tell how many there are inside of others' parallel work.
    value = os.environ.get(name, "").partition(",")[0].strip()
    return int(value) if value.isdecimal() and int(value) > 0 else None
