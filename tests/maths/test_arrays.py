"""Numbers, lists and arrays become floating arrays of one library."""

import array_api_strict
import numpy as np
import pytest

from errorest.maths.arrays import as_floating


@pytest.mark.parametrize("value", [3, True, [1, 2], np.array([1, 2], dtype=np.int8)])
def test_integers_become_floating(value: object) -> None:
    _, array = as_floating(value)
    assert array.dtype == np.float64
    np.testing.assert_array_equal(array, value)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_floating_types_stay(dtype: type[np.floating]) -> None:
    values = np.ones(3, dtype=dtype)
    _, array = as_floating(values)
    assert array is values


def test_several_values_keep_their_order() -> None:
    _, first, second = as_floating([1, 2], np.array([0.5, 0.5]))
    np.testing.assert_array_equal(first, [1, 2])
    np.testing.assert_array_equal(second, [0.5, 0.5])


def test_library_is_kept() -> None:
    integers = array_api_strict.asarray([1, 2])
    xp, array = as_floating(integers)
    assert xp is array_api_strict
    assert array.dtype == array_api_strict.float64


def test_two_libraries_do_not_mix() -> None:
    with pytest.raises(TypeError, match="namespaces"):
        as_floating(np.ones(2), array_api_strict.ones(2))
