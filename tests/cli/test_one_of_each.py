"""What is said of one row, one copy, one column or one iteration is grammatical."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

RNG = np.random.default_rng(0)
QUICKLY = "-t", "class", "-m", "logistic", "--epochs", "1"


def test_one_row(run: Any) -> None:
    table = pd.DataFrame({"x": RNG.normal(size=20), "class": [*"aabb" * 5]})
    table.to_csv("table.csv", index=False)
    table.head(1).to_csv("one.csv", index=False)
    pd.DataFrame({"z": [1]}).to_csv("other.csv", index=False)

    model = "table.skops"
    assert "Trained on 16 rows for 1 iteration." in run("train", "table.csv", *QUICKLY).out
    assert "table.skops on 1 row of one.csv:" in run("evaluate", model, "one.csv").out
    assert run("predict", model, "one.csv", "-o", "p.csv").err == "Wrote 1 prediction to p.csv.\n"
    assert "one.csv has 1 row: there is no row 2" in run("explain", model, "one.csv", "-r", "2").err
    assert "lacks 1 of 1 needed column: 'x'" in run("predict", model, "other.csv").err
    assert "takes 1 column," in run("export", model).err
    assert run("report", model, "one.csv").status == 0
    assert "on 1 row. If" in Path("table.html").read_text(encoding="utf-8")


def test_one_copy(run: Any) -> None:
    table = pd.DataFrame(RNG.normal(size=(60, 4)), columns=[*"abcd"]).assign(label=[*"xy" * 30])
    pd.concat([table, table.head(1)]).to_csv("table.csv", index=False)
    trained = run("train", "table.csv", "-t", "label", *QUICKLY[2:])
    assert "note: 1 of 61 rows repeats another; copies" in trained.err
