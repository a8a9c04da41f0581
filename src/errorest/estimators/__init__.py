"""Classifiers with scikit-learn's interface."""

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
