"""``errorest export``: a saved model as ONNX."""

import json
from pathlib import Path
from typing import Any

import pytest

from errorest import Perceptron, TableClassifier, datasets, save

onnx = pytest.importorskip("onnx", reason="needs the extra 'onnx'")


def test_a_table_model(run: Any, tmp_path: Path) -> None:
    admissions = datasets.load("admissions")
    table, target = admissions.frame.drop(columns="admitted"), admissions.frame["admitted"]
    save(TableClassifier(random_state=0).fit(table, target), tmp_path / "students.skops")
    outcome = run("export", "students.skops")
    assert outcome.status == 0
    assert outcome.out == "Saved students.onnx.\n"
    assert "it takes 2 columns" in outcome.err
    onnx.checker.check_model(onnx.load(tmp_path / "students.onnx"), full_check=True)
    again = run("export", "students.skops")
    assert again.status == 2
    assert "--force" in again.err
    outcome = run("export", "students.skops", "--force", "--json")
    assert json.loads(outcome.out) == {
        "file": "students.onnx",
        "classes": ["no", "yes"],
        "columns": [
            {"input": name, "column": name, "kind": "number"} for name in ("test", "grades")
        ],
    }


def test_bad_input(run: Any, tmp_path: Path) -> None:
    save(Perceptron().fit([[9, 8], [3, 4]], [1, 0]), tmp_path / "line.skops")
    save(Perceptron().fit([[9, 8], [3, 4]], [1, 0]), tmp_path / "line.onnx")
    (tmp_path / "broken.skops").write_bytes(b"not a model")
    for arguments, word in (
        (["nothing.skops"], "no model file"),
        (["broken.skops"], "is no model file"),
        (["line.skops", "-o", "line.skops"], "line.skops"),
        (["line.onnx", "--force"], "line.onnx is an input"),
        (["line.skops", "-o", "nowhere/line.onnx"], "nowhere"),
        (["line.skops", "-o", "line.txt"], "must end in .onnx"),
    ):
        outcome = run("export", *arguments)
        assert outcome.status == 2
        assert word in outcome.err
        assert len(outcome.err.splitlines()) == 1
