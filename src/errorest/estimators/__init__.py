"""Classifiers with scikit-learn's interface.

Each is imported when it is first used: with all that it needs, this takes longer than many a
training.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from errorest.estimators.evaluation import Evaluation, evaluate
    from errorest.estimators.importance import ColumnImportance, column_importances
    from errorest.estimators.likelihood import Likelihood
    from errorest.estimators.logistic_regression import LogisticRegression
    from errorest.estimators.members import Members
    from errorest.estimators.mlp import MLPClassifier
    from errorest.estimators.perceptron import Perceptron
    from errorest.estimators.table_classifier import TableClassifier
    from errorest.estimators.tabular_mlp import TabularMLPClassifier

__all__ = [
    "ColumnImportance",
    "Evaluation",
    "Likelihood",
    "LogisticRegression",
    "MLPClassifier",
    "Members",
    "Perceptron",
    "TableClassifier",
    "TabularMLPClassifier",
    "column_importances",
    "evaluate",
]

_HOMES = {
    "ColumnImportance": "importance",
    "Evaluation": "evaluation",
    "Likelihood": "likelihood",
    "LogisticRegression": "logistic_regression",
    "MLPClassifier": "mlp",
    "Members": "members",
    "Perceptron": "perceptron",
    "TableClassifier": "table_classifier",
    "TabularMLPClassifier": "tabular_mlp",
    "column_importances": "importance",
    "evaluate": "evaluation",
}


# Type checkers know the names from above, and would believe any other.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
