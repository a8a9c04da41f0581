"""A model that was trained is saved, whatever happens around it."""

from pathlib import Path
from typing import Any

import pytest

from errorest import load
from errorest.cli import candidates, comparison


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
    assert outcome.status == 0
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
    assert "The model is in penguins.skops, not measured." in outcome.err
    assert load(penguins.parent / "penguins.skops").target_name_ == "species"
