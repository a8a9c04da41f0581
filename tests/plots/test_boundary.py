"""The map of a classifier on two of its features, or on their principal components."""

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from matplotlib.colors import to_hex
from sklearn.datasets import load_iris
from sklearn.decomposition import PCA
from sklearn.dummy import DummyClassifier
from sklearn.exceptions import NotFittedError

from errorest import LogisticRegression, Perceptron, TableClassifier, datasets
from errorest.exceptions import ErrorestWarning
from errorest.plots import (
    BoundaryDisplay,
    ProbabilityCurveDisplay,
    class_styles,
    draw_table_boundary,
)
from errorest.plots.plane import FeaturePlane, PrincipalPlane

X = np.array([[0.0, 1.0], [1.0, 0.0], [1.0, 2.0], [2.0, 1.0]])
Y = np.array(["no", "no", "yes", "yes"])


def test_shade_follows_the_probability() -> None:
    display = BoundaryDisplay.from_estimator(LogisticRegression().fit(X, Y), X, Y)
    shade = np.asarray(display.shade_.get_array())
    vermillion, blue = shade[0, 0], shade[-1, -1]
    assert vermillion[0] > vermillion[2]
    assert blue[2] > blue[0]


def test_the_line_is_where_the_classes_are_even() -> None:
    model = LogisticRegression().fit(X, Y)
    (line,) = BoundaryDisplay.from_estimator(model, X, Y).lines_
    on_line = line.get_paths()[0].vertices
    np.testing.assert_allclose(model.predict_proba(on_line)[:, 1], 0.5, atol=1e-3)


def test_every_class_has_its_own_color_and_marker() -> None:
    styles = class_styles(7)
    assert len({style.color for style in styles}) == len({style.marker for style in styles}) == 7
    assert len({(style.color, style.marker) for style in class_styles(98)}) == 98
    assert len({(style.color, style.line_style) for style in class_styles(28)}) == 28
    iris = load_iris()
    model = LogisticRegression(max_iter=200).fit(iris.data[:, :2], iris.target)
    display = BoundaryDisplay.from_estimator(model, iris.data[:, :2], iris.target, resolution=50)
    colors = [to_hex(np.asarray(points.get_facecolor())[0]) for points in display.points_]
    assert colors == ["#0072b2", "#d55e00", "#009e73"]
    assert len(display.lines_) == 3


def test_perceptron_has_a_positive_and_a_negative_area() -> None:
    perceptron = Perceptron().fit(X, Y)
    display = BoundaryDisplay.from_estimator(perceptron, X, Y)
    assert set(np.unique(display.probabilities)) == {0, 1}
    legend = display.ax_.get_legend()
    assert legend is not None
    labels = [text.get_text() for text in legend.get_texts()]
    assert labels == ["no", "yes", "negative area", "positive area"]
    (line,) = display.lines_
    on_line = perceptron.decision_function(line.get_paths()[0].vertices)
    np.testing.assert_allclose(on_line, 0, atol=1e-9)


def test_table_with_column_names() -> None:
    table = pd.DataFrame(X, columns=["test", "grades"])
    model = TableClassifier(LogisticRegression()).fit(table, Y)
    display = BoundaryDisplay.from_estimator(model, table, Y)
    assert (display.ax_.get_xlabel(), display.ax_.get_ylabel()) == ("test", "grades")


def test_two_of_many_features_with_the_others_fixed_at_their_median() -> None:
    iris = load_iris()
    model = LogisticRegression(max_iter=200).fit(iris.data, iris.target)
    display = BoundaryDisplay.from_estimator(
        model, iris.data, iris.target, features=(2, 0), resolution=3
    )
    row = np.median(iris.data, axis=0)
    row[2], row[0] = display.axes[0].low, display.axes[1].high
    np.testing.assert_allclose(display.probabilities[-1, 0], model.predict_proba([row])[0])
    np.testing.assert_array_equal(display.places, iris.data[:, [2, 0]])
    assert "other features fixed at their median" in display.ax_.get_title()
    first_two = LogisticRegression(max_iter=200).fit(iris.data[:, :2], iris.target)
    alone = BoundaryDisplay.from_estimator(
        first_two, iris.data[:, :2], iris.target, features=(1, 0), resolution=3
    )
    assert not alone.ax_.get_title()


def test_words_lie_in_bands() -> None:
    frame = datasets.load("penguins").frame
    features, species = frame.drop(columns="species"), frame["species"]
    model = TableClassifier(LogisticRegression()).fit(features, species)
    display = BoundaryDisplay.from_estimator(
        model, features, species, features=("island", "sex"), resolution=30
    )
    islands = [label.get_text() for label in display.ax_.get_xticklabels()]
    assert islands == ["Biscoe", "Dream", "Torgersen"]
    assert display.axes[1].categories == ("female", "male", "missing")
    # All of a band is the same row.
    np.testing.assert_array_equal(np.ptp(display.probabilities[:5, :5], axis=(0, 1)), 0)
    with pytest.warns(ErrorestWarning, match="2 of 344 points are not drawn"):
        BoundaryDisplay.from_estimator(
            model, features, species, features=("body_mass_g", "island"), resolution=10
        )
    with pytest.warns(ErrorestWarning, match="1 of 200 points is not drawn: one of its two"):
        BoundaryDisplay.from_estimator(
            model, features[:200], species[:200], features=("body_mass_g", "island"), resolution=10
        )


def test_principal_plane_is_that_of_scikit_learn() -> None:
    rows = load_iris().data
    plane, pca = PrincipalPlane(rows), PCA(2).fit(rows)
    np.testing.assert_allclose(np.abs(plane.places(rows)), np.abs(pca.transform(rows)))
    places = plane.places(rows)
    np.testing.assert_allclose(plane.places(plane.rows(places)), places, atol=1e-12)
    assert "(92% of the variance)" in plane.axes[0].name


def test_many_features_are_drawn_on_their_principal_plane() -> None:
    rng = np.random.default_rng(0)
    rows = np.hstack([rng.normal(size=(60, 100)), np.ones((60, 1))])
    labels = rows[:, 0] > 0
    model = LogisticRegression().fit(rows, labels)
    display = BoundaryDisplay.from_estimator(model, rows, labels, resolution=20)
    assert display.ax_.get_xlabel().startswith("principal component 1")


@pytest.mark.parametrize("names", [["a", "b", "c"], [0, 1], ["a", "b"]])
def test_the_classifier_is_asked_under_the_names_that_it_was_fitted_with(names: list[Any]) -> None:
    # scikit-learn warns of others, and of none.
    table = pd.DataFrame(np.hstack([X, X[:, :1]])[:, : len(names)], columns=names)
    display = BoundaryDisplay.from_estimator(LogisticRegression().fit(table, Y), table, Y)
    assert display.ax_.get_xlabel().startswith(("principal", str(names[0])))


@pytest.mark.parametrize("n_features", [2, 3])
def test_a_frame_of_another_library(n_features: int) -> None:
    frame = pl.DataFrame(
        np.hstack([X, X[:, :1]])[:, :n_features], schema=["a", " b", "c"][:n_features]
    )
    display = BoundaryDisplay.from_estimator(LogisticRegression().fit(frame, Y), frame, Y)
    of_array = BoundaryDisplay.from_estimator(
        LogisticRegression().fit(frame.to_numpy(), Y), frame.to_numpy(), Y
    )
    np.testing.assert_array_equal(display.probabilities, of_array.probabilities)


def test_a_curve_over_the_column_of_an_arrow_table() -> None:
    frame = pl.DataFrame({"a": X[:, 0]})
    model = TableClassifier(LogisticRegression()).fit(frame, Y)
    display = ProbabilityCurveDisplay.from_estimator(model, frame.to_arrow(), Y)
    of_frame = ProbabilityCurveDisplay.from_estimator(model, frame.to_pandas(), Y)
    np.testing.assert_array_equal(display.probabilities, of_frame.probabilities)
    assert display.ax_.get_xlabel() == "a"
    with pytest.raises(ValueError, match="feature 'a' has no value to draw"):
        ProbabilityCurveDisplay.from_estimator(model, pl.DataFrame({"a": [np.nan]}), Y[:1])


def test_constant_features() -> None:
    rows = np.ones((4, 2))
    model = LogisticRegression().fit(rows, Y)
    assert BoundaryDisplay.from_estimator(model, rows, Y, resolution=5).axes[0].low < 1
    same = np.ones((4, 3))
    model = LogisticRegression().fit(same, Y)
    BoundaryDisplay.from_estimator(model, same, Y, resolution=5)


def test_a_model_of_one_class_is_one_area() -> None:
    display = BoundaryDisplay.from_estimator(DummyClassifier().fit(X, [1] * 4), X, [1] * 4)
    assert display.lines_ == []
    assert np.isfinite(np.asarray(display.shade_.get_array())).all()


def test_what_cannot_be_drawn_is_refused() -> None:
    model = LogisticRegression().fit(X, Y)
    with pytest.raises(ValueError, match="over two features, not over 1"):
        BoundaryDisplay.from_estimator(model, X[:, :1], Y)
    with pytest.raises(ValueError, match=r"shape \(n_samples, n_features\), not \(4,\)"):
        BoundaryDisplay.from_estimator(model, Y, X)
    with pytest.raises(ValueError, match="none of"):
        BoundaryDisplay.from_estimator(model, X, ["maybe"] * 4)
    with pytest.raises(ValueError, match="no feature '7'"):
        BoundaryDisplay.from_estimator(model, X, Y, features=(0, 7))
    with pytest.raises(ValueError, match="two different features"):
        BoundaryDisplay.from_estimator(model, X, Y, features=(0, 0))
    with pytest.raises(ValueError, match="without missing cells"):
        PrincipalPlane([[0.0, 1.0, np.nan], [1.0, 2.0, 3.0]])
    with pytest.raises(ValueError, match="no value to draw"):
        FeaturePlane([[np.nan, 1.0], [np.nan, 2.0]], (0, 1))
    with pytest.raises(ValueError, match="'x1' has an infinite value"):
        BoundaryDisplay.from_estimator(model, [[np.inf, 1.0], *X[1:]], Y)


def test_as_many_labels_as_rows_are_drawn() -> None:
    with pytest.raises(ValueError, match=r"numbers of samples: \[4, 3\]"):
        BoundaryDisplay.from_estimator(LogisticRegression().fit(X, Y), X, Y[:3])
    model = LogisticRegression().fit(X[:, :1], Y)
    with pytest.raises(ValueError, match=r"numbers of samples: \[4, 3\]"):
        ProbabilityCurveDisplay.from_estimator(model, X[:, :1], Y[:3])


def test_one_feature_is_a_curve() -> None:
    model = LogisticRegression().fit(X[:, :1], Y)
    display = ProbabilityCurveDisplay.from_estimator(model, X[:, :1], Y)
    x, p = display.lines_[0].get_data()
    expected = model.predict_proba(np.asarray(x)[:, None])[:, 1]
    np.testing.assert_allclose(np.asarray(p), expected)
    table = pd.DataFrame({"test": X[:, 0]})
    tabled = TableClassifier(LogisticRegression(), kinds={"test": "number"}).fit(table, Y)
    named = ProbabilityCurveDisplay.from_estimator(tabled, table, Y)
    assert named.ax_.get_xlabel() == "test"
    with pytest.raises(ValueError, match="one feature"):
        ProbabilityCurveDisplay.from_estimator(model, X, Y)


def test_places_of_words_and_of_missing_cells_lead_to_rows_and_back() -> None:
    table = pd.DataFrame({"word": ["b", None, "a", "b"], "x": [1.0, 2.0, 3.0, 9.0], "y": [4.0] * 4})
    plane = FeaturePlane(table, ("word", "x"))
    assert plane.axes[0].categories == ("a", "b", "missing")
    assert plane.places(table).tolist() == [[1, 1], [2, 2], [0, 3], [1, 9]]
    rows = plane.rows(np.array([[0.4, 1], [1, 2], [2.2, 3], [7, 4]]))
    assert rows["word"].tolist()[:2] == ["a", "b"]
    assert rows["word"].isna().tolist() == [False, False, True, True]
    assert rows[["x", "y"]].to_numpy().tolist() == [[1, 4], [2, 4], [3, 4], [4, 4]]
    unknown = plane.places(table.assign(word="c"))
    assert np.isnan(unknown[:, 0]).all()


@pytest.mark.parametrize("columns", [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]])
def test_principal_components_grow_with_the_feature_that_counts_most(columns: list[int]) -> None:
    plane = PrincipalPlane(load_iris().data[:, columns])
    steps = plane.rows(np.eye(2)) - plane.rows(np.zeros((2, 2)))
    assert (steps[[0, 1], np.abs(steps).argmax(axis=1)] > 0).all()


def test_a_map_of_a_table_needs_a_fitted_model_and_a_label_for_each_row() -> None:
    table = pd.DataFrame(X, columns=["test", "grades"])
    with pytest.raises(NotFittedError, match="This TableClassifier instance is not fitted yet"):
        draw_table_boundary(TableClassifier(), table, Y)
    model = TableClassifier(LogisticRegression()).fit(table, Y)
    many = pd.concat([table] * 500)
    with pytest.raises(ValueError, match=r"inconsistent numbers of samples: \[2000, 4000\]"):
        draw_table_boundary(model, many, np.tile(Y, 1000))


def test_a_rare_class_has_points_among_those_of_a_large_table() -> None:
    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.normal(size=(20_000, 2)), columns=["a", "b"])
    classes = np.repeat(["usual", "rare", "rarest"], [19_900, 97, 3])
    model = TableClassifier(LogisticRegression()).fit(table, classes)
    display = draw_table_boundary(model, table, classes, resolution=20)
    assert isinstance(display, BoundaryDisplay)
    legend = display.ax_.get_legend()
    assert legend is not None
    drawn = {
        text.get_text(): np.shape(points.get_offsets())[0]
        for text, points in zip(legend.get_texts(), display.points_, strict=False)
    }
    assert sum(drawn.values()) == 1000
    assert (drawn["rarest"], drawn["rare"]) == (3, 10)
    assert legend.get_title().get_text() == "1000 of 20000 rows"


def test_a_title_over_narrow_axes_is_not_cut_off() -> None:
    rows = np.random.default_rng(0).normal(size=(80, 3))
    labels = [f"the class of number {k % 40}, of forty" for k in range(80)]
    model = LogisticRegression().fit(rows, labels)
    ax = BoundaryDisplay.from_estimator(model, rows, labels, features=[0, 1]).ax_
    ax.figure.canvas.draw()
    box, whole = ax.title.get_window_extent(), ax.figure.bbox.padded(1)
    assert whole.fully_contains(box.x0, box.y0)
    assert whole.fully_contains(box.x1, box.y1)
