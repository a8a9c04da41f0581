"""The perceptron against updates worked out by hand."""

from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils._param_validation import InvalidParameterError

from errorest import Perceptron

AND = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 0, 0, 1]
XOR = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]


def test_one_epoch_by_hand() -> None:
    # From w = (0, 0), b = 0, with a = 0.5, in the order of the rows:
    # (1, 2) label 0: 0 is positive, wrong: w = (-0.5, -1), b = -0.5.
    # (3, 1) label 1: -3 is negative, wrong: w = (1, -0.5), b = 0.
    # (2, 1) label 1: 1.5 is positive, right: "I'm good".
    # (4, 2) label 0: 3 is positive, wrong: w = (-1, -1.5), b = -0.5.
    model = Perceptron(eta0=0.5, max_iter=1, shuffle=False)
    with pytest.warns(ConvergenceWarning, match="3 mistakes in epoch 1"):
        model.fit([[1, 2], [3, 1], [2, 1], [4, 2]], [0, 1, 1, 0])
    np.testing.assert_array_equal(model.coef_, [[-1, -1.5]])
    np.testing.assert_array_equal(model.intercept_, [-0.5])
    assert model.mistakes_curve_ == [3]
    assert not model.converged_


def test_a_step_shows_what_the_point_adds() -> None:
    # (7, 6) of class no: 2 * 7 + 6 - 18 = 2 is positive, wrong: w -= 0.1 x, b -= 0.1.
    model = Perceptron(eta0=0.1, max_iter=1, shuffle=False, warm_start=True)
    model.fit([[3, 4], [9, 8]], ["no", "yes"], coef_init=[[2, 1]], intercept_init=[-18])
    first = next(model.steps([[3, 4], [7, 6], [9, 8]], ["no", "no", "yes"]))
    (table,) = first.tables()
    assert table.title == "Epoch 1: point 2, of class no, says “come closer” to the line for yes"
    assert table.rows == [
        ("x1", "7", "2", "-0.7", "1.3"),
        ("x2", "6", "1", "-0.6", "0.4"),
        ("bias", "1", "-18", "-0.1", "-18.1"),
    ]
    assert "come closer" in first._repr_html_()


def test_converges_where_a_line_separates() -> None:
    X, y = AND
    model = Perceptron().fit(X, y)
    assert model.converged_
    assert model.score(X, y) == 1
    assert model.mistakes_curve_[-1] == 0
    assert 0 not in model.mistakes_curve_[:-1]
    assert model.n_iter_ == len(model.mistakes_curve_)


def test_mistakes_stay_below_novikoffs_bound() -> None:
    # At most (R / margin)^2 mistakes, for points with the bias's 1 appended.
    rng = np.random.default_rng(0)
    X = rng.uniform(-1, 1, size=(200, 2))
    extended, unit = np.c_[X, np.ones(200)], np.array([2.0, 1.0, 0.5]) / np.sqrt(5.25)
    distances = extended @ unit
    far = np.abs(distances) > 0.1
    model = Perceptron().fit(X[far], distances[far] > 0)
    assert model.converged_
    radius = np.linalg.norm(extended[far], axis=1).max()
    margin = np.abs(distances[far]).min()
    assert sum(model.mistakes_curve_) <= (radius / margin) ** 2


def test_no_line_separates_exclusive_or() -> None:
    X, y = XOR
    model = Perceptron(max_iter=20)
    with pytest.warns(ConvergenceWarning, match=r"in epoch 20.*logistic regression"):
        model.fit(X, y)
    assert not model.converged_
    assert model.n_iter_ == 20
    assert min(model.mistakes_curve_) > 0


def test_learning_rate_only_scales_a_line_that_starts_at_0() -> None:
    X, y = AND
    small, large = Perceptron(eta0=0.25).fit(X, y), Perceptron(eta0=2).fit(X, y)
    np.testing.assert_array_equal(8 * small.coef_, large.coef_)
    np.testing.assert_array_equal(8 * small.intercept_, large.intercept_)


def test_one_line_against_the_rest_for_each_class() -> None:
    rng = np.random.default_rng(0)
    centres = np.array([[0, 10], [10, -10], [-10, -10]])
    labels = np.repeat(["north", "south-east", "south-west"], 20)
    X = np.repeat(centres, 20, axis=0) + rng.normal(size=(60, 2))
    model = Perceptron(shuffle=False).fit(X, labels)
    assert model.coef_.shape == (3, 2)
    assert model.intercept_.shape == (3,)
    assert model.converged_
    assert model.score(X, labels) == 1
    for k, name in enumerate(model.classes_):
        alone = Perceptron(shuffle=False, max_iter=model.n_iter_).fit(X, labels == name)
        np.testing.assert_array_equal(model.coef_[k], alone.coef_[0])


def test_likeliest_line_wins() -> None:
    X, y = load_iris(return_X_y=True)
    with pytest.warns(ConvergenceWarning):
        model = Perceptron(max_iter=50).fit(X, y)
    logits = model.decision_function(X)
    assert logits.shape == (150, 3)
    np.testing.assert_array_equal(model.predict(X), logits.argmax(axis=1))


def test_order_follows_the_seed() -> None:
    X, y = load_iris(return_X_y=True)
    X, y = X[50:], y[50:]

    def line(**settings: Any) -> Any:
        with pytest.warns(ConvergenceWarning):
            return Perceptron(max_iter=5, **settings).fit(X, y).coef_

    np.testing.assert_array_equal(line(random_state=1), line(random_state=1))
    assert (line(random_state=1) != line(random_state=2)).any()
    assert (line(random_state=1) != line(shuffle=False)).any()


def test_points_on_the_line_are_positive() -> None:
    model = Perceptron(shuffle=False).fit([[1.0], [-1.0]], [1, 0])
    boundary = -model.intercept_[0] / model.coef_[0, 0]
    assert model.decision_function([[boundary]]) == 0
    assert model.predict([[boundary]]) == 1


def test_float32_stays_float32() -> None:
    X, y = AND
    model = Perceptron(eta0=0.1).fit(np.array(X, dtype=np.float32), y)
    assert model.coef_.dtype == model.intercept_.dtype == np.float32


def test_has_no_probabilities() -> None:
    assert not hasattr(Perceptron(), "predict_proba")


@pytest.mark.parametrize("setting", [{"eta0": 0}, {"max_iter": 0}, {"shuffle": "no"}])
def test_settings_out_of_range(setting: dict[str, Any]) -> None:
    X, y = AND
    name = next(iter(setting))
    with pytest.raises(InvalidParameterError, match=f"The '{name}' parameter of Perceptron must"):
        Perceptron(**setting).fit(X, y)
