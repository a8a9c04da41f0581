"""Cross-validation and grid search of a small network, by scikit-learn's own tools.

What these tools take themselves is shown by a classifier that does nothing.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.datasets import make_moons
from sklearn.model_selection import GridSearchCV, StratifiedKFold, cross_val_score

__all__ = ["searches"]

X, Y = make_moons(500, noise=0.2, random_state=0)


class Nothing(ClassifierMixin, BaseEstimator):
    """Learns nothing, and always predicts the class 0."""

    def __init__(self, *, alpha: float = 0.0, learning_rate_init: float = 0.0) -> None:
        self.alpha = alpha
        self.learning_rate_init = learning_rate_init

    def fit(self, X: Any, y: Any) -> Self:
        """Look at nothing."""
        self.classes_ = np.array([0, 1])
        return self

    def predict(self, X: Any) -> Any:
        """Return the class 0 for each row."""
        return np.zeros(len(X), dtype=int)


def searches() -> dict[str, dict[str, Callable[[], object]]]:
    """Return each contestant's function for each kind of search."""
    from sklearn import neural_network

    import errorest

    # All epochs are made, so that the work is the same.
    settings: dict[str, Any] = {
        "activation": "tanh",
        "max_iter": 100,
        "n_iter_no_change": 100,
        "random_state": 0,
    }
    classifiers = {
        "errorest": errorest.MLPClassifier((8, 8), **settings),
        "scikit-learn": neural_network.MLPClassifier((8, 8), **settings),
        "nothing": Nothing(),
    }
    kinds = {"10 fits": _fits, "10 folds": _cross_validation, "grid search": _grid_search}
    return {
        title: {name: partial(search, classifier) for name, classifier in classifiers.items()}
        for title, search in kinds.items()
    }


def _fits(classifier: Any) -> None:
    """Train on each fold's rows, as cross-validation does, without the rest of it."""
    for rows, _ in StratifiedKFold(10).split(X, Y):
        classifier.fit(X[rows], Y[rows])


def _cross_validation(classifier: Any) -> None:
    cross_val_score(classifier, X, Y, cv=10)


def _grid_search(classifier: Any) -> None:
    grid = {"alpha": [0.0001, 0.01, 1.0], "learning_rate_init": [0.001, 0.01]}
    GridSearchCV(classifier, grid, cv=5).fit(X, Y)
