"""Numbers of any size and spread, brought near to zero without losing those far out.

>>> import numpy as np
>>> scaler = SmoothClipScaler().fit(np.array([[1.0], [2.0], [3.0], [4.0], [5.0]]))
>>> scaler.transform(np.array([[3.0], [5.0], [1e6]])).round(3)
array([[0.   ],
       [0.949],
       [3.   ]])
"""

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

__all__ = ["FARTHEST", "LIMIT", "SmoothClipScaler"]

LIMIT = 3.0
"""No number comes out beyond it."""

FARTHEST = 1e100
"""Of numbers beyond it only the sign is left."""

# More than so many times their median are the largest of the positive numbers of a skewed column.
_SKEWED = 4.0


class SmoothClipScaler(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Centre by the median, scale by the middle half, and draw in what lies far out.

    With ``z = (x - median) / (q75 - q25)`` a number becomes ``z / sqrt(1 + (z / 3)^2)``, which is
    about z near the median and never beyond 3 (Holzmüller, Grinsztajn and Steinwart 2024). Where
    the middle half is one number, the scale is half the distance from the least to the greatest;
    a constant column becomes 0.

    A column without negative numbers is skewed, such as one of incomes, if the 99th percentile of
    the positive ones is more than four times their median. Of such a column, ``log(x + a)`` stands
    for x, where a is the least positive number in it; negative numbers that come later count as 0.

    Attributes
    ----------
    offset_ : array of shape (n_features,)
        The number a of each skewed column; NaN for the others.
    center_ : array of shape (n_features,)
        Medians.
    scale_ : array of shape (n_features,)
        By what the distance from the median is multiplied.
    n_features_in_ : int
    feature_names_in_ : array of shape (`n_features_in_`,)

    Examples
    --------
    >>> SmoothClipScaler().fit_transform([[7.0], [7.0], [7.0]]).tolist()
    [[0.0], [0.0], [0.0]]
    """

    def fit(self, X: ArrayLike, y: Any = None) -> Self:
        """Learn medians and scales.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y
            Ignored.

        Returns
        -------
        self
        """
        checked = validate_data(self, X, dtype=np.float64)
        self.offset_ = np.array([_offset(numbers) for numbers in checked.T])
        marks = np.percentile(self._unskewed(checked), [0, 25, 50, 75, 100], axis=0)
        least, low, self.center_, high, most = marks
        width = np.where(high > low, high - low, (most - least) / 2)
        # What varies by less than a normal number is constant.
        varies = width > np.finfo(np.float64).tiny
        self.scale_ = np.divide(1.0, width, out=np.zeros_like(width), where=varies)
        return self

    def transform(self, X: ArrayLike) -> NDArray[np.float64]:
        """Scale numbers.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        array of shape (n_samples, n_features)
            Between -3 and 3.
        """
        check_is_fitted(self)
        checked = validate_data(self, X, dtype=np.float64, reset=False)
        with np.errstate(over="ignore"):
            far = (self._unskewed(checked) - self.center_) * self.scale_
        z = np.clip(far, -FARTHEST, FARTHEST)
        scaled: NDArray[np.float64] = z / np.hypot(1, z / LIMIT)
        return scaled

    def _unskewed(self, X: NDArray[np.float64]) -> NDArray[np.float64]:
        is_skewed = ~np.isnan(self.offset_)
        unskewed = X.copy()
        unskewed[:, is_skewed] = np.log(X[:, is_skewed].clip(0) + self.offset_[is_skewed])
        return unskewed


def _offset(numbers: NDArray[np.float64]) -> float:
    """Return what to add to skewed numbers before their logarithm is taken; NaN for others."""
    positive = numbers[numbers > 0]
    if len(positive) == 0 or numbers.min() < 0:
        return np.nan
    median, far = np.percentile(positive, [50, 99])
    return float(positive.min()) if far > _SKEWED * median else np.nan
