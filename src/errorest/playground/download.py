"""What can be taken away: the model as a skops or ONNX file, and a script.

>>> from errorest.playground.data import simulated
>>> from errorest.playground.state import State
>>> course = Course(State(), simulated(State()), max_bytes=1_000_000)
>>> name, mime, content = download(course, "skops", own=None)
>>> name, content[:2]
('circle.skops', b'PK')
"""

import tempfile
from importlib.util import find_spec
from pathlib import Path

from errorest.exceptions import PlaygroundError
from errorest.files import save, to_onnx
from errorest.playground.course import Course
from errorest.playground.course_estimator import fitted_estimator
from errorest.playground.own_table import Source
from errorest.playground.script import script_of

__all__ = ["download", "kinds"]


def kinds() -> list[str]:
    """Return what can be taken away here."""
    return ["skops", "script", *(["onnx"] if find_spec("onnx") else [])]


def download(course: Course, what: str, own: Source | None) -> tuple[str, str, bytes]:
    """Return a file's name, its type, and its content.

    Parameters
    ----------
    course : Course
    what : {"skops", "onnx", "script"}
    own : Source or None
        If the points are the rows of one's own table.

    Raises
    ------
    ErrorestError
        If there is nothing to take away yet, or no such kind.
    """
    stem = Path(course.data.name).stem
    if what == "script":
        return f"{stem}.py", "text/x-python", script_of(course, own).encode()
    if what == "skops":
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.skops"
            save(fitted_estimator(course), path)
            return f"{stem}.skops", "application/zip", path.read_bytes()
    if what == "onnx":
        content: bytes = to_onnx(fitted_estimator(course)).SerializeToString()
        return f"{stem}.onnx", "application/octet-stream", content
    raise PlaygroundError(f"what must be one of {', '.join(kinds())}, not {what!r}")
