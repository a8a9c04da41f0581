"""How large networks for a table are, how many of them there are, and how long they learn.

>>> pace_for(200).n_networks, pace_for(3000).n_networks
(20, 5)
>>> pace_for(1_000_000).n_epochs < pace_for(10_000).n_epochs
True
"""

from dataclasses import dataclass, replace

__all__ = ["Pace", "pace_for"]


@dataclass(frozen=True)
class Pace:
    """What suits a number of rows.

    Attributes
    ----------
    hidden_layer_sizes : tuple of int
    n_folds, n_repeats : int
        Each of ``n_folds`` networks holds back another part of the rows; all that is repeated
        with other parts.
    n_epochs : int
        At most.
    batch_size : int
    learning_rate : float
    """

    hidden_layer_sizes: tuple[int, ...]
    n_folds: int
    n_repeats: int
    n_epochs: int
    batch_size: int
    learning_rate: float

    @property
    def n_networks(self) -> int:
        """Number of networks."""
        return self.n_folds * self.n_repeats

    def within(self, seconds: float, seconds_per_epoch: float) -> "Pace":
        """Return what can be done in a time: first fewer networks, then fewer epochs.

        Parameters
        ----------
        seconds : float
        seconds_per_epoch : float
            What an epoch of one network takes, shared between the threads.
        """
        n_epochs = seconds / seconds_per_epoch
        fitting = self
        if fitting.n_networks * self.n_epochs > n_epochs:
            fitting = replace(fitting, n_repeats=1)
        if fitting.n_networks * self.n_epochs > n_epochs:
            n_folds = min(fitting.n_folds, max(1, int(n_epochs / self.n_epochs)))
            fitting = replace(fitting, n_folds=n_folds)
        affordable = max(1, int(n_epochs / fitting.n_networks))
        return replace(fitting, n_epochs=min(self.n_epochs, affordable))


# Up to how many rows each of them is for.
_PACES = (
    (249, Pace((96, 96), 10, 2, n_epochs=256, batch_size=32, learning_rate=0.01)),
    (499, Pace((96, 96), 10, 1, n_epochs=128, batch_size=32, learning_rate=0.01)),
    (1999, Pace((128, 128), 5, 1, n_epochs=128, batch_size=64, learning_rate=0.04)),
    (20_000, Pace((128, 128), 5, 1, n_epochs=64, batch_size=64, learning_rate=0.04)),
    (100_000, Pace((256, 256), 2, 1, n_epochs=64, batch_size=256, learning_rate=0.04)),
)
_LEAST_EPOCHS = 15


def pace_for(n_rows: int) -> Pace:
    """Return what suits a number of rows.

    Of fewer than 500 rows, there are the more networks, smaller ones, each of which sees as many
    rows as it can, in smaller batches; below 250 rows twice as many of them, for twice as long.
    From 100,000 rows on, one network makes fewer epochs the more rows there are.
    """
    for most_rows, pace in _PACES:
        if n_rows <= most_rows:
            return pace
    n_epochs = max(_LEAST_EPOCHS, pace.n_epochs * most_rows // n_rows)
    return replace(pace, n_folds=1, n_epochs=n_epochs)
