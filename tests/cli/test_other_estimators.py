"""A table classifier may hold an estimator of scikit-learn: what that lacks is said in one line."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.neighbors import KNeighborsClassifier

from errorest import TableClassifier, save

TABLE = pd.DataFrame({"a": np.arange(20) / 4, "b": np.arange(20) % 5, "size": ["lo", "hi"] * 10})
OTHER = TABLE.rename(columns={"size": "colour"})


@pytest.fixture
def models(tmp_path: Path) -> None:
    TABLE.assign(colour=TABLE["size"]).to_csv(tmp_path / "table.csv", index=False)
    for name, estimator, table in (
        ("line", LogisticRegression(), TABLE),
        ("ridge", RidgeClassifier(), TABLE),
        ("other", LogisticRegression(), OTHER),
    ):
        target = table.columns[-1]
        model = TableClassifier(estimator).fit(table.drop(columns=target), table[target])
        save(model, tmp_path / f"{name}.skops")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ("explain line.skops table.csv --row 1", "a LogisticRegression has no network to trace"),
        ("plot line.skops table.csv --kind trace --row 1", "has no network to trace"),
        ("plot line.skops table.csv --kind error-surface", "has no network whose descent"),
        ("plot ridge.skops table.csv --kind error-surface", "does not descend step by step"),
        ("export ridge.skops", "a RidgeClassifier has no network to export"),
        ("report ridge.skops table.csv", "a RidgeClassifier holds no network"),
        ("likelihood ridge.skops table.csv", "ridge.skops: a RidgeClassifier gives no probab"),
        (
            "likelihood line.skops other.skops table.csv",
            "other.skops predicts 'colour', and line.skops 'size': compare models of one target",
        ),
    ],
)
def test_what_it_lacks_is_one_line(run: Any, models: None, arguments: str, reason: str) -> None:
    outcome = run(*arguments.split())
    assert outcome.status == 2
    assert reason in outcome.err.splitlines()[-1]
    assert "Traceback" not in outcome.err


def test_what_it_has_is_used(run: Any, models: None) -> None:
    for arguments in ("predict line.skops table.csv", "likelihood line.skops table.csv"):
        assert run(*arguments.split()).status == 0


def test_a_class_that_a_model_excludes_is_no_number_in_json(run: Any) -> None:
    """Standard JSON has no Infinity."""
    neighbours = TableClassifier(KNeighborsClassifier(1, algorithm="brute"))
    rows = TABLE.drop(columns="size")
    save(neighbours.fit(rows, TABLE["size"]), "neighbours.skops")
    TABLE.assign(size=["hi", *TABLE["size"][1:]]).to_csv("other.csv", index=False)
    shown = run("likelihood", "neighbours.skops", "other.csv", "--json").out
    (facts,) = json.loads(shown, parse_constant=pytest.fail)
    assert (facts["probabilities"][:2], facts["product"]) == ([0, 1], "0")
    assert facts["log_likelihood"] is facts["cross_entropy"] is None


def test_another_version_of_scikit_learn_is_said_once(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr("sklearn.base.__version__", "0.1")
        model = TableClassifier(LogisticRegression())
        save(model.fit(TABLE.drop(columns="size"), TABLE["size"]), "old.skops")
    told = "note: the model was saved with scikit-learn 0.1, a different version from this one\n"
    assert run("info", "old.skops").err == told
