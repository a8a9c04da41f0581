"""How much a session may ask for: of more, one line says so, and nothing changes."""

from typing import Any

import pytest

from errorest.playground import Session
from errorest.playground.course import Course
from errorest.playground.limits import Limits
from errorest.playground.own_table import OwnTable, Source

LIMITS = Limits(rows=200, inputs=4, classes=3, units=8)
LETTERS = "abcdefgh"
POINTS = {"inputs": ["x1", "x2"], "classes": ["0", "1"], "x": [[0, 1], [1, 0]], "labels": [0, 1]}


def opened(source: Source | None = None, fragment: str = "") -> Session:
    session = Session(source, limits=LIMITS)
    ask(session, "hello", fragment=fragment)
    return session


def ask(session: Session, kind: str, *buffers: bytes, **parts: Any) -> Any:
    answer, _ = session.handle({"type": kind, "view": {"map": 0}} | parts, buffers)
    return answer


@pytest.mark.parametrize(
    ("kind", "parts", "message"),
    [
        ("state", {"set": {"hidden": [5, 4]}}, "9 hidden units are too many: use 8 at most"),
        ("state", {"set": {"n_points": 201}}, "201 points are too many: use 200 at most"),
        ("hello", {"fragment": "hidden=9"}, "9 hidden units are too many"),
        ("setup", {"set": {"hidden": [9]}, "points": POINTS, "parameters": [0]}, "9 hidden units"),
        ("add", {"x": [0, 0], "label": 0}, "there are 200 points, the maximum"),
        ("trace", {"x": [0, 0], "label": 2}, "label"),
    ],
)
def test_networks_and_points(kind: str, parts: dict[str, Any], message: str) -> None:
    session = opened()
    before = ask(session, "frame")
    answer = ask(session, kind, **parts)
    assert answer["type"] == "error"
    assert message in answer["message"]
    assert ask(session, "frame") == before


def test_layers_that_a_line_does_not_have_are_not_counted() -> None:
    session = opened(fragment="model=logistic")
    assert ask(session, "state", set={"hidden": [5, 4]})["type"] == "frame"
    assert ask(session, "state", set={"model": "network"})["type"] == "error"


@pytest.mark.parametrize(
    ("columns", "target", "message"),
    [
        (["word"], "few", "become 8 inputs; at most 4 are allowed: choose fewer columns"),
        (["few"], "word", "the target 'word' has 8 classes; at most 3 are allowed"),
        (["many"], "few", "has no column 'many'"),
    ],
)
def test_inputs_and_classes_of_a_table(columns: list[str], target: str, message: str) -> None:
    rows = [f"{LETTERS[i % 8]},{'yes' if i % 3 else 'no'}\n" for i in range(80)]
    session = opened()
    ask(session, "csv", "".join(["word,few\n", *rows]).encode(), name="words.csv")
    answer = ask(session, "own", columns=columns, target=target)
    assert answer["type"] == "error"
    assert message in answer["message"]


def test_an_address_goes_before_the_table_that_is_there() -> None:
    table = OwnTable.read("rows.csv", b"x,y\n1,a\n2,b\n3,a\n4,b\n")
    session = Session(Source(table, "y"), limits=LIMITS)
    states = [ask(session, "hello", fragment=one)["state"] for one in ("dataset=xor", "")]
    assert [state["dataset"] for state in states] == ["xor", "own"]
    # A table that came with the address stays.
    other = opened(fragment=ask(session, "share")["fragment"])
    ask(other, "state", set={"dataset": "xor"})
    assert ask(other, "state", set={"dataset": "own"})["data"]["classes"] == ["a", "b"]


def test_a_point_may_be_given_by_all_its_inputs_or_by_its_place() -> None:
    session = opened()
    points = POINTS | {"inputs": ["x1", "x2", "x3"], "x": [[0, 1, 5], [1, 0, 9]]}
    ask(session, "setup", set={}, points=points)
    ask(session, "add", x=[2, 3, 4], label=1)
    ask(session, "add", x=[2, 3], label=0)
    assert ask(session, "add", x=[2, 3], label=2)["type"] == "error"
    # At its place, what is not drawn is the mean.
    assert session._course.data.X[2:].tolist() == [[2, 3, 4], [2, 3, 6]]


def test_points_that_are_gone_are_told_unless_others_were_asked_for() -> None:
    session = opened()
    ask(session, "delete", index=0)
    assert "edited by hand were replaced" in ask(session, "state", set={"n_points": 100})["note"]
    ask(session, "delete", index=0)
    assert ask(session, "state", set={"dataset": "xor"})["note"] is None


def test_training_takes_the_part_of_the_time_that_others_leave(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(Course, "run", lambda _, *arguments: asked.append(arguments))
    session = opened(fragment="speed=5")
    session.handle({"type": "frame", "run": "play"}, share=0.5)
    session.handle({"type": "frame", "run": "epochs", "epochs": 7}, share=0.5)
    ask(session, "state", set={"speed": 0})
    session.handle({"type": "frame", "run": "play"})
    seconds = LIMITS.frame_seconds
    assert asked == [(5, seconds / 2), (7, 0.125), (None, seconds)]


def test_the_map_shows_what_is_asked_for_and_reaches_to_a_new_point() -> None:
    session = opened()
    ask(session, "setup", set={}, points=POINTS | {"x": [[0, 1], [1, 9]]})
    view = {"map": 5}
    frame = ask(session, "state", set={"x_axis": 1, "y_axis": 0}, view=view)
    # It reaches beyond the points on both sides alike.
    assert (frame["state"]["x_axis"], sum(frame["map"]["x"]) / 2) == (1, pytest.approx(5))
    frame = ask(session, "add", x=[0, 11], label=0, view=view)
    assert sum(frame["map"]["x"]) / 2 == pytest.approx(6)


def test_an_answer_says_what_is_new_once() -> None:
    session = opened()
    assert "data" in ask(session, "delete", index=0)
    assert "data" not in ask(session, "frame")
    assert ask(session, "state", set={"n_points": 100})["note"] is not None
    assert ask(session, "frame")["note"] is None
    message = ask(session, "csv", b"", name="of two\nlines.csv")["message"]
    assert message.startswith("of two lines.csv is empty")
