"""How the perceptron's lines learn: vote by vote, each for its class against the rest."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import issparse
from sklearn.utils import check_random_state

from errorest import engine
from errorest.estimators.linear import linear_network
from errorest.estimators.scoring import accuracy
from errorest.estimators.sparse import MatrixLike, densified, rows_at_once
from errorest.estimators.validation import set_aside
from errorest.estimators.weights import checked_weights, class_weights
from errorest.maths.losses import perceptron_loss
from errorest.network.network import Network
from errorest.network.unit_names import unit_names
from errorest.text_table import ShownAsTables, TextTable, number_text
from errorest.training import Samples

__all__ = ["PerceptronStep", "PerceptronTraining", "Vote", "begin", "follow", "penalties"]

# Visits within which a line does not end for lack of improvement: an epoch of few rows says little.
_UNSETTLED = 1000


@dataclass(frozen=True, eq=False)
class PerceptronStep(ShownAsTables):
    """One point that moved a line.

    It shows itself as a table, on a terminal through rich and in Jupyter as HTML.

    Attributes
    ----------
    epoch : int
        From 1.
    index : int
        The point's row in ``X``.
    x : array of shape (n_features,)
    label
        The point's class.
    positive
        The class on the positive side of the line: of two classes the second one.
    before, after : Network
        The line, with ``weights[0]`` of shape (n_features, 1) and ``biases[0]`` of shape (1,).
    """

    epoch: int
    index: int
    x: NDArray[np.floating]
    label: Any
    positive: Any
    before: Network
    after: Network

    def tables(self) -> list[TextTable]:
        """Return the weights before and after, and between them what the point adds."""
        names = [*unit_names(self.before)[0], "bias"]
        before, after = self.before.parameters, self.after.parameters
        numbers = zip([*self.x, 1.0], before, after - before, after, strict=True)
        rows = [(name, *map(number_text, row)) for name, row in zip(names, numbers, strict=True)]
        point = f"point {self.index + 1}, of class {self.label}"
        title = f"Epoch {self.epoch}: {point}, says “come closer” to the line for {self.positive}"
        return [TextTable(title, ("input", "value x", "weight", "change", "new weight"), rows)]


@dataclass(frozen=True, eq=False)
class Vote:
    """Some points that were asked one after the other, and a line before and after."""

    rows: NDArray[np.intp]
    number: int
    before: Network
    after: Network


@dataclass(eq=False)
class _Line:
    """One class against the rest."""

    network: Network
    training: Samples
    validation: Samples | None
    penalised: NDArray[np.floating] | None = None
    n_visits: int = 0
    n_mistakes: int = 0
    loss: float = 0.0
    best: float = -np.inf
    n_stalled: int = 0
    ended: bool = False


class PerceptronTraining:
    """Lines on the way, epoch by epoch.

    Parameters
    ----------
    estimator : Perceptron
        Whose settings apply.
    network : Network
        The lines to begin with.
    training : Samples
        With class indices as targets.
    validation : Samples, optional
    numbers : integer array of shape (n_samples,)
        What rows of a larger table the training samples are.
    class_weight : array of shape (n_classes,)
        Factors of the training rows' weights, in the line of their own class.
    seed : int
        Of the orders in which points are asked.

    Attributes
    ----------
    network : Network
        The lines after the latest epoch.
    """

    def __init__(
        self,
        estimator: Any,
        network: Network,
        training: Samples,
        validation: Samples | None,
        *,
        numbers: NDArray[np.intp],
        class_weight: NDArray[np.floating],
        seed: int,
    ) -> None:
        self._settings = estimator
        self._l2, self._l1 = penalties(estimator)
        self._seed = seed
        self.network = network
        self.training = training
        self.numbers = numbers
        coef, intercept = network.weights[0].T, network.biases[0]
        alone = len(coef) == 1
        self._lines = []
        for number in range(len(coef)):
            positive = 1 if alone else number
            rest = class_weight[0] if alone else 1.0
            self._lines.append(
                _Line(
                    linear_network(coef[[number]], intercept[[number]], network.loss),
                    _against_the_rest(training, positive, (rest, class_weight[positive])),
                    validation and _against_the_rest(validation, positive),
                )
            )

    @property
    def ended(self) -> bool:
        """Whether no line goes on."""
        return all(line.ended for line in self._lines)

    @property
    def n_mistakes(self) -> int:
        """How often a point was on the wrong side in each line's latest epoch."""
        return sum(line.n_mistakes for line in self._lines)

    @property
    def loss(self) -> float:
        """The mean loss of a point in each line's latest epoch, penalties included."""
        return sum(line.loss for line in self._lines) / len(self.training)

    def votes(self, epoch: int, at_once: int | None = None) -> Iterator[Vote]:
        """Ask every point once, and move the lines that go on.

        Parameters
        ----------
        epoch : int
            From 1.
        at_once : int, optional
            How many points vote between two lines that are yielded, by default as many as
            suits; it does not change the lines.
        """
        settings = self._settings
        n_samples = len(self.training)
        order: NDArray[np.intp] = np.arange(n_samples)
        if settings.shuffle:
            order = engine.random_order(self._seed, epoch, n_samples)
        lines = [(number, line) for number, line in enumerate(self._lines) if not line.ended]
        for _, line in lines:
            line.n_mistakes, line.loss = 0, 0.0
        sparse = issparse(self.training.X)
        size = at_once or (rows_at_once(self.training.X) if sparse else n_samples)
        for start in range(0, n_samples, size):
            rows = order[start : start + size]
            X = self.training.X[rows].toarray() if sparse else self.training.X
            for number, line in lines:
                targets, weights = line.training.targets, line.training.sample_weight
                if sparse:
                    targets = targets[rows]
                    weights = None if weights is None else weights[rows]
                asked = np.arange(len(rows)) if sparse else rows
                if weights is not None:
                    # Who has no weight has no vote.
                    asked = asked[weights[asked] > 0]
                before = line.network
                # `end_epoch` tells of an overflow.
                with np.errstate(over="ignore", invalid="ignore"):
                    line.network, n_mistakes, loss, line.penalised = engine.perceptron_epoch(
                        before,
                        X,
                        targets,
                        asked,
                        weights,
                        learning_rate=float(settings.eta0),
                        l2=self._l2,
                        l1=self._l1,
                        penalised=line.penalised,
                        n_visits=line.n_visits,
                        fit_intercept=bool(settings.fit_intercept),
                    )
                line.n_visits += len(asked)
                line.n_mistakes += n_mistakes
                line.loss += loss
                yield Vote(rows, number, before, line.network)

    def end_epoch(self) -> None:
        """Let those lines end that nothing moves any more, or that do not improve.

        Raises
        ------
        ValueError
            If a line is no longer finite.
        """
        settings = self._settings
        for line in self._lines:
            if line.ended:
                continue
            if not np.isfinite(line.network.parameters).all():
                raise ValueError(
                    "The line is not finite any more: scale the features, for instance with "
                    "StandardScaler, or lower eta0"
                )
            if line.validation is not None:
                quality = accuracy(line.network, line.validation)
            else:
                quality = -line.loss / len(self.training)
            stalls = settings.tol is not None and quality < line.best + settings.tol
            line.n_stalled = line.n_stalled + 1 if stalls else 0
            line.best = max(line.best, quality)
            rests = line.n_mistakes == 0 and self._l2 == self._l1 == 0
            settled = line.n_visits >= _UNSETTLED
            line.ended = rests or (settled and line.n_stalled >= settings.n_iter_no_change)
        coef = np.vstack([line.network.weights[0].T for line in self._lines])
        intercept = np.concatenate([line.network.biases[0] for line in self._lines])
        self.network = linear_network(coef, intercept, self.network.loss)


def begin(
    estimator: Any,
    X: MatrixLike,
    y: ArrayLike,
    coef_init: ArrayLike | None = None,
    intercept_init: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    *,
    knows_classes: bool = False,
) -> PerceptronTraining:
    """Check a Perceptron's settings and data, and return a training before its first epoch.

    Parameters
    ----------
    estimator : Perceptron
    X, y, coef_init, intercept_init, sample_weight
        As for its ``fit``.
    knows_classes : bool, default=False
        Whether ``y`` may lack some of the classes, and the lines go on from where they are.

    Returns
    -------
    PerceptronTraining

    Raises
    ------
    ValueError
        If parameters or data are out of range.
    """
    estimator._validate_params()
    has_lines = hasattr(estimator, "coef_")
    rows, labels = estimator._rows(X, y, reset=not (knows_classes and has_lines))
    targets = estimator._labels.encode(labels) if knows_classes else estimator._find_classes(labels)
    if (knows_classes or estimator.warm_start) and has_lines:
        estimator.densify()
        coef_init = estimator.coef_ if coef_init is None else coef_init
        intercept_init = estimator.intercept_ if intercept_init is None else intercept_init
    start = linear_network(
        _initial("coef_init", coef_init, (estimator._n_outputs, rows.shape[1]), rows.dtype),
        _initial("intercept_init", intercept_init, (estimator._n_outputs,), rows.dtype),
        perceptron_loss,
    )
    numbers: NDArray[np.intp] = np.arange(rows.shape[0])
    weights = checked_weights(sample_weight, rows)
    samples = Samples(rows, targets, weights, weights)
    rng = check_random_state(estimator.random_state)
    validation = None
    if estimator.early_stopping:
        numbered = replace(samples, X=numbers)
        kept, aside = set_aside(numbered, estimator.validation_fraction, estimator._labels, rng)
        numbers = np.sort(kept.X)
        validation = samples.take(aside.X)
        validation = replace(validation, X=densified(validation.X))
        samples = samples.take(numbers)
    return PerceptronTraining(
        estimator,
        start,
        samples,
        validation,
        numbers=numbers,
        class_weight=class_weights(estimator.class_weight, estimator.classes_, labels),
        seed=int(rng.randint(2**31)),
    )


def follow(estimator: Any, training: PerceptronTraining) -> Iterator[PerceptronStep]:
    """Run a training point by point, and show each point that moves a line.

    Parameters
    ----------
    estimator : Perceptron
        The one that began it.
    training : PerceptronTraining

    Yields
    ------
    PerceptronStep
    """
    positives = estimator.classes_[1:] if estimator._n_outputs == 1 else estimator.classes_
    samples = training.training
    for epoch in range(1, estimator.max_iter + 1):
        for vote in training.votes(epoch, at_once=1):
            if np.array_equal(vote.before.parameters, vote.after.parameters):
                continue
            (row,) = vote.rows
            yield PerceptronStep(
                epoch,
                int(training.numbers[row]),
                densified(samples.X[[row]])[0],
                estimator.classes_[samples.targets[row]],
                positives[vote.number],
                vote.before,
                vote.after,
            )
        training.end_epoch()
        if training.ended:
            return


def penalties(estimator: Any) -> tuple[float, float]:
    """Return the strengths of the L2 and the L1 penalty that a Perceptron's settings ask for."""
    if estimator.penalty is None:
        return 0.0, 0.0
    l1_ratio = {"l2": 0.0, "l1": 1.0, "elasticnet": float(estimator.l1_ratio)}[estimator.penalty]
    return (1 - l1_ratio) * float(estimator.alpha), l1_ratio * float(estimator.alpha)


def _against_the_rest(
    samples: Samples, positive: int, factors: tuple[float, float] = (1.0, 1.0)
) -> Samples:
    """Return samples with 1 as the target of one class, and weights multiplied by factors."""
    is_positive = samples.targets == positive
    weights = samples.sample_weight
    if factors != (1.0, 1.0):
        of_class = np.where(is_positive, factors[1], factors[0]).astype(samples.X.dtype)
        weights = of_class if weights is None else weights * of_class
    targets = is_positive[:, None].astype(samples.X.dtype)
    return replace(samples, targets=targets, sample_weight=weights)


def _initial(
    name: str, given: ArrayLike | None, shape: tuple[int, ...], dtype: Any
) -> NDArray[np.floating]:
    if given is None:
        return np.zeros(shape, dtype=dtype)
    values: NDArray[np.floating] = np.asarray(given, dtype=dtype)
    if shape[0] == 1 and values.size == math.prod(shape):
        values = values.reshape(shape)
    if values.shape != shape:
        raise ValueError(f"{name} has the shape {values.shape}, but these data need {shape}")
    return values
