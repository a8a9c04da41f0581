"""Numbers in files as people write them: 1,234.50 or 1.234,50 or 3,5, where there is no doubt.

>>> import pandas as pd
>>> import warnings
>>> frame = pd.DataFrame({"price": ["1.234,50", "80", None], "size": ["1,234", "7", "8"]})
>>> with warnings.catch_warnings(action="ignore"):
...     with_separators(frame, "prices.csv", ",")["price"].tolist()
[1234.5, 80.0, nan]
"""

import os
import re
import warnings
from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from errorest.exceptions import TableWarning
from errorest.tables.names import listing

__all__ = ["with_separators"]


@dataclass(frozen=True)
class _Writing:
    """A way to write numbers: between thousands, and before the fraction."""

    thousands: str
    point: str

    def fits(self, cells: Collection[str], delimiter: str) -> bool:
        """Whether all cells are such numbers, and one of them is no number of the other way."""
        group, point = rf"{re.escape(self.thousands)}\d{{3}}", re.escape(self.point)
        number = rf"[+-]?(\d+|\d{{1,3}}({group})+)({point}\d+)?([eE][+-]?\d+)?"
        # 1,234 may be a thousand and some, or one and some thousandths.
        telling = rf"[+-]?\d{{1,3}}({group})+({point}\d+|{group})"
        if self.point == "," != delimiter:
            # Whoever lets no comma end a cell needs it within.
            telling += r"|[+-]?\d+,\d+([eE][+-]?\d+)?"
        return all(re.fullmatch(number, cell) for cell in cells) and any(
            re.fullmatch(telling, cell) for cell in cells
        )

    def numbers(self, column: "pd.Series[str]") -> "pd.Series[float]":
        """Read a column that it fits."""
        cells = column.str.replace(self.thousands, "", regex=False)
        return pd.to_numeric(cells.str.replace(self.point, ".", regex=False))


_ENGLISH = _Writing(thousands=",", point=".")
_CONTINENTAL = _Writing(thousands=".", point=",")


def with_separators(
    frame: pd.DataFrame, path: str | os.PathLike[str], delimiter: str
) -> pd.DataFrame:
    """Read columns of words as numbers where all their cells are numbers with separators.

    Parameters
    ----------
    frame : DataFrame
    path : path-like
        Of which a warning speaks.
    delimiter : str
        Between the cells of the file.

    Returns
    -------
    DataFrame

    Warns
    -----
    TableWarning
        If there are such columns.
    """
    for writing, meaning in (
        (_ENGLISH, "thousands separators"),
        (_CONTINENTAL, "decimal points, dots as thousands separators"),
    ):
        read = {}
        for name, column in frame.items():
            if pd.api.types.is_string_dtype(column.dtype):
                cells = column.dropna().astype(str).str.strip()
                if writing.fits(cells, delimiter):
                    read[str(name)] = writing.numbers(column)
        if read:
            warnings.warn(
                f"{path}: commas in {listing(read)} are read as {meaning}",
                TableWarning,
                stacklevel=4,
            )
            frame = frame.assign(**read)
    return frame
