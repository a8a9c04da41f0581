"""What happened in each epoch."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from errorest.wording import counted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["History", "thinned"]


class History(Mapping[str, list[float]]):
    """One curve per measured quantity, one value per epoch.

    ``loss`` is the objective on the training rows, penalty included; ``validation_loss`` the
    mean loss on the validation rows; ``validation_<metric>`` any metric on them.

    Parameters
    ----------
    curves : mapping of str to list of float, optional
        Curves of earlier epochs.

    Attributes
    ----------
    calibration
        What was measured before and after calibrating the probabilities, if they were calibrated.
    chosen_by : str or None
        The curve whose best value decided which network to keep, if one did.

    Examples
    --------
    >>> history = History()
    >>> history.append({"loss": 0.7, "validation_loss": 0.8})
    >>> history.append({"loss": 0.6, "validation_loss": 0.75})
    >>> history["validation_loss"]
    [0.8, 0.75]
    >>> history.to_frame()
           loss  validation_loss
    epoch
    1       0.7             0.80
    2       0.6             0.75
    """

    calibration: Any = None
    chosen_by: str | None = None

    def __init__(self, curves: Mapping[str, list[float]] | None = None) -> None:
        self.curves = {name: list(values) for name, values in (curves or {}).items()}

    def append(self, values: Mapping[str, float]) -> None:
        """Add the values of one epoch."""
        self.extend({name: np.array([value]) for name, value in values.items()})

    def extend(self, curves: Mapping[str, NDArray[np.float64]]) -> None:
        """Add the values of several epochs."""
        for name, values in curves.items():
            self.curves.setdefault(name, []).extend(values.tolist())

    def __getitem__(self, name: str) -> list[float]:
        return self.curves[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.curves)

    def __len__(self) -> int:
        return len(self.curves)

    def __repr__(self) -> str:
        n_epochs = len(next(iter(self.curves.values()), []))
        return f"History({counted(n_epochs, 'epoch')}: {', '.join(self.curves)})"

    def to_frame(self) -> "pd.DataFrame":
        """Return the curves as the columns of a pandas DataFrame indexed by epoch."""
        import pandas as pd

        frame = pd.DataFrame(self.curves)
        frame.index = pd.RangeIndex(1, len(frame) + 1, name="epoch")
        return frame


def thinned(length: int, max_length: int) -> list[int]:
    """Choose a few of many epochs, closer together at the start, where most happens.

    Parameters
    ----------
    length, max_length : int

    Returns
    -------
    list of int
        At most ``max_length`` indices from 0 to ``length - 1``, both included if there are two.

    Examples
    --------
    >>> thinned(100, 5)
    [0, 2, 9, 31, 99]
    """
    if length <= max_length:
        return list(range(length))
    places = np.geomspace(1, length, max_length) - 1
    return sorted({int(place) for place in np.rint(places)})
