"""Sparse tables: the same answers as dense ones, in blocks, and told when they do not fit."""

import inspect
from typing import Any, get_args
from unittest.mock import patch

import numpy as np
import pytest
from scipy.sparse import coo_array, csc_array, csr_array, csr_matrix, sparray, spmatrix

from errorest import LogisticRegression, MLPClassifier, Perceptron, engine
from errorest.estimators import sparse

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 5)) * (RNG.random((60, 5)) < 0.4)
Y = (X[:, 0] + X[:, 1] > 0).astype(int)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("container", [csr_array, csc_array, coo_array, csr_matrix])
@pytest.mark.parametrize(
    "model",
    [
        MLPClassifier((4,), max_iter=3, random_state=0),
        LogisticRegression(max_iter=5),
        Perceptron(max_iter=5),
    ],
    ids=lambda model: type(model).__name__,
)
def test_same_answers_as_dense(model: Any, container: Any) -> None:
    dense = model.fit(X, Y).decision_function(X)
    of_sparse = model.fit(container(X), Y).decision_function(container(X))
    np.testing.assert_allclose(of_sparse, dense, rtol=1e-12)


def test_predictions_go_block_by_block() -> None:
    model = MLPClassifier((4,), solver="lbfgs", tol=1.0, random_state=0).fit(X, Y)
    whole = model.predict_proba(X)
    forward = patch.object(engine, "forward", side_effect=engine.forward)
    with patch.object(sparse, "_BLOCK", 35), forward as called:
        np.testing.assert_allclose(model.predict_proba(csr_array(X)), whole, rtol=1e-12)
    blocks = [call.args[1] for call in called.call_args_list]
    np.testing.assert_array_equal(np.concatenate(blocks), X)
    assert max(map(len, blocks)) == 7


def test_what_does_not_fit_into_memory_is_told() -> None:
    huge = csr_array(([1.0, 1.0], ([0, 9_999_999], [0, 9_999_999])), shape=(10**7, 10**7))
    with pytest.raises(MemoryError, match=r"takes 745058\.1 GiB as .* partial_fit in parts"):
        sparse.densified(huge)


@pytest.mark.parametrize("model", [Perceptron, LogisticRegression, MLPClassifier])
def test_type_checkers_allow_a_sparse_matrix_wherever_it_is_documented(model: Any) -> None:
    assert {sparray, spmatrix} < set(get_args(sparse.MatrixLike))
    methods = [method for _, method in inspect.getmembers(model, inspect.isfunction)]
    told = [one for one in methods if "X : array-like or sparse matrix" in (one.__doc__ or "")]
    assert {"fit", "predict"} < {method.__name__ for method in told}
    for method in told:
        assert inspect.signature(method).parameters["X"].annotation == "MatrixLike"
