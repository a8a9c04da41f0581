"""Checkpoints: a killed training goes on to the same bits; another training's is refused."""

import dataclasses
import signal
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from errorest import MLPClassifier
from errorest.exceptions import CheckpointError
from errorest.maths import (
    SCHEDULES,
    SGD,
    Activation,
    Adam,
    Optimizer,
    binary_cross_entropy,
    sigmoid,
    tanh,
)
from errorest.network import Network
from errorest.training import (
    Samples,
    Trainer,
    TrainingState,
    load_checkpoint,
)
from tests.recorder import Recorder

# The child process and the tests make their trainings with the same lines.
TRAINING = """
import os, signal
import numpy as np
from errorest.engine import predict_proba
from errorest.maths import *
from errorest.network import Network
from errorest.training import *

rng = np.random.default_rng(0)
X, y = rng.normal(size=(50, 3)), rng.integers(2, size=50).astype(float)
training = Samples(X[:40], y[:40], rng.uniform(0.5, 2, size=40))
validation = Samples(X[40:], y[40:])
network = Network.build(3, [4], 1, activation=tanh, loss=binary_cross_entropy, seed=0)
metrics = {
    "accuracy": lambda network, rows: np.mean(
        (predict_proba(network, rows.X)[:, 0] >= 0.5) == rows.targets
    )
}

def trainer_for(optimizer):
    return Trainer(
        optimizer, learning_rate=0.05, schedule=Cosine(), batch_size=16, l2=0.01, max_epochs=12,
        seed=5, stopping=EarlyStopping("validation_accuracy", patience=9, maximise=True),
        metrics=metrics,
    )
"""

KILLED_BETWEEN_EPOCHS = """
trainer = trainer_for({optimizer})
fingerprint = trainer.fingerprint(network, training, validation)
for state in trainer.epochs(trainer.start(network), training, validation):
    save_checkpoint({path!r}, state, fingerprint=fingerprint)
    if state.epoch == 5:
        os.kill(os.getpid(), signal.SIGKILL)
"""

# The disk is reached, but the new file has not taken the old one's place.
KILLED_WHILE_WRITING = """
trainer = trainer_for({optimizer})
fingerprint = trainer.fingerprint(network, training, validation)
for state in trainer.epochs(trainer.start(network), training, validation):
    if state.epoch == 6:
        os.fsync = lambda descriptor: os.kill(os.getpid(), signal.SIGKILL)
    save_checkpoint({path!r}, state, fingerprint=fingerprint)
"""

CLASSIFIER = """
import os, signal
import numpy as np
from errorest import MLPClassifier
from errorest.maths import AdamW

rng = np.random.default_rng(0)
X, y = rng.normal(size=(60, 3)), rng.choice(["cat", "dog", "bird"], size=60)
sample_weight = rng.uniform(0.5, 2, size=60)

def classifier_for(path):
    return MLPClassifier(
        (5, 4), activation="gelu", solver=AdamW(), batch_size=16, learning_rate="one_cycle",
        learning_rate_init=0.01, max_iter=12, early_stopping=True, n_iter_no_change=20,
        random_state=3, checkpoint=path,
    )
"""

KILLED_CLASSIFIER = """
class Kill:
    def setup(self, estimator, context): ...
    def teardown(self, estimator, context): ...
    def on_fit_task_begin(self, estimator, context, **more): ...
    def on_fit_task_end(self, estimator, context, **more):
        if context.task_name == "epoch" and context.task_id == 4:
            os.kill(os.getpid(), signal.SIGKILL)

classifier_for({path!r}).set_callbacks(Kill()).fit(X, y, sample_weight)
"""

needs_kill = pytest.mark.skipif(
    not hasattr(signal, "SIGKILL"), reason="kill -9 exists on POSIX systems only"
)


def namespace(lines: str) -> dict[str, Any]:
    """Run lines in this process."""
    names: dict[str, Any] = {}
    exec(lines, names)
    return names


def run_until_killed(lines: str) -> None:
    child = subprocess.run(
        [sys.executable, "-c", lines], capture_output=True, text=True, check=False
    )
    assert child.returncode == -signal.SIGKILL, child.stderr


def assert_same_state(one: TrainingState, other: TrainingState) -> None:
    np.testing.assert_array_equal(one.network.parameters, other.network.parameters)
    np.testing.assert_array_equal(one.best_network.parameters, other.best_network.parameters)
    np.testing.assert_array_equal(one.moments, other.moments)
    assert one.moments.dtype == other.moments.dtype
    assert dict(one.history) == dict(other.history)
    for field in ("epoch", "best_epoch", "best_value", "n_stalled", "learning_rate_factor"):
        assert getattr(one, field) == getattr(other, field)


@needs_kill
@pytest.mark.parametrize("killed", [KILLED_BETWEEN_EPOCHS, KILLED_WHILE_WRITING])
@pytest.mark.parametrize("optimizer", [SGD(), SGD(momentum=0.9, nesterov=True), Adam()], ids=str)
def test_killed_training_goes_on_to_the_same_bits(
    tmp_path: Path, optimizer: Optimizer, killed: str
) -> None:
    path = str(tmp_path / "run.npz")
    run_until_killed(TRAINING + killed.format(optimizer=optimizer, path=path))

    names = namespace(TRAINING)
    network, training, validation = names["network"], names["training"], names["validation"]
    trainer: Trainer = names["trainer_for"](optimizer)
    fingerprint = trainer.fingerprint(network, training, validation)
    state = load_checkpoint(path, network, fingerprint=fingerprint)
    assert state.epoch == 5
    undisturbed = trainer.start(network)
    for _ in trainer.epochs(undisturbed, training, validation):
        if undisturbed.epoch == 5:
            assert_same_state(state, undisturbed)
    for _ in trainer.epochs(state, training, validation):
        pass
    assert state.epoch > 5
    assert_same_state(state, undisturbed)


@needs_kill
def test_killed_classifier_goes_on_to_the_same_bits(tmp_path: Path) -> None:
    path = str(tmp_path / "run.npz")
    run_until_killed(CLASSIFIER + KILLED_CLASSIFIER.format(path=path))

    names = namespace(CLASSIFIER)
    data = names["X"], names["y"], names["sample_weight"]
    recorder = Recorder()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Stochastic Optimizer")
        undisturbed = names["classifier_for"](None).fit(*data)
        resumed = names["classifier_for"](path).set_callbacks(recorder).fit(*data)
    assert len(recorder.losses) == 12 - 5
    for one, other in zip(
        resumed.coefs_ + resumed.intercepts_,
        undisturbed.coefs_ + undisturbed.intercepts_,
        strict=True,
    ):
        np.testing.assert_array_equal(one, other)
    assert dict(resumed.history_) == dict(undisturbed.history_)
    assert resumed.n_iter_ == undisturbed.n_iter_ == 12
    assert resumed.best_epoch_ == undisturbed.best_epoch_
    assert resumed.best_validation_score_ == undisturbed.best_validation_score_


def small_fit(path: Path, stop_after: int | None = None, **changes: Any) -> tuple[Any, int]:
    """Return a classifier fitted with a checkpoint, and how many epochs that took."""
    X, y = np.random.default_rng(0).normal(size=(20, 2)), np.arange(20) % 2
    recorder = Recorder(stop_after)
    settings = {"max_iter": 6, "random_state": 0, "n_iter_no_change": 9} | changes
    model = MLPClassifier((3,), checkpoint=path, **settings)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Stochastic Optimizer")
        model.set_callbacks(recorder).fit(X, y)
    return model, len(recorder.losses)


def test_finished_training_is_not_repeated(tmp_path: Path) -> None:
    first, n_first = small_fit(tmp_path / "run.npz")
    again, n_again = small_fit(tmp_path / "run.npz")
    assert (n_first, n_again) == (6, 0)
    np.testing.assert_array_equal(first.coefs_[0], again.coefs_[0])
    assert again.loss_curve_ == first.loss_curve_


def test_training_stopped_by_a_callback_goes_on(tmp_path: Path) -> None:
    small_fit(tmp_path / "run.npz", stop_after=2)
    resumed, n_epochs = small_fit(tmp_path / "run.npz")
    whole, _ = small_fit(tmp_path / "other.npz")
    assert n_epochs == 4
    np.testing.assert_array_equal(resumed.coefs_[0], whole.coefs_[0])


@pytest.mark.parametrize(
    "change", [{"alpha": 0.1}, {"learning_rate_init": 0.1}, {"random_state": 1}, {"solver": "sgd"}]
)
def test_other_settings_are_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    small_fit(tmp_path / "run.npz", stop_after=2)
    with pytest.raises(CheckpointError, match="belongs to a training with other settings"):
        small_fit(tmp_path / "run.npz", **change)


def test_other_data_are_refused(tmp_path: Path) -> None:
    small_fit(tmp_path / "run.npz", stop_after=2)
    X, y = np.random.default_rng(1).normal(size=(20, 2)), np.arange(20) % 2
    model = MLPClassifier(
        (3,), checkpoint=tmp_path / "run.npz", max_iter=6, random_state=0, n_iter_no_change=9
    )
    with pytest.raises(CheckpointError, match="other settings, data"):
        model.fit(X, y)


class Scaled(Activation):
    """A user's own activation, without a repr."""

    def __init__(self, factor: float = 2.0) -> None:
        self.factor = factor

    def __call__(self, logits: Any) -> Any:
        return self.factor * sigmoid(logits)

    def derivative(self, logits: Any) -> Any:
        return self.factor * sigmoid.derivative(logits)


@pytest.mark.filterwarnings("ignore:this training runs on the reference engine")
def test_training_with_a_users_own_activation_goes_on(tmp_path: Path) -> None:
    kept_alive = Scaled()
    small_fit(tmp_path / "run.npz", stop_after=2, activation=kept_alive)
    _, n_epochs = small_fit(tmp_path / "run.npz", activation=Scaled())
    assert n_epochs == 4


@pytest.mark.filterwarnings("ignore:this training runs on the reference engine")
def test_other_settings_of_a_users_own_activation_are_refused(tmp_path: Path) -> None:
    small_fit(tmp_path / "run.npz", stop_after=2, activation=Scaled(2.0))
    with pytest.raises(CheckpointError, match="other settings"):
        small_fit(tmp_path / "run.npz", activation=Scaled(3.0))


def test_a_longer_training_is_another_training() -> None:
    # The learning rate of every step may depend on the planned length.
    samples = Samples(np.eye(2), np.array([0.0, 1.0]))
    network = Network.build(2, [2], 1, activation=tanh, loss=binary_cross_entropy, seed=0)
    for name, schedule in SCHEDULES.items():
        trainer = Trainer(Adam(), schedule=schedule, max_epochs=3)
        longer = dataclasses.replace(trainer, max_epochs=4)
        prints = [each.fingerprint(network, samples) for each in (trainer, longer)]
        assert prints[0] != prints[1], name
