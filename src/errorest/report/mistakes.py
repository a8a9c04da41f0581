"""The mistakes of which a classifier was the most certain.

>>> import pandas as pd
>>> from errorest import LogisticRegression, TableClassifier
>>> table = pd.DataFrame({"test": [2, 9, 3, 7] * 5, "shirt": ["red", "blue"] * 10})
>>> model = TableClassifier(LogisticRegression()).fit(table, ["no", "yes"] * 10)
>>> labels = pd.Series(["no"] * 2 + ["no", "yes"] * 9)
>>> [mistake.row for mistake in certain_mistakes(model, table, labels, model.encode(table))]
[2]
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from errorest.estimators import TableClassifier
from errorest.network.trace import Trace
from errorest.plots.boundary import leads_of

__all__ = ["Mistake", "certain_mistakes"]

_MOST_MISTAKES = 10


@dataclass(frozen=True, eq=False)
class Mistake:
    """A row that was predicted as another class than its own.

    Attributes
    ----------
    row : int
        Its number, 1 being the first.
    label, prediction : str
    certainty : float
        Probability of the predicted class; of a classifier without probabilities, by how much
        its logit leads over the others.
    trace : Trace
        Which begins with the row's cells.
    """

    row: int
    label: str
    prediction: str
    certainty: float
    trace: Trace


def certain_mistakes(
    model: TableClassifier,
    X: pd.DataFrame,
    y: "pd.Series[Any]",
    encoded: NDArray[np.floating],
) -> list[Mistake]:
    """Find the ten most certain mistakes.

    Parameters
    ----------
    model : TableClassifier
    X : DataFrame of shape (n_rows, n_columns)
        With row numbers from 0 as its index.
    y : Series of shape (n_rows,)
    encoded : array of shape (n_rows, n_features)
        What the model's encoder makes of X.

    Returns
    -------
    list of Mistake
        The most certain first.
    """
    labels, predictions = np.asarray(y), model.estimator_.predict(encoded)
    wrong = np.flatnonzero(labels != predictions)
    certainty = _certainty(model.estimator_, encoded)
    chosen = wrong[np.argsort(-certainty[wrong], kind="stable")][:_MOST_MISTAKES]
    mistakes = []
    for place in chosen:
        row = X.iloc[[place]]
        mistakes.append(
            Mistake(
                row=int(row.index[0]) + 1,
                label=str(labels[place]),
                prediction=str(predictions[place]),
                certainty=float(certainty[place]),
                trace=model.trace(row, labels[place]),
            )
        )
    return mistakes


def _certainty(estimator: Any, encoded: NDArray[np.floating]) -> NDArray[np.floating]:
    if hasattr(estimator, "predict_proba"):
        return np.asarray(estimator.predict_proba(encoded).max(axis=1))
    return np.asarray(leads_of(estimator.decision_function(encoded)).max(axis=1))
