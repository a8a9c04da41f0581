"""scikit-learn's pictures: the same figures as scikit-learn's metrics."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from sklearn.datasets import load_iris
from sklearn.metrics import average_precision_score, confusion_matrix, roc_auc_score

from errorest import LogisticRegression, MLPClassifier, Perceptron
from errorest.plots import (
    WeightsDisplay,
    calibration_display,
    confusion_display,
    precision_recall_display,
    reliability_display,
    roc_display,
)
from errorest.plots.palette import class_styles

IRIS = load_iris()
X, Y = IRIS.data[:, :2], IRIS.target
MEMBERSHIP = np.eye(3)[Y]
MODEL = LogisticRegression(max_iter=200).fit(X, Y)


def test_confusion() -> None:
    display = confusion_display(MODEL, X, Y)
    np.testing.assert_array_equal(
        display.confusion_matrix, confusion_matrix(Y, MODEL.predict(X), labels=[0, 1, 2])
    )


def test_confusion_of_many_classes_has_colours_instead_of_numbers() -> None:
    rng = np.random.default_rng(0)
    rows, labels = rng.normal(size=(90, 2)), np.arange(90) % 15
    assert confusion_display(LogisticRegression().fit(rows, labels), rows, labels).text_ is None


@pytest.mark.parametrize(
    "draw",
    [
        lambda: roc_display(MODEL, X, Y[:9]),
        lambda: precision_recall_display(MODEL, X * np.nan, Y),
        lambda: reliability_display(MODEL, X[:9], Y[:9]),
        lambda: reliability_display(MODEL, X, Y, n_bins=0),
    ],
)
def test_what_cannot_be_drawn_leaves_no_empty_figure(draw: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"inconsistent|NaN|none, are of class|n_bins"):
        draw()
    assert plt.get_fignums() == []


def luminance(color: Any) -> float:
    channels = np.array(to_rgb(color))
    parts = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(parts @ (0.2126, 0.7152, 0.0722))


@pytest.mark.parametrize("style", ["default", "dark_background"])
def test_every_number_has_enough_contrast_to_its_cell(style: str) -> None:
    with plt.style.context(style):
        confusion, weights = confusion_display(MODEL, X, Y), WeightsDisplay.from_estimator(MODEL)
    pictures: list[tuple[Any, Any]] = [
        (confusion.im_, confusion.text_.ravel()),
        (weights.image_, weights.ax_.texts),
    ]
    for image, texts in pictures:
        cells = image.get_array().ravel()
        assert len(texts) == len(cells)
        for text, cell in zip(texts, cells, strict=True):
            pair = luminance(text.get_color()), luminance(image.to_rgba(cell))
            assert (max(pair) + 0.05) / (min(pair) + 0.05) >= 4.5


def test_curves_of_each_class_against_the_rest() -> None:
    probabilities = MODEL.predict_proba(X)
    areas = [display.roc_auc for display in roc_display(MODEL, X, Y)]
    expected = [roc_auc_score(MEMBERSHIP[:, k], probabilities[:, k]) for k in range(3)]
    np.testing.assert_allclose(areas, expected)
    precisions = [d.average_precision for d in precision_recall_display(MODEL, X, Y)]
    expected = [average_precision_score(MEMBERSHIP[:, k], probabilities[:, k]) for k in range(3)]
    np.testing.assert_allclose(precisions, expected)


@pytest.mark.parametrize("draw", [roc_display, precision_recall_display, reliability_display])
def test_of_ten_classes_each_has_a_line_of_its_own(draw: Any) -> None:
    rng = np.random.default_rng(0)
    rows, labels = rng.normal(size=(100, 3)), np.arange(100) % 10
    displays = draw(LogisticRegression().fit(rows, labels), rows, labels)
    lines = displays[0].ax_.lines[-10:]
    assert len(lines) == len({(line.get_color(), line.get_linestyle()) for line in lines}) == 10


@pytest.mark.parametrize("draw", [roc_display, precision_recall_display, reliability_display])
def test_every_class_has_its_name_in_the_legend(draw: Any) -> None:
    names = np.array(["_setosa", "_other", "virginica"])[Y]
    model = LogisticRegression(max_iter=200).fit(X, names)
    legend = draw(model, X, names)[0].ax_.get_legend()
    for name in model.classes_:
        assert any(text.get_text().startswith(name) for text in legend.get_texts())


def test_a_legend_of_many_classes_stands_beside_the_axes() -> None:
    rng = np.random.default_rng(0)
    rows, labels = rng.normal(size=(90, 2)), np.arange(90) % 15
    model = LogisticRegression().fit(rows, labels)
    ax = reliability_display(model, rows, labels)[0].ax_
    ax.figure.canvas.draw()
    legend, axes = ax.get_legend().get_window_extent(), ax.get_window_extent()
    assert len(ax.get_legend().get_texts()) == 15
    assert legend.x0 >= axes.x1 - 1
    assert axes.height > 2 * legend.height / 3


def long_winded(n_classes: int = 10) -> tuple[Any, Any, Any]:
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(100, 3))
    labels = [f"the class of number {k % n_classes} in a long-winded scheme" for k in range(100)]
    names = [f"a column with a name that is far too long for an axis, {k}" for k in range(3)]
    frame = pd.DataFrame(rows, columns=names)
    return LogisticRegression().fit(frame, labels), frame, labels


@pytest.mark.parametrize("draw", [roc_display, precision_recall_display, reliability_display])
def test_long_names_of_many_classes_are_not_cut_off(draw: Any) -> None:
    ax = draw(*long_winded())[0].ax_
    ax.figure.canvas.draw()
    whole = ax.figure.bbox.padded(1)
    for artist in (ax.get_legend(), ax.xaxis.label, ax.yaxis.label):
        box = artist.get_window_extent()
        assert whole.fully_contains(box.x0, box.y0)
        assert whole.fully_contains(box.x1, box.y1)


@pytest.mark.parametrize("draw", [roc_display, reliability_display])
def test_a_legend_of_thirty_classes_leaves_room_for_the_axes(draw: Any) -> None:
    ax = draw(*long_winded(30))[0].ax_
    ax.figure.canvas.draw()
    assert ax.get_window_extent().width > ax.figure.bbox.width / 3


@pytest.mark.parametrize("n_classes", [10, 30])
@pytest.mark.parametrize("kind", ["confusion", "weights"])
def test_long_names_on_axes_leave_room_for_the_cells(kind: str, n_classes: int) -> None:
    model, rows, labels = long_winded(n_classes)
    ax = (
        confusion_display(model, rows, labels).ax_
        if kind == "confusion"
        else WeightsDisplay.from_estimator(model).ax_
    )
    ax.figure.canvas.draw()
    assert ax.get_window_extent().width > ax.figure.bbox.width / 3
    for names in (ax.get_xticklabels(), ax.get_yticklabels()):
        boxes = [name.get_window_extent() for name in names]
        assert all(box.x0 >= 0 and box.y0 >= 0 for box in boxes)
        assert not any(one.overlaps(other) for one, other in pairwise(boxes))


def test_two_classes_have_one_curve() -> None:
    labels = Y == 2
    model = Perceptron(max_iter=5)
    with pytest.warns(match="mistakes"):
        model.fit(X, labels)
    (display,) = roc_display(model, X, labels)
    assert display.roc_auc == pytest.approx(roc_auc_score(labels, model.decision_function(X)))


def test_reliability_groups_all_rows() -> None:
    displays = reliability_display(MODEL, X, Y, n_bins=5)
    assert len(displays) == 3
    for k, display in enumerate(displays):
        # Five groups of the same number of rows.
        assert np.mean(display.prob_true) == pytest.approx(MEMBERSHIP[:, k].mean(), abs=0.05)


def test_reliability_has_the_marker_of_each_class() -> None:
    lines = [display.line_ for display in reliability_display(MODEL, X, Y)]
    assert [line.get_marker() for line in lines] == [style.marker for style in class_styles(3)]


def test_rows_of_one_class_are_refused() -> None:
    chosen = Y == 0
    with pytest.raises(ValueError, match="all rows, or none, are of class"):
        roc_display(MODEL, X[chosen], Y[chosen])
    confusion_display(MODEL, X[chosen], Y[chosen])


def test_unknown_classes_labels_of_other_rows_and_absent_probabilities_are_refused() -> None:
    with pytest.raises(ValueError, match="none of"):
        confusion_display(MODEL, X, Y + 7)
    for draw in (confusion_display, roc_display, precision_recall_display, reliability_display):
        with pytest.raises(ValueError, match="inconsistent numbers of samples"):
            draw(MODEL, X, Y[:10])
    perceptron = Perceptron(tol=None).fit(X[Y < 2], Y[Y < 2])
    with pytest.raises(ValueError, match="no reliability"):
        reliability_display(perceptron, X[Y < 2], Y[Y < 2])


def test_reliability_before_and_after_calibration() -> None:
    model = MLPClassifier((8,), solver="lbfgs", calibration="temperature", random_state=0)
    model.fit(X[::2], Y[::2], validation=(X[1::2], Y[1::2]))
    displays, calibration = calibration_display(model), model.calibration_
    assert calibration is not None
    for display, diagram in zip(displays, [calibration.before, calibration.after], strict=True):
        weight = diagram.weight[diagram.weight > 0]
        # The likeliest class stays the same; how sure it is does not.
        share_right = np.average(display.prob_true, weights=weight)
        assert share_right == pytest.approx(model.score(X[1::2], Y[1::2]))
    surest = model.predict_proba(X[1::2]).max(axis=1)
    assert np.average(displays[1].prob_pred, weights=weight) == pytest.approx(surest.mean())
    assert model.history_.calibration is calibration
    with pytest.raises(ValueError, match="nothing was calibrated"):
        calibration_display(MODEL)
