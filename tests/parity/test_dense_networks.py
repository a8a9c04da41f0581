"""Every engine trains dense networks as the reference engine does."""

import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from errorest.engine.compiled import CompiledEngine
from errorest.maths.activations import ACTIVATIONS, SELU, Activation, LeakyReLU
from errorest.maths.losses import (
    LOSSES,
    FocalLoss,
    Loss,
    binary_cross_entropy,
    cross_entropy,
)
from errorest.maths.optimizers import SGD, Adam, AdamW, Optimizer
from tests.parity.problems import (
    OPTIMIZERS,
    assert_gradient_alike,
    assert_predicts_alike,
    assert_trains_alike,
    every_dtype,
    every_engine,
    make_problem,
    needs_compiled,
)

pytestmark = needs_compiled


@every_dtype
@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=ACTIVATIONS)
def test_forward_and_predict_proba(
    activation: Activation, loss: Loss, dtype: type[np.floating]
) -> None:
    problem = make_problem(activation=activation, loss=loss, dtype=dtype)
    assert_predicts_alike(problem)


@every_dtype
@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=ACTIVATIONS)
def test_loss_and_gradient(activation: Activation, loss: Loss, dtype: type[np.floating]) -> None:
    assert_gradient_alike(make_problem(activation=activation, loss=loss, dtype=dtype))


def latin_square(rows: list[Any], columns: list[Any], symbols: list[Any]) -> list[Any]:
    """Return triples in which each two of their elements meet, though not each three."""
    n = max(len(rows), len(columns), len(symbols))
    return [
        (rows[i % len(rows)], columns[j % len(columns)], symbols[(i + j) % n % len(symbols)])
        for i in range(n)
        for j in range(n)
    ]


@every_dtype
@pytest.mark.parametrize(
    ("optimizer", "activation", "loss"),
    latin_square(OPTIMIZERS, [*ACTIVATIONS.values()], [*LOSSES.values()]),
    ids=repr,
)
def test_train_epochs(
    optimizer: Optimizer, activation: Activation, loss: Loss, dtype: type[np.floating]
) -> None:
    problem = make_problem(activation=activation, loss=loss, dtype=dtype)
    assert_trains_alike(problem, optimizer)


@pytest.mark.parametrize(
    "activation", [LeakyReLU(0.3), LeakyReLU(-0.5), SELU(scale=1.2, alpha=0.7)], ids=repr
)
def test_parameters_of_activations(activation: Activation) -> None:
    assert_trains_alike(make_problem(activation=activation), AdamW())


@every_dtype
@pytest.mark.parametrize("settings", [{"shuffle": False}, {"sample_weight": None}, {"l2": 0.0}])
def test_settings(settings: dict[str, Any], dtype: type[np.floating]) -> None:
    assert_trains_alike(make_problem(dtype=dtype), Adam(), **settings)


@every_dtype
@pytest.mark.parametrize("name", ["relu", "tanh", "gelu"])
@pytest.mark.parametrize("batch_size", [10, 40, 1100])
def test_dropout(batch_size: int, name: str, dtype: type[np.floating]) -> None:
    n_samples = 1100 if batch_size == 1100 else 40
    activation = ACTIVATIONS[name]
    problem = make_problem(
        n_samples, hidden=(40, 9), activation=activation, dropout=0.3, dtype=dtype
    )
    assert_trains_alike(problem, Adam(), batch_size=batch_size)
    # Nothing is dropped outside of a training.
    assert_gradient_alike(problem)


def test_dropout_of_the_logits() -> None:
    problem = make_problem(hidden=())
    layers = tuple(
        dataclasses.replace(layer, dropout=0.5) for layer, _ in problem.network.dense_layers()
    )
    problem.network = dataclasses.replace(problem.network, layers=layers)
    assert_trains_alike(problem, SGD())


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
@pytest.mark.parametrize("loss", [binary_cross_entropy, cross_entropy], ids=repr)
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_shapes(
    shape: tuple[int, int, tuple[int, ...], int], loss: Loss, dtype: type[np.floating]
) -> None:
    problem = make_problem(*shape, loss=loss, dtype=dtype)
    assert_gradient_alike(problem)
    assert_trains_alike(problem, SGD(momentum=0.9), batch_size=16)


@every_dtype
@pytest.mark.parametrize("hidden", [(), (6,)])
@pytest.mark.parametrize("n_samples", [1000, 2500])
def test_full_batch(n_samples: int, hidden: tuple[int, ...], dtype: type[np.floating]) -> None:
    """Rows that do not fit into one part of a batch, and a batch that comes again."""
    problem = make_problem(n_samples, 4, hidden, 1, loss=binary_cross_entropy, dtype=dtype)
    assert_trains_alike(problem, Adam(), batch_size=n_samples, n_epochs=5)


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
    assert_gradient_alike(problem)
    # Without momentum or a division by a small number, which would magnify rounding errors.
    assert_trains_alike(problem, SGD(), batch_size=batch_size, seed=seed)


@every_dtype
def test_batch_without_weight(dtype: type[np.floating]) -> None:
    problem = make_problem(dtype=dtype)
    problem.sample_weight[:] = 0
    assert_trains_alike(problem, Adam())


@pytest.mark.parametrize("hidden", [(), (7, 3), (40,)])
@pytest.mark.parametrize("scale", [1e-30, 4e36])
def test_weights_of_any_size(scale: float, hidden: tuple[int, ...]) -> None:
    """Only their proportions count, in float32 too."""
    problem = make_problem(hidden=hidden, dtype=np.float32)
    problem.sample_weight *= np.float32(scale)
    assert_gradient_alike(problem)
    assert_trains_alike(problem, SGD(), batch_size=37)


@pytest.mark.parametrize("size", [1e-20, 1e20, 1e37])
@pytest.mark.parametrize("n_outputs", [4, 20])
def test_gradients_of_any_size_are_clipped(n_outputs: int, size: float) -> None:
    """In float32 too, and by narrow networks as well as others."""
    problem = make_problem(hidden=(), n_outputs=n_outputs, dtype=np.float32)
    problem.network = problem.network.with_parameters(problem.network.parameters * 0)
    problem.X *= np.float32(size)
    optimizer = SGD(clip_norm=1e-3)
    assert_trains_alike(problem, optimizer, batch_size=37, n_epochs=1, learning_rate=50)


@every_dtype
def test_large_logits(dtype: type[np.floating]) -> None:
    for loss in (binary_cross_entropy, cross_entropy, FocalLoss(2.0)):
        problem = make_problem(n_outputs=3, hidden=(), loss=loss, dtype=dtype)
        problem.network = problem.network.with_parameters(problem.network.parameters * dtype(1e3))
        assert_gradient_alike(problem)


@every_dtype
@pytest.mark.parametrize("n_units", [5, 40])
@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=ACTIVATIONS)
def test_slopes_at_zero_and_at_the_ends_of_the_scale(
    activation: Activation, n_units: int, dtype: type[np.floating]
) -> None:
    """Logits that are 0, and those whose square is no number any more."""
    loss = binary_cross_entropy
    problem = make_problem(25, 2, (n_units,), 1, activation=activation, loss=loss)
    size = 1e22 if dtype is np.float32 else 1e160
    rows = [[0, 0], [1, 2], [size, 0], [-size, 0], [-2, 1]]
    problem.X[:] = np.tile(np.array(rows), (5, 1))
    # So that those rows do not outweigh the others.
    problem.sample_weight[np.abs(problem.X[:, 0]) == size] /= size
    parameters = problem.network.parameters.copy()
    parameters[2 * n_units : 3 * n_units] = 0
    problem.network = problem.network.with_parameters(parameters)
    assert_gradient_alike(problem.to(dtype))


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


def test_shuffle_is_the_reference_order() -> None:
    """With one row a step and no smoothing, any other order would show."""
    problem = make_problem(3000, 2, (), 1, loss=binary_cross_entropy)
    assert_trains_alike(problem, SGD(), batch_size=1, learning_rate=0.5, n_epochs=3)
