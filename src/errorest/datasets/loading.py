"""An example table, loaded by name."""

import difflib
import math
from dataclasses import asdict
from numbers import Integral, Real
from typing import TYPE_CHECKING

from errorest.datasets.catalogue import CATALOGUE, Dataset, DatasetInfo, names
from errorest.exceptions import TableError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["load"]


def load(
    name: str, *, seed: int = 0, n_samples: int | None = None, noise: float | None = None
) -> Dataset:
    """Load an example table by name.

    Parameters
    ----------
    name : str
        One of `names`.
    seed : int, default=0
        Seed of a simulated table; the same seed draws the same table.
    n_samples : int, default=None
        Number of rows of a simulated table, instead of its usual number.
    noise : float, default=None
        How much chance is in a simulated table, instead of the usual: a standard deviation.

    Returns
    -------
    Dataset
        The table, the name of its target, and where it comes from.

    Raises
    ------
    TableError
        If there is no such table, the package that holds it is not installed, the table is
        observed but is to be drawn, or seed, number of rows or noise are out of range.

    Examples
    --------
    >>> dataset = load("admissions", seed=1, n_samples=3)
    >>> dataset.simulated, dataset.target, dataset.frame.shape
    (True, 'admitted', (3, 3))
    """
    info = _find(name)
    if info.noise is None:
        if seed != 0 or n_samples is not None or noise is not None:
            raise TableError(
                f"{name} is observed, not simulated: it takes no seed, n_samples or noise"
            )
        frame = _observed(info)
    else:
        n_samples = info.n_rows if n_samples is None else n_samples
        noise = info.noise if noise is None else noise
        frame = _simulated(name, seed, n_samples, noise)
    facts = asdict(info) | {"n_rows": len(frame), "noise": noise}
    return Dataset(**facts, frame=frame)


def _find(name: str) -> DatasetInfo:
    for info in CATALOGUE:
        if info.name == name:
            return info
    close = difflib.get_close_matches(str(name), names(), n=1)
    advice = f"did you mean {close[0]!r}?" if close else f"choose among {', '.join(names())}"
    raise TableError(f"there is no example table {name!r}: {advice}")


# The modules that do the work are imported only when it is to be done: they need scikit-learn.


def _observed(info: DatasetInfo) -> "pd.DataFrame":
    from errorest.datasets.observed import read_observed

    return read_observed(info.name, info.target)


def _simulated(name: str, seed: int, n_samples: int, noise: float) -> "pd.DataFrame":
    if not isinstance(n_samples, Integral):
        raise TableError(f"n_samples is {n_samples!r}: give a whole number")
    if n_samples < 1:
        raise TableError(f"n_samples is {n_samples}: a table needs at least one row")
    if not isinstance(seed, Integral) or seed < 0:
        raise TableError(f"seed is {seed}: give 0 or a positive integer")
    if not (isinstance(noise, Real) and math.isfinite(noise) and noise >= 0):
        raise TableError(f"noise is {noise!r}: give 0 or a positive number")
    import numpy as np

    from errorest.datasets.simulated import GENERATORS

    return GENERATORS[name](np.random.default_rng(seed), n_samples, noise)
