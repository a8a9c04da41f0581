"""Rules about the sources themselves: what is imported when, what is named and documented."""

import importlib
import inspect
import pkgutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any, assert_type

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

import errorest

SOURCES = sorted(Path(errorest.__file__).parent.rglob("*.py"))
MODULES = [
    module.name
    for module in pkgutil.walk_packages(errorest.__path__, "errorest.")
    if not module.name.rpartition(".")[2].startswith("_")
]


def loaded_after(statement: str) -> set[str]:
    """Return the modules that a fresh Python has loaded after a statement."""
    lines = f"{statement}\nimport sys\nprint(*sys.modules)"
    child = subprocess.run(
        [sys.executable, "-c", lines], capture_output=True, text=True, check=True
    )
    return set(child.stdout.split())


def test_importing_errorest_is_light() -> None:
    loaded = loaded_after("import errorest")
    assert "errorest" in loaded
    assert loaded.isdisjoint({"sklearn", "pandas", "scipy", "matplotlib", "numpy"})


def test_formulas_and_networks_need_no_scikit_learn() -> None:
    loaded = loaded_after("import errorest.maths, errorest.network, errorest.engine")
    assert "numpy" in loaded
    assert loaded.isdisjoint({"sklearn", "pandas", "matplotlib"})


def test_tables_are_read_and_written_without_scikit_learn() -> None:
    loaded = loaded_after("import errorest.tables, errorest.tables.writer")
    assert "pandas" in loaded
    assert loaded.isdisjoint({"sklearn", "scipy.stats", "matplotlib"})


def test_a_training_waits_for_no_modules_that_it_does_not_need() -> None:
    training = "MLPClassifier(max_iter=2).fit([[0.0], [1.0]], [0, 1])"
    loaded = loaded_after(f"from errorest import MLPClassifier; {training}")
    assert "sklearn.base" in loaded
    assert loaded.isdisjoint({"sklearn.metrics", "sklearn.model_selection", "matplotlib"})


def test_model_files_do_without_pytorch(tmp_path: Path) -> None:
    (tmp_path / "torch.py").touch()
    with_torch = f"import sys; sys.path.insert(0, {str(tmp_path)!r})"
    assert "torch" in loaded_after(f"{with_torch}; import skops.io")
    loaded = loaded_after(f"{with_torch}; import errorest.files")
    assert "skops" in loaded
    assert "torch" not in loaded


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_no_source_file_is_longer_than_400_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_no_file_of_odds_and_ends() -> None:
    assert not [path for path in SOURCES if path.stem in {"utils", "util", "helpers", "misc"}]


def documented(value: object) -> bool:
    """Tell whether a class or function has a docstring of its own."""
    doc = getattr(value, "__doc__", None) or ""
    # A dataclass without a docstring shows its signature instead.
    return bool(doc.strip()) and not doc.startswith(f"{getattr(value, '__name__', '')}(")


@pytest.mark.parametrize("name", ["errorest", *MODULES])
def test_public_names_exist_and_are_documented(name: str) -> None:
    module = importlib.import_module(name)
    assert documented(module)
    for public in getattr(module, "__all__", []):
        value = getattr(module, public)
        if inspect.isclass(value) or inspect.isroutine(value) or inspect.ismodule(value):
            assert documented(value), public


def test_top_level_names_are_listed() -> None:
    assert dir(errorest) == sorted(errorest.__all__)
    with pytest.raises(AttributeError, match="no attribute 'Regressor'"):
        # Type checkers, too, must see what is not there.
        errorest.Regressor  # type: ignore[attr-defined]  # noqa: B018


def test_names_that_are_imported_when_they_are_used_are_listed() -> None:
    for module in (errorest.estimators, errorest.playground):
        assert dir(module) == sorted(module.__all__)
    with pytest.raises(AttributeError, match="no attribute 'TabelClassifier'"):
        errorest.estimators.TabelClassifier  # type: ignore[attr-defined]  # noqa: B018


def test_an_error_of_another_library_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str) -> None:
        raise AttributeError("module 'other' has no attribute 'there'")

    monkeypatch.setattr("importlib.import_module", broken)
    with pytest.raises(ImportError, match="'other' has no attribute 'there'"):
        errorest.__getattr__("save")


def test_type_checkers_know_what_a_fit_sets() -> None:
    table = pd.DataFrame({"x": [1.0, 2.0, 3.0, 4.0]})
    linear = errorest.LogisticRegression().fit(table, [0, 1, 0, 1])
    inside = errorest.TableClassifier(errorest.LogisticRegression()).fit(table, [0, 1, 0, 1])
    assert assert_type(linear.n_features_in_, int) == 1
    assert assert_type(linear.feature_names_in_, NDArray[Any]).tolist() == ["x"]
    # It may be any classifier.
    assert assert_type(inside.estimator_, Any).classes_.tolist() == [0, 1]


def test_type_checkers_allow_weights_of_classes_in_whole_numbers_and_arrays_of_names() -> None:
    weights: dict[int, int] = {0: 1, 1: 3}
    names: NDArray[np.str_] = np.array(["size"])
    for model in (
        errorest.Perceptron(class_weight=weights),
        errorest.LogisticRegression(class_weight=weights),
        errorest.MLPClassifier((2,), solver="lbfgs", class_weight=weights, random_state=0),
    ):
        traced = model.fit([[1.0], [2.0]], [0, 1]).trace([[1.0]], input_names=names)
        assert "size" in str(traced)


@pytest.mark.parametrize(
    "estimator",
    [errorest.Perceptron, errorest.LogisticRegression, errorest.MLPClassifier],
    ids=lambda estimator: estimator.__name__,
)
def test_docstrings_name_all_that_a_parameter_takes_by_name(estimator: Any) -> None:
    constraints = estimator._parameter_constraints.values()
    options = {name for some in constraints for one in some for name in getattr(one, "options", ())}
    names = {name for name in options if isinstance(name, str)}
    assert names
    assert [name for name in sorted(names) if f'"{name}"' not in estimator.__doc__] == []


def test_every_part_is_there_after_one_import() -> None:
    code = "import errorest; print(errorest.files.__name__, errorest.exceptions.__name__)"
    answer = subprocess.check_output([sys.executable, "-c", code], text=True)
    assert answer == "errorest.files errorest.exceptions\n"
    assert errorest.__version__ == metadata.version("errorest")


@pytest.mark.parametrize("name", ["errorest", "errorest.estimators", "errorest.plots"])
def test_help_names_what_is_like_an_array_and_does_not_spell_it_out(name: str) -> None:
    module = importlib.import_module(name)
    public = [getattr(module, name) for name in module.__all__]
    members = [member for value in public for _, member in inspect.getmembers(value)]
    ours = [
        function
        for function in public + members
        if inspect.isfunction(inspect.unwrap(getattr(function, "__func__", function)))
    ]
    assert len(ours) > 20
    spelt_out = [one.__qualname__ for one in ours if "_array_like" in str(inspect.signature(one))]
    assert spelt_out == []
