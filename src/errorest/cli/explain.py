"""``errorest explain``: feedforward and backpropagation of one row, with every number."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from errorest.cli.pictures import Dark, check_picture, picture
from errorest.cli.screen import (
    AsJson,
    Header,
    ModelPath,
    Overwrite,
    TablePath,
    naming,
    note,
    print_json,
    results,
)
from errorest.exceptions import ErrorestError, TableError
from errorest.wording import counted

if TYPE_CHECKING:
    from errorest.network import ChainRule, Trace
    from errorest.text_table import TextTable

__all__ = ["explain"]


def explain(
    model: ModelPath,
    table: TablePath,
    row: Annotated[
        int, typer.Option("--row", "-r", help="Row number; 1 is the first below the column names.")
    ],
    weight: Annotated[
        tuple[str, str] | None,
        typer.Option(
            "--weight",
            "-w",
            metavar="FROM TO",
            help="Show the chain rule for the weight between two units, named as in the tables: "
            "bill_length_mm h1.2, or bias h1.2.",
        ),
    ] = None,
    latex: Annotated[
        bool, typer.Option("--latex", help="Print LaTeX formulas with the numbers filled in.")
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="Also draw the row on a picture of the network: a .png, .svg or .pdf file.",
        ),
    ] = None,
    dark: Dark = False,
    force: Overwrite = False,
    header: Header = None,
    as_json: AsJson = False,
) -> None:
    """Follow one row through the network, and its error back if its class is known."""
    from errorest.cli.models import load_table_classifier, note_averaged, read_for
    from errorest.tables import meaning, separate_target

    if latex and as_json:
        raise ErrorestError("--latex and --json exclude each other: choose one")
    if output is not None:
        check_picture(output, model, table, overwrite=force)
    classifier, target = load_table_classifier(model)
    frame = read_for(classifier, table, target, header=header)
    if not 1 <= row <= len(frame):
        raise TableError(f"{table} has {counted(len(frame), 'row')}: there is no row {row}")
    one = frame.iloc[[row - 1]]
    features, label = one.drop(columns=target, errors="ignore"), None
    with naming(table):
        if target in frame.columns and one[target].notna().all():
            label = separate_target(one, target)[1].iloc[0]
            label = meaning(label, list(classifier.classes_)) or label
        is_known = label in classifier.classes_
        traced = classifier.trace(features, label if is_known else None)
        prediction = str(classifier.predict(features)[0])
    shown = traced if weight is None else _chain_rule(traced, weight)
    if output is not None:
        _draw(traced, output, dark=dark, overwrite=force)
    note_averaged(classifier.estimator_)
    if as_json:
        tables = [_as_dict(part) for part in traced.tables(max_rows=None)]
        facts = {
            "row": row,
            "prediction": prediction,
            "label": label,
            "n_averaged": classifier.estimator_._n_averaged,
            "tables": tables,
        }
        if shown is not traced:
            facts["chain_rule"] = [_as_dict(part) for part in shown.tables()]
        print_json(facts)
        return
    if latex:
        print(shown.latex())
        return
    screen = results()
    truth = "its class is not given" if label is None else f"its class is {label!r}"
    if label is not None and not is_known:
        truth += ", which the model has not learned"
    who = f"{traced.averaged} together predict" if traced.averaged else "predicted"
    screen.print(f"Row {row} of {table.name}: {who} {prediction!r}, {truth}.\n", markup=False)
    screen.print(shown)


def _draw(traced: "Trace", output: Path, *, dark: bool, overwrite: bool) -> None:
    from errorest.plots import TraceDisplay

    with picture(output, dark=dark, overwrite=overwrite):
        display = TraceDisplay(traced).plot()
    summary = ", which shows the units with the largest weights" if display.is_summary_ else ""
    note(f"The picture is in {output}{summary}.")


def _chain_rule(traced: "Trace", weight: tuple[str, str]) -> "ChainRule":
    if traced.target is None:
        raise ErrorestError(
            "--weight needs a row whose class is known: without it there is no error to follow back"
        )
    try:
        return traced.chain_rule(*weight)
    except ValueError as error:
        raise ErrorestError(f"--weight: {error}") from error


def _as_dict(table: "TextTable") -> dict[str, Any]:
    return {"title": table.title, "header": table.header, "rows": table.rows}
