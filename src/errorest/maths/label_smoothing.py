"""Label smoothing: targets that leave every class a little probability."""

from dataclasses import dataclass

from errorest.maths.arrays import Array, as_floating
from errorest.maths.losses import Loss, cross_entropy

__all__ = ["LabelSmoothing"]


@dataclass(frozen=True)
class LabelSmoothing:
    """A loss whose targets are softened: ``y (1 - amount) + amount / n_classes``.

    It keeps a network from becoming overconfident about its training rows (Szegedy et al. 2016).

    Parameters
    ----------
    amount : float in [0, 1), default=0.1
    loss : Loss, default=cross_entropy

    Raises
    ------
    ValueError
        If the amount is out of range.

    Examples
    --------
    >>> smoothing = LabelSmoothing(0.1)
    >>> smoothing.soften([[0.0, 1.0, 0.0, 0.0]])
    array([[0.025, 0.925, 0.025, 0.025]])
    """

    amount: float = 0.1
    loss: Loss = cross_entropy

    def __post_init__(self) -> None:
        if not 0 <= self.amount < 1:
            raise ValueError(f"amount must be at least 0 and less than 1, not {self.amount}")

    def soften(self, targets: Array, *, independent: bool = False) -> Array:
        """Return softened targets.

        Parameters
        ----------
        targets : array of shape (n_samples, n_outputs)
            One-hot rows, or a 0 or 1 for each output.
        independent : bool, default=False
            Whether each output is a yes or no of its own, so that it has two classes.

        Returns
        -------
        array of shape (n_samples, n_outputs)
        """
        _, targets = as_floating(targets)
        n_classes = 2 if independent else targets.shape[-1]
        return targets * (1 - self.amount) + self.amount / n_classes
