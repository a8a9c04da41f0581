"""Columns that give the target away, and those that only tell much of it."""

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_breast_cancer, load_iris

from errorest.tables import Schema, giveaways

RNG = np.random.default_rng(0)
LABELS = np.repeat(["kept", "returned"], 100)


def found(table: pd.DataFrame, labels: np.ndarray) -> list[str]:
    schema = Schema.recognise(table)
    return giveaways(schema.conform(table), schema, labels)


def test_numbers_words_and_missing_cells_give_it_away() -> None:
    is_back = LABELS == "returned"
    table = pd.DataFrame(
        {
            "refund": np.where(is_back, RNG.uniform(1, 9, 200), 0),
            "note": np.where(is_back, "back", "fine"),
            "received": pd.Series(RNG.uniform(1, 9, 200)).where(is_back),
            "size": RNG.normal(size=200),
        }
    )
    assert found(table, LABELS) == ["refund", "note", "received"]


def test_few_rows_give_nothing_away() -> None:
    assert found(pd.DataFrame({"x": [1.0, 2.0, 8.0, 9.0]}), np.array(["a", "a", "b", "b"])) == []


@pytest.mark.parametrize(("n_intervals", "tells"), [(4, True), (5, False), (6, False)])
def test_a_number_tells_with_two_intervals_a_class_at_most(n_intervals: int, tells: bool) -> None:
    places = np.arange(120)
    labels = np.where(places * n_intervals // 120 % 2, "returned", "kept")
    assert found(pd.DataFrame({"x": places / 2}), labels) == ["x"] * tells


@pytest.mark.parametrize(("n_towns", "tells"), [(16, True), (20, False)])
def test_a_word_tells_with_five_rows_at_least(n_towns: int, tells: bool) -> None:
    towns = pd.Series(np.arange(80) % n_towns)
    table = pd.DataFrame({"town": "town " + towns.astype(str)})
    assert found(table, np.where(towns % 2, "returned", "kept")) == ["town"] * tells


@pytest.mark.parametrize(("n_returned", "tells"), [(14, False), (15, True)])
def test_a_class_is_told_with_fifteen_rows_at_least(n_returned: int, tells: bool) -> None:
    labels = np.repeat(["kept", "returned"], [60, n_returned])
    table = pd.DataFrame({"leak": labels, "size": RNG.normal(size=len(labels))})
    assert found(table, labels) == ["leak"] * tells


@pytest.mark.parametrize("n_rare", [1, 2, 10])
def test_a_rare_class_is_no_reason(n_rare: int) -> None:
    labels = np.array(["no"] * (60 - n_rare) + ["yes"] * n_rare)
    assert found(pd.DataFrame(RNG.normal(size=(60, 9))).add_prefix("x"), labels) == []


def test_a_rare_class_hides_nothing() -> None:
    labels = np.repeat(["no", "yes", "rare"], [40, 40, 2])
    assert found(pd.DataFrame({"leak": labels, "size": RNG.normal(size=82)}), labels) == ["leak"]


def test_strong_columns_of_real_tables_are_not_suspected() -> None:
    for load in (load_breast_cancer, load_iris):
        data = load(as_frame=True)
        assert found(data.data, data.target.to_numpy()) == []
