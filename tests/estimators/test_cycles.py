"""Cycles: where the learning rate is 0, and when there are no more of them."""

import time
from concurrent.futures import CancelledError
from typing import Any

import numpy as np
import pytest

from errorest import engine
from errorest.estimators.cycles import Learner, cycle_ends, learners, train_in_cycles
from errorest.estimators.folds import folds
from errorest.estimators.labels import Labels
from errorest.maths import AdamW, CosineLog, binary_cross_entropy, selu
from errorest.network import tabular_network
from errorest.training import Samples, Trainer


@pytest.mark.parametrize("n_epochs", [15, 64, 256])
def test_a_cycle_ends_where_the_learning_rate_is_nearly_0(n_epochs: int) -> None:
    n_steps = 100 * n_epochs
    ends = np.array(cycle_ends(n_epochs)) * 100
    assert ends[-1] == n_steps
    np.testing.assert_array_less(CosineLog()(ends, n_steps), 0.05)


def test_few_epochs_have_fewer_cycles() -> None:
    assert cycle_ends(1) == [1]
    assert len(set(cycle_ends(3))) == len(cycle_ends(3))


def team(n_epochs: int, batch_size: int = 8) -> tuple[list[Learner], np.ndarray]:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 2)).astype(np.float32)
    y = (X[:, 0] > 0).astype(int)
    parts = folds(y, 3, seed=0)
    networks = [
        tabular_network(
            2, [4], 1, activation=selu, loss=binary_cross_entropy, seed=i, dtype=np.float32
        )
        for i in range(3)
    ]
    trainer = Trainer(
        AdamW(beta_2=0.95),
        learning_rate=0.04,
        schedule=CosineLog(),
        batch_size=batch_size,
        max_epochs=n_epochs,
    )
    return learners(networks, trainer, Samples(X, y), parts), y[
        np.concatenate([held_back for _, held_back in parts])
    ]


def test_each_cycle_goes_on_from_the_one_before() -> None:
    learning, targets = team(15)
    cycles = list(train_in_cycles(learning, cycle_ends(15)))
    assert [cycle.epoch for cycle in cycles] == [1, 3, 7, 15]
    assert [len(cycle.losses) for cycle in cycles] == [1, 3, 7, 15]
    curves = [learner.state.history["loss"] for learner in learning]
    np.testing.assert_allclose(cycles[-1].losses, np.mean(curves, axis=0))
    labels = Labels(np.arange(2))
    first, last = (
        labels.log_losses(cycle.held_back_logits, targets).mean() for cycle in cycles[::3]
    )
    assert last < first < np.log(2)
    assert cycles[-1].held_back_logits.shape == (60, 1)


def test_no_batch_is_a_small_rest() -> None:
    # Each network learns from 40 rows.
    sizes = 40, 99, 33, 27, 26, 20
    cycles = [next(train_in_cycles(team(15, size)[0], [15])) for size in sizes]
    one, all_and_more, rest_of_7, rest_of_13, rest_of_14, two = (
        cycle.held_back_logits for cycle in cycles
    )
    np.testing.assert_array_equal(all_and_more, one)
    np.testing.assert_array_equal(rest_of_7, one)
    np.testing.assert_array_equal(rest_of_13, one)
    np.testing.assert_array_equal(rest_of_14, two)


def test_a_deadline_ends_the_cycle() -> None:
    learning, _ = team(15)
    with pytest.raises(TimeoutError):
        next(train_in_cycles(learning, [15], deadline=0.0))


def test_what_was_learned_by_the_end_of_a_cycle_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds, train_epochs = 0.0, engine.train_epochs

    def slow(*arguments: Any, **options: Any) -> Any:
        nonlocal seconds
        seconds += 10
        return train_epochs(*arguments, **options)

    monkeypatch.setattr(engine, "train_epochs", slow)
    monkeypatch.setattr(time, "monotonic", lambda: seconds)
    cycles = train_in_cycles(team(2)[0][:1], [1, 2], deadline=5.0)
    assert next(cycles).epoch == 1
    with pytest.raises(TimeoutError):
        next(cycles)


def test_an_error_of_one_ends_all(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(epoch: int, deadline: float) -> None:
        raise ValueError("broken")

    learning, _ = team(10**6)
    ends, advance = [], learning[0].advance

    def record(epoch: int, deadline: float) -> None:
        try:
            advance(epoch, deadline)
        except Exception as end:
            ends.append(type(end))
            raise

    monkeypatch.setattr(learning[0], "advance", record)
    monkeypatch.setattr(learning[1], "advance", fail)
    with engine.threads(2), pytest.raises(ValueError, match="broken"):
        next(train_in_cycles(learning, [10**6], deadline=time.monotonic() + 60))
    assert ends == [CancelledError]


def test_networks_side_by_side_divide_the_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    seen, advance = [], Learner.advance

    def count(self: Learner, epoch: int, deadline: float) -> None:
        seen.append(engine.n_threads())
        advance(self, epoch, deadline)

    monkeypatch.setattr(Learner, "advance", count)
    with engine.threads(33):
        next(train_in_cycles(team(15)[0], [15]))
    assert seen == [11, 11, 11]
