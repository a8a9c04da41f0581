"""Median, middle half, smooth clipping: the formula of Holzmüller et al. (2024), worked by hand."""

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError

from errorest.tables.scaler import SmoothClipScaler


def test_by_hand() -> None:
    # Median 3, quartiles 2 and 4.
    scaler = SmoothClipScaler().fit([[1.0], [2.0], [3.0], [4.0], [100.0]])
    rows = np.array([[1.0], [4.0], [100.0]])
    z = (rows[:, 0] - 3) / 2
    np.testing.assert_allclose(scaler.transform(rows)[:, 0], z / np.sqrt(1 + (z / 3) ** 2))


def test_where_the_middle_half_is_one_number_the_range_counts() -> None:
    rows = [[-2.0], *[[0.0]] * 8, [6.0]]
    scaler = SmoothClipScaler().fit(rows)
    assert scaler.scale_[0] == 2 / (6 - -2)


@pytest.mark.parametrize("value", [1e-300, 1e300, -1e308])
def test_no_number_goes_beyond_three(value: float) -> None:
    scaler = SmoothClipScaler().fit([[1.0], [2.0], [3.0], [4.0]])
    assert abs(scaler.transform([[value]])[0, 0]) <= 3
    close = SmoothClipScaler().fit([[1e-300], [2e-300], [3e-300]])
    assert abs(close.transform([[value]])[0, 0]) <= 3


def test_a_constant_says_nothing_about_other_numbers() -> None:
    assert SmoothClipScaler().fit([[7.0], [7.0]]).transform([[9.0]]) == 0


def test_nothing_is_scaled_before_it_is_fitted() -> None:
    with pytest.raises(NotFittedError):
        SmoothClipScaler().transform([[1.0]])
