"""Models on disk, as skops files: loading one never runs code from the file."""

import dataclasses
import importlib
import os
import warnings
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from errorest.estimators import TableClassifier
from errorest.estimators.classifier import NetworkClassifier
from errorest.exceptions import ModelError, ModelFileError
from errorest.files import skops_files
from errorest.output import write_atomically

__all__ = ["load", "save"]

# scikit-learn's imputer, inside the encoder, remembers the type of its column; a linear model may
# have been made sparse.
_HARMLESS = {"numpy.dtype", "scipy.sparse._csr.csr_matrix"}

_MOST_INFLATION = 100


def save(model: Any, path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
    """Write a fitted estimator to a skops file.

    Parameters
    ----------
    model : Perceptron, LogisticRegression, MLPClassifier, TabularMLPClassifier or TableClassifier
        Or a pipeline of scikit-learn's that ends with one.
    path : path-like
    overwrite : bool, default=False
        Whether to overwrite an existing file.

    Raises
    ------
    OutputError
        If the file already exists or cannot be written; nothing is changed in that case.
    ModelError
        If the model is not an Errorest estimator.
    NotFittedError
        If the model is not fitted.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from errorest import Perceptron
    >>> path = Path(tempfile.mkdtemp()) / "admissions.skops"
    >>> save(Perceptron().fit([[9, 8], [3, 4], [7, 6]], [1, 0, 1]), path)
    >>> path.exists()
    True
    """
    if not _is_ours(model):
        raise ModelError(f"{type(_last_step(model)).__name__} is not an Errorest estimator")
    check_is_fitted(model)
    with write_atomically(path, overwrite=overwrite) as temporary:
        skops_files.dump(model, temporary)


def load(path: str | os.PathLike[str], *, trusted: Sequence[str] = ()) -> Any:
    """Read an estimator from a skops file.

    Parameters
    ----------
    path : path-like
    trusted : sequence of str, default=()
        Full names of additional classes that the file may use, such as your own activations.

    Returns
    -------
    estimator

    Raises
    ------
    ModelFileError
        If there is no such file, it is not an intact Errorest model, or it uses classes that are
        neither Errorest's nor trusted.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from errorest import Perceptron
    >>> model = Perceptron().fit([[9, 8], [3, 4], [7, 6]], [1, 0, 1])
    >>> path = Path(tempfile.mkdtemp()) / "admissions.skops"
    >>> save(model, path)
    >>> load(path).predict([[9, 8]])
    array([1])
    """
    path = Path(path)
    if not path.is_file():
        raise ModelFileError(f"there is no model file {path}")
    try:
        _check_beginning(path)
        _check_size(path)
        unknown = skops_files.get_untrusted_types(file=path)
        foreign = [name for name in unknown if not _is_harmless(name) and name not in trusted]
        if not foreign:
            model = skops_files.load(path, trusted=unknown)
            _check_answers(_last_step(model), path)
    except ModelFileError:
        raise
    # A damaged file can fail anywhere in NumPy, JSON, zip or skops.
    except Exception as error:
        raise ModelFileError(
            f"{path} is not an intact model file of this version of Errorest: "
            "train the model again, or get a fresh copy"
        ) from error
    if foreign:
        raise ModelFileError(
            f"{path} asks for {', '.join(foreign)}, which is not part of Errorest, and is not "
            "loaded: if you trust it, name it in load(..., trusted=[...])"
        )
    if not _is_ours(model):
        raise ModelFileError(f"{path} holds a {type(model).__name__}, not a model of Errorest")
    return model


def _last_step(model: Any) -> Any:
    return _last_step(model[-1]) if isinstance(model, Pipeline) else model


def _is_ours(model: Any) -> bool:
    return isinstance(_last_step(model), NetworkClassifier | TableClassifier)


def _is_harmless(name: str) -> bool:
    """Tell whether a name is that of a class of Errorest."""
    if name in _HARMLESS:
        return True
    module, _, attribute = name.rpartition(".")
    if not module.startswith("errorest."):
        return False
    found = getattr(importlib.import_module(module), attribute)
    return isinstance(found, type) and found.__module__ == module


def _check_beginning(path: Path) -> None:
    """Tell other files, such as tables, from what is left of a model."""
    with path.open("rb") as file:
        if not b"PK".startswith(file.read(2)):
            raise ModelFileError(
                f"{path} is no model file, as errorest.save and `errorest train` write them"
            )


def _check_size(path: Path) -> None:
    with zipfile.ZipFile(path) as parts:
        n_bytes = sum(part.file_size for part in parts.infolist())
    # What is saved is hardly compressed; a small file that stands for a huge one fills the memory.
    if n_bytes > _MOST_INFLATION * path.stat().st_size:
        raise ValueError(f"{n_bytes} bytes are too many for the file")


def _check_answers(model: Any, path: Path) -> None:
    """Let the networks' own checks run, which loading bypasses, and ask for one answer."""
    fitted = getattr(model, "estimator_", model)
    last = getattr(fitted, "network_", None)
    networks = [] if last is None else [last, *(one for one, _ in fitted._networks)]
    for network in networks:
        layers = tuple(dataclasses.replace(layer) for layer in network.layers)
        dataclasses.replace(network, layers=layers)
        needed = fitted.n_features_in_, fitted._labels.n_outputs
        if (network.n_features, network.n_outputs) != needed:
            raise ModelFileError(
                f"{path} is damaged: its weights lead from {network.n_features} features to "
                f"{network.n_outputs} logits, instead of {needed[0]} to {needed[1]}: train the "
                "model again, or get a fresh copy"
            )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if isinstance(model, TableClassifier):
            model.predict(pd.DataFrame(np.nan, index=[0], columns=model.feature_names_in_))
        elif networks:
            model.predict(np.zeros((1, model.n_features_in_)))
