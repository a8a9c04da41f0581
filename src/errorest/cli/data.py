"""``errorest data``: example tables by name."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from errorest.cli.screen import AsJson, Overwrite, note, print_json, refuse_other_tables, results
from errorest.exceptions import ErrorestError
from errorest.wording import counted

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["data"]


def data(
    name: Annotated[
        str | None, typer.Argument(help="Name of the table; without it, all are listed.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The CSV file; by default NAME.csv.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed for a simulated table.")] = 0,
    force: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """List the example tables, or write one as a CSV file."""
    from errorest import datasets
    from errorest.output import write_atomically
    from errorest.tables.writer import csv_text

    if name is None:
        if output is not None:
            raise ErrorestError(f"name the table for {output}: errorest data lists the names")
        if as_json:
            print_json([asdict(info) for info in datasets.CATALOGUE])
        else:
            results().print(catalogue_table())
        return
    dataset = datasets.load(name, seed=seed)
    path = output or Path(f"{name}.csv")
    refuse_other_tables(path)
    with write_atomically(path, overwrite=force) as temporary:
        temporary.write_text(csv_text(dataset.frame), encoding="utf-8", newline="")
    if as_json:
        facts = {key: getattr(dataset, key) for key in ("name", "target", "source", "licence")}
        print_json({"file": str(path), **facts, "n_rows": len(dataset.frame)})
        return
    origin = "simulated" if dataset.simulated else dataset.source
    note(
        f"{path}: {counted(len(dataset.frame), 'row')} of {name} ({origin}; {dataset.licence}), "
        f"target {dataset.target!r}."
    )


def catalogue_table() -> "Table":
    """Return one row per example table."""
    from rich.table import Table

    from errorest import datasets

    table = Table("name", "rows x columns", "target", "about", "source", "licence", box=None)
    for column in table.columns:
        column.overflow = "fold"
    # It is to be typed.
    table.columns[0].no_wrap = True
    for info in datasets.CATALOGUE:
        size = f"{info.n_rows} x {info.n_columns}"
        cells = (info.name, size, info.target, info.description, info.source, info.licence)
        table.add_row(*cells)
    return table
