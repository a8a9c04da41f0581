"""One point through a network and back."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from errorest import LogisticRegression, MLPClassifier, Perceptron
from errorest.engine import compiled, reference
from errorest.maths import ACTIVATIONS, LOSSES, Activation, LabelSmoothing, Loss
from errorest.network import Network, trace
from errorest.text_table import TextTable

POINT = np.array([0.3, -1.2, 0.7])
TARGET = np.array([0.0, 1.0])
ENGINES = [reference, *compiled.engines()]


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=ACTIVATIONS)
def test_agrees_with_every_engine(activation: Activation, loss: Loss, engine: Any) -> None:
    network = Network.build(3, [4, 5], 2, activation=activation, loss=loss, seed=1)
    traced = trace(network, POINT, TARGET)
    value, gradient = engine.loss_and_gradient(network, POINT[None], TARGET[None])
    np.testing.assert_allclose(traced.gradient(), gradient, rtol=1e-12, atol=1e-15)
    output = engine.predict_proba(network, POINT[None])[0]
    np.testing.assert_allclose(traced.output, output, rtol=1e-13)
    assert traced.loss == pytest.approx(value, rel=1e-13)


def test_the_chain_rule_holds_in_every_unit() -> None:
    network = Network.build(
        3, [4], 2, activation=ACTIVATIONS["tanh"], loss=LOSSES["cross_entropy"], seed=0
    )
    traced = trace(network, POINT, TARGET)
    for layer, gradients in zip(traced.layers, traced.gradients, strict=True):
        expected = gradients.grad_outputs * gradients.slopes
        np.testing.assert_allclose(gradients.deltas, expected, rtol=1e-15)
        outer = np.outer(layer.inputs, gradients.deltas)
        np.testing.assert_allclose(gradients.grad_weights, outer, rtol=1e-15)
    hidden, output = traced.gradients
    np.testing.assert_allclose(hidden.grad_outputs, traced.layers[1].weights @ output.deltas)


def test_the_error_of_a_sure_answer_is_no_rounding_error() -> None:
    logits = np.array([9.75, -6.875, -14.5], dtype=np.float32)
    network = Network.build(
        1, [], 3, activation=ACTIVATIONS["tanh"], loss=LOSSES["cross_entropy"], seed=0
    ).with_parameters(np.concatenate([np.zeros(3, dtype=np.float32), logits]))
    point = np.ones(1, dtype=np.float32)
    traced = trace(network, point, np.array([1.0, 0.0, 0.0]))
    odds = np.exp([-6.875 - 9.75, -14.5 - 9.75])
    assert traced.loss == pytest.approx(np.log1p(odds.sum()), rel=1e-8)
    p = odds / (1 + odds.sum())
    np.testing.assert_allclose(traced.gradients[0].deltas, [-p.sum(), *p], rtol=1e-8)
    answer = reference.predict_proba(network, point[None])[0]
    assert answer.dtype == np.float32
    assert traced.layers[0].weights.dtype == traced.gradient().dtype == np.float64
    np.testing.assert_allclose(traced.output, answer, rtol=1e-6)


def test_without_a_target_there_is_nothing_to_send_back() -> None:
    network = Network.build(
        3, [4], 2, activation=ACTIVATIONS["relu"], loss=LOSSES["squared_error"], seed=0
    )
    traced = trace(network, POINT)
    assert (traced.loss, traced.gradients) == (None, [])
    assert not any("Backpropagation" in table.title for table in traced.tables())


def test_a_perceptron_is_a_graph() -> None:
    """EXAMPLES no 3: an edge for each input, and a bias node."""
    perceptron = Perceptron().fit([[9, 8], [3, 4], [7, 6]], [1, 0, 1])
    traced = perceptron.trace([[7, 6]], 1)
    edges = traced.tables()[-1]
    assert [row[0] for row in edges.rows] == ["x1", "x2"]
    (layer,) = traced.layers
    assert (layer.weights.shape, layer.biases.shape) == ((2, 1), (1,))
    assert "probability" not in str(traced)


def test_to_print_in_jupyter_shows_nothing_else(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("rich.console._is_jupyter", lambda: True)
    assert "The point" in str(Perceptron().fit([[0], [1]], [0, 1]).trace([[1]]))
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "model", [LogisticRegression(), MLPClassifier((3,), solver="lbfgs", random_state=0)]
)
def test_estimators_name_inputs_and_classes(model: Any) -> None:
    X = pd.DataFrame({"<test>": [9.0, 3.0, 7.0, 1.0], "grades": [8.0, 4.0, 6.0, 2.0]})
    traced = model.fit(X, ["in", "out", "in", "out"]).trace(X.head(1), "in")
    assert "&lt;test&gt;" in traced._repr_html_()
    assert "<test>" in str(traced)
    assert traced.output_names == ["out"]
    with pytest.raises(ValueError, match="none of the classes"):
        model.trace(X.head(1), "maybe")
    with pytest.raises(ValueError, match="one sample, not 4"):
        model.trace(X)


@pytest.mark.parametrize("labels", [["a", "b"], [["a", "b"]], ["a", "b", "c"], []])
def test_a_sample_has_one_label(labels: Any) -> None:
    model = LogisticRegression().fit([[0.0], [1.0]], ["a", "b"])
    with pytest.raises(ValueError, match="takes the one label of the sample, not"):
        model.trace([[0.0]], labels)


@pytest.mark.parametrize("label", ["b", ["b"], np.array("b"), pd.Series(["b"], index=[7])])
def test_a_label_may_stand_in_a_column(label: Any) -> None:
    assert LogisticRegression().fit([[0.0], [1.0]], ["a", "b"]).trace([[1.0]], label).target == [1]


def test_a_sample_of_several_labels() -> None:
    model = MLPClassifier((2,), solver="lbfgs", random_state=0)
    model.fit([[0.0], [1.0]], [[1, 0, 1], [0, 1, 1]])
    for row in ([0, 1, 1], [[0, 1, 1]]):
        np.testing.assert_array_equal(model.trace([[1.0]], row).target, [0, 1, 1])
    with pytest.raises(ValueError, match="0 and 1 with 3 columns"):
        model.trace([[1.0]], [[0, 1, 1], [1, 0, 1]])


def test_the_class_is_traced_as_it_is_not_as_smoothing_softens_it() -> None:
    model = MLPClassifier((2,), loss=LabelSmoothing(0.2), solver="lbfgs", random_state=0)
    traced = model.fit([[0.0], [1.0], [2.0]], ["a", "b", "c"]).trace([[1.0]], "b")
    np.testing.assert_array_equal(traced.target, [0, 1, 0])
    assert traced.loss == pytest.approx(-np.log(traced.output[1]), rel=1e-12)


def test_of_a_wide_layer_the_largest_numbers_are_shown_and_it_says_so() -> None:
    network = Network.build(
        3, [40], 2, activation=ACTIVATIONS["tanh"], loss=LOSSES["cross_entropy"], seed=0
    )
    traced = trace(network, POINT, TARGET)
    tables = {table.title: table.rows for table in traced.tables(max_rows=5)}
    edges = tables["Backpropagation, layer 1: edges (the 5 of 120 with the largest gradients)"]
    assert len(edges) == 5
    outputs = np.abs(traced.layers[0].outputs)
    units = tables["Feedforward, layer 1 (the 5 of 40 with the largest outputs)"]
    strongest = np.sort(np.argsort(-outputs)[:5])
    assert [row[0] for row in units] == [f"h1.{unit + 1}" for unit in strongest]
    whole = traced.tables(max_rows=None)
    assert max(len(table.rows) for table in whole) == 120


def test_a_model_of_one_class() -> None:
    model = MLPClassifier((2,), solver="lbfgs", random_state=0).fit([[0.0], [1.0]], ["a", "a"])
    traced = model.trace([[0.5]], "a")
    assert traced.output_names == ["another class"]
    assert traced.target == [0]
    assert traced.loss == pytest.approx(-np.log1p(-traced.output[0]))


def test_a_point_may_be_a_list() -> None:
    network = Network.build(
        2, [], 1, activation=ACTIVATIONS["tanh"], loss=LOSSES["binary_cross_entropy"], seed=0
    )
    of_lists, of_arrays = trace(network, [7, 6], [1]), trace(network, np.array([7.0, 6.0]))
    np.testing.assert_array_equal(of_lists.output, of_arrays.output)
    with pytest.raises(ValueError, match=r"the point has shape \(1, 2\), not \(2,\)"):
        trace(network, [[7, 6]])
    with pytest.raises(ValueError, match=r"the target has shape \(2,\), not \(1,\)"):
        trace(network, [7, 6], [0, 1])


def test_a_point_with_a_gap_is_refused() -> None:
    network = Network.build(
        3, [], 1, activation=ACTIVATIONS["tanh"], loss=LOSSES["binary_cross_entropy"], seed=0
    )
    with pytest.raises(ValueError, match="the point's x2 is NaN"):
        trace(network, np.array([0.0, np.nan, 1.0]))


def test_names_head_their_rows_in_html() -> None:
    table = TextTable("Logits", ("unit", "logit"), [("<h1>", "0.5")])
    assert '<tr><th scope="row">&lt;h1&gt;</th><td>0.5</td></tr>' in table._repr_html_()


def test_only_further_names_are_aligned_to_the_left_in_html() -> None:
    table = TextTable("Edges", ("from", "to", "w"), [("x1", "h1.1", "2")], n_names=2)
    assert table._repr_html_().count("text-align: left") == 2  # "to" and "h1.1"
