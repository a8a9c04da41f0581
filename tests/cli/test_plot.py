"""Pictures of saved models, on the command line."""

import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from PIL import Image
from sklearn.naive_bayes import GaussianNB

from errorest import MLPClassifier, TableClassifier, save
from errorest.estimators import TabularMLPClassifier

ALONE = ("network", "weights", "loss")
ON_A_TABLE = (
    *("network", "boundary", "confusion", "roc", "precision-recall", "reliability"),
    "error-surface",
)

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
    assert drawn.err == ""


def test_an_error_surface_in_space(run: Any, iris_model: Path) -> None:
    drawn = run("plot", iris_model, "iris.csv", "-k", "error-surface-3d", "-o", "a.svg")
    assert drawn.status == 0, drawn.err
    assert "axis3d" in Path("a.svg").read_text()


def test_a_row_on_the_network(run: Any, iris_model: Path) -> None:
    drawn = run("plot", iris_model, "iris.csv", "-k", "trace", "--row", "150", "-o", "a.svg")
    assert drawn.status == 0, drawn.err
    assert "<!-- virginica (y = 1) -->" in Path("a.svg").read_text()
    assert "no row 151" in run("plot", iris_model, "iris.csv", "-k", "trace", "-r", "151").err


@pytest.mark.usefixtures("iris_model", "short_films")
@pytest.mark.parametrize("kind", ["boundary", "error-surface"])
def test_films_of_a_training(run: Any, kind: str) -> None:
    trained = ("train", "iris.csv", "-t", "species", "-m", "logistic", "--epochs", "3")
    assert run(*trained, "-o", "short.skops").status == 0
    asked = ("plot", "short.skops", "iris.csv", "-k", kind, "-o", "a.gif", "--dark")
    Path("a.gif").write_text("mine")
    assert run(*asked).status == 2
    assert Path("a.gif").read_text() == "mine"
    drawn = run(*asked, "--force")
    assert drawn.status == 0, drawn.err
    assert "The film is in a.gif" in drawn.err
    with Image.open("a.gif") as film:
        assert film.format == "GIF"
        assert film.convert("RGB").getpixel((0, 0)) == (0, 0, 0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("-k", "roc", "-o", "a.gif"), "must end in .png, .svg, .pdf to"),
        (("-k", "boundary", "-o", "a.avi"), "must end in .png, .svg, .pdf, .gif, .mp4 to"),
        (("-k", "trace"), "needs --row"),
        (("-k", "boundary", "--feature", "petal_width_cm"), "give --feature twice"),
        (
            ("-k", "boundary", "--feature", "petal width (cm)", "--feature", "petal width (cm)"),
            "for two columns",
        ),
        (("-k", "roc", "--row", "1"), "which no other kind takes"),
    ],
)
def test_what_cannot_be_drawn(
    run: Any, iris_model: Path, arguments: tuple[str, ...], message: str
) -> None:
    refused = run("plot", iris_model, "iris.csv", *arguments)
    assert refused.status == 2
    assert message in refused.err
    assert len(refused.err.splitlines()) == 1


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
    run("train", penguins, "-t", "species", "-m", "mlp", "--hidden", "40", "--epochs", "1")
    assert "too large" in run("plot", "penguins.skops").err
    assert run("plot", "penguins.skops", "-k", "activation").status == 0
    explained = run("explain", "penguins.skops", penguins, "--row", "1", "--json").out
    units = [table for table in json.loads(explained)["tables"] if "layer 1" in table["title"]]
    assert len(units[0]["rows"]) == 40


def test_a_model_of_one_column(run: Any) -> None:
    # Between signs of $, this would be a formula, and a wrong one.
    table = pd.DataFrame({r"$\cost$": [1.5, 2, 3, 4.5] * 10, "label": list("aabb") * 10})
    table.to_csv("t.csv", index=False)
    run("train", "t.csv", "-t", "label", "--model", "logistic")
    drawn = run("plot", "t.skops", "t.csv", "-k", "boundary", "-o", "a.svg")
    assert drawn.status == 0, drawn.err
    assert "<!-- probability of b -->" in Path("a.svg").read_text()


def test_pictures_of_a_perceptron(run: Any, iris_model: Path) -> None:
    run("train", "iris.csv", "-t", "species", "-m", "perceptron", "-o", "p.skops")
    for kind in ("boundary", "roc", "loss"):
        assert run("plot", "p.skops", "iris.csv", "-k", kind).status == 0


def saved(name: str, estimator: Any, labels: list[str]) -> tuple[str, str]:
    """Save a model of a small table, and the table beside it."""
    X = pd.DataFrame({"x": [1.5, 2, 3, 4.5] * 10, "z": [4.0, 1, 3, 2] * 10})
    # One row is of another class than its like, so that no column gives the target away.
    y = pd.Series([*(labels * 10)[:-1], labels[0]], name="label")
    save(TableClassifier(estimator).fit(X, y), f"{name}.skops")
    X.assign(label=y).to_csv(f"{name}.csv", index=False)
    return f"{name}.skops", f"{name}.csv"


def test_a_model_of_one_class(run: Any) -> None:
    network = MLPClassifier((2,), solver="lbfgs", random_state=0)
    model, table = saved("one", network, ["yes"] * 4)
    evaluated = run("evaluate", model, table)
    assert (evaluated.status, evaluated.err) == (0, "")
    assert "1.0000" in evaluated.out
    for kind in ("network", "loss", "boundary", "confusion"):
        drawn = run("plot", model, table, "-k", kind)
        assert drawn.status == 0, drawn.err
        assert drawn.err == f"The picture is in one-{kind}.png.\n"
    for kind in ("roc", "precision-recall", "reliability"):
        refused = run("plot", model, table, "-k", kind)
        assert refused.status == 2
        assert "all rows, or none, are of class" in refused.err


def test_each_parametric_layer_has_activations_of_its_own(run: Any) -> None:
    networks = TabularMLPClassifier((4, 4), n_members=2, max_iter=1, with_line=False)
    model, _ = saved("own", networks, ["a", "a", "b", "b"])
    drawn = run("plot", model, "-k", "activation", "-o", "a.svg")
    assert drawn.status == 0, drawn.err
    titles = re.findall(r"<!-- (layer \d): z \+ alpha", Path("a.svg").read_text())
    assert titles == ["layer 1", "layer 2"]


def test_a_foreign_classifier(run: Any) -> None:
    model, table = saved("foreign", GaussianNB(), ["a", "a", "b", "b"])
    shown = run("info", model)
    assert (shown.status, shown.err) == (0, "")
    assert "GaussianNB" in shown.out
    for kind in ("network", "weights", "loss", "activation", "error-surface"):
        refused = run("plot", model, table, "-k", kind)
        assert refused.status == 2, kind
        assert len(refused.err.splitlines()) == 1
    assert run("plot", model, table, "-k", "boundary").status == 0


def test_of_an_ensemble_it_says_which_network_it_shows(run: Any) -> None:
    network = MLPClassifier((2,), solver="lbfgs", n_members=3, random_state=0)
    model, table = saved("three", network, ["a", "a", "b", "b"])
    for shown in (("plot", model), ("explain", model, table, "--row", "1")):
        assert "3 networks are averaged; this is one of the networks" in run(*shown).err
    assert "3" in run("info", model).out.split("\nnetworks")[1].splitlines()[0]
    assert "n_members=1" in run("plot", model, table, "-k", "error-surface").err
