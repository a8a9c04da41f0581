"""The mistakes of a report: which they are, how certain, and in which order."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from errorest import LogisticRegression, Perceptron, TableClassifier
from errorest.report.mistakes import certain_mistakes

RNG = np.random.default_rng(0)
TABLE = pd.DataFrame(RNG.normal(size=(150, 2)), columns=["east", "north"])
KINDS = np.array(["cat", "dog", "owl"])


def labels(n_classes: int) -> "pd.Series[Any]":
    places = TABLE["east"] + RNG.normal(size=len(TABLE))
    return pd.Series(KINDS[pd.qcut(places, n_classes, labels=False)], name="kind")


@pytest.mark.filterwarnings("ignore:Perceptron made")
@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("estimator", [LogisticRegression(), Perceptron()], ids=str)
def test_the_ten_most_certain_mistakes(estimator: Any, n_classes: int) -> None:
    y = labels(n_classes)
    model = TableClassifier(estimator).fit(TABLE, y)
    # The report is about some of the rows, which keep their numbers.
    X, y = TABLE[50:], y[50:]
    if hasattr(estimator, "predict_proba"):
        certainty = model.predict_proba(X).max(axis=1)
    else:
        logits = model.decision_function(X)
        both = np.stack([np.zeros(len(X)), logits], axis=1) if n_classes == 2 else logits
        second, first = np.sort(both, axis=1)[:, -2:].T
        certainty = first - second
    wrong = model.predict(X) != y
    assert wrong.sum() > 10
    expected = pd.Series(certainty, X.index)[wrong].sort_values(ascending=False)[:10]
    found = certain_mistakes(model, X, y, model.encode(X))
    assert [mistake.row - 1 for mistake in found] == expected.index.tolist()
    assert [mistake.certainty for mistake in found] == pytest.approx(expected.tolist())
    assert [mistake.label for mistake in found] == y[expected.index].tolist()
    predictions = model.predict(X.loc[expected.index]).tolist()
    assert [mistake.prediction for mistake in found] == predictions
