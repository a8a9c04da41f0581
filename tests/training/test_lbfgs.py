"""L-BFGS against the closed form of ridge regression, as scikit-learn solves it."""

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.linear_model import Ridge

from errorest.maths import squared_error, tanh
from errorest.network import Network
from errorest.training import Samples, minimize_lbfgs

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 3))
Y = X @ np.array([1.0, -2.0, 0.5]) + 3 + RNG.normal(size=40)
WEIGHTS = RNG.uniform(0.5, 2, size=40)


def network(hidden: list[int], dtype: type[np.floating] = np.float64) -> Network:
    return Network.build(3, hidden, 1, activation=tanh, loss=squared_error, seed=0, dtype=dtype)


@pytest.mark.parametrize("sample_weight", [None, WEIGHTS], ids=["equal", "weighted"])
def test_finds_the_ridge(sample_weight: NDArray[np.float64] | None) -> None:
    # J times twice the total weight is Ridge's objective, with alpha = l2 times that weight.
    total = 40 if sample_weight is None else sample_weight.sum()
    ridge = Ridge(alpha=0.1 * total).fit(X, Y, sample_weight)
    minimum = minimize_lbfgs(network([]), Samples(X, Y, sample_weight), l2=0.1, tol=1e-9)
    assert minimum.converged
    np.testing.assert_allclose(minimum.network.weights[0][:, 0], ridge.coef_, rtol=1e-6)
    np.testing.assert_allclose(minimum.network.biases[0], ridge.intercept_, rtol=1e-6)
    weights = np.ones(40) if sample_weight is None else sample_weight
    squares = (weights * (ridge.predict(X) - Y) ** 2).sum() / total
    assert minimum.loss == pytest.approx((squares + 0.1 * (ridge.coef_**2).sum()) / 2, rel=1e-9)


def test_each_iteration_is_reported_and_goes_down() -> None:
    seen: list[tuple[Network, float]] = []
    minimum = minimize_lbfgs(
        network([4]), Samples(X, Y), on_iteration=lambda at, loss: seen.append((at, loss))
    )
    losses = [loss for _, loss in seen]
    assert len(seen) == minimum.n_iter > 1
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] == minimum.loss
    np.testing.assert_array_equal(seen[-1][0].parameters, minimum.network.parameters)


def test_ends_early_when_asked_to() -> None:
    losses: list[float] = []

    def enough(at: Network, loss: float) -> None:
        losses.append(loss)
        if len(losses) == 3:
            raise StopIteration

    minimum = minimize_lbfgs(network([4]), Samples(X, Y), on_iteration=enough)
    assert minimum.n_iter == len(losses) == 3
    assert minimum.loss == losses[-1]
    assert not minimum.converged


@pytest.mark.parametrize("limits", [{"max_iter": 2}, {"max_fun": 3}])
def test_a_limit_is_no_minimum(limits: dict[str, int]) -> None:
    minimum = minimize_lbfgs(network([4]), Samples(X, Y), **limits)  # type: ignore[arg-type]
    assert not minimum.converged
    assert "LIMIT" in minimum.message


def test_float32_stays_float32() -> None:
    samples = Samples(X.astype(np.float32), Y.astype(np.float32))
    minimum = minimize_lbfgs(network([], np.float32), samples, l2=0.1)
    assert minimum.network.parameters.dtype == np.float32
    ridge = Ridge(alpha=4).fit(X, Y)
    np.testing.assert_allclose(minimum.network.weights[0][:, 0], ridge.coef_, atol=1e-3)


def test_start_is_left_alone() -> None:
    start = network([4])
    before = start.parameters.copy()
    minimize_lbfgs(start, Samples(X, Y))
    np.testing.assert_array_equal(start.parameters, before)
