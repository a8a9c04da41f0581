"""``errorest plot``: a picture of a saved model, alone or on a table."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from errorest.cli.pictures import Dark, check_picture, picture
from errorest.cli.screen import AsJson, Header, ModelPath, Overwrite, naming, note, print_json
from errorest.exceptions import ErrorestError

if TYPE_CHECKING:
    from errorest import TableClassifier

__all__ = ["plot"]


class PictureKind(StrEnum):
    """What is drawn."""

    network = "network"
    weights = "weights"
    loss = "loss"
    activation = "activation"
    boundary = "boundary"
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


def plot(
    model: ModelPath,
    table: Annotated[
        Path | None,
        typer.Argument(
            help="A table with the target's column. With it, `network` shows what each unit sees."
        ),
    ] = None,
    kind: Annotated[
        PictureKind, typer.Option("--kind", "-k", help="What to draw.", show_default=True)
    ] = PictureKind.network,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="A .png, .svg or .pdf file.  [default: MODEL-KIND.png]"
        ),
    ] = None,
    feature: Annotated[
        list[str] | None,
        typer.Option(
            help="A column for `boundary`; give two.  [default: those that matter the most]"
        ),
    ] = None,
    dark: Dark = False,
    header: Header = None,
    force: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Draw a saved model: its network, its training, and how it does on a table.

    The kinds network, weights (of a model without hidden layers), loss and activation need no
    table; boundary, confusion, roc, precision-recall and reliability are drawn on one.
    """
    path = output or Path(f"{model.stem}-{kind}.png")
    if feature and (kind is not PictureKind.boundary or len(feature) != 2):
        raise ErrorestError("--feature is given twice, with --kind boundary")
    if table is None and kind not in _WITHOUT_TABLE:
        raise ErrorestError(f"--kind {kind} is drawn on a table: errorest plot {model} TABLE ...")
    check_picture(path, model, *([table] if table else []), overwrite=force)

    from errorest.cli.models import load_table_classifier, read_labelled

    classifier, target = load_table_classifier(model)
    X, y = None, None
    if table is not None:
        X, y = read_labelled(table, classifier, target, header=header)
    with picture(path, dark=dark, overwrite=force):
        try:
            with naming(table or model):
                draw(kind, classifier, X, y, feature)
        except ErrorestError:
            raise
        except ValueError as error:
            raise ErrorestError(f"--kind {kind}: {error}") from error
    if as_json:
        print_json({"file": str(path), "kind": str(kind)})
    else:
        note(f"The picture is in {path}.")


def draw(
    kind: PictureKind, classifier: "TableClassifier", X: Any, y: Any, features: list[str] | None
) -> None:
    """Draw on a new figure; X and y are None without a table.

    Raises
    ------
    ValueError
        If there is nothing of this kind to draw.
    """
    from errorest import plots

    # The columns are read and encoded once.
    encoded = None if X is None else classifier.encode(X)
    inner = classifier.estimator_
    match kind:
        case PictureKind.network:
            display = plots.NetworkDisplay.from_estimator(
                inner, encoded, input_names=classifier.encoder_.get_feature_names_out()
            )
            if display.is_summary_:
                note(
                    "note: the network is too large to be drawn whole; "
                    "the picture shows the units with the largest weights"
                )
        case PictureKind.weights:
            plots.WeightsDisplay.from_estimator(classifier)
        case PictureKind.loss:
            plots.LossCurveDisplay.from_estimator(classifier)
        case PictureKind.activation:
            draw_activations(inner)
        case PictureKind.boundary:
            plots.draw_table_boundary(classifier, X, y, features=features)
        case PictureKind.confusion:
            plots.confusion_display(inner, encoded, y)
        case PictureKind.roc:
            plots.roc_display(inner, encoded, y)
        case PictureKind.precision_recall:
            plots.precision_recall_display(inner, encoded, y)
        case PictureKind.reliability:
            plots.reliability_display(inner, encoded, y)


def draw_activations(estimator: Any) -> None:
    """Draw the activations of the hidden layers side by side, each once."""
    import matplotlib.pyplot as plt

    from errorest.plots import ActivationDisplay

    activations = {
        type(layer.activation): layer.activation for layer in estimator.network_.layers[:-1]
    }
    if not activations:
        raise ValueError(f"a {type(estimator).__name__} has no hidden layer with an activation")
    size = (6.4 * len(activations), 4.8)
    _, axes = plt.subplots(1, len(activations), squeeze=False, figsize=size, layout="constrained")
    for ax, activation in zip(axes.flat, activations.values(), strict=True):
        ActivationDisplay.from_activation(activation, ax=ax)
