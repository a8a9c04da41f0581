"""Tables written as CSV, such that what is read from it is what was written."""

import pandas as pd

__all__ = ["csv_text"]


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
    words = frame.select_dtypes(exclude="number").astype(str)
    # Python quotes cells with what ends lines, and a carriage return ends them for most readers.
    has_return = any("\r" in str(name) for name in frame.columns) or any(
        cells.str.contains("\r", regex=False).any() for _, cells in words.items()
    )
    line_end = "\r\n" if has_return else "\n"
    return frame.to_csv(sep=delimiter, decimal=decimal, index=False, lineterminator=line_end)
