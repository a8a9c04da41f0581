"""Copies of rows: which they are, and that nothing is measured on a copy of what was learned."""

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_iris, load_wine
from sklearn.metrics import log_loss

from errorest.estimators import TabularMLPClassifier
from errorest.estimators.copies import originals
from errorest.estimators.folds import folds

RNG = np.random.default_rng(0)
MEASURED = RNG.normal(size=(40, 3))
CLASSES = RNG.integers(2, size=40)
DRAWN = RNG.integers(40, size=200)


def test_copies_are_known_by_their_numbers_and_their_class() -> None:
    first = {row: int(np.argmax(row == DRAWN)) for row in DRAWN}
    expected = [first[row] for row in DRAWN]
    for rows in (MEASURED[DRAWN], np.asfortranarray(MEASURED[DRAWN])):
        assert originals(rows, CLASSES[DRAWN]).tolist() == expected
    others = np.arange(200)
    np.testing.assert_array_equal(originals(MEASURED[[0] * 200], others), others)
    twice = np.vstack([MEASURED, MEASURED])
    twice[[0, 40], 0] = 0.0, -0.0
    assert originals(twice, np.tile(CLASSES, 2))[40] == 0
    np.testing.assert_array_equal(originals(MEASURED[DRAWN, :1], CLASSES[DRAWN]), others)


def test_the_only_row_of_a_class_has_no_copies() -> None:
    rows, labels = np.vstack([MEASURED, MEASURED[[0] * 5]]), np.repeat([0, 1], [40, 5])
    assert originals(rows, labels).tolist() == list(range(45))
    twice = np.vstack([rows, rows[:30]])
    found = originals(twice, np.append(labels, np.zeros(30, dtype=int)))
    assert found[40:].tolist() == [40, 41, 42, 43, 44, *range(30)]


def test_tables_that_stand_twice() -> None:
    for table in (load_iris(), load_wine(), load_breast_cancer()):
        twice = np.vstack([table.data, table.data]), np.tile(table.target, 2)
        found = originals(*twice)
        np.testing.assert_array_equal(found[len(table.data) :], found[: len(table.data)])
        assert len(set(found)) == len(np.unique(table.data, axis=0))


@pytest.mark.parametrize("n_values", [2, 8])
def test_rows_of_few_values_are_alike_by_chance(n_values: int) -> None:
    rows = RNG.integers(n_values, size=(500, 3)).astype(float)
    assert len(np.unique(rows, axis=0)) <= n_values**3
    np.testing.assert_array_equal(originals(rows, np.zeros(500, dtype=int)), np.arange(500))


def test_a_pair_of_many_rows_is_alike_by_chance() -> None:
    # Of 46^3 kinds of rows, one or two pairs among 500 rows are expected to be alike.
    kinds = np.random.default_rng(0).choice(46**3, 499, replace=False)
    rows = np.column_stack(np.unravel_index(np.append(kinds, kinds[0]), (46, 46, 46)))
    targets = np.zeros(500, dtype=int)
    np.testing.assert_array_equal(originals(rows.astype(float), targets), np.arange(500))


def test_columns_of_two_values_that_say_the_same_make_no_copies() -> None:
    numbers = np.arange(500) % 30
    repeated = np.tile(numbers[:, None] % 2, 10)
    rows = np.column_stack([numbers, repeated]).astype(float)
    np.testing.assert_array_equal(originals(rows, np.zeros(500, dtype=int)), np.arange(500))


def test_words_are_no_measurements() -> None:
    codes = np.repeat(np.arange(100.0), 3)[:, None] * [1, -1, 2]
    targets = np.zeros(300, dtype=int)
    assert len(set(originals(codes, targets))) == 100
    assert len(set(originals(codes, targets, codes=[0, 1, 2]))) == 300


def test_copies_are_held_back_together() -> None:
    rows = originals(MEASURED[DRAWN], CLASSES[DRAWN])
    parts = folds(CLASSES[DRAWN], 5, seed=0, groups=rows)
    for training, held_back in parts:
        assert not set(rows[training]) & set(rows[held_back])
        assert len(training) + len(held_back) == 200
    assert sorted(np.concatenate([held_back for _, held_back in parts])) == list(range(200))


def test_rows_without_copies_are_split_as_ever() -> None:
    without = folds(CLASSES, 5, seed=0)
    beside = folds(CLASSES, 5, seed=0, groups=np.arange(40))
    for one, other in zip(without, beside, strict=True):
        np.testing.assert_array_equal(np.concatenate(one), np.concatenate(other))


@pytest.mark.long_on_reference
def test_copies_do_not_make_networks_surer_than_new_rows_allow() -> None:
    rng = np.random.default_rng(1)
    X = rng.normal(size=(1100, 4))
    y = (X[:, 0] - X[:, 1] + 1.5 * rng.normal(size=1100) > 0).astype(int)
    model = TabularMLPClassifier(random_state=0).fit(np.tile(X[:100], (5, 1)), np.tile(y[:100], 5))
    of_new_rows = log_loss(y[100:], model.predict_proba(X[100:]))
    assert of_new_rows < np.log(2)
    assert model.held_back_losses_["together"].mean() == pytest.approx(of_new_rows, rel=0.25)
