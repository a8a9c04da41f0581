"""Networks for the encoded rows of a table, which need no tuning.

>>> from sklearn.datasets import load_iris
>>> X, y = load_iris(return_X_y=True)
>>> model = TabularMLPClassifier((8,), n_members=2, random_state=0).fit(X, y)
>>> model.score(X, y) > 0.95
True
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.callback import CallbackContext, CallbackSupportMixin
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, StrOptions

from errorest import engine
from errorest.estimators.calibration import Calibration
from errorest.estimators.classifier import ProbabilisticClassifier
from errorest.estimators.copies import originals
from errorest.estimators.cycles import Cycle
from errorest.estimators.decorators import with_callbacks
from errorest.estimators.failure import unchanged_by_failure
from errorest.estimators.groups import numbered
from errorest.estimators.joining import Joined
from errorest.estimators.labels import Labels
from errorest.estimators.linear import linear_network
from errorest.estimators.reporting import fit_told, has_callbacks, report, told
from errorest.estimators.sparse import MatrixLike, cast, densified
from errorest.estimators.tabular_training import TabularTraining
from errorest.estimators.validation import checked_rows
from errorest.estimators.weights import checked_weights, with_class_weight
from errorest.maths.activations import ACTIVATIONS, Activation
from errorest.network import Network
from errorest.training import History, Samples

__all__ = ["TabularMLPClassifier"]


class TabularMLPClassifier(CallbackSupportMixin, ProbabilisticClassifier):
    """Logistic regression and several networks, averaged: strong without tuning.

    The networks are much like RealMLP (Holzmüller, Grinsztajn and Steinwart 2024), see
    :func:`errorest.network.tabular_network`. Each is trained by AdamW on all rows except a part of
    its own that it holds back. They train in cycles, each twice as long as the one before. In a
    cycle, the learning rate rises and falls to 0; then all networks are measured on the rows they
    held back, and get the temperature that suits these. Training ends with the first cycle that
    does worse than the best one. The networks at the end of each cycle (Huang et al. 2017) and a
    line (logistic regression) are averaged with the shares that make the held-back rows most
    likely; whatever would get less than a tenth is left out.

    Parameters
    ----------
    hidden_layer_sizes : "auto", int or sequence of int, default="auto"
        By default two layers, of 96 units below 500 rows, 128 up to 20,000 rows, and 256 above.
    activation : str or Activation, default="gelu"
    parametric : bool, default=True
        Whether each unit learns how much of the activation to apply.
    learning_rate_init : float or "auto", default="auto"
        The highest learning rate; by default 0.01 below 500 rows, and 0.04 from there on.
    dropout : float in [0, 1), default=0.15
    weight_decay : float, default=0.02
        Both are constant for the first half of the epochs, then fall to 0.
    batch_size : int or "auto", default="auto"
        By default 32 below 500 rows, 64 up to 20,000, and 256 above. It changes by up to a half,
        so that few rows make batches of even size.
    max_iter : int or "auto", default="auto"
        Number of epochs of all four cycles together; by default 256 below 250 rows, 128 below
        2000, 64 up to 100,000, and fewer above.
    n_members : int or "auto", default="auto"
        Number of networks to train, at most the number of rows of the largest class. A single
        network holds back a fifth of the rows. By default 20 below 250 rows, of which two hold
        back each row (ten follow the others up to their best cycle), 10 below 500, 5 up to 20,000,
        2 up to 100,000, and one above.
    n_submodels : int, default=1
        How many submodels share the weights of each network, and differ in their scales
        (Gorishniy, Kotelnikov and Babenko 2025).
    periodic : bool or "auto", default="auto"
        Whether the networks also see waves of the features that take more than two values; by
        default if there are up to 100 of these.
    with_line : bool, default=True
        Whether to include a line.
    levels : mapping of int to int, optional
        Which features are codes of categories, and how many levels these have.
    class_weight : dict, "balanced" or None, default=None
        Factor for the weights of each class's rows in training. Without it, probabilities reflect
        how frequent the classes are in the table, however rare one is.
    max_seconds : float or None, default=None
        Roughly how long the networks may take, once the line is fitted. A short time means fewer
        networks and epochs, in the worst case no network, and only the line. The result then
        depends on the machine's speed.
    n_threads : int or None, default=None
    random_state : int, RandomState instance or None, default=None
        Seed for the weights, the held-back parts and the shuffles.

    Attributes
    ----------
    classes_ : array of shape (n_classes,)
    networks_ : list of Network
        The line first, if it has a share, then those of each cycle that has one.
    shares_ : list of float
        The share of each in the mean of the probabilities.
    line_share_ : float
        0 if the networks do better without the line.
    network_ : Network
        The last of them, which is traced and drawn. It is a line only if there is nothing else.
    n_members_ : int
        How many networks were trained, without the line. ``networks_`` holds snapshots of them:
        one at the end of each cycle that has a share.
    held_back_losses_ : dict of str to array of shape (n_samples,)
        Log-loss of each training row that has a weight, when it was held back: by the "line", the
        "networks", and "together". NaN for rows that were never held back. Half of the rows
        choose the temperatures and shares for the other half; only the number of cycles that help
        is chosen on all rows.
    calibration_ : Calibration or None
        Temperature of the best cycle, and the reliability of held-back rows before (networks
        alone, as trained) and after (together).
    history_ : History
        Mean loss of the networks on their training rows in each epoch, and on held-back rows
        after each cycle (NaN elsewhere). If more networks follow the others up to their best
        cycle, a worse cycle and the training loss do not include them.
    n_iter_, best_epoch_ : int
        Number of epochs run, and the number after which the networks did best.
    n_features_in_ : int
    feature_names_in_ : array of shape (`n_features_in_`,)

    Examples
    --------
    >>> from sklearn.datasets import load_breast_cancer
    >>> X, y = load_breast_cancer(return_X_y=True)
    >>> model = TabularMLPClassifier((8,), n_members=2, random_state=0).fit(X, y)
    >>> model.n_members_, round(sum(model.shares_), 6)
    (2, 1.0)
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
        "learning_rate_init": [StrOptions({"auto"}), Interval(Real, 0, None, closed="neither")],
        "dropout": [Interval(Real, 0, 1, closed="left")],
        "weight_decay": [Interval(Real, 0, None, closed="left")],
        "batch_size": [StrOptions({"auto"}), Interval(Integral, 1, None, closed="left")],
        "max_iter": [StrOptions({"auto"}), Interval(Integral, 1, None, closed="left")],
        "n_members": [StrOptions({"auto"}), Interval(Integral, 1, None, closed="left")],
        "n_submodels": [Interval(Integral, 1, None, closed="left")],
        "periodic": ["boolean", StrOptions({"auto"})],
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
        activation: str | Activation = "gelu",
        *,
        parametric: bool = True,
        learning_rate_init: float | str = "auto",
        dropout: float = 0.15,
        weight_decay: float = 0.02,
        batch_size: int | str = "auto",
        max_iter: int | str = "auto",
        n_members: int | str = "auto",
        n_submodels: int = 1,
        periodic: bool | str = "auto",
        with_line: bool = True,
        levels: Mapping[int, int] | None = None,
        class_weight: dict[Any, Any] | str | None = None,
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
        self.n_submodels = n_submodels
        self.periodic = periodic
        self.with_line = with_line
        self.levels = levels
        self.class_weight = class_weight
        self.max_seconds = max_seconds
        self.n_threads = n_threads
        self.random_state = random_state

    @unchanged_by_failure
    @with_callbacks
    def fit(
        self,
        X: MatrixLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        *,
        groups: ArrayLike | None = None,
    ) -> Self:
        """Train the line and the networks, and combine them.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
        sample_weight : array-like of shape (n_samples,), optional
            Only their proportions matter.
        groups : array-like of shape (n_samples,), optional
            The group of each row, such as its patient, if the classifier is for new groups: rows of
            one are held back together. A row whose group is missing is a group of its own.

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
            If no row can be held back, the networks diverged, or there was no time for any of
            them; only the line is used then.
        """
        seconds = float(self.max_seconds or math.inf)
        self._validate_params()
        samples, together = self._samples(X, y, sample_weight, groups)
        if len(self.classes_) == 1:
            nothing = np.zeros((1, samples.X.shape[1]), samples.X.dtype)
            certain = linear_network(nothing, nothing[0, :1], self._labels.loss)
            self._keep(Joined([certain], [1.0], 1.0, {}), [])
            return self
        seed = int(check_random_state(self.random_state).randint(2**30))
        with engine.threads(self.n_threads):
            training = TabularTraining(
                self, samples, self._labels, groups=together, seed=seed, seconds=seconds
            )
            with fit_told(
                *(self, X, y, sample_weight),
                max_subtasks=len(training.ends),
                start=_answering([training.start()]) if has_callbacks(self) else None,
            ) as context:
                line = training.line()
                cycles = training.cycles(lambda done: self._report(samples, done, context))
                self._keep(training.join(line, cycles), cycles)
        return self

    def _samples(
        self,
        X: MatrixLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None,
        groups: ArrayLike | None,
    ) -> tuple[Samples, NDArray[np.intp]]:
        """Check and encode rows; tell which belong together."""
        checked, classes = checked_rows(self, X, y, reset=True)
        own = checked_weights(sample_weight, checked, np.float32)
        together = None if groups is None else numbered(groups, checked)
        if own is not None:
            # What weighs nothing is as if it were not there.
            weighing = own > 0
            checked, classes, own = checked[weighing], classes[weighing], own[weighing]
            together = None if together is None else together[weighing]
        labels = Labels.found_in(classes)
        if labels.multilabel:
            raise ValueError(
                "y must be one column of classes: several labels a row are for MLPClassifier"
            )
        self.classes_ = labels.classes
        self._check_levels()
        rows = densified(cast(checked, np.float32))
        targets = labels.encode(classes)
        weights = with_class_weight(own, self.class_weight, labels.classes, targets, np.float32)
        if together is None:
            together = originals(rows, targets, codes=self.levels or ())
        return Samples(rows, targets, weights, own), together

    def _check_levels(self) -> None:
        n_features = self.n_features_in_
        for feature, n_levels in (self.levels or {}).items():
            if feature not in range(n_features) or n_levels < 1:
                raise ValueError(
                    f"levels says that feature {feature!r} has {n_levels} levels: features are "
                    f"numbers from 0 to {n_features - 1}, and levels at least 1"
                )

    def _report(self, samples: Samples, cycles: list[Cycle], context: CallbackContext) -> bool:
        """Tell the callbacks of a cycle; return whether one asks to stop."""
        if not has_callbacks(self):
            return False
        attributes = _answering(cycles[-1].networks) | {
            "history_": _history(cycles),
            "feature_names_in_": None,
        }
        labels = self._labels.decode(samples.targets)
        return report(
            context, "cycle", told(self, samples.X, labels, samples.own_weight, attributes)
        )

    def _keep(self, joined: Joined, cycles: list[Cycle]) -> None:
        self.networks_, self.shares_ = joined.networks, joined.shares
        self.line_share_ = joined.line_share
        self.n_members_ = max((len(cycle.networks) for cycle in cycles), default=0)
        self.network_ = joined.networks[-1]
        self.held_back_losses_ = joined.held_back_losses
        self.calibration_ = joined.calibration
        self.history_ = _history(cycles)
        self.n_iter_ = cycles[-1].epoch if cycles else 0
        self.best_epoch_ = joined.epoch

    @property
    def _networks(self) -> list[tuple[Network, float]]:
        return list(zip(self.networks_, self.shares_, strict=True))

    def _logits(self, X: MatrixLike) -> NDArray[np.floating]:
        # In float64, as encoded tables are, so that probabilities sum to one.
        return self._mean_logits(self._checked(X)).astype(np.float64, copy=False)

    def predict_spread(self, X: MatrixLike) -> NDArray[np.floating]:
        """Compute how much the line and the networks disagree about each sample.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)

        Returns
        -------
        array of shape (n_samples, n_classes)
            Standard deviation of their probabilities, weighted by their shares.
        """
        checked = densified(self._checked(X))
        each = np.stack(
            [self._labels.probabilities(engine.forward(one, checked)) for one in self.networks_]
        )
        mean = np.average(each, axis=0, weights=self.shares_)
        variance = np.average((each - mean) ** 2, axis=0, weights=self.shares_)
        spread: NDArray[np.floating] = np.sqrt(variance)
        return spread


def _answering(networks: list[Network]) -> dict[str, Any]:
    """Return the attributes of a classifier in which all networks have the same share."""
    shares = [1 / len(networks)] * len(networks)
    return {"networks_": networks, "shares_": shares, "network_": networks[0]}


def _history(cycles: list[Cycle]) -> History:
    if not cycles:
        return History()
    curve = np.full(cycles[-1].epoch, np.nan)
    for cycle in cycles:
        curve[cycle.epoch - 1] = cycle.log_loss
    history = History({"loss": cycles[-1].losses, "validation_loss": curve.tolist()})
    history.chosen_by = "validation_loss"
    return history
