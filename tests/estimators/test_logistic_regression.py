"""Logistic regression against scikit-learn's coefficients."""

from typing import Any

import numpy as np
import pytest
import sklearn.linear_model
from scipy.sparse import csr_array
from sklearn.datasets import load_breast_cancer, load_iris, load_wine
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.preprocessing import scale

from errorest import LogisticRegression, MLPClassifier, Perceptron
from errorest.maths import SGD, Cosine, Schedule

TABLES = {"breast_cancer": load_breast_cancer, "iris": load_iris, "wine": load_wine}


def scaled(name: str) -> tuple[Any, Any]:
    X, y = TABLES[name](return_X_y=True)
    return scale(X), y


def assert_same_line(model: Any, other: Any, atol: float = 1e-5) -> None:
    assert model.coef_.shape == other.coef_.shape
    assert model.intercept_.shape == other.intercept_.shape
    np.testing.assert_allclose(model.coef_, other.coef_, rtol=0, atol=atol)
    np.testing.assert_allclose(model.intercept_, other.intercept_, rtol=0, atol=atol)


# Larger C flattens the objective: there L-BFGS ends, in both libraries, where an iteration gains
# less than 64 times the spacing of floating-point numbers, further than 1e-5 from the minimum.
@pytest.mark.parametrize("C", [0.01, 1.0, 3.0])
@pytest.mark.parametrize("weighted", [False, True], ids=["equal", "weighted"])
@pytest.mark.parametrize("table", TABLES)
def test_coefficients_are_scikit_learns(table: str, weighted: bool, C: float) -> None:
    X, y = scaled(table)
    weights = np.random.default_rng(0).uniform(0.1, 3, size=len(y)) if weighted else None
    settings: dict[str, Any] = {"C": C, "tol": 1e-10, "max_iter": 10_000}
    model = LogisticRegression(**settings).fit(X, y, weights)
    other = sklearn.linear_model.LogisticRegression(**settings).fit(X, y, weights)
    assert_same_line(model, other)
    np.testing.assert_allclose(model.predict_proba(X), other.predict_proba(X), atol=1e-6)
    np.testing.assert_array_equal(model.predict(X), other.predict(X))


@pytest.mark.parametrize("table", ["breast_cancer", "iris"])
def test_gradient_descent_arrives_at_the_same_line(table: str) -> None:
    X, y = scaled(table)
    X = X[:, :3]
    model = LogisticRegression(
        solver=SGD(momentum=0.9),
        batch_size=len(y),
        learning_rate_init=0.5,
        tol=0,
        n_iter_no_change=50,
        max_iter=5000,
    ).fit(X, y)
    other = sklearn.linear_model.LogisticRegression(tol=1e-10, max_iter=10_000).fit(X, y)
    assert_same_line(model, other)


def test_mini_batches_come_close() -> None:
    X, y = scaled("wine")
    settings: dict[str, Any] = {"solver": "adam", "batch_size": 50, "learning_rate_init": 0.1}
    model = LogisticRegression(
        **settings, learning_rate="cosine", tol=0, n_iter_no_change=200, max_iter=200
    )
    with pytest.warns(ConvergenceWarning, match="200"):
        model.set_params(random_state=0).fit(X, y)
    assert_same_line(model, sklearn.linear_model.LogisticRegression().fit(X, y), atol=0.1)


def test_no_penalty() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 2))
    y = rng.random(300) < 1 / (1 + np.exp(-X @ [1.0, -2.0] - 0.5))
    settings: dict[str, Any] = {"C": np.inf, "tol": 1e-10, "max_iter": 10_000}
    model = LogisticRegression(**settings).fit(X, y)
    assert_same_line(model, sklearn.linear_model.LogisticRegression(**settings).fit(X, y))


def test_gradient_vanishes_at_the_minimum() -> None:
    # sum_i (p_i - y_i) x_i + w / C = 0 and sum_i (p_i - y_i) = 0.
    X, y = scaled("breast_cancer")
    model = LogisticRegression(C=0.5, tol=1e-9, max_iter=10_000).fit(X, y)
    error = model.predict_proba(X)[:, 1] - y
    np.testing.assert_allclose(error @ X + model.coef_[0] / 0.5, 0, atol=1e-3)
    assert error.sum() == pytest.approx(0, abs=1e-3)


def test_probabilities_and_their_logarithms() -> None:
    X, y = scaled("iris")
    model = LogisticRegression().fit(X, y)
    probabilities = model.predict_proba(X)
    assert probabilities.shape == (150, 3)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-12)
    np.testing.assert_allclose(model.predict_log_proba(X), np.log(probabilities), rtol=1e-10)
    np.testing.assert_array_equal(model.predict(X), probabilities.argmax(axis=1))


def test_log_probabilities_stay_finite() -> None:
    model = LogisticRegression().fit([[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1])
    logit = model.decision_function([[1e6]]).item()
    assert logit > 1e5
    np.testing.assert_allclose(model.predict_log_proba([[1e6]]), [[-logit, 0]])


def test_labels_keep_their_type() -> None:
    model = LogisticRegression().fit([[0.0], [1.0], [2.0], [3.0]], ["no", "no", "yes", "yes"])
    assert model.classes_.tolist() == ["no", "yes"]
    assert model.predict([[0.0], [3.0]]).tolist() == ["no", "yes"]
    np.testing.assert_allclose(model.predict_proba([[1.5]]), [[0.5, 0.5]], atol=1e-4)


def test_history_goes_down_from_the_loss_of_no_knowledge() -> None:
    X, y = scaled("wine")
    model = LogisticRegression(solver="sgd", learning_rate_init=0.1, tol=1e-3, random_state=0)
    model.fit(X, y)
    losses = model.history_["loss"]
    assert model.n_iter_ == [len(losses)]
    assert losses[0] == pytest.approx(np.log(3), rel=1e-12)
    assert losses[-1] < 0.2


@pytest.mark.parametrize("solver", ["lbfgs", "adam"])
def test_float32_stays_float32(solver: str) -> None:
    X, y = scaled("iris")
    model = LogisticRegression(solver=solver, max_iter=1000).fit(X.astype(np.float32), y)
    assert model.coef_.dtype == model.intercept_.dtype == np.float32
    assert model.predict_proba(X).dtype == np.float32


def test_float32_stays_float32_for_numpy_settings() -> None:
    X, y = scaled("iris")
    model = LogisticRegression(solver="adam", C=np.logspace(-1, 1, 3)[1], max_iter=1000)
    assert model.fit(X.astype(np.float32), y).coef_.dtype == np.float32


@pytest.mark.parametrize("learning_rate", ["cosine", Cosine()])
def test_schedule_by_name_or_object(learning_rate: str | Schedule) -> None:
    X, y = scaled("iris")
    model = LogisticRegression(
        solver="sgd", learning_rate=learning_rate, random_state=0, max_iter=500
    )
    by_name = LogisticRegression(solver="sgd", learning_rate="cosine", random_state=0, max_iter=500)
    np.testing.assert_array_equal(model.fit(X, y).coef_, by_name.fit(X, y).coef_)


def test_too_few_iterations_are_told() -> None:
    X, y = scaled("breast_cancer")
    with pytest.warns(ConvergenceWarning, match=r"after 3 iteration.*max_iter"):
        LogisticRegression(max_iter=3).fit(X, y)


def test_verbose_prints_each_iteration(capsys: pytest.CaptureFixture[str]) -> None:
    model = LogisticRegression(verbose=1).fit(*scaled("iris"))
    losses = enumerate(model.history_["loss"], start=1)
    expected = [f"Iteration {number}, loss = {loss:.8f}" for number, loss in losses]
    assert capsys.readouterr().out.splitlines() == expected


def test_one_class_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 2 classes"):
        LogisticRegression().fit([[0.0], [1.0]], ["a", "a"])


def test_not_fitted() -> None:
    with pytest.raises(NotFittedError):
        LogisticRegression().predict([[0.0]])


@pytest.mark.parametrize("in_form", [np.ravel, np.ndarray.tolist, csr_array])
def test_predicts_with_coefficients_that_were_assigned(in_form: Any) -> None:
    X, y = scaled("breast_cancer")
    other = sklearn.linear_model.LogisticRegression(fit_intercept=False).fit(X, y)
    model = LogisticRegression().fit(X, y)
    assigned: Any = 0.0
    model.coef_, model.intercept_ = in_form(other.coef_), assigned
    for rows in (X, csr_array(X)):
        np.testing.assert_allclose(model.predict_proba(rows), other.predict_proba(X))


@pytest.mark.parametrize("in_form", [np.array, csr_array])
def test_weights_of_another_length_are_told(in_form: Any) -> None:
    model = LogisticRegression().fit([[0.0, 1.0], [1.0, 0.0]], [0, 1])
    model.coef_ = in_form([[1.0, 2.0, 3.0]])
    with pytest.raises(ValueError, match="coef_ holds 3 weights for each line, but X has 2"):
        model.predict(in_form([[0.0, 1.0]]))


def test_rows_beyond_float32_are_told() -> None:
    X, y = scaled("breast_cancer")
    model = LogisticRegression().fit(X.astype(np.float32), y)
    assert model.predict_proba(csr_array(X)).dtype == np.float32
    with pytest.raises(ValueError, match="float32 cannot hold"):
        model.predict_proba(1e39 * X)


@pytest.mark.parametrize("model", [LogisticRegression(), Perceptron(), MLPClassifier((2,))])
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_fit_that_fails_leaves_the_last_one(model: Any) -> None:
    X, y = scaled("iris")
    before = model.fit(X, y == 0).predict(X)
    with pytest.raises(ValueError, match="class_weight"):
        model.set_params(class_weight={0: -1}).fit(X, y)
    np.testing.assert_array_equal(model.classes_, [False, True])
    np.testing.assert_array_equal(model.predict(X), before)
