"""Models as the command line uses them: with a table's schema inside."""

from pathlib import Path
from typing import TYPE_CHECKING

from errorest.exceptions import ModelFileError

if TYPE_CHECKING:
    from errorest import TableClassifier

__all__ = ["load_table_classifier"]


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
