"""Sparse tables, for engines that are dense.

Training needs all rows at once and makes one dense array of them; predicting goes block by block
and never holds more than a block.

>>> from scipy.sparse import csr_array
>>> densified(csr_array([[0.0, 2.0]]))
array([[0., 2.]])
"""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray
from scipy.sparse import issparse, sparray, spmatrix

from errorest import engine
from errorest.network.network import Network

__all__ = ["MatrixLike", "cast", "densified", "forward", "rows_at_once"]

MatrixLike: TypeAlias = ArrayLike | sparray | spmatrix

# Dense numbers that are made of a sparse matrix at a time.
_BLOCK = 4_000_000


def densified(X: Any) -> NDArray[np.floating]:
    """Return a dense array of the same rows.

    Raises
    ------
    MemoryError
        If it does not fit into memory.
    """
    if not issparse(X):
        return np.asarray(X)
    try:
        dense: NDArray[np.floating] = X.toarray(order="C")
    except MemoryError as error:
        size = X.shape[0] * X.shape[1] * X.dtype.itemsize / 2**30
        raise MemoryError(
            f"a sparse X of shape {X.shape} takes {size:.1f} GiB as the dense array that training "
            "needs: give the rows to partial_fit in parts, use float32, or fewer features"
        ) from error
    return dense


def cast(X: Any, dtype: DTypeLike) -> Any:
    """Return the same rows, dense or sparse, in another floating type.

    Raises
    ------
    ValueError
        If that cannot hold a number.
    """
    with np.errstate(over="ignore"):
        rows = X.astype(dtype, copy=False)
    if rows.dtype != X.dtype and not np.isfinite(rows.data if issparse(rows) else rows).all():
        raise ValueError(f"X has numbers that {rows.dtype} cannot hold: scale the features")
    return rows


def rows_at_once(X: Any) -> int:
    """Return how many rows of a sparse matrix may be dense at a time."""
    return max(1, _BLOCK // int(X.shape[1]))


def forward(network: Network, X: Any) -> NDArray[np.floating]:
    """Compute the logits of dense or CSR rows."""
    if not issparse(X):
        return np.asarray(engine.forward(network, X))
    n_rows = rows_at_once(X)
    blocks = (X[start : start + n_rows].toarray() for start in range(0, X.shape[0], n_rows))
    return np.concatenate([engine.forward(network, block) for block in blocks])
