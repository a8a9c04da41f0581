"""The loop over epochs."""

import dataclasses
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from scipy.special import expit

from errorest.engine import loss_and_gradient
from errorest.maths import (
    SCHEDULES,
    SGD,
    Adam,
    Cosine,
    Schedule,
    binary_cross_entropy,
    identity,
    perceptron_loss,
    random_order,
    tanh,
)
from errorest.network import Dense, Network
from errorest.training import EarlyStopping, Samples, Trainer, TrainingState, diverged

RNG = np.random.default_rng(0)
TRAINING = Samples(RNG.normal(size=(30, 2)), RNG.integers(2, size=30).astype(float))
VALIDATION = Samples(RNG.normal(size=(9, 2)), RNG.integers(2, size=9).astype(float))


def small_network(seed: int = 0) -> Network:
    return Network.build(2, [3], 1, activation=tanh, loss=binary_cross_entropy, seed=seed)


def line(parameters: list[float], loss: Any = binary_cross_entropy) -> Network:
    layer = Dense(len(parameters) - 1, 1, identity)
    return Network((layer,), loss, np.array(parameters))


def run(
    trainer: Trainer,
    network: Network | None = None,
    training: Samples = TRAINING,
    validation: Samples | None = None,
) -> TrainingState:
    """Train to the end and return the last state."""
    state = trainer.start(network or small_network())
    for _ in trainer.epochs(state, training, validation):
        pass
    return state


def scripted(values: Iterable[float]) -> dict[str, Any]:
    """Return a metric that gives these values, one per epoch."""
    script = iter(values)
    return {"script": lambda network, validation: next(script)}


def test_full_batch_step_by_hand() -> None:
    # From w = 0, b = 0 each y_hat is 1/2: the gradients of the points (1, 2) of label 1 and
    # (3, -1) of label 0 are -1/2 (1, 2, 1) and 1/2 (3, -1, 1), with mean (0.5, -0.75, 0).
    samples = Samples(np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([1.0, 0.0]))
    trainer = Trainer(SGD(), learning_rate=0.1, batch_size=2, max_epochs=1)
    state = run(trainer, line([0, 0, 0]), samples)
    np.testing.assert_allclose(state.network.parameters, [-0.05, 0.075, 0], atol=1e-16)
    assert state.history["loss"] == pytest.approx([math.log(2)], rel=1e-15)


def test_point_by_point_steps_by_hand() -> None:
    # w += a (y - y_hat) x, b += a (y - y_hat), one point after the other.
    X, y = np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([1.0, 0.0])
    w, b = np.array([0.2, -0.4]), 0.1
    losses = []
    for point, label in zip(X, y, strict=True):
        y_hat = expit(w @ point + b)
        losses.append(-math.log(y_hat if label else 1 - y_hat))
        w, b = w + 0.5 * (label - y_hat) * point, b + 0.5 * (label - y_hat)
    trainer = Trainer(SGD(), learning_rate=0.5, batch_size=1, max_epochs=1, shuffle=False)
    state = run(trainer, line([0.2, -0.4, 0.1]), Samples(X, y))
    np.testing.assert_allclose(state.network.parameters, [*w, b], rtol=1e-14, atol=1e-15)
    assert state.history["loss"] == pytest.approx([np.mean(losses)], rel=1e-14)


def test_penalty_pulls_weights_but_not_biases() -> None:
    samples = Samples(np.zeros((1, 1)), np.array([1.0]))
    trainer = Trainer(SGD(), learning_rate=0.1, l2=0.5, max_epochs=1)
    state = run(trainer, line([4.0, 0.0]), samples)
    np.testing.assert_allclose(state.network.parameters, [4 - 0.1 * 0.5 * 4, 0.1 * 0.5])
    assert state.history["loss"] == pytest.approx([math.log(2) + 0.5 / 2 * 16])


@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)
def test_schedule_arrives_at_every_step(schedule: Schedule) -> None:
    # Far on the wrong side the perceptron's gradient is -1 for the bias, whatever the weights:
    # each step moves the bias by its learning rate.
    samples = Samples(np.zeros((3, 1)), np.ones(3))
    trainer = Trainer(SGD(), learning_rate=0.5, schedule=schedule, batch_size=2, max_epochs=6)
    start = trainer.start(line([0, -1000], perceptron_loss))
    biases = [state.network.biases[0].item() for state in trainer.epochs(start, samples)]
    per_epoch = schedule(np.arange(12), 12).reshape(6, 2).sum(axis=1)
    moves = np.diff([-1000, *biases])
    np.testing.assert_allclose(moves, 0.5 * per_epoch, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("batch_size", [1, 3, 8])
@pytest.mark.parametrize("shuffle", [False, True])
def test_an_epoch_visits_each_row_once(shuffle: bool, batch_size: int) -> None:
    # Each row has a weight of its own, which one visit moves by 1 / (rows of the batch).
    samples = Samples(np.eye(8), np.ones(8))
    trainer = Trainer(
        SGD(), learning_rate=1, batch_size=batch_size, max_epochs=1, shuffle=shuffle, seed=1
    )
    state = run(trainer, line([0.0] * 8 + [-1000.0], perceptron_loss), samples)
    moves = np.sort(state.network.weights[0][:, 0])
    expected = {1: [1.0] * 8, 3: [1 / 3] * 6 + [1 / 2] * 2, 8: [1 / 8] * 8}[batch_size]
    np.testing.assert_allclose(moves, expected)


@dataclass(frozen=True)
class Remembering(SGD):
    """Gradient descent that writes its gradients down."""

    gradients: list[Any] = field(default_factory=list)

    def step(self, parameters: Any, gradient: Any, moments: Any, **more: Any) -> tuple[Any, Any]:
        self.gradients.append(gradient)
        return super().step(parameters, gradient, moments, **more)


def test_every_epoch_has_its_own_order() -> None:
    # The gradient of the row that is visited has its -1 in the row's own column.
    samples = Samples(np.eye(8), np.ones(8))
    optimizer = Remembering()
    trainer = Trainer(optimizer, batch_size=1, max_epochs=3, seed=5)
    run(trainer, line([0.0] * 8 + [-1000.0], perceptron_loss), samples)
    visited = np.argmin(np.array(optimizer.gradients)[:, :8], axis=1).reshape(3, 8)
    for epoch in range(3):
        np.testing.assert_array_equal(visited[epoch], random_order(5, epoch, 8))
    assert len({tuple(order) for order in visited}) == 3


def test_the_optimizer_counts_steps_over_all_epochs() -> None:
    # Where the gradient is constant, unbiased means make each of Adam's steps the learning rate.
    samples = Samples(np.zeros((3, 1)), np.ones(3))
    trainer = Trainer(Adam(), learning_rate=0.5, batch_size=2, max_epochs=4)
    state = trainer.start(line([0, -1000], perceptron_loss))
    biases = [state.network.biases[0].item() for state in trainer.epochs(state, samples)]
    np.testing.assert_allclose(biases, [-999, -998, -997, -996], rtol=1e-9)


def test_the_loss_of_an_epoch_is_the_mean_over_its_rows() -> None:
    # 30 rows make batches of 7, 7, 7, 7 and 2.
    state = run(Trainer(SGD(), learning_rate=1e-12, batch_size=7, max_epochs=1))
    J, _ = loss_and_gradient(small_network(), TRAINING.X, TRAINING.targets)
    assert state.history["loss"] == pytest.approx([J], rel=1e-9)


def test_history_has_one_value_per_epoch_and_curve() -> None:
    trainer = Trainer(Adam(), max_epochs=4, metrics=scripted([0.1, 0.2, 0.3, 0.4]))
    state = run(trainer, validation=VALIDATION)
    assert set(state.history) == {"loss", "validation_loss", "validation_script"}
    assert [len(curve) for curve in state.history.values()] == [4, 4, 4]
    assert state.history["validation_script"] == [0.1, 0.2, 0.3, 0.4]


def test_validation_loss_is_that_of_the_network_after_the_epoch_without_penalty() -> None:
    trainer = Trainer(Adam(), max_epochs=3, l2=0.5)
    state = run(trainer, validation=VALIDATION)
    expected, _ = loss_and_gradient(state.network, VALIDATION.X, VALIDATION.targets)
    assert state.history["validation_loss"][-1] == expected


def test_metrics_see_the_network_of_the_epoch_and_the_validation_rows() -> None:
    seen: list[Network] = []

    def metric(network: Network, validation: Samples) -> float:
        assert validation is VALIDATION
        seen.append(network)
        return 0.25

    state = run(Trainer(Adam(), max_epochs=1, metrics={"m": metric}), validation=VALIDATION)
    assert seen == [state.network]
    assert state.history["validation_m"] == [0.25]


@pytest.mark.parametrize("unobserved", [False, True])
def test_an_adaptive_learning_rate_is_divided_by_five_until_it_is_tiny(unobserved: bool) -> None:
    # Nothing improves by 100: from 1e-5 over 2e-6 to 4e-7, with 1 + 2, 2 and 2 epochs.
    stopping = EarlyStopping("loss", patience=2, tol=100)
    trainer = Trainer(SGD(), learning_rate=1e-5, adaptive=True, stopping=stopping)
    state = trainer.start(small_network())
    for _ in trainer.epochs(state, TRAINING, unobserved=unobserved):
        pass
    assert state.epoch == 7
    assert state.learning_rate_factor == pytest.approx(1 / 25)


def test_steps_are_taken_with_the_adaptive_learning_rate() -> None:
    # As above, each step moves the bias by its learning rate; no loss is better by 100.
    samples = Samples(np.zeros((1, 1)), np.ones(1))
    stopping = EarlyStopping("loss", patience=2, tol=100)
    trainer = Trainer(SGD(), learning_rate=0.5, max_epochs=7, stopping=stopping, adaptive=True)
    start = trainer.start(line([0, -1000], perceptron_loss))
    biases = [state.network.biases[0].item() for state in trainer.epochs(start, samples)]
    np.testing.assert_allclose(np.diff([-1000, *biases]), [0.5] * 3 + [0.1] * 2 + [0.02] * 2)


def test_unobserved_epochs_adapt_the_learning_rate_to_the_same_bits() -> None:
    stopping = EarlyStopping("loss", patience=2, tol=0.02, keep_best=False)
    trainer = Trainer(SGD(), learning_rate=0.5, adaptive=True, stopping=stopping, batch_size=7)
    states = []
    for unobserved in (False, True):
        state = trainer.start(small_network())
        for _ in trainer.epochs(state, TRAINING, unobserved=unobserved):
            pass
        states.append(state)
    assert states[0].epoch == states[1].epoch
    assert states[0].history["loss"] == states[1].history["loss"]
    np.testing.assert_array_equal(states[0].network.parameters, states[1].network.parameters)


@pytest.mark.parametrize(
    ("maximise", "values"),
    [(True, [0.5, 0.6, 0.7, 0.6, 0.7, 0.9]), (False, [0.5, 0.4, 0.3, 0.4, 0.3, 0.1])],
)
@pytest.mark.parametrize("keep_best", [True, False])
def test_stops_by_any_metric_and_keeps_the_best_or_the_last(
    maximise: bool, values: list[float], keep_best: bool
) -> None:
    stopping = EarlyStopping(
        "validation_script", patience=2, tol=0, maximise=maximise, keep_best=keep_best
    )
    trainer = Trainer(Adam(), max_epochs=50, stopping=stopping, metrics=scripted(values))
    state = trainer.start(small_network())
    networks = [state.network for state in trainer.epochs(state, TRAINING, VALIDATION)]
    assert state.epoch == len(networks) == 5
    assert state.best_epoch == 3
    assert state.best_value == values[2]
    assert trainer.stalled(state)
    assert trainer.chosen(state) is networks[2 if keep_best else 4]


def test_small_improvements_are_kept_but_do_not_buy_time() -> None:
    stopping = EarlyStopping("validation_script", patience=3, tol=0.1, maximise=True)
    metrics = scripted([0.50, 0.55, 0.58, 0.60, 0.9])
    state = run(Trainer(Adam(), stopping=stopping, metrics=metrics), validation=VALIDATION)
    assert state.epoch == 4
    assert state.best_epoch == 4
    assert state.best_value == 0.60


def test_an_improvement_resets_patience() -> None:
    stopping = EarlyStopping("validation_script", patience=2, tol=0.01)
    metrics = scripted([0.9, 0.9, 0.8, 0.8, 0.7, 0.7, 0.7, 0.1])
    state = run(Trainer(Adam(), stopping=stopping, metrics=metrics), validation=VALIDATION)
    assert state.epoch == 7


def test_monitoring_the_training_loss_needs_no_validation() -> None:
    trainer = Trainer(SGD(), learning_rate=1e-9, stopping=EarlyStopping("loss", patience=3))
    assert run(trainer).epoch == 4


def test_monitoring_validation_needs_rows() -> None:
    trainer = Trainer(Adam(), stopping=EarlyStopping("validation_loss"))
    with pytest.raises(ValueError, match="'validation_loss' needs validation rows"):
        run(trainer)


def test_without_stopping_all_epochs_are_made_and_the_last_network_is_kept() -> None:
    trainer = Trainer(Adam(), max_epochs=7)
    state = run(trainer, validation=VALIDATION)
    assert state.epoch == 7
    assert trainer.chosen(state) is state.network


def test_before_the_first_epoch_the_start_is_chosen() -> None:
    trainer, network = Trainer(Adam(), stopping=EarlyStopping("loss")), small_network()
    assert trainer.chosen(trainer.start(network)) is network


def test_same_seed_same_bits() -> None:
    trainer = Trainer(Adam(), batch_size=7, max_epochs=5, seed=3)
    first, again = run(trainer), run(trainer)
    np.testing.assert_array_equal(first.network.parameters, again.network.parameters)
    np.testing.assert_array_equal(first.moments, again.moments)
    assert first.history["loss"] == again.history["loss"]


def test_other_seed_other_order() -> None:
    trainer = Trainer(Adam(), batch_size=7, max_epochs=5, seed=3)
    first, other = run(trainer), run(dataclasses.replace(trainer, seed=4))
    assert (first.network.parameters != other.network.parameters).all()


def test_interrupted_iteration_goes_on_to_the_same_bits() -> None:
    trainer = Trainer(Adam(), batch_size=7, max_epochs=9, schedule=Cosine())
    state = trainer.start(small_network())
    for _ in trainer.epochs(state, TRAINING):
        if state.epoch == 4:
            break
    for _ in trainer.epochs(state, TRAINING):
        pass
    whole = run(trainer)
    assert state.epoch == 9
    np.testing.assert_array_equal(state.network.parameters, whole.network.parameters)
    assert state.history["loss"] == whole.history["loss"]


def test_start_network_is_left_alone() -> None:
    network = small_network()
    before = network.parameters.copy()
    run(Trainer(SGD(momentum=0.9), learning_rate=0.5, max_epochs=3), network)
    np.testing.assert_array_equal(network.parameters, before)


def test_interrupted_measurement_leaves_the_last_finished_epoch() -> None:
    def metric(network: Network, validation: Samples) -> float:
        if state.history.get("validation_loss", []) and len(state.history["loss"]) == 3:
            raise KeyboardInterrupt
        return 0.5

    trainer = Trainer(Adam(), max_epochs=5, metrics={"m": metric})
    state = trainer.start(small_network())
    with pytest.raises(KeyboardInterrupt):
        for _ in trainer.epochs(state, TRAINING, VALIDATION):
            pass
    assert [len(curve) for curve in state.history.values()] == [state.epoch] * 3


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("unobserved", [False, True])
def test_a_loss_that_is_no_number_ends_the_training(unobserved: bool) -> None:
    samples = Samples(np.full((2, 1), 1e200), np.array([0.0, 1.0]))
    trainer = Trainer(SGD(), learning_rate=1e200, max_epochs=50)
    state = trainer.start(line([1.0, 0.0]))
    for _ in trainer.epochs(state, samples, unobserved=unobserved):
        pass
    assert diverged(state)
    assert state.epoch == len(state.history["loss"]) < 50
    assert np.isfinite(state.history["loss"][:-1]).all()


def test_a_fresh_state_has_not_diverged() -> None:
    assert not diverged(Trainer(SGD()).start(small_network()))


@pytest.mark.parametrize(
    "setting", [{"learning_rate": 0}, {"learning_rate": -1}, {"batch_size": 0}, {"max_epochs": 0}]
)
def test_settings_out_of_range(setting: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(setting))):
        Trainer(SGD(), **setting)


@pytest.mark.parametrize(
    ("tol", "patience"), [(0.0, 3), (1e-3, 3), (0.05, 3), (0.05, 2.5), (10.0, 3)]
)
def test_unobserved_epochs_end_at_the_same_epoch_with_the_same_bits(
    tol: float, patience: float
) -> None:
    stopping = EarlyStopping("loss", patience=patience, tol=tol, keep_best=False)
    trainer = Trainer(
        Adam(), learning_rate=0.05, batch_size=7, max_epochs=90, stopping=stopping, seed=2
    )
    observed = run(trainer)
    unobserved = trainer.start(small_network())
    n_yields = sum(1 for _ in trainer.epochs(unobserved, TRAINING, unobserved=True))
    assert n_yields < unobserved.epoch or unobserved.epoch < 4
    assert unobserved.epoch == observed.epoch
    assert unobserved.n_stalled == observed.n_stalled
    assert unobserved.history["loss"] == observed.history["loss"]
    np.testing.assert_array_equal(unobserved.moments, observed.moments)
    np.testing.assert_array_equal(unobserved.network.parameters, observed.network.parameters)


def test_unobserved_epochs_pause_where_they_are_asked_to() -> None:
    trainer = Trainer(Adam(), batch_size=7, max_epochs=500)
    pauses = (1, 17, 18, 330)
    state = trainer.start(small_network())
    yielded = [
        after.epoch for after in trainer.epochs(state, TRAINING, unobserved=True, pauses=pauses)
    ]
    assert {*pauses, 500} <= set(yielded)
    assert len(yielded) < 500
