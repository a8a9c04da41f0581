"""``errorest train``: from a table to a saved model."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from errorest.cli.screen import (
    AsJson,
    Header,
    Overwrite,
    TablePath,
    naming,
    print_json,
    refuse_input_as_output,
    results,
)
from errorest.exceptions import ErrorestError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["train"]


class ModelKind(StrEnum):
    """What is trained."""

    perceptron = "perceptron"
    logistic = "logistic"
    network = "network"


def train(
    table: TablePath,
    target: Annotated[str, typer.Option("--target", "-t", help="The column to predict.")],
    model: Annotated[
        ModelKind, typer.Option("--model", "-m", help="What to train.")
    ] = ModelKind.network,
    hidden: Annotated[
        str, typer.Option(help="Units in each hidden layer of a network, such as 64,32.")
    ] = "32",
    epochs: Annotated[int, typer.Option(help="Passes through the training rows, at most.")] = 1000,
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
    if epochs < 1:
        raise ErrorestError(f"--epochs must be at least 1, not {epochs}")
    if not 0 < validation_share < 1:
        raise ErrorestError(f"--validation-share must be between 0 and 1, not {validation_share}")
    if not 0 <= seed < 2**32:
        raise ErrorestError(f"--seed must be from 0 to {2**32 - 1}, not {seed}")
    sizes = hidden_layer_sizes(hidden)
    kinds = column_kinds(column or [])

    from errorest.output import check_writable

    path = check_writable(output or Path(f"{table.stem}.skops"), overwrite=force)
    refuse_input_as_output(path, table)
    if checkpoint is not None:
        check_writable(checkpoint, overwrite=True)
        refuse_input_as_output(checkpoint, table)

    import numpy as np

    from errorest import TableClassifier, save
    from errorest.cli.comparison import compare, split
    from errorest.cli.figures import confusion_table, evaluation_table
    from errorest.tables import Schema, check_classes, read_table, separate_target

    with naming(table):
        features, labels = separate_target(read_table(table, header=header), target)
        check_classes(labels)
        schema = Schema.recognise(features, kinds)
        training, held_back = split(labels.to_numpy(), validation_share, seed)
        X, y = features.iloc[training], labels.iloc[training]

        estimator = build_estimator(model, sizes, epochs, seed, checkpoint, y.to_numpy())
        classifier = TableClassifier(estimator, kinds=schema)
        fit_with_progress(classifier, X, y)
    save(classifier, path, overwrite=force)

    unseen = features.iloc[held_back], labels.iloc[held_back]
    name = f"this {model.value}"
    evaluations = compare(classifier, name, (X, y), unseen)

    n_iter = int(np.ravel(classifier.estimator_.n_iter_)[0])
    if as_json:
        print_json(
            {
                "model": str(path),
                "n_training_rows": len(training),
                "n_held_back_rows": len(held_back),
                "n_iter": n_iter,
                "seed": seed,
                **classifier.schema_.to_dict(),
                "evaluations": {key: value.to_dict() for key, value in evaluations.items()},
            }
        )
        return
    steps = "iterations" if model is ModelKind.logistic else "epochs"
    screen = results()
    screen.print(f"{table.name}: {len(labels)} rows, target {target!r}", markup=False)
    screen.print(classifier.schema_)
    screen.print(f"\nTrained on {len(training)} rows for {n_iter} {steps}.")
    if getattr(classifier.estimator_, "early_stopping", False):
        share = classifier.estimator_.validation_fraction
        screen.print(f"{share:.0%} of them, set aside, told when to stop.")
    screen.print(f"On {len(held_back)} held-back rows:\n")
    screen.print(evaluation_table(evaluations))
    screen.print()
    screen.print(confusion_table(evaluations[name]))
    losses = {
        key: value.log_loss for key, value in evaluations.items() if value.log_loss is not None
    }
    best = min(losses, key=lambda key: losses[key])
    if model is ModelKind.network and best == "logistic regression":
        screen.print("\nLogistic regression did better here: --model logistic trains it.")
    screen.print(f"\nThe model is in {path}.", markup=False)


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
    kinds = {}
    for pair in pairs:
        name, equals, kind = pair.rpartition("=")
        if not equals:
            raise ErrorestError(f"--column takes NAME=KIND such as rank=category, not {pair!r}")
        kinds[name] = kind
    return kinds


def build_estimator(
    model: ModelKind,
    sizes: list[int],
    epochs: int,
    seed: int,
    checkpoint: Path | None,
    labels: "NDArray[np.object_]",
) -> Any:
    """Make the classifier for encoded rows."""
    from errorest import LogisticRegression, Perceptron
    from errorest.estimators import default_network

    if model is not ModelKind.network and checkpoint is not None:
        raise ErrorestError("--checkpoint goes with --model network: the others train at once")
    if model is ModelKind.perceptron:
        return Perceptron(max_iter=epochs, random_state=seed)
    if model is ModelKind.logistic:
        return LogisticRegression(max_iter=epochs)
    return default_network(labels, random_state=seed).set_params(
        hidden_layer_sizes=sizes,
        max_iter=epochs,
        checkpoint=None if checkpoint is None else str(checkpoint),
    )


def fit_with_progress(classifier: Any, X: Any, y: Any) -> None:
    """Train while a bar shows the epochs."""
    from errorest.cli.progress import EpochBar

    if not hasattr(classifier.estimator, "set_callbacks"):
        classifier.fit(X, y)
        return
    classifier.estimator.set_callbacks(EpochBar())
    try:
        classifier.fit(X, y)
    finally:
        # The bar is no part of the model.
        classifier.estimator.set_callbacks()
    classifier.estimator_.set_callbacks()
