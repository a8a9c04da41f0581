"""Held-back rows, and how a classifier does on them beside simple ones."""

import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from errorest.cli.candidates import ModelKind, Wishes, title
from errorest.exceptions import TableError
from errorest.wording import counted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from errorest import TableClassifier
    from errorest.estimators import Evaluation
    from errorest.tables import Schema

__all__ = ["compare", "copied_from", "hardly_better", "keys_on_both_sides", "split"]

_MANY_KEYS = 20


def copied_from(
    features: Any, labels: "NDArray[np.object_]", schema: "Schema"
) -> "NDArray[np.intp]":
    """Find the first row of a table that each row repeats, as far as its columns are used."""
    import numpy as np
    import pandas as pd

    from errorest.estimators.copies import originals

    table = schema.conform(features)
    cells = np.empty((len(labels), len(schema.used)))
    for j, column in enumerate(schema.used):
        cells[:, j], _ = pd.factorize(table[column.name])
    words = [j for j, column in enumerate(schema.used) if column.kind not in ("number", "date")]
    return originals(cells, pd.factorize(labels)[0], codes=words)


def split(
    labels: "NDArray[np.object_]",
    groups: "NDArray[np.intp]",
    share: float,
    seed: int,
    *,
    whole: bool = False,
) -> "tuple[NDArray[np.intp], NDArray[np.intp]]":
    """Choose the rows to train on and those to hold back, in the proportions of the classes.

    Rows of a group, such as copies, stay together. Each class, of two rows at least, has some on
    both sides; where groups stay whole, each is trained on.
    """
    import numpy as np
    import pandas as pd
    from sklearn.model_selection import train_test_split

    from errorest.estimators.folds import rarest_classes

    classes, numbers = rarest_classes(pd.factorize(labels, sort=True)[0], groups)
    choosable = np.flatnonzero(np.bincount(classes)[classes] > 1)
    try:
        training, held_back = train_test_split(
            choosable, test_size=share, stratify=classes[choosable], random_state=seed
        )
    except ValueError as error:
        all_there_is = counted(*((len(classes), "group") if whole else (len(labels), "row")))
        raise TableError(
            f"{all_there_is}: too few to set aside a share of {share} with every class on both "
            "sides; add some, or change --validation-share"
        ) from error
    if whole or len(classes) < len(labels):
        is_held_back = np.isin(numbers, held_back)
        training, held_back = np.flatnonzero(~is_held_back), np.flatnonzero(is_held_back)
    if not whole:
        held_back, training = _with_every_class(held_back, training, labels)
        return _with_every_class(training, held_back, labels)
    training, held_back = _with_every_class(training, held_back, labels)
    is_split = np.isin(groups[held_back], groups[training])
    return np.append(training, held_back[is_split]), held_back[~is_split]


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


def keys_on_both_sides(
    features: Any, training: "NDArray[np.intp]", held_back: "NDArray[np.intp]"
) -> list[str]:
    """List the columns named like a key of which held-back rows share one with training rows.

    Few keys of many rows each are rather categories: new rows will hardly be of others.
    """
    from errorest.tables.recognition import is_name_of_key

    def is_shared(keys: Any) -> bool:
        known = keys.iloc[training].dropna()
        are_many = keys.nunique() > min(_MANY_KEYS, len(keys) / 10)
        return are_many and bool(keys.iloc[held_back].isin(known).any())

    return [name for name in features if is_name_of_key(name) and is_shared(features[name])]


def compare(
    classifiers: "Mapping[str, TableClassifier]",
    training: "tuple[Any, Any, NDArray[np.intp]]",
    held_back: "tuple[Any, Any, NDArray[np.intp]]",
    wishes: Wishes,
) -> "dict[str, Evaluation]":
    """Measure classifiers beside the baselines, all trained and measured on the same rows.

    Rows are a table, its classes and its groups, or copies. Logistic regression, where it is none
    of the classifiers, is trained as it would be alone.
    """
    from sklearn.dummy import DummyClassifier

    from errorest import LogisticRegression, TableClassifier
    from errorest.estimators import evaluate

    compared = dict(classifiers)
    schema = next(iter(compared.values())).schema_
    X, y, groups = training
    with warnings.catch_warnings():
        # Nobody asked for the baselines, so nobody need hear how their training went.
        warnings.simplefilter("ignore")
        if not any(isinstance(one.estimator, LogisticRegression) for one in compared.values()):
            kind = ModelKind.logistic
            line = TableClassifier(wishes.estimator(kind, y.to_numpy()), kinds=schema)
            compared[title(kind)] = line.fit(X, y, groups=wishes.told(kind, groups))
    majority = DummyClassifier(strategy="prior").fit(X, y)
    X, y, groups = held_back
    evaluations = {
        name: evaluate(one.estimator_, one.encode(X), y, groups=groups)
        for name, one in compared.items()
    }
    return evaluations | {"majority class": evaluate(majority, X, y, groups=groups)}


def hardly_better(evaluations: "Mapping[str, Evaluation]") -> str | None:
    """Say by what the first of the models compared does about as well as the majority class.

    By log-loss, by the rule that chooses a model: the shares of the classes, the simplest one,
    would be kept. By accuracy, if it has no probabilities. None if it does better.
    """
    from errorest.estimators.selection import select

    model, *_, majority = evaluations.values()
    if model.losses is None or majority.losses is None:
        return "accuracy" if model.accuracy <= majority.accuracy else None
    simplest_first = {"majority class": majority.losses, "model": model.losses}
    kept = select(simplest_first, model.groups).kept
    return "log-loss" if kept == "majority class" else None
