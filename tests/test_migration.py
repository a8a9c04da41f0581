"""The tables of docs/migration.md agree with the constructors that they compare."""

import inspect
import re
from pathlib import Path
from typing import Any

import pytest
import sklearn.linear_model
import sklearn.neural_network

import errorest

PAGE = (Path(__file__).parents[1] / "docs/migration.md").read_text(encoding="utf-8")
THEIRS = {
    "MLPClassifier": sklearn.neural_network.MLPClassifier,
    "LogisticRegression": sklearn.linear_model.LogisticRegression,
    "Perceptron": sklearn.linear_model.Perceptron,
}


def defaults(estimator: type) -> dict[str, Any]:
    parameters = inspect.signature(estimator).parameters
    return {name: parameter.default for name, parameter in parameters.items()}


def verdicts(name: str) -> list[tuple[str, str]]:
    """Return each parameter of the first table of an estimator's section, and what it says."""
    section = PAGE.split(f"## `{name}`\n")[1]
    table = section.split("| parameter | |\n|---|---|\n")[1].split("\n\n")[0]
    rows = re.findall(r"^\| (.+?) \| (the same|more|only here|not here)", table, re.MULTILINE)
    assert len(rows) == len(table.splitlines())
    return [(name, verdict) for names, verdict in rows for name in re.findall(r"`(\w+)`", names)]


@pytest.mark.parametrize("name", THEIRS)
def test_each_parameter_is_compared_once_and_truly(name: str) -> None:
    ours, theirs = defaults(getattr(errorest, name)), defaults(THEIRS[name])
    compared = verdicts(name)
    assert sorted(parameter for parameter, _ in compared) == sorted(ours | theirs)
    for parameter, verdict in compared:
        assert (parameter in theirs) == (verdict != "only here"), parameter
        assert (parameter in ours) == (verdict != "not here"), parameter
        if verdict in {"the same", "more"}:
            assert ours[parameter] == theirs[parameter], parameter
