"""Rows that are no numbers, or whose labels are in another order."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from errorest import LogisticRegression, MLPClassifier, Perceptron, TableClassifier
from errorest.estimators import TabularMLPClassifier
from errorest.exceptions import TableWarning

X = pd.DataFrame({"size": [1.0, 2.0, 3.0, 4.0] * 3, "weight": [1.0, 0.0] * 6})
Y = (X["size"] > 2).rename("large")

OF_NUMBERS = [
    LogisticRegression(),
    MLPClassifier((2,), random_state=0),
    Perceptron(),
    TabularMLPClassifier((2,), n_members=1, random_state=0),
]

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def name(model: Any) -> str:
    return type(model).__name__


@pytest.mark.parametrize("model", OF_NUMBERS, ids=name)
@pytest.mark.parametrize(
    ("cell", "problem"),
    [(np.nan, "Input X contains NaN"), ("low", "could not convert string to float: 'low'")],
)
def test_who_takes_words_and_missing_cells_is_told(model: Any, cell: Any, problem: str) -> None:
    table = X.astype(object)
    table.iloc[1, 0] = cell
    for refusing in (model.fit, model.fit(X, Y).score):
        with pytest.raises(ValueError, match="or use TableClassifier") as error:
            refusing(table, Y)
        assert str(error.value).startswith(problem)
        assert "Gradient" not in str(error.value)
    TableClassifier(LogisticRegression()).fit(table, Y)


@pytest.mark.parametrize("model", [*OF_NUMBERS, TableClassifier(LogisticRegression())], ids=name)
def test_labels_in_another_order_are_told(model: Any) -> None:
    with pytest.warns(TableWarning, match=r"matched by position: give y.loc\[X.index\]") as caught:
        model.fit(X, Y.sample(frac=1, random_state=0))
    assert caught[0].filename == __file__


@pytest.mark.parametrize(
    "labels",
    [
        lambda shuffled: shuffled,
        lambda shuffled: shuffled.to_numpy(),
        # The index tells nothing of which rows belong together.
        lambda shuffled: shuffled.set_axis(range(100, 112)),
        lambda shuffled: shuffled.set_axis([0] * 12),
    ],
)
def test_labels_in_the_order_of_the_rows_are_not(labels: Callable[["pd.Series[Any]"], Any]) -> None:
    shuffled = Y.sample(frac=1, random_state=0)
    with warnings.catch_warnings(action="error", category=TableWarning):
        TableClassifier(LogisticRegression()).fit(X.loc[shuffled.index], labels(shuffled))
