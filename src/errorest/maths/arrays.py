"""Arrays of any library that follows the Python array API standard."""

from typing import Any, TypeAlias

import numpy as np
from array_api_compat import array_namespace, is_array_api_obj

__all__ = ["Array", "as_floating"]

# The standard defines arrays by behaviour, not by a class that could be named here.
Array: TypeAlias = Any


def as_floating(*values: Array) -> tuple[Any, ...]:
    """Make numbers, lists and arrays ready for floating-point formulas.

    Parameters
    ----------
    *values : array-like
        Arrays of one library, or Python numbers and sequences, which become NumPy arrays.

    Returns
    -------
    tuple
        The array namespace, then each value as an array. Integers and booleans become the
        library's default floating type; floating types stay as they are.

    Examples
    --------
    >>> xp, x = as_floating([0, 1])
    >>> x
    array([0., 1.])
    """
    arrays = [value if is_array_api_obj(value) else np.asarray(value) for value in values]
    xp = array_namespace(*arrays)
    floating = [
        array
        if xp.isdtype(array.dtype, "real floating")
        else xp.astype(array, xp.asarray(0.0).dtype)
        for array in arrays
    ]
    return xp, *floating
