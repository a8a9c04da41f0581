"""The example tables by name: where each comes from, and how large it is.

Nothing heavy is imported here, for the command line lists the tables without loading one.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CATALOGUE", "Dataset", "DatasetInfo", "names"]


@dataclass(frozen=True)
class DatasetInfo:
    """What is known of an example table without loading it.

    Attributes
    ----------
    name : str
        The name to load it by.
    description : str
        What a row is, and what is to be predicted, in one line.
    target : str
        The column to be predicted.
    n_rows, n_columns : int
        Its size, the target included; of a simulated table, by default.
    source : str
        Who made it.
    licence : str
        On which terms it may be used.
    noise : float or None
        How much chance is in a simulated table, by default; None for observed data.
    """

    name: str
    description: str
    target: str
    n_rows: int
    n_columns: int
    source: str
    licence: str
    noise: float | None = None

    @property
    def simulated(self) -> bool:
        """Whether the table is drawn by a random generator rather than observed."""
        return self.noise is not None


@dataclass(frozen=True, eq=False, kw_only=True)
class Dataset(DatasetInfo):
    """An example table, and what is known of it.

    Attributes
    ----------
    frame : pandas.DataFrame of shape (n_rows, n_columns)
        The table, the target among its columns.
    """

    frame: "pd.DataFrame" = field(repr=False)


_UCI = "UCI Machine Learning Repository, as bundled with scikit-learn"
_SIMULATED = "simulated by Errorest"


def _simulated(
    name: str, description: str, *, noise: float, target: str = "label", n_rows: int = 200
) -> DatasetInfo:
    return DatasetInfo(name, description, target, n_rows, 3, _SIMULATED, "CC0", noise)


CATALOGUE: tuple[DatasetInfo, ...] = (
    DatasetInfo(
        "breast_cancer",
        "tumours, measured in pictures of their cells: malignant or benign?",
        target="diagnosis",
        n_rows=569,
        n_columns=31,
        source=_UCI,
        licence="CC BY 4.0",
    ),
    DatasetInfo(
        "digits",
        "handwritten digits, 8 x 8 pixels: which of the ten?",
        target="digit",
        n_rows=1797,
        n_columns=65,
        source=_UCI,
        licence="CC BY 4.0",
    ),
    DatasetInfo(
        "iris",
        "iris flowers, petals and sepals measured: which of three species?",
        target="species",
        n_rows=150,
        n_columns=5,
        source=_UCI,
        licence="CC BY 4.0",
    ),
    DatasetInfo(
        "wine",
        "wines of one region, analysed chemically: from which of three cultivars?",
        target="cultivar",
        n_rows=178,
        n_columns=14,
        source=_UCI,
        licence="CC BY 4.0",
    ),
    DatasetInfo(
        "penguins",
        "penguins of three islands, numbers and words, some cells missing: which species?",
        target="species",
        n_rows=344,
        n_columns=8,
        source="Palmer Station LTER, as packaged in palmerpenguins",
        licence="CC0",
    ),
    _simulated("circle", "a ring of points around a smaller one", noise=0.1),
    _simulated("gaussians", "two round clouds of points", noise=1.0),
    _simulated("xor", "points in four squares, the opposite ones alike", noise=0.1),
    _simulated("spiral", "two spiral arms of points, one inside the other", noise=0.03),
    _simulated("moons", "two half moons of points, one reaching into the other", noise=0.2),
    _simulated("blobs", "three round clouds of points, three classes", noise=0.7),
    _simulated(
        "admissions",
        "students with a test and grades from 0 to 10: admitted if 2 test + grades >= 18, or so?",
        target="admitted",
        noise=2.0,
        n_rows=100,
    ),
)
"""All example tables: observed ones first, then simulated ones."""


def names() -> tuple[str, ...]:
    """Give the names of the example tables.

    Returns
    -------
    tuple of str
        In the order of `CATALOGUE`.

    Examples
    --------
    >>> "penguins" in names()
    True
    """
    return tuple(info.name for info in CATALOGUE)
