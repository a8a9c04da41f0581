"""Classifiers with scikit-learn's interface."""

from errorest.estimators.logistic_regression import LogisticRegression
from errorest.estimators.mlp import MLPClassifier
from errorest.estimators.perceptron import Perceptron

__all__ = ["LogisticRegression", "MLPClassifier", "Perceptron"]
