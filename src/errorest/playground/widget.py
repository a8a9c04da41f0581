"""The playground in Jupyter: the same page, around the same session.

>>> from errorest.playground import Widget
>>> widget = Widget([[9, 8], [3, 4], [7, 6], [2, 9]], ["yes", "no", "yes", "no"])
>>> widget.session.handle({"type": "hello", "fragment": ""})[0]["data"]["classes"]
['no', 'yes']
"""

import re
from pathlib import Path
from typing import Any

import anywidget
from traitlets import Unicode

from errorest.playground.messages import Content
from errorest.playground.own_table import OwnTable
from errorest.playground.session import Session

__all__ = ["Widget", "joined", "styles"]

_WEB = Path(__file__).parent / "web"

_IMPORT = re.compile(r'^import\s[^;]*?from "\./(?P<file>[\w.]+)";\n', re.MULTILINE)
_STYLE_SHEET = re.compile(r'href="([\w.]+\.css)"')
_EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)


def joined(entry: str) -> str:
    """Join the page's modules into one, since a notebook serves no files.

    Their top-level names differ, so that the imports between them can be left out.

    Parameters
    ----------
    entry : str
        The file of the module that imports the others.
    """
    sources: dict[str, str] = {}

    def visit(file: str) -> None:
        if file in sources:
            return
        source = (_WEB / file).read_text(encoding="utf-8")
        # A place in the order of imports, so that a circle ends.
        sources[file] = ""
        for found in _IMPORT.finditer(source):
            visit(found["file"])
        del sources[file]
        sources[file] = _EXPORT.sub("", _IMPORT.sub("", source))

    visit(entry)
    return "\n".join(sources.values())


def styles() -> str:
    """Join the style sheets that the page links to, but the one for a page of its own."""
    page = (_WEB / "index.html").read_text(encoding="utf-8")
    files = [file for file in _STYLE_SHEET.findall(page) if file != "host.css"]
    return "\n".join((_WEB / file).read_text(encoding="utf-8") for file in files)


class Widget(anywidget.AnyWidget):
    """The playground with a table of one's own, in Jupyter.

    Parameters
    ----------
    X : array-like or DataFrame of shape (n_samples, n_features), optional
        Without it, simulated points are shown.
    y : array-like of shape (n_samples,), optional
        The classes.

    Attributes
    ----------
    session : Session

    Raises
    ------
    TableError, PlaygroundError
        If the table cannot be learned from.
    """

    _esm = Unicode(joined("playground.js")).tag(sync=True)
    _css = Unicode(styles()).tag(sync=True)

    def __init__(self, X: Any = None, y: Any = None) -> None:
        if (X is None) != (y is None):
            raise TypeError("Widget takes X and y, or neither")
        super().__init__()
        self.session = Session(None if X is None else OwnTable.of(X, y))
        self.on_msg(self._receive)

    def _receive(self, _: Any, content: Content, buffers: list[Any]) -> None:
        answer, answered = self.session.handle(content, [bytes(buffer) for buffer in buffers])
        self.send(answer, buffers=answered)
