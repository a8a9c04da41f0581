"""Models as the command line uses them: with a table's schema inside."""

from pathlib import Path
from typing import TYPE_CHECKING

from errorest.cli.screen import naming
from errorest.exceptions import ModelFileError, TableError

if TYPE_CHECKING:
    import pandas as pd

    from errorest import TableClassifier

__all__ = ["labelled_rows", "load_table_classifier"]


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


def labelled_rows(
    model: Path, table: Path, header: bool | None
) -> "tuple[TableClassifier, pd.DataFrame, pd.Series[str]]":
    """Load a model, and a table of rows whose classes it knows.

    Returns
    -------
    classifier : TableClassifier
    features : DataFrame
    labels : Series

    Raises
    ------
    TableError
        If a class is unknown to the model.
    """
    from errorest.tables import read_table, separate_target
    from errorest.tables.names import listing

    classifier, target = load_table_classifier(model)
    with naming(table):
        features, labels = separate_target(read_table(table, header=header), target)
    unknown = sorted(set(labels) - set(classifier.classes_))
    if unknown:
        raise TableError(
            f"{table} has classes that {model} has not learned, {listing(unknown)}: "
            f"it knows {listing(classifier.classes_)}"
        )
    return classifier, features, labels
