"""Pipelines as ONNX: scikit-learn's steps, and the network behind them."""

import json
import sys
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.decomposition import PCA
from sklearn.exceptions import NotFittedError
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, SplineTransformer, StandardScaler

from errorest import LogisticRegression, MLPClassifier, TableClassifier
from errorest.exceptions import ErrorestError
from errorest.files import to_onnx

onnx = pytest.importorskip("onnx", reason="needs onnx, skl2onnx and onnxruntime")
onnxruntime = pytest.importorskip("onnxruntime", reason="needs onnx, skl2onnx and onnxruntime")
pytest.importorskip("skl2onnx", reason="needs onnx, skl2onnx and onnxruntime")

RNG = np.random.default_rng(0)
X = RNG.normal(100, 30, size=(200, 4)).astype(np.float32)
LABELS = np.where(X[:, 0] * X[:, 1] > 1e4, "large", "small")


@pytest.mark.parametrize(
    "steps",
    [
        [StandardScaler()],
        [SimpleImputer(), MinMaxScaler(), "passthrough", PCA(3)],
        ["passthrough"],
        [],
    ],
    ids=["scaled", "imputed", "as it is", "alone"],
)
@pytest.mark.parametrize(
    "last",
    [
        MLPClassifier((5,), solver="lbfgs", max_iter=2000, random_state=0),
        LogisticRegression(max_iter=5000),
    ],
    ids=["network", "line"],
)
def test_a_pipeline_answers_as_in_python(steps: list[Any], last: Any) -> None:
    are_missing = (RNG.random(X.shape) < 0.1) & any(isinstance(s, SimpleImputer) for s in steps)
    rows = np.where(are_missing, np.nan, X)
    model = make_pipeline(*steps, last).fit(rows, LABELS)
    proto = to_onnx(model)
    onnx.checker.check_model(proto, full_check=True)
    session = onnxruntime.InferenceSession(proto.SerializeToString())
    labels, probabilities = session.run(None, {"X": rows.astype(np.float32)})
    expected = model.predict_proba(rows)
    np.testing.assert_allclose(probabilities, expected, rtol=1e-3, atol=1e-4)
    is_sure = np.abs(expected[:, 0] - 0.5) > 1e-3
    np.testing.assert_array_equal(labels[is_sure], model.predict(rows)[is_sure])


def test_its_columns_are_told() -> None:
    table = pd.DataFrame(X, columns=[*"abcd"])
    for scaler in (StandardScaler(), StandardScaler().set_output(transform="pandas")):
        model = make_pipeline(scaler, LogisticRegression(max_iter=5000)).fit(table, LABELS)
        props = {one.key: json.loads(one.value) for one in to_onnx(model).metadata_props}
        assert props == {"classes": ["large", "small"], "inputs": [*"abcd"]}


def test_what_cannot_be_exported(monkeypatch: pytest.MonkeyPatch) -> None:
    line = LogisticRegression(max_iter=5000)
    with pytest.raises(NotFittedError):
        to_onnx(make_pipeline(StandardScaler(), line))
    for model, problem in (
        (make_pipeline(SplineTransformer(), line), r"SplineTransformer.*: export its last step"),
        (TableClassifier(make_pipeline(StandardScaler(), line)), "that holds a pipeline"),
        (make_pipeline("passthrough", TableClassifier(line)), "in front of a TableClassifier"),
    ):
        with pytest.raises(TypeError, match=problem) as refused:
            to_onnx(model.fit(X, LABELS))
        assert len(str(refused.value).splitlines()) == 1
    monkeypatch.setitem(sys.modules, "skl2onnx", None)
    with pytest.raises(ErrorestError, match=r"pip install 'errorest\[onnx\]'"):
        to_onnx(make_pipeline(StandardScaler(), line).fit(X, LABELS))
