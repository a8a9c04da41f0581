"""Seeded generators of example tables: the same seed draws the same table.

To add one: write a function of the generator, the number of rows and the noise that gives a
table, put it into `GENERATORS`, and describe it in `errorest.datasets.CATALOGUE`; the command line
and the playground offer it then.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["GENERATORS"]


def draw_admissions(rng: np.random.Generator, n_samples: int, noise: float) -> pd.DataFrame:
    """Draw students who are admitted if 2 test + grades - 18, plus noise, is not negative.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of chance.
    n_samples : int
        Number of students.
    noise : float
        Standard deviation of what the school sees besides test and grades.

    Returns
    -------
    pandas.DataFrame of shape (n_samples, 3)
        test and grades from 0.0 to 10.0, admitted yes or no.
    """
    test, grades = rng.integers(0, 101, size=(2, n_samples)) / 10
    # Rounded, so that a score of 0 is not pushed below by the binary fractions.
    score = np.round(2 * test + grades - 18, 1)
    admitted = score + noise * rng.normal(size=n_samples) >= 0
    return pd.DataFrame(
        {"test": test, "grades": grades, "admitted": np.where(admitted, "yes", "no")}
    )


def draw_circle(rng: np.random.Generator, n_samples: int, noise: float) -> pd.DataFrame:
    """Draw a ring of radius 1 (label 0) around one of radius 1/2 (label 1)."""
    from sklearn.datasets import make_circles

    points, labels = make_circles(n_samples, noise=noise, factor=0.5, random_state=_seed(rng))
    return _table(points, labels)


def draw_moons(rng: np.random.Generator, n_samples: int, noise: float) -> pd.DataFrame:
    """Draw an upper half circle (label 0) and a lower one that reaches into it (label 1)."""
    from sklearn.datasets import make_moons

    return _table(*make_moons(n_samples, noise=noise, random_state=_seed(rng)))


def draw_blobs(rng: np.random.Generator, n_samples: int, noise: float) -> pd.DataFrame:
    """Draw three round clouds, two units from the origin, of standard deviation ``noise``."""
    from sklearn.datasets import make_blobs

    angles = np.radians([90, 210, 330])
    centers = 2 * np.column_stack([np.cos(angles), np.sin(angles)])
    points, labels = make_blobs(
        n_samples, centers=centers, cluster_std=noise, random_state=_seed(rng)
    )
    return _table(points, labels)


def draw_gaussians(rng: np.random.Generator, n_samples: int, noise: float) -> pd.DataFrame:
    """Draw clouds about (-2, -2) (label 0) and (2, 2) (label 1), standard deviation ``noise``."""
    labels = _balanced_labels(rng, n_samples)
    centers = np.where(labels == 1, 2.0, -2.0)
    return _table(centers[:, None] + noise * rng.normal(size=(n_samples, 2)), labels)


def draw_xor(rng: np.random.Generator, n_samples: int, noise: float) -> pd.DataFrame:
    """Draw points of the square from -1 to 1: label 1 if exactly one coordinate is positive."""
    points = rng.uniform(-1, 1, size=(n_samples, 2))
    labels = np.logical_xor(points[:, 0] > 0, points[:, 1] > 0).astype(int)
    return _table(points + noise * rng.normal(size=(n_samples, 2)), labels)


def draw_spiral(rng: np.random.Generator, n_samples: int, noise: float) -> pd.DataFrame:
    """Draw two arms from the origin to radius 1, each turning one and a half times."""
    labels = _balanced_labels(rng, n_samples)
    radii = rng.uniform(0, 1, size=n_samples)
    angles = 3 * np.pi * radii + np.pi * labels
    points = radii[:, None] * np.column_stack([np.cos(angles), np.sin(angles)])
    return _table(points + noise * rng.normal(size=(n_samples, 2)), labels)


GENERATORS: dict[str, Callable[[np.random.Generator, int, float], pd.DataFrame]] = {
    "circle": draw_circle,
    "gaussians": draw_gaussians,
    "xor": draw_xor,
    "spiral": draw_spiral,
    "moons": draw_moons,
    "blobs": draw_blobs,
    "admissions": draw_admissions,
}
"""The generator of each simulated table, by name."""


def _balanced_labels(rng: np.random.Generator, n_samples: int) -> npt.NDArray[np.int64]:
    return rng.permutation(np.arange(n_samples) % 2)


def _seed(rng: np.random.Generator) -> int:
    """Draw a seed, for scikit-learn's generators know no other source of chance."""
    return int(rng.integers(2**32))


def _table(points: npt.NDArray[np.float64], labels: npt.NDArray[np.int64]) -> pd.DataFrame:
    return pd.DataFrame({"x1": points[:, 0], "x2": points[:, 1], "label": labels})
