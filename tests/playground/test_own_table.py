"""A table of one's own in the playground: what is read, refused and learned from."""

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page as Browsed, expect

from errorest.exceptions import PlaygroundError
from errorest.playground import Session
from errorest.playground.limits import Limits
from errorest.playground.own_table import OwnTable, Source
from errorest.playground.state import State
from tests.playground.session_page import Page

LIMITS = Limits(rows=200, inputs=4, classes=3, units=8)


def test_no_target_is_offered_that_would_be_refused() -> None:
    rows = [f"{i},{'yes' if i % 2 else 'no'},group {i % 12}" for i in range(60)]
    csv = "\n".join(["test,passed,group", *rows]).encode()
    assert Page().ask("csv", csv, name="a.csv")["targets"] == ["passed", "group"]
    page = Page(session=Session(limits=Limits(classes=10)))
    columns = page.ask("csv", csv, name="a.csv")
    assert columns["targets"] == [columns["target"]] == ["passed"]


def test_a_table_of_ones_own() -> None:
    page = Page()
    rows = [
        f"{i / 2},{'north' if i % 3 else 'south'},{'yes' if i > 20 else 'no'}" for i in range(40)
    ]
    csv = "\n".join(["test,school,passed", *rows]).encode()
    columns = page.ask("csv", csv, name="students.csv")
    assert columns["target"] == "passed"
    assert [column["kind"] for column in columns["columns"]] == ["number", "yes_no", "yes_no"]
    frame = page.ask("own", columns=["test", "school"], target="passed")
    assert frame["state"]["dataset"] == "own"
    assert frame["data"]["classes"] == ["no", "yes"]
    test = frame["data"]["inputs"][0]
    values = page.array(frame["data"]["points"])[:, 0] * test["scale"] + test["center"]
    np.testing.assert_allclose(values, np.arange(40) / 2, atol=1e-4)
    frame = page.ask("frame", run="epochs", epochs=50)
    assert frame["accuracy"]["train"] > 0.9


@pytest.mark.parametrize("delimiter", [",", ";", "|", "\t"])
def test_a_file_with_very_many_columns_is_refused_before_it_is_read(delimiter: str) -> None:
    names = delimiter.join(f"c{number}" for number in range(100_000))
    answer = Page().ask("csv", f"\n{names}\n{names}\n".encode(), name="wide.csv")
    assert (
        answer["message"] == "wide.csv has 100000 columns; at most 1000 are allowed: leave some out"
    )


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (bytes(range(256)), "zero byte"),
        (b"a,y\n1,\x00\n", "zero byte"),
        ("a,y\n1,x\n".encode("utf-16"), "UTF-8"),
        (b"", "empty"),
        (b"a,y\n", "no rows"),
        (b'a,y\n1,"x\n2,y\n', "quote"),
        (b"a,y\n1,2,3\n", "cells"),
    ],
)
def test_what_is_no_table_is_said_in_one_line(content: bytes, word: str) -> None:
    answer = Page().ask("csv", content, name="mine.csv")
    assert answer["type"] == "error"
    assert word in answer["message"]
    assert "mine.csv" in answer["message"]


@pytest.mark.parametrize(
    ("rows", "word"),
    [(["yes", "no"] * 9, "no column besides"), (["1,yes", "2,yes"] * 9, "of one class")],
)
def test_a_table_of_one_column_or_class_is_said(rows: list[str], word: str) -> None:
    page = Page()
    columns = ["y"] if "," not in rows[0] else ["a", "y"]
    page.ask("csv", "\n".join([",".join(columns), *rows]).encode(), name="mine.csv")
    answer = page.ask("own", target="y")
    assert word in answer["message"]
    assert page.ask("frame", run="epoch")["epoch"] == 1


def test_cells_that_are_formulas_or_long_texts_are_words() -> None:
    page = Page()
    rows = [f"=cmd|'/C calc'!A{k % 3},{'x' * 9000 if k % 2 else '<b>y</b>'}" for k in range(20)]
    page.ask("csv", "\n".join(["a,y", *rows]).encode(), name="mine.csv")
    frame = page.ask("own", target="y")
    assert frame["data"]["classes"] == ["<b>y</b>", f"{'x' * 59}…"]
    assert [one["name"] for one in frame["data"]["inputs"]] == [
        f"a_=cmd|'/C calc'!A{k}" for k in range(3)
    ]


def test_columns_that_could_be_classes() -> None:
    rows = [f"{i % 2},{i % 3},{i % 4},1,{'' if i % 2 else 'yes'}\n" for i in range(24)]
    table = OwnTable.read("rows.csv", "".join(["two,three,four,one,gap\n", *rows]).encode())
    assert set(table.targets(LIMITS)) == {"two", "three"}


def test_what_is_said_of_a_table_names_it() -> None:
    note = OwnTable.read("rows.csv", b"1,2\n3,4\n").note
    assert note is not None
    assert note.startswith("rows.csv has no column names")
    with pytest.raises(PlaygroundError, match="X has 2 rows, but y has 3 labels"):
        OwnTable.of([[0.0], [1.0]], [0, 1, 1])


def test_what_was_guessed_of_a_file_is_told_where_its_columns_are_chosen(
    page: Browsed, tmp_path: Path
) -> None:
    (tmp_path / "prices.csv").write_text("price;sold\n" + "2,5;yes\n3,75;no\n" * 9)
    page.set_input_files("input[type=file]", tmp_path / "prices.csv")
    expect(page.locator(".stack .note", has_text="prices.csv")).to_have_text(
        "prices.csv: commas in 'price' are read as decimal points"
    )


def test_columns_that_teach_nothing_are_not_offered(page: Browsed, tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_bytes(b"\0")
    page.set_input_files("input[type=file]", tmp_path / "bad.csv")
    expect(page.locator(".toast")).to_be_visible()
    rows = [f"key{i},{i % 7},same,{'yes' if i % 7 > 3 else 'no'}" for i in range(60)]
    (tmp_path / "good.csv").write_text("\n".join(["key,age,place,bought", *rows]))
    page.set_input_files("input[type=file]", tmp_path / "good.csv")
    expect(page.locator("fieldset.columns label:visible")).to_have_text(["age (number)"])
    expect(page.locator(".stack .note", has_text="Left out")).to_have_text(
        "Left out: key (identifier), place (constant)"
    )
    # What was wrong with the file before is past.
    expect(page.locator(".toast")).to_be_hidden()
    page.get_by_role("button", name="Use this table").click()
    expect(page.locator(".settings")).to_contain_text("good.csv, predicting bought")
    expect(page.locator(".toast")).to_be_hidden()


def test_what_is_learned_from_a_table() -> None:
    rows = [f"{i},{'ab'[i % 2]},id{i},{['no', 'yes', ''][i % 3]}\n" for i in range(30)]
    table = OwnTable.read("rows.csv", "".join(["x,word,name,y\n", *rows]).encode())
    source = Source(table, "y", ["y", "x", "word", "name"])
    data, note = source.data(State(), LIMITS)
    assert [one.name for one in data.inputs] == ["x", "word_b"]
    assert (data.inputs[1].center, data.inputs[1].scale) == (0, 1)
    assert note is not None
    assert "columns left out: name (" in note
    assert source.n_labelled == len(data.X) == 20


def test_of_a_larger_table_rows_are_drawn_with_their_classes() -> None:
    rows = [f"{i},{'low' if i < 150 else 'high'}\n" for i in range(300)]
    table = OwnTable.read("rows.csv", "".join(["x,y\n", *rows]).encode())
    (data, note) = Source(table, "y").data(State(), LIMITS)
    assert note is not None
    assert "200 of the 300 rows are used" in note
    (x,) = data.inputs
    values = x.center + x.scale * data.X[:, 0]
    assert len(set(values.round())) == 200
    assert data.classes == ("high", "low")
    assert ((values < 149.5) == (data.labels == 1)).all()
