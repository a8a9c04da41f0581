"""Held-back rows, and how a classifier does on them beside simple ones."""

import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from errorest.exceptions import ErrorestError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from errorest import TableClassifier
    from errorest.estimators import Evaluation

__all__ = ["compare", "split"]


def split(
    labels: "NDArray[np.object_]", share: float, seed: int
) -> "tuple[NDArray[np.intp], NDArray[np.intp]]":
    """Choose the rows to train on and those to hold back, in the proportions of the classes.

    Each class, of two rows at least, has some on both sides.
    """
    import numpy as np
    from sklearn.model_selection import train_test_split

    try:
        training, held_back = train_test_split(
            np.arange(len(labels)), test_size=share, stratify=labels, random_state=seed
        )
    except ValueError as error:
        raise ErrorestError(
            f"{len(labels)} rows are too few to hold back a share of {share} with every class "
            "on both sides: add rows, or change --validation-share"
        ) from error
    held_back, training = _with_every_class(held_back, training, labels)
    return _with_every_class(training, held_back, labels)


def _with_every_class(
    part: "NDArray[np.intp]", other: "NDArray[np.intp]", labels: "NDArray[np.object_]"
) -> "tuple[NDArray[np.intp], NDArray[np.intp]]":
    """Move a row of each class that a part lacks to it from the other part."""
    import numpy as np

    absent = np.setdiff1d(labels[other], labels[part])
    is_moved = np.zeros(len(other), dtype=bool)
    for label in absent:
        is_moved[np.argmax(labels[other] == label)] = True
    return np.append(part, other[is_moved]), other[~is_moved]


def compare(
    classifiers: "Mapping[str, TableClassifier]",
    training: "tuple[Any, Any]",
    held_back: "tuple[Any, Any]",
) -> "dict[str, Evaluation]":
    """Measure classifiers beside the baselines, all trained and measured on the same rows."""
    from sklearn.dummy import DummyClassifier

    from errorest import LogisticRegression, TableClassifier
    from errorest.estimators import evaluate

    compared = dict(classifiers)
    schema = next(iter(compared.values())).schema_
    with warnings.catch_warnings():
        # Nobody asked for the baselines, so nobody need hear how their training went.
        warnings.simplefilter("ignore")
        if not any(isinstance(one.estimator, LogisticRegression) for one in compared.values()):
            line = TableClassifier(LogisticRegression(max_iter=1000), kinds=schema)
            compared["logistic regression"] = line.fit(*training)
    X, y = held_back
    evaluations = {
        name: evaluate(one.estimator_, one.encode(X), y) for name, one in compared.items()
    }
    majority = DummyClassifier(strategy="prior").fit(*training)
    return evaluations | {"majority class": evaluate(majority, X, y)}
