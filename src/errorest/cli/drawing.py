"""What ``errorest plot`` draws of each kind."""

from pathlib import Path
from typing import Any, Literal

import matplotlib as mpl
import matplotlib.pyplot as plt

from errorest import TableClassifier, plots
from errorest.cli.models import note_averaged
from errorest.cli.pictures import style_of
from errorest.cli.screen import note
from errorest.exceptions import PictureError, TableError
from errorest.maths.activations import Activation
from errorest.network.dense_form import PartialActivation, dense_form
from errorest.plots.fonts import warn_of_boxes
from errorest.plots.network import network_names

__all__ = ["draw", "save_film"]

_SURFACES: dict[str, Literal["contour", "3d"]] = {
    "error-surface": "contour",
    "error-surface-3d": "3d",
}


def draw(
    kind: str, classifier: TableClassifier, X: Any, y: Any, *, features: Any = None, row: Any = None
) -> None:
    """Draw on a new figure; X and y are None without a table.

    Raises
    ------
    ValueError
        If there is nothing of this kind to draw.
    """
    # The columns are read and encoded once.
    encoded: Any = None if X is None else classifier.encode(X)
    inner = classifier.estimator_
    match kind:
        case "network":
            # Of its absence it speaks before there is a figure.
            network_names(classifier)
            display = plots.NetworkDisplay.from_estimator(
                inner, encoded, input_names=classifier.encoder_.get_feature_names_out()
            )
            note_averaged(inner)
            if display.is_summary_:
                note(
                    "note: the network is too large to be drawn whole; "
                    "the picture shows the units with the largest weights"
                )
        case "weights":
            plots.WeightsDisplay.from_estimator(classifier)
        case "loss":
            plots.LossCurveDisplay.from_estimator(classifier)
        case "activation":
            draw_activations(classifier)
        case "boundary":
            plots.draw_table_boundary(classifier, X, y, features=features)
        case "trace":
            draw_trace(classifier, X, y, row)
        case "error-surface" | "error-surface-3d":
            surface = plots.ErrorSurfaceDisplay.from_estimator(
                inner, encoded, y, kind=_SURFACES[kind]
            )
            if surface.descent_ and surface.descent_.n_networks > 1:
                n = surface.descent_.n_networks
                note(f"note: {n} networks were trained; the path is that of one of them")
        case "confusion":
            plots.confusion_display(inner, encoded, y)
        case "roc":
            plots.roc_display(inner, encoded, y)
        case "precision-recall":
            plots.precision_recall_display(inner, encoded, y)
        case "reliability":
            plots.reliability_display(inner, encoded, y)


def save_film(
    kind: str,
    classifier: TableClassifier,
    X: Any,
    y: Any,
    features: Any,
    path: Path,
    dark: bool,
    *,
    overwrite: bool,
) -> None:
    """Train a model of the same settings on a table, and write a film of it.

    Raises
    ------
    ValueError
        If there is no such film of the model.
    """
    mpl.use("agg")
    with style_of(dark):
        film = plots.animate_training(
            classifier, X, y, view=_SURFACES.get(kind, "boundary"), features=features
        )
        film.save(path, overwrite=overwrite)
        warn_of_boxes(film.figure)


def draw_trace(classifier: TableClassifier, X: Any, y: Any, row: int) -> None:
    """Draw a row of the table on the network, 1 being the first."""
    if row - 1 not in X.index:
        raise TableError(f"there is no row {row} whose class is known")
    traced = classifier.trace(X.loc[[row - 1]], y.loc[row - 1])
    display = plots.TraceDisplay(traced).plot()
    note_averaged(classifier.estimator_)
    if display.is_summary_:
        note("note: the picture shows the units with the largest weights")


def draw_activations(classifier: TableClassifier) -> None:
    """Draw the activations of the hidden layers side by side, each once."""
    network_names(classifier)
    inner = classifier.estimator_
    activations: dict[Any, Activation] = {}
    hidden = list(dense_form(inner.network_).network.dense_layers())[:-1]
    for number, (layer, _) in enumerate(hidden, start=1):
        # A parametric one is each layer's own.
        is_own = isinstance(layer.activation, PartialActivation)
        activations[f"layer {number}" if is_own else type(layer.activation)] = layer.activation
    if not activations:
        raise PictureError(f"a {type(inner).__name__} has no hidden layer with an activation")
    size = (6.4 * len(activations), 4.8)
    _, axes = plt.subplots(1, len(activations), squeeze=False, figsize=size, layout="constrained")
    for ax, (key, activation) in zip(axes.flat, activations.items(), strict=True):
        display = plots.ActivationDisplay.from_activation(activation, ax=ax)
        if isinstance(activation, PartialActivation):
            ax.set_title(f"{key}: {display.name}")
    note_averaged(inner)
