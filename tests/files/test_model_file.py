"""Saving and loading: the same answers back, and never a foreign file's code."""

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import skops.io
from sklearn.datasets import load_iris
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from errorest import (
    LogisticRegression,
    MLPClassifier,
    Perceptron,
    TableClassifier,
    engine,
    load,
    save,
)
from errorest.estimators import TabularMLPClassifier
from errorest.exceptions import ModelFileError, OutputError
from errorest.files.model_file import _is_harmless
from errorest.maths import Activation, AdamW, Cosine, selu
from errorest.maths.arrays import Array
from errorest.network import Dense, Embedding, Network, Periodic, tabular_network
from errorest.training import EarlyStopping

X, y = load_iris(return_X_y=True)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "model.skops"


@pytest.mark.parametrize(
    "model",
    [
        Perceptron(max_iter=2000),
        LogisticRegression(max_iter=1000),
        MLPClassifier((5,), solver="lbfgs", max_iter=2000, random_state=0),
        MLPClassifier(
            (5,),
            solver=AdamW(weight_decay=0.1),
            learning_rate=Cosine(),
            early_stopping=EarlyStopping(patience=2),
            random_state=0,
        ),
        TableClassifier(random_state=0),
        make_pipeline(StandardScaler(), MLPClassifier((5,), random_state=0)),
        make_pipeline(StandardScaler(), make_pipeline(Perceptron())),
    ],
    ids=lambda model: type(model).__name__,
)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_same_answers_after_loading(model: Any, path: Path) -> None:
    model.fit(X, y)
    save(model, path)
    loaded = load(path)
    np.testing.assert_array_equal(loaded.decision_function(X), model.decision_function(X))
    assert repr(loaded) == repr(model)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_file_names_no_class_of_a_path(path: Path, tmp_path: Path) -> None:
    """WindowsPath is none on Linux, and Python 3.13 has another module for either."""
    checkpoint = tmp_path / "training.npz"
    network = MLPClassifier((2,), max_iter=1, random_state=0, checkpoint=checkpoint)
    model = TableClassifier(network)
    model.fit(X, y)
    save(model, path)
    with zipfile.ZipFile(path) as parts:
        assert b"pathlib" not in parts.read("schema.json")
    assert load(path).estimator_.checkpoint == str(checkpoint)
    assert model.estimator_.checkpoint == checkpoint


def test_an_existing_file_is_kept(path: Path) -> None:
    path.write_text("mine")
    model = Perceptron().fit([[0], [1]], [0, 1])
    with pytest.raises(OutputError, match="exists already"):
        save(model, path)
    assert path.read_text() == "mine"
    save(model, path, overwrite=True)
    assert load(path).predict([[1]]) == [1]


def rewritten(path: Path, change: Any) -> None:
    """Change the schema inside a skops file."""
    with zipfile.ZipFile(path) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    schema = json.loads(contents["schema.json"])
    change(schema)
    contents["schema.json"] = json.dumps(schema).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in contents.items():
            archive.writestr(name, content)


def test_truncated_at_any_length(path: Path) -> None:
    save(Perceptron().fit([[0], [1]], [0, 1]), path)
    whole = path.read_bytes()
    for length in range(0, len(whole), len(whole) // 20):
        path.write_bytes(whole[:length])
        with pytest.raises(ModelFileError, match=r"model\.skops"):
            load(path)


def test_a_tampered_type_never_runs(path: Path, tmp_path: Path) -> None:
    save(Perceptron().fit([[0], [1]], [0, 1]), path)

    def call_system(schema: dict[str, Any]) -> None:
        schema["__module__"], schema["__class__"] = "os", "system"

    rewritten(path, call_system)
    with pytest.raises(ModelFileError, match=r"os\.system"):
        load(path)


@pytest.mark.parametrize(
    ("name", "is_harmless"),
    [
        ("errorest.maths.activations.Tanh", True),
        ("numpy.dtype", True),
        ("builtins.eval", False),
        ("errorest_of_others.Tanh", False),
        # What a module of Errorest imports is not Errorest's, and what it does is no class.
        ("errorest.output.Path", False),
        ("errorest.output.shutil", False),
        ("errorest.output.write_atomically", False),
    ],
)
def test_only_classes_of_errorest_are_harmless(name: str, is_harmless: bool) -> None:
    assert _is_harmless(name) == is_harmless


def test_parameters_of_another_shape(path: Path) -> None:
    model = MLPClassifier((2,), solver="lbfgs", random_state=0).fit([[0], [1]], [0, 1])
    object.__setattr__(model.network_, "parameters", np.zeros(8))
    save(model, path)
    with pytest.raises(ModelFileError, match="not an intact model"):
        load(path)


@pytest.mark.parametrize("kind", [LogisticRegression, Perceptron])
@pytest.mark.parametrize(("n_logits", "n_features"), [(1, 5), (1, 2), (2, 3), (3, 3)])
def test_coefficients_of_another_shape(
    kind: Any, n_logits: int, n_features: int, path: Path
) -> None:
    model = kind().fit([[0, 1, 2], [1, 2, 3], [2, 3, 5], [3, 4, 4]], [0, 1, 0, 1])
    model.coef_, model.intercept_ = np.ones((n_logits, n_features)), np.ones(n_logits)
    save(model, path)
    found = f"from {n_features} features to {n_logits} logits, instead of 3 to 1"
    with pytest.raises(ModelFileError, match=found):
        load(path)


def test_an_encoder_that_does_not_fit_the_table(path: Path) -> None:
    rows = pd.DataFrame({"mass": [1.5, 2.5, 3.5, 4.5], "age": [4.5, 2.5, 1.5, 3.5]})
    model = TableClassifier(LogisticRegression()).fit(rows, ["a", "b", "a", "b"])
    model.encoder_.named_transformers_["number"][-1].mean_ = np.zeros(3)
    save(model, path)
    with pytest.raises(ModelFileError, match="not an intact model"):
        load(path)


def test_a_small_file_that_stands_for_a_huge_one(path: Path) -> None:
    save(LogisticRegression(max_iter=1000).fit(X, y), path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("more.npy", bytes(50_000_000))
    with pytest.raises(ModelFileError, match="not an intact model file"):
        load(path)


def test_a_sparse_linear_model(path: Path) -> None:
    X, y = [[0, 1], [1, 0], [2, 3], [3, 2]], [0, 1, 0, 1]
    model = LogisticRegression(solver="saga", l1_ratio=1).fit(X, y).sparsify()
    save(model, path)
    np.testing.assert_array_equal(load(path).predict_proba(X), model.predict_proba(X))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is not an intact"),
        (b"test,grades\n", "is no"),
        (b"PK\x03\x04 nor this", "is not an intact"),
    ],
)
def test_foreign_files(path: Path, content: bytes, message: str) -> None:
    path.write_bytes(content)
    with pytest.raises(ModelFileError, match=f"{message} model file"):
        load(path)


def test_another_librarys_model(path: Path) -> None:
    skops.io.dump(LinearRegression().fit(X, y), path)
    with pytest.raises(ModelFileError, match="LinearRegression"):
        load(path)


def test_no_such_file(path: Path) -> None:
    with pytest.raises(ModelFileError, match="no model file"):
        load(path)


class Sine(Activation):
    def __call__(self, logits: Array) -> Array:
        return np.sin(logits)

    def derivative(self, logits: Array) -> Array:
        return np.cos(logits)


@pytest.mark.filterwarnings("ignore:this training runs on the reference engine")
def test_ones_own_activation_must_be_trusted(path: Path) -> None:
    model = MLPClassifier((5,), activation=Sine(), solver="lbfgs", random_state=0, max_iter=50)
    model.set_params(max_iter=2000).fit(X, y)
    save(model, path)
    with pytest.raises(ModelFileError, match="Sine"):
        load(path)
    loaded = load(path, trusted=[f"{Sine.__module__}.Sine"])
    np.testing.assert_array_equal(loaded.predict_proba(X), model.predict_proba(X))


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_layers_of_several_kinds_come_back(path: Path) -> None:
    model = MLPClassifier((5,), random_state=0, max_iter=2).fit(X, y)
    loss = model.network_.loss
    model.network_ = tabular_network(
        X.shape[1],
        [5],
        model.network_.n_outputs,
        activation=selu,
        loss=loss,
        seed=0,
        levels={1: 4},
        periodic=[0],
        parametric=True,
        n_submodels=2,
    )
    parameters = np.random.default_rng(0).normal(size=model.network_.n_parameters)
    model.network_ = model.network_.with_parameters(parameters)
    save(model, path)
    loaded = load(path)
    assert loaded.network_.layers == model.network_.layers
    np.testing.assert_array_equal(loaded.predict_proba(X), model.predict_proba(X))


def _spoil(model: TabularMLPClassifier, number: int, kind: type, **fields: Any) -> None:
    network = model.networks_[number]
    layer = next(layer for layer in network.layers if isinstance(layer, kind))
    for name, value in fields.items():
        object.__setattr__(layer, name, value)


@pytest.mark.parametrize("number", [0, -1])
@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (Embedding, {"n_levels": (4, -2)}),
        (Embedding, {"n_levels": (-1, -1), "width": -1}),
        (Periodic, {"n_frequencies": -3}),
        (Periodic, {"columns": (99,)}),
        (Dense, {"n_in": 1}),
        (Dense, {"n_out": 1000}),
    ],
    ids=str,
)
def test_layers_that_cannot_be_never_reach_the_engine(
    path: Path, number: int, kind: type, fields: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = np.column_stack([X, np.arange(len(X)) % 4, np.arange(len(X)) % 3])
    levels = {X.shape[1]: 4, X.shape[1] + 1: 3}
    model = TabularMLPClassifier(
        (4,), n_members=2, max_iter=1, with_line=False, levels=levels, periodic=True, random_state=0
    ).fit(rows, y)
    _spoil(model, number, kind, **fields)
    save(model, path)
    calls: list[Any] = []
    for name in ("forward", "predict_proba"):
        monkeypatch.setattr(engine, name, lambda *arguments: calls.append(arguments))
    with pytest.raises(ModelFileError, match="not an intact model file"):
        load(path)
    assert calls == []


def test_a_network_that_stands_beside_those_of_an_ensemble_fits_them(path: Path) -> None:
    model = MLPClassifier((2,), solver="lbfgs", tol=1.0, n_members=2, random_state=0).fit(X, y)
    model.network_ = Network.build(
        5, [2], 3, activation=selu, loss=model.network_.loss, seed=0, dtype=X.dtype
    )
    save(model, path)
    with pytest.raises(ModelFileError, match="from 5 features to 3 logits, instead of 4 to 3"):
        load(path)


def test_only_estimators_of_errorest_are_saved(path: Path) -> None:
    with pytest.raises(TypeError, match="LinearRegression"):
        save(LinearRegression(), path)
    with pytest.raises(TypeError, match="LinearRegression"):
        save(make_pipeline(StandardScaler(), LinearRegression()).fit(X, y), path)


UNFITTED = [Perceptron(), TableClassifier(), make_pipeline(StandardScaler(), Perceptron())]


@pytest.mark.parametrize("model", UNFITTED, ids=lambda model: type(model).__name__)
def test_only_fitted_estimators_are_saved(model: Any, path: Path) -> None:
    with pytest.raises(NotFittedError, match="not fitted"):
        save(model, path)
    assert not path.exists()
