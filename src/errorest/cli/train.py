"""``errorest train``: from a table to a saved model."""

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from errorest.cli.candidates import ModelKind, Wishes, choose, fit, title
from errorest.cli.screen import (
    AsJson,
    Header,
    Overwrite,
    TablePath,
    naming,
    note,
    print_json,
    refuse_input_as_output,
    results,
)
from errorest.exceptions import ErrorestError, OutputError

if TYPE_CHECKING:
    from errorest import TableClassifier

__all__ = ["train"]


def train(
    table: TablePath,
    target: Annotated[str, typer.Option("--target", "-t", help="The column to predict.")],
    model: Annotated[
        ModelKind,
        typer.Option(
            "--model",
            "-m",
            help="What to train: auto keeps logistic regression where networks do no better.",
        ),
    ] = ModelKind.auto,
    hidden: Annotated[
        str | None,
        typer.Option(
            help="Units in each hidden layer of a network, such as 64,32; else by the table's size."
        ),
    ] = None,
    epochs: Annotated[
        int | None,
        typer.Option(help="Passes through the training rows, at most; else by the model."),
    ] = None,
    minutes: Annotated[
        float | None,
        typer.Option(help="How long networks may take: there are fewer and shorter ones then."),
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same model.")] = 0,
    validation_share: Annotated[
        float, typer.Option(help="Share of the rows held back from training, to measure on.")
    ] = 0.2,
    column: Annotated[
        list[str] | None,
        typer.Option(help="Overrule what a column is: NAME=KIND, such as rank=category."),
    ] = None,
    header: Header = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The model file, by default TABLE.skops.")
    ] = None,
    force: Overwrite = False,
    checkpoint: Annotated[
        Path | None,
        typer.Option(help="A file to store a network's training in, and to resume it from."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Train a classifier on a table, measure it on held-back rows, and save it."""
    if epochs is not None and epochs < 1:
        raise ErrorestError(f"--epochs must be at least 1, not {epochs}")
    if minutes is not None and not 0 < minutes < math.inf:
        raise ErrorestError(f"--minutes must be a finite number above 0, not {minutes:g}")
    if not 0 < validation_share < 1:
        raise ErrorestError(f"--validation-share must be between 0 and 1, not {validation_share}")
    if not 0 <= seed < 2**32:
        raise ErrorestError(f"--seed must be from 0 to {2**32 - 1}, not {seed}")
    sizes = None if hidden is None else hidden_layer_sizes(hidden)
    seconds = None if minutes is None else 60 * minutes
    wishes = Wishes(model, seed, sizes, epochs, seconds, checkpoint)
    kinds = column_kinds(column or [])

    from errorest.output import check_writable

    path = check_writable(output or Path(f"{table.stem}.skops"), overwrite=force)
    refuse_input_as_output(path, table)
    if checkpoint is not None:
        check_writable(checkpoint, overwrite=True)
        refuse_input_as_output(checkpoint, table)
        refuse_input_as_output(path, checkpoint)

    import numpy as np

    from errorest.cli.comparison import compare, split
    from errorest.cli.figures import confusion_table, evaluation_table, selection_table
    from errorest.tables import Schema, check_classes, read_table, separate_target

    selection = None
    with naming(table):
        frame = read_table(table, header=header, words=[target])
        features, labels = separate_target(frame, target)
        check_classes(labels)
        schema = Schema.recognise(features, kinds)
        training, held_back = split(labels.to_numpy(), validation_share, seed)
        X, y = features.iloc[training], labels.iloc[training]
        if model is ModelKind.auto:
            candidates, selection = choose(wishes, schema, X, y)
        else:
            candidates = {model: fit(wishes, model, schema, X, y)}
    kept = next(kind for kind in candidates if selection is None or title(kind) == selection.kept)
    classifier = candidates[kept]
    path = save_without_loss(classifier, path, overwrite=force)

    unseen = features.iloc[held_back], labels.iloc[held_back]
    name = f"this {title(kept)}"
    others = {title(kind): one for kind, one in candidates.items() if kind is not kept}
    try:
        evaluations = compare({name: classifier} | others, (X, y), unseen)
    except KeyboardInterrupt:
        note(f"The model is in {path}, not measured.")
        raise

    n_iter = int(np.ravel(classifier.estimator_.n_iter_)[0])
    if as_json:
        print_json(
            {
                "model": str(path),
                "kind": str(kept),
                "n_training_rows": len(training),
                "n_held_back_rows": len(held_back),
                "n_iter": n_iter,
                "seed": seed,
                "selection": None if selection is None else selection.to_dict(),
                **classifier.schema_.to_dict(),
                "evaluations": {key: value.to_dict() for key, value in evaluations.items()},
            }
        )
        return
    screen = results()
    screen.print(f"{table.name}: {len(labels)} rows, target {target!r}", markup=False)
    screen.print(classifier.schema_)
    if selection is not None:
        screen.print("\nIn cross-validation on the training rows:\n")
        screen.print(selection_table(selection))
        screen.print(f"\nKept: {selection.reason}.")
    screen.print(f"\n{how_it_was_trained(classifier.estimator_, len(training), n_iter)}")
    screen.print(f"On {len(held_back)} held-back rows:\n")
    screen.print(evaluation_table(evaluations))
    screen.print()
    screen.print(confusion_table(evaluations[name]))
    screen.print(f"\nThe model is in {path}.", markup=False)


def save_without_loss(classifier: "TableClassifier", path: Path, *, overwrite: bool) -> Path:
    """Save a model, under another name if something has come to this one since it was checked."""
    from errorest import save

    try:
        save(classifier, path, overwrite=overwrite)
    except OutputError as error:
        if not path.exists():
            raise
        note(f"note: {error}")
        path = save_without_loss(classifier, path.with_stem(f"{path.stem}_"), overwrite=overwrite)
    return path


def how_it_was_trained(estimator: Any, n_rows: int, n_iter: int) -> str:
    """Say how long a model was trained, and on what."""
    if hasattr(estimator, "networks_"):
        share = estimator.line_share_
        n_networks = len(estimator.networks_) - (share > 0)
        if n_networks == 0:
            return f"Trained on {n_rows} rows: a line, without networks."
        said = f"a line with {share:.0%} of the say, and " if share > 0 else ""
        return (
            f"Trained on {n_rows} rows: {said}{n_networks} networks of up to "
            f"{estimator.n_iter_} epochs, which held back rows to tell how long to learn."
        )
    steps = "iterations" if hasattr(estimator, "coef_") and hasattr(estimator, "C") else "epochs"
    text = f"Trained on {n_rows} rows for {n_iter} {steps}."
    if getattr(estimator, "early_stopping", False):
        text += f"\n{estimator.validation_fraction:.0%} of them, set aside, told when to stop."
    return text


def hidden_layer_sizes(text: str) -> list[int]:
    """Read ``64,32`` as two hidden layers."""
    try:
        sizes = [int(size) for size in text.split(",")]
    except ValueError:
        sizes = [0]
    if min(sizes) < 1:
        raise ErrorestError(f"--hidden takes numbers of units such as 64,32, not {text!r}")
    return sizes


def column_kinds(pairs: list[str]) -> dict[str, str]:
    """Read ``rank=category`` as a column's name and kind."""
    kinds: dict[str, str] = {}
    for pair in pairs:
        name, equals, kind = pair.rpartition("=")
        if not equals:
            raise ErrorestError(f"--column takes NAME=KIND such as rank=category, not {pair!r}")
        if kinds.get(name, kind) != kind:
            raise ErrorestError(f"--column says of {name!r} both {kinds[name]} and {kind}")
        kinds[name] = kind
    return kinds
