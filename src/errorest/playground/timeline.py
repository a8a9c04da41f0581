"""The recorded epochs, to go back to, and the curves of the training.

>>> import numpy as np
>>> timeline = Timeline(max_bytes=3 * 16)
>>> for epoch in range(5):
...     timeline.record(epoch, np.zeros(2), np.zeros((0, 2)), (0.5, None, 1.0, None))
>>> timeline.epochs, timeline.nearest(3), timeline.curves(400).shape
([0, 3, 4], 3, (5, 5))
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from errorest.training import thinned

__all__ = ["Timeline"]

Floats = NDArray[np.floating]


@dataclass
class Timeline:
    """Parameters and moments after some of the epochs, losses and accuracies after all.

    Parameters
    ----------
    max_bytes : int
        When the recorded parameters grow larger than this, every other epoch is let go.
    """

    max_bytes: int
    _records: dict[int, tuple[Floats, Floats]] = field(default_factory=dict)
    _values: dict[int, tuple[float, ...]] = field(default_factory=dict)

    @property
    def epochs(self) -> list[int]:
        """The recorded epochs, ascending."""
        return list(self._records)

    def record(
        self,
        epoch: int,
        parameters: Floats,
        moments: Floats,
        values: Sequence[float | None],
    ) -> None:
        """Keep how things stand after an epoch."""
        self._values[epoch] = tuple(np.nan if value is None else value for value in values)
        self._records[epoch] = parameters, moments
        size = parameters.nbytes + moments.nbytes
        while len(self._records) > 2 and size * len(self._records) > self.max_bytes:
            first, *others, last = self._records
            self._records = {kept: self._records[kept] for kept in (first, *others[1::2], last)}

    def forget_after(self, epoch: int) -> None:
        """Let go of all that came after an epoch."""
        for kept in (self._records, self._values):
            for later in [one for one in kept if one > epoch]:
                del kept[later]

    def nearest(self, epoch: int) -> int:
        """Return the recorded epoch next to an epoch."""
        return min(self._records, key=lambda recorded: abs(recorded - epoch))

    def at(self, epoch: int) -> tuple[Floats, Floats]:
        """Return parameters and moments after a recorded epoch."""
        return self._records[epoch]

    def path(self, max_length: int) -> list[Floats]:
        """Return the parameters of recorded epochs, so many at most."""
        records = [parameters for parameters, _ in self._records.values()]
        return [records[place] for place in thinned(len(records), max_length)]

    def curves(self, max_length: int | None = None) -> NDArray[np.float32]:
        """Return epoch, losses and accuracies, of shape (at most max_length, 5); None for all."""
        epochs = list(self._values)
        rows = [
            (epochs[place], *self._values[epochs[place]])
            for place in thinned(len(epochs), max_length or len(epochs))
        ]
        return np.array(rows, dtype=np.float32)
