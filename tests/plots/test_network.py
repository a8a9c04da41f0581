"""The network as a graph, and the weights of a linear one."""

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.dummy import DummyClassifier

from errorest import LogisticRegression, MLPClassifier, Perceptron, TableClassifier, datasets
from errorest.maths import binary_cross_entropy, cross_entropy, selu
from errorest.network import tabular_network
from errorest.plots import NetworkDisplay, WeightsDisplay
from errorest.plots.palette import NEGATIVE, POSITIVE

STUDENTS, ACCEPTED = [[9.0, 8.0], [3.0, 4.0], [7.0, 6.0]], [1, 0, 1]


def texts(display: NetworkDisplay) -> list[str]:
    return [text.get_text() for text in display.ax_.texts]


def test_a_perceptron_is_a_graph_with_thicker_edges_for_larger_weights() -> None:
    """EXAMPLES no 3: inputs, one edge per weight, a bias node."""
    perceptron = Perceptron().fit(STUDENTS, ACCEPTED)
    display = NetworkDisplay.from_estimator(perceptron)
    (edges,) = display.edges_
    weights = [*perceptron.coef_[0], *perceptron.intercept_]
    assert edges.shape == (3, 1)
    for line, weight in zip(edges[:, 0], weights, strict=True):
        assert line.get_color() == (POSITIVE if weight >= 0 else NEGATIVE)
    by_weight = sorted(range(3), key=lambda i: abs(weights[i]))
    by_width = sorted(range(3), key=lambda i: edges[i, 0].get_linewidth())
    assert by_weight == by_width
    assert texts(display) == ["x1", "x2", "1", "1"]


def test_names_of_columns_and_classes() -> None:
    frame = datasets.load("penguins").frame
    features, species = frame.drop(columns="species"), frame["species"]
    model = TableClassifier(LogisticRegression()).fit(features, species)
    shown = texts(NetworkDisplay.from_estimator(model, features, max_units=20))
    assert {"bill_length_mm", "island_Dream", "Adelie", "Gentoo"} <= set(shown)


def test_every_hidden_unit_shows_what_it_sees() -> None:
    iris = load_iris()
    model = MLPClassifier((5,), "tanh", solver="lbfgs", max_iter=500, random_state=0)
    model.fit(iris.data, iris.target)
    display = NetworkDisplay.from_estimator(model, iris.data)
    assert len(display.thumbnails_) == 5 + 3
    assert display.views is not None
    assert all(np.abs(view).max() <= 1 for view in display.views)


@pytest.mark.parametrize(("n_units", "are_named"), [(5, True), (12, False)])
def test_hidden_units_have_their_names_where_there_is_room(n_units: int, are_named: bool) -> None:
    X, y = load_iris(return_X_y=True)
    model = MLPClassifier((n_units,), solver="lbfgs", max_iter=500, random_state=0).fit(X, y)
    shown = texts(NetworkDisplay.from_estimator(model, X))
    assert [name in shown for name in ("h1.1", "h1.5")] == [are_named] * 2


def test_a_large_network_says_that_it_is_a_summary() -> None:
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(50, 100)), rng.integers(0, 2, 50)
    model = MLPClassifier((60, 40), max_iter=1, early_stopping=True, random_state=0)
    with pytest.warns(match="hasn't converged"):
        model.fit(X, y)
    display = NetworkDisplay.from_estimator(model, max_units=10)
    assert display.is_summary_
    assert [edges.shape for edges in display.edges_] == [(11, 10), (11, 10), (11, 1)]
    assert {"and 90 more", "and 50 more", "and 30 more"} <= set(texts(display))
    legend = display.ax_.get_legend()
    assert legend is not None
    assert legend.get_title().get_text() == "The units with the largest weights"


def test_a_deep_network_widens_the_picture_and_shows_whole_circles() -> None:
    model = MLPClassifier((5, 4, 3, 2, 3), solver="lbfgs", max_iter=500, random_state=0)
    display = NetworkDisplay.from_estimator(model.fit(STUDENTS, ACCEPTED))
    # Of seven columns, the four after the third are as far apart as those of a trace.
    assert display.ax_.figure.get_figwidth() == pytest.approx(6.4 + 4 * 2.3)  # type: ignore[union-attr]
    circles = [line for line in display.ax_.lines if line.get_marker() == "o"]
    assert len(circles) == 2 + 5 + 4 + 3 + 2 + 3 + 1
    assert not any(circle.get_clip_on() for circle in circles)


def test_the_units_with_the_largest_weights_are_shown() -> None:
    model = Perceptron().fit(np.eye(20) * np.arange(20), np.arange(20) % 2)
    display = NetworkDisplay.from_estimator(model, max_units=3)
    largest = np.sort(np.argsort(-np.abs(model.coef_[0]), kind="stable")[:3])
    assert texts(display)[:3] == [f"x{i + 1}" for i in largest]


def test_long_names_that_differ_in_the_middle_stay_different() -> None:
    columns = [f"a quite long name number {k} (in millimetres)" for k in range(4, 16)]
    classes = [f"the kind that is number {k} of all our kinds" for k in range(3)]
    model = LogisticRegression().fit(np.eye(12), np.array(classes * 4))
    display = NetworkDisplay.from_estimator(model, input_names=columns)
    names = [name for name in texts(display) if name != "1"]
    assert len(set(names)) == 12 + 3
    assert all("…" in name and len(name) <= 18 for name in names)
    weights = WeightsDisplay.from_estimator(model, feature_names=columns).ax_
    assert len({label.get_text() for label in weights.get_yticklabels()}) == 12
    assert len({label.get_text() for label in weights.get_xticklabels()}) == 3


def test_a_classifier_without_a_network_is_refused() -> None:
    with pytest.raises(ValueError, match="DummyClassifier has no network"):
        NetworkDisplay.from_estimator(DummyClassifier().fit(STUDENTS, ACCEPTED))


def test_rows_of_other_features_are_refused() -> None:
    model = Perceptron().fit(STUDENTS, ACCEPTED)
    with pytest.raises(ValueError, match=r"X has the shape \(3, 1\), but .* rows of 2 features"):
        NetworkDisplay.from_estimator(model, np.array(STUDENTS)[:, :1])


def test_weights_are_those_of_the_model_largest_first() -> None:
    model = LogisticRegression().fit(STUDENTS, ACCEPTED)
    display = WeightsDisplay.from_estimator(model, feature_names=["test", "grades"])
    assert display.bars_ is not None
    widths = [bar.get_width() for bar in display.bars_]
    assert widths == sorted(model.coef_[0], key=abs, reverse=True)
    assert display.ax_.get_xlabel() == "weight (positive speaks for 1)"


def test_of_a_hundred_features_twenty_are_shown_and_it_says_so() -> None:
    rng = np.random.default_rng(0)
    model = LogisticRegression().fit(rng.normal(size=(60, 100)), rng.integers(0, 3, 60))
    display = WeightsDisplay.from_estimator(model)
    assert display.ax_.get_title() == "the 20 of 100 features with the most weight"
    assert display.image_ is not None
    shown = np.asarray(display.image_.get_array())
    largest = np.sort(np.abs(model.coef_).max(axis=0))[::-1][:20]
    np.testing.assert_allclose(np.abs(shown).max(axis=1), largest)


def test_small_weights_have_no_more_decimals_than_their_cells_have_room_for() -> None:
    weights = np.array([[3.24, -2.71, 0.00021, -0.00024, -0.041, 0.0]])
    drawn = WeightsDisplay(weights, ["height"], list("abcdef")).plot().ax_.texts
    assert [text.get_text() for text in drawn] == ["3.2", "-2.7", "0", "0", "-0.041", "0"]


def test_hidden_layers_have_no_weight_per_class() -> None:
    model = MLPClassifier((2,), solver="lbfgs", random_state=0).fit(STUDENTS, ACCEPTED)
    with pytest.raises(ValueError, match="behind 1 hidden layer no"):
        WeightsDisplay.from_estimator(model)


def test_layers_in_front_are_named_and_said() -> None:
    """Of an embedded category and of waves, the network shows what they make of the inputs."""
    network = tabular_network(
        *(3, [5], 3),
        activation=selu,
        loss=cross_entropy,
        seed=0,
        parametric=True,
        levels={2: 4},
        periodic=(0,),
    )
    rng = np.random.default_rng(0)
    model = MLPClassifier()
    model.network_ = network.with_parameters(rng.normal(size=network.n_parameters))
    model.classes_ = np.array(["cat", "dog", "bird"])
    X = np.column_stack([rng.normal(size=(30, 2)), np.arange(30) % 4])
    names = ["size", "weight", "colour"]
    display = NetworkDisplay.from_estimator(model, X, input_names=names, max_units=20)
    assert not display.is_summary_
    drawn = {text.get_text() for text in display.ax_.texts}
    assert {"weight", "size", "size~3", "colour·1", "colour·8", "bird"} <= drawn
    legend = display.ax_.get_legend()
    assert legend is not None
    assert legend.get_title().get_text() == "Inputs as made by Periodic and Embedding"
    assert len(display.thumbnails_) == 5 + 3
    with pytest.raises(ValueError, match="behind 1 hidden layer"):
        WeightsDisplay.from_estimator(model)


def test_factors_of_inputs_are_part_of_the_weights_that_are_shown() -> None:
    network = tabular_network(2, [], 1, activation=selu, loss=binary_cross_entropy, seed=0)
    model = MLPClassifier()
    model.network_ = network.with_parameters(np.array([2.0, 0.5, 3.0, -8.0, 1.0]))
    model.classes_ = np.array([0, 1])
    display = WeightsDisplay.from_estimator(model)
    np.testing.assert_array_equal(display.weights, [[6.0], [-4.0]])
