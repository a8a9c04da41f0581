"""A later table means to a model what the same cells meant in training."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest


def test_predictions_keep_the_cells_as_they_were_written(run: Any, iris_model: Path) -> None:
    lines = iris_model.with_suffix(".csv").read_text().splitlines()
    lines[1] = lines[1].replace("5.1", "5.100", 1)
    Path("rows.csv").write_text("\n".join(lines) + "\n")
    predicted = run("predict", iris_model, "rows.csv").out.splitlines()
    assert [line.rsplit(",", 4)[0] for line in predicted] == lines


def test_line_ends_stay_as_they_are_written(
    run: Any, iris_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where they are others in text, as on Windows."""
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, newline="\r\n"))
    run("predict", iris_model, iris_model.with_suffix(".csv"))
    sys.stdout.flush()
    assert written.getvalue().count(b"\n") == 151
    assert b"\r" not in written.getvalue()


def test_a_terminal_is_given_what_it_can_show(
    run: Any, iris_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = pd.read_csv(iris_model.with_suffix(".csv")).head(2)
    table.assign(note="café €").to_csv("two.csv", index=False)
    written = io.BytesIO()
    terminal = io.TextIOWrapper(written, encoding="latin-1")
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdout", terminal)
    run("predict", iris_model, "two.csv")
    sys.stdout.flush()
    assert "café ?".encode("latin-1") in written.getvalue()


def test_points_between_thousands_are_no_decimal_points_in_a_later_table(run: Any) -> None:
    amounts = [
        f"{thousands}.{rest:03},50" for thousands in range(1, 9) for rest in range(0, 999, 50)
    ]
    table = pd.DataFrame({"amount": amounts, "paid": ["yes"] * 80 + ["no"] * 80})
    table.to_csv("bills.csv", sep=";", index=False)
    trained = run("train", "bills.csv", "-t", "paid", "-m", "logistic")
    assert "points and blanks are read as thousands separators" in trained.err
    assert json.loads(run("evaluate", "bills.skops", "bills.csv", "--json").out)["accuracy"] > 0.95
    written = ["1.500", "1500", "1.500,00 €", "7.900"]
    Path("new.csv").write_text("amount;place\n" + "".join(f"{cell};x\n" for cell in written))
    predicted = run("predict", "bills.skops", "new.csv").out
    read = pd.read_csv(io.StringIO(predicted), sep=";", decimal=",", dtype={"amount": str})
    assert read["amount"].tolist() == written
    assert read["prediction"].tolist() == ["yes", "yes", "yes", "no"]
    assert read["probability_yes"].nunique() == 2


@pytest.mark.parametrize(
    ("kind", "rates"), [("category", ["5%", "10%", "20%"]), ("yes_no", ["5%", "10%"])]
)
def test_a_category_set_by_hand_means_the_same_afterwards(
    run: Any, kind: str, rates: list[str]
) -> None:
    rate = np.tile(rates, 20)
    pd.DataFrame({"rate": rate, "y": np.where(rate == "5%", "a", "b")}).to_csv("t.csv", index=False)
    run("train", "t.csv", "-t", "y", "-m", "logistic", "--column", f"rate={kind}")
    evaluated = run("evaluate", "t.skops", "t.csv", "--json")
    assert (json.loads(evaluated.out)["accuracy"], evaluated.err) == (1.0, "")


def test_other_column_order_missing_and_unknown_values_are_handled(
    run: Any, penguins: Path
) -> None:
    run("train", penguins, "-t", "species", "--model", "logistic")
    table = pd.read_csv(penguins).drop(columns=["species", "sex"])
    table = table[table.columns[::-1]].head(3)
    table["island"] = ["Biscoe", "Atlantis", None]
    table["colour"] = "black"
    table.to_csv("new.csv", index=False)
    predicted = run("predict", "penguins.skops", "new.csv")
    assert predicted.status == 0
    assert len(predicted.out.splitlines()) == 4
    assert "'sex'" in predicted.err
    assert "'colour'" in predicted.err
    assert "'Atlantis'" in predicted.err


def test_a_cell_means_the_same_whatever_stands_beside_it(run: Any) -> None:
    """pandas reads TRUE or 1.10 otherwise where a column has nothing else."""
    rng = np.random.default_rng(0)
    flags, versions = np.tile(["TRUE", "FALSE", "maybe"], 80), np.tile(["1.10", "1.1", "x.2"], 80)
    rng.shuffle(versions)
    low = (flags == "TRUE") ^ (versions == "1.10")
    table = pd.DataFrame({"flag": flags, "version": versions, "price": np.where(low, "lo", "hi")})
    table.to_csv("all.csv", index=False)
    table[(flags != "maybe") & (versions != "x.2")].to_csv("some.csv", index=False)
    for target in ("price", "flag"):
        assert run("train", "all.csv", "-t", target, "--force").status == 0
        run("predict", "all.skops", "all.csv", "-o", "all_answers.csv", "--force")
        run("predict", "all.skops", "some.csv", "-o", "some_answers.csv", "--force")
        both = [
            pd.read_csv(f"{part}_answers.csv", dtype=str).drop_duplicates(["flag", "version"])
            for part in ("all", "some")
        ]
        merged = both[1].merge(both[0], on=["flag", "version"], suffixes=("", "_before"))
        assert len(merged) == 4
        assert (merged["prediction"] == merged["prediction_before"]).all()
        evaluated = run("evaluate", "all.skops", "some.csv", "--json")
        assert evaluated.status == 0, evaluated.err
    assert set(pd.read_csv("some_answers.csv", dtype=str)["prediction"]) <= set(flags)


def test_classes_are_given_back_as_they_are_written(run: Any) -> None:
    x = np.linspace(-1, 1, 60)
    table = pd.DataFrame({"x": x, "sold": np.where(x > 0, "TRUE", "FALSE")})
    table.to_csv("sales.csv", index=False)
    assert run("train", "sales.csv", "-t", "sold", "--model", "logistic").status == 0
    predicted = run("predict", "sales.skops", "sales.csv").out.splitlines()
    assert predicted[0] == "x,sold,prediction,probability_FALSE,probability_TRUE"
    assert predicted[-1].split(",")[1:3] == ["TRUE", "TRUE"]


@pytest.mark.parametrize(
    ("cells", "delimiter"),
    [
        (("2,5", "3,5", "unknown"), ";"),
        (("$5", "$10", "free"), ","),
        (("$1,000", "$20", "free"), ","),
        (("5 %", "7,5 %", "unknown"), ";"),
        (("1,250.50", "80", "unknown"), ","),
    ],
)
def test_categories_of_numbers_and_words(
    run: Any, cells: tuple[str, str, str], delimiter: str
) -> None:
    doses = np.tile(cells, 40)
    y = np.where(doses == cells[0], "a", "b")
    table = pd.DataFrame({"dose": doses, "other": np.arange(120) % 7, "y": y})
    table.to_csv("doses.csv", sep=delimiter, index=False)
    assert run("train", "doses.csv", "-t", "y", "--model", "logistic").status == 0
    evaluated = run("evaluate", "doses.skops", "doses.csv", "--json")
    assert json.loads(evaluated.out)["accuracy"] == 1
    assert "taken as unknown" not in evaluated.err
