"""``errorest train``: from a table to a saved model."""

import math
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from errorest.cli.candidates import ModelKind, Wishes, choose, fit, title
from errorest.cli.models import groups_in
from errorest.cli.outcome import Outcome
from errorest.cli.screen import (
    AsJson,
    Header,
    Overwrite,
    TablePath,
    busy,
    check_output,
    check_seed,
    naming,
    note,
    print_json,
    results,
)
from errorest.exceptions import ErrorestError, OutputError
from errorest.wording import counted

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
            help="What to train: auto keeps logistic regression unless networks "
            "do better; logistic chooses its penalty by cross-validation; mlp is a single plain "
            "network.",
        ),
    ] = ModelKind.auto,
    hidden: Annotated[
        str | None,
        typer.Option(
            help="Units in each hidden layer of a network, such as 64,32; the default depends on "
            "the table's size, and is 32 for mlp."
        ),
    ] = None,
    epochs: Annotated[
        int | None,
        typer.Option(
            help="Maximum number of passes over the training rows (for logistic, of iterations); "
            "the default depends on the model."
        ),
    ] = None,
    minutes: Annotated[
        float | None,
        typer.Option(
            help="Roughly how long networks may take; less time means fewer networks and epochs."
        ),
    ] = None,
    seed: Annotated[
        int,
        typer.Option(help="The same seed gives the same model, unless --minutes limits the time."),
    ] = 0,
    validation_share: Annotated[
        float, typer.Option(help="Share of the rows to set aside as test rows.")
    ] = 0.2,
    column: Annotated[
        list[str] | None,
        typer.Option(help="Override a column's recognised kind: NAME=KIND, such as rank=category."),
    ] = None,
    group: Annotated[
        str | None,
        typer.Option(
            help="A column of groups, such as patients, if the model is for new ones: rows of a "
            "group are set aside together. It is not learned from."
        ),
    ] = None,
    header: Header = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The model file; by default TABLE.skops.")
    ] = None,
    force: Overwrite = False,
    checkpoint: Annotated[
        Path | None,
        typer.Option(help="A file to save a network's training to, and to resume it from."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Train a classifier on a table, measure it on test rows, and save it."""
    check_numbers(epochs, minutes, validation_share, seed)
    sizes = None if hidden is None else hidden_layer_sizes(hidden)
    seconds = None if minutes is None else 60 * minutes
    wishes = Wishes(model, seed, sizes, epochs, seconds, checkpoint, group)
    kinds = ({} if group is None else {group: "identifier"}) | column_kinds(column or [])
    if target in kinds:
        option = "--group" if target == group else "--column"
        raise ErrorestError(f"{option}: {target!r} is the target, which always holds classes")
    place = checked_output(output or Path(f"{table.stem}.skops"), table, checkpoint, force=force)

    from errorest.cli.comparison import (
        compare,
        copied_from,
        hardly_better,
        keys_on_both_sides,
        split,
    )
    from errorest.tables import Schema, check_classes, read_table, separate_target

    selection = None
    with naming(table):
        with busy("reading the table"):
            # As they are read for the model afterwards.
            words = [name for name, kind in kinds.items() if kind in ("category", "yes_no")]
            frame = read_table(table, header=header, words=[target, *words])
            features, labels = separate_target(frame, target)
            check_classes(labels)
            schema = Schema.recognise(features, kinds)
            classes = labels.to_numpy()
            if group is None:
                together = copied_from(features, classes, schema)
            else:
                together = groups_in(features, group)
            whole = group is not None
            training, held_back = split(classes, together, validation_share, seed, whole=whole)
        X, y, groups = features.iloc[training], labels.iloc[training], together[training]
        if model is ModelKind.auto:
            candidates, selection = choose(wishes, schema, X, y, groups)
        else:
            candidates = {model: fit(wishes, model, schema, X, y, groups)}
    kept = next(kind for kind in candidates if selection is None or title(kind) == selection.kept)
    path = save_without_loss(candidates[kept], place, overwrite=force)

    unseen = features.iloc[held_back], labels.iloc[held_back], together[held_back]
    compared = {"this model": candidates.pop(kept)} | {
        title(kind): other for kind, other in candidates.items()
    }
    try:
        with busy("measuring on the test rows"):
            evaluations = compare(compared, (X, y, groups), unseen, wishes)
    except KeyboardInterrupt:
        note(f"The model is in {path}; it has not been measured.")
        raise
    n_copies = len(labels) - len(set(together))
    if group is not None:
        note(
            f"note: rows of the same {group!r} are kept together, in the training or the test rows"
        )
    elif n_copies > 0:
        repeat = "repeats another" if n_copies == 1 else "repeat others"
        note(
            f"note: {n_copies:,} of {counted(len(labels), 'row')} {repeat}; "
            "copies are kept together, in the training or the test rows"
        )
    for name in keys_on_both_sides(features, training, held_back):
        note(
            f"note: test rows share {name!r} with training rows, and the model may do worse on new "
            "ones: --group keeps the rows of each together"
        )
    if measure := hardly_better(evaluations):
        few = "rows" if group is None else "groups"
        note(
            f"note: on the test rows the model's {measure} is hardly better than the majority "
            f"class's: the columns may say little about the target, or there are too few {few}"
        )
    classifier = next(iter(compared.values()))
    n_rows = len(training), len(held_back)
    outcome = Outcome(path, kept, classifier, seed, group, *n_rows, selection, evaluations)
    if as_json:
        print_json(outcome.to_dict())
    else:
        screen = results()
        rows = counted(len(labels), "row")
        screen.print(f"{table.name}: {rows}, target {target!r}", markup=False)
        outcome.print_to(screen)
    # A script that goes on with that place may find an older model there.
    if path != place:
        raise typer.Exit(2)


def check_numbers(
    epochs: int | None, minutes: float | None, validation_share: float, seed: int
) -> None:
    """Refuse options that are out of range."""
    if epochs is not None and epochs < 1:
        raise ErrorestError(f"--epochs must be at least 1, not {epochs}")
    if minutes is not None and not 0 < minutes < math.inf:
        raise ErrorestError(f"--minutes must be a finite number above 0, not {minutes:g}")
    if not 0 < validation_share < 1:
        raise ErrorestError(f"--validation-share must be between 0 and 1, not {validation_share}")
    check_seed(seed)


def checked_output(output: Path, table: Path, checkpoint: Path | None, *, force: bool) -> Path:
    """Refuse files that cannot be written, or are one another, before anything is trained."""
    inputs = [table] if checkpoint is None else [table, checkpoint]
    path = check_output(output, *inputs, overwrite=force)
    if checkpoint is not None:
        check_output(checkpoint, table, overwrite=True)
    return path


def save_without_loss(classifier: "TableClassifier", path: Path, *, overwrite: bool) -> Path:
    """Save a model, elsewhere if its place has become another since it was checked.

    Something may have come to its name, or the disk may be full.
    """
    from errorest import save

    try:
        save(classifier, path, overwrite=overwrite)
    except OutputError as error:
        taken, spare = path.exists(), Path(tempfile.gettempdir())
        if not taken and path.parent == spare:
            raise
        note(f"note: {error}")
        other = path.with_stem(f"{path.stem}_") if taken else spare / path.name
        return save_without_loss(classifier, other, overwrite=overwrite)
    return path


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
            raise ErrorestError(f"--column gives {name!r} two kinds: {kinds[name]} and {kind}")
        kinds[name] = kind
    return kinds
