"""Newton's method for LogisticRegression, against derivatives and scikit-learn's iterations."""

from typing import Any

import numpy as np
import pytest
import sklearn.linear_model
from scipy.linalg import LinAlgWarning
from scipy.optimize import approx_fprime
from scipy.sparse import csr_array
from sklearn.datasets import load_breast_cancer, load_iris, load_wine
from sklearn.exceptions import ConvergenceWarning

from errorest import LogisticRegression
from errorest.estimators.linear import linear_network
from errorest.estimators.linear_objective import LinearObjective
from errorest.estimators.newton import Hessian
from errorest.maths import binary_cross_entropy, cross_entropy

# As they are: features from 0.001 to 4000.
TABLES = [load_breast_cancer(return_X_y=True), load_wine(return_X_y=True)]
IDS = ["two classes", "three classes"]
SOLVERS = ["newton-cholesky", "newton-cg"]


def objective_of(n_outputs: int, *, sparse: bool = False) -> tuple[LinearObjective, Any]:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(20, 3))
    loss = binary_cross_entropy if n_outputs == 1 else cross_entropy
    network = linear_network(np.zeros((n_outputs, 3)), np.zeros(n_outputs), loss)
    n_parameters = network.n_parameters
    objective = LinearObjective(
        network,
        csr_array(X) if sparse else X,
        rng.integers(max(2, n_outputs), size=20),
        rng.uniform(0.1, 2, size=20),
        l2=np.linspace(0.1, 1, n_parameters),
        fixed=np.arange(n_parameters) == 1,
    )
    return objective, rng.normal(size=n_parameters)


@pytest.mark.parametrize("sparse", [True, False])
@pytest.mark.parametrize("n_outputs", [1, 3])
def test_second_derivatives_are_those_of_the_gradient(n_outputs: int, sparse: bool) -> None:
    objective, point = objective_of(n_outputs, sparse=sparse)
    numeric = approx_fprime(point, lambda at: objective.smooth(at)[1], 1e-7)
    hessian, free = Hessian.at(objective, point), np.arange(len(point)) != 1
    matrix = hessian.matrix()
    np.testing.assert_allclose(matrix[np.ix_(free, free)], numeric[np.ix_(free, free)], atol=1e-6)
    direction = np.where(free, np.arange(len(point)), 0.0)
    np.testing.assert_allclose(hessian @ direction, numeric @ direction, atol=1e-5)


@pytest.mark.parametrize("n_outputs", [1, 3])
def test_both_steps_lead_to_where_the_quadratic_has_no_slope(n_outputs: int) -> None:
    objective, point = objective_of(n_outputs)
    _, gradient = objective.smooth(point)
    hessian = Hessian.at(objective, point)
    exact = hessian.step_by_cholesky(gradient)
    np.testing.assert_allclose(hessian @ exact, -gradient, atol=1e-12)
    assert exact[1] == 0
    # The smaller the gradient, the more precisely it is solved.
    near = hessian.step_by_conjugate_gradients(1e-6 * gradient) * 1e6
    np.testing.assert_allclose(near, exact, rtol=0.01)


@pytest.mark.parametrize("C", [1.0, 100.0])
@pytest.mark.parametrize("table", TABLES, ids=IDS)
@pytest.mark.parametrize("sparse", [True, False])
def test_unscaled_features_take_the_way_of_scikit_learn(table: Any, C: float, sparse: bool) -> None:
    X, y = table
    theirs = sklearn.linear_model.LogisticRegression(solver="newton-cholesky", C=C).fit(X, y)
    X = csr_array(X) if sparse else X
    ours = LogisticRegression(solver="newton-cholesky", C=C).fit(X, y)
    assert ours.n_iter_ == theirs.n_iter_
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(ours.intercept_, theirs.intercept_, rtol=1e-6)


@pytest.mark.parametrize("table", TABLES, ids=IDS)
def test_conjugate_gradients_come_as_near_as_scikit_learns(table: Any) -> None:
    X, y = table
    exact = LogisticRegression(solver="newton-cholesky", tol=1e-10).fit(X, y)

    def above_minimum(model: Any) -> float:
        log_loss = -np.mean(model.predict_log_proba(X)[np.arange(len(y)), y])
        return float(log_loss + np.sum(model.coef_**2) / (2 * len(y)) - exact.history_["loss"][-1])

    ours = LogisticRegression(solver="newton-cg").fit(X, y)
    assert 0 <= above_minimum(ours) < 1e-5


def test_iris_without_penalty() -> None:
    X, y = load_iris(return_X_y=True)
    settings: dict[str, Any] = {"solver": "newton-cholesky", "C": np.inf, "tol": 1e-8}
    ours = LogisticRegression(**settings).fit(X, y)
    theirs = sklearn.linear_model.LogisticRegression(**settings).fit(X, y)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-6)
    np.testing.assert_allclose(ours.coef_.sum(axis=0), 0, atol=1e-9)


@pytest.mark.parametrize("solver", SOLVERS)
def test_a_line_through_the_origin(solver: str) -> None:
    X, y = TABLES[1]
    settings: dict[str, Any] = {"fit_intercept": False, "tol": 1e-8, "max_iter": 1000}
    ours = LogisticRegression(solver=solver, **settings).fit(X, y)
    theirs = sklearn.linear_model.LogisticRegression(solver="newton-cholesky", **settings).fit(X, y)
    np.testing.assert_array_equal(ours.intercept_, 0)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=1e-4)


@pytest.mark.parametrize("solver", SOLVERS)
def test_float32_rows(solver: str) -> None:
    X, y = TABLES[1]
    single = LogisticRegression(solver=solver, C=0.1).fit(X.astype(np.float32), y)
    double = LogisticRegression(solver=solver, C=0.1).fit(X, y)
    assert single.coef_.dtype == np.float32
    np.testing.assert_allclose(single.predict_proba(X), double.predict_proba(X), atol=0.01)


def test_collinear_features_without_penalty_are_left_to_lbfgs() -> None:
    X, y = load_iris(return_X_y=True)
    twice = np.hstack([X, X])
    model = LogisticRegression(solver="newton-cholesky", C=np.inf, max_iter=1000)
    with pytest.warns(LinAlgWarning, match="L-BFGS goes on"):
        model.fit(twice, y)
    expected = LogisticRegression(C=np.inf, max_iter=1000).fit(twice, y)
    np.testing.assert_array_equal(model.coef_, expected.coef_)
    assert model.n_iter_ == expected.n_iter_
    with (
        pytest.warns(LinAlgWarning, match="L-BFGS goes on"),
        pytest.warns(ConvergenceWarning, match="lbfgs failed to converge after"),
    ):
        model.set_params(max_iter=2).fit(twice, y)


@pytest.mark.parametrize("solver", SOLVERS)
def test_features_that_are_no_numbers_to_reckon_with(solver: str) -> None:
    X, y = TABLES[0]
    with (
        pytest.warns(LinAlgWarning, match="L-BFGS goes on"),
        pytest.raises(ValueError, match="scale the features"),
    ):
        LogisticRegression(solver=solver).fit(X * 1e300, y)


def test_it_says_when_it_has_not_converged() -> None:
    with pytest.warns(ConvergenceWarning, match="Newton solver did not converge after 2 iter"):
        LogisticRegression(solver="newton-cholesky", max_iter=2).fit(*TABLES[0])
