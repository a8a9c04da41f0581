"""A checkpoint's file: what survives in it, and what is refused."""

import gc
import io
import json
import warnings
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest

from errorest.exceptions import CheckpointError, OutputError
from errorest.maths import (
    SGD,
    Adam,
    binary_cross_entropy,
    tanh,
)
from errorest.network import Network
from errorest.training import (
    EarlyStopping,
    History,
    Samples,
    Trainer,
    TrainingState,
    load_checkpoint,
    save_checkpoint,
)

NETWORK = Network.build(2, [2], 1, activation=tanh, loss=binary_cross_entropy, seed=0)


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    """Write a checkpoint of three epochs, with the fingerprint "own"."""
    rng = np.random.default_rng(0)
    samples = Samples(rng.normal(size=(10, 2)), rng.integers(2, size=10).astype(float))
    trainer = Trainer(Adam(), max_epochs=3, stopping=EarlyStopping("loss"))
    state = trainer.start(NETWORK)
    for _ in trainer.epochs(state, samples):
        save_checkpoint(tmp_path / "run.npz", state, fingerprint="own")
    return tmp_path / "run.npz"


def load(path: Path) -> TrainingState:
    return load_checkpoint(path, NETWORK, fingerprint="own")


def test_only_the_latest_checkpoint_is_left(checkpoint: Path) -> None:
    assert load(checkpoint).epoch == 3
    assert [path.name for path in checkpoint.parent.iterdir()] == ["run.npz"]


def test_all_of_a_state_survives(tmp_path: Path) -> None:
    parameters = NETWORK.parameters
    state = TrainingState(
        network=NETWORK.with_parameters(parameters + 1),
        moments=np.stack([parameters, parameters**2]),
        best_network=NETWORK.with_parameters(parameters - 1),
        best_value=0.25,
        best_epoch=3,
        epoch=7,
        n_stalled=4,
        learning_rate_factor=0.04,
        history=History({"loss": [0.5, 0.25]}),
    )
    save_checkpoint(tmp_path / "run.npz", state, fingerprint="own")
    assert joblib.hash(vars(load(tmp_path / "run.npz"))) == joblib.hash(vars(state))


def test_endless_values_survive(tmp_path: Path) -> None:
    state = Trainer(SGD()).start(NETWORK)
    state.history.append({"loss": float("inf"), "validation_loss": float("nan"), "x": 0.1 + 0.2})
    save_checkpoint(tmp_path / "run.npz", state, fingerprint="own")
    loaded = load(tmp_path / "run.npz")
    assert loaded.best_value == float("inf")
    np.testing.assert_equal(dict(loaded.history), dict(state.history))


def test_float32_survives(tmp_path: Path) -> None:
    network = NETWORK.with_parameters(NETWORK.parameters.astype(np.float32))
    state = Trainer(Adam()).start(network)
    save_checkpoint(tmp_path / "run.npz", state, fingerprint="own")
    loaded = load_checkpoint(tmp_path / "run.npz", network, fingerprint="own")
    assert loaded.network.parameters.dtype == loaded.moments.dtype == np.float32


def test_foreign_fingerprint_is_refused(checkpoint: Path) -> None:
    with pytest.raises(CheckpointError, match=r"run\.npz belongs to a training with other"):
        load_checkpoint(checkpoint, NETWORK, fingerprint="another")
    wider = Network.build(3, [20], 1, activation=tanh, loss=binary_cross_entropy, seed=0)
    with pytest.raises(CheckpointError, match=r"run\.npz belongs to a training with other"):
        load_checkpoint(checkpoint, wider, fingerprint="another")


def test_absent_file_is_told_apart(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "absent.npz")


def test_every_truncation_is_refused(checkpoint: Path) -> None:
    whole = checkpoint.read_bytes()
    for length in range(0, len(whole), 7):
        checkpoint.write_bytes(whole[:length])
        with pytest.raises(CheckpointError, match="not an intact checkpoint"):
            load(checkpoint)


def test_every_changed_byte_is_refused_or_harmless(checkpoint: Path) -> None:
    whole, state = checkpoint.read_bytes(), load(checkpoint)
    for place in range(0, len(whole), 3):
        changed = bytearray(whole)
        changed[place] ^= 0xFF
        checkpoint.write_bytes(changed)
        try:
            loaded = load(checkpoint)
        except CheckpointError:
            continue
        # Some bytes of a zip archive, such as dates, mean nothing here.
        assert joblib.hash(vars(loaded)) == joblib.hash(vars(state))


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04", b"\x00" * 1000, b"\x80\x04N."])
def test_foreign_files_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "run.npz"
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match="not an intact checkpoint"):
        load(path)


def test_a_single_array_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.npz"
    with path.open("wb") as file:
        np.save(file, np.zeros(3))
    with pytest.raises(CheckpointError):
        load(path)


def test_a_refused_file_is_closed(checkpoint: Path) -> None:
    checkpoint.write_bytes(checkpoint.read_bytes()[:500])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ResourceWarning)
        with pytest.raises(CheckpointError) as refusal:
            load(checkpoint)
        del refusal
        gc.collect()
    assert not caught


def test_an_archive_of_something_else_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "run.npz", parameters=np.zeros(9))
    with pytest.raises(CheckpointError, match="not an intact checkpoint"):
        load(tmp_path / "run.npz")


def tampered(checkpoint: Path, progress: object = None, **arrays: Any) -> None:
    """Replace parts of a checkpoint, with correct checksums."""
    with np.load(checkpoint) as archive:
        parts: dict[str, Any] = dict(archive)
    own = json.loads(str(parts["progress"]))
    if progress is not None:
        own = own | progress if isinstance(progress, dict) else progress
        parts["progress"] = np.array(json.dumps(own))
    file = io.BytesIO()
    np.savez(file, **(parts | arrays))
    checkpoint.write_bytes(file.getvalue())


def test_objects_are_never_unpickled(checkpoint: Path) -> None:
    tampered(checkpoint, parameters=np.array([print] * 9, dtype=object))
    with pytest.raises(CheckpointError):
        load(checkpoint)


@pytest.mark.parametrize(
    "arrays",
    [
        {"parameters": np.zeros(3)},
        {"best_parameters": np.zeros(3)},
        {"parameters": np.zeros(9, dtype=np.float32)},
        {"moments": np.zeros((2, 3))},
    ],
    ids=["parameters", "best parameters", "type", "moments"],
)
def test_arrays_of_another_shape_or_type_are_refused(
    checkpoint: Path, arrays: dict[str, Any]
) -> None:
    tampered(checkpoint, **arrays)
    with pytest.raises(CheckpointError):
        load(checkpoint)


@pytest.mark.parametrize("progress", [[1], 7, {"curves": [1]}, {"epoch": "three"}], ids=str)
def test_progress_of_another_form_is_refused(checkpoint: Path, progress: object) -> None:
    tampered(checkpoint, progress)
    with pytest.raises(CheckpointError):
        load(checkpoint)


def test_a_folder_that_is_absent_is_an_output_error(tmp_path: Path) -> None:
    state = Trainer(SGD()).start(NETWORK)
    with pytest.raises(OutputError, match="does not exist"):
        save_checkpoint(tmp_path / "absent" / "run.npz", state, fingerprint="own")
