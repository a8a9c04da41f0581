"""Checkpoints: the state of a training run on disk, from which it resumes to the same bits.

A checkpoint is a NumPy ``.npz`` archive without pickled objects. It holds the fingerprint of its
training run (settings, start, data), so that it cannot be mistaken for another's.
"""

import json
import os
from pathlib import Path
from typing import BinaryIO

import numpy as np

from errorest.exceptions import CheckpointError
from errorest.network.network import Network
from errorest.output import write_atomically
from errorest.training.history import History
from errorest.training.trainer import TrainingState

__all__ = ["load_checkpoint", "save_checkpoint"]


def save_checkpoint(
    path: str | os.PathLike[str], state: TrainingState, *, fingerprint: str
) -> None:
    """Save a state, replacing an older checkpoint only when the new one is complete.

    Parameters
    ----------
    path : path-like
    state : TrainingState
    fingerprint : str
        Fingerprint of the training run (see :meth:`errorest.training.Trainer.fingerprint`).

    Raises
    ------
    OutputError
        If the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from errorest.maths import SGD, binary_cross_entropy, tanh
    >>> from errorest.training import Trainer
    >>> network = Network.build(2, [], 1, activation=tanh, loss=binary_cross_entropy, seed=0)
    >>> path = Path(tempfile.mkdtemp()) / "run.npz"
    >>> save_checkpoint(path, Trainer(SGD()).start(network), fingerprint="abc")
    >>> path.exists()
    True
    """
    progress = {
        "fingerprint": fingerprint,
        "epoch": state.epoch,
        "best_epoch": state.best_epoch,
        "best_value": state.best_value,
        "n_stalled": state.n_stalled,
        "learning_rate_factor": state.learning_rate_factor,
        "curves": state.history.curves,
    }
    with write_atomically(path, overwrite=True) as temporary, temporary.open("wb") as file:
        np.savez(
            file,
            progress=np.array(json.dumps(progress)),
            parameters=state.network.parameters,
            best_parameters=state.best_network.parameters,
            moments=state.moments,
        )


def load_checkpoint(
    path: str | os.PathLike[str], network: Network, *, fingerprint: str
) -> TrainingState:
    """Load a state.

    Parameters
    ----------
    path : path-like
    network : Network
        The network that training started from.
    fingerprint : str
        Fingerprint of the training run to resume.

    Returns
    -------
    TrainingState

    Raises
    ------
    CheckpointError
        If the file is damaged, or belongs to another training run.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import numpy as np
    >>> from errorest.maths import SGD, binary_cross_entropy, tanh
    >>> from errorest.network import Network
    >>> from errorest.training import Trainer
    >>> network = Network.build(2, [], 1, activation=tanh, loss=binary_cross_entropy, seed=0)
    >>> state = Trainer(SGD()).start(network)
    >>> path = Path(tempfile.mkdtemp()) / "run.npz"
    >>> save_checkpoint(path, state, fingerprint="abc")
    >>> load_checkpoint(path, network, fingerprint="abc").epoch
    0
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            state = _read(file, network, fingerprint)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise CheckpointError(f"{path} cannot be read: {error.strerror}") from error
    # A damaged file can fail anywhere in NumPy, JSON or zip.
    except Exception as error:
        raise CheckpointError(
            f"{path} is not an intact checkpoint of this network: delete it to start anew"
        ) from error
    if state is None:
        raise CheckpointError(
            f"{path} belongs to a training with other settings, data or engine: "
            "restore them, or delete it to start anew"
        )
    return state


def _read(file: BinaryIO, network: Network, fingerprint: str) -> TrainingState | None:
    """Return the state, None if it has another fingerprint, or fail in whatever way."""
    archive = np.load(file, allow_pickle=False)
    progress = json.loads(str(archive["progress"]))
    # Another training's arrays may have any shape.
    if str(progress["fingerprint"]) != fingerprint:
        return None
    parameters, best_parameters = archive["parameters"], archive["best_parameters"]
    moments = archive["moments"]
    for array in (parameters, best_parameters, moments):
        if array.dtype != network.parameters.dtype or array.shape[-1:] != parameters.shape:
            raise ValueError(f"an array of shape {array.shape} and type {array.dtype}")
    return TrainingState(
        network=network.with_parameters(parameters),
        moments=moments,
        best_network=network.with_parameters(best_parameters),
        best_value=float(progress["best_value"]),
        best_epoch=int(progress["best_epoch"]),
        epoch=int(progress["epoch"]),
        n_stalled=int(progress["n_stalled"]),
        learning_rate_factor=float(progress["learning_rate_factor"]),
        history=History(progress["curves"]),
    )
