"""The map of a classifier of two features."""

from collections.abc import Iterator

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from errorest import LogisticRegression, Perceptron, TableClassifier
from errorest.plots import BoundaryDisplay, class_styles

matplotlib.use("agg")

X = np.array([[0.0, 1.0], [1.0, 0.0], [1.0, 2.0], [2.0, 1.0]])
Y = np.array(["no", "no", "yes", "yes"])


@pytest.fixture(autouse=True)
def _close_figures() -> Iterator[None]:
    yield
    plt.close("all")


def test_shade_follows_the_probability() -> None:
    display = BoundaryDisplay.from_estimator(LogisticRegression().fit(X, Y), X, Y)
    shade = np.asarray(display.shade_.get_array())
    vermillion, blue = shade[0, 0], shade[-1, -1]
    assert vermillion[0] > vermillion[2]
    assert blue[2] > blue[0]


def test_every_class_has_its_own_color_and_marker() -> None:
    styles = class_styles(7)
    assert len({style.color for style in styles}) == len({style.marker for style in styles}) == 7


def test_classifier_without_probabilities() -> None:
    display = BoundaryDisplay.from_estimator(Perceptron().fit(X, Y), X, Y)
    assert set(np.unique(display.probabilities)) == {0, 1}


def test_table_with_column_names() -> None:
    table = pd.DataFrame(X, columns=["test", "grades"])
    model = TableClassifier(LogisticRegression()).fit(table, Y)
    display = BoundaryDisplay.from_estimator(model, table, Y)
    assert (display.ax_.get_xlabel(), display.ax_.get_ylabel()) == ("test", "grades")


def test_three_features_and_unknown_classes_are_refused() -> None:
    model = LogisticRegression().fit(X, Y)
    with pytest.raises(ValueError, match="two features"):
        BoundaryDisplay.from_estimator(model, np.zeros((4, 3)), Y)
    with pytest.raises(ValueError, match="none of"):
        BoundaryDisplay.from_estimator(model, X, ["maybe"] * 4)
