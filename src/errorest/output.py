"""Files are written whole or not at all."""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from errorest.exceptions import OutputError

__all__ = ["check_writable", "write_atomically"]


def check_writable(path: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
    """Find out before long work whether its result can be stored.

    Parameters
    ----------
    path : path-like
        Where a file shall be written.
    overwrite : bool, default=False
        Whether a file that is already there may be replaced.

    Returns
    -------
    pathlib.Path
        The path.

    Raises
    ------
    OutputError
        If the path is a folder, exists and may not be replaced, or lies in a folder that is
        absent or read-only, or is a link to such a place.
    """
    path = Path(path)
    try:
        # A link leads to where the file will be.
        for place in (path, path.resolve()):
            _check_place(place, overwrite)
    except OutputError:
        raise
    # Such as a name that is too long, and links in a circle.
    except (OSError, RuntimeError) as error:
        raise OutputError(
            f"{path} cannot be written: {getattr(error, 'strerror', None) or error}"
        ) from error
    return path


@contextmanager
def write_atomically(path: str | os.PathLike[str], *, overwrite: bool = False) -> Iterator[Path]:
    """Give a temporary path to write to, and rename it to ``path`` at the end.

    A crash, a full disk or an error inside the ``with`` block leaves what was at ``path``
    untouched. The temporary file lies beside ``path``, so that the rename is atomic.

    Parameters
    ----------
    path : path-like
        Where the finished file shall be.
    overwrite : bool, default=False
        Whether a file that is already there may be replaced.

    Yields
    ------
    pathlib.Path
        The temporary file, empty, with the same suffix as ``path``.

    Raises
    ------
    OutputError
        If the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> with write_atomically(folder / "note.txt") as temporary:
    ...     _ = temporary.write_text("W x + b = 0")
    >>> (folder / "note.txt").read_text()
    'W x + b = 0'
    """
    # The file that a link leads to is replaced, not the link.
    path = check_writable(path, overwrite=overwrite).resolve()
    temporary = path.with_name(f".{uuid.uuid4().hex}{path.suffix[-16:]}")
    try:
        temporary.touch(exist_ok=False)
        yield temporary
        # Windows syncs no file that is open for reading only.
        with temporary.open("r+b") as written:
            os.fsync(written.fileno())
        # Another process may have made the file during the work.
        check_writable(path, overwrite=overwrite)
        if path.exists():
            shutil.copymode(path, temporary)
        temporary.replace(path)
    except OutputError:
        raise
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror or error}") from error
    finally:
        with suppress(OSError):
            temporary.unlink()


def _check_place(path: Path, overwrite: bool) -> None:
    folder = path.parent
    if path.is_dir():
        raise OutputError(f"{path} is a folder: name a file in it")
    if path.exists() and not path.is_file():
        raise OutputError(f"{path} is not a regular file: choose another name")
    if path.exists() and not overwrite:
        raise OutputError(
            f"{path} exists already: choose another name, or replace it (overwrite=True, --force)"
        )
    if not folder.is_dir():
        raise OutputError(f"{path} cannot be written: the folder {folder} does not exist")
    if not os.access(folder, os.W_OK):
        raise OutputError(f"{path} cannot be written: the folder {folder} is read-only")
