"""What a user sees: results on stdout, notes on stderr."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from errorest.exceptions import ErrorestError, OutputError, TableError
from errorest.output import check_writable

if TYPE_CHECKING:
    from rich.console import Console
    from rich.status import Status

__all__ = [
    "AsJson",
    "GroupColumn",
    "Header",
    "ModelPath",
    "Overwrite",
    "TablePath",
    "busy",
    "check_output",
    "check_seed",
    "naming",
    "note",
    "note_once",
    "print_json",
    "refuse_other_tables",
    "results",
    "show_warning",
]

TablePath = Annotated[Path, typer.Argument(help="A CSV file (or Parquet, with pyarrow).")]
ModelPath = Annotated[
    Path, typer.Argument(help="A model saved by `errorest train` or errorest.save.")
]
Overwrite = Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")]
Header = Annotated[
    bool | None,
    typer.Option(
        "--header/--no-header",
        help="Whether the first line holds column names; guessed by default.",
    ),
]
GroupColumn = Annotated[
    str | None,
    typer.Option(
        "--group",
        help="A column of groups, such as patients, which standard errors and confidence intervals "
        "count instead of rows.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]

_OTHER_TABLES = (
    *(".parquet", ".feather", ".arrow", ".xlsx", ".xls", ".ods", ".json", ".jsonl"),
    *(".gz", ".bz2", ".xz", ".zip", ".zst"),
)


def check_seed(seed: int) -> None:
    """Refuse what is no seed to NumPy and scikit-learn."""
    if not 0 <= seed < 2**32:
        raise ErrorestError(f"--seed must be from 0 to {2**32 - 1}, not {seed}")


@contextmanager
def naming(table: Path) -> Iterator[None]:
    """Let errors say of which table they speak."""
    try:
        yield
    except TableError as error:
        if str(table) in str(error):
            raise
        raise TableError(f"{table}: {error}") from error


def check_output(output: Path, *inputs: Path, overwrite: bool) -> Path:
    """Find out before long work whether a file can be written, and is none of those being read."""
    check_writable(output, overwrite=overwrite)
    if any(_are_one_file(output, one) for one in inputs):
        raise OutputError(f"{output} is an input of this command: choose another output")
    return output


def _are_one_file(path: Path, other: Path) -> bool:
    if os.path.realpath(path) == os.path.realpath(other):
        return True
    try:
        # Data.csv is data.csv where file systems take no notice of case, as on macOS.
        return os.path.samefile(path, other)
    except OSError:
        return False


def refuse_other_tables(output: Path) -> None:
    """Refuse a name that promises another kind of file than the CSV that will be written."""
    if output.suffix.lower() in _OTHER_TABLES:
        raise OutputError(f"{output} would hold CSV, not {output.suffix[1:]}: end its name in .csv")


def results() -> "Console":
    """Return the console for results; when piped, lines are not cut to a screen's width."""
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else 160, highlight=False, soft_wrap=False)


def busy(step: str) -> "Status":
    """Say on stderr, as long as it goes on, what is done; nothing where that is no terminal."""
    from rich.console import Console

    return Console(stderr=True).status(f"{step} ...")


def note(message: str) -> None:
    """Tell the user something that is not the result."""
    print(message, file=sys.stderr)


def print_json(value: Any) -> None:
    """Print a result for other programs."""
    print(json.dumps(value, indent=2, ensure_ascii=False))


def show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Show a warning as a note of one line, without the place in the code."""
    # scikit-learn has such a warning for each of its objects in a model file.
    saved_by = getattr(message, "original_sklearn_version", None)
    if saved_by is not None:
        message = (
            f"the model was saved with scikit-learn {saved_by}, a different version from this one"
        )
    note_once(f"note: {' '.join(str(message).split())}")


@cache
def note_once(message: str) -> None:
    """Tell the user something, unless it was told before."""
    note(message)
