"""From a CSV file to a trained, saved, predicting model, on the command line."""

import io
import json
import re
import subprocess
import sys
import warnings
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import sklearn.linear_model
from PIL import Image
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from errorest import LogisticRegression, Perceptron, save


def test_penguins_from_table_to_predictions(run: Any, penguins: Path) -> None:
    trained = run("train", penguins, "--target", "species", "--json")
    assert (trained.status, trained.err) == (0, "")
    facts = json.loads(trained.out)
    figures = facts["evaluations"]["this model"]
    assert facts["n_training_rows"] + facts["n_held_back_rows"] == 344
    # A fifth of each class is held back.
    assert [sum(row) for row in figures["confusion"]] == pytest.approx([30.4, 13.6, 24.8], abs=1)
    assert facts["n_held_back_rows"] == sum(map(sum, figures["confusion"]))
    assert figures["accuracy"] >= 0.97
    # It knows how frequent the classes are, if nothing else.
    majority = facts["evaluations"]["majority class"]
    shares = np.array([152, 68, 124]) / 344
    assert majority["log_loss"] == pytest.approx(-(shares * np.log(shares)).sum(), rel=0.02)
    assert figures["log_loss"] < majority["log_loss"] / 5

    evaluated = json.loads(run("evaluate", "penguins.skops", penguins, "--json").out)
    assert evaluated["n_rows"] == 344
    assert sum(map(sum, evaluated["confusion"])) == 344

    predicted = run("predict", "penguins.skops", penguins, "-o", "predictions.csv")
    assert predicted.status == 0
    table = pd.read_csv("predictions.csv")
    columns = [f"probability_{name}" for name in ("Adelie", "Chinstrap", "Gentoo")]
    assert list(table.columns[-4:]) == ["prediction", *columns]
    assert table[columns].sum(axis=1).to_numpy() == pytest.approx(1)
    assert (table["prediction"] == table["species"]).mean() == pytest.approx(evaluated["accuracy"])
    records = json.loads(run("predict", "penguins.skops", penguins, "--json").out)
    assert [record["prediction"] for record in records] == table["prediction"].tolist()
    told = run("predict", "penguins.skops", penguins, "-o", "again.csv", "--json").out
    assert json.loads(told) == {"output": "again.csv", "n_rows": 344}


def test_same_seed_same_model(run: Any, penguins: Path) -> None:
    for output in ("a.skops", "b.skops"):
        run("train", penguins, "-t", "species", "-o", output, "--epochs", "5", "--seed", "3")
        run("predict", output, penguins, "-o", f"{output}.csv")
    assert Path("a.skops.csv").read_bytes() == Path("b.skops.csv").read_bytes()


def test_networks_and_their_line_are_counted_alike_everywhere(run: Any, penguins: Path) -> None:
    options = ["-t", "species", "-m", "network", "--hidden", "8", "--epochs", "60"]
    trained = run("train", penguins, *options)
    told = re.search(r"share of (\d+)%, and (\d+) networks \(snapshots of (\d+)\)", trained.out)
    assert told, trained.out
    share, n_networks, n_trained = map(int, told.groups())
    facts = json.loads(run("info", "penguins.skops", "--json").out)
    assert facts["networks"] == n_networks
    assert facts["networks_trained"] == n_trained
    assert facts["logistic_regression_share"] == pytest.approx(share / 100, abs=0.005)
    explained = run("explain", "penguins.skops", penguins, "--row", "1")
    assert f"{n_networks} networks and a logistic regression together predict" in explained.out
    assert f"{n_networks} networks and a logistic regression are averaged" in explained.err
    as_json = json.loads(run("explain", "penguins.skops", penguins, "--row", "1", "--json").out)
    assert as_json["n_averaged"] == n_networks + 1


def test_iterations_are_not_called_epochs(run: Any, penguins: Path) -> None:
    run("train", penguins, "-t", "species", "-m", "logistic")
    facts = json.loads(run("info", "penguins.skops", "--json").out)
    assert facts["iterations"] > 1
    assert "epochs" not in facts


@pytest.mark.parametrize("model", ["perceptron", "logistic", "mlp", "network"])
def test_every_kind_of_model(run: Any, penguins: Path, model: str) -> None:
    trained = run("train", penguins, "-t", "species", "--model", model, "--epochs", "30")
    assert trained.status == 0, trained.err
    assert "Trained on 275 rows" in trained.out
    assert "On 69 test rows" in trained.out
    assert ("15% of them were set aside" in trained.out) == (model == "mlp")
    assert "majority class" in trained.out
    assert "predicted Gentoo" in trained.out
    predicted = run("predict", "penguins.skops", penguins)
    header = predicted.out.splitlines()[0]
    assert ("probability_Adelie" in header) == (model != "perceptron")
    assert run("explain", "penguins.skops", penguins, "--row", "1").status == 0


def test_a_line_is_kept_where_a_line_is_enough(run: Any) -> None:
    rng = np.random.default_rng(0)
    x, z = rng.normal(size=(2, 300))
    line = rng.random(300) < 1 / (1 + np.exp(-2 * x))
    for name, label in {"line": line, "ring": x**2 + z**2 < 1}.items():
        pd.DataFrame({"x": x, "z": z, "label": label}).to_csv(f"{name}.csv", index=False)
    facts = json.loads(run("train", "line.csv", "-t", "label", "--json").out)
    assert facts["kind"] == facts["selection"]["kept"].split()[0] == "logistic"
    assert list(facts["selection"]["log_losses"]) == ["logistic regression", "network"]
    # It is not compared with itself.
    assert list(facts["evaluations"]) == ["this model", "network", "majority class"]
    trained = run("train", "ring.csv", "-t", "label")
    assert "Kept: the network does better by more than one standard error." in trained.out
    assert "this model" in trained.out
    assert "\nlogistic regression" in trained.out
    assert "TabularMLPClassifier" in run("info", "ring.skops").out


def test_a_line_is_as_steep_as_rows_that_it_has_not_seen_allow(run: Any) -> None:
    run("data", "iris")
    settings = ("-t", "species", "--force", "--json")
    alone = json.loads(run("train", "iris.csv", *settings, "-m", "logistic").out)
    C = json.loads(run("info", "iris.skops", "--json").out)["C"]
    assert C in (10, 100)
    table = pd.read_csv("iris.csv")
    X, y = table.drop(columns="species"), table["species"]
    usual = make_pipeline(StandardScaler(), sklearn.linear_model.LogisticRegression())
    losses = -cross_val_score(usual, X, y, cv=5, scoring="neg_log_loss")
    chosen = json.loads(run("train", "iris.csv", *settings).out)
    assert chosen["selection"]["log_losses"]["logistic regression"] < losses.mean()
    assert chosen["selection"]["kept"] == "logistic regression"
    # It is the same line that others are compared with.
    beside = json.loads(run("train", "iris.csv", *settings, "-m", "perceptron").out)
    line = alone["evaluations"]["this model"]
    assert beside["evaluations"]["logistic regression"] == line
    assert f"C = {C:g}" in run("train", "iris.csv", "-t", "species", "--force").out


def test_a_tiny_table_gets_a_line(run: Any) -> None:
    Path("tiny.csv").write_text("x,y\n1.5,a\n2.5,a\n7.5,b\n8.5,b\n")
    trained = run("train", "tiny.csv", "-t", "y", "--validation-share", "0.5")
    assert trained.status == 0, trained.err
    assert "this model" in trained.out
    # No row could be held back to choose anything.
    assert "Cross-validation" not in trained.out
    assert "LogisticRegression" in run("info", "tiny.skops").out


def test_a_limited_time_leaves_a_model(run: Any, penguins: Path) -> None:
    trained = run("train", penguins, "-t", "species", "-m", "network", "--minutes", "1e-9")
    assert trained.status == 0, trained.err
    assert "time limit reached" in trained.err
    assert "Trained on 275 rows: logistic regression, without networks" in trained.out
    assert run("predict", "penguins.skops", penguins, "-o", "p.csv").status == 0


def test_explain_shows_the_chain_rule(run: Any, iris_model: Path) -> None:
    explained = run("explain", iris_model, "iris.csv", "--row", "1")
    assert "Backpropagation, layer 1" in explained.out
    unlabelled = pd.read_csv("iris.csv").drop(columns="species")
    unlabelled.to_csv("unlabelled.csv", index=False)
    explained = run("explain", iris_model, "unlabelled.csv", "--row", "1")
    assert explained.status == 0
    assert "Backpropagation" not in explained.out
    unlabelled.assign(species=None).to_csv("open.csv", index=False)
    explained = run("explain", iris_model, "open.csv", "--row", "1")
    assert "its class is not given" in explained.out
    # The target was there in training.
    assert explained.err == ""


def test_explain_follows_one_weight(run: Any, iris_model: Path) -> None:
    explain = ("explain", iris_model, "iris.csv", "--row", "1")
    rule = ("--weight", "petal width (cm)", "setosa")
    shown = run(*explain, *rule).out
    assert "predicted 'setosa'" in shown
    assert "The chain rule for petal width (cm) → setosa" in shown
    assert run(*explain, *rule, "--latex").out.startswith(r"\[ \frac{\partial J}{\partial w}")
    assert r"\[ z^{(1)}_{1} = " in run(*explain, "--latex").out
    facts = json.loads(run(*explain, *rule, "--json").out)
    (factors,) = facts["chain_rule"]
    assert factors["rows"][-1][:2] == ["dJ/dw", "their product"]


def test_explain_draws_the_row_on_the_network(run: Any, iris_model: Path) -> None:
    Path("row.png").write_text("mine")
    asked = ("explain", iris_model, "iris.csv", "--row", "1", "-o", "row.png", "--dark")
    assert run(*asked).status == 2
    assert Path("row.png").read_text() == "mine"
    explained = run(*asked, "--force")
    assert explained.status == 0
    assert "The picture is in row.png." in explained.err
    assert Image.open("row.png").convert("RGB").getpixel((0, 0)) == (0, 0, 0)


def test_likelihood_of_two_models_side_by_side(run: Any, iris_model: Path) -> None:
    run(
        "train",
        "iris.csv",
        "-t",
        "species",
        "--model",
        "logistic",
        "--epochs",
        "1",
        "-o",
        "b.skops",
    )
    shown = run("likelihood", iris_model, "b.skops", "iris.csv").out
    assert "p, iris.skops" in shown
    assert "p, b.skops" in shown
    assert "130 others" in shown
    facts = json.loads(run("likelihood", iris_model, "b.skops", "iris.csv", "--json").out)
    evaluated = json.loads(run("evaluate", iris_model, "iris.csv", "--json").out)
    assert facts[0]["cross_entropy"] == pytest.approx(150 * evaluated["log_loss"], rel=1e-6)
    assert facts[0]["cross_entropy"] < facts[1]["cross_entropy"]
    assert len(facts[0]["probabilities"]) == 150


def test_info_names_the_engine_and_looks_into_models(run: Any, iris_model: Path) -> None:
    assert "engine" in json.loads(run("info", "--json").out)
    save(Perceptron().fit([[1, 2], [1, 0]], ["b, c", "a"]), "line.skops")
    assert "a, b, c\n" in run("info", "line.skops").out
    facts = json.loads(run("info", "line.skops", "--json").out)
    assert (facts["estimator"], facts["classes"]) == ("Perceptron", ["a", "b, c"])
    assert (facts["networks"], facts["parameters_per_network"]) == (1, 3)
    save(LogisticRegression(C=np.inf).fit([[1], [2], [3]], [0, 1, 0]), "free.skops")
    # JSON has no infinity.
    assert '"C": "inf"' in run("info", "free.skops", "--json").out
    facts = json.loads(run("info", iris_model, "--json").out)
    assert facts["target"] == "species"
    assert facts["layers"] == "4 - 3"


def test_data_lists_every_example_table(run: Any) -> None:
    listed = {info["name"] for info in json.loads(run("data", "--json").out)}
    assert {"penguins", "iris", "wine", "breast_cancer", "digits", "admissions", "xor"} <= listed


def test_recognition_can_be_overruled(run: Any, penguins: Path) -> None:
    trained = run("train", penguins, "-t", "species", "--column", "year=category", "--json")
    kinds = {column["name"]: column["kind"] for column in json.loads(trained.out)["columns"]}
    assert kinds["year"] == "category"


def test_rows_without_target_are_left_out_and_said(run: Any, penguins: Path) -> None:
    table = pd.read_csv(penguins)
    table.loc[[3, 10], "species"] = None
    table.to_csv(penguins, index=False)
    trained = run("train", penguins, "-t", "species", "--model", "logistic", "--json")
    facts = json.loads(trained.out)
    assert facts["n_training_rows"] + facts["n_held_back_rows"] == 342
    assert "2 rows are left out" in trained.err
    table.loc[[3], "species"] = "Adelie"
    table.to_csv(penguins, index=False)
    evaluated = run("evaluate", "penguins.skops", penguins)
    assert "row 11 is left out, since its target 'species' is missing" in evaluated.err


def test_row_numbers_are_not_learned_from(run: Any, penguins: Path) -> None:
    table = pd.read_csv(penguins)
    table.index += 1
    table.to_csv("numbered.csv")
    trained = run("train", "numbered.csv", "-t", "species", "--model", "logistic", "--json")
    first = json.loads(trained.out)["columns"][0]
    assert (first["kind"], first["used"]) == ("identifier", False)


def test_the_schema_shown_is_that_of_the_whole_table(run: Any, penguins: Path) -> None:
    trained = run("train", penguins, "-t", "species", "--model", "logistic", "--json")
    n_missing = {
        column["name"]: column["n_missing"] for column in json.loads(trained.out)["columns"]
    }
    assert sum(n_missing.values()) == 19
    assert n_missing["sex"] == 11


def test_a_note_is_said_once(run: Any, iris_model: Path) -> None:
    table = pd.read_csv("iris.csv").assign(colour="blue")
    table.to_csv("more.csv", index=False)
    assert run("evaluate", iris_model, "more.csv").err.count("'colour'") == 1


def test_warnings_to_developers_are_not_shown(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    class Both(UserWarning, DeprecationWarning):
        pass

    def installation() -> dict[str, str]:
        for category in (Both, DeprecationWarning, FutureWarning, UserWarning):
            warnings.warn(f"a {category.__name__}", category, stacklevel=1)
        return {"engine": "none"}

    monkeypatch.setattr("errorest.cli.info.installation", installation)
    assert run("info").err == "note: a UserWarning\n"


def test_fractional_labels(run: Any) -> None:
    rows = "".join(f"{i / 7},{(0, 1, 1.5)[i % 3]}\n" for i in range(60))
    Path("some.csv").write_text("x,grade\n" + rows)
    assert run("train", "some.csv", "-t", "grade", "--model", "logistic").status == 0
    Path("whole.csv").write_text("x,grade\n1.5,0\n2.5,1\n")
    evaluated = run("evaluate", "some.skops", "whole.csv", "--json")
    assert json.loads(evaluated.out)["n_rows"] == 2
    assert "its class is '0'" in run("explain", "some.skops", "some.csv", "--row", "1").out


def test_many_classes_show_the_largest_confusions(run: Any) -> None:
    run("data", "digits")
    run("train", "digits.csv", "-t", "digit", "--model", "logistic", "--epochs", "3")
    assert "predicted 9" in run("evaluate", "digits.skops", "digits.csv").out
    letters = "".join(f"{i % 12},{i},{chr(97 + i % 12)}\n" for i in range(240))
    Path("letters.csv").write_text("x,y,letter\n" + letters)
    run("train", "letters.csv", "-t", "letter", "--model", "logistic", "--epochs", "2")
    assert "largest confusions" in run("evaluate", "letters.skops", "letters.csv").out


@pytest.mark.parametrize("share", ["0.2", "0.8"])
def test_a_class_of_two_rows_is_learned_and_measured(run: Any, share: str) -> None:
    rng = np.random.default_rng(0)
    labels = np.repeat(["A", "B", "C"], [30, 28, 2])
    pd.DataFrame({"x": rng.normal(size=60), "y": labels}).to_csv("rare.csv", index=False)
    options = ["-t", "y", "-m", "logistic", "--validation-share", share, "--json"]
    for seed in range(3):
        trained = run("train", "rare.csv", *options, "--seed", str(seed), "--force")
        assert trained.status == 0, trained.err
        facts = json.loads(trained.out)["evaluations"]["this model"]
        assert facts["classes"] == ["A", "B", "C"]
        assert sum(facts["confusion"][2]) == 1


def test_other_programs_get_utf_8(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    classes = np.array(["€ C", "žluť"])[np.arange(40) // 20]
    pd.DataFrame({"x": np.arange(40.0), "y": classes}).to_csv("two.csv", index=False)
    assert run("train", "two.csv", "-t", "y", "-m", "logistic").status == 0
    for encoding, verb in ("latin-1", "predict"), ("ascii", "evaluate"):
        written = io.BytesIO()
        # As Python opens a pipe where PYTHONIOENCODING names this encoding.
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding=encoding))
        assert run(verb, "two.skops", "two.csv").status == 0
        sys.stdout.flush()
        assert "€ C" in written.getvalue().decode()


def test_version(run: Any) -> None:
    assert run("--version").out.strip() == version("errorest")
    command = [sys.executable, "-m", "errorest", "--version"]
    assert subprocess.check_output(command, text=True).strip() == version("errorest")


def test_a_feature_called_prediction(run: Any) -> None:
    x = np.linspace(-1, 1, 60)
    pd.DataFrame({"prediction": x, "y": np.where(x > 0, "b", "a")}).to_csv("t.csv", index=False)
    assert run("train", "t.csv", "-t", "y", "--model", "logistic").status == 0
    predicted = run("predict", "t.skops", "t.csv").out.splitlines()
    assert predicted[0] == "prediction,y,prediction_,probability_a,probability_b"


@pytest.mark.usefixtures("short_films")
def test_films_leave_the_checkpoint_alone(run: Any, penguins: Path) -> None:
    asked = ["-t", "species", "--model", "mlp", "--epochs", "4", "--checkpoint", "training"]
    assert run("train", penguins, *asked).status == 0
    before = Path("training").read_bytes()
    for kind in ("error-surface", "boundary"):
        drawn = run("plot", "penguins.skops", penguins, "-k", kind, "-o", f"{kind}.gif")
        assert drawn.status == 0, drawn.err
    assert Path("training").read_bytes() == before


def test_points_of_a_likelihood_have_the_numbers_of_their_rows(run: Any, iris_model: Path) -> None:
    iris = pd.read_csv("iris.csv")
    iris.loc[:99, "species"] = None
    iris.to_csv("part.csv", index=False)
    shown = run("likelihood", iris_model, "part.csv").out
    assert "Likelihood of 50 rows" in shown
    points = [int(point) for point in re.findall(r"(\d+) +│ virginica", shown)]
    assert len(points) == 20
    assert min(points) > 100
