"""What is measured on test rows, where these know training rows."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from errorest.cli.comparison import keys_on_both_sides, split


def test_nothing_is_measured_on_copies_of_training_rows(run: Any) -> None:
    rng = np.random.default_rng(0)
    rows = pd.DataFrame(rng.normal(size=(60, 3)), columns=[*"xyz"])
    # Days, too, tell rows apart.
    for name in "yz":
        rows[name] = pd.Timestamp("2000-01-01") + pd.to_timedelta(rng.permutation(60), "D")
    rows["label"] = rng.integers(2, size=60)
    pd.concat([rows] * 5).to_csv("copies.csv", index=False)
    trained = run("train", "copies.csv", "-t", "label", "--json")
    assert "note: 240 of 300 rows repeat others" in trained.err
    # There is nothing to learn, but for rows that are known already.
    for name, loss in json.loads(trained.out)["selection"]["log_losses"].items():
        assert loss > 0.6, name
    for name, figures in json.loads(trained.out)["evaluations"].items():
        assert figures["accuracy"] < 0.8, name


def test_copies_are_counted_once(run: Any) -> None:
    rng = np.random.default_rng(0)
    rows = pd.DataFrame(rng.normal(size=(60, 3)), columns=[*"xyz"])
    rows["key"], rows["label"] = np.arange(60), rng.integers(2, size=60)
    copies = pd.concat([rows] * 5)
    copies.to_csv("keys.csv", index=False)
    copies.drop(columns="key").to_csv("copies.csv", index=False)
    options = ["-t", "label", "--hidden", "4", "--epochs", "2", "--json"]
    found = json.loads(run("train", "copies.csv", *options).out)
    given = json.loads(run("train", "keys.csv", *options, "--group", "key").out)
    for figures in ("selection", "evaluations"):
        assert found[figures] == given[figures]


@pytest.mark.parametrize("options", [[], ["--column", "patient_id=identifier"]], ids=str)
def test_a_key_on_both_sides_is_told_of(run: Any, options: list[str]) -> None:
    row = np.arange(120)
    visits = pd.DataFrame({"visit_id": 7 * row + 1000, "patient_id": 7 * (row // 3) + 1000})
    # A shop has so many rows that new ones will hardly be of new shops, and x is no key.
    visits["shop_id"], visits["x"], visits["ill"] = row % 6, row // 2, row // 3 % 2
    visits.to_csv("visits.csv", index=False)
    trained = run("train", "visits.csv", "-t", "ill", "-m", "logistic", *options)
    told = [line for line in trained.err.splitlines() if "new ones" in line]
    assert len(told) == 1
    assert told[0].startswith("note: test rows share 'patient_id' with training rows")


@pytest.fixture
def visits() -> pd.DataFrame:
    """Five visits of each of sixty patients, whom the numbers tell apart, and nothing more."""
    rng = np.random.default_rng(0)
    patient = np.repeat(np.arange(60), 5)
    numbers = rng.normal(size=(60, 6))[patient] + rng.normal(scale=0.05, size=(300, 6))
    visits = pd.DataFrame(numbers, columns=[*"abcdef"])
    visits["patient"] = [f"p{number:02}" for number in patient]
    visits["ill"] = rng.permutation(np.arange(60) % 2)[patient]
    return visits.sample(frac=1, random_state=0)


@pytest.mark.parametrize("model", ["auto", "logistic", "network", "perceptron"])
def test_nothing_is_measured_on_groups_that_are_known(
    run: Any, visits: pd.DataFrame, model: str
) -> None:
    visits.to_csv("visits.csv", index=False)
    trained = run("train", "visits.csv", "-t", "ill", "-m", model, "--group", "patient", "--json")
    assert "note: rows of the same 'patient' are kept together" in trained.err
    told = json.loads(trained.out)
    assert (told["n_training_rows"], told["n_held_back_rows"]) == (240, 60)
    assert told["group"] == "patient"
    losses = (told["selection"] or {}).get("log_losses", {})
    losses |= {name: figures["log_loss"] for name, figures in told["evaluations"].items()}
    # There is nothing to learn of new patients.
    assert all(loss is None or loss > 0.6 for loss in losses.values()), losses
    # The key is no column to learn from, and need not be there.
    visits.drop(columns=["patient", "ill"]).to_csv("later.csv", index=False)
    assert run("predict", "visits.skops", "later.csv").err == ""


def test_without_groups_they_are_measured_on(run: Any, visits: pd.DataFrame) -> None:
    visits.to_csv("visits.csv", index=False)
    trained = run("train", "visits.csv", "-t", "ill", "-m", "network", "--json")
    assert json.loads(trained.out)["evaluations"]["this model"]["log_loss"] < 0.1


def test_a_class_of_one_group_is_trained_on(run: Any, visits: pd.DataFrame) -> None:
    visits.loc[visits["patient"] == "p07", "ill"] = 2
    # Rows without a key belong to none.
    visits.loc[visits["patient"] == "p08", "patient"] = None
    visits.to_csv("visits.csv", index=False)
    options = ["-t", "ill", "-m", "logistic", "--group", "patient", "--json"]
    told = json.loads(run("train", "visits.csv", *options).out)
    figures = told["evaluations"]["this model"]
    assert figures["classes"] == ["0", "1", "2"]
    assert np.sum(figures["confusion"][2]) == 0


@pytest.mark.parametrize("share", [0.4, 0.7])
def test_each_class_is_trained_on(share: float) -> None:
    # All groups of "d" are also of "b" or "c", which are as rare, and counted as these.
    labels = np.array([*"a" * 120, *"bbbb", *"cccc", *"ddd"], dtype=object)
    groups = np.array([*np.repeat(np.arange(44), [3] * 40 + [2] * 4), 40, 42, 42])
    for seed in range(20):
        training, held_back = split(labels, groups, share, seed, whole=True)
        assert set(labels[training]) == {*"abcd"}
        assert not set(groups[training]) & set(groups[held_back])
        assert sorted([*training, *held_back]) == list(range(131))


def test_groups_of_one_row_are_rows() -> None:
    # Rows without a key are numbered last.
    groups = np.array([0, 7, 1, 8, 2, 9, 3, 4, 5, 6])
    labels = np.array([*"xyxyxyxyxy"], dtype=object)
    for seed in range(5):
        _, held_back = split(labels, groups, 0.4, seed, whole=True)
        assert sorted(labels[held_back]) == [*"xxyy"]


def test_blanks_around_a_columns_name_do_not_matter(run: Any, visits: pd.DataFrame) -> None:
    visits.rename(columns={"patient": " patient "}).to_csv("visits.csv", index=False)
    for name in ("patient", " patient"):
        options = ["-m", "logistic", "--group", name, "--force"]
        assert run("train", "visits.csv", "-t", "ill", *options).status == 0


def test_the_standard_error_counts_groups(run: Any, visits: pd.DataFrame) -> None:
    visits.to_csv("visits.csv", index=False)
    run("train", "visits.csv", "-t", "ill", "-m", "logistic", "--group", "patient")
    # Each visit ten times says no more of new patients than once.
    pd.concat([visits] * 10).to_csv("often.csv", index=False)
    once, often, as_rows = (
        json.loads(run("evaluate", "visits.skops", *options, "--json").out)["log_loss_error"]
        for options in (
            ["visits.csv", "--group", "patient"],
            ["often.csv", "--group", " patient "],
            ["often.csv"],
        )
    )
    assert often == pytest.approx(once)
    assert as_rows < once / 4
    for command in ("evaluate", "report"):
        refused = run(command, "visits.skops", "visits.csv", "--group", "person")
        assert refused.status == 2
        assert "visits.csv: there is no column 'person': the table has" in refused.err


def test_a_reports_intervals_count_groups(run: Any, visits: pd.DataFrame) -> None:
    visits.to_csv("visits.csv", index=False)
    run("train", "visits.csv", "-t", "ill", "-m", "logistic", "--group", "patient")
    assert run("report", "visits.skops", "visits.csv", "--group", "patient").status == 0
    page = Path("visits.html").read_text(encoding="utf-8")
    assert "measured on 300 rows of 60 groups. If it" in page
    assert page.count("over groups") == 3


def test_blanks_around_a_key_do_not_matter(run: Any, visits: pd.DataFrame) -> None:
    evaluated = []
    for keys in (
        visits["patient"],
        visits["patient"] + np.array(["", " ", "  "])[np.arange(300) % 3],
    ):
        visits.assign(patient=keys).to_csv("visits.csv", index=False)
        options = ["-t", "ill", "-m", "logistic", "--group", "patient", "--json", "--force"]
        evaluated.append(json.loads(run("train", "visits.csv", *options).out)["evaluations"])
    assert evaluated[0] == evaluated[1]


def test_few_groups_tell_nothing(run: Any, visits: pd.DataFrame) -> None:
    few = visits.assign(ill=np.arange(300) % 2, patient=[f"p{number % 5}" for number in range(300)])
    few.to_csv("visits.csv", index=False)
    trained = run("train", "visits.csv", "-t", "ill", "-m", "logistic", "--group", "patient")
    assert trained.status == 0
    assert "hardly better than the majority class's" in trained.err
    assert "or there are too few groups" in trained.err


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--group", "person"], "there is no column 'person'"),
        (["--group", "ill"], "--group: 'ill' is the target"),
        (["--group", "patient", "-m", "mlp"], "--group does not go with --model mlp"),
        (["--group", "all"], "1 group: too few to set aside"),
    ],
)
def test_what_no_group_can_be(
    run: Any, visits: pd.DataFrame, options: list[str], problem: str
) -> None:
    visits.assign(all="same").to_csv("visits.csv", index=False)
    refused = run("train", "visits.csv", "-t", "ill", *options)
    assert refused.status == 2
    assert problem in refused.err
    assert "Traceback" not in refused.err


def test_a_key_that_keeps_to_its_side_is_not_told_of(run: Any) -> None:
    rng = np.random.default_rng(0)
    patients = pd.DataFrame(rng.normal(size=(61, 5)), columns=[*"vwxyz"])
    patients["patient_id"], patients["ill"] = [*range(1, 56), *[None] * 6], np.arange(61) % 2
    # Copies are held back together, and a missing key says nothing.
    pd.concat([patients] * 2).to_csv("patients.csv", index=False)
    trained = run("train", "patients.csv", "-t", "ill", "-m", "logistic")
    assert trained.status == 0
    assert "new ones" not in trained.err


@pytest.mark.parametrize(("n_keys", "n_rows", "told"), [(21, 50, True), (6, 50, False)])
def test_many_keys_are_told_of_however_many_rows_they_have(
    n_keys: int, n_rows: int, told: bool
) -> None:
    keys = pd.DataFrame({"patient_id": np.repeat(np.arange(n_keys), n_rows)})
    evens, odds = np.arange(0, len(keys), 2), np.arange(1, len(keys), 2)
    assert keys_on_both_sides(keys, evens, odds) == ["patient_id"] * told
