"""The weights of a linear classifier: what speaks for which class."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.container import BarContainer
from matplotlib.image import AxesImage
from numpy.typing import NDArray

from errorest.exceptions import PictureError
from errorest.network.dense_form import dense_form
from errorest.plots.axes import LINE_HEIGHT, axes_or_new
from errorest.plots.inner import unwrapped
from errorest.plots.network import network_names
from errorest.plots.palette import NEGATIVE, POSITIVE, ink, legible_on, sign_colors
from errorest.plots.short_names import fit_side_by_side, shortened
from errorest.wording import counted

__all__ = ["WeightsDisplay"]

_LONGEST_NAME = 32


@dataclass(eq=False, repr=False)
class WeightsDisplay:
    """Weights per class, the largest at the top.

    Parameters
    ----------
    weights : array of shape (n_features, n_outputs)
        One output, that of the second class, stands for two classes.
    feature_names, class_names : list of str
        One class name for each output.
    max_features : int, default=20
        How many features to show: those with the largest weights.

    Attributes
    ----------
    ax_ : matplotlib Axes
    bars_ : matplotlib BarContainer or None
        For one output.
    image_ : matplotlib AxesImage or None
        For several outputs.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from errorest import LogisticRegression
    >>> students, accepted = [[9, 8], [3, 4], [7, 6], [2, 9]], [1, 0, 1, 0]
    >>> display = WeightsDisplay.from_estimator(LogisticRegression().fit(students, accepted))
    >>> display.feature_names
    ['x1', 'x2']
    >>> plt.close()
    """

    weights: NDArray[np.floating]
    feature_names: list[str]
    class_names: list[str]
    max_features: int = 20
    ax_: Axes = field(init=False)
    bars_: BarContainer | None = field(init=False, default=None)
    image_: AxesImage | None = field(init=False, default=None)

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        *,
        feature_names: Sequence[str] | None = None,
        max_features: int = 20,
        ax: Axes | None = None,
    ) -> "WeightsDisplay":
        """Draw the weights of a fitted perceptron or logistic regression.

        Parameters
        ----------
        estimator : classifier
            Or a TableClassifier with one of them inside.
        feature_names : sequence of str, optional
            By default those that the classifier knows, or x1, x2, ...
        max_features : int, default=20
        ax : matplotlib Axes, optional

        Returns
        -------
        WeightsDisplay

        Raises
        ------
        PictureError
            If there are hidden layers, through which a feature has no weight of its own.
        """
        names = network_names(estimator, feature_names)
        n_hidden = len(names) - 2
        if n_hidden:
            raise PictureError(
                f"behind {counted(n_hidden, 'hidden layer')} no feature has one weight "
                "per class: draw the network instead"
            )
        inner, _ = unwrapped(estimator)
        weights = np.asarray(dense_form(inner.network_).network.weights[0])
        return cls(weights, names[0], names[-1], max_features).plot(ax=ax)

    def plot(self, *, ax: Axes | None = None) -> "WeightsDisplay":
        """Draw the weights, as bars or, for more than two classes, as a table of colours.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            By default a new one.

        Returns
        -------
        self
        """
        n_features = len(self.feature_names)
        size = np.abs(self.weights).max(axis=1)
        chosen = np.argsort(-size, kind="stable")[: self.max_features]
        height = max(2.4, 1.2 + 0.28 * len(chosen))
        width = max(6.4, 3.5 + LINE_HEIGHT * len(self.class_names))
        self.ax_ = axes_or_new(ax, height=height, width=width)
        names = shortened([self.feature_names[i] for i in chosen], _LONGEST_NAME)
        if self.weights.shape[1] == 1:
            self._draw_bars(self.weights[chosen, 0], names)
        else:
            self._draw_colors(self.weights[chosen], names)
        if len(chosen) < n_features:
            self.ax_.set_title(f"the {len(chosen)} of {n_features} features with the most weight")
        return self

    def _draw_bars(self, weights: NDArray[np.floating], names: list[str]) -> None:
        colors = [POSITIVE if weight >= 0 else NEGATIVE for weight in weights]
        places = np.arange(len(names))
        self.bars_ = self.ax_.barh(places, weights, color=colors)
        self.ax_.set_yticks(places, names)
        self.ax_.invert_yaxis()
        self.ax_.axvline(0, color=ink(), linewidth=0.8)
        class_name = shortened(self.class_names, _LONGEST_NAME)[0]
        self.ax_.set_xlabel(f"weight (positive speaks for {class_name})")

    def _draw_colors(self, weights: NDArray[np.floating], names: list[str]) -> None:
        largest = float(np.abs(weights).max()) or 1.0
        self.image_ = self.ax_.imshow(
            weights, cmap=sign_colors(self.ax_), norm=Normalize(-largest, largest), aspect="auto"
        )
        class_names = shortened(self.class_names)
        rotation = "horizontal" if fit_side_by_side(class_names) else "vertical"
        self.ax_.set_xticks(range(len(class_names)), class_names, rotation=rotation)
        self.ax_.set_yticks(range(len(names)), names)
        if len(self.class_names) <= 6:
            # More decimals of a small weight than of a large one would not fit in its cell.
            rounded = weights.round(3 - math.floor(math.log10(largest))) + 0.0
            for (i, j), weight in np.ndenumerate(rounded):
                color = legible_on(self.image_.to_rgba(weight))
                self.ax_.text(j, i, f"{weight:.2g}", ha="center", va="center", color=color)
        self.ax_.figure.colorbar(self.image_, ax=self.ax_, label="weight")
