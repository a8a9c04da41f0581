"""Networks with rows to train them on, and what it means that engines agree on them."""

import dataclasses
import os
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from errorest import engine
from errorest.engine import reference
from errorest.engine.compiled import CompiledEngine, engines
from errorest.maths.activations import ACTIVATIONS, Activation
from errorest.maths.arrays import Array
from errorest.maths.losses import Loss, cross_entropy, squared_error
from errorest.maths.optimizers import OPTIMIZERS as NAMED, SGD, Adam, AdamW, Optimizer
from errorest.network import Network, tabular_network

COMPILED = engines()
needs_compiled = pytest.mark.skipif(not COMPILED, reason="no compiled engine was built")

# Where arithmetic takes a hundred times longer.
UNDER_SANITIZERS = "asan" in os.environ.get("LD_PRELOAD", "")

DTYPES = [np.float32, np.float64]
OPTIMIZERS = [
    *NAMED.values(),
    SGD(momentum=0.9),
    SGD(momentum=0.8, nesterov=True),
    Adam(beta_1=0.8, beta_2=0.95, epsilon=1e-3),
    SGD(momentum=0.5, clip_norm=0.05),
    Adam(clip_norm=0.05),
    AdamW(weight_decay=0.1),
]

every_engine = pytest.mark.parametrize("compiled", COMPILED, ids=lambda engine: engine.name)
every_dtype = pytest.mark.parametrize("dtype", DTYPES, ids=lambda dtype: dtype.__name__)


@dataclasses.dataclass
class Problem:
    """A network and rows to train it on."""

    network: Network
    X: NDArray[Any]
    targets: NDArray[Any]
    sample_weight: NDArray[Any]

    def exact(self) -> "Problem":
        """Return the same numbers in float64."""
        return self.to(np.float64)

    def to(self, dtype: type[np.floating]) -> "Problem":
        """Return the same numbers in another precision."""
        network = self.network.with_parameters(self.network.parameters.astype(dtype))
        return Problem(
            network, self.X.astype(dtype), self.targets, self.sample_weight.astype(dtype)
        )


def make_problem(
    n_samples: int = 37,
    n_features: int = 5,
    hidden: tuple[int, ...] = (7, 3),
    n_outputs: int = 4,
    *,
    activation: Activation = ACTIVATIONS["tanh"],
    loss: Loss = cross_entropy,
    dtype: type[np.floating] = np.float64,
    dropout: float = 0.0,
    seed: int = 0,
) -> Problem:
    rng = np.random.default_rng(seed)
    network = Network.build(
        n_features,
        hidden,
        n_outputs,
        activation=activation,
        loss=loss,
        dropout=dropout,
        seed=seed,
    )
    targets: NDArray[Any]
    if loss is cross_entropy:
        targets = rng.integers(n_outputs, size=n_samples)
    elif loss is squared_error:
        targets = rng.normal(size=(n_samples, n_outputs))
    else:
        targets = rng.integers(2, size=(n_samples, n_outputs)).astype(float)
    # The inputs are float32 numbers, so that both precisions see the same ones.
    X = rng.normal(size=(n_samples, n_features)).astype(np.float32).astype(float)
    sample_weight = rng.integers(1, 9, size=n_samples) / 4
    parameters = network.parameters.astype(np.float32).astype(float)
    return Problem(network.with_parameters(parameters), X, targets, sample_weight).to(dtype)


def relative_error(result: Array, exact: Array) -> float:
    """Return the error in units of the largest number."""
    scale = max(float(np.max(np.abs(exact), initial=0.0)), 1e-3)
    return float(np.max(np.abs(result - exact), initial=0.0)) / scale


def tolerance(dtype: type[np.floating]) -> float:
    return 1e-5 if dtype is np.float32 else 1e-12


def train(
    seam: Any,
    problem: Problem,
    optimizer: Optimizer,
    *,
    n_epochs: int = 2,
    batch_size: int = 10,
    learning_rate: float = 0.01,
    **settings: Any,
) -> tuple[Network, Array, Array]:
    n_batches = -(-len(problem.X) // batch_size)
    rates = learning_rate * np.linspace(1, 0.5, n_epochs * n_batches).reshape(n_epochs, n_batches)
    sample_weight = settings.pop("sample_weight", problem.sample_weight)
    steps = engine.Steps(rates, batch_size, **{"l2": 0.1, "seed": 7} | settings)
    trained: tuple[Network, Array, Array] = seam.train_epochs(
        problem.network,
        optimizer.start(problem.network.parameters),
        problem.X,
        problem.targets,
        sample_weight,
        optimizer=optimizer,
        steps=steps,
    )
    return trained


def engines_for(problem: Problem, optimizer: Optimizer | None = None) -> list[CompiledEngine]:
    """Return the compiled engines, all of which must know what the problem is made of."""
    for compiled in COMPILED:
        assert compiled.serves(problem.network, problem.X, optimizer), (
            f"{compiled.name} does not know {problem.network.loss}, {optimizer}, or one of "
            f"{problem.network.layers}: see how to add one, at the top of its file"
        )
    return COMPILED


def assert_trains_alike(problem: Problem, optimizer: Optimizer, **settings: Any) -> None:
    dtype = problem.X.dtype.type
    exact, exact_moments, exact_losses = train(reference, problem.exact(), optimizer, **settings)
    for compiled in engines_for(problem, optimizer):
        network, moments, losses = train(compiled, problem, optimizer, **settings)
        assert network.parameters.dtype == moments.dtype == dtype
        assert losses.dtype == np.float64
        assert_close(compiled, network.parameters, exact.parameters, dtype)
        assert_close(compiled, moments, exact_moments, dtype)
        assert_close(compiled, losses, exact_losses, dtype)


def assert_gradient_alike(problem: Problem) -> None:
    dtype, exact = problem.X.dtype.type, problem.exact()
    exact_loss, exact_gradient = loss_and_gradient(reference, exact)
    for compiled in engines_for(problem):
        loss, gradient = loss_and_gradient(compiled, problem)
        assert gradient.dtype == dtype
        assert loss == pytest.approx(exact_loss, rel=tolerance(dtype)), compiled.name
        assert_close(compiled, gradient, exact_gradient, dtype)


def loss_and_gradient(seam: Any, problem: Problem) -> tuple[float, Array]:
    found: tuple[float, Array] = seam.loss_and_gradient(
        problem.network, problem.X, problem.targets, problem.sample_weight, l2=0.1
    )
    return found


def assert_close(
    compiled: CompiledEngine, result: Array, exact: Array, dtype: type[np.floating]
) -> None:
    assert relative_error(result, exact) < tolerance(dtype), compiled.name


def make_tabular_problem(
    n_samples: int = 37,
    hidden: tuple[int, ...] = (40, 9),
    n_outputs: int = 3,
    *,
    dtype: type[np.floating] = np.float64,
    loss: Loss = cross_entropy,
    name: str = "selu",
    **settings: Any,
) -> Problem:
    """Rows with two codes, of 3 and 70 levels, some of them unknown, and a network for them."""
    problem = make_problem(n_samples, 6, (), n_outputs, loss=loss)
    rng = np.random.default_rng(1)
    problem.X[:, 4] = rng.integers(-1, 3, size=n_samples)
    problem.X[:, 1] = rng.integers(0, 75, size=n_samples)
    settings = {"levels": {4: 3, 1: 70}, "periodic": (0, 5, 2)} | settings
    network = tabular_network(
        6, hidden, n_outputs, activation=ACTIVATIONS[name], loss=loss, seed=0, **settings
    )
    parameters = network.parameters + rng.normal(scale=0.1, size=network.n_parameters)
    parameters = parameters.astype(np.float32).astype(float)
    return dataclasses.replace(problem, network=network.with_parameters(parameters)).to(dtype)


def assert_predicts_alike(problem: Problem) -> None:
    exact, dtype = problem.exact(), problem.X.dtype.type
    exact_logits = reference.forward(exact.network, exact.X)
    exact_answers = reference.predict_proba(exact.network, exact.X)
    for compiled in engines_for(problem):
        logits = compiled.forward(problem.network, problem.X)
        assert logits.dtype == dtype
        assert_close(compiled, logits, exact_logits, dtype)
        answers = compiled.predict_proba(problem.network, problem.X)
        assert answers.shape == exact_answers.shape
        assert_close(compiled, answers, exact_answers, dtype)
