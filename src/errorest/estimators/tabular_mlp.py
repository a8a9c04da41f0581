"""Networks for the encoded rows of a table, that need no tuning.

>>> from sklearn.datasets import load_iris
>>> X, y = load_iris(return_X_y=True)
>>> model = TabularMLPClassifier((8,), n_members=2, random_state=0).fit(X, y)
>>> model.score(X, y) > 0.95
True
"""

import math
import time
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.callback import CallbackContext, CallbackSupportMixin, with_callbacks
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.validation import _check_sample_weight

from errorest import engine
from errorest.estimators import mlp_settings
from errorest.estimators.calibration import (
    Calibration,
    Reliability,
    best_temperature,
    with_temperature,
)
from errorest.estimators.classifier import ProbabilisticClassifier, loss_for
from errorest.estimators.folds import Fold, folds
from errorest.estimators.joining import line_share, log_losses
from errorest.estimators.labels import Labels
from errorest.estimators.line import Line, best_line
from errorest.estimators.linear import linear_network
from errorest.estimators.pace import Pace, pace_for
from errorest.estimators.reporting import fit_told, has_callbacks, report, told
from errorest.estimators.sparse import densified
from errorest.estimators.validation import checked_rows, chosen
from errorest.estimators.waves import Wave, learners, train_in_waves, wave_ends
from errorest.estimators.weights import with_class_weight
from errorest.exceptions import ErrorestWarning
from errorest.maths.activations import ACTIVATIONS, Activation
from errorest.maths.optimizers import AdamW
from errorest.maths.schedules import CosineLog, FlatCosine
from errorest.network import Network, tabular_network
from errorest.training import History, Samples, Trainer

__all__ = ["TabularMLPClassifier"]

# Of the logarithm of the temperature, before any row is seen.
_DOUBT = 0.5

# With a limited time: on how many rows it is tried how long an epoch takes, and the share of the
# time that is for networks.
_TRIED_ROWS = 4096
_TIME_FOR_NETWORKS = 0.8


@dataclass(frozen=True, eq=False)
class _Rows:
    """All rows, and how they are held back."""

    samples: Samples
    folds: list[Fold]

    @property
    def held_back(self) -> NDArray[np.intp]:
        """Their numbers, fold by fold."""
        none = np.zeros(0, dtype=np.intp)
        return np.concatenate([none, *(held_back for _, held_back in self.folds)])

    @property
    def targets(self) -> NDArray[np.intp]:
        """Classes of the rows that were held back."""
        targets: NDArray[np.intp] = self.samples.targets[self.held_back]
        return targets

    @property
    def weights(self) -> NDArray[np.floating] | None:
        """Weights of the rows that were held back, as the user gave them."""
        own = self.samples.own_weight
        return None if own is None else own[self.held_back]


class TabularMLPClassifier(CallbackSupportMixin, ProbabilisticClassifier):
    """A line and several networks, whose probabilities are averaged: strong without tuning.

    Each network is RealMLP's (Holzmüller, Grinsztajn and Steinwart 2024), see
    :func:`errorest.network.tabular_network`, trained by AdamW on all rows but a part of its own
    that it holds back. They learn in waves, each twice as long as the one before: the learning
    rate goes up and down to 0, and then all networks are measured on the rows they held back. The
    first wave that does worse than the best one is the last. The networks of the best wave get
    the temperature that suits the held-back rows, and a line (logistic regression) the share in
    the mean that does.

    Parameters
    ----------
    hidden_layer_sizes : "auto", int or sequence of int, default="auto"
        By default two layers, of 64 to 256 units depending on the number of rows.
    activation : str or Activation, default="selu"
    parametric : bool, default=True
        Whether each unit learns how much of the activation to apply.
    learning_rate_init : float, default=0.04
        The highest learning rate.
    dropout : float in [0, 1), default=0.15
    weight_decay : float, default=0.02
        Both are constant for the first half of the epochs, then fall to 0.
    batch_size : int, default=256
    max_iter : int or "auto", default="auto"
        Number of epochs of all four waves; by default 256 below 500 rows, 128 below 2000, then
        64, and fewer above 100,000.
    n_members : int or "auto", default="auto"
        Number of networks; with one, it holds back a fifth of the rows. By default 10 below 500
        rows, 5 up to 20,000, 2 up to 100,000, then one.
    n_shared : int, default=1
        How many members share the weights of each network, and differ by their scales
        (Gorishniy, Kotelnikov and Babenko 2025).
    periodic : bool, default=False
        Whether the networks see waves of those features that take more than two values, too.
    with_line : bool, default=True
        Whether a line takes part.
    levels : mapping of int to int, optional
        Which features are codes of categories, and how many levels these have.
    class_weight : dict, "balanced" or None, default=None
        Factor for the weights of each class's rows in training. Without it, probabilities are
        those of the table, however rare a class is.
    max_seconds : float or None, default=None
        How long ``fit`` may take, about. There are fewer networks and epochs then, in the worst
        case none, and the line is the answer. The result depends on the machine's speed.
    n_threads : int or None, default=None
    random_state : int, RandomState instance or None, default=None
        Seed of weights, held-back parts and shuffles.

    Attributes
    ----------
    classes_ : array of shape (n_classes,)
    networks_ : list of Network
        The line first, if it takes part.
    shares_ : list of float
        The share of each in the mean of probabilities.
    network_ : Network
        The first that is no line, if there is one: what is traced and drawn.
    held_back_losses_ : dict of str to array of shape (n_samples,)
        Log-loss of each training row when it was held back: by the "line", the "networks", and
        "together". NaN for a row that was not.
    calibration_ : Calibration or None
        Temperature of the networks, and the reliability of held-back rows before (networks
        alone) and after (together).
    history_ : History
        Mean loss of the networks on their training rows in each epoch, and on held-back rows
        after each wave (NaN elsewhere).
    n_iter_, best_epoch_ : int
        Number of epochs that were made, and of those that were kept.
    n_features_in_ : int
    feature_names_in_ : array of shape (n_features_in_,)

    Examples
    --------
    >>> from sklearn.datasets import load_breast_cancer
    >>> X, y = load_breast_cancer(return_X_y=True)
    >>> model = TabularMLPClassifier((8,), n_members=2, random_state=0).fit(X, y)
    >>> len(model.networks_), round(sum(model.shares_), 6)
    (3, 1.0)
    """

    networks_: list[Network]
    shares_: list[float]
    calibration_: Calibration | None

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "hidden_layer_sizes": [
            StrOptions({"auto"}),
            "array-like",
            Interval(Integral, 1, None, closed="left"),
        ],
        "activation": [StrOptions({"logistic", *ACTIVATIONS}), Activation],
        "parametric": ["boolean"],
        "learning_rate_init": [Interval(Real, 0, None, closed="neither")],
        "dropout": [Interval(Real, 0, 1, closed="left")],
        "weight_decay": [Interval(Real, 0, None, closed="left")],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
        "max_iter": [StrOptions({"auto"}), Interval(Integral, 1, None, closed="left")],
        "n_members": [StrOptions({"auto"}), Interval(Integral, 1, None, closed="left")],
        "n_shared": [Interval(Integral, 1, None, closed="left")],
        "periodic": ["boolean"],
        "with_line": ["boolean"],
        "levels": [Mapping, None],
        "class_weight": [StrOptions({"balanced"}), dict, None],
        "max_seconds": [Interval(Real, 0, None, closed="neither"), None],
        "n_threads": [Interval(Integral, 1, None, closed="left"), None],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        hidden_layer_sizes: str | int | Sequence[int] = "auto",
        activation: str | Activation = "selu",
        *,
        parametric: bool = True,
        learning_rate_init: float = 0.04,
        dropout: float = 0.15,
        weight_decay: float = 0.02,
        batch_size: int = 256,
        max_iter: int | str = "auto",
        n_members: int | str = "auto",
        n_shared: int = 1,
        periodic: bool = False,
        with_line: bool = True,
        levels: Mapping[int, int] | None = None,
        class_weight: dict[Any, float] | str | None = None,
        max_seconds: float | None = None,
        n_threads: int | None = None,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.parametric = parametric
        self.learning_rate_init = learning_rate_init
        self.dropout = dropout
        self.weight_decay = weight_decay
        self.batch_size = batch_size
        self.max_iter = max_iter
        self.n_members = n_members
        self.n_shared = n_shared
        self.periodic = periodic
        self.with_line = with_line
        self.levels = levels
        self.class_weight = class_weight
        self.max_seconds = max_seconds
        self.n_threads = n_threads
        self.random_state = random_state

    @with_callbacks
    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Train the line and the networks, and join them.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
        sample_weight : array-like of shape (n_samples,), optional

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter or the data are out of range.

        Warns
        -----
        ErrorestWarning
            If no row can be held back, or the time did not suffice for any network: the line is
            the answer then.
        """
        deadline = time.monotonic() + (self.max_seconds or math.inf)
        self._validate_params()
        samples = self._samples(X, y, sample_weight)
        seed = int(check_random_state(self.random_state).randint(2**30))
        with engine.threads(self.n_threads):
            pace = self._pace(samples, seed, deadline)
        n_waves = len(wave_ends(pace.n_epochs))
        with (
            engine.threads(self.n_threads),
            fit_told(self, X, y, sample_weight, max_subtasks=n_waves) as context,
        ):
            if len(self.classes_) == 1:
                nothing = np.zeros((1, samples.X.shape[1]), samples.X.dtype)
                certain = linear_network(nothing, nothing[0, :1], loss_for(1))
                self._keep([certain], [1.0], {}, None, [])
                return self
            parts = folds(samples.targets, pace.n_folds, n_repeats=pace.n_repeats, seed=seed)
            rows = _Rows(samples, parts)
            line = best_line(
                samples.X,
                samples.targets,
                parts,
                sample_weight=samples.sample_weight,
                levels=self.levels,
            )
            waves = self._waves(rows, pace, seed, deadline, context)
            self._join(line, waves, rows)
        return self

    def _samples(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None) -> Samples:
        checked, classes = checked_rows(self, X, y, reset=True)
        labels = Labels.found_in(classes)
        if labels.multilabel:
            raise ValueError(
                "y must be one column of classes: several labels a row are for MLPClassifier"
            )
        self.classes_ = labels.classes
        rows = densified(checked).astype(np.float32, copy=False)
        own = None
        if sample_weight is not None:
            own = _check_sample_weight(
                sample_weight, rows, dtype=rows.dtype, ensure_non_negative=True
            )
        weights = own
        if self.class_weight is not None:
            factors = compute_sample_weight(self.class_weight, classes).astype(rows.dtype)
            weights = with_class_weight(own, factors, self.class_weight)
        return Samples(rows, labels.encode(classes), weights, own)

    def _pace(self, samples: Samples, seed: int, deadline: float) -> Pace:
        """Return the pace for these rows, with what the user decided."""
        pace = pace_for(len(samples))
        if not isinstance(self.hidden_layer_sizes, str):
            sizes = tuple(mlp_settings.hidden_layer_sizes(self))
            pace = replace(pace, hidden_layer_sizes=sizes)
        if not isinstance(self.n_members, str):
            pace = replace(pace, n_folds=int(self.n_members), n_repeats=1)
        if not isinstance(self.max_iter, str):
            pace = replace(pace, n_epochs=int(self.max_iter))
        if math.isinf(deadline):
            return pace
        seconds = self._seconds_per_epoch(samples, pace, seed)
        return pace.within(_TIME_FOR_NETWORKS * (deadline - time.monotonic()), seconds)

    def _seconds_per_epoch(self, samples: Samples, pace: Pace, seed: int) -> float:
        """Try how long an epoch of one network takes, on some of the rows."""
        n_rows = min(len(samples), _TRIED_ROWS)
        some = chosen(samples, np.arange(n_rows))
        trainer = self._trainer(replace(pace, n_epochs=1), seed)
        state = trainer.start(self._network(samples, pace, seed))
        start = time.monotonic()
        with engine.threads(1):
            next(trainer.epochs(state, some))
        seconds = (time.monotonic() - start) * len(samples) / n_rows
        return seconds / min(engine.n_threads(), pace.n_networks)

    def _trainer(self, pace: Pace, seed: int) -> Trainer:
        return Trainer(
            AdamW(beta_2=0.95, weight_decay=float(self.weight_decay)),
            learning_rate=float(self.learning_rate_init),
            schedule=CosineLog(),
            regularization=FlatCosine(),
            batch_size=int(self.batch_size),
            max_epochs=pace.n_epochs,
            seed=seed,
        )

    def _waves(
        self, rows: _Rows, pace: Pace, seed: int, deadline: float, context: CallbackContext
    ) -> list[Wave]:
        """Train networks for as long as it helps, and there is time."""
        waves: list[Wave] = []
        if not rows.folds:
            warnings.warn(
                "no row can be held back to see how networks do: only a line is fitted; give at "
                "least two rows of some class",
                ErrorestWarning,
                stacklevel=5,
            )
            return waves
        networks = [self._network(rows.samples, pace, seed + n) for n in range(len(rows.folds))]
        trainer = self._trainer(pace, seed)
        team = learners(networks, trainer, rows.samples, rows.folds)
        labels, targets, weights = self._labels, rows.targets, rows.weights

        def log_loss(logits: NDArray[np.floating]) -> float:
            return float(np.average(log_losses(logits, targets, labels), weights=weights))

        try:
            for wave in train_in_waves(team, wave_ends(pace.n_epochs), log_loss, deadline=deadline):
                waves.append(wave)
                best = min(waves, key=lambda one: one.log_loss)
                if best is not wave or self._report(rows.samples, waves, context):
                    break
        except (TimeoutError, KeyboardInterrupt) as reason:
            why = "max_seconds are over" if isinstance(reason, TimeoutError) else "interrupted"
            kept = f"the networks of epoch {waves[-1].epoch}" if waves else "only a line"
            warnings.warn(f"training ends: {why}; {kept} is kept", ErrorestWarning, stacklevel=5)
        return waves

    def _network(self, samples: Samples, pace: Pace, seed: int) -> Network:
        levels, X = dict(self.levels or {}), samples.X
        waving: list[int] = []
        if self.periodic:
            numbers = (number for number in range(X.shape[1]) if number not in levels)
            waving = [number for number in numbers if len(np.unique(X[:, number])) > 2]
        activation = mlp_settings.activations(self)
        assert isinstance(activation, Activation)
        return tabular_network(
            X.shape[1],
            pace.hidden_layer_sizes,
            self._n_outputs,
            activation=activation,
            loss=loss_for(self._n_outputs),
            seed=seed,
            dropout=float(self.dropout),
            parametric=bool(self.parametric),
            levels=levels,
            periodic=waving,
            n_members=int(self.n_shared),
            dtype=X.dtype,
        )

    def _report(self, samples: Samples, waves: list[Wave], context: CallbackContext) -> bool:
        """Tell the callbacks of a wave; return whether one asks to stop."""
        if not has_callbacks(self):
            return False
        networks = waves[-1].networks
        attributes = {
            "networks_": networks,
            "shares_": [1 / len(networks)] * len(networks),
            "network_": networks[0],
            "history_": _history(waves),
            "feature_names_in_": None,
        }
        labels = self._labels.decode(samples.targets)
        return report(
            context, "wave", told(self, samples.X, labels, samples.own_weight, attributes)
        )

    def _join(self, line: Line, waves: list[Wave], rows: _Rows) -> None:
        labels, targets = self._labels, rows.targets
        losses = {"line": log_losses(line.held_back_logits, targets, labels)}
        best = min(waves, key=lambda wave: wave.log_loss, default=None)
        if best is None or not math.isfinite(best.log_loss):
            self._keep([line.network], [1.0], _by_row(losses, rows), None, waves)
            return
        logits = best.held_back_logits
        temperature = best_temperature(logits, targets, labels, rows.weights, doubt=_DOUBT)
        networks = [with_temperature(network, temperature) for network in best.networks]
        calm = logits / temperature
        losses["networks"] = log_losses(calm, targets, labels)
        share, together = 0.0, calm
        if self.with_line:
            share = line_share(line.held_back_logits, calm, labels, targets, rows.weights)
            both = np.stack([line.held_back_logits, calm], axis=1)
            together = loss_for(self._n_outputs).mean_logits(both, np.array([share, 1 - share]))
            losses["together"] = log_losses(together, targets, labels)
        before, after = (
            Reliability.measured(labels.probabilities(z), targets, rows.weights)
            for z in (logits, together)
        )
        shares = [(1 - share) / len(networks)] * len(networks)
        if self.with_line:
            networks, shares = [line.network, *networks], [share, *shares]
        calibration = Calibration(temperature, before, after)
        self._keep(networks, shares, _by_row(losses, rows), calibration, waves)
        self.best_epoch_ = best.epoch

    def _keep(
        self,
        networks: list[Network],
        shares: list[float],
        losses: dict[str, NDArray[np.float64]],
        calibration: Calibration | None,
        waves: list[Wave],
    ) -> None:
        self.networks_, self.shares_ = networks, shares
        is_joined = self.with_line and len(networks) > 1
        self.network_ = networks[1] if is_joined else networks[0]
        self.held_back_losses_ = losses
        self.calibration_ = calibration
        self.history_ = _history(waves)
        self.n_iter_ = waves[-1].epoch if waves else 0
        self.best_epoch_ = 0

    @property
    def _networks(self) -> list[tuple[Network, float]]:
        return list(zip(self.networks_, self.shares_, strict=True))

    def predict_proba(self, X: ArrayLike) -> NDArray[np.floating]:
        # In float64, as encoded tables are, so that they sum to one.
        return self._labels.probabilities(self._logits(X).astype(np.float64))

    def predict_spread(self, X: ArrayLike) -> NDArray[np.floating]:
        """Compute how far the line and the networks disagree about each sample.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)

        Returns
        -------
        array of shape (n_samples, n_classes)
            Standard deviation of their probabilities, by their shares.
        """
        checked = densified(self._checked(X))
        each = np.stack(
            [self._labels.probabilities(engine.forward(one, checked)) for one in self.networks_]
        )
        mean = np.average(each, axis=0, weights=self.shares_)
        variance = np.average((each - mean) ** 2, axis=0, weights=self.shares_)
        spread: NDArray[np.floating] = np.sqrt(variance)
        return spread


def _history(waves: list[Wave]) -> History:
    if not waves:
        return History()
    curve = np.full(waves[-1].epoch, np.nan)
    for wave in waves:
        curve[wave.epoch - 1] = wave.log_loss
    return History({"loss": waves[-1].losses, "validation_loss": curve.tolist()})


def _by_row(
    losses: Mapping[str, NDArray[np.float64]], rows: _Rows
) -> dict[str, NDArray[np.float64]]:
    """Average over the times that a row was held back."""
    n_rows = len(rows.samples)
    counts = np.bincount(rows.held_back, minlength=n_rows)
    with np.errstate(invalid="ignore"):
        return {
            name: np.bincount(rows.held_back, values, n_rows) / counts
            for name, values in losses.items()
        }
