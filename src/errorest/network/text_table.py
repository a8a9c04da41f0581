"""Small tables of text, and values that show themselves as such on a terminal and in Jupyter.

>>> table = TextTable("Logits", ("unit", "logit"), [("h1", "0.5")])
>>> html_of([table])[:32]
'<table><caption>Logits</caption>'
"""

import html
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Group

__all__ = ["ShownAsTables", "TextTable", "html_of", "number_text", "rich_of"]


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
        return rich_of(self.tables())

    def _repr_html_(self) -> str:
        return html_of(self.tables())


def rich_of(tables: Iterable[TextTable]) -> "Group":
    """Return the tables for rich to print."""
    from rich.console import Group
    from rich.markup import escape
    from rich.table import Table

    renderables = []
    for table in tables:
        renderable = Table(title=escape(table.title), title_justify="left", title_style="bold")
        for index, name in enumerate(table.header):
            justify = "left" if index < table.n_names else "right"
            renderable.add_column(escape(name), justify=justify)  # type: ignore[arg-type] # str is not narrowed
        for row in table.rows:
            renderable.add_row(*map(escape, row))
        renderables.append(renderable)
    return Group(*renderables)


def html_of(tables: Iterable[TextTable]) -> str:
    """Return the tables as HTML."""
    return "\n".join(_table_html(table) for table in tables)


def number_text(number: float) -> str:
    """Return a number with four digits."""
    return f"{number:.4g}"


def _table_html(table: TextTable) -> str:
    header = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in table.header)
    rows = "".join(_row_html(row, table.n_names) for row in table.rows)
    caption = f"<caption>{html.escape(table.title)}</caption>"
    return f"<table>{caption}<thead><tr>{header}</tr></thead><tbody>{rows}</tbody></table>"


def _row_html(row: tuple[str, ...], n_names: int) -> str:
    names = "".join(f'<th scope="row">{html.escape(name)}</th>' for name in row[:n_names])
    return f"<tr>{names}{''.join(f'<td>{html.escape(cell)}</td>' for cell in row[n_names:])}</tr>"
