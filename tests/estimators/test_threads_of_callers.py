"""Fits in several threads of the caller: they leave the process as it was, and end with it."""

import subprocess
import sys
import threading
import warnings

import numpy as np
import pytest
import sklearn
from sklearn.datasets import load_iris
from threadpoolctl import threadpool_info

from errorest.engine.blas import one_blas_thread
from errorest.estimators.cancellation import side_by_side
from errorest.estimators.folds import folds
from errorest.estimators.line import best_line

X, Y = load_iris(return_X_y=True)


def n_blas_threads() -> list[int]:
    return [one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"]


def test_overlapping_limits_of_blas_leave_none_behind() -> None:
    before, inside, outside = n_blas_threads(), threading.Event(), threading.Event()

    def overlap() -> None:
        with one_blas_thread():
            inside.set()
            outside.wait(60)

    other = threading.Thread(target=overlap)
    with one_blas_thread():
        assert set(n_blas_threads()) == {1}
        other.start()
        assert inside.wait(60)
    outside.set()
    other.join()
    assert n_blas_threads() == before
    with one_blas_thread():
        assert set(n_blas_threads()) == {1}


def test_threads_work_under_the_configuration_that_holds_here() -> None:
    with sklearn.config_context(assume_finite=True), side_by_side(1) as submit:
        assert submit(sklearn.get_config).result()["assume_finite"]


def test_lines_leave_the_filters_of_warnings_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """These belong to all threads: two that change and restore them would leave them changed."""

    def forbidden(*arguments: object, **more: object) -> None:
        raise AssertionError("the filters of warnings are the whole process's")

    collinear, parts = np.column_stack([X, X[:, 0]]), folds(Y, 5, seed=0)
    with monkeypatch.context() as patches:
        patches.setattr(warnings, "simplefilter", forbidden)
        patches.setattr(warnings, "filterwarnings", forbidden)
        line = best_line(collinear, Y, parts)
    assert np.isfinite(line.held_back_logits).all()


@pytest.mark.parametrize(
    "work",
    [
        "MLPClassifier((500, 500), max_iter=10**6, n_iter_no_change=10**6, tol=0).fit(X, y)",
        "Perceptron(max_iter=10**7, tol=None).fit(X, y)",
    ],
)
def test_a_training_in_the_background_ends_with_the_process(work: str) -> None:
    program = f"""
import threading, time, warnings
import numpy as np
from errorest import MLPClassifier, Perceptron
warnings.simplefilter("ignore")
rng = np.random.default_rng(0)
X, y = rng.normal(size=(500, 20)), rng.integers(2, size=500)
threading.Thread(target=lambda: {work}, daemon=True).start()
time.sleep(0.7)
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (0, "")
