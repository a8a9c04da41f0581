"""Log-loss on real tables, beside scikit-learn on the same split and encoding.

The tables lie beside a checkout, if anywhere; breast_cancer comes with scikit-learn.
"""

from pathlib import Path

import numpy as np
import pytest
import sklearn.linear_model
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split

from errorest import LogisticRegression, TableClassifier, datasets
from errorest.tables import Schema, read_table, separate_target

TABLES = Path(__file__).parents[2] / "shared" / "data"


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("admissions.csv", "admit"),
        ("wa_churn.csv", "churn"),
        ("credit_data.csv", "Status"),
        ("breast_cancer", "diagnosis"),
    ],
)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_log_loss_is_no_worse_than_scikit_learns(name: str, target: str, seed: int) -> None:
    if name.endswith(".csv") and not (TABLES / name).exists():
        pytest.skip("the real tables are not here")
    table = read_table(TABLES / name) if name.endswith(".csv") else datasets.load(name).frame
    X, y = separate_target(table, target)
    training, held_back = train_test_split(
        np.arange(len(y)), test_size=0.2, stratify=y, random_state=seed
    )
    schema = Schema.recognise(X)
    losses = {}
    for library in (LogisticRegression, sklearn.linear_model.LogisticRegression):
        model = TableClassifier(library(max_iter=2000), kinds=schema)
        model.fit(X.iloc[training], y.iloc[training])
        probabilities = model.predict_proba(X.iloc[held_back])
        losses[library] = log_loss(y.iloc[held_back], probabilities)
    ours, theirs = losses.values()
    assert ours <= theirs + 1e-4
