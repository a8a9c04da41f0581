"""Held-back rows: each once, in proportion, and never the last of their class."""

import numpy as np
import pytest

from errorest.estimators.folds import folds


@pytest.mark.parametrize("n_folds", [2, 5, 10])
def test_every_row_is_held_back_once(n_folds: int) -> None:
    targets = np.repeat([0, 1, 2], [50, 30, 20])
    parts = folds(targets, n_folds, seed=0)
    assert len(parts) == n_folds
    held_back = np.concatenate([one for _, one in parts])
    np.testing.assert_array_equal(np.bincount(held_back), 1)
    for training, one in parts:
        np.testing.assert_array_equal(np.sort([*training, *one]), np.arange(100))
        np.testing.assert_array_equal(np.bincount(targets[one]) * n_folds, [50, 30, 20])


def test_copies_count_as_one_row_in_the_proportions_of_classes() -> None:
    targets = np.repeat([0, 1], [40, 20])
    # Twenty rows of the first class, each twice.
    originals = np.concatenate([np.arange(20), np.arange(40)])
    parts = folds(targets, 5, seed=0, groups=originals)
    for training, one in parts:
        np.testing.assert_array_equal(np.bincount(targets[one]), [8, 4])
        assert not np.isin(originals[one], originals[training]).any()
    np.testing.assert_array_equal(np.sort(np.concatenate([one for _, one in parts])), range(60))


def test_a_group_counts_as_a_row_of_its_rarest_class() -> None:
    # Ten groups of the first class alone, and five that have both.
    groups = np.concatenate([np.repeat(np.arange(10), 4), np.repeat(np.arange(10, 15), 6)])
    targets = np.concatenate([np.zeros(40, dtype=int), np.tile([0, 1, 0], 10)])
    parts = folds(targets, 5, seed=0, groups=groups)
    for training, one in parts:
        assert not np.isin(groups[one], groups[training]).any()
        assert len(np.unique(groups[one])) == 3
        assert targets[one].sum() == 2
    np.testing.assert_array_equal(np.sort(np.concatenate([one for _, one in parts])), range(70))


def test_a_class_of_one_group_stays() -> None:
    groups = np.repeat(np.arange(6), 5)
    targets = (groups == 3) & (np.arange(30) % 2 == 0)
    for training, one in folds(targets.astype(int), 3, seed=0, groups=groups):
        assert set(groups[training]) | set(groups[one]) == set(range(6))
        assert 3 in groups[training]


def test_rows_are_drawn_by_the_seed() -> None:
    targets = np.repeat([0, 1], 50)
    held_back = [folds(targets, 1, seed=seed)[0][1].tolist() for seed in (0, 1, 1)]
    assert held_back[0] != held_back[1] == held_back[2]


def test_a_lonely_row_stays() -> None:
    targets = np.array([0] * 10 + [1])
    parts = folds(targets, 5, seed=0)
    assert all(10 in training for training, _ in parts)


def test_one_fold_holds_back_a_fifth() -> None:
    ((training, held_back),) = folds(np.repeat([0, 1], 50), 1, seed=0)
    assert (len(training), len(held_back)) == (80, 20)


def test_one_fold_beside_a_lonely_row() -> None:
    ((training, held_back),) = folds(np.array([0] * 50 + [1]), 1, seed=0)
    assert 50 in training
    assert len(held_back) >= 9


def test_there_are_no_more_folds_than_rows_of_the_largest_class() -> None:
    parts = folds(np.array([0, 1, 0, 1, 2]), 5, seed=0)
    held_back = [one for _, one in parts]
    assert [len(one) for one in held_back] == [2, 2]
    assert sorted(np.concatenate(held_back)) == [0, 1, 2, 3]


@pytest.mark.parametrize("n_folds", [1, 5])
def test_too_few_rows(n_folds: int) -> None:
    assert folds(np.array([0, 1]), n_folds, seed=0) == []
