"""Every careless input is one line on stderr, status 2, and nothing overwritten."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

GOOD = "x,y,label\n" + "".join(f"{i},{i % 7},{'ab'[i % 2]}\n" for i in range(40))

TABLES = {
    "empty file": (b"", "empty"),
    "header only": (b"x,y,label\n", "rows"),
    "binary file": (bytes(range(256)), "line 1"),
    "wrong encoding": (GOOD.encode() + "1,2,\xe4\n".encode("latin-1"), "line 42"),
    "ragged, too many": (GOOD.encode() + b"1,2,a,9\n", "line 42"),
    "ragged, too few": (GOOD.encode() + b"1,2\n", "line 42"),
    "duplicate column names": (GOOD.replace("x,y", "x,x", 1).encode(), "'x'"),
    "target with one class": (GOOD.replace(",b", ",a").encode(), "only one class"),
    "a class with one row": (GOOD.encode() + b"1,2,c\n", "'c'"),
    "infinite number": (GOOD.encode() + b"inf,2,a\n", "'x'"),
    "all targets missing": (b"x,label\n1,\n2,\n", "'label'"),
    "nothing to learn from": (b"x,label\n" + b"1,a\n1,b\n" * 9, "'x'"),
    "only the target": (b"label\n" + b"a\nb\n" * 9, "'label'"),
    "too few rows": (b"x,label\n1,a\n2,b\n3,a\n4,b\n5,c\n6,c\n", "too few"),
}


def assert_one_line(outcome: Any, fragment: str) -> None:
    assert outcome.status == 2
    lines = outcome.err.splitlines()
    errors = [line for line in lines if line.startswith("errorest: ")]
    assert len(errors) == 1
    assert lines[-1] == errors[0]
    assert fragment in errors[0]
    assert "Traceback" not in outcome.err
    assert outcome.out == ""


@pytest.mark.parametrize("case", TABLES)
def test_bad_table(run: Any, case: str) -> None:
    content, fragment = TABLES[case]
    Path("table.csv").write_bytes(content)
    refused = run("train", "table.csv", "--target", "label")
    assert_one_line(refused, fragment)
    assert refused.err.splitlines()[-1].count("table.csv") == 1
    assert not Path("table.skops").exists()


@pytest.mark.parametrize(
    ("arguments", "fragment"),
    [
        (["absent.csv", "-t", "label"], "absent.csv"),
        ([".", "-t", "label"], "folder"),
        (["good.csv", "-t", "labl"], "did you mean 'label'"),
        (["good.csv", "-t", "label", "--epochs", "0"], "--epochs"),
        (["good.csv", "-t", "label", "--epochs", "-3"], "--epochs"),
        (["good.csv", "-t", "label", "--validation-share", "1"], "--validation-share"),
        (["good.csv", "-t", "label", "--seed", "-1"], "--seed"),
        (["good.csv", "-t", "label", "--hidden", "8,x"], "--hidden"),
        (["good.csv", "-t", "label", "--hidden", "8", "-m", "logistic"], "--hidden"),
        (["good.csv", "-t", "label", "--hidden", "8", "-m", "perceptron"], "--hidden"),
        (["good.csv", "-t", "label", "--minutes", "0"], "--minutes"),
        (["good.csv", "-t", "label", "--minutes", "inf"], "--minutes"),
        (["good.csv", "-t", "label", "--minutes", "1", "-m", "mlp"], "--minutes"),
        (["good.csv", "-t", "label", "--checkpoint", "c.npz"], "only it writes"),
        (["good.csv", "-t", "label", "-m", "mlp", "--checkpoint", "good.csv"], "is an input"),
        (["good.csv", "-t", "label", "-m", "mlp", "--checkpoint", "no/c.npz"], "no/c.npz cannot"),
        (
            ["good.csv", "-t", "label", "-m", "mlp", "-o", "m.skops", "--checkpoint", "./m.skops"],
            "m.skops",
        ),
        (["good.csv", "-t", "label", "--column", "x"], "--column"),
        (["good.csv", "-t", "label", "--column", "x=number", "--column", "x=date"], "two kinds"),
        (["good.csv", "-t", "label", "--column", "x=colour"], "'colour'"),
        (["good.csv", "-t", "label", "--column", "x=y=number"], "no column 'x=y'"),
        (["good.csv", "-t", "label", "--column", "label2=number"], "'label2'"),
        (["good.csv", "-t", "label", "--column", "label=category"], "'label' is the target"),
        (["good.csv", "-t", "label", "-o", "exists.skops"], "exists.skops"),
        (["good.csv", "-t", "label", "-o", "no/folder.skops"], "no"),
        (["good.csv", "-t", "label", "-o", "/dev/full"], "/dev/full"),
    ],
)
def test_bad_arguments(run: Any, arguments: list[str], fragment: str) -> None:
    Path("good.csv").write_text(GOOD)
    Path("exists.skops").write_text("mine")
    before = sorted(os.listdir("."))
    assert_one_line(run("train", *arguments), fragment)
    assert Path("exists.skops").read_text() == "mine"
    assert sorted(os.listdir(".")) == before


def test_a_column_of_only_missing_values_is_left_out_and_said(run: Any) -> None:
    rows = GOOD.splitlines()
    Path("table.csv").write_text(
        "\n".join([rows[0] + ",empty", *(row + "," for row in rows[1:])]) + "\n"
    )
    trained = run("train", "table.csv", "-t", "label", "--model", "logistic")
    assert trained.status == 0
    assert "missing" in next(line for line in trained.out.splitlines() if "empty" in line)


def test_full_disk(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("good.csv").write_text(GOOD)

    def no_space(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("errorest.files.skops_files.dump", no_space)
    trained = run("train", "good.csv", "-t", "label", "--model", "logistic")
    assert_one_line(trained, "No space left on device")
    assert os.listdir(".") == ["good.csv"]


def test_too_little_memory(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(*_: object, **__: object) -> None:
        # Python's own says nothing more.
        raise MemoryError

    monkeypatch.setattr("errorest.tables.read_table", no_room)
    assert_one_line(run("train", "large.csv", "-t", "label"), "not enough memory")


def test_predicting_with_what_is_no_model(run: Any) -> None:
    Path("good.csv").write_text(GOOD)
    assert_one_line(run("predict", "good.csv", "good.csv"), "good.csv is no model file")
    assert_one_line(run("predict", "absent.skops", "good.csv"), "absent.skops")


@pytest.mark.parametrize(
    ("command", "fragment"),
    [
        ("predict iris.skops only.csv", "only.csv: there is no column besides the target"),
        ("predict iris.skops iris.csv -o out.parquet", "out.parquet would hold CSV"),
        ("predict iris.skops iris.csv -o out.xlsx", "out.xlsx would hold CSV"),
        ("predict iris.skops iris.csv -o out.csv.gz", "out.csv.gz would hold CSV, not gz"),
        ("data penguins -o out.parquet", "out.parquet would hold CSV"),
        ("report iris.skops iris.csv -o out.pdf", "out.pdf must end in .html"),
    ],
)
def test_outputs_of_another_kind(run: Any, iris_model: Path, command: str, fragment: str) -> None:
    Path("only.csv").write_text("species\nsetosa\n")
    assert_one_line(run(*command.split()), fragment)
    assert not list(Path().glob("out.*"))


def test_predictions_are_written_as_the_table_is(run: Any, iris_model: Path) -> None:
    iris = pd.read_csv("iris.csv")
    iris.to_csv("semicolons.csv", sep=";", decimal=",", index=False)
    assert run("predict", iris_model, "semicolons.csv", "-o", "out.csv").status == 0
    written = pd.read_csv("out.csv", sep=";", decimal=",")
    pd.testing.assert_frame_equal(written[iris.columns], iris)
    np.testing.assert_allclose(written.filter(like="probability_").sum(axis=1), 1)
    assert run("evaluate", iris_model, "out.csv").status == 0


def test_predictions_are_not_written_over_a_file(run: Any, iris_model: Path) -> None:
    Path("mine.csv").write_text("mine")
    outcome = run("predict", iris_model, "iris.csv", "-o", "mine.csv")
    assert_one_line(outcome, "mine.csv")
    assert Path("mine.csv").read_text() == "mine"
    assert run("predict", iris_model, "iris.csv", "-o", "mine.csv", "--force").status == 0


def test_a_prediction_column_that_is_there_already(run: Any, iris_model: Path) -> None:
    run("predict", iris_model, "iris.csv", "-o", "once.csv")
    assert_one_line(run("predict", iris_model, "once.csv"), "'prediction'")


def test_rows_and_classes_that_are_not_there(run: Any, iris_model: Path) -> None:
    assert_one_line(run("explain", iris_model, "iris.csv", "--row", "0"), "row 0")
    assert_one_line(run("explain", iris_model, "iris.csv", "--row", "151"), "row 151")
    both = ("--row", "1", "--latex", "--json")
    assert_one_line(run("explain", iris_model, "iris.csv", *both), "--latex and --json")
    picture = ("--row", "1", "-o", "iris.csv", "--force")
    assert_one_line(run("explain", iris_model, "iris.csv", *picture), "must end in .png")
    drawn = ("--row", "1", "--weight", "petal", "setosa", "-o", "row.svg")
    assert_one_line(run("explain", iris_model, "iris.csv", *drawn), "no edge leads from 'petal'")
    # So that the same command is not refused for it when the name is mended.
    assert not Path("row.svg").exists()
    table = Path("iris.csv").read_text().replace("virginica", "unheard")
    Path("other.csv").write_text(table)
    assert_one_line(run("evaluate", iris_model, "other.csv"), "'unheard': leave their rows out")
    weight = ("--row", "150", "--weight", "petal width (cm)", "setosa")
    assert_one_line(run("explain", iris_model, "other.csv", *weight), "class is known")
    told = run("explain", iris_model, "other.csv", "--row", "150").out
    assert "its class is 'unheard', which the model has not learned." in told


def test_likelihood_needs_probabilities_and_known_classes(run: Any, iris_model: Path) -> None:
    run("train", "iris.csv", "-t", "species", "--model", "perceptron", "-o", "p.skops")
    assert_one_line(run("likelihood", "p.skops", "iris.csv"), "gives no probabilities")
    assert_one_line(run("likelihood", iris_model, "absent.csv"), "absent.csv")
    table = Path("iris.csv").read_text().replace("virginica", "unheard")
    Path("other.csv").write_text(table)
    assert_one_line(run("likelihood", iris_model, "other.csv"), "'unheard'")


@pytest.mark.parametrize("force", [[], ["--force"]])
def test_an_input_is_never_replaced(run: Any, iris_model: Path, force: list[str]) -> None:
    table, model = Path("iris.csv").read_bytes(), iris_model.read_bytes()
    assert run("train", "iris.csv", "-t", "species", "-o", "iris.csv", *force).status == 2
    assert run("predict", iris_model, "iris.csv", "-o", "./iris.csv", *force).status == 2
    assert run("predict", iris_model, "iris.csv", "-o", iris_model, *force).status == 2
    assert (Path("iris.csv").read_bytes(), iris_model.read_bytes()) == (table, model)


def test_an_input_is_known_by_any_of_its_names(run: Any, iris_model: Path) -> None:
    """As IRIS.CSV and iris.csv are one file on macOS, two names are one here by a hard link."""
    Path("flowers.csv").hardlink_to("iris.csv")
    outcome = run("predict", iris_model, "iris.csv", "-o", "flowers.csv", "--force")
    assert_one_line(outcome, "flowers.csv is an input of this command")
    assert Path("flowers.csv").samefile("iris.csv")


# Less and more than Python's buffer holds.
@pytest.mark.parametrize(("n_rows", "unbuffered"), [(1, ""), (150, ""), (1, "1")])
def test_standard_output_on_a_full_disk(
    run: Any, iris_model: Path, n_rows: int, unbuffered: str
) -> None:
    pd.read_csv("iris.csv").head(n_rows).to_csv("new.csv", index=False)
    with Path("/dev/full").open("w") as full:
        outcome = subprocess.run(
            [sys.executable, "-m", "errorest", "predict", str(iris_model), "new.csv"],
            stdout=full,
            stderr=subprocess.PIPE,
            env=os.environ | {"PYTHONUNBUFFERED": unbuffered},
            text=True,
            check=False,
        )
    assert outcome.returncode == 2
    assert outcome.stderr == "errorest: No space left on device\n"


def test_standard_output_on_a_disk_that_becomes_full(run: Any, iris_model: Path) -> None:
    """A file of at most 10,000 bytes takes the first of them, and then no more."""
    resource = pytest.importorskip("resource")

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, resource.RLIM_INFINITY))

    with Path("predicted.csv").open("w") as small:
        outcome = subprocess.run(
            [sys.executable, "-m", "errorest", "predict", str(iris_model), "iris.csv"],
            stdout=small,
            stderr=subprocess.PIPE,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            preexec_fn=limit,
            text=True,
            check=False,
        )
    assert Path("predicted.csv").stat().st_size == 10_000
    assert outcome.returncode == 2
    assert outcome.stderr == "errorest: File too large\n"


@pytest.mark.parametrize("arguments", [["data"], ["info", "--json"]])
def test_nobody_reads_standard_output(run: Any, arguments: list[str]) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "errorest", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={name: os.environ[name] for name in os.environ if name != "PYTHONUNBUFFERED"},
    ) as command:
        assert command.stdout is not None
        assert command.stderr is not None
        command.stdout.close()
        assert command.stderr.read() == b""
    assert command.returncode == 1


def test_a_cell_that_is_no_number_is_named_by_its_place_in_the_file(run: Any) -> None:
    lines = GOOD.splitlines()
    lines[30] = lines[30].replace("29,", "many,", 1)
    Path("table.csv").write_text("\n".join(lines) + "\n")
    outcome = run("train", "table.csv", "-t", "label", "--column", "x=number")
    assert_one_line(outcome, "table.csv: column 'x', row 30: 'many' is not a number")


@pytest.mark.parametrize(
    ("arguments", "fragment"),
    [
        (["-k", "roc"], "on a table"),
        (["-k", "activation"], "no hidden layer"),
        (["-o", "picture.gif"], ".png"),
        (["-o", "picture"], ".png"),
        (["-o", "mine.png"], "mine.png"),
        (["unlabelled.csv", "-k", "roc"], "'species'"),
        (["one_class.csv", "-k", "roc"], "all rows, or none"),
        (["iris.csv", "-k", "boundary", "--feature", "petal_length"], "--feature"),
        (["iris.csv", "--feature", "petal_length", "--feature", "petal_width"], "--feature"),
        (["iris.csv", "-k", "boundary", "--feature", "petal length (cm)", "--feature", "x"], "'x'"),
    ],
)
def test_pictures_that_cannot_be_drawn(
    run: Any, iris_model: Path, arguments: list[str], fragment: str
) -> None:
    table = pd.read_csv("iris.csv")
    table.drop(columns="species").to_csv("unlabelled.csv", index=False)
    table.head(9).to_csv("one_class.csv", index=False)
    Path("mine.png").write_text("mine")
    assert_one_line(run("plot", iris_model, *arguments), fragment)
    assert Path("mine.png").read_text() == "mine"


def test_a_perceptron_has_no_reliability(run: Any, iris_model: Path) -> None:
    run("train", "iris.csv", "-t", "species", "-m", "perceptron", "-o", "p.skops", "--force")
    outcome = run("plot", "p.skops", "iris.csv", "-k", "reliability")
    assert_one_line(outcome, "without probabilities")


@pytest.mark.parametrize(
    ("arguments", "fragment"),
    [
        (["unlabelled.csv"], "'species'"),
        (["absent.csv"], "absent.csv"),
        (["iris.csv", "-o", "mine.html"], "mine.html"),
        (["iris.csv", "--seed", "-1"], "--seed must be from 0 to 4294967295, not -1"),
        (["iris.csv", "--seed", "4294967296"], "--seed must be"),
        (["iris.csv", "-o", "no/report.html"], "no"),
        (["iris.csv", "-o", "iris.csv", "--force"], "input"),
    ],
)
def test_bad_arguments_of_report(
    run: Any, iris_model: Path, arguments: list[str], fragment: str
) -> None:
    pd.read_csv("iris.csv").drop(columns="species").to_csv("unlabelled.csv", index=False)
    Path("mine.html").write_text("mine")
    assert_one_line(run("report", iris_model, *arguments), fragment)
    assert Path("mine.html").read_text() == "mine"


def test_wrong_choice_of_the_engine() -> None:
    answer = subprocess.run(
        [sys.executable, "-c", "from errorest.cli import main; main()", "info"],
        env=os.environ | {"ERROREST_ENGINE": "fast"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 2
    assert answer.stderr.startswith("errorest: ERROREST_ENGINE must be")
    assert answer.stderr.count("\n") == 1
