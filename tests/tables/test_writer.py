"""Tables as CSV, whatever their shape."""

import numpy as np
import pandas as pd
import pytest

from errorest.tables.writer import csv_text


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (450, 1500), (250_000, 1)])
def test_no_row_is_lost_or_repeated(shape: tuple[int, int]) -> None:
    """Tables are written some rows at a time: these, in none to several goes."""
    cells = np.arange(shape[0] * shape[1]).reshape(shape).astype(str)
    names = [f"c{number}" for number in range(shape[1])]
    lines = [",".join(row) for row in [names, *cells.tolist()]]
    assert csv_text(pd.DataFrame(cells, columns=names)).splitlines() == lines
