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
    text = frame.to_csv(sep=delimiter, decimal=decimal, index=False, lineterminator="\n")
    if "\r" not in text:
        return text
    # Python quotes cells with what ends lines, and a carriage return ends them for most readers.
    return frame.to_csv(sep=delimiter, decimal=decimal, index=False, lineterminator="\r\n")
