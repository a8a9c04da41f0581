"""Example tables of real observations, from packages that are installed here."""

import importlib.metadata
from typing import Any

import pandas as pd

from errorest.exceptions import TableError

__all__ = ["read_observed"]


def read_observed(name: str, target: str) -> pd.DataFrame:
    """Read a table of real observations.

    Parameters
    ----------
    name : {"breast_cancer", "digits", "iris", "wine", "penguins"}
        Which.
    target : str
        What to call the column to be predicted.

    Returns
    -------
    pandas.DataFrame of shape (n_rows, n_columns)
        The table.

    Raises
    ------
    TableError
        If the package that holds it is not installed.

    Examples
    --------
    >>> read_observed("iris", "species")["species"].unique().tolist()
    ['setosa', 'versicolor', 'virginica']
    """
    return _read_penguins() if name == "penguins" else _read_bundled(name, target)


def _read_bundled(name: str, target: str) -> pd.DataFrame:
    from sklearn import datasets

    bunch: Any = getattr(datasets, f"load_{name}")(as_frame=True)
    features: pd.DataFrame = bunch.data
    return features.assign(**{target: bunch.target_names[bunch.target]})


def _read_penguins() -> pd.DataFrame:
    # Only the file is wanted, so the package is found but not imported.
    try:
        package = importlib.metadata.distribution("palmerpenguins")
    except importlib.metadata.PackageNotFoundError as error:
        raise TableError(
            "the penguins come in a package of their own: pip install 'errorest[data]'"
        ) from error
    return pd.read_csv(str(package.locate_file("palmerpenguins/data/penguins.csv")))
