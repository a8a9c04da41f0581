"""Every engine gives what the reference engine gives."""

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from errorest import engine
from errorest.engine import reference
from errorest.engine.compiled import CompiledEngine, engines
from errorest.maths.activations import ACTIVATIONS, SELU, Activation, LeakyReLU
from errorest.maths.arrays import Array
from errorest.maths.losses import (
    LOSSES,
    Loss,
    binary_cross_entropy,
    cross_entropy,
    squared_error,
)
from errorest.maths.optimizers import SGD, Adam, AdamW, Optimizer
from errorest.maths.random_bits import random_order
from errorest.network import (
    Dense,
    Embedding,
    Layer,
    Network,
    ParametricActivation,
    Periodic,
    Scale,
    tabular_network,
)

COMPILED = engines()
pytestmark = pytest.mark.skipif(not COMPILED, reason="no compiled engine was built")

DTYPES = [np.float32, np.float64]
OPTIMIZERS = [
    SGD(),
    SGD(momentum=0.9),
    SGD(momentum=0.8, nesterov=True),
    Adam(),
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


def assert_trains_alike(
    compiled: CompiledEngine, problem: Problem, optimizer: Optimizer, **settings: Any
) -> None:
    dtype = problem.X.dtype.type
    network, moments, losses = train(compiled, problem, optimizer, **settings)
    exact, exact_moments, exact_losses = train(reference, problem.exact(), optimizer, **settings)
    assert network.parameters.dtype == moments.dtype == dtype
    assert losses.dtype == np.float64
    assert relative_error(network.parameters, exact.parameters) < tolerance(dtype)
    assert relative_error(moments, exact_moments) < tolerance(dtype)
    assert relative_error(losses, exact_losses) < tolerance(dtype)


def assert_gradient_alike(compiled: CompiledEngine, problem: Problem, l2: float = 0.1) -> None:
    dtype = problem.X.dtype.type
    arguments = problem.network, problem.X, problem.targets, problem.sample_weight
    loss, gradient = compiled.loss_and_gradient(*arguments, l2=l2)
    exact = problem.exact()
    exact_loss, exact_gradient = reference.loss_and_gradient(
        exact.network, exact.X, exact.targets, exact.sample_weight, l2=l2
    )
    assert gradient.dtype == dtype
    assert loss == pytest.approx(exact_loss, rel=tolerance(dtype))
    assert relative_error(gradient, exact_gradient) < tolerance(dtype)


@every_dtype
@every_engine
@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=ACTIVATIONS)
def test_forward_and_predict_proba(
    compiled: CompiledEngine, activation: Activation, loss: Loss, dtype: type[np.floating]
) -> None:
    problem = make_problem(activation=activation, loss=loss, dtype=dtype)
    exact = problem.exact()
    logits = compiled.forward(problem.network, problem.X)
    assert logits.dtype == dtype
    assert relative_error(logits, reference.forward(exact.network, exact.X)) < tolerance(dtype)
    answers = compiled.predict_proba(problem.network, problem.X)
    assert relative_error(answers, reference.predict_proba(exact.network, exact.X)) < tolerance(
        dtype
    )


@every_dtype
@every_engine
@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=ACTIVATIONS)
def test_loss_and_gradient(
    compiled: CompiledEngine, activation: Activation, loss: Loss, dtype: type[np.floating]
) -> None:
    assert_gradient_alike(compiled, make_problem(activation=activation, loss=loss, dtype=dtype))


@every_dtype
@every_engine
@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=ACTIVATIONS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=repr)
def test_train_epochs(
    compiled: CompiledEngine,
    optimizer: Optimizer,
    activation: Activation,
    loss: Loss,
    dtype: type[np.floating],
) -> None:
    problem = make_problem(activation=activation, loss=loss, dtype=dtype)
    assert_trains_alike(compiled, problem, optimizer)


@every_dtype
@every_engine
@pytest.mark.parametrize("settings", [{"shuffle": False}, {"sample_weight": None}, {"l2": 0.0}])
def test_settings(
    compiled: CompiledEngine, settings: dict[str, Any], dtype: type[np.floating]
) -> None:
    assert_trains_alike(compiled, make_problem(dtype=dtype), Adam(), **settings)


@every_dtype
@every_engine
@pytest.mark.parametrize("name", ["relu", "tanh", "gelu"])
@pytest.mark.parametrize("batch_size", [10, 40, 1100])
def test_dropout(
    compiled: CompiledEngine, batch_size: int, name: str, dtype: type[np.floating]
) -> None:
    n_samples = 1100 if batch_size == 1100 else 40
    activation = ACTIVATIONS[name]
    problem = make_problem(
        n_samples, hidden=(40, 9), activation=activation, dropout=0.3, dtype=dtype
    )
    assert_trains_alike(compiled, problem, Adam(), batch_size=batch_size)
    # Nothing is dropped outside of a training.
    assert_gradient_alike(compiled, problem)


@every_engine
def test_dropout_of_the_logits(compiled: CompiledEngine) -> None:
    problem = make_problem(hidden=())
    layers = tuple(
        dataclasses.replace(layer, dropout=0.5) for layer, _ in problem.network.dense_layers()
    )
    problem.network = dataclasses.replace(problem.network, layers=layers)
    assert_trains_alike(compiled, problem, SGD())


SHAPES = {
    "one feature": (40, 1, (5,), 3),
    "one unit": (40, 4, (1, 1), 2),
    "one row": (1, 4, (6,), 3),
    "a line": (40, 6, (), 1),
    "a line with many features": (50, 600, (), 1),
    "a line in many dimensions": (70, 45, (), 1),
    "no hidden layer": (40, 6, (), 5),
    "many classes": (80, 7, (9,), 130),
    "panels just full": (64, 32, (64, 32), 16),
    "a single unit behind many": (40, 5, (70,), 1),
    "a single unit behind panels just full": (40, 5, (64,), 1),
    "panels just passed": (65, 33, (65, 33), 17),
    "one block of rows and one row": (1025, 3, (4,), 2),
    "deep": (30, 3, (4, 4, 4, 4, 4, 4), 2),
}


@every_dtype
@every_engine
@pytest.mark.parametrize("loss", [binary_cross_entropy, cross_entropy], ids=repr)
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_shapes(
    compiled: CompiledEngine,
    shape: tuple[int, int, tuple[int, ...], int],
    loss: Loss,
    dtype: type[np.floating],
) -> None:
    problem = make_problem(*shape, loss=loss, dtype=dtype)
    assert_gradient_alike(compiled, problem)
    assert_trains_alike(compiled, problem, SGD(momentum=0.9), batch_size=16)


@every_dtype
@every_engine
@pytest.mark.parametrize("hidden", [(), (6,)])
@pytest.mark.parametrize("n_samples", [1000, 2500])
def test_full_batch(
    compiled: CompiledEngine, n_samples: int, hidden: tuple[int, ...], dtype: type[np.floating]
) -> None:
    """Rows that do not fit into one part of a batch, and a batch that comes again."""
    problem = make_problem(n_samples, 4, hidden, 1, loss=binary_cross_entropy, dtype=dtype)
    assert_trains_alike(compiled, problem, Adam(), batch_size=n_samples, n_epochs=5)


@settings(deadline=None, max_examples=60)
@given(
    n_samples=st.integers(1, 70),
    n_features=st.integers(1, 70),
    hidden=st.lists(st.integers(1, 70), max_size=3).map(tuple),
    n_outputs=st.integers(1, 40),
    batch_size=st.integers(1, 80),
    activation=st.sampled_from([ACTIVATIONS[name] for name in ("tanh", "gelu", "sigmoid")]),
    loss=st.sampled_from(list(LOSSES.values())),
    seed=st.integers(0, 2**32 - 1),
)
def test_random_shapes(
    n_samples: int,
    n_features: int,
    hidden: tuple[int, ...],
    n_outputs: int,
    batch_size: int,
    activation: Activation,
    loss: Loss,
    seed: int,
) -> None:
    problem = make_problem(
        n_samples, n_features, hidden, n_outputs, activation=activation, loss=loss, seed=seed
    )
    for compiled in COMPILED:
        assert_gradient_alike(compiled, problem)
        # Without momentum or a division by a small number, which would magnify rounding errors.
        assert_trains_alike(compiled, problem, SGD(), batch_size=batch_size, seed=seed)


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


def assert_predicts_alike(compiled: CompiledEngine, problem: Problem) -> None:
    exact, dtype = problem.exact(), problem.X.dtype.type
    logits = compiled.forward(problem.network, problem.X)
    assert relative_error(logits, reference.forward(exact.network, exact.X)) < tolerance(dtype)
    answers = compiled.predict_proba(problem.network, problem.X)
    expected = reference.predict_proba(exact.network, exact.X)
    assert answers.shape == expected.shape
    assert relative_error(answers, expected) < tolerance(dtype)


@every_dtype
@every_engine
@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
@pytest.mark.parametrize("n_members", [1, 3])
def test_layers_of_several_kinds(
    compiled: CompiledEngine, n_members: int, loss: Loss, dtype: type[np.floating]
) -> None:
    problem = make_tabular_problem(
        loss=loss, n_members=n_members, parametric=True, dropout=0.2, dtype=dtype
    )
    assert compiled.serves(problem.network, problem.X, AdamW())
    assert_predicts_alike(compiled, problem)
    assert_gradient_alike(compiled, problem)
    assert_trains_alike(compiled, problem, AdamW(weight_decay=0.1, epsilon=1e-3))


@every_dtype
@every_engine
@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=repr)
def test_groups_of_parameters(
    compiled: CompiledEngine, optimizer: Optimizer, dtype: type[np.floating]
) -> None:
    problem = make_tabular_problem(name="tanh", dtype=dtype, periodic=())
    # Momentum would magnify rounding errors where little was learned.
    assert_trains_alike(compiled, problem, optimizer, learning_rate=0.001)


@every_dtype
@every_engine
@pytest.mark.parametrize("optimizer", [SGD(), Adam(), AdamW(weight_decay=0.1)], ids=repr)
def test_groups_of_parameters_in_a_narrow_network(
    compiled: CompiledEngine, optimizer: Optimizer, dtype: type[np.floating]
) -> None:
    problem = make_problem(dtype=dtype)
    layers = tuple(
        dataclasses.replace(layer, weight_rate=0.3, bias_rate=0.1)
        for layer, _ in problem.network.dense_layers()
    )
    problem.network = dataclasses.replace(problem.network, layers=layers)
    assert_trains_alike(compiled, problem, optimizer)


ALONE: dict[str, tuple[Layer, ...]] = {
    "scale": (Scale(3, rate=6.0, decay=0.5),),
    "two scales": (Scale(3), Dense(3, 5, ACTIVATIONS["gelu"]), Scale(5, n_members=4)),
    "all columns embedded": (Embedding(3, (2, 0, 1), (3, 3, 3), width=2),),
    "wide embedding": (Embedding(3, (1,), (40,), width=70),),
    "periodic": (Periodic(3, (1,), n_waves=1, width=2),),
    "embedding after waves": (Periodic(3, (1, 0)), Embedding(9, (0,), (3,))),
    "embedding after a scale": (Scale(3), Embedding(3, (0, 2), (3, 3))),
    "parametric": (
        Dense(3, 33, ACTIVATIONS["identity"]),
        ParametricActivation(33, ACTIVATIONS["gelu"]),
    ),
}


@every_dtype
@every_engine
@pytest.mark.parametrize("layers", ALONE.values(), ids=ALONE)
def test_one_kind_of_layer(
    compiled: CompiledEngine, layers: tuple[Layer, ...], dtype: type[np.floating]
) -> None:
    problem = make_problem(70, 3, ())
    rng = np.random.default_rng(0)
    problem.X[:] = rng.integers(3, size=problem.X.shape)
    layers = (*layers, Dense(layers[-1].n_out, 4, ACTIVATIONS["identity"]))
    parameters = np.concatenate([layer.initialize(rng) for layer in layers])
    parameters = parameters.astype(np.float32).astype(float)
    problem.network = Network(layers, cross_entropy, parameters)
    problem = problem.to(dtype)
    assert compiled.serves(problem.network, problem.X)
    assert_predicts_alike(compiled, problem)
    assert_gradient_alike(compiled, problem)
    assert_trains_alike(compiled, problem, SGD(momentum=0.5), batch_size=32)


@every_dtype
@every_engine
def test_waves_of_large_numbers(compiled: CompiledEngine, dtype: type[np.floating]) -> None:
    """One row of numbers of many periods; and as many columns as do not fit one panel."""
    layer = Periodic(70, tuple(range(69, -1, -1)), n_waves=3)
    layers = (layer, Dense(layer.n_out, 1, ACTIVATIONS["identity"]))
    rng = np.random.default_rng(0)
    problem = make_problem(40, 70, (), 1, loss=squared_error)
    problem.X *= 8
    parameters = np.concatenate([layer.initialize(rng) for layer in layers])
    parameters = parameters.astype(np.float32).astype(float)
    problem.network = Network(layers, squared_error, parameters)
    problem = problem.to(dtype)
    assert_predicts_alike(compiled, problem)
    assert_gradient_alike(compiled, problem)


@every_engine
@pytest.mark.parametrize("n_members", [1, 5, 2000])
def test_members_and_parts_of_a_batch(compiled: CompiledEngine, n_members: int) -> None:
    n_samples = 700 if n_members < 2000 else 3
    problem = make_tabular_problem(n_samples, (8,), n_members=n_members, dropout=0.2)
    assert_predicts_alike(compiled, problem)
    assert_gradient_alike(compiled, problem)
    assert_trains_alike(compiled, problem, SGD(), batch_size=500)


@every_dtype
@every_engine
def test_regularization_by_step(compiled: CompiledEngine, dtype: type[np.floating]) -> None:
    problem = make_problem(40, hidden=(40, 9), dropout=0.4, dtype=dtype)
    factors = np.array([[1.0, 0.7, 0.5, 0.2], [0.1, 0.0, 0.0, 0.0]])
    assert_trains_alike(compiled, problem, AdamW(weight_decay=1.0), regularization=factors)


@every_engine
def test_layers_that_are_not_served(compiled: CompiledEngine) -> None:
    X = np.ones((5, 3))

    def serves(*layers: Layer) -> bool:
        n_parameters = sum(layer.n_parameters for layer in layers)
        return compiled.serves(Network(layers, squared_error, np.zeros(n_parameters)), X)

    @dataclasses.dataclass(frozen=True)
    class OtherScale(Scale):
        pass

    assert serves(Scale(3))
    assert not serves(OtherScale(3))
    assert not serves(Scale(3), Periodic(3, (0,)))
    assert not serves(Periodic(3, (0,), width=9))


@every_engine
def test_target_forms(compiled: CompiledEngine) -> None:
    """Class indices of any dtype, one-hot rows, and probabilities of classes."""
    problem = make_problem(loss=cross_entropy)
    one_hot = np.eye(4)[problem.targets]
    expected, _ = reference.loss_and_gradient(problem.network, problem.X, problem.targets)
    forms: list[NDArray[Any]] = [one_hot]
    forms += [problem.targets.astype(dtype) for dtype in (np.int32, np.int8, np.uint64, float)]
    for targets in forms:
        loss, _ = compiled.loss_and_gradient(problem.network, problem.X, targets)
        assert loss == pytest.approx(expected, rel=1e-12)
    smooth = 0.9 * one_hot + 0.025
    expected, _ = reference.loss_and_gradient(problem.network, problem.X, smooth)
    loss, _ = compiled.loss_and_gradient(problem.network, problem.X, smooth)
    assert loss == pytest.approx(expected, rel=1e-12)


@every_engine
def test_one_column_of_targets(compiled: CompiledEngine) -> None:
    problem = make_problem(n_outputs=3, loss=squared_error)
    arguments = problem.network, problem.X, problem.targets[:, 0]
    loss, gradient = compiled.loss_and_gradient(*arguments)
    expected_loss, expected = reference.loss_and_gradient(*arguments)
    assert loss == pytest.approx(expected_loss, rel=1e-12)
    assert relative_error(gradient, expected) < 1e-12


@every_engine
@pytest.mark.parametrize("wrong", [-1, 4, 0.5, 2**32, np.nan])
def test_wrong_labels(compiled: CompiledEngine, wrong: float) -> None:
    problem = make_problem(n_outputs=4)
    targets = problem.targets.astype(float)
    targets[5] = wrong
    with pytest.raises(ValueError, match="class indices"):
        compiled.loss_and_gradient(problem.network, problem.X, targets)


@every_engine
@pytest.mark.parametrize("n_batches", [5, 3])
def test_wrong_shapes(compiled: CompiledEngine, n_batches: int) -> None:
    problem = make_problem(37)
    with pytest.raises(ValueError, match="number of rows"):
        compiled.loss_and_gradient(problem.network, problem.X, problem.targets[:-1])
    with pytest.raises(ValueError, match="number of features"):
        compiled.predict_proba(problem.network, problem.X[:, 1:])
    rates = np.ones((1, n_batches))
    with pytest.raises(ValueError, match="more learning rates than batches"):
        compiled.train_epochs(
            problem.network,
            SGD().start(problem.network.parameters),
            problem.X,
            problem.targets,
            optimizer=SGD(),
            steps=engine.Steps(rates, batch_size=37 // (n_batches - 1) + 1),
        )


@every_dtype
@every_engine
def test_batch_without_weight(compiled: CompiledEngine, dtype: type[np.floating]) -> None:
    problem = make_problem(dtype=dtype)
    problem.sample_weight[:] = 0
    assert_trains_alike(compiled, problem, Adam())


@every_dtype
@every_engine
def test_large_logits(compiled: CompiledEngine, dtype: type[np.floating]) -> None:
    for loss in (binary_cross_entropy, cross_entropy):
        problem = make_problem(n_outputs=3, hidden=(), loss=loss, dtype=dtype)
        problem.network = problem.network.with_parameters(problem.network.parameters * dtype(1e3))
        assert_gradient_alike(compiled, problem)


@every_engine
@pytest.mark.parametrize("n_outputs", [1, 3])
def test_divergence_is_seen(compiled: CompiledEngine, n_outputs: int) -> None:
    """A NaN stays a NaN, and stays in its row."""
    problem = make_problem(40, n_outputs=n_outputs, loss=binary_cross_entropy)
    problem.X[3, 0] = np.nan
    loss, _ = compiled.loss_and_gradient(problem.network, problem.X, problem.targets)
    assert np.isnan(loss)
    answers = compiled.predict_proba(problem.network, problem.X)
    assert np.isnan(answers).any(axis=1).tolist() == [row == 3 for row in range(40)]


@every_engine
@pytest.mark.parametrize("n", [0, 1, 2, 63, 64, 65, 100_000])
def test_random_order(compiled: CompiledEngine, n: int) -> None:
    np.testing.assert_array_equal(
        compiled.random_order(2**64 - 1, 3, n), random_order(2**64 - 1, 3, n)
    )


@every_engine
def test_shuffle_is_the_reference_order(compiled: CompiledEngine) -> None:
    """With one row a step and no smoothing, any other order would show."""
    problem = make_problem(3000, 2, (), 1, loss=binary_cross_entropy)
    assert_trains_alike(compiled, problem, SGD(), batch_size=1, learning_rate=0.5, n_epochs=3)


@every_engine
def test_epochs_in_one_call_or_several(compiled: CompiledEngine) -> None:
    problem = make_problem()
    rates = np.full((4, 4), 0.01)
    arguments = problem.X, problem.targets, problem.sample_weight
    steps = engine.Steps(rates, batch_size=10, seed=3)
    start = Adam().start(problem.network.parameters)
    network, moments, losses = compiled.train_epochs(
        problem.network, start, *arguments, optimizer=Adam(), steps=steps
    )
    stepwise, stepwise_moments = problem.network, start
    for epoch in range(4):
        stepwise, stepwise_moments, loss = compiled.train_epochs(
            stepwise,
            stepwise_moments,
            *arguments,
            optimizer=Adam(),
            steps=dataclasses.replace(steps, learning_rates=rates[:1], first_epoch=epoch),
        )
        assert loss[0] == losses[epoch]
    np.testing.assert_array_equal(stepwise.parameters, network.parameters)
    np.testing.assert_array_equal(stepwise_moments, moments)


@every_engine
@pytest.mark.parametrize(
    "activation", [LeakyReLU(0.3), LeakyReLU(-0.5), SELU(scale=1.2, alpha=0.7)], ids=repr
)
def test_parameters_of_activations(compiled: CompiledEngine, activation: Activation) -> None:
    assert_trains_alike(compiled, make_problem(activation=activation), AdamW())


@every_engine
def test_subclasses_are_not_served(compiled: CompiledEngine) -> None:
    class OtherActivation(LeakyReLU):
        pass

    class OtherOptimizer(Adam):
        pass

    class OtherLoss(type(cross_entropy)):  # type: ignore[misc]
        pass

    problem = make_problem(activation=OtherActivation())
    assert not compiled.serves(problem.network, problem.X)
    problem = make_problem()
    assert compiled.serves(problem.network, problem.X, Adam())
    assert not compiled.serves(problem.network, problem.X, OtherOptimizer())
    assert not compiled.serves(dataclasses.replace(problem.network, loss=OtherLoss()), problem.X)
    assert not compiled.serves(problem.network, problem.X.astype(np.float32))
    assert not compiled.serves(problem.network, problem.X[:0])
    assert not compiled.serves(problem.network, problem.X[0])


@every_engine
def test_inputs_are_not_changed(compiled: CompiledEngine) -> None:
    problem = make_problem()
    before = [problem.network.parameters.copy(), problem.X.copy(), problem.targets.copy()]
    moments = Adam().start(problem.network.parameters)
    train(compiled, problem, Adam())
    compiled.loss_and_gradient(problem.network, problem.X, problem.targets)
    after = [problem.network.parameters, problem.X, problem.targets]
    for array, other in zip(before, after, strict=True):
        np.testing.assert_array_equal(array, other)
    assert not moments.any()


@every_engine
@pytest.mark.parametrize("order", [np.asfortranarray, lambda X: np.repeat(X, 2, axis=1)[:, ::2]])
def test_any_layout_of_the_rows(
    compiled: CompiledEngine, order: Callable[[NDArray[Any]], NDArray[Any]]
) -> None:
    problem = make_problem()
    np.testing.assert_array_equal(
        compiled.predict_proba(problem.network, order(problem.X)),
        compiled.predict_proba(problem.network, problem.X),
    )


@every_dtype
@every_engine
def test_prediction_does_not_depend_on_the_other_rows(
    compiled: CompiledEngine, dtype: type[np.floating]
) -> None:
    classes = make_problem(300, 50, (70, 33), 3, dtype=dtype)
    binary = make_problem(300, 50, (70, 41), 1, loss=binary_cross_entropy, dtype=dtype)
    tabular = make_tabular_problem(300, n_members=3, parametric=True, dtype=dtype)
    for problem in (classes, binary, tabular):
        together = compiled.predict_proba(problem.network, problem.X)
        for n in (1, 3, 7):
            apart = [
                compiled.predict_proba(problem.network, problem.X[i : i + n])
                for i in range(0, 300, n)
            ]
            np.testing.assert_array_equal(np.concatenate(apart), together)


@every_dtype
@every_engine
@pytest.mark.parametrize("n_outputs", [1, 3])
@pytest.mark.parametrize("n_features", [4, 155])
@pytest.mark.parametrize(
    "rule",
    [
        {},
        {"weighted": True, "fit_intercept": False},
        {"l2": 0.1},
        {"l1": 0.01, "n_visits": 7},
        {"weighted": True, "l2": 0.01, "l1": 0.02},
    ],
)
def test_perceptron_epoch(
    compiled: CompiledEngine,
    n_features: int,
    n_outputs: int,
    dtype: type[np.floating],
    rule: dict[str, Any],
) -> None:
    rng = np.random.default_rng(0)
    network = Network.build(
        n_features,
        [],
        n_outputs,
        activation=ACTIVATIONS["step"],
        loss=LOSSES["perceptron"],
        seed=0,
        dtype=dtype,
    )
    X = rng.normal(size=(200, n_features)).astype(dtype)
    targets = rng.integers(2, size=(200, n_outputs)).astype(dtype)
    order = random_order(0, 0, 200)
    options = dict(rule)
    weights = rng.uniform(size=200).astype(dtype) if options.pop("weighted", False) else None
    options |= {"learning_rate": 0.1, "penalised": rng.normal(0, 0.01, network.parameters.size)}
    options["penalised"] = options["penalised"].astype(dtype)
    data = (network, X, targets, order, weights)
    moved, n_mistakes, loss, penalised = compiled.perceptron_epoch(*data, **options)
    expected = reference.perceptron_epoch(*data, **options)
    assert n_mistakes == expected[1]
    assert relative_error(moved.parameters, expected[0].parameters) < tolerance(dtype)
    assert loss == pytest.approx(expected[2], rel=tolerance(dtype))
    np.testing.assert_allclose(penalised, expected[3], atol=tolerance(dtype))
    assert moved.parameters.dtype == penalised.dtype == dtype


def test_the_best_engine_runs() -> None:
    if engine.build_info()["engine"] == "compiled":
        assert engine.name == COMPILED[0].name
    else:
        assert engine.name == "reference"
