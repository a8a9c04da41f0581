"""How many threads the compiled engine uses.

By default, as many as this process may run on: its processor affinity, the quotas of its control
group and of those around it, and what ``ERROREST_THREADS`` or ``OMP_NUM_THREADS`` allow (joblib
sets the latter in its workers, so that nested parallel work does not crowd the processors).
``threadpoolctl`` limits them like those of other libraries. A :func:`threads` block, such as an
estimator makes of its ``n_threads``, goes before all of these. A call that finds others at work
gets what they leave of that. Results do not depend on the number.

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
    limits = [_affinity(), _quota(Path("/sys/fs/cgroup"), Path("/proc/self/cgroup"))]
    limits += [_from_environment(name) for name in ("ERROREST_THREADS", "OMP_NUM_THREADS")]
    return max(1, min(limit for limit in limits if limit is not None))


def _affinity() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _quota(root: Path, membership: Path) -> int | None:
    """Return the least limit of this process's control groups (v2 and v1) and those around them."""
    try:
        lines = membership.read_text().splitlines()
    except OSError:
        lines = []
    limits = []
    for controller, hierarchy in ("", root), ("cpu", root / "cpu"):
        group = hierarchy / _group(lines, controller)
        around = [folder for folder in group.parents if folder.is_relative_to(hierarchy)]
        limits += [_limit(folder) for folder in (group, *around)]
    return min((limit for limit in limits if limit is not None), default=None)


def _group(lines: list[str], controller: str) -> str:
    """Return the path of the group that a controller sees; that of v2 has no name."""
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controller in controllers.split(","):
            return path.lstrip("/")
    return ""


def _limit(group: Path) -> int | None:
    """Return a control group's own limit in processors, rounded up."""
    try:
        quota, period = (group / "cpu.max").read_text().split()
    except (OSError, ValueError):
        try:
            quota = (group / "cpu.cfs_quota_us").read_text()
            period = (group / "cpu.cfs_period_us").read_text()
        except OSError:
            return None
    if quota == "max" or int(quota) <= 0:
        return None
    return math.ceil(int(quota) / int(period))


def _from_environment(name: str) -> int | None:
    # OpenMP lets a list tell how many there are inside of others' parallel work.
    value = os.environ.get(name, "").partition(",")[0].strip()
    return int(value) if value.isdecimal() and int(value) > 0 else None
