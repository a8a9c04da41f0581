"""Logistic regression's penalties and solver names against scikit-learn's coefficients."""

import warnings
from typing import Any

import numpy as np
import pytest
import sklearn.linear_model
from scipy.sparse import csr_array, random_array
from sklearn.datasets import load_breast_cancer, load_wine, make_classification
from sklearn.exceptions import ConvergenceWarning
from sklearn.preprocessing import scale

from errorest import LogisticRegression
from errorest.estimators.linear_objective import LinearObjective
from errorest.maths import binary_cross_entropy, identity
from errorest.network import Dense, Network

X, y = load_breast_cancer(return_X_y=True)
X = scale(X)[:, :8]
WINE = scale(load_wine().data), load_wine().target


def same_lines(settings: dict[str, Any], X: Any, y: Any, weights: Any = None) -> Any:
    """Fit both, to small tolerances, and compare; return ours."""
    strict: dict[str, Any] = {"tol": 1e-9, "max_iter": 20_000, "random_state": 0} | settings
    ours = LogisticRegression(**strict).fit(X, y, weights)
    theirs = sklearn.linear_model.LogisticRegression(**strict).fit(X, y, weights)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=2e-4)
    np.testing.assert_allclose(ours.intercept_, theirs.intercept_, atol=2e-4)
    return ours


def test_the_objective_by_hand() -> None:
    # At w = -2 and b = 1, a row of 0 and class 1 has the loss ln(1 + 1/e).
    network = Network((Dense(1, 1, identity),), binary_cross_entropy, np.zeros(2))
    penalties = {"l2": np.array([0.5, 0.0]), "l1": np.array([0.3, 0.0])}
    objective = LinearObjective(network, np.zeros((1, 1)), np.array([1.0]), **penalties)
    expected = np.log1p(np.exp(-1)) + 0.5 / 2 * 4 + 0.3 * 2
    assert objective(np.array([-2.0, 1.0])) == pytest.approx(expected)


@pytest.mark.parametrize("l1_ratio", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize("table", [(X, y), WINE], ids=["two classes", "three classes"])
def test_saga(l1_ratio: float, fit_intercept: bool, table: Any) -> None:
    settings = {"C": 0.1, "l1_ratio": l1_ratio, "fit_intercept": fit_intercept, "solver": "saga"}
    same_lines(settings, *table)


def test_l1_ends_at_exact_zeros() -> None:
    model = same_lines({"C": 0.02, "l1_ratio": 1, "solver": "saga"}, X, y)
    assert 0 < np.sum(model.coef_ == 0) < model.coef_.size
    theirs = sklearn.linear_model.LogisticRegression(
        C=0.02, l1_ratio=1, solver="saga", tol=1e-9, max_iter=20_000
    ).fit(X, y)
    np.testing.assert_array_equal(model.coef_ == 0, theirs.coef_ == 0)


@pytest.mark.parametrize("seed", [1, 4, 15, 25, 45, 46])
def test_l1_ends_at_the_minimum_where_columns_depend_on_each_other(seed: int) -> None:
    """There, the slope is that of the penalty, or less at a weight of 0."""
    X, y = make_classification(200, 8, n_informative=4, n_redundant=3, random_state=seed)
    model = LogisticRegression(solver="saga", C=10, l1_ratio=1, tol=1e-8, max_iter=10_000)
    w = model.fit(X, y).coef_[0]
    slopes = 10 * X.T @ (model.predict_proba(X)[:, 1] - y)
    np.testing.assert_allclose(slopes[w != 0], -np.sign(w[w != 0]), atol=1e-3)
    assert np.abs(slopes).max() < 1 + 1e-3


@pytest.mark.parametrize("l1_ratio", [0, 1])
@pytest.mark.parametrize("intercept_scaling", [0.5, 1, 20])
def test_liblinear_penalises_the_intercept(l1_ratio: int, intercept_scaling: float) -> None:
    settings = {"C": 0.1, "l1_ratio": l1_ratio, "intercept_scaling": intercept_scaling}
    same_lines({"solver": "liblinear", **settings}, X + 1, y)


def test_liblinear_does_not_mind_features_of_different_scales() -> None:
    """Like scikit-learn's, which takes 24 iterations; warnings would be errors."""
    X, y = load_breast_cancer(return_X_y=True)
    model = LogisticRegression(solver="liblinear").fit(X, y)
    theirs = sklearn.linear_model.LogisticRegression(solver="liblinear").fit(X, y)
    assert model.n_iter_ <= 2 * theirs.n_iter_
    np.testing.assert_array_equal(model.predict(X), theirs.predict(X))
    np.testing.assert_allclose(model.predict_proba(X), theirs.predict_proba(X), atol=0.05)


def test_dual_is_the_same_minimum() -> None:
    same_lines({"solver": "liblinear", "dual": True, "C": 0.1}, X, y)


@pytest.mark.parametrize("solver", ["newton-cg", "newton-cholesky", "sag"])
def test_names_of_one_objective(solver: str) -> None:
    same_lines({"solver": solver}, *WINE)


@pytest.mark.parametrize("class_weight", ["balanced", {0: 0.2, 1: 3.0}])
@pytest.mark.parametrize("weighted", [True, False])
def test_class_weight(class_weight: Any, weighted: bool) -> None:
    weights = np.random.default_rng(0).uniform(0.1, 2, len(y)) if weighted else None
    same_lines({"class_weight": class_weight}, X, y, weights)


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_sparse_rows(classes: int, dtype: Any) -> None:
    rng = np.random.default_rng(0)
    rows = random_array((200, 30), density=0.2, format="csr", rng=rng, dtype=dtype)
    labels = rng.integers(classes, size=200)
    settings: dict[str, Any] = {"C": 0.5, "tol": 1e-6, "max_iter": 1000}
    sparse = LogisticRegression(**settings).fit(rows, labels)
    dense = LogisticRegression(**settings).fit(rows.toarray(), labels)
    assert sparse.coef_.dtype == dtype
    np.testing.assert_allclose(sparse.coef_, dense.coef_, atol=1e-3)
    np.testing.assert_allclose(
        sparse.predict_proba(rows), sparse.predict_proba(rows.toarray()), rtol=1e-5
    )


def test_many_sparse_columns_stay_sparse() -> None:
    # As a dense array these rows would take 8 GB.
    columns = np.tile([7, 999_999], 500)
    rows = csr_array((np.ones(1000), (np.arange(1000), columns)), shape=(1000, 1_000_000))
    model = LogisticRegression().fit(rows, columns > 7)
    assert model.score(rows, columns > 7) == 1
    assert np.flatnonzero(model.coef_).tolist() == [7, 999_999]


def test_warm_start_goes_on_from_the_minimum() -> None:
    model = LogisticRegression(warm_start=True, tol=1e-6, max_iter=1000).fit(X, y)
    before = model.coef_.copy()
    assert model.n_iter_[0] > 5
    assert model.fit(X, y).n_iter_[0] <= 1
    np.testing.assert_allclose(model.coef_, before, atol=1e-6)


def test_warm_start_with_other_features() -> None:
    model = LogisticRegression(warm_start=True).fit(X, y)
    with pytest.raises(ValueError, match=r"need \(1, 3\): fit with warm_start=False"):
        model.fit(X[:, :3], y)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"l1_ratio": 0.5}, "use solver='saga'"),
        ({"l1_ratio": 1, "solver": "adam"}, "use solver='saga'"),
        ({"l1_ratio": 0.5, "solver": "liblinear"}, "Only 'saga'"),
        ({"C": np.inf, "solver": "liblinear"}, "use 'lbfgs'"),
        ({"dual": True}, "dual=False"),
        ({"dual": True, "l1_ratio": 1, "solver": "liblinear"}, "set l1_ratio=0"),
        ({"fit_intercept": False, "solver": "sgd"}, "solver='lbfgs'"),
    ],
)
def test_settings_that_contradict_each_other(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        LogisticRegression(**settings).fit(X, y)


def test_liblinear_has_two_classes() -> None:
    with pytest.raises(ValueError, match="OneVsRestClassifier"):
        LogisticRegression(solver="liblinear").fit(*WINE)


def test_no_iteration_is_told() -> None:
    model = LogisticRegression(max_iter=0)
    with pytest.warns(ConvergenceWarning, match="after 0 iteration"):
        model.fit(X, y)
    assert not model.coef_.any()


def test_sparsify_and_back() -> None:
    model = LogisticRegression().fit(X, y)
    logits = model.decision_function(X)
    assert model.sparsify().coef_.format == "csr"
    np.testing.assert_allclose(model.decision_function(csr_array(X)), logits, rtol=1e-10)
    np.testing.assert_allclose(model.decision_function(X), logits, rtol=1e-10)
    assert isinstance(model.densify().coef_, np.ndarray)


def test_coefficients_can_be_set() -> None:
    model = LogisticRegression().fit(X, y)
    model.coef_[:] = 0
    model.intercept_ = np.array([3.0])
    np.testing.assert_array_equal(model.decision_function(X), 3)


def test_verbose_prints_the_objective(capsys: pytest.CaptureFixture[str]) -> None:
    model = LogisticRegression(verbose=1).fit(X, y)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == model.n_iter_[0]
    assert lines[-1].endswith(f"loss = {model.history_['loss'][-1]:.8f}")


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_rows_must_be_finite(value: float) -> None:
    with pytest.raises(ValueError, match=r"contains (NaN|infinity)"):
        LogisticRegression().fit([[0.0], [value]], [0, 1])


@pytest.mark.parametrize(
    ("weights", "message"), [([1, -1], "Negative values"), ([0, 0], "all zero|zero")]
)
def test_weights_of_zero_or_below(weights: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        LogisticRegression().fit([[0.0], [1.0]], [0, 1], weights)


@pytest.mark.parametrize(
    ("settings", "n_warnings"),
    [
        ({"n_jobs": 2}, 1),
        ({"l1_ratio": None}, 1),
        ({"penalty": "l2", "l1_ratio": 0.5}, 3),
        ({"penalty": None, "C": 2.0}, 2),
    ],
)
def test_warnings_of_settings_point_at_the_line_of_the_fit(
    settings: dict[str, Any], n_warnings: int
) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        LogisticRegression(**settings).fit(*load_wine(return_X_y=True))
    of_settings = [one for one in caught if one.category is not ConvergenceWarning]
    assert [one.filename for one in of_settings] == [__file__] * n_warnings
