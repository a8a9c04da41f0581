"""Running the command line inside the test process."""

import shutil
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
        status = errorest(monkeypatch, *arguments)
        return Outcome(status, *capfd.readouterr())

    return run


def errorest(patch: pytest.MonkeyPatch, *arguments: str | Path) -> int:
    patch.setattr(sys, "argv", ["errorest", *map(str, arguments)])
    with pytest.raises(SystemExit) as end:
        main()
    return int(end.value.code or 0)


@pytest.fixture
def penguins(run: Run, tmp_path: Path) -> Path:
    assert run("data", "penguins").status == 0
    return tmp_path / "penguins.csv"


@pytest.fixture(scope="session")
def _iris(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a table and a model of it."""
    folder = tmp_path_factory.mktemp("iris")
    datasets.load("iris").frame.to_csv(folder / "iris.csv", index=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert errorest(patch, "train", "iris.csv", "-t", "species", "-m", "logistic") == 0
    return folder


@pytest.fixture
def iris_model(run: Run, _iris: Path, tmp_path: Path) -> Path:
    """A copy of the model, beside one of its table, where commands run."""
    shutil.copytree(_iris, tmp_path, dirs_exist_ok=True)
    return tmp_path / "iris.skops"


@pytest.fixture
def short_films(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hold no film's last frame: it would be drawn ten times again."""
    monkeypatch.setattr("errorest.plots.film._SECONDS_AT_THE_END", 0)
