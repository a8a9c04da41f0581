"""Cross-validation and grid search of a small network, by scikit-learn's own tools."""

from collections.abc import Callable
from typing import Any

from sklearn.datasets import make_moons
from sklearn.model_selection import GridSearchCV, cross_val_score

__all__ = ["searches"]


def searches() -> dict[str, dict[str, Callable[[], object]]]:
    """Return each contestant's function for each kind of search."""
    from sklearn import neural_network

    import errorest

    classifiers = {
        "errorest": errorest.MLPClassifier,
        "scikit-learn": neural_network.MLPClassifier,
    }
    return {
        "10 folds": {name: _cross_validation(kind) for name, kind in classifiers.items()},
        "grid search": {name: _grid_search(kind) for name, kind in classifiers.items()},
    }


def _classifier(kind: Any) -> Any:
    # All epochs are made, so that the work is the same.
    return kind((8, 8), activation="tanh", max_iter=100, n_iter_no_change=100, random_state=0)


def _cross_validation(kind: Any) -> Callable[[], object]:
    X, y = make_moons(500, noise=0.2, random_state=0)
    return lambda: cross_val_score(_classifier(kind), X, y, cv=10)


def _grid_search(kind: Any) -> Callable[[], object]:
    X, y = make_moons(500, noise=0.2, random_state=0)
    grid = {"alpha": [0.0001, 0.01, 1.0], "learning_rate_init": [0.001, 0.01]}
    return lambda: GridSearchCV(_classifier(kind), grid, cv=5).fit(X, y)
