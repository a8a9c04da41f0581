"""Running the command line inside the test process."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from errorest import datasets
from errorest.cli import main


@dataclass(frozen=True)
class Outcome:
    status: int
    out: str
    err: str


Run = Callable[..., Outcome]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run ``errorest`` with these arguments in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str | Path) -> Outcome:
        capfd.readouterr()
        monkeypatch.setattr(sys, "argv", ["errorest", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        out, err = capfd.readouterr()
        return Outcome(int(end.value.code or 0), out, err)

    return run


@pytest.fixture
def penguins(run: Run, tmp_path: Path) -> Path:
    assert run("data", "penguins").status == 0
    return tmp_path / "penguins.csv"


@pytest.fixture
def iris_model(run: Run, tmp_path: Path) -> Path:
    datasets.load("iris").frame.to_csv(tmp_path / "iris.csv", index=False)
    assert run("train", "iris.csv", "--target", "species", "--model", "logistic").status == 0
    return tmp_path / "iris.skops"
