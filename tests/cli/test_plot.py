"""Pictures of saved models, on the command line."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

ALONE = ("network", "weights", "loss")
ON_A_TABLE = ("network", "boundary", "confusion", "roc", "precision-recall", "reliability")

SIGNATURES = {".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF"}


@pytest.mark.parametrize("kind", ALONE)
def test_pictures_of_a_model_alone(run: Any, iris_model: Path, kind: str) -> None:
    drawn = run("plot", iris_model, "--kind", kind)
    assert drawn.status == 0, drawn.err
    assert Path(f"iris-{kind}.png").read_bytes().startswith(SIGNATURES[".png"])
    assert f"iris-{kind}.png" in drawn.err


@pytest.mark.parametrize("kind", ON_A_TABLE)
def test_pictures_on_a_table(run: Any, iris_model: Path, kind: str) -> None:
    drawn = run("plot", iris_model, "iris.csv", "--kind", kind, "--json")
    assert json.loads(drawn.out) == {"file": f"iris-{kind}.png", "kind": kind}


@pytest.mark.parametrize("suffix", SIGNATURES)
def test_the_file_type_follows_the_name(run: Any, iris_model: Path, suffix: str) -> None:
    assert run("plot", iris_model, "-k", "weights", "-o", f"a{suffix}", "--dark").status == 0
    assert Path(f"a{suffix}").read_bytes().startswith(SIGNATURES[suffix])


def test_axes_have_the_names_of_the_tables_columns(run: Any, penguins: Path) -> None:
    run("train", penguins, "-t", "species", "--model", "logistic")
    drawn = run(
        *("plot", "penguins.skops", penguins, "-k", "boundary", "-o", "a.svg"),
        *("--feature", "body_mass_g", "--feature", "island"),
    )
    assert drawn.status == 0, drawn.err
    # Matplotlib keeps each text as a comment beside its glyphs.
    drawing = Path("a.svg").read_text()
    for name in ("body_mass_g", "island", "Torgersen"):
        assert f"<!-- {name} -->" in drawing


def test_a_network_too_large_to_draw_is_a_summary_and_says_so(run: Any, penguins: Path) -> None:
    run("train", penguins, "-t", "species", "--hidden", "40", "--epochs", "1")
    assert "too large" in run("plot", "penguins.skops").err
    assert run("plot", "penguins.skops", "-k", "activation").status == 0


def test_a_model_of_one_column(run: Any) -> None:
    pd.DataFrame({"x": [1.5, 2, 3, 4.5] * 10, "label": list("aabb") * 10}).to_csv(
        "t.csv", index=False
    )
    run("train", "t.csv", "-t", "label", "--model", "logistic")
    drawn = run("plot", "t.skops", "t.csv", "-k", "boundary", "-o", "a.svg")
    assert drawn.status == 0, drawn.err
    assert "<!-- probability of b -->" in Path("a.svg").read_text()


def test_pictures_of_a_perceptron(run: Any, iris_model: Path) -> None:
    run("train", "iris.csv", "-t", "species", "-m", "perceptron", "-o", "p.skops")
    for kind in ("boundary", "roc", "loss"):
        assert run("plot", "p.skops", "iris.csv", "-k", kind).status == 0
