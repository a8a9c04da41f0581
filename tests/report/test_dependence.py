"""Partial dependence on a table's columns, beside its definition."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from errorest import LogisticRegression, Perceptron, TableClassifier
from errorest.report import pictures
from errorest.report.dependence import column_dependence

RNG = np.random.default_rng(0)
TABLE = pd.DataFrame(
    {
        "mass": np.where(RNG.random(200) < 0.1, np.nan, RNG.normal(size=200)),
        "island": RNG.choice(["Biscoe", "Dream", "Torgersen"], 200),
        "smoker": RNG.choice([0, 1], 200),
    }
)
LABELS = np.where(TABLE["mass"].fillna(0) + TABLE["smoker"] > RNG.normal(size=200), "yes", "no")
MODEL = TableClassifier(LogisticRegression()).fit(TABLE, LABELS)


@pytest.mark.parametrize("name", TABLE.columns)
def test_it_is_the_mean_answer_when_all_rows_have_the_value(name: str) -> None:
    dependence = column_dependence(MODEL, TABLE, name)
    expected = [
        MODEL.predict_proba(TABLE.assign(**{name: value}))[:, 1].mean()
        for value in dependence.values
    ]
    assert dependence.average[0] == pytest.approx(expected, abs=1e-6)


def test_values_are_those_of_the_table() -> None:
    values = column_dependence(MODEL, TABLE, "mass").values
    assert set(values) <= set(TABLE["mass"])
    assert (values[0], values[-1]) == (TABLE["mass"].min(), TABLE["mass"].max())
    assert column_dependence(MODEL, TABLE, "smoker").values == ["0", "1"]
    rounded = TABLE.assign(mass=TABLE["mass"].clip(-1, 1).round())
    assert column_dependence(MODEL, rounded, "mass").values == [-1.0, 0.0, 1.0]


def test_each_of_three_classes_and_logits_of_a_perceptron() -> None:
    model = TableClassifier(Perceptron(max_iter=5))
    with pytest.warns(match="mistakes"):
        model.fit(TABLE, TABLE["island"] + LABELS)
    assert column_dependence(model, TABLE, "mass").average.shape == (6, 20)


def test_of_many_rows_some_are_drawn() -> None:
    some = column_dependence(MODEL, TABLE, "island", max_rows=100).average
    every = column_dependence(MODEL, TABLE, "island").average
    assert some == pytest.approx(every, abs=0.1)
    assert not np.array_equal(some, every)


@pytest.mark.parametrize("name", ["mass", "island"])
def test_what_the_model_does_not_know_is_not_told_for_each_value(name: str) -> None:
    islands = TABLE["island"].where(TABLE["island"] != "Dream", "Atlantis")
    table = TABLE.assign(island=islands)
    dependence = column_dependence(MODEL, table, name)
    assert dependence.average.shape == (1, len(dependence.values))


@pytest.mark.parametrize("length", [1, 60])
def test_the_picture_has_its_whole_legend(length: int, monkeypatch: pytest.MonkeyPatch) -> None:
    labels = np.array([f"{k}" + "n" * length for k in range(10)])[np.arange(200) % 10]
    model = TableClassifier(LogisticRegression()).fit(TABLE, labels)
    monkeypatch.setattr(pictures, "draw_picture", lambda draw, *_: draw())
    dependences = [column_dependence(model, TABLE, name) for name in TABLE.columns]
    figure: Any = pictures.dependence_picture(dependences, model)
    figure.canvas.draw()
    box = figure.legends[0].get_window_extent()
    plt.close(figure)
    assert box.x0 >= 0
    assert box.x1 <= figure.bbox.x1


@pytest.mark.parametrize(
    ("columns", "has_marker", "has_line"),
    [
        (["island", "mass"], True, True),
        (["mass", "island"], True, True),
        (["mass"], False, True),
        (["island", "smoker"], True, False),
    ],
)
def test_the_legend_explains_the_markers_and_the_lines_there_are(
    columns: list[str], has_marker: bool, has_line: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    labels = np.array(["a", "b", "c"])[np.arange(200) % 3]
    model = TableClassifier(LogisticRegression()).fit(TABLE, labels)
    monkeypatch.setattr(pictures, "draw_picture", lambda draw, *_: draw())
    dependences = [column_dependence(model, TABLE, name) for name in columns]
    figure: Any = pictures.dependence_picture(dependences, model)
    plt.close(figure)
    handles = figure.legends[0].legend_handles
    assert len({handle.get_color() for handle in handles}) == 3
    assert [handle.get_marker() not in ("", "None") for handle in handles] == [has_marker] * 3
    assert [handle.get_linestyle() != "None" for handle in handles] == [has_line] * 3


def test_words_below_an_axis_leave_room_for_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    roles = ["Manager", "Research_Director", "Sales_Executive", "Sales_Representative"]
    values = [f"{role}_{k}" for role in roles for k in range(3)]
    names = ["role", "former_role"]
    table = pd.DataFrame({name: np.resize(values, 200) for name in names})
    model = TableClassifier(LogisticRegression()).fit(table, LABELS)
    monkeypatch.setattr(pictures, "draw_picture", lambda draw, *_: draw())
    dependences = [column_dependence(model, table, name) for name in names]
    figure: Any = pictures.dependence_picture(dependences, model)
    figure.canvas.draw()
    labels = figure.axes[0].get_xticklabels()
    boxes = [label.get_window_extent() for label in labels]
    plt.close(figure)
    assert len(labels) == len(values)
    for left, right, label in zip(boxes, boxes[1:], labels, strict=False):
        # Turned lines of text are as far apart as the sine of their angle says.
        apart = (right.x1 - left.x1) * np.sin(np.radians(label.get_rotation()))
        assert left.x1 < right.x0 or apart > label.get_fontsize() * figure.dpi / 72
