"""The column that is to be predicted."""

import difflib

import pandas as pd

from errorest.exceptions import TableError, TableWarning
from errorest.notices import warn
from errorest.tables.cells import words
from errorest.tables.names import listing

__all__ = ["check_classes", "separate_target"]

# More numbers than this are a quantity, not names of classes.
_MAX_NUMERIC_CLASSES = 50


def separate_target(frame: pd.DataFrame, name: str) -> tuple[pd.DataFrame, "pd.Series[str]"]:
    """Split a table into features and target, without the rows whose target is missing.

    Parameters
    ----------
    frame : DataFrame of shape (n_rows, n_columns)
    name : str
        Of the target's column.

    Returns
    -------
    features : DataFrame of shape (n_labelled_rows, n_columns - 1)
    target : Series of shape (n_labelled_rows,)
        Class labels as words; whole numbers are written without a decimal point.

    Raises
    ------
    TableError
        If there is no such column, no other column, or no label in it.

    Warns
    -----
    TableWarning
        If rows were left out.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"test": [9, 3, 7, 2], "accepted": ["yes", "no", "yes", "no"]})
    >>> features, target = separate_target(table, "accepted")
    >>> list(features.columns), list(target)
    (['test'], ['yes', 'no', 'yes', 'no'])
    """
    if name not in frame.columns:
        raise TableError(
            f"there is no column {name!r} for the target: {_alternatives(frame, name)}"
        )
    if len(frame.columns) == 1:
        raise TableError(f"the table has no column besides the target {name!r} to learn from")
    labels = words(frame[name])
    labelled = labels.notna()
    if not labelled.any():
        raise TableError(f"all cells of the target {name!r} are missing: give rows their class")
    if not labelled.all():
        first, n_missing = int((~labelled).to_numpy().argmax()) + 1, int((~labelled).sum())
        left_out = (
            f"row {first} is left out, since its target {name!r} is missing"
            if n_missing == 1
            else f"{n_missing} rows are left out, since their target {name!r} is missing "
            f"(the first is row {first})"
        )
        warn(left_out, TableWarning)
    return frame.loc[labelled].drop(columns=name), labels[labelled]


def check_classes(target: "pd.Series[str]") -> None:
    """Find out whether a classifier can learn these labels, and be tested on some of them.

    Parameters
    ----------
    target : Series of shape (n_rows,)

    Raises
    ------
    TableError
        If there is one class only, a class with one row only, or so many different numbers
        that they are hardly names of classes.

    Warns
    -----
    TableWarning
        If a class has two rows only, or classes differ in capitals only.

    Examples
    --------
    >>> import pandas as pd
    >>> check_classes(pd.Series(["yes", "yes"], name="accepted"))
    Traceback (most recent call last):
    ...
    errorest.exceptions.TableError: the target 'accepted' has only one class, 'yes': a classifier
    needs at least two
    """
    counts = target.value_counts()
    name = target.name
    if len(counts) < 2:
        raise TableError(
            f"the target {name!r} has only one class, {counts.index[0]!r}: "
            "a classifier needs at least two"
        )
    numeric = pd.to_numeric(target, errors="coerce").notna().all()
    if numeric and len(counts) > _MAX_NUMERIC_CLASSES:
        raise TableError(
            f"the target {name!r} holds {len(counts)} different numbers, a quantity rather than "
            "classes: group them into classes first"
        )
    single = counts[counts == 1].index
    if len(single):
        first = target[target.isin(single)].head(1)
        raise TableError(
            f"{listing(single, 12)} of the target {name!r}: one row only ({first.item()!r} is "
            f"row {first.index.item() + 1}); add rows of such a class, merge it with another, or "
            "remove it"
        )
    few = counts[counts == 2].index
    if len(few):
        warn(
            f"{listing(few)} of the target {name!r}: two rows only, one to learn from and one to "
            "test on; results for such a class are little more than a guess",
            TableWarning,
        )
    folded = counts.index.str.casefold()
    alike = counts.index[folded.duplicated(keep=False)].sort_values()
    if len(alike):
        warn(
            f"classes of the target {name!r} differ only in capital letters: "
            f"{listing(alike)}; write them alike if they mean the same",
            TableWarning,
        )


def _alternatives(frame: pd.DataFrame, name: str) -> str:
    columns = [str(column) for column in frame.columns]
    close = difflib.get_close_matches(name, columns, n=1)
    return f"did you mean {close[0]!r}?" if close else f"the columns are {listing(columns, 12)}"
