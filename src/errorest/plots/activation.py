"""Activation functions beside their derivatives."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from errorest.maths.activations import ACTIVATIONS, Activation
from errorest.network.dense_form import PartialActivation, activation_name
from errorest.plots.axes import axes_or_new
from errorest.plots.palette import NEGATIVE, POSITIVE, faint_ink

__all__ = ["ActivationDisplay"]


@dataclass(eq=False, repr=False)
class ActivationDisplay:
    """An activation and its slope over the logit.

    Parameters
    ----------
    logits : array of shape (n_places,)
    outputs, derivatives : arrays of shape (n_places,) or (n_places, n_units)
        Of units that each have an activation of their own, the lines are the median, and the bands
        reach from the smallest to the largest.
    name : str

    Attributes
    ----------
    ax_ : matplotlib Axes
    output_line_, derivative_line_ : matplotlib Line2D

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> display = ActivationDisplay.from_activation("sigmoid")
    >>> round(float(display.derivatives.max()), 2)
    0.25
    >>> plt.close()
    """

    logits: NDArray[np.floating]
    outputs: NDArray[np.floating]
    derivatives: NDArray[np.floating]
    name: str
    ax_: Axes = field(init=False)
    output_line_: Line2D = field(init=False)
    derivative_line_: Line2D = field(init=False)

    @classmethod
    def from_activation(
        cls,
        activation: str | Activation,
        *,
        low: float = -4.0,
        high: float = 4.0,
        ax: Axes | None = None,
    ) -> "ActivationDisplay":
        """Draw an activation.

        Parameters
        ----------
        activation : str or Activation
            One of ``errorest.maths.ACTIVATIONS`` by name, your own, or that of a layer of
            :func:`errorest.network.dense_form`, which may be parametric.
        low, high : float, default=-4 and 4
            Between which logits.
        ax : matplotlib Axes, optional

        Returns
        -------
        ActivationDisplay

        Raises
        ------
        ValueError
            If there is no activation of this name.
        TypeError
            If it has no derivative.
        """
        if isinstance(activation, str):
            if activation not in ACTIVATIONS:
                raise ValueError(
                    f"there is no activation {activation!r}, only {', '.join(ACTIVATIONS)}"
                )
            name, function = activation, ACTIVATIONS[activation]
        elif hasattr(activation, "derivative"):
            name, function = type(activation).__name__, activation
        else:
            raise TypeError(f"{activation!r} has no derivative: an Activation has one")
        logits = places = np.linspace(low, high, 801)
        if isinstance(function, PartialActivation):
            inner, alpha = activation_name(function.activation), function.alpha
            name = f"z + alpha ({inner}(z) - z), alpha from {alpha.min():.2f} to {alpha.max():.2f}"
            places = logits[:, None]
        display = cls(logits, function(places), function.derivative(places), name)
        return display.plot(ax=ax)

    def plot(self, *, ax: Axes | None = None) -> "ActivationDisplay":
        """Draw the curves.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            By default a new one.

        Returns
        -------
        self
        """
        self.ax_ = axes_or_new(ax)
        for draw_line in (self.ax_.axhline, self.ax_.axvline):
            draw_line(0, color=faint_ink(self.ax_), linewidth=0.8)
        self.output_line_ = self._draw(self.outputs, "output", POSITIVE, linewidth=2)
        self.derivative_line_ = self._draw(self.derivatives, "derivative", NEGATIVE, linestyle="--")
        self.ax_.set(xlabel="logit z", title=self.name)
        self.ax_.legend()
        return self

    def _draw(self, values: NDArray[np.floating], label: str, color: str, **style: Any) -> Line2D:
        if values.ndim == 2:
            low, median, high = np.quantile(values, [0, 0.5, 1], axis=1)
            self.ax_.fill_between(self.logits, low, high, color=color, alpha=0.25, linewidth=0)
            values, label = median, f"{label} at the median alpha"
        (line,) = self.ax_.plot(self.logits, values, color=color, label=label, **style)
        return line
