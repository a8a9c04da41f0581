"""Planes through the space of features, on which a classifier can be drawn as a map.

Two features with the others fixed, or the plane along which the points vary most.

>>> import numpy as np
>>> X = np.array([[0.0, 5.0, 1.0], [2.0, 7.0, 3.0], [1.0, 6.0, 8.0]])
>>> plane = FeaturePlane(X, (0, 2))
>>> plane.rows(np.array([[0.5, 4.0]]))
array([[0.5, 6. , 4. ]])
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import narwhals as nw
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from errorest.exceptions import PictureError
from errorest.tables import as_dataframe

__all__ = ["Axis", "FeaturePlane", "Plane", "PrincipalPlane", "frame_or_array", "numeric_axis"]

_MISSING = "missing"


@dataclass(frozen=True)
class Axis:
    """One side of a map.

    Parameters
    ----------
    name : str
    low, high : float
        Where the map ends.
    categories : tuple of str, default=()
        Of a feature of words: the i-th lies at i.
    has_missing : bool, default=False
        Whether the last category stands for missing cells.
    """

    name: str
    low: float
    high: float
    categories: tuple[str, ...] = ()
    has_missing: bool = False

    def coordinates(self, resolution: int) -> NDArray[np.floating]:
        """Return evenly spaced places from end to end."""
        return np.linspace(self.low, self.high, resolution)


class Plane(Protocol):
    """A plane with two axes, and the way between it and the rows that a classifier takes."""

    @property
    def axes(self) -> tuple[Axis, Axis]:
        """What the two coordinates are, and how far the points reach."""

    @property
    def fixes_others(self) -> bool:
        """Whether there are other features, with one value all over the plane."""

    def rows(self, places: NDArray[np.floating]) -> Any:
        """Return the rows of features at places of shape (n_places, 2)."""

    def places(self, X: Any) -> NDArray[np.floating]:
        """Return where rows lie, as an array of shape (n_rows, 2)."""


class FeaturePlane:
    """Two features, the others fixed at their median or most frequent value.

    Parameters
    ----------
    X : array-like or DataFrame of shape (n_samples, n_features)
        What is to be shown.
    features : pair of int or str
        Positions or column names.

    Raises
    ------
    ValueError
        If there are no such two features.
    """

    def __init__(self, X: Any, features: Sequence[int | str]) -> None:
        self._columns = getattr(X, "columns", None)
        frame = _as_frame(X)
        names = list(frame.columns)
        chosen = [_name(feature, names) for feature in features]
        unknown = [name for name in chosen if name not in names]
        if unknown:
            raise ValueError(f"there is no feature {unknown[0]!r}, only {', '.join(names)}")
        if len(set(chosen)) != 2:
            raise ValueError(f"a plane needs two different features, not {list(features)}")
        self._names = [str(name) for name in chosen]
        self._typical = {name: _typical(frame[name]) for name in names}
        self.fixes_others = len(names) > 2
        first, second = (_axis(frame[name], name) for name in self._names)
        self.axes: tuple[Axis, Axis] = first, second

    def rows(self, places: NDArray[np.floating]) -> Any:
        columns: dict[str, Any] = {
            name: np.full(len(places), value, dtype=None if _is_number(value) else object)
            for name, value in self._typical.items()
        }
        for name, axis, values in zip(self._names, self.axes, places.T, strict=True):
            columns[name] = values
            if axis.categories:
                cells = np.array(axis.categories, dtype=object)
                if axis.has_missing:
                    cells[-1] = None
                columns[name] = cells[np.clip(np.rint(values), 0, len(cells) - 1).astype(int)]
        frame = pd.DataFrame(columns)
        if self._columns is None:
            return frame.to_numpy()
        return frame.set_axis(self._columns, axis=1)

    def places(self, X: Any) -> NDArray[np.floating]:
        frame = _as_frame(X)
        return np.column_stack(
            [_places(frame[name], axis) for name, axis in zip(self._names, self.axes, strict=True)]
        )


class PrincipalPlane:
    """The plane through the mean along which the rows vary most (Pearson 1901).

    Parameters
    ----------
    X : array-like or DataFrame of shape (n_samples, n_features)
        Numbers, at least two features.

    Raises
    ------
    PictureError
        If a cell is missing.
    """

    fixes_others = False

    def __init__(self, X: Any) -> None:
        self._columns = getattr(X, "columns", None)
        rows = np.asarray(X, dtype=np.float64)
        if not np.isfinite(rows).all():
            raise PictureError(
                "principal components need rows without missing cells: name features"
            )
        self._mean = rows.mean(axis=0)
        centred = rows - self._mean
        # From the smallest to the largest.
        variances, components = np.linalg.eigh(centred.T @ centred / len(rows))
        self._components = components[:, :-3:-1].T
        total = variances.sum()
        shares = variances[:-3:-1] / total if total > 0 else np.zeros(2)
        # Only the signs of the components are arbitrary.
        largest = np.abs(self._components).argmax(axis=1)
        self._components *= np.sign(self._components[[0, 1], largest])[:, None]
        first, second = (
            numeric_axis(f"principal component {number} ({share:.0%} of the variance)", values)
            for number, share, values in zip((1, 2), shares, self.places(rows).T, strict=True)
        )
        self.axes: tuple[Axis, Axis] = first, second

    def rows(self, places: NDArray[np.floating]) -> Any:
        rows = self._mean + places @ self._components
        return rows if self._columns is None else pd.DataFrame(rows, columns=self._columns)

    def places(self, X: Any) -> NDArray[np.floating]:
        places: NDArray[np.floating] = (np.asarray(X) - self._mean) @ self._components.T
        return places


def frame_or_array(X: Any) -> Any:
    """Return a pandas DataFrame as it is, one of another library as such, all else as an array."""
    if isinstance(X, pd.DataFrame):
        return X
    if not hasattr(X, "columns"):
        return np.asarray(X)
    # With the names that the estimator knows, which as_dataframe takes blanks away from.
    return as_dataframe(X).set_axis(nw.from_native(X).columns, axis="columns")


def _as_frame(X: Any) -> pd.DataFrame:
    if isinstance(X, pd.DataFrame):
        return X.set_axis([str(name) for name in X.columns], axis=1)
    array = np.asarray(X, dtype=np.float64)
    if array.ndim != 2:
        raise ValueError(f"X must have two dimensions, not the shape {array.shape}")
    return pd.DataFrame(array, columns=[f"x{i}" for i in range(1, array.shape[1] + 1)])


def _name(feature: int | str, names: list[str]) -> str:
    if isinstance(feature, str) or not 0 <= feature < len(names):
        return str(feature)
    return names[feature]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.number)


def _typical(column: "pd.Series[Any]") -> Any:
    """Return the median of numbers, the most frequent word of words."""
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        return float(column.median())
    frequent = column.mode()
    return None if frequent.empty else frequent.iloc[0]


def _axis(column: "pd.Series[Any]", name: str) -> Axis:
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        return numeric_axis(name, column.to_numpy(dtype=np.float64, na_value=np.nan))
    categories = sorted({str(value) for value in column.dropna()})
    has_missing = bool(column.isna().any())
    if has_missing:
        categories.append(_MISSING)
    return Axis(name, -0.5, len(categories) - 0.5, tuple(categories), has_missing)


def numeric_axis(name: str, values: NDArray[np.floating]) -> Axis:
    """Return the axis of some numbers, which reaches a little beyond them."""
    if not np.isfinite(values).any():
        raise PictureError(f"feature {name!r} has no value to draw")
    if np.isinf(values).any():
        raise PictureError(f"feature {name!r} has an infinite value: leave such rows out")
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    margin = 0.1 * (high - low if high > low else 1)
    return Axis(name, low - margin, high + margin)


def _places(column: "pd.Series[Any]", axis: Axis) -> NDArray[np.floating]:
    if not axis.categories:
        return np.asarray(column.to_numpy(dtype=np.float64, na_value=np.nan))
    at = {category: float(i) for i, category in enumerate(axis.categories)}
    words = [_MISSING if pd.isna(value) else str(value) for value in column]
    return np.array([at.get(word, np.nan) for word in words])
