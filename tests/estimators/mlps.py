"""Rows and perceptrons of several layers for them, and what it means that two are the same."""

from typing import Any

import numpy as np
from sklearn.datasets import load_iris, make_moons
from sklearn.preprocessing import scale

from errorest import MLPClassifier

MOONS_X, MOONS_Y = make_moons(200, noise=0.1, random_state=0)
IRIS_X, IRIS_Y = load_iris(return_X_y=True)
IRIS_X = scale(IRIS_X)


def mlp(*arguments: Any, **settings: Any) -> MLPClassifier:
    return MLPClassifier(*arguments, **({"random_state": 0} | settings))


def assert_same_network(one: MLPClassifier, other: MLPClassifier) -> None:
    np.testing.assert_array_equal(one.network_.parameters, other.network_.parameters)
