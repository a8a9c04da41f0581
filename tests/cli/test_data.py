"""``errorest data``: example tables."""

import json
from pathlib import Path
from typing import Any


def test_a_table_is_written_and_not_over_a_file(run: Any) -> None:
    written = run("data", "xor", "--seed", "1")
    assert written.err == "xor.csv: 200 rows of xor (simulated; CC0), target 'label'.\n"
    before = Path("xor.csv").read_bytes()
    refused = run("data", "xor")
    assert (refused.status, refused.out) == (2, "")
    assert Path("xor.csv").read_bytes() == before
    facts = json.loads(run("data", "xor", "--force", "--json").out)
    assert (facts["file"], facts["n_rows"], facts["target"]) == ("xor.csv", 200, "label")
    # Another seed draws other points.
    assert Path("xor.csv").read_bytes() != before


def test_what_cannot_be_written_is_one_line(run: Any) -> None:
    for arguments, reason in {
        ("-o", "points.csv"): "name the table for points.csv",
        ("xor", "--seed", "-1"): "seed is -1: give 0 or a positive integer",
    }.items():
        refused = run("data", *arguments)
        assert (refused.status, refused.out) == (2, "")
        assert reason in refused.err
        assert refused.err.count("\n") == 1
    assert not list(Path().iterdir())


def test_where_a_table_comes_from_is_said(run: Any) -> None:
    written = run("data", "iris", "-o", "flowers.csv")
    assert written.err.startswith("flowers.csv: 150 rows of iris (UCI Machine Learning Repository")
