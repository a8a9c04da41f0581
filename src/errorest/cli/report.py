"""``errorest report``: a saved model on a labelled table, as one page."""

from pathlib import Path
from typing import Annotated

import typer

from errorest.cli.screen import (
    AsJson,
    GroupColumn,
    Header,
    ModelPath,
    Overwrite,
    TablePath,
    busy,
    check_output,
    check_seed,
    naming,
    note,
    print_json,
)
from errorest.exceptions import OutputError

__all__ = ["report"]


def report(
    model: ModelPath,
    table: TablePath,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The HTML file; by default MODEL.html.")
    ] = None,
    seed: Annotated[
        int, typer.Option(help="Seed for the shuffled columns and the choice of rows.")
    ] = 0,
    group: GroupColumn = None,
    header: Header = None,
    force: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Write a report on a model and a labelled table, as one HTML page for any browser."""
    from errorest.output import write_atomically

    check_seed(seed)
    path = check_output(output or Path(f"{model.stem}.html"), model, table, overwrite=force)
    if path.suffix.lower() not in (".html", ".htm"):
        raise OutputError(f"{path} must end in .html, since reports are HTML")

    import matplotlib as mpl

    from errorest.cli.info import installation, model_facts
    from errorest.cli.models import groups_in, load_table_classifier, read_labelled
    from errorest.report import build_report

    # Matplotlib need not look for a screen.
    mpl.use("agg")
    classifier, target = load_table_classifier(model)
    X, y = read_labelled(table, classifier, target, header=header)
    with busy("starting") as status, naming(table):
        page = build_report(
            classifier,
            X,
            y,
            groups=None if group is None else groups_in(X, group),
            title=f"{model.name} on {table.name}",
            facts=model_facts(classifier),
            versions=installation(),
            seed=seed,
            on_step=lambda step: status.update(f"{step} ..."),
        )
    with write_atomically(path, overwrite=force) as temporary:
        # A file's name need not be UTF-8.
        temporary.write_text(page, encoding="utf-8", errors="replace")
    if as_json:
        print_json({"file": str(path), "n_rows": len(y)})
    else:
        note(f"The report is in {path}.")
