"""``errorest predict``: a saved model's answers for the rows of a table."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from errorest.cli.screen import (
    AsJson,
    Header,
    ModelPath,
    Overwrite,
    TablePath,
    check_output,
    naming,
    note,
    print_json,
    refuse_other_tables,
)
from errorest.exceptions import TableError
from errorest.wording import counted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["predict"]


def predict(
    model: ModelPath,
    table: TablePath,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The CSV file to write; by default standard output."),
    ] = None,
    header: Header = None,
    force: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Add the predicted class and the probability of each class to the rows of a table."""
    from errorest.cli.models import load_table_classifier, read_for
    from errorest.output import write_atomically
    from errorest.tables import decimal_point_of, delimiter_of, read_cells
    from errorest.tables.names import free_name
    from errorest.tables.writer import csv_text

    if output is not None:
        refuse_other_tables(output)
        check_output(output, model, table, overwrite=force)
    classifier, target = load_table_classifier(model)
    with naming(table):
        frame = read_for(classifier, table, target, header=header)
        features = frame.drop(columns=target, errors="ignore")
        if features.columns.empty:
            raise TableError(f"there is no column besides the target {target!r} to predict from")
        answers = answer(classifier, features)
    learned_from = {column.name for column in classifier.schema_.columns}
    for name in [name for name in answers.columns if name in frame.columns]:
        if name not in learned_from:
            raise TableError(f"{table} has a column {name!r} already: rename or remove it")
        answers = answers.rename(columns={name: free_name(name, {*frame.columns, *answers})})
    cells = read_cells(table, header=header)
    completed = cells.join(answers)
    # Cells such as 3,5 are read as numbers between the delimiters that they had.
    delimiter = delimiter_of(table)
    decimal = decimal_point_of(cells, delimiter)
    if delimiter != "," and any(column.decimal_commas for column in classifier.schema_.used):
        decimal = ","
    text = csv_text(completed, delimiter=delimiter, decimal=decimal)
    if output is not None:
        with write_atomically(output, overwrite=force) as temporary:
            temporary.write_text(text, encoding="utf-8", newline="")
    if as_json:
        records = answers.to_dict(orient="records")
        print_json({"output": str(output), "n_rows": len(frame)} if output else records)
    elif output is None:
        sys.stdout.write(text)
    else:
        note(f"Wrote {counted(len(frame), 'prediction')} to {output}.")


def answer(classifier: Any, features: "pd.DataFrame") -> "pd.DataFrame":
    """Return a column of predictions and, if the model has them, one of probabilities a class."""
    import pandas as pd

    encoded, estimator = classifier.encode(features), classifier.estimator_
    answers = pd.DataFrame({"prediction": estimator.predict(encoded)}, index=features.index)
    if hasattr(estimator, "predict_proba"):
        probabilities = estimator.predict_proba(encoded)
        for label, column in zip(classifier.classes_, probabilities.T, strict=True):
            answers[f"probability_{label}"] = column
    return answers
