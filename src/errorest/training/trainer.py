"""The loop over epochs.

A trainer is a value: the settings of a training run. It goes through the epochs and yields its
state after each one, so that the caller can draw, print, save or stop.
"""

import dataclasses
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import joblib
import numpy as np
from numpy.typing import NDArray

from errorest import engine
from errorest.maths.arrays import Array
from errorest.maths.optimizers import Optimizer
from errorest.maths.schedules import Constant, Schedule
from errorest.network.network import Network
from errorest.training.history import History
from errorest.training.stopping import EarlyStopping

__all__ = ["Metric", "Samples", "Trainer", "TrainingState", "diverged", "measure"]

# An adaptive learning rate is divided by the one until it is no larger than the other.
_ADAPTIVE_DIVISOR = 5.0
_ADAPTIVE_MINIMUM = 1e-6

# How long a call of the engine may take while nobody looks; Ctrl-C waits for its end.
_CALL_SECONDS = 0.05


@dataclass(frozen=True, eq=False)
class Samples:
    """Rows to train or measure on.

    Parameters
    ----------
    X : array of shape (n_samples, n_features)
    targets : array of shape (n_samples,) or (n_samples, n_outputs)
    sample_weight : array of shape (n_samples,), optional
    own_weight : array of shape (n_samples,), optional
        The part of it that the user gave, without class weights.

    Examples
    --------
    >>> rows = Samples(np.zeros((2, 3)), np.array([0, 1]), sample_weight=np.array([1.0, 3.0]))
    >>> len(rows), rows.total_weight
    (2, 4.0)
    """

    X: Array
    targets: Array
    sample_weight: Array | None = None
    own_weight: Array | None = None

    def __len__(self) -> int:
        return int(self.X.shape[0])

    @property
    def weights(self) -> Array:
        """The rows' weights; 1 unless given."""
        return np.ones(len(self)) if self.sample_weight is None else self.sample_weight

    @property
    def total_weight(self) -> float:
        """Sum of the rows' weights."""
        return float(self.weights.sum())

    def take(self, rows: NDArray[np.intp]) -> "Samples":
        """Return some of the rows, in the order given."""
        columns = self.X, self.targets, self.sample_weight, self.own_weight
        return Samples(*(None if column is None else column[rows] for column in columns))


Metric = Callable[[Network, Samples], float]


@dataclass
class TrainingState:
    """The state of a training run: everything needed to resume it.

    Parameters
    ----------
    network : Network
        The network after the latest epoch.
    moments : array of shape (n_moments, n_parameters)
        What the optimizer remembers.
    best_network : Network
        The network after the epoch with the best value of the monitored curve; or, unless best
        networks are kept, after the call of the engine that made this epoch.
    best_value : float
        That value.
    best_epoch, epoch : int
        Number of epochs until then, and until now.
    n_stalled : int
        Number of epochs in a row without improvement.
    learning_rate_factor : float
        The factor by which adaptive training currently multiplies its learning rate.
    history : History
    """

    network: Network
    moments: Array
    best_network: Network
    best_value: float
    best_epoch: int = 0
    epoch: int = 0
    n_stalled: int = 0
    learning_rate_factor: float = 1.0
    history: History = field(default_factory=History)


@dataclass(frozen=True)
class Trainer:
    """Settings for mini-batch training.

    Parameters
    ----------
    optimizer : Optimizer
    learning_rate : float, default=0.001
        Learning rate at the first step.
    schedule : Schedule, default=Constant()
        Factors for the learning rate at later steps.
    regularization : Schedule, default=Constant()
        Factors for dropout and weight decay at each step.
    batch_size : int, default=200
        Number of rows per step.
    l2 : float, default=0
        Weight of the penalty ``sum(W^2) / 2``.
    max_epochs : int, default=200
    shuffle : bool, default=True
        Whether each epoch visits the rows in a new random order.
    seed : int, default=0
        Seed for these orders, and for dropout.
    stopping : EarlyStopping, optional
        Without it, all epochs are run and the last network is kept.
    adaptive : bool, default=False
        Whether running out of patience divides the learning rate by 5, and stops training only
        once it is 1e-6 or less.
    metrics : mapping of str to callable, default={}
        Functions of the network and the validation rows.

    Raises
    ------
    ValueError
        If a number is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> from errorest.maths import SGD, binary_cross_entropy, tanh
    >>> from errorest.network import Network
    >>> X, y = np.array([[9.0, 8.0], [3.0, 4.0]]), np.array([1.0, 0.0])
    >>> network = Network.build(2, [], 1, activation=tanh, loss=binary_cross_entropy, seed=0)
    >>> trainer = Trainer(SGD(), learning_rate=0.1, max_epochs=2)
    >>> for state in trainer.epochs(trainer.start(network), Samples(X, y)):
    ...     print(state.epoch, list(state.history))
    1 ['loss']
    2 ['loss']
    """

    optimizer: Optimizer
    learning_rate: float = 0.001
    schedule: Schedule = field(default_factory=Constant)
    regularization: Schedule = field(default_factory=Constant)
    batch_size: int = 200
    l2: float = 0.0
    max_epochs: int = 200
    shuffle: bool = True
    seed: int = 0
    stopping: EarlyStopping | None = None
    adaptive: bool = False
    metrics: Mapping[str, Metric] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.learning_rate <= 0:
            raise ValueError(f"learning_rate must be positive, not {self.learning_rate}")
        if self.batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, not {self.batch_size}")
        if self.max_epochs < 1:
            raise ValueError(f"max_epochs must be at least 1, not {self.max_epochs}")

    def start(self, network: Network) -> TrainingState:
        """Return the state before the first epoch."""
        return TrainingState(
            network=network,
            moments=self.optimizer.start(network.parameters),
            best_network=network,
            best_value=self.stopping.worst if self.stopping else math.inf,
        )

    def epochs(
        self,
        state: TrainingState,
        training: Samples,
        validation: Samples | None = None,
        *,
        unobserved: bool = False,
        pauses: Sequence[int] = (),
    ) -> Iterator[TrainingState]:
        """Train, and yield the state after each epoch.

        Parameters
        ----------
        state : TrainingState
            Where to begin: :meth:`start`, or a state from a checkpoint. It is updated in place,
            so that an interrupted iteration leaves it at the last finished epoch.
        training : Samples
        validation : Samples, optional
            Rows to measure on after each epoch.
        unobserved : bool, default=False
            Whether it is enough to yield the state after several epochs, with the same bits. This
            is faster for small tables, since the engine is called less often.
        pauses : sequence of int, default=()
            Epochs after which to yield the state in any case.

        Yields
        ------
        TrainingState

        Raises
        ------
        ValueError
            If the curve to monitor does not exist.
        """
        self._check_monitor(validation)
        keeps_best = self.stopping is not None and self.stopping.keep_best
        one_by_one = not unobserved or validation is not None or keeps_best
        n_epochs = 1
        while not self.finished(state):
            started = time.perf_counter()
            # Patience cannot run out within a call, which would have to be taken back.
            patience = self.stopping.patience - state.n_stalled if self.stopping else math.inf
            ahead = [end - state.epoch for end in (*pauses, self.max_epochs) if end > state.epoch]
            n_epochs = math.ceil(min(n_epochs, patience, *ahead))
            after = self._after(state, training, validation, n_epochs)
            if not one_by_one:
                per_epoch = (time.perf_counter() - started) / n_epochs
                n_epochs = max(1, int(_CALL_SECONDS / per_epoch))
            # Only now, so that an interruption leaves the state at the last finished epoch.
            vars(state).update(vars(after))
            yield state

    def finished(self, state: TrainingState) -> bool:
        """Tell whether there are no epochs left to run."""
        return state.epoch >= self.max_epochs or self.stalled(state) or diverged(state)

    def stalled(self, state: TrainingState) -> bool:
        """Tell whether patience has run out."""
        return self.stopping is not None and state.n_stalled >= self.stopping.patience

    def keeps_best(self, state: TrainingState) -> bool:
        """Tell whether to keep the best network so far, rather than the last."""
        return self.stopping is not None and self.stopping.keep_best and state.best_epoch > 0

    def chosen(self, state: TrainingState) -> Network:
        """Return the network to keep: the best one if requested, else the last."""
        return state.best_network if self.keeps_best(state) else state.network

    def chosen_epoch(self, state: TrainingState) -> int:
        """Return the epoch of the network to keep."""
        return state.best_epoch if self.keeps_best(state) else state.epoch

    def fingerprint(
        self, network: Network, training: Samples, validation: Samples | None = None
    ) -> str:
        """Return a digest of everything that determines the result, including start and data."""
        settings = dataclasses.replace(self, metrics={}), sorted(self.metrics), engine.name
        start = network.layers, network.loss, network.parameters
        samples = [vars(rows) for rows in (training, validation) if rows is not None]
        digest: str = joblib.hash((settings, start, samples))
        return digest

    def _check_monitor(self, validation: Samples | None) -> None:
        if self.stopping is None:
            return
        monitor, curves = self.stopping.monitor, ["loss"]
        if validation is None and monitor.startswith("validation_"):
            raise ValueError(f"monitoring {monitor!r} needs validation rows")
        if validation is not None:
            curves += ["validation_loss", *(f"validation_{name}" for name in self.metrics)]
        if monitor not in curves:
            raise ValueError(f"there is no curve {monitor!r} to monitor, only {', '.join(curves)}")

    def _after(
        self, state: TrainingState, training: Samples, validation: Samples | None, n_epochs: int
    ) -> TrainingState:
        network, moments, losses = self._run(state, training, n_epochs)
        finite = np.isfinite(losses)
        if not finite.all():
            # What comes after the first infinite loss is nothing to go on from.
            losses = losses[: finite.argmin() + 1]
        curves = {"loss": losses}
        if validation is not None:
            measured = measure(network, validation, self.metrics)
            curves |= {name: np.array([value]) for name, value in measured.items()}
        after = dataclasses.replace(
            state,
            network=network,
            moments=moments,
            epoch=state.epoch + len(losses),
            history=History(state.history),
        )
        after.history.extend(curves)
        if self.stopping is not None:
            self._compare_with_best(after, self.stopping, curves[self.stopping.monitor])
        return after

    def _run(
        self, state: TrainingState, training: Samples, n_epochs: int
    ) -> tuple[Network, Array, NDArray[np.float64]]:
        n_batches = math.ceil(len(training) / self.batch_size)
        epochs = np.arange(state.epoch, state.epoch + n_epochs)
        numbers = epochs[:, None] * n_batches + np.arange(n_batches)
        n_steps = self.max_epochs * n_batches
        rate = self.learning_rate * state.learning_rate_factor
        return engine.train_epochs(
            state.network,
            state.moments,
            training.X,
            training.targets,
            training.sample_weight,
            optimizer=self.optimizer,
            steps=engine.Steps(
                rate * self.schedule(numbers, n_steps),
                self.batch_size,
                regularization=self.regularization(numbers, n_steps),
                l2=self.l2,
                shuffle=self.shuffle,
                seed=self.seed,
                first_epoch=state.epoch,
            ),
        )

    def _compare_with_best(
        self, state: TrainingState, stopping: EarlyStopping, values: NDArray[np.float64]
    ) -> None:
        """Bring what is known of the best value up to date with the latest epochs' values."""
        better_of = np.fmax if stopping.maximise else np.fmin
        best = better_of.accumulate([state.best_value, *values])[:-1]
        better = np.flatnonzero(stopping.improves(values, over=best))
        if len(better) > 0:
            state.best_value = float(values[better[-1]])
            state.best_network = state.network
            state.best_epoch = state.epoch - len(values) + int(better[-1]) + 1
        improved = np.flatnonzero(stopping.improves(values, over=best, by=stopping.tol))
        if len(improved) > 0:
            state.n_stalled = len(values) - 1 - int(improved[-1])
        else:
            state.n_stalled += len(values)
        rate = self.learning_rate * state.learning_rate_factor
        if self.adaptive and self.stalled(state) and rate > _ADAPTIVE_MINIMUM:
            state.learning_rate_factor /= _ADAPTIVE_DIVISOR
            state.n_stalled = 0


def measure(
    network: Network, validation: Samples, metrics: Mapping[str, Metric]
) -> dict[str, float]:
    """Return loss and metrics on validation rows.

    Parameters
    ----------
    network : Network
    validation : Samples
    metrics : mapping of str to callable
        As for :class:`Trainer`.

    Returns
    -------
    dict of str to float
        By the names of their curves, "validation_loss" being one.

    Examples
    --------
    >>> from errorest.maths import squared_error, tanh
    >>> network = Network.build(1, [], 1, activation=tanh, loss=squared_error, seed=0)
    >>> network = network.with_parameters(np.zeros(2))
    >>> measure(network, Samples(np.zeros((2, 1)), np.array([1.0, 3.0])), {})
    {'validation_loss': 2.5}
    """
    loss, _ = engine.loss_and_gradient(
        network, validation.X, validation.targets, validation.sample_weight
    )
    values = {name: metric(network, validation) for name, metric in metrics.items()}
    return {f"validation_{name}": value for name, value in ({"loss": loss} | values).items()}


def diverged(state: TrainingState) -> bool:
    """Tell whether the loss of the latest epoch is no longer a finite number.

    Parameters
    ----------
    state : TrainingState
    """
    losses = state.history.get("loss", [0.0])
    return not math.isfinite(losses[-1])
