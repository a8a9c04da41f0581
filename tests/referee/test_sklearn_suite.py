"""scikit-learn's own tests of the estimators that ours stand in for.

``pytest -rP tests/referee`` shows how many of them run, pass and are listed.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

MODULES = [
    "sklearn.neural_network.tests.test_mlp",
    "sklearn.linear_model.tests.test_perceptron",
    "sklearn.linear_model.tests.test_logistic",
]


@pytest.mark.parametrize("module", MODULES)
def test_scikit_learns_tests_pass(module: str, tmp_path: Path) -> None:
    # A pytest of its own, since scikit-learn's tests have other rules for warnings than ours.
    plugin = Path(__file__).parent
    path = os.pathsep.join([str(plugin), *filter(None, [os.environ.get("PYTHONPATH")])])
    command = [sys.executable, "-m", "pytest", "-p", "stand_in", "--pyargs", module]
    settings = ["-c", os.devnull, "--rootdir", str(tmp_path), "-p", "no:cacheprovider"]
    child = subprocess.run(
        [*command, *settings, "-q", "--tb=short", "--disable-warnings"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": path},
    )
    print(*(line for line in child.stdout.splitlines() if line.startswith("Errorest")))
    assert child.returncode == 0, child.stdout[-20_000:] + child.stderr
