"""A report of a saved model, on the command line."""

import json
from pathlib import Path
from typing import Any

import pytest


def test_a_report(run: Any, iris_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = run("report", iris_model, "iris.csv", "--json")
    assert written.status == 0, written.err
    assert json.loads(written.out) == {"file": "iris.html", "n_rows": 150}
    # Where there is no terminal, no progress is shown.
    assert written.err == ""
    page = Path("iris.html").read_text(encoding="utf-8")
    assert "<h1>iris.skops on iris.csv</h1>" in page
    for fact in ("LogisticRegression", "scikit-learn", "petal length (cm)", "instruction set"):
        assert fact in page
    assert run("report", iris_model, "iris.csv").status == 2
    monkeypatch.setattr("errorest.report.build_report", lambda *_, seed, **__: f"of {seed}")
    assert run("report", iris_model, "iris.csv", "--force", "--seed", "7").status == 0
    assert Path("iris.html").read_text(encoding="utf-8") == "of 7"
