"""Every picture on white and on dark, beside its baseline image."""

from collections.abc import Callable
from functools import cache
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure

from errorest import LogisticRegression, MLPClassifier, Perceptron, datasets, plots
from errorest.maths import binary_cross_entropy, cross_entropy, identity, tanh
from errorest.network import Dense, Network, trace
from errorest.plots import (
    ActivationDisplay,
    BoundaryDisplay,
    ErrorCountingDisplay,
    ErrorSurfaceDisplay,
    LossCurveDisplay,
    NetworkDisplay,
    ProbabilityCurveDisplay,
    TraceDisplay,
    WeightsDisplay,
)


@cache
def admissions() -> tuple[Any, Any]:
    frame = datasets.load("admissions").frame
    return frame[["test", "grades"]], frame["admitted"]


@cache
def blobs() -> tuple[Any, Any]:
    frame = datasets.load("blobs").frame
    return frame[["x1", "x2"]], frame["label"]


@cache
def logistic() -> Any:
    return LogisticRegression().fit(*admissions())


@cache
def three_classes() -> Any:
    return LogisticRegression().fit(*blobs())


def by_hand(*shapes: tuple[int, int], loss: Any = binary_cross_entropy) -> Network:
    """Return a tanh network with fixed weights between -1 and 1."""
    last = len(shapes) - 1
    layers = tuple(
        Dense(*shape, identity if index == last else tanh) for index, shape in enumerate(shapes)
    )
    size = sum(layer.n_parameters for layer in layers)
    return Network(layers, loss, np.sin(1.0 + 2.3 * np.arange(size)))


def named(network: Network) -> Any:
    """Return a classifier that holds this network."""
    model = MLPClassifier()
    model.network_ = network
    model.classes_ = np.array(["cat", "dog", "bird"][: max(network.n_outputs, 2)])
    return model


def draw_boundary() -> Figure:
    return figure_of(BoundaryDisplay.from_estimator(logistic(), *admissions(), resolution=60))


def draw_boundary_of_three_classes() -> Figure:
    return figure_of(BoundaryDisplay.from_estimator(three_classes(), *blobs(), resolution=60))


def draw_areas() -> Figure:
    X, y = [[9.0, 8.0], [3.0, 4.0], [7.0, 6.0]], [1, 0, 1]
    return figure_of(BoundaryDisplay.from_estimator(Perceptron().fit(X, y), X, y, resolution=60))


def draw_probability_curve() -> Figure:
    X, y = admissions()
    model = LogisticRegression().fit(X[["test"]], y)
    return figure_of(ProbabilityCurveDisplay.from_estimator(model, X[["test"]], y))


def draw_network() -> Figure:
    X, _ = blobs()
    model = named(by_hand((2, 4), (4, 3), loss=cross_entropy))
    return figure_of(NetworkDisplay.from_estimator(model, X))


def draw_summary_of_a_network() -> Figure:
    model = named(by_hand((100, 30), (30, 3), loss=cross_entropy))
    return figure_of(NetworkDisplay.from_estimator(model, max_units=8))


def draw_trace() -> Figure:
    network = by_hand((2, 1))
    display = TraceDisplay(trace(network, np.array([0.5, -1.0]), np.array([1.0]))).plot()
    figure = display.axes_[0].figure
    assert isinstance(figure, Figure)
    return figure


def draw_loss_curve() -> Figure:
    epochs = np.arange(1, 31)
    curves: dict[str, list[float]] = {
        "loss": (1 / epochs).tolist(),
        "validation_loss": (1 / epochs + epochs**2 / 4000).tolist(),
    }
    return figure_of(LossCurveDisplay(curves, 12).plot())


def descent() -> tuple[Any, Any, Any]:
    X, y = admissions()
    model = LogisticRegression(solver="sgd", learning_rate_init=0.5, max_iter=40)
    return model, (X - X.mean()) / X.std(), y


def draw_error_surface() -> Figure:
    return figure_of(ErrorSurfaceDisplay.from_estimator(*descent(), weights=(0, 2), resolution=30))


def draw_mount_errorest() -> Figure:
    return figure_of(ErrorSurfaceDisplay.from_estimator(*descent(), kind="3d", resolution=20))


def draw_error_counting() -> Figure:
    display = ErrorCountingDisplay.from_estimator(logistic(), *admissions())
    figure = display.axes_[0].figure
    assert isinstance(figure, Figure)
    return figure


def draw_activation() -> Figure:
    return figure_of(ActivationDisplay.from_activation("gelu"))


def draw_weights() -> Figure:
    return figure_of(WeightsDisplay.from_estimator(logistic()))


def draw_weights_of_three_classes() -> Figure:
    return figure_of(WeightsDisplay.from_estimator(three_classes()))


def draw_confusion() -> Figure:
    return figure_of(plots.confusion_display(three_classes(), *blobs()))


def draw_roc() -> Figure:
    return figure_of(plots.roc_display(three_classes(), *blobs())[0])


def draw_precision_recall() -> Figure:
    return figure_of(plots.precision_recall_display(logistic(), *admissions())[0])


def draw_reliability() -> Figure:
    return figure_of(plots.reliability_display(logistic(), *admissions())[0])


def figure_of(display: Any) -> Figure:
    figure = display.ax_.figure
    assert isinstance(figure, Figure)
    return figure


PICTURES = {
    name.removeprefix("draw_").replace("_", "-"): function
    for name, function in list(globals().items())
    if name.startswith("draw_")
}


@pytest.mark.parametrize("name", PICTURES)
def test_looks_as_it_did(
    name: str, looks_like: Callable[[Callable[[], Figure], str], None]
) -> None:
    looks_like(PICTURES[name], name)


@pytest.mark.parametrize("name", PICTURES)
def test_nothing_is_cut_off(name: str) -> None:
    figure = PICTURES[name]()
    figure.canvas.draw()
    for ax in figure.axes:
        box = ax.get_tightbbox()
        assert box is not None
        assert box.x0 >= -1
        assert box.y0 >= -1
        assert box.x1 <= figure.bbox.width + 1
        assert box.y1 <= figure.bbox.height + 1


def test_dark_style_draws_on_dark() -> None:
    with plt.style.context("dark_background"):
        display = ActivationDisplay.from_activation("relu")
    assert display.ax_.get_facecolor()[:3] == (0, 0, 0)
    assert display.ax_.title.get_color() == "white"


def test_the_last_line_of_a_notebooks_cell_is_no_wall_of_numbers() -> None:
    rows, labels = admissions()
    shown = [
        BoundaryDisplay.from_estimator(logistic(), rows, labels),
        ErrorCountingDisplay.from_estimator(logistic(), rows, labels),
        NetworkDisplay.from_estimator(logistic()),
        TraceDisplay.from_estimator(logistic(), rows[:1], labels[0]),
        LossCurveDisplay.from_estimator(logistic()),
        WeightsDisplay.from_estimator(logistic()),
        ActivationDisplay.from_activation("relu"),
        ErrorSurfaceDisplay.from_estimator(LogisticRegression(), rows, labels),
        ProbabilityCurveDisplay.from_estimator(
            LogisticRegression().fit(rows[["test"]], labels), rows[["test"]], labels
        ),
    ]
    assert [len(repr(display)) for display in shown if len(repr(display)) > 100] == []
