"""Every engine takes, and refuses, what the reference engine does."""

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from errorest import engine
from errorest.engine import reference
from errorest.engine.compiled import CompiledEngine
from errorest.maths.activations import ACTIVATIONS, LeakyReLU
from errorest.maths.losses import LOSSES, binary_cross_entropy, cross_entropy, squared_error
from errorest.maths.optimizers import SGD, Adam
from errorest.maths.random_bits import random_order
from errorest.network import Layer, Network, Periodic, Scale
from tests.parity.problems import (
    COMPILED,
    every_dtype,
    every_engine,
    make_problem,
    make_tabular_problem,
    needs_compiled,
    relative_error,
    tolerance,
    train,
)

pytestmark = needs_compiled


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


@every_engine
@pytest.mark.parametrize("n", [0, 1, 2, 63, 64, 65, 100_000])
def test_random_order(compiled: CompiledEngine, n: int) -> None:
    np.testing.assert_array_equal(
        compiled.random_order(2**64 - 1, 3, n), random_order(2**64 - 1, 3, n)
    )


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
    tabular = make_tabular_problem(300, n_submodels=3, parametric=True, dtype=dtype)
    # More units than are summed at once, and fewer than a vector has lanes.
    wide = make_problem(300, 50, (389, 16, 5), 3, dtype=dtype)
    for problem in (classes, binary, tabular, wide):
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
        # More than would take the whole weight away.
        {"l2": 15.0},
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
