"""Why the loss must be continuous: counted mistakes are a staircase, the log-loss is a slope."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_array, check_consistent_length

from errorest import engine
from errorest.estimators.labels import class_columns
from errorest.maths.losses import perceptron_loss
from errorest.network.network import Network
from errorest.network.unit_names import parameter_names
from errorest.plots.inner import input_names_of, unwrapped
from errorest.plots.network import network_names
from errorest.plots.palette import NEGATIVE, POSITIVE, ink

__all__ = ["ErrorCountingDisplay"]


@dataclass(eq=False, repr=False)
class ErrorCountingDisplay:
    """The same network while one weight changes, judged twice.

    Parameters
    ----------
    values : array of shape (n_values,)
        Of the weight.
    n_errors : integer array of shape (n_values,)
        How many rows are on the wrong side: the mistakes.
    log_losses : array of shape (n_values,)
        Their mean log-loss.
    weight : float
        The value that the network has.
    weight_name : str

    Attributes
    ----------
    axes_ : pair of matplotlib Axes
    staircase_, slope_ : matplotlib Line2D

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from errorest import LogisticRegression
    >>> X, y = [[0.0], [1.0], [2.0], [3.0]], ["no", "yes", "no", "yes"]
    >>> display = ErrorCountingDisplay.from_estimator(LogisticRegression().fit(X, y), X, y)
    >>> sorted(set(display.n_errors.tolist()))
    [1, 2]
    >>> plt.close()
    """

    values: NDArray[np.floating]
    n_errors: NDArray[np.intp]
    log_losses: NDArray[np.floating]
    weight: float
    weight_name: str
    axes_: tuple[Axes, Axes] = field(init=False)
    staircase_: Line2D = field(init=False)
    slope_: Line2D = field(init=False)

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: ArrayLike,
        y: ArrayLike,
        *,
        weight: int = -1,
        reach: float | None = None,
        axes: tuple[Axes, Axes] | None = None,
    ) -> ErrorCountingDisplay:
        """Draw mistakes and log-loss of a fitted classifier.

        Parameters
        ----------
        estimator : Perceptron, LogisticRegression or MLPClassifier
            Or a TableClassifier with one of these inside.
        X : array-like or DataFrame of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
        weight : int, default=-1
            Place in the network's parameter vector of the weight to change; the last one is
            the bias of the last output.
        reach : float, optional
            How far to change it to both sides; by default by its own size and 1.
        axes : pair of matplotlib Axes, optional

        Returns
        -------
        ErrorCountingDisplay

        Raises
        ------
        ValueError
            If there is no such weight, X and y are of different lengths, a number is missing or
            infinite, or a label is unknown to the classifier.
        """
        check_consistent_length(X, y)
        class_names = network_names(estimator)[-1]
        inner, encoded = unwrapped(estimator, X)
        network: Network = inner.network_
        n_weights = network.n_parameters
        if weight not in range(-n_weights, n_weights):
            raise ValueError(
                f"weight must be a place among the {n_weights} weights and biases, from 0 to "
                f"{n_weights - 1}, not {weight!r}"
            )
        rows = check_array(encoded, dtype=network.parameters.dtype, order="C", input_name="X")
        targets = class_columns(y, estimator.classes_)
        loss = inner._labels.loss if network.loss is perceptron_loss else network.loss
        judged = Network(network.layers, loss, network.parameters)
        at = float(network.parameters[weight])
        reach = abs(at) + 1 if reach is None else reach
        values = np.linspace(at - reach, at + reach, 601)
        n_errors, log_losses = [], []
        for value in values:
            parameters = np.array(network.parameters)
            parameters[weight] = value
            changed = judged.with_parameters(parameters)
            predicted = inner._labels.likeliest(engine.forward(changed, rows))
            n_errors.append(int((predicted != targets).sum()))
            log_losses.append(engine.loss_and_gradient(changed, rows, targets)[0])
        name = parameter_names(network, input_names_of(estimator), class_names)[weight]
        display = cls(values, np.array(n_errors), np.array(log_losses), at, name)
        return display.plot(axes=axes)

    def plot(self, *, axes: tuple[Axes, Axes] | None = None) -> ErrorCountingDisplay:
        """Draw the staircase and, below it, the slope.

        Parameters
        ----------
        axes : pair of matplotlib Axes, optional
            By default new ones.

        Returns
        -------
        self
        """
        if axes is None:
            _, drawn = plt.subplots(2, 1, sharex=True, layout="constrained")
            axes = drawn[0], drawn[1]
        self.axes_ = axes
        upper, lower = axes
        (self.staircase_,) = upper.plot(
            self.values, self.n_errors, color=NEGATIVE, drawstyle="steps-mid", linewidth=2
        )
        (self.slope_,) = lower.plot(self.values, self.log_losses, color=POSITIVE, linewidth=2)
        for ax in axes:
            ax.axvline(self.weight, color=ink(), linewidth=0.8, linestyle=":")
        upper.yaxis.set_major_locator(MaxNLocator(integer=True))
        upper.set(ylabel="mistakes", title="Mistakes: a small step changes nothing")
        lower.set(ylabel="log-loss", title="Log-loss: every step changes something")
        lower.set_xlabel(f"weight {self.weight_name} (dotted: as it is)")
        return self
