"""Pictures in files: checked before the work, drawn without a screen, written whole."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Annotated

import typer

from errorest.cli.screen import check_output
from errorest.exceptions import ErrorestError

__all__ = ["Dark", "check_picture", "is_film", "picture", "style_of"]

Dark = Annotated[bool, typer.Option("--dark", help="Draw for a dark background.")]

_PICTURE_TYPES = (".png", ".svg", ".pdf")
_FILM_TYPES = (".gif", ".mp4")


def is_film(path: Path) -> bool:
    """Tell whether a file's name is that of a film."""
    return path.suffix.lower() in _FILM_TYPES


def check_picture(path: Path, *inputs: Path, overwrite: bool, film: bool = False) -> None:
    """Find out before long work whether a picture can be written there.

    Raises
    ------
    ErrorestError
        If the name says no known type, of which films are one where there is a film; if the file
        cannot be written, or is an input.
    """
    types = (*_PICTURE_TYPES, *_FILM_TYPES) if film else _PICTURE_TYPES
    if path.suffix.lower() not in types:
        raise ErrorestError(f"{path} must end in {', '.join(types)} to select the format")
    if is_film(path):
        from errorest.plots.film import film_writer

        film_writer(path)
    check_output(path, *inputs, overwrite=overwrite)


@contextmanager
def picture(path: Path, *, dark: bool, overwrite: bool) -> Iterator[None]:
    """Write what is drawn inside the ``with`` block to a file."""
    import matplotlib as mpl
    import matplotlib.pyplot as plt

    from errorest.output import write_atomically
    from errorest.plots.fonts import warn_of_boxes

    mpl.use("agg")
    with style_of(dark):
        yield
        with write_atomically(path, overwrite=overwrite) as temporary:
            plt.savefig(temporary, dpi=150)
        figure = plt.gcf()
        plt.close()
    warn_of_boxes(figure)


def style_of(dark: bool) -> AbstractContextManager[None]:
    """Return the style of a white page or of a dark one, on which a name of $ is no formula."""
    import matplotlib.pyplot as plt

    from errorest.plots.fonts import with_more_letters

    page, names = "dark_background" if dark else "default", {"text.parse_math": False}
    return plt.style.context([page, names | with_more_letters()])
