"""Names in pictures: short, and still different."""

from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from errorest import LogisticRegression
from errorest.plots import confusion_display
from errorest.plots.short_names import fit_side_by_side, shortened

PARTS = [
    f"average of the {part} of each {organ} measured in spring"
    for part in ("length", "width")
    for organ in ("petal", "sepal")
]


def test_a_name_with_room_stays_and_others_fill_it() -> None:
    names = ["x" * 17, "x" * 18, "y" * 19, "z" * 60]
    assert shortened(names) == [*names[:2], f"{'y' * 9}…{'y' * 8}", f"{'z' * 9}…{'z' * 8}"]
    assert shortened(names * 2) == shortened(names) * 2
    assert shortened(["z" * 60], 5) == ["zzz…z"]


@pytest.mark.parametrize("length", [32, 40])
def test_what_names_differ_in_twice_is_left_in(length: int) -> None:
    names = [
        f"average of the {part} of each {organ} measured in {season} 2024 (in millimetres)"
        for part in ("length", "width")
        for organ in ("petal", "sepal")
        for season in ("spring", "autumn")
    ]
    short = shortened([*names, "weight", names[0]], length)
    assert len(set(short)) == len(names) + 1
    assert (short[-1], short[-2]) == (short[0], "weight")
    assert max(map(len, short)) <= length


def test_of_two_families_of_names_with_one_beginning_nothing_is_said_twice() -> None:
    names = [
        f"{what} in town {town}, measured in gardens once a year"
        for what in ("temperature", "tempo of life")
        for town in ("A", "B")
    ]
    short = shortened(names, 32)
    assert len(set(short)) == 4
    assert all(name.count("temp") == 1 for name in short)


@pytest.mark.parametrize("length", [14, 18])
def test_different_names_stay_different_where_there_is_little_room(length: int) -> None:
    short = shortened(PARTS, length)
    assert len(set(short)) == 4
    assert max(map(len, short)) <= length


@pytest.mark.parametrize("length", range(4, 14))
def test_no_name_takes_more_than_its_room(length: int) -> None:
    assert max(map(len, shortened(PARTS, length))) <= length


def test_no_more_than_the_end_of_a_word_is_said_again_for_the_sake_of_reading() -> None:
    short = shortened([f"questionnaire_question{k}_of_the_second_part" for k in range(3)])
    assert len(set(short)) == 3


@pytest.mark.parametrize("mark", [" ", "_", "-"])
def test_years_are_left_whole(mark: str) -> None:
    names = [f"the mean temperature in the year{mark}{year} in Celsius" for year in (1998, 1999)]
    first, second = shortened(names)
    assert "…1998" in first
    assert "…1999" in second


@pytest.mark.parametrize(
    ("names", "is_turned"),
    [
        (["Adelie", "Chinstrap", "Gentoo"], False),
        (["common blackbird", "song thrush", "Eurasian wren"], False),
        (["common wood mouse", "American woodchuck", "woolly mammoths"], True),
        ([f"MMM{letter}" for letter in "ABCDEFGHIJ"], True),
    ],
)
def test_names_below_an_axis_are_turned_where_they_would_overlap(
    names: list[str], is_turned: bool
) -> None:
    X, y = np.eye(len(names)).repeat(2, axis=0), np.repeat(names, 2)
    display = confusion_display(LogisticRegression().fit(X, y), X, y)
    labels = display.ax_.get_xticklabels()
    assert [label.get_rotation() for label in labels] == [90 * is_turned] * len(names)

    def overlap() -> bool:
        display.figure_.draw_without_rendering()
        boxes = [label.get_window_extent() for label in labels]
        return any(one.overlaps(other) for one, other in pairwise(boxes))

    assert not overlap()
    display.ax_.tick_params("x", rotation=0)
    assert overlap() == is_turned


def test_letters_as_wide_as_two_take_their_room() -> None:
    assert shortened(["木" * 9, "木" * 10]) == ["木" * 9, "木木木木…木木木木"]
    assert not fit_side_by_side(["木" * 11, "草" * 11])
    assert fit_side_by_side(["m" * 11, "n" * 11])


def test_marks_stay_on_their_letters() -> None:
    accented = "e\u0301"
    assert shortened([accented * 18]) == [accented * 18]
    assert shortened([accented * 19]) == [f"{accented * 9}…{accented * 8}"]


def test_names_of_several_lines_as_spreadsheets_wrap_them_take_one() -> None:
    assert shortened(["weight\nin kg", "height \r\nin cm"]) == ["weight in kg", "height in cm"]
    assert shortened(["a\tb"]) == ["a b"]


def test_no_name_spoils_an_svg_file(tmp_path: Path) -> None:
    X, y = np.eye(2).repeat(2, axis=0), ["a\x07\x1b[31m", "a\x07\x1b[31m", "b\x9b", "b\x9b"]
    display = confusion_display(LogisticRegression().fit(X, y), X, y)
    display.figure_.savefig(tmp_path / "names.svg")
    ElementTree.parse(tmp_path / "names.svg")
    assert [label.get_text() for label in display.ax_.get_xticklabels()] == ["a [31m", "b "]
