"""Small tables of text, and values that show themselves as such on a terminal and in Jupyter.

>>> table = TextTable("Logits", ("unit", "logit"), [("h1", "0.5")])
>>> table._repr_html_()[:32]
'<table><caption>Logits</caption>'
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from rich.console import Group
    from rich.table import Table

__all__ = ["ShownAsTables", "TextTable", "number_text", "printable"]

# Ends of lines among them; a terminal takes others for orders, such as to change its colours.
_CONTROLS = re.compile(r"[\0-\x1f\x7f-\x9f]")


@dataclass(frozen=True)
class TextTable:
    """Text cells under a header.

    Parameters
    ----------
    title : str
    header : tuple of str
    rows : sequence of tuple of str
        Each as long as the header.
    n_names : int, default=1
        How many columns, from the left, hold names; the others hold numbers.
    """

    title: str
    header: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    n_names: int = 1

    def __rich__(self) -> "Table":
        from rich.table import Table
        from rich.text import Text

        table = Table(title=Text(self.title, "bold"), title_justify="left")
        for index, name in enumerate(self.header):
            justify: Literal["left", "right"] = "left" if index < self.n_names else "right"
            table.add_column(Text(printable(name)), justify=justify)
        for row in self.rows:
            table.add_row(*(Text(printable(cell)) for cell in row))
        return table

    def _repr_html_(self) -> str:
        header = "".join(
            f'<th scope="col"{self._style(place)}>{escape(name)}</th>'
            for place, name in enumerate(self.header)
        )
        rows = "".join(map(self._html_of_row, self.rows))
        caption = f"<caption>{escape(self.title)}</caption>"
        return f"<table>{caption}<thead><tr>{header}</tr></thead><tbody>{rows}</tbody></table>"

    def _html_of_row(self, row: tuple[str, ...]) -> str:
        names = "".join(
            f'<th scope="row"{self._style(place, "; font-weight: normal")}>{escape(name)}</th>'
            for place, name in enumerate(row[: self.n_names])
        )
        numbers = "".join(f"<td>{escape(cell)}</td>" for cell in row[self.n_names :])
        return f"<tr>{names}{numbers}</tr>"

    def _style(self, place: int, more: str = "") -> str:
        # Jupyter aligns all cells to the right, as suits numbers and the first names beside them.
        return f' style="text-align: left{more}"' if 0 < place < self.n_names else ""


class ShownAsTables(ABC):
    """A value that shows itself as tables: by ``print``, through rich, and in Jupyter."""

    @abstractmethod
    def tables(self) -> list[TextTable]:
        """Return the tables."""

    def __str__(self) -> str:
        from rich.console import Console

        # In Jupyter rich shows what it prints, here nothing, as an output of its own.
        console = Console(width=120, force_jupyter=False)
        with console.capture() as capture:
            console.print(self)
        return capture.get()

    def __rich__(self) -> "Group":
        from rich.console import Group

        return Group(*self.tables())

    def _repr_html_(self) -> str:
        return "\n".join(table._repr_html_() for table in self.tables())


def printable(text: str) -> str:
    r"""Return a text on one line, its control characters as Python writes them.

    Parameters
    ----------
    text : str

    Examples
    --------
    >>> print(printable("weight\nin kg"))
    weight\nin kg
    """
    return _CONTROLS.sub(lambda found: repr(found[0])[1:-1], text)


def number_text(number: float) -> str:
    """Return a number with four digits."""
    return f"{number:.4g}"
