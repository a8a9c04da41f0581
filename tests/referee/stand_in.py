"""A pytest plugin that puts our estimators in the place of scikit-learn's in its own tests.

Tests that name none of our estimators are deselected, since they would test scikit-learn itself;
those listed in listed.toml are strict xfails, so that one which starts to pass is noticed.
"""

import importlib
import inspect
import re
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

import errorest

LISTED: dict[str, dict[str, str]] = tomllib.loads(
    Path(__file__).with_name("listed.toml").read_text(encoding="utf-8")
)
STAND_INS: dict[str, dict[str, type]] = {
    "sklearn.linear_model": {
        "LogisticRegression": errorest.LogisticRegression,
        "Perceptron": errorest.Perceptron,
    },
    "sklearn.neural_network": {"MLPClassifier": errorest.MLPClassifier},
}
OURS = {name: ours for module in STAND_INS.values() for name, ours in module.items()}


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    """Import scikit-learn's test module with our names in it, and in none of what it imports."""
    if not isinstance(collector, pytest.Module):
        return (yield)
    package = importlib.import_module(f"sklearn.{collector.path.parent.parent.name}")
    # Whatever uses scikit-learn's own estimators is imported before they are replaced.
    importlib.import_module("sklearn.ensemble")
    importlib.import_module("sklearn.feature_selection")
    with pytest.MonkeyPatch.context() as patch:
        for name, stand_in in STAND_INS[package.__name__].items():
            patch.setattr(package, name, stand_in)
        return (yield)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Function]) -> None:
    deselected = [item for item in items if not _tests_ours(item)]
    items[:] = [item for item in items if _tests_ours(item)]
    config.hook.pytest_deselected(items=deselected)
    for module in {item.path.stem for item in items}:
        for pattern, reason in LISTED[module].items():
            matching = [
                item for item in items if item.path.stem == module and _matches(item.name, pattern)
            ]
            if not matching:
                raise pytest.UsageError(f"listed.toml: {module} has no test {pattern}")
            for item in matching:
                item.add_marker(pytest.mark.xfail(reason=reason, strict=True))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    outcomes = {
        outcome: len(terminalreporter.stats.get(outcome, []))
        for outcome in ("passed", "xfailed", "failed", "error", "skipped", "deselected")
    }
    n_run = sum(outcomes[outcome] for outcome in ("passed", "xfailed", "failed", "error"))
    terminalreporter.write_line(
        f"Errorest in scikit-learn's place: {n_run} run, {outcomes['passed']} pass, "
        f"{outcomes['xfailed']} are listed; {outcomes['skipped']} skipped by scikit-learn, "
        f"{outcomes['deselected']} of other estimators"
    )


def _tests_ours(item: pytest.Function) -> bool:
    parameters = item.callspec.params.values() if hasattr(item, "callspec") else []
    estimators = [value for value in parameters if inspect.isclass(value) and _is_estimator(value)]
    if estimators:
        return any(estimator in OURS.values() for estimator in estimators)
    source = inspect.getsource(item.function)
    return any(re.search(rf"\b{name}\b", source) for name in OURS)


def _is_estimator(value: type) -> bool:
    return hasattr(value, "get_params")


def _matches(name: str, pattern: str) -> bool:
    return fnmatchcase(name, pattern.replace("[", "[[]"))
