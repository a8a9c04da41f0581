"""Inputs of which some columns are taken out, while the others pass."""

import numpy as np
from array_api_compat import array_namespace, device

from errorest.maths.arrays import Array

__all__ = ["check_columns", "join", "split"]


def check_columns(columns: tuple[int, ...], n_in: int) -> None:
    """Refuse columns that are not there, or come twice, and none at all.

    Raises
    ------
    ValueError
    """
    are_there = set(columns) <= set(range(n_in))
    if not columns or len(set(columns)) != len(columns) or not are_there:
        raise ValueError(f"columns must be different numbers from 0 to {n_in - 1}, not {columns}")


def split(inputs: Array, columns: tuple[int, ...]) -> tuple[Array, Array]:
    """Return the other columns, in their order, and these columns."""
    order = _order(inputs.shape[1], columns)
    n_passing = inputs.shape[1] - len(columns)
    return _take(inputs, order[:n_passing]), _take(inputs, order[n_passing:])


def join(passing: Array, chosen: Array, columns: tuple[int, ...]) -> Array:
    """Put the columns back where :func:`split` took them from."""
    xp = array_namespace(passing)
    together = xp.concat([passing, chosen], axis=1)
    return _take(together, np.argsort(_order(together.shape[1], columns)))


def _order(n_in: int, columns: tuple[int, ...]) -> np.ndarray:
    passing = [column for column in range(n_in) if column not in set(columns)]
    return np.array([*passing, *columns], dtype=np.int64)


def _take(inputs: Array, columns: np.ndarray) -> Array:
    xp = array_namespace(inputs)
    return xp.take(inputs, xp.asarray(columns, device=device(inputs)), axis=1)
