"""Names, and lines that hold none, are taken as they are meant."""

import json
from pathlib import Path
from typing import Any

import pytest


def test_names_in_square_brackets_are_no_markup(run: Any) -> None:
    rows = "".join(f"{i % 9},{'[b]a' if i % 9 > 4 else '[/]'}\n" for i in range(60))
    Path("[w].csv").write_text("[i]x,[red]\n" + rows)
    trained = run("train", "[w].csv", "-t", "[red]", "-m", "logistic").out
    for told in (
        *("[w].csv: 60 rows, target '[red]'", " [i]x ", "predicted [b]a", "predicted [/]"),
        *("\n[b]a ", "\n[/] ", "The model is in [w].skops."),
    ):
        assert told in trained
    shown = run("info", "[w].skops").out
    assert " [red]\n" in shown
    assert " [/], [b]a\n" in shown
    evaluated = run("evaluate", "[w].skops", "[w].csv").out
    assert "[w].skops on 60 rows of [w].csv" in evaluated
    explained = run("explain", "[w].skops", "[w].csv", "--row", "1").out
    assert "Row 1 of [w].csv: predicted '[/]', its class is '[/]'." in explained


def test_a_first_line_that_only_looks_like_names(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("t.csv").write_text("none,yes\n" + "".join(f"{i % 9},yes\n{i},no\n" for i in range(30)))

    def counted(verb: str, *options: str) -> Any:
        model = [] if verb == "train" else ["t.skops"]
        return json.loads(run(verb, *model, "t.csv", "--no-header", *options, "--json").out)

    trained = counted("train", "-t", "column_2", "-m", "logistic")
    assert trained["n_training_rows"] + trained["n_held_back_rows"] == 61
    assert counted("evaluate")["n_rows"] == 61
    assert len(counted("predict")) == 61
    predicted = run("predict", "t.skops", "t.csv", "--no-header").out.splitlines()
    assert len(predicted) == 1 + 61
    assert len(counted("likelihood")[0]["probabilities"]) == 61
    assert counted("explain", "--row", "61")["label"] == "no"
    assert counted("plot", "-k", "trace", "--row", "61")["kind"] == "trace"
    monkeypatch.setattr("errorest.report.build_report", lambda *_, **__: "")
    assert counted("report")["n_rows"] == 61


def test_letters_that_the_fonts_of_pictures_lack_are_told_of_once(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("errorest.plots.fonts._installed", list)
    rows = "".join(f"{i % 9},{'山雀' if i % 9 > 4 else '麻雀'}\n" for i in range(60))
    Path("t.csv").write_text("翼長,species\n" + rows, encoding="utf-8")
    assert run("train", "t.csv", "-t", "species", "-m", "logistic").status == 0
    drawn = run("plot", "t.skops", "t.csv", "-k", "confusion")
    told, where = drawn.err.splitlines()
    assert told.startswith("note: no font of the pictures has '山', '雀', '麻', for which boxes")
    assert where == "The picture is in t-confusion.png."
    moved = run("plot", "t.skops", "t.csv", "-k", "boundary", "-o", "t.gif")
    assert moved.err.count("no font of the pictures has") == 1
    reported = run("report", "t.skops", "t.csv")
    assert reported.err.count("no font of the pictures has") == 1


def test_control_characters_in_names_are_shown_and_not_obeyed(run: Any) -> None:
    rows = "".join(
        f"{i % 9},{chr(27) + '[31ma' if i % 9 > 4 else 'b' + chr(7)}\n" for i in range(60)
    )
    Path("t.csv").write_text('"x\nin cm",y\n' + rows)
    shown = run("train", "t.csv", "-t", "y", "-m", "logistic")
    assert r" x\nin cm  number" in shown.out
    assert r"predicted \x1b[31ma  predicted b\x07" in shown.out
    for told in (
        *(run("info", "t.skops"), run("evaluate", "t.skops", "t.csv")),
        *(run("explain", "t.skops", "t.csv", "-r", "1"), run("likelihood", "t.skops", "t.csv")),
    ):
        assert r"\x07" in told.out
        assert not {"\x1b", "\x07"} & {*shown.out, *shown.err, *told.out, *told.err}
