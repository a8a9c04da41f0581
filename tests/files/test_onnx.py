"""ONNX: onnxruntime gives the answers that the estimators give."""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.exceptions import NotFittedError

from errorest import LogisticRegression, MLPClassifier, Perceptron, TableClassifier, datasets
from errorest.estimators import TabularMLPClassifier
from errorest.exceptions import ErrorestError, OutputError
from errorest.files import export_onnx, to_onnx
from errorest.maths import ACTIVATIONS, SELU, Activation, FocalLoss, LeakyReLU, Tanh
from errorest.network import Embedding, ParametricActivation, Periodic, Scale

onnxruntime = pytest.importorskip("onnxruntime", reason="needs onnx and onnxruntime")

X, SPECIES = load_iris(return_X_y=True)
X = X.astype(np.float32)
NAMES = np.array(["setosa", "versicolor", "virginica"])[SPECIES]
TWO = SPECIES < 2


def answers(model: Any, rows: Any) -> dict[str, Any]:
    session = onnxruntime.InferenceSession(to_onnx(model).SerializeToString())
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(None, {"X": rows}), strict=True))


def check(model: Any, rows: Any) -> None:
    found = answers(model, rows)
    np.testing.assert_array_equal(found["label"], model.predict(rows))
    np.testing.assert_allclose(
        found["probabilities"], model.predict_proba(rows), rtol=1e-5, atol=1e-6
    )


@pytest.mark.parametrize(
    "activation", [*ACTIVATIONS, LeakyReLU(slope=0.3), SELU(scale=1.2, alpha=0.5)], ids=str
)
@pytest.mark.parametrize("rows", [slice(None), TWO], ids=["three classes", "two classes"])
def test_networks_of_every_activation(activation: str | Activation, rows: Any) -> None:
    model = MLPClassifier((6, 5), activation=activation, solver="adam", random_state=0)
    for _ in range(20):
        model.partial_fit(X[rows], NAMES[rows], classes=np.unique(NAMES[rows]))
    check(model, X)


@pytest.mark.parametrize(
    "model",
    [
        LogisticRegression(max_iter=500),
        MLPClassifier((4,), loss=FocalLoss(), solver="lbfgs", random_state=0),
        MLPClassifier((4,), solver="lbfgs", n_members=3, random_state=0),
    ],
)
@pytest.mark.parametrize("rows", [slice(None), TWO], ids=["three classes", "two classes"])
def test_other_models_with_probabilities(model: Any, rows: Any) -> None:
    check(model.fit(X[rows], SPECIES[rows]), X)


def test_several_labels_a_row() -> None:
    labels = np.column_stack([SPECIES == 0, SPECIES > 0, X[:, 0] > 6]).astype(int)
    check(MLPClassifier((4,), solver="lbfgs", random_state=0).fit(X, labels), X)


def test_the_perceptron_has_logits() -> None:
    model = Perceptron().fit(X[TWO], NAMES[TWO])
    found = answers(model, X)
    np.testing.assert_array_equal(found["label"], model.predict(X))
    np.testing.assert_allclose(found["logits"][:, 0], model.decision_function(X), rtol=1e-4)


def test_names_are_told() -> None:
    admissions = datasets.load("admissions").frame
    model = LogisticRegression().fit(admissions[["test", "grades"]], admissions["admitted"])
    props = {one.key: json.loads(one.value) for one in to_onnx(model).metadata_props}
    assert props == {"classes": ["no", "yes"], "inputs": ["test", "grades"]}


@pytest.mark.parametrize(
    "classes",
    [
        [0, 1],
        np.array([1, 2**63], np.uint64),
        [False, True],
        [0.0, 1.0],
        ["no", "yes"],
        np.array(["2024-02-28", "2024-02-29"], "M8[D]"),
    ],
    ids=["whole numbers", "large ones", "truths", "numbers", "words", "dates"],
)
def test_the_classes_that_are_told_are_those_of_the_labels(classes: Any) -> None:
    rows, labels = np.arange(4, dtype=np.float32)[:, None], np.repeat(classes, 2)
    proto = to_onnx(LogisticRegression().fit(rows, labels))
    (told,) = [json.loads(one.value) for one in proto.metadata_props]
    found = onnxruntime.InferenceSession(proto.SerializeToString()).run(["label"], {"X": rows})[0]
    assert found[[0, -1]].tolist() == told
    assert [str(one) for one in told] == [str(one) for one in classes]


def test_the_file_is_not_overwritten(tmp_path: Path) -> None:
    model = Perceptron().fit(X[TWO], NAMES[TWO])
    export_onnx(model, tmp_path / "model.onnx")
    with pytest.raises(OutputError, match="exists"):
        export_onnx(model, tmp_path / "model.onnx")


def test_what_cannot_be_exported(monkeypatch: pytest.MonkeyPatch) -> None:
    class Mine(Tanh):
        pass

    model = MLPClassifier((2,), activation=Mine(), solver="lbfgs", max_iter=5000, random_state=0)
    with pytest.warns(UserWarning, match="reference engine"):
        model.fit(X[TWO], NAMES[TWO])
    with pytest.raises(ErrorestError, match="Mine"):
        to_onnx(model)
    with pytest.raises(TypeError, match="int"):
        to_onnx(1)
    with pytest.raises(ErrorestError, match="no class but 'no'"):
        to_onnx(MLPClassifier(solver="lbfgs").fit(X, ["no"] * len(X)))
    for unfitted in (MLPClassifier(), TableClassifier()):
        with pytest.raises(NotFittedError, match="not fitted"):
            to_onnx(unfitted)
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(ErrorestError, match=r"pip install 'errorest\[onnx\]'"):
        to_onnx(model)


@pytest.mark.parametrize(
    ("options", "kinds"),
    [
        ({}, {Scale, ParametricActivation}),
        ({"levels": {2: 3, 3: 5}}, {Embedding}),
        ({"periodic": True, "levels": {3: 5}}, {Periodic, Embedding}),
        ({"n_submodels": 3}, {Scale}),
    ],
    ids=["plain", "embedded", "waves", "shared"],
)
@pytest.mark.parametrize("n_classes", [3, 2])
def test_networks_of_every_kind_of_layer(
    options: dict[str, Any], kinds: set[type], n_classes: int
) -> None:
    # No line divides these classes, so that networks count. One of the codes is no level.
    rng = np.random.default_rng(0)
    codes = rng.integers([0, -1], [3, 5], size=(200, 2))
    rows = np.column_stack([rng.normal(size=(200, 2)), codes]).astype(np.float32)
    labels = (rows[:, 0] * rows[:, 1] > 0) * rng.integers(1, n_classes, size=200)
    model = TabularMLPClassifier(
        (6, 5), n_members=2, max_iter=30, batch_size=16, random_state=0, **options
    ).fit(rows, labels)
    assert len(model._networks) > 1
    assert kinds <= {type(layer) for network, _ in model._networks for layer in network.layers}
    check(model, rows)
