"""Median, middle half, smooth clipping: the formula of Holzmüller et al. (2024), worked by hand."""

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError

from errorest.tables.scaler import SmoothClipScaler


def test_by_hand() -> None:
    # Median 3, quartiles 2 and 4.
    scaler = SmoothClipScaler().fit([[-1.0], [2.0], [3.0], [4.0], [100.0]])
    rows = np.array([[1.0], [4.0], [100.0]])
    z = (rows[:, 0] - 3) / 2
    np.testing.assert_allclose(scaler.transform(rows)[:, 0], z / np.sqrt(1 + (z / 3) ** 2))


def test_of_skewed_numbers_logarithms_are_scaled() -> None:
    # With 1 added, 1, 10, 100, ... have the logarithms 0, 1, 2, ...
    incomes = 10.0 ** np.arange(5)[:, None] - 1
    incomes[1] = 1  # the least positive one
    scaler = SmoothClipScaler().fit(incomes)
    assert scaler.offset_.tolist() == [1]
    z = np.array([-1.0, 0, 1.0]) / (3 - np.log10(2))
    expected = z / np.sqrt(1 + (z / 3) ** 2)
    np.testing.assert_allclose(scaler.transform([[9.0], [99.0], [999.0]])[:, 0], expected)
    assert scaler.transform([[-5.0]]) == scaler.transform([[0.0]])


@pytest.mark.parametrize(
    "numbers",
    [
        [1.0, 2.0, 3.0, 4.0, 11.0],
        [-1.0, 2.0, 3.0, 4.0, 1000.0],
        # Zeros, as of pixels, make no others skewed, nor are they themselves.
        [0.0, 0.0, 0.0, 0.0, 8.0, 12.0, 16.0],
        [0.0, 0.0, 0.0],
    ],
)
def test_other_numbers_are_scaled_as_they_are(numbers: list[float]) -> None:
    assert np.isnan(SmoothClipScaler().fit(np.array(numbers)[:, None]).offset_).all()


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
