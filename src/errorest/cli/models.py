"""Models as the command line uses them: with a table's schema inside."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from errorest.cli.screen import naming, note
from errorest.exceptions import ModelFileError, TableError

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from errorest import TableClassifier

__all__ = [
    "duration",
    "groups_in",
    "load_table_classifier",
    "note_averaged",
    "read_for",
    "read_labelled",
]


def load_table_classifier(path: Path) -> "tuple[TableClassifier, str]":
    """Load a model that knows the columns it was trained on, and the name of its target.

    Raises
    ------
    ModelFileError
        If the file holds none.
    """
    from errorest import TableClassifier, load

    model = load(path)
    if not isinstance(model, TableClassifier) or model.target_name_ is None:
        raise ModelFileError(
            f"{path} holds a {type(model).__name__} without the columns of a table: "
            "use it from Python, or make a model with `errorest train`"
        )
    return model, model.target_name_


def read_labelled(
    table: Path, classifier: "TableClassifier", target: str, *, header: bool | None = None
) -> "tuple[pd.DataFrame, pd.Series[str]]":
    """Read the features and the classes of a table whose classes a model knows.

    Raises
    ------
    TableError
        If the table has no target, or classes that the model has not learned.
    """
    from errorest.tables import meanings, separate_target
    from errorest.tables.names import listing

    with naming(table):
        frame = read_for(classifier, table, target, header=header)
        features, labels = separate_target(frame, target)
        classes = meanings(labels.unique(), list(classifier.classes_))
        unknown = sorted(label for label, known in classes.items() if known is None)
        if unknown:
            raise TableError(
                f"classes that the model has not learned, {listing(unknown)}: leave their rows "
                f"out; it knows {listing(classifier.classes_)}"
            )
    return features, labels.map(classes)


def groups_in(features: "pd.DataFrame", column: str) -> "NDArray[np.intp]":
    """Return the number of each row's group: the same for the same word in a column.

    Raises
    ------
    TableError
        If there is no such column.
    """
    from errorest.estimators.groups import numbered
    from errorest.tables.cells import words
    from errorest.tables.names import column_name, listing

    name = column_name(column)
    if name not in features:
        columns = listing(map(str, features))
        raise TableError(f"there is no column {name!r}: the table has {columns}")
    return numbered(words(features[name]), features)


def read_for(
    classifier: "TableClassifier", table: Path, target: str, *, header: bool | None = None
) -> "pd.DataFrame":
    """Read a table for a model: what it reads as words stays as it is written."""
    from errorest.tables import read_table

    words = [
        column.name
        for column in classifier.schema_.used
        if column.categories or column.decimal_commas
    ]
    return read_table(table, header=header, words=[*words, target])


def duration(estimator: Any) -> tuple[int, str]:
    """Return how many epochs, or iterations of a solver, a training took, and which of these."""
    import numpy as np

    from errorest.estimators.logistic_penalty import SCIKIT_LEARN_SOLVERS

    in_iterations = getattr(estimator, "solver", None) in SCIKIT_LEARN_SOLVERS
    return int(np.ravel(estimator.n_iter_)[0]), "iteration" if in_iterations else "epoch"


def note_averaged(estimator: Any) -> None:
    """Say so if the answers are those of several networks, of which one is shown."""
    if together := estimator._averaged:
        note(f"note: the predictions of {together} are averaged; this is one of the networks")
