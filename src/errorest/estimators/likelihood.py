"""How likely the outcomes are under a model: a product of probabilities, or a sum of logarithms.

Each point contributes the probability that the model gave to its own class. The likelihood is
their product; its logarithm is the sum of theirs, and cross-entropy is minus that sum. Of two
models, the one with the higher likelihood has the smaller cross-entropy.

>>> four_points = Likelihood.from_predictions([0.6, 0.2, 0.1, 0.7], name="first line")
>>> round(four_points.product, 4), round(four_points.cross_entropy, 4)
(0.0084, 4.7795)

Three doors, with a gift behind the first two. All that could have happened sums to one:

>>> from itertools import product
>>> gift = [0.8, 0.7, 0.1]
>>> round(Likelihood.from_predictions(gift, [1, 1, 0]).product, 4)
0.504
>>> outcomes = product([0, 1], repeat=3)
>>> round(sum(Likelihood.from_predictions(gift, outcome).product for outcome in outcomes), 12)
1.0
"""

from __future__ import annotations

import decimal
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from errorest.estimators.evaluation import log_probabilities
from errorest.estimators.labels import class_columns
from errorest.exceptions import ModelError
from errorest.text_table import ShownAsTables, TextTable, number_text
from errorest.wording import counted

__all__ = ["Likelihood", "LikelihoodComparison"]

# By how much the sum of probabilities of two decimals may miss 1.
_ROUNDING = 0.02

# Exponents as long as they come: a million rows have a likelihood of 1e-300000.
_WIDE = decimal.Context(prec=12, Emin=decimal.MIN_EMIN, Emax=decimal.MAX_EMAX)


@dataclass(frozen=True, eq=False)
class Likelihood(ShownAsTables):
    """The probability that a model gave to the outcome of each point.

    It is displayed as a table: in a terminal through rich, and in Jupyter as HTML.

    Attributes
    ----------
    logs : array of shape (n_points,)
        Natural logarithms of the probabilities.
    outcomes : list of str
        What happened: the class of each point.
    name : str
        Name of the model.
    numbers : sequence of int, optional
        Of a table's rows, if these are the points, which are then called rows; by default the
        points are numbered 1, 2, 3, ...

    Examples
    --------
    >>> likelihood = Likelihood.from_predictions([0.8, 0.5])
    >>> round(likelihood.product, 4), round(likelihood.cross_entropy, 4)
    (0.4, 0.9163)
    """

    logs: NDArray[np.floating]
    outcomes: list[str]
    name: str
    numbers: Sequence[int] | None = None

    @classmethod
    def from_estimator(
        cls, estimator: Any, X: Any, y: ArrayLike, *, name: str | None = None
    ) -> Likelihood:
        """Ask a fitted classifier for the probability of each point's own class.

        Parameters
        ----------
        estimator : classifier
            With ``predict_log_proba`` or ``predict_proba``.
        X : array-like or DataFrame of shape (n_points, n_features)
        y : array-like of shape (n_points,)
            The classes of the points.
        name : str, optional
            By default the name of the classifier's class.

        Returns
        -------
        Likelihood

        Raises
        ------
        ModelError
            If the classifier gives no probabilities.
        ValueError
            If it does not know a class.
        """
        if not any(hasattr(estimator, one) for one in ("predict_log_proba", "predict_proba")):
            raise ModelError(
                f"a {type(estimator).__name__} gives no probabilities, of which a likelihood "
                "is the product: use LogisticRegression or MLPClassifier"
            )
        name = name or type(estimator).__name__
        return cls._picked(log_probabilities(estimator, X), y, np.asarray(estimator.classes_), name)

    @classmethod
    def from_predictions(
        cls,
        probabilities: ArrayLike,
        outcomes: ArrayLike | None = None,
        *,
        classes: ArrayLike | None = None,
        name: str = "model",
    ) -> Likelihood:
        """Pick the probabilities of the actual outcomes.

        Parameters
        ----------
        probabilities : array-like of shape (n_points,) or (n_points, n_classes)
            Probabilities of each class, or of the second of two classes.
        outcomes : array-like of shape (n_points,), optional
            The class of each point. Without it, the probabilities are taken as those of the actual
            outcomes.
        classes : array-like of shape (n_classes,), optional
            In the order of the columns; by default 0, 1, ...
        name : str, default="model"

        Returns
        -------
        Likelihood

        Raises
        ------
        ValueError
            If a probability is not between 0 and 1, those of a point do not sum to 1 (within the
            rounding to two decimals), a class is unknown, or there is not one outcome for each
            point.

        Examples
        --------
        Three doors, each with a duck, a beaver or a walrus behind:

        >>> animals = [[0.7, 0.2, 0.1], [0.3, 0.4, 0.3], [0.1, 0.5, 0.4]]
        >>> found, classes = ["duck", "walrus", "walrus"], ["duck", "beaver", "walrus"]
        >>> likelihood = Likelihood.from_predictions(animals, found, classes=classes)
        >>> round(likelihood.product, 3), round(likelihood.cross_entropy, 4)
        (0.084, 2.4769)
        """
        p = np.asarray(probabilities, dtype=np.float64)
        if not ((p >= 0) & (p <= 1)).all():
            raise ValueError("probabilities must lie between 0 and 1")
        with np.errstate(divide="ignore"):
            if outcomes is None:
                return cls(np.log(p.ravel()), [""] * p.size, name)
            if p.ndim == 1:
                p = np.column_stack([1 - p, p])
            sums = p.sum(axis=1)
            wrong = np.flatnonzero(np.abs(sums - 1) > _ROUNDING)
            if len(wrong) > 0:
                raise ValueError(
                    f"the probabilities of point {wrong[0] + 1} sum to {sums[wrong[0]]:.4g}, not 1"
                )
            columns = np.arange(p.shape[1]) if classes is None else np.asarray(classes)
            try:
                return cls._picked(np.log(p), outcomes, columns, name)
            except ValueError as error:
                if classes is not None:
                    raise
                raise ValueError(
                    f"{error}: name them in the order of the probabilities, classes=[...]"
                ) from error

    @classmethod
    def _picked(
        cls, logs: NDArray[np.floating], y: ArrayLike, classes: NDArray[Any], name: str
    ) -> Likelihood:
        happened = np.asarray(y)
        if happened.shape != logs.shape[:1] or logs.shape[1:] != classes.shape:
            raise ValueError(
                f"probabilities of shape {logs.shape} need {len(logs)} outcomes among "
                f"{logs.shape[-1]} classes, not outcomes of shape {happened.shape} among "
                f"{len(classes)}"
            )
        columns = class_columns(happened, classes)
        return cls(logs[np.arange(len(logs)), columns], list(map(str, happened)), name)

    @property
    def probabilities(self) -> NDArray[np.floating]:
        """The probability of each point's outcome."""
        return np.asarray(np.exp(self.logs))

    @property
    def log_likelihood(self) -> float:
        """The sum of the logarithms."""
        return math.fsum(self.logs)

    @property
    def cross_entropy(self) -> float:
        """Minus the sum of the logarithms, in nats."""
        return 0.0 - self.log_likelihood

    @property
    def product(self) -> float:
        """The likelihood; for many points it rounds to 0: use `product_text` instead."""
        return math.exp(self.log_likelihood)

    @property
    def product_text(self) -> str:
        """The likelihood with four digits, as a power of ten if it is too small for a float."""
        return _product_text(self.log_likelihood)

    def beside(self, *others: Likelihood) -> LikelihoodComparison:
        """Compare this model with others on the same points, side by side.

        Parameters
        ----------
        *others : Likelihood

        Returns
        -------
        LikelihoodComparison
        """
        return LikelihoodComparison((self, *others))

    def tables(self, max_rows: int | None = 20) -> list[TextTable]:
        """See :meth:`errorest.estimators.likelihood.LikelihoodComparison.tables`."""
        return self.beside().tables(max_rows)


@dataclass(frozen=True, eq=False)
class LikelihoodComparison(ShownAsTables):
    """Several models on the same points, side by side.

    Parameters
    ----------
    likelihoods : tuple of Likelihood

    Raises
    ------
    ValueError
        If they do not describe the same points.
    """

    likelihoods: tuple[Likelihood, ...]

    def __post_init__(self) -> None:
        first, *others = self.likelihoods
        if any(other.outcomes != first.outcomes for other in others):
            raise ValueError("likelihoods can be compared where the same happened at each point")

    def tables(self, max_rows: int | None = 20) -> list[TextTable]:
        """Return the points, and the product, sum and cross-entropy under them, as a table.

        Parameters
        ----------
        max_rows : int or None, default=20
            Show only this many points, the least likely ones. None for all.
        """
        logs = np.stack([likelihood.logs for likelihood in self.likelihoods], axis=1)
        outcomes = self.likelihoods[0].outcomes
        # A point that one of the models excludes comes before all others.
        order = np.lexsort((logs.max(axis=1), logs.min(axis=1)))
        shown, rest = np.sort(order[:max_rows]), np.sort(order[len(order[:max_rows]) :])
        numbers = self.likelihoods[0].numbers or range(1, len(logs) + 1)
        rows = [(f"{numbers[i]}", outcomes[i], *_pairs(logs[i])) for i in shown.tolist()]
        if len(rest):
            rows.append((counted(len(rest), "other"), "", *_pairs(map(math.fsum, logs[rest].T))))
        totals = [likelihood.log_likelihood for likelihood in self.likelihoods]
        rows.append(("product, sum", "", *_pairs(totals)))
        point = "point" if self.likelihoods[0].numbers is None else "row"
        divisors = {"cross-entropy": 1, f"log-loss per {point}": max(len(logs), 1)}
        for name, divisor in divisors.items():
            cells = (("", f"{(0.0 - total) / divisor:.4f}") for total in totals)
            rows.append((name, "", *chain.from_iterable(cells)))
        header = [point, "outcome"]
        for likelihood in self.likelihoods:
            header += [f"p, {likelihood.name}", "ln p"]
        title = f"Likelihood of {counted(len(logs), point)}"
        if len(rest):
            title += f" (the {len(shown)} least likely, and the others)"
        return [TextTable(title, tuple(header), rows, n_names=2)]


def _pairs(logs: Iterable[float]) -> Iterator[str]:
    """Yield, for each logarithm, the number it is of and itself."""
    for log in logs:
        yield _product_text(log)
        yield f"{log:.4f}"


def _product_text(log: float) -> str:
    if log > -700:
        return number_text(math.exp(log))
    return f"{_WIDE.exp(decimal.Decimal(float(log))):.4g}"
