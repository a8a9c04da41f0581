"""Waves: where the learning rate is 0, and when there are no more of them."""

import numpy as np
import pytest

from errorest.estimators.folds import folds
from errorest.estimators.joining import line_share, log_losses
from errorest.estimators.labels import Labels
from errorest.estimators.pace import Pace, pace_for
from errorest.estimators.waves import Learner, learners, train_in_waves, wave_ends
from errorest.maths import AdamW, CosineLog, binary_cross_entropy, selu
from errorest.network import tabular_network
from errorest.training import Samples, Trainer

LABELS = Labels(np.array(["no", "yes"]))


@pytest.mark.parametrize("n_epochs", [15, 64, 256])
def test_a_wave_ends_where_the_learning_rate_is_nearly_0(n_epochs: int) -> None:
    n_steps = 100 * n_epochs
    ends = np.array(wave_ends(n_epochs)) * 100
    assert ends[-1] == n_steps
    np.testing.assert_array_less(CosineLog()(ends, n_steps), 0.05)


def test_few_epochs_have_fewer_waves() -> None:
    assert wave_ends(1) == [1]
    assert len(set(wave_ends(3))) == len(wave_ends(3))


def team(n_epochs: int) -> tuple[list[Learner], np.ndarray]:
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
        batch_size=8,
        max_epochs=n_epochs,
    )
    return learners(networks, trainer, Samples(X, y), parts), y[
        np.concatenate([held_back for _, held_back in parts])
    ]


def test_each_wave_goes_on_from_the_one_before() -> None:
    learning, targets = team(15)

    def log_loss(logits: np.ndarray) -> float:
        return float(log_losses(logits, targets, LABELS).mean())

    waves = list(train_in_waves(learning, wave_ends(15), log_loss))
    assert [wave.epoch for wave in waves] == [1, 3, 7, 15]
    assert [len(wave.losses) for wave in waves] == [1, 3, 7, 15]
    assert waves[-1].log_loss < waves[0].log_loss < np.log(2)
    assert waves[-1].held_back_logits.shape == (60, 1)


def test_a_deadline_ends_the_wave() -> None:
    learning, _ = team(15)
    with pytest.raises(TimeoutError):
        next(train_in_waves(learning, [15], lambda logits: 0.0, deadline=0.0))


def test_the_lines_share_is_where_the_posterior_is_largest() -> None:
    rng = np.random.default_rng(0)
    targets = rng.integers(0, 2, 50)
    line, network = rng.normal(size=(2, 50, 1)) + np.where(targets, 0.5, -0.5)[:, None]
    grid = np.linspace(0.001, 0.999, 999)
    chances = [np.exp(-log_losses(z, targets, LABELS)) for z in (line, network)]
    mixed = grid[:, None] * chances[0] + (1 - grid[:, None]) * chances[1]
    posterior = np.log(mixed).sum(axis=1) + np.log(grid * (1 - grid)) / 2
    found = line_share(line, network, LABELS, targets)
    assert found == pytest.approx(grid[posterior.argmax()], abs=2e-3)


def test_a_time_takes_networks_before_epochs() -> None:
    pace = Pace((8,), n_folds=5, n_repeats=2, n_epochs=64)
    assert pace.within(1000, seconds_per_epoch=1) == pace
    assert pace.within(330, seconds_per_epoch=1) == Pace((8,), 5, 1, 64)
    assert pace.within(130, seconds_per_epoch=1) == Pace((8,), 2, 1, 64)
    assert pace.within(10, seconds_per_epoch=1) == Pace((8,), 1, 1, 10)


def test_more_rows_make_no_more_steps_than_a_hundred_thousand() -> None:
    steps = [pace_for(n).n_epochs * n for n in (100_000, 200_000, 400_000)]
    assert max(steps) <= 64 * 100_000
