"""Tables as inputs of ONNX models: the columns are encoded as `TableClassifier` does it."""

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from errorest import LogisticRegression, Perceptron, TableClassifier, datasets
from errorest.estimators import TabularMLPClassifier
from errorest.files import to_onnx

onnx = pytest.importorskip("onnx", reason="needs onnx and onnxruntime")
onnxruntime = pytest.importorskip("onnxruntime", reason="needs onnx and onnxruntime")

ESTIMATORS = [
    LogisticRegression(max_iter=500),
    TabularMLPClassifier((6,), n_members=2, max_iter=20, random_state=0),
]


def run(model: TableClassifier, columns: dict[str, Any]) -> dict[str, Any]:
    """Answer for columns, each a list of numbers or of words, by the names of the inputs."""
    session = onnxruntime.InferenceSession(to_onnx(model).SerializeToString())
    arrays = {
        name: np.array(cells, dtype=object if isinstance(cells[0], str) else np.float64)[:, None]
        for name, cells in columns.items()
    }
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(None, arrays), strict=True))


def check(model: TableClassifier, table: pd.DataFrame, columns: dict[str, Any]) -> None:
    found = run(model, columns)
    expected = model.predict_proba(table)
    np.testing.assert_allclose(found["probabilities"], expected, rtol=1e-4, atol=2e-6)
    np.testing.assert_array_equal(found["label"], model.classes_[expected.argmax(axis=1)])


def facts(model: TableClassifier) -> dict[str, Any]:
    return {one.key: json.loads(one.value) for one in to_onnx(model).metadata_props}


@pytest.fixture(scope="module")
def mixed() -> pd.DataFrame:
    """Cells of all kinds, some of which are missing."""
    rng = np.random.default_rng(0)
    n = 300
    table = pd.DataFrame(
        {
            "mass": rng.normal(50, 9, n),
            "income": np.exp(rng.normal(9, 2, n)),
            "born": pd.Timestamp("1980-01-01") + pd.to_timedelta(rng.integers(9000, size=n), "D"),
            "seen": [f"{hour:02}:30" for hour in rng.integers(24, size=n)],
            "smoker": rng.choice(["no", "yes"], n, p=[0.7, 0.3]),
            "member": rng.choice(["false", "true"], n),
            "size": rng.choice([*"SML"], n),
            "street": [f"street {number}" for number in rng.geometric(0.03, n)],
        }
    )
    for name in ("mass", "born", "smoker", "size"):
        table.loc[rng.random(n) < 0.1, name] = None
    # No line divides these, so that networks count.
    logit = (table["mass"].fillna(50) - 50) * np.where(table["size"] == "M", 1, -1)
    logit += rng.normal(0, 3, n)
    return table.assign(ill=np.where(logit > 0, "ill", "well"))


def cells(table: pd.DataFrame) -> dict[str, Any]:
    """Write the mixed table as a program in another language would."""
    days = (table["born"] - pd.Timestamp("1970-01-01")) / pd.Timedelta(days=1)
    words = {name: table[name].fillna("").tolist() for name in ("smoker", "member", "size")}
    return {
        "mass": table["mass"].tolist(),
        "income": table["income"].tolist(),
        "born": days.tolist(),
        "seen": [(int(text[:2]) + 0.5) / 24 for text in table["seen"]],
        **words,
        "street": table["street"].tolist(),
    }


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=["line", "networks"])
def test_columns_of_all_kinds(mixed: pd.DataFrame, estimator: Any) -> None:
    table, target = mixed.drop(columns="ill"), mixed["ill"]
    model = TableClassifier(estimator, kinds={"street": "category"}).fit(table, target)
    assert [column.kind for column in model.schema_.columns] == [
        *("number", "number", "date", "date", "yes_no", "yes_no", "category", "category")
    ]
    assert len(model.encoder_.get_feature_names_out()) < table["street"].nunique()
    assert (len(model.estimator_._networks) > 1) == (estimator is ESTIMATORS[1])
    check(model, table, cells(table))
    onnx.checker.check_model(to_onnx(model), full_check=True)
    told = facts(model)["columns"]
    assert told[0] == {"input": "mass", "column": "mass", "kind": "number"}
    assert [column.get("date_order") for column in told[1:4]] == [
        *(None, "year first", "time of day")
    ]
    assert told[4] == {
        "input": "smoker",
        "column": "smoker",
        "kind": "yes_no",
        "values": ["no", "yes"],
    }
    assert set(told[7]["values"]) == set(table["street"])


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=["line", "networks"])
@pytest.mark.filterwarnings("ignore:values that were not seen")
def test_cells_that_were_not_there_in_training(mixed: pd.DataFrame, estimator: Any) -> None:
    table, target = mixed.drop(columns="ill"), mixed["ill"]
    kinds = {"street": "category"}
    model = TableClassifier(estimator, kinds=kinds).fit(table[:250], target[:250])
    later = table[250:].copy()
    # As far as anything can be, below what a skewed column ever had, and other words.
    later["mass"] = np.where(np.arange(50) % 2, 1e90, -1e90)
    later["income"] = -5.0
    later.loc[later.index % 3 == 0, ["size", "street", "smoker"]] = "elsewhere"
    later.loc[later.index % 3 == 1, ["street", "member"]] = None
    columns = cells(later)
    columns["street"] = later["street"].fillna("").tolist()
    check(model, later, columns)


def test_the_penguins_as_they_are() -> None:
    pytest.importorskip("palmerpenguins")
    penguins = datasets.load("penguins")
    table, target = penguins.frame.drop(columns=penguins.target), penguins.frame[penguins.target]
    model = TableClassifier(LogisticRegression(max_iter=500)).fit(table, target)
    columns = {}
    for column in facts(model)["columns"]:
        given = table[column["column"]]
        if "values" in column:
            given = given.astype(object).where(given.notna(), "").astype(str)
            assert set(given) <= {*column["values"], ""}
        columns[column["input"]] = given.tolist()
    check(model, table, columns)


def test_names_that_the_graph_has_itself() -> None:
    rng = np.random.default_rng(0)
    names = ["label", "probabilities", "features", "numbers.medians", "network0.layer1.weights", ""]
    table = pd.DataFrame(rng.normal(size=(80, 6)), columns=names)
    mixed = table["features"] + rng.normal(size=80) > 0
    model = TableClassifier(LogisticRegression()).fit(table, mixed)
    inputs = [column["input"] for column in facts(model)["columns"]]
    assert inputs[:2] == ["label_", "probabilities_"]
    assert inputs[2:] == [*names[2:5], "_"]
    found = run(model, dict(zip(inputs, table.to_numpy().T.tolist(), strict=True)))
    expected = model.predict_proba(table)
    np.testing.assert_allclose(found["probabilities"], expected, rtol=1e-4, atol=1e-6)
    assert found["label"].tolist() == [str(one) for one in model.predict(table)]


def test_a_table_of_numbers_alone_needs_plain_operators() -> None:
    table = pd.DataFrame({"test": [9.0, 3.0, 7.0], "grades": [8.0, 4.0, 6.0]})
    model = TableClassifier(Perceptron()).fit(table, ["yes", "no", "yes"])
    assert [opset.domain for opset in to_onnx(model).opset_import] == [""]
