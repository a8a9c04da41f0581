"""Tables of figures: how well models did, and which classes they confused."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from errorest.text_table import printable

if TYPE_CHECKING:
    from rich.table import Table

    from errorest.estimators import Evaluation
    from errorest.estimators.selection import Selection

__all__ = ["confusion_table", "evaluation_table", "selection_table"]

# More columns do not fit on a screen.
_MAX_CLASSES = 10

# With the gap beside it; in narrower columns, "predicted" would be broken.
_NARROWEST_COLUMN = 11


def evaluation_table(evaluations: "Mapping[str, Evaluation]") -> "Table":
    """Return one row per classifier."""
    from rich.table import Table

    table = Table("", box=None, pad_edge=False)
    for name in ("accuracy", "log-loss", "its standard error", "ROC-AUC"):
        table.add_column(name, justify="right")
    for name, figures in evaluations.items():
        numbers = figures.accuracy, figures.log_loss, figures.log_loss_error, figures.roc_auc
        table.add_row(name, *("-" if number is None else f"{number:.4f}" for number in numbers))
    return table


def selection_table(selection: "Selection") -> "Table":
    """Return one row per model that was in the choice."""
    from rich.table import Table

    table = Table("", box=None, pad_edge=False)
    for name in ("log-loss", "difference from the best", "its standard error"):
        table.add_column(name, justify="right")
    least = selection.log_losses[selection.best]
    for name, mean in selection.log_losses.items():
        error = selection.standard_errors[name]
        spread = f"{error:.4f}" if math.isfinite(error) else "-"
        difference = (f"{mean - least:.4f}", spread)
        table.add_row(name, f"{mean:.4f}", *(difference if name != selection.best else ("", "")))
    return table


def confusion_table(evaluation: "Evaluation", width: int) -> "Table":
    """Return one row per true class, one column per predicted class.

    Of more classes than fit on a screen of a width, only the largest confusions, a row each.
    """
    from rich.table import Table

    if len(evaluation.classes) > min(_MAX_CLASSES, width // _NARROWEST_COLUMN - 1):
        return _largest_confusions(evaluation)

    table = Table(box=None, pad_edge=False)
    table.add_column("true class", overflow="fold")
    for label in evaluation.classes:
        table.add_column(f"predicted {_shown(label)}", justify="right", overflow="fold")
    for label, counts in zip(evaluation.classes, evaluation.confusion, strict=True):
        table.add_row(_shown(label), *map(str, counts))
    return table


def _largest_confusions(evaluation: "Evaluation") -> "Table":
    import numpy as np
    from rich.table import Table

    confusion = evaluation.confusion * (1 - np.eye(len(evaluation.classes), dtype=int))
    table = Table("largest confusions: true class", "predicted", box=None, pad_edge=False)
    table.add_column("rows", justify="right")
    for place in np.argsort(-confusion, axis=None, kind="stable")[:_MAX_CLASSES]:
        i, j = divmod(int(place), len(evaluation.classes))
        if confusion[i, j]:
            pair = _shown(evaluation.classes[i]), _shown(evaluation.classes[j])
            table.add_row(*pair, str(confusion[i, j]))
    return table


def _shown(label: str) -> str:
    from rich.markup import escape

    return escape(printable(label))
