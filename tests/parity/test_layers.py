"""Every engine trains layers of all kinds as the reference engine does."""

import dataclasses
from typing import Any

import numpy as np
import pytest

from errorest import network
from errorest.engine.compiled import LAYERS, CompiledEngine, _describe_layer
from errorest.maths.activations import ACTIVATIONS
from errorest.maths.losses import (
    LOSSES,
    Loss,
    cross_entropy,
    perceptron_loss,
    squared_error,
)
from errorest.maths.optimizers import SGD, Adam, AdamW, Optimizer
from errorest.network import (
    Dense,
    Embedding,
    Layer,
    Network,
    ParametricActivation,
    Periodic,
    Scale,
)
from tests.parity.problems import (
    OPTIMIZERS,
    assert_gradient_alike,
    assert_predicts_alike,
    assert_trains_alike,
    every_dtype,
    every_engine,
    make_problem,
    make_tabular_problem,
    needs_compiled,
)

pytestmark = needs_compiled


@every_dtype
@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
@pytest.mark.parametrize("n_submodels", [1, 3])
def test_layers_of_several_kinds(n_submodels: int, loss: Loss, dtype: type[np.floating]) -> None:
    problem = make_tabular_problem(
        loss=loss, n_submodels=n_submodels, parametric=True, dropout=0.2, dtype=dtype
    )
    assert_predicts_alike(problem)
    assert_gradient_alike(problem)
    assert_trains_alike(problem, AdamW(weight_decay=0.1, epsilon=1e-3))


@every_dtype
@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=repr)
def test_groups_of_parameters(optimizer: Optimizer, dtype: type[np.floating]) -> None:
    problem = make_tabular_problem(name="tanh", dtype=dtype, periodic=())
    # Momentum would magnify rounding errors where little was learned.
    assert_trains_alike(problem, optimizer, learning_rate=0.001)


@every_dtype
@pytest.mark.parametrize("optimizer", [SGD(), Adam(), AdamW(weight_decay=0.1)], ids=repr)
def test_groups_of_parameters_in_a_narrow_network(
    optimizer: Optimizer, dtype: type[np.floating]
) -> None:
    problem = make_problem(dtype=dtype)
    layers = tuple(
        dataclasses.replace(layer, weight_rate=0.3, bias_rate=0.1)
        for layer, _ in problem.network.dense_layers()
    )
    problem.network = dataclasses.replace(problem.network, layers=layers)
    assert_trains_alike(problem, optimizer)


ALONE: dict[str, tuple[Layer, ...]] = {
    "scale": (Scale(3, rate=6.0, decay=0.5),),
    "two scales": (Scale(3), Dense(3, 5, ACTIVATIONS["gelu"]), Scale(5, n_submodels=4)),
    "all columns embedded": (Embedding(3, (2, 0, 1), (3, 3, 3), width=2),),
    "wide embedding": (Embedding(3, (1,), (40,), width=70),),
    "periodic": (Periodic(3, (1,), n_frequencies=1, width=2),),
    "embedding after waves": (Periodic(3, (1, 0)), Embedding(9, (0,), (3,))),
    "embedding after a scale": (Scale(3), Embedding(3, (0, 2), (3, 3))),
    "parametric": (
        Dense(3, 33, ACTIVATIONS["identity"]),
        ParametricActivation(33, ACTIVATIONS["gelu"]),
    ),
}


def test_every_kind_of_layer_is_compared() -> None:
    kinds = {value for value in vars(network).values() if hasattr(value, "backpropagate")}
    assert set(LAYERS) == kinds - {Layer}
    assert {type(layer) for layers in ALONE.values() for layer in layers} == set(LAYERS)


@every_dtype
@pytest.mark.parametrize("layers", ALONE.values(), ids=ALONE)
def test_one_kind_of_layer(layers: tuple[Layer, ...], dtype: type[np.floating]) -> None:
    problem = make_problem(70, 3, ())
    rng = np.random.default_rng(0)
    problem.X[:] = rng.integers(3, size=problem.X.shape)
    layers = (*layers, Dense(layers[-1].n_out, 4, ACTIVATIONS["identity"]))
    parameters = np.concatenate([layer.initialize(rng) for layer in layers])
    parameters = parameters.astype(np.float32).astype(float)
    problem.network = Network(layers, cross_entropy, parameters)
    problem = problem.to(dtype)
    assert_predicts_alike(problem)
    assert_gradient_alike(problem)
    assert_trains_alike(problem, SGD(momentum=0.5), batch_size=32)


@every_dtype
def test_waves_of_large_numbers(dtype: type[np.floating]) -> None:
    """One row of numbers of many periods; and as many columns as do not fit one panel."""
    layer = Periodic(70, tuple(range(69, -1, -1)), n_frequencies=3)
    layers = (layer, Dense(layer.n_out, 1, ACTIVATIONS["identity"]))
    rng = np.random.default_rng(0)
    problem = make_problem(40, 70, (), 1, loss=squared_error)
    problem.X *= 8
    parameters = np.concatenate([layer.initialize(rng) for layer in layers])
    parameters = parameters.astype(np.float32).astype(float)
    problem.network = Network(layers, squared_error, parameters)
    problem = problem.to(dtype)
    assert_predicts_alike(problem)
    assert_gradient_alike(problem)


@every_dtype
@every_engine
def test_waves_have_no_end(compiled: CompiledEngine, dtype: type[np.floating]) -> None:
    """A cosine is from -1 to 1, and NaN at infinity only."""
    rng = np.random.default_rng(0)
    sizes = np.append(10 ** rng.uniform(5, 30, 1000), [1e8, 1e15, 1e30])
    X = (sizes * rng.choice([-1, 1], sizes.size)).astype(dtype)[:, None]
    frequency, phase, weight, bias = 0.7, 0.4, 1.0, 0.0
    layer = Periodic(1, (0,), n_frequencies=1, width=2)
    network = Network((layer,), squared_error, np.array([frequency, phase, weight, bias], dtype))
    cosines = compiled.forward(network, X)[:, 1]
    assert (np.abs(cosines) <= 1 + np.finfo(dtype).eps).all()
    _, gradient = compiled.loss_and_gradient(network, X, compiled.forward(network, X) - [0, 1])
    assert np.isfinite(gradient).all()
    nowhere = compiled.forward(network, np.array([[np.inf], [-np.inf], [np.nan]], dtype))
    assert np.isnan(nowhere[:, 1]).all()


@pytest.mark.parametrize("n_submodels", [1, 5, 2000])
def test_submodels_and_parts_of_a_batch(n_submodels: int) -> None:
    n_samples = 700 if n_submodels < 2000 else 3
    problem = make_tabular_problem(n_samples, (8,), n_submodels=n_submodels, dropout=0.2)
    assert_predicts_alike(problem)
    assert_gradient_alike(problem)
    assert_trains_alike(problem, SGD(), batch_size=500)


@every_dtype
def test_regularization_by_step(dtype: type[np.floating]) -> None:
    problem = make_problem(40, hidden=(40, 9), dropout=0.4, dtype=dtype)
    factors = np.array([[1.0, 0.7, 0.5, 0.2], [0.1, 0.0, 0.0, 0.0]])
    assert_trains_alike(problem, AdamW(weight_decay=1.0), regularization=factors)


@every_engine
@pytest.mark.parametrize(
    ("number", "field", "value"),
    [
        (0, "n_levels", (-3,)),
        (0, "n_levels", (3, 3)),
        (0, "n_levels", (2**60,)),
        (0, "columns", (2,)),
        (0, "columns", ()),
        (0, "n_out", 1),
        (1, "n_frequencies", -3),
        (1, "n_frequencies", 2**40),
        (1, "n_out", 3),
        (2, "n_out", 3),
        (2, "n_submodels", 0),
        (3, "n_in", -4),
        (3, "n_in", 5),
        (3, "n_out", 2**31),
        (3, "columns", (0,)),
    ],
)
def test_no_layers_that_cannot_be(
    compiled: CompiledEngine, number: int, field: str, value: Any
) -> None:
    """Python's layers refuse this themselves; those of a crafted model file may not."""
    layers = (Embedding(2, (0,), (3,), width=2), Periodic(3, (0,), width=2), Scale(4))
    described = [_describe_layer(one) for one in (*layers, Dense(4, 1, ACTIVATIONS["identity"]))]
    module = compiled._module
    module.Network([module.Layer(**one) for one in described], 0, 0.0)
    described[number][field] = value
    with pytest.raises(ValueError, match="layer"):
        module.Network([module.Layer(**one) for one in described], 0, 0.0)


@every_engine
def test_a_perceptron_is_dense(compiled: CompiledEngine) -> None:
    network = Network((Scale(3),), perceptron_loss, np.ones(3))
    with pytest.raises(ValueError, match="one dense layer"):
        compiled.perceptron_epoch(
            network, np.ones((5, 3)), np.zeros((5, 3)), np.arange(5), learning_rate=0.1
        )
