"""A model that was trained is saved, whatever happens around it."""

import csv
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from errorest import load
from errorest.cli import candidates, comparison
from errorest.tables import read_table


def test_a_file_that_came_meanwhile_is_kept_and_so_is_the_model(
    run: Any, penguins: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fit = candidates.fit

    def slow_fit(*arguments: Any) -> Any:
        (penguins.parent / "model.skops").write_text("of another program")
        (penguins.parent / "model_.skops").mkdir()
        return fit(*arguments)

    monkeypatch.setattr("errorest.cli.train.fit", slow_fit)
    outcome = run("train", penguins, "-t", "species", "-m", "logistic", "-o", "model.skops")
    assert outcome.status == 2
    assert "model.skops exists already" in outcome.err
    assert "The model is in model__.skops." in outcome.out
    assert (penguins.parent / "model.skops").read_text() == "of another program"
    assert load(penguins.parent / "model__.skops").target_name_ == "species"


def test_ctrl_c_after_the_training_says_where_the_model_is(
    run: Any, penguins: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*arguments: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(comparison, "compare", interrupt)
    outcome = run("train", penguins, "-t", "species", "-m", "logistic")
    assert outcome.status == 130
    assert outcome.out == ""
    assert "The model is in penguins.skops; it has not been measured." in outcome.err
    assert load(penguins.parent / "penguins.skops").target_name_ == "species"


def test_a_model_that_its_folder_has_no_room_for_is_saved_elsewhere(
    run: Any, penguins: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder becomes a file during the training: nothing fits in it any more."""
    fit, spare = candidates.fit, tmp_path / "spare"
    spare.mkdir()
    Path("results").mkdir()

    def slow_fit(*arguments: Any) -> Any:
        Path("results").rmdir()
        Path("results").write_text("")
        return fit(*arguments)

    monkeypatch.setattr("errorest.cli.train.fit", slow_fit)
    monkeypatch.setattr("tempfile.tempdir", str(spare))
    outcome = run("train", penguins, "-t", "species", "-m", "logistic", "-o", "results/m.skops")
    assert outcome.status == 2
    assert "results/m.skops" in outcome.err
    assert f"The model is in {spare / 'm.skops'}." in outcome.out
    assert load(spare / "m.skops").target_name_ == "species"


@pytest.mark.parametrize("leads_to", ["absent/model.skops", "model.skops"])
def test_a_link_that_leads_nowhere_is_refused_before_the_training(
    run: Any, penguins: Path, leads_to: str
) -> None:
    Path("model.skops").symlink_to(leads_to)
    outcome = run("train", penguins, "-t", "species", "-o", "model.skops")
    assert (outcome.status, outcome.out) == (2, "")
    assert "model.skops cannot be written" in outcome.err or "absent" in outcome.err
    assert len(outcome.err.splitlines()) == 1


def test_cells_with_a_carriage_return_stay_in_their_row(run: Any, penguins: Path) -> None:
    table = pd.DataFrame({"word": ["one\rtwo", "three", "one\rtwo"] * 10, "x": range(30)})
    table["y"] = ["a", "b", "a"] * 10
    table.to_csv("returns.csv", index=False, quoting=csv.QUOTE_NONNUMERIC)
    assert run("train", "returns.csv", "-t", "y", "-m", "logistic").status == 0
    assert run("predict", "returns.skops", "returns.csv", "-o", "predicted.csv").status == 0
    predicted = read_table(Path("predicted.csv"))
    assert predicted["word"].tolist() == table["word"].tolist()
    assert predicted["prediction"].tolist() == table["y"].tolist()


@pytest.mark.parametrize("closed", ["stdout", "stderr"])
def test_a_stream_that_is_closed(penguins: Path, closed: str, run: Any, tmp_path: Path) -> None:
    run("train", penguins, "-t", "species", "-m", "logistic")
    new = pd.read_csv(penguins).head(3).assign(island="elsewhere")
    new.to_csv("new.csv", index=False)
    redirection = {"stdout": ">&-", "stderr": "2>&-"}[closed]
    command = f"{sys.executable} -m errorest predict penguins.skops new.csv {redirection}"
    found = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)
    assert "Traceback" not in found.stderr
    assert "note" not in found.stdout
    assert len(found.stdout.splitlines()) == (0 if closed == "stdout" else 4)


def test_sigterm_leaves_no_half_written_file(penguins: Path, run: Any) -> None:
    command = [
        sys.executable,
        "-m",
        "errorest",
        "train",
        str(penguins),
        "-t",
        "species",
        "-m",
        "mlp",
    ]
    more = ["--epochs", "1000000000", "--hidden", "500,500", "--checkpoint", "state.npz"]
    with subprocess.Popen([*command, *more], stderr=subprocess.DEVNULL) as training:
        while not Path("state.npz").exists() and training.poll() is None:
            time.sleep(0.01)
        training.terminate()
        assert training.wait(60) == 128 + signal.SIGTERM
    assert sorted(path.name for path in Path.cwd().iterdir()) == ["penguins.csv", "state.npz"]
