"""Classifiers with scikit-learn's interface.

What reads tables is imported when it is first used: with all that it needs, this takes longer than
many a training.
"""

import importlib
from typing import TYPE_CHECKING, Any

from errorest.estimators.evaluation import Evaluation, evaluate
from errorest.estimators.likelihood import Likelihood
from errorest.estimators.logistic_regression import LogisticRegression
from errorest.estimators.mlp import MLPClassifier
from errorest.estimators.perceptron import Perceptron

if TYPE_CHECKING:
    from errorest.estimators.importance import ColumnImportance, column_importances
    from errorest.estimators.table_classifier import TableClassifier, default_network

__all__ = [
    "ColumnImportance",
    "Evaluation",
    "Likelihood",
    "LogisticRegression",
    "MLPClassifier",
    "Perceptron",
    "TableClassifier",
    "column_importances",
    "default_network",
    "evaluate",
]

_HOMES = {
    "ColumnImportance": "importance",
    "TableClassifier": "table_classifier",
    "column_importances": "importance",
    "default_network": "table_classifier",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
