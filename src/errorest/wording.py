"""Numbers of things in sentences, which are grammatical of one thing too."""

__all__ = ["counted"]


def counted(number: int, noun: str) -> str:
    """Say how many there are of something.

    Parameters
    ----------
    number : int
    noun : str
        For one of them.

    Returns
    -------
    str
        The number and the noun, in the plural unless there is one.

    Examples
    --------
    >>> counted(0, "row"), counted(1, "row"), counted(12345, "row")
    ('0 rows', '1 row', '12,345 rows')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
