"""Likelihood as a calculator: EXAMPLES nos 9 to 11, scikit-learn's log-loss, and many points."""

import math
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_iris
from sklearn.dummy import DummyClassifier
from sklearn.metrics import log_loss
from sklearn.naive_bayes import GaussianNB

from errorest import Likelihood, LogisticRegression, Perceptron, TableClassifier

FIRST = Likelihood.from_predictions([0.6, 0.2, 0.1, 0.7], name="first line")
SECOND = Likelihood.from_predictions([0.7, 0.9, 0.8, 0.6], name="second line")
DOORS = [0.8, 0.7, 0.1]


def cells(likelihood: Any, row: str) -> list[str]:
    (table,) = likelihood.tables()
    (found,) = [cells for cells in table.rows if cells[0] == row]
    return list(found)


def test_four_points_under_two_models() -> None:
    """EXAMPLES no 9."""
    assert FIRST.product == pytest.approx(0.0084)
    assert SECOND.product == pytest.approx(0.3024)
    np.testing.assert_allclose(FIRST.logs.round(4), [-0.5108, -1.6094, -2.3026, -0.3567])
    assert round(FIRST.cross_entropy, 4) == 4.7795
    assert round(SECOND.cross_entropy, 4) == 1.1960
    both = FIRST.beside(SECOND)
    assert cells(both, "2") == ["2", "", "0.2", "-1.6094", "0.9", "-0.1054"]
    assert cells(both, "product, sum")[2::2] == ["0.0084", "0.3024"]
    assert cells(both, "cross-entropy")[3::2] == ["4.7795", "1.1960"]
    assert cells(FIRST, "log-loss per point")[3] == f"{4.7795 / 4:.4f}"


def test_three_doors() -> None:
    """EXAMPLES no 10."""
    likeliest = Likelihood.from_predictions(DOORS, [1, 1, 0])
    assert likeliest.product == pytest.approx(0.504)
    assert round(likeliest.cross_entropy, 4) == 0.6852
    other = Likelihood.from_predictions(DOORS, [0, 0, 1])
    assert other.product == pytest.approx(0.006)
    assert round(other.cross_entropy, 4) == 5.1160
    everything = [
        Likelihood.from_predictions(DOORS, outcome).product for outcome in product([0, 1], repeat=3)
    ]
    assert len(everything) == 8
    assert sum(everything) == pytest.approx(1, rel=1e-14)
    assert max(everything) == likeliest.product


def test_three_doors_and_three_animals() -> None:
    """EXAMPLES no 11, the columns in an order that is not the alphabet's."""
    animals = [[0.7, 0.2, 0.1], [0.3, 0.4, 0.3], [0.1, 0.5, 0.4]]
    likelihood = Likelihood.from_predictions(
        animals, ["duck", "walrus", "walrus"], classes=["duck", "beaver", "walrus"]
    )
    np.testing.assert_allclose(likelihood.probabilities, [0.7, 0.3, 0.4])
    assert likelihood.product == pytest.approx(0.084)
    assert round(likelihood.cross_entropy, 4) == 2.4769
    assert cells(likelihood, "2")[:2] == ["2", "walrus"]


@pytest.mark.parametrize(
    "model", [LogisticRegression(max_iter=500), CalibratedClassifierCV(GaussianNB(), cv=3)], ids=str
)
def test_of_a_classifier_it_is_scikit_learns_log_loss(model: Any) -> None:
    X, y = load_iris(return_X_y=True)
    model.fit(X, y)
    likelihood = Likelihood.from_estimator(model, X, y)
    expected = log_loss(y, model.predict_proba(X), normalize=False)
    assert likelihood.cross_entropy == pytest.approx(expected, rel=1e-9)
    assert likelihood.name == type(model).__name__


def test_of_a_table() -> None:
    frame = pd.DataFrame({"x": np.arange(20.0), "colour": ["red", "blue"] * 10})
    y = np.where(frame["x"] > 9, "yes", "no")
    model = TableClassifier(LogisticRegression()).fit(frame, y)
    likelihood = Likelihood.from_estimator(model, frame, y)
    expected = log_loss(y, model.predict_proba(frame), normalize=False)
    assert likelihood.cross_entropy == pytest.approx(expected, rel=1e-6)


def test_many_points_have_a_product_as_a_power_of_ten() -> None:
    many = Likelihood.from_predictions(np.full(100_000, 0.1))
    assert many.product == 0
    assert many.product_text == "1.000e-100000"
    assert many.cross_entropy == pytest.approx(100_000 * math.log(10))
    (table,) = many.tables(max_rows=5)
    assert "the 5 least likely" in table.title
    assert table.rows[5][0] == "99,995 others"
    assert len(many.tables(max_rows=None)[0].rows) == 100_003


def test_the_least_likely_points_are_shown() -> None:
    rng = np.random.default_rng(0)
    p = rng.uniform(0.2, 1, 50)
    p[[7, 31]] = 0.01, 0.1
    (table,) = Likelihood.from_predictions(p).tables(max_rows=2)
    assert [row[0] for row in table.rows[:2]] == ["8", "32"]


def test_a_point_that_one_model_excludes_comes_first() -> None:
    first = Likelihood.from_predictions([0.01, 0.1, 0.0, 0.0], name="first")
    second = Likelihood.from_predictions([0.99, 0.1, 0.9, 0.5], name="second")
    for max_rows, points in ((1, ["4"]), (2, ["3", "4"]), (3, ["1", "3", "4"])):
        (table,) = first.beside(second).tables(max_rows)
        assert [row[0] for row in table.rows[:max_rows]] == points


def test_points_may_have_the_numbers_of_rows_and_are_called_so() -> None:
    likelihood = Likelihood.from_predictions([0.5, 0.2])
    numbered = replace(likelihood, numbers=[17, 4])
    assert cells(numbered, "4")[2] == cells(likelihood, "2")[2] == "0.2"
    assert cells(numbered, "log-loss per row") == ["log-loss per row", "", "", "1.1513"]
    for model, noun in ((likelihood, "point"), (numbered, "row")):
        (table,) = model.tables()
        assert (table.title, table.header[0]) == (f"Likelihood of 2 {noun}s", noun)


def test_an_impossible_outcome_makes_it_zero() -> None:
    excluded = Likelihood.from_predictions([0.5, 0.0])
    assert (excluded.product, excluded.product_text) == (0, "0")
    assert excluded.cross_entropy == math.inf
    assert cells(excluded, "cross-entropy")[3] == "inf"


def test_a_probability_that_rounds_to_zero_still_counts() -> None:
    X, y = np.array([[0.0], [1.0]]), [0, 1]
    model = LogisticRegression().fit(X, y)
    model.network_ = model.network_.with_parameters(np.array([2000.0, 0.0]))
    likelihood = Likelihood.from_estimator(model, [[-1.0]], [1])
    assert likelihood.cross_entropy == pytest.approx(2000)
    assert likelihood.product_text.endswith("e-869")


def test_no_points_are_certain() -> None:
    assert Likelihood.from_predictions([]).product == 1
    assert cells(Likelihood.from_predictions([]), "cross-entropy")[3] == "0.0000"


def test_bad_input() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        Likelihood.from_predictions([0.5, 1.2])
    with pytest.raises(ValueError, match="between 0 and 1"):
        Likelihood.from_predictions([0.5, math.nan])
    with pytest.raises(ValueError, match="need 3 outcomes among 2 classes"):
        Likelihood.from_predictions(DOORS, [1, 0])
    with pytest.raises(ValueError, match="classes"):
        Likelihood.from_predictions(DOORS, [1, 0, 2])
    with pytest.raises(TypeError, match="Perceptron gives no probabilities"):
        Likelihood.from_estimator(Perceptron().fit([[0], [1]], [0, 1]), [[0]], [0])
    with pytest.raises(ValueError, match="same happened"):
        FIRST.beside(Likelihood.from_predictions([0.5, 0.5]))


def test_one_class() -> None:
    """A model that knows only one class is certain of it."""
    model = DummyClassifier().fit([[0], [1]], ["a", "a"])
    assert Likelihood.from_estimator(model, [[0], [1]], ["a", "a"]).product == 1


def test_it_shows_itself() -> None:
    odd = Likelihood.from_predictions([[0.5, 0.5]], ["<b>"], classes=["<b>", "c"], name="[x]")
    assert "&lt;b&gt;" in odd._repr_html_()
    assert "p, [x]" in str(odd)


def test_impossible_rows_and_classes_without_names_are_refused() -> None:
    with pytest.raises(ValueError, match=r"the probabilities of point 2 sum to 0\.4, not 1"):
        Likelihood.from_predictions([[0.7, 0.3], [0.3, 0.1]], [0, 1])
    with pytest.raises(ValueError, match=r"'gift' is none of the classes \[0, 1\].*classes="):
        Likelihood.from_predictions(DOORS, ["gift", "gift", "none"])
    thirds = Likelihood.from_predictions([[0.33, 0.33, 0.33]], [0])
    assert thirds.product == pytest.approx(0.33)
