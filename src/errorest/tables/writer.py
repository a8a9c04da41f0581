"""Tables written as CSV, such that what is read from it is what was written."""

import pandas as pd

__all__ = ["csv_text"]

_CELLS_AT_ONCE = 100_000
_FEWEST_ROWS_AT_ONCE = 200


def csv_text(frame: pd.DataFrame, *, delimiter: str = ",", decimal: str = ".") -> str:
    r"""Write a table without its row names.

    Parameters
    ----------
    frame : DataFrame
    delimiter, decimal : str
        What stands between two cells, and in numbers before the decimals.

    Returns
    -------
    str
        To be written without a change of its line ends.

    Examples
    --------
    >>> csv_text(pd.DataFrame({"x": [0.5], "word": ["a\rb"]}))
    'x,word\r\n0.5,"a\rb"\r\n'
    """
    text = _csv(frame, delimiter, decimal, "\n")
    if "\r" not in text:
        return text
    # Python quotes cells with what ends lines, and a carriage return ends them for most readers.
    return _csv(frame, delimiter, decimal, "\r\n")


def _csv(frame: pd.DataFrame, delimiter: str, decimal: str, line_end: str) -> str:
    # So does pandas, but of thousands of columns only a few rows, which takes it 15 times as long.
    n_rows = max(_CELLS_AT_ONCE // max(1, frame.shape[1]), _FEWEST_ROWS_AT_ONCE)
    return frame.to_csv(
        sep=delimiter, decimal=decimal, index=False, lineterminator=line_end, chunksize=n_rows
    )
