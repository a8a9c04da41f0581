"""Pictures in files: checked before the work, drawn without a screen, written whole."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from errorest.cli.screen import refuse_input_as_output
from errorest.exceptions import ErrorestError

__all__ = ["Dark", "check_picture", "picture"]

Dark = Annotated[bool, typer.Option("--dark", help="Draw for a dark page.")]

_FILE_TYPES = (".png", ".svg", ".pdf")


def check_picture(path: Path, *inputs: Path, overwrite: bool) -> None:
    """Find out before long work whether a picture can be written there.

    Raises
    ------
    ErrorestError
        If the name says no known type, the file cannot be written, or is an input.
    """
    from errorest.output import check_writable

    if path.suffix.lower() not in _FILE_TYPES:
        raise ErrorestError(f"{path} must end in {', '.join(_FILE_TYPES)} to say what it shall be")
    check_writable(path, overwrite=overwrite)
    refuse_input_as_output(path, *inputs)


@contextmanager
def picture(path: Path, *, dark: bool, overwrite: bool) -> Iterator[None]:
    """Write what is drawn inside the ``with`` block to a file."""
    import matplotlib as mpl
    import matplotlib.pyplot as plt

    from errorest.output import write_atomically

    mpl.use("agg")
    with plt.style.context("dark_background" if dark else "default"):
        yield
        with write_atomically(path, overwrite=overwrite) as temporary:
            plt.savefig(temporary, dpi=150)
        plt.close()
