"""``errorest explain``: feedforward and backpropagation of one row, with every number."""

from typing import Annotated

import typer

from errorest.cli.screen import AsJson, Header, ModelPath, TablePath, naming, print_json, results
from errorest.exceptions import TableError

__all__ = ["explain"]


def explain(
    model: ModelPath,
    table: TablePath,
    row: Annotated[
        int, typer.Option("--row", "-r", help="Which row; 1 is the first below the column names.")
    ],
    header: Header = None,
    as_json: AsJson = False,
) -> None:
    """Follow one row through the network, and its error back if its class is known."""
    from errorest.cli.models import load_table_classifier
    from errorest.tables import read_table, separate_target

    classifier, target = load_table_classifier(model)
    frame = read_table(table, header=header)
    if not 1 <= row <= len(frame):
        raise TableError(f"{table} has rows 1 to {len(frame)}, not row {row}")
    one = frame.iloc[[row - 1]]
    features, label = one, None
    with naming(table):
        if target in frame.columns and one[target].notna().all():
            features, labels = separate_target(one, target)
            label = labels.iloc[0]
        is_known = label in classifier.classes_
        traced = classifier.trace(features, label if is_known else None)
        prediction = classifier.predict(features)[0]
    if as_json:
        print_json(
            {
                "row": row,
                "prediction": prediction,
                "label": label,
                "tables": [
                    {"title": part.title, "header": part.header, "rows": part.rows}
                    for part in traced.tables()
                ],
            }
        )
        return
    screen = results()
    truth = "its class is not given" if label is None else f"its class is {label!r}"
    if label is not None and not is_known:
        truth += ", which the model has not learned"
    screen.print(f"Row {row} of {table.name}: predicted {prediction!r}, {truth}.\n", markup=False)
    screen.print(traced)
