"""The playground in Jupyter: the same page, around the same session."""

from typing import Any

import anywidget
from traitlets import Unicode

from errorest.playground.bundle import script, styles
from errorest.playground.messages import Content
from errorest.playground.own_table import OwnTable
from errorest.playground.session import Session

__all__ = ["Widget"]


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

    Examples
    --------
    >>> from errorest.playground import Widget
    >>> widget = Widget([[9, 8], [3, 4], [7, 6], [2, 9]], ["yes", "no", "yes", "no"])
    >>> widget.session.handle({"type": "hello", "fragment": ""})[0]["data"]["classes"]
    ['no', 'yes']
    """

    _esm = Unicode(script("playground.js")).tag(sync=True)
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
