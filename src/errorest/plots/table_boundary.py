"""The boundary of a table's classifier over two of the table's own columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import ArrayLike
from sklearn.utils import check_consistent_length
from sklearn.utils.validation import check_is_fitted

from errorest.estimators import TableClassifier, column_importances
from errorest.exceptions import PictureError
from errorest.plots.boundary import BoundaryDisplay
from errorest.plots.probability_curve import ProbabilityCurveDisplay

__all__ = ["axis_columns", "draw_table_boundary", "map_columns"]

# More words than these do not fit beside each other.
_MAX_CATEGORIES = 12

# More points than these hide each other.
_MAX_POINTS = 1000

# So many points of a rare class are drawn among them, if there are as many.
_POINTS_OF_A_CLASS = 10


def draw_table_boundary(
    model: TableClassifier,
    X: Any,
    y: ArrayLike,
    *,
    features: Sequence[str] | None = None,
    resolution: int = 300,
    ax: Axes | None = None,
) -> BoundaryDisplay | ProbabilityCurveDisplay:
    """Draw a table's classifier over two columns, the others fixed at what is typical of them.

    Of more than 1000 rows, so many are drawn as points, and the picture says so. They are chosen at
    random, but for ten of each class.

    Parameters
    ----------
    model : TableClassifier
    X : DataFrame of shape (n_rows, n_columns)
    y : array-like of shape (n_rows,)
        Classes of the points to draw.
    features : pair of str, optional
        Which columns; by default the two of the largest permutation importance. Of a model of
        one number, the probability is drawn as a curve over it.
    resolution : int, default=300
        Number of columns and rows of the map.
    ax : matplotlib Axes, optional

    Returns
    -------
    BoundaryDisplay or ProbabilityCurveDisplay

    Raises
    ------
    PictureError
        If the model has no such two columns.
    NotFittedError
        If it is not fitted.
    ValueError
        If a class is unknown to it, or X and y are of different lengths.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> import pandas as pd
    >>> from errorest import LogisticRegression, TableClassifier
    >>> table = pd.DataFrame({"test": [2, 9, 3, 7] * 5, "shirt": ["red", "blue"] * 10})
    >>> accepted = ["no", "yes"] * 10
    >>> model = TableClassifier(LogisticRegression()).fit(table, accepted)
    >>> display = draw_table_boundary(model, table, accepted, features=["test", "shirt"])
    >>> display.ax_.get_xlabel(), display.ax_.get_ylabel()
    ('test', 'shirt')
    >>> plt.close()
    """
    features = map_columns(model, X, y, features)
    cells, labels = model.schema_.readable(X), np.asarray(y)
    check_consistent_length(cells, labels)
    n_rows = len(cells)
    if n_rows > _MAX_POINTS:
        order = np.random.default_rng(0).permutation(n_rows)
        is_later = pd.Series(labels[order]).groupby(labels[order]).cumcount() >= _POINTS_OF_A_CLASS
        chosen = order[np.argsort(is_later, kind="stable")[:_MAX_POINTS]]
        cells, labels = cells.iloc[chosen], labels[chosen]
    display: BoundaryDisplay | ProbabilityCurveDisplay
    if len(features) == 1:
        display = ProbabilityCurveDisplay.from_estimator(
            model, cells, labels, resolution=resolution, ax=ax
        )
    else:
        display = BoundaryDisplay.from_estimator(
            model, cells, labels, features=features, resolution=resolution, ax=ax
        )
    if len(cells) < n_rows:
        legend = display.ax_.get_legend()
        assert legend is not None
        legend.set_title(f"{_MAX_POINTS} of {n_rows} rows")
    return display


def map_columns(
    model: TableClassifier, X: Any, y: ArrayLike, features: Sequence[str] | None
) -> list[str]:
    """Choose the two columns of a map, or the only number of a curve.

    Parameters
    ----------
    model, X, y, features
        As for :func:`draw_table_boundary`.

    Returns
    -------
    list of str

    Raises
    ------
    PictureError
        If the model has no such columns.
    NotFittedError
        If it is not fitted.
    """
    check_is_fitted(model)
    names = axis_columns(model)
    unknown = [name for name in features or () if name not in names]
    if unknown:
        raise PictureError(
            f"column {unknown[0]!r} cannot be an axis: choose among "
            f"{', '.join(names) or 'none'}, the numbers and few words that the model uses"
        )
    if features is None and len(names) > 2:
        ranked = (column.name for column in column_importances(model, X, y))
        features = [name for name in ranked if name in names][:2]
    features = list(features or names)
    one_number = len(model.schema_.used) == 1 and model.schema_.used[0].kind == "number"
    if len(features) < 2 and not one_number:
        raise PictureError("the model has fewer than two columns that can be the axes of a map")
    return features


def axis_columns(model: TableClassifier) -> list[str]:
    """Return the columns of a model that can be laid along a line: numbers, and few words.

    Parameters
    ----------
    model : TableClassifier

    Returns
    -------
    list of str
    """
    return [
        column.name
        for column in model.schema_.used
        if column.kind == "number" or 0 < len(column.categories) <= _MAX_CATEGORIES
    ]
