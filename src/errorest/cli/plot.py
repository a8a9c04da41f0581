"""``errorest plot``: a picture of a saved model, alone or on a table, or a film of its training."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from errorest.cli.pictures import Dark, check_picture, is_film, picture
from errorest.cli.screen import AsJson, Header, ModelPath, Overwrite, busy, naming, note, print_json
from errorest.exceptions import ErrorestError, PictureError

__all__ = ["plot"]


class PictureKind(StrEnum):
    """What is drawn."""

    network = "network"
    weights = "weights"
    loss = "loss"
    activation = "activation"
    boundary = "boundary"
    trace = "trace"
    error_surface = "error-surface"
    error_surface_3d = "error-surface-3d"
    confusion = "confusion"
    roc = "roc"
    precision_recall = "precision-recall"
    reliability = "reliability"


_WITHOUT_TABLE = {
    PictureKind.network,
    PictureKind.weights,
    PictureKind.loss,
    PictureKind.activation,
}

# Of these there are films too.
_MOVING = {PictureKind.boundary, PictureKind.error_surface, PictureKind.error_surface_3d}


def plot(
    model: ModelPath,
    table: Annotated[
        Path | None,
        typer.Argument(
            help="A table with the target column. With it, `network` shows each unit's output "
            "as a map."
        ),
    ] = None,
    kind: Annotated[
        PictureKind, typer.Option("--kind", "-k", help="What to draw.", show_default=True)
    ] = PictureKind.network,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="A .png, .svg or .pdf file, by default MODEL-KIND.png; or, for boundary and "
            "error-surface, a film: .gif or .mp4.",
        ),
    ] = None,
    feature: Annotated[
        list[str] | None,
        typer.Option(help="A column for `boundary`; give two. By default, those that matter most."),
    ] = None,
    row: Annotated[
        int | None,
        typer.Option(
            "--row", "-r", help="Row number for `trace`; 1 is the first below the column names."
        ),
    ] = None,
    dark: Dark = False,
    header: Header = None,
    force: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Draw a saved model: its network, its training, and its results on a table.

    The kinds network, weights (for a model without hidden layers), loss
    and activation need no table; all others do. For error-surface and
    films, a model with the same settings is trained on the table.
    """
    path = output or Path(f"{model.stem}-{kind}.png")
    moves = is_film(path)
    if feature and (kind is not PictureKind.boundary or len(set(feature)) != 2):
        raise ErrorestError(
            "give --feature twice, for two columns, or not at all, and only with --kind boundary"
        )
    if (row is None) == (kind is PictureKind.trace):
        raise ErrorestError("--kind trace needs --row, which no other kind takes")
    if table is None and kind not in _WITHOUT_TABLE:
        raise ErrorestError(f"--kind {kind} is drawn on a table: errorest plot {model} TABLE ...")
    inputs = [model, *([table] if table else [])]
    check_picture(path, *inputs, overwrite=force, film=kind in _MOVING)

    from errorest.cli import drawing
    from errorest.cli.models import load_table_classifier, read_labelled

    classifier, target = load_table_classifier(model)
    X, y = None, None
    if table is not None:
        X, y = read_labelled(table, classifier, target, header=header)
    try:
        with naming(table or model), busy("drawing the film" if moves else "drawing"):
            if moves:
                drawing.save_film(kind, classifier, X, y, feature, path, dark, overwrite=force)
            else:
                with picture(path, dark=dark, overwrite=force):
                    drawing.draw(kind, classifier, X, y, features=feature, row=row)
    except ValueError as error:
        if isinstance(error, ErrorestError) and not isinstance(error, PictureError):
            raise
        raise ErrorestError(f"--kind {kind}: {error}") from error
    if as_json:
        print_json({"file": str(path), "kind": str(kind)})
    else:
        note(f"The {'film' if moves else 'picture'} is in {path}.")
