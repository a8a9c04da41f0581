"""The tables that classifiers are compared on.

Every table of real observations that :mod:`errorest.datasets` knows, and those of a folder.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.model_selection import train_test_split

from errorest import datasets
from errorest.tables import read_table

__all__ = ["Table", "tables"]


@dataclass(frozen=True, eq=False)
class Table:
    """A table: its features are numbers and pandas categories; cells may be missing.

    Parameters
    ----------
    name : str
    X : DataFrame of shape (n_rows, n_columns)
    y : array of shape (n_rows,)
        Indices of the classes.
    """

    name: str
    X: pd.DataFrame
    y: NDArray[np.intp]

    @classmethod
    def of(cls, name: str, frame: pd.DataFrame, target: str) -> "Table":
        """Return the table whose target is a column of the frame."""
        X = frame.drop(columns=target)
        X = X.astype(dict.fromkeys(X.select_dtypes("bool"), "int8"))
        X = X.astype(dict.fromkeys(X.select_dtypes(exclude="number"), "category"))
        _, y = np.unique(frame[target].to_numpy(), return_inverse=True)
        return cls(name, X, y)

    @property
    def n_classes(self) -> int:
        """Number of classes."""
        return int(self.y.max()) + 1

    def split(self, seed: int) -> list[Any]:
        """Return X and X held back, y and y held back: a quarter of each class."""
        parts: list[Any] = train_test_split(
            self.X, self.y, test_size=0.25, stratify=self.y, random_state=seed
        )
        return parts


# In a folder: the target; columns of row names; columns whose numbers are names of categories.
_FILES: dict[str, tuple[str, list[str], list[str]]] = {
    "admissions": ("admit", [], ["rank"]),
    "points": ("column_3", [], []),
    "two_class_dat": ("Class", ["rownames"], []),
    "attrition": ("Attrition", ["rownames"], []),
    "credit_data": ("Status", ["rownames"], []),
    "wa_churn": ("churn", ["rownames"], []),
}


def tables(folder: Path) -> Iterator[Table]:
    """Load all tables, those of the folder as far as they are there."""
    for info in datasets.CATALOGUE:
        if info.noise is None:
            yield Table.of(info.name, datasets.load(info.name).frame, info.target)
    for name, (target, row_names, categories) in _FILES.items():
        path = folder / f"{name}.csv"
        if path.exists():
            frame = read_table(path, header=name != "points").drop(columns=row_names)
            yield Table.of(name, frame.astype(dict.fromkeys(categories, "str")), target)
