"""Warnings point at the user's line, however deep in the package they come from."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score

from errorest import MLPClassifier
from errorest.exceptions import ErrorestWarning
from errorest.plots import BoundaryDisplay
from errorest.tables import Schema, check_classes, read_table, separate_target

TABLE = pd.DataFrame({"a": [0.0, 1.0, 2.0, 3.0], "b": [3.0, 1.0, 0.0, 1.0]})
LABELS = pd.Series(["x", "X", "x", "X"], name="label")


def read(content: str, folder: Path) -> None:
    path = folder / "table.csv"
    path.write_text(content)
    read_table(path)


def draw(folder: Path) -> None:
    model = LogisticRegression().fit(TABLE, LABELS)
    BoundaryDisplay.from_estimator(model, TABLE.replace(3.0, np.nan), LABELS)


@pytest.mark.parametrize(
    "work",
    [
        lambda folder: read("1,2\n3,4\n", folder),
        lambda folder: read("a,2\nx,4\n", folder),
        lambda folder: read("a,\nx,4\n", folder),
        lambda folder: read("a;b\n1,5;x\n2,5;y\n", folder),
        lambda folder: separate_target(TABLE.assign(label=LABELS[1:]), "label"),
        lambda folder: check_classes(LABELS),
        lambda folder: Schema.recognise(TABLE).conform(TABLE[["a"]]),
        draw,
    ],
    ids=["no names", "odd name", "no name", "commas", "target", "classes", "schema", "picture"],
)
def test_warnings_of_tables_and_pictures(work: Callable[[Path], None], tmp_path: Path) -> None:
    with pytest.warns(ErrorestWarning) as told:
        work(tmp_path)
    assert {warning.filename for warning in told} == {__file__}


def test_warnings_in_cross_validation() -> None:
    model = MLPClassifier((2,), max_iter=1)
    with pytest.warns(ConvergenceWarning) as told:
        cross_val_score(model, TABLE, LABELS, cv=2)
    assert {warning.filename for warning in told} == {__file__}
