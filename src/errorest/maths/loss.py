"""What a loss is.

Every loss is a function of logits and targets of shape ``(n_samples, n_outputs)``. Starting
from logits keeps losses finite and gradients exact where probabilities round to 0 or 1.
"""

from abc import ABC, abstractmethod
from typing import ClassVar

from errorest.maths.arrays import Array, as_floating

__all__ = ["Loss"]


class Loss(ABC):
    """A loss per sample, its gradient, and what the logits mean under it.

    Attributes
    ----------
    output_name : str
        Name of its outputs.
    """

    output_name: ClassVar[str] = "output"

    def for_independent_outputs(self) -> "Loss":
        """Return the same loss for outputs of which each is a yes or no of its own.

        Your own subclass of a loss of classes is itself, unless it overrides this.
        """
        return self

    @abstractmethod
    def __call__(self, logits: Array, targets: Array) -> Array:
        """Return the loss of each sample.

        Parameters
        ----------
        logits, targets : arrays of shape (n_samples, n_outputs)

        Returns
        -------
        array of shape (n_samples,)
        """

    @abstractmethod
    def gradient(self, logits: Array, targets: Array) -> Array:
        """Return d loss / d logit.

        Parameters
        ----------
        logits, targets : arrays of shape (n_samples, n_outputs)

        Returns
        -------
        array of shape (n_samples, n_outputs)
        """

    @abstractmethod
    def output(self, logits: Array) -> Array:
        """Return the network's answer for these logits, in the units of the targets."""

    def mean_logits(self, logits: Array, shares: Array | None = None) -> Array:
        """Return the logits of the mean answer of several networks.

        Parameters
        ----------
        logits : array of shape (n_samples, n_networks, n_outputs)
        shares : array of shape (n_networks,), optional
            Which share each network has in a weighted mean; they sum to one.

        Returns
        -------
        array of shape (n_samples, n_outputs)
            Unless a loss says otherwise, the mean of the logits.
        """
        xp, z = as_floating(logits)
        return xp.mean(z, axis=1) if shares is None else xp.sum(z * shares[:, None], axis=1)
