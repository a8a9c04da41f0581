"""One point on the picture of the network: every number is the trace's."""

from typing import Any

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from errorest import LogisticRegression, MLPClassifier, Perceptron, TableClassifier, datasets
from errorest.maths import binary_cross_entropy, cross_entropy, tanh
from errorest.network import Network, trace
from errorest.plots import TraceDisplay
from errorest.plots.palette import NEGATIVE, POSITIVE

POINT, TARGET = np.array([0.3, -1.2]), np.array([0.0, 1.0, 0.0])


def small() -> TraceDisplay:
    network = Network.build(2, [2], 3, activation=tanh, loss=cross_entropy, seed=1)
    return TraceDisplay(trace(network, POINT, TARGET)).plot()


def labels(texts: Any) -> list[str]:
    return [text.get_text().strip() for text in texts]


def test_units_show_outputs_and_deltas() -> None:
    display = small()
    traced = display.trace
    forward, back = display.numbers_
    outputs = [*POINT, *traced.layers[0].outputs, *traced.output]
    assert labels(forward) == [f"{value:.2g}" for value in outputs]
    deltas = [*traced.gradients[0].deltas, *traced.gradients[1].deltas]
    assert labels(back) == ["", "", *(f"{value:.2g}" for value in deltas)]


def test_edges_show_weights_and_gradients() -> None:
    display = small()
    traced = display.trace
    forward, back = display.axes_
    assert set(labels(forward.texts)) >= {f"{w:.2g}" for w in traced.layers[0].weights.flat}
    assert set(labels(back.texts)) >= {f"{g:.2g}" for g in traced.gradients[0].grad_weights.flat}
    for index, gradients in enumerate(traced.gradients):
        values = np.vstack([gradients.grad_weights, gradients.deltas])
        lines: Any = display.edges_[1][index]
        assert lines.shape == values.shape
        for line, value in zip(lines.flat, values.flat, strict=True):
            assert line.get_color() == (POSITIVE if value >= 0 else NEGATIVE)
        widths = [line.get_linewidth() for line in lines.flat]
        np.testing.assert_array_equal(np.argsort(widths), np.argsort(np.abs(values).ravel()))


def test_targets_stand_beside_the_outputs() -> None:
    assert {"y1 (y = 0)", "y2 (y = 1)"} <= set(labels(small().axes_[0].texts))


def test_no_edge_runs_through_the_name_of_a_hidden_unit() -> None:
    for ax in small().axes_:
        names: Any = [text for text in ax.texts if text.get_text().startswith("h1.")]
        assert len(names) == 2
        for name in names:
            assert name.get_bbox_patch().get_facecolor()[:3] == to_rgb(ax.get_facecolor())
            assert name.get_zorder() > max(line.get_zorder() for line in ax.lines)


def test_without_a_target_there_is_one_picture() -> None:
    model = LogisticRegression().fit([[9, 8], [3, 4], [7, 6]], [1, 0, 1])
    display = TraceDisplay.from_estimator(model, [[7, 6]])
    assert len(display.axes_) == len(display.numbers_) == 1


@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
def test_one_network_of_several_says_so() -> None:
    model = MLPClassifier((2,), n_members=3, max_iter=2, random_state=0)
    display = TraceDisplay.from_estimator(model.fit([[9, 8], [3, 4]], [1, 0]), [[7, 6]], 1)
    assert display.axes_[0].get_title(loc="left").endswith("(one of 3 networks)")


def test_a_perceptron_and_a_table() -> None:
    perceptron = Perceptron().fit([[9, 8], [3, 4], [7, 6]], [1, 0, 1])
    display = TraceDisplay.from_estimator(perceptron, [[7, 6]], 1)
    assert labels(display.numbers_[0]) == ["7", "6", "1"]
    frame = datasets.load("penguins").frame
    X, y = frame.drop(columns="species"), frame["species"]
    table = TableClassifier(LogisticRegression()).fit(X, y)
    # The third row has missing cells.
    display = TraceDisplay.from_estimator(table, X.iloc[[3]], y[3], max_units=20)
    assert "bill_length_mm" in labels(display.axes_[0].texts)


def test_a_large_network_says_that_it_is_a_summary() -> None:
    network = Network.build(100, [60], 1, activation=tanh, loss=binary_cross_entropy, seed=0)
    display = TraceDisplay(trace(network, np.ones(100), np.ones(1)), max_units=5).plot()
    assert display.is_summary_
    assert {"and 95 more", "and 55 more"} <= set(labels(display.axes_[0].texts))
    assert [edges.shape for edges in display.edges_[0]] == [(6, 5), (6, 1)]


def test_the_true_class_is_not_left_out() -> None:
    network = Network.build(4, [], 10, activation=tanh, loss=cross_entropy, seed=0)
    weakest = int(np.abs(network.weights[0]).sum(axis=0).argmin())
    display = TraceDisplay(trace(network, np.ones(4), np.eye(10)[weakest])).plot()
    for ax in display.axes_:
        named = [name for name in labels(ax.texts) if " (y = " in name]
        assert len(named) == 6
        assert f"y{weakest + 1} (y = 1)" in named
    legend = display.axes_[0].get_legend()
    assert legend is not None
    assert legend.get_title().get_text() == "The units with the largest weights and the true class"


@pytest.mark.parametrize("hidden", [(4,), (2, 2), (6, 6), (100, 60)])
def test_no_number_hides_another(hidden: tuple[int, ...]) -> None:
    network = Network.build(6, hidden, 3, activation=tanh, loss=cross_entropy, seed=0)
    display = TraceDisplay(trace(network, np.linspace(-1, 1, 6), TARGET)).plot()
    figure = display.axes_[0].figure
    figure.canvas.figure.draw_without_rendering()
    for ax, units in zip(display.axes_, display.numbers_, strict=True):
        boxes: Any = [unit.get_bbox_patch() for unit in units]
        places = [box.get_window_extent() for box in boxes]
        others = [text for text in ax.texts if text not in units]
        assert not any(text.get_window_extent().count_overlaps(places) for text in others)


def test_a_few_units_in_two_layers_leave_room_for_all_numbers() -> None:
    network = Network.build(2, [3, 3], 3, activation=tanh, loss=cross_entropy, seed=0)
    forward, back = TraceDisplay(trace(network, POINT, TARGET)).plot().axes_
    n_edges, n_units = 3 * 3 + 4 * 3 + 4 * 3, 2 + 3 + 3 + 3
    # Each unit has a number and a name, and there are three bias nodes.
    assert len(forward.texts) == len(back.texts) == n_edges + 2 * n_units + 3


def test_one_feature() -> None:
    model = MLPClassifier((1,), solver="lbfgs", random_state=0).fit([[0.0], [1.0]], [0, 1])
    display = TraceDisplay.from_estimator(model, [[0.5]], 1)
    assert labels(display.numbers_[0])[0] == "0.5"


def test_a_gap_is_refused() -> None:
    model = LogisticRegression().fit([[0.0], [1.0]], [0, 1])
    with pytest.raises(ValueError, match="NaN"):
        TraceDisplay.from_estimator(model, [[np.nan]], 1)
