"""How networks for a table are trained: which cycle is best, who follows, orders, and the time."""

import itertools
import math
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from errorest import engine
from errorest.estimators import TabularMLPClassifier, tabular_training
from errorest.estimators.cycles import Cycle, train_in_cycles
from errorest.estimators.labels import Labels
from errorest.estimators.tabular_training import TabularTraining
from errorest.network import Embedding, Periodic
from errorest.training import Samples, Trainer

# So few rows that each is held back by two teams of ten networks.
LABELS = np.repeat([0, 1], 50)


def training(
    labels: NDArray[Any],
    weights: NDArray[Any] | None = None,
    *,
    seconds: float = math.inf,
    n_numbers: int = 2,
    periodic: bool | str = "auto",
) -> TabularTraining:
    X = np.random.default_rng(0).normal(size=(len(labels), n_numbers)).astype(np.float32)
    settings = TabularMLPClassifier((4,), max_iter=15, periodic=periodic)
    samples, classes = Samples(X, labels, weights), Labels.found_in(labels)
    alone = np.arange(len(labels))
    return TabularTraining(settings, samples, classes, groups=alone, seed=0, seconds=seconds)


def trained(asked: TabularTraining, answers: list[float], monkeypatch: Any) -> list[Cycle]:
    """Train, while in each cycle all networks answer all held-back rows with the same logit."""

    def train(*arguments: Any, **more: Any) -> Iterator[Cycle]:
        for logit, cycle in zip(answers, train_in_cycles(*arguments, **more), strict=False):
            yield replace(cycle, held_back_logits=np.full_like(cycle.held_back_logits, logit))

    monkeypatch.setattr(tabular_training, "train_in_cycles", train)
    return asked.cycles(lambda done: False)


@pytest.mark.parametrize(("of_classes", "best"), [([1.0, 9.0], 1), ([9.0, 1.0], 3)])
def test_the_best_cycle_is_best_on_the_rows_that_count(
    of_classes: list[float], best: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The first cycle is for one class and the second for the other. A temperature makes the one as
    # sure as suits nine parts of ten, and leaves the other hardly more than a coin.
    asked = training(LABELS, np.array(of_classes)[LABELS])
    found = min(trained(asked, [1.0, -1.0], monkeypatch), key=lambda cycle: cycle.log_loss)
    assert found.epoch == best
    assert found.log_loss == pytest.approx(-0.9 * np.log(0.9) - 0.1 * np.log(0.1), rel=0.01)


def test_a_second_team_follows_up_to_the_best_cycle_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    # Three of four rows are of one class, for which the second cycle is best.
    cycles = trained(training(np.repeat([1, 0], [75, 25])), [0.0, 1.0, -1.0], monkeypatch)
    assert [len(cycle.networks) for cycle in cycles] == [20, 20, 10]


def test_nobody_follows_where_somebody_asks_to_stop() -> None:
    # Without waves, the second cycle does better than the first, so that somebody is asked.
    cycles = training(LABELS, periodic=False).cycles(lambda done: len(done) == 2)
    assert [len(cycle.networks) for cycle in cycles] == [10, 10]


def test_each_network_of_both_teams_has_an_order_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seeds, epochs = [], Trainer.epochs

    def record(self: Trainer, *arguments: Any, **more: Any) -> Any:
        seeds.append(self.seed)
        return epochs(self, *arguments, **more)

    monkeypatch.setattr(Trainer, "epochs", record)
    training(LABELS).cycles(lambda done: True)
    assert len(seeds) == len(set(seeds)) == 20


def test_waves_are_for_numbers_of_more_than_two_values() -> None:
    columns = [LABELS, np.arange(100), np.arange(100) % 12, np.arange(100) % 3]
    settings = TabularMLPClassifier((4,), max_iter=15, levels={2: 12})
    samples = Samples(np.stack(columns, axis=1).astype(np.float32), LABELS)
    labels = Labels(np.array([0, 1]))
    alone = np.arange(len(LABELS))
    asked = TabularTraining(settings, samples, labels, groups=alone, seed=0, seconds=math.inf)
    waves, embedding, *_ = asked.start().layers
    assert isinstance(waves, Periodic)
    assert waves.columns == (1, 3)
    assert isinstance(embedding, Embedding)


@pytest.mark.parametrize(
    ("periodic", "n_numbers", "n_waving"),
    [("auto", 100, 100), ("auto", 101, 0), (True, 101, 101), (False, 2, 0)],
)
def test_by_default_at_most_100_numbers_have_waves(
    periodic: bool | str, n_numbers: int, n_waving: int
) -> None:
    first, *_ = training(LABELS, n_numbers=n_numbers, periodic=periodic).start().layers
    assert (len(first.columns) if isinstance(first, Periodic) else 0) == n_waving


def test_an_epoch_of_three_times_the_rows_takes_three_times_as_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # A clock that moves by a second when it is read: the rows that are tried take one, all rows
    # three. Of 40 seconds, 32 are planned for, which is ten epochs of one network.
    clock = SimpleNamespace(perf_counter=map(float, itertools.count()).__next__)
    monkeypatch.setattr(tabular_training, "time", clock)
    with engine.threads(1):
        asked = training(np.arange(3 * tabular_training._TRIED_ROWS) % 2, seconds=40)
    assert (asked.pace.n_networks, asked.pace.n_epochs) == (1, 10)
