"""The course of a training: epoch by epoch, batch by batch, or point by point, and back.

>>> from errorest.playground.data import simulated
>>> from errorest.playground.state import State
>>> data = simulated(State())
>>> course = Course(State(), data, max_bytes=1_000_000)
>>> course.run_batch()
>>> course.epoch, course.step
(0, 1)
>>> course.run_epoch()
>>> course.epoch, course.step
(1, 0)
"""

import math
import time
from dataclasses import InitVar, dataclass, field

import numpy as np
from numpy.typing import NDArray

from errorest import engine
from errorest.exceptions import PlaygroundError
from errorest.maths.random_bits import random_order
from errorest.network.network import Network
from errorest.playground.data import Data
from errorest.playground.measuring import Measured
from errorest.playground.state import State
from errorest.playground.timeline import Timeline
from errorest.playground.training_setup import start_network, trainer, with_dropout
from errorest.training import Trainer

__all__ = ["Course", "Visit"]

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class Visit:
    """What became of the perceptron's visit to a point.

    Attributes
    ----------
    row : int
    called : bool
        Whether the point was on the wrong side, and said "come closer".
    """

    row: int
    called: bool


@dataclass
class Course:
    """A network on its way.

    It makes the same steps as the estimators, whether they are made one by one or an epoch at
    a time.

    Parameters
    ----------
    state : State
    data : Data
    max_bytes : int
        For the recorded epochs.
    start : Network, optional
        By default the one that the estimator would start from.

    Attributes
    ----------
    network : Network
    epoch : int
        How many epochs are done.
    step : int
        How many steps of the current epoch are done.
    visit : Visit or None
        The perceptron's latest, if it went point by point.
    mistakes : list of int
        How many the perceptron made in each epoch.
    touched : bool
        Whether weights, settings or points were changed on the way, so that a training from the
        start would end elsewhere.
    """

    state: State
    data: Data
    max_bytes: int
    start: InitVar[Network | None] = None
    network: Network = field(init=False)
    epoch: int = 0
    step: int = 0
    visit: Visit | None = None

    def __post_init__(self, start: Network | None) -> None:
        self.given_start = self.touched = start is not None
        self.network = start or start_network(self.state, self.data)
        self.mistakes: list[int] = []
        self._n_mistakes = 0
        self._converged = False
        self._takes_long = False
        self.moments: Floats = self.trainer.optimizer.start(self.network.parameters)
        self.timeline = Timeline(self.max_bytes)
        self._record()

    @property
    def is_perceptron(self) -> bool:
        """Whether points move the line one by one."""
        return self.state.model == "perceptron"

    @property
    def trainer(self) -> Trainer:
        """The settings of the training."""
        return trainer(self.state, len(self.data.training_rows))

    @property
    def n_steps(self) -> int:
        """Number of steps of an epoch: of points for the perceptron, else of batches."""
        n_rows = len(self.data.training_rows)
        return n_rows if self.is_perceptron else math.ceil(n_rows / self.trainer.batch_size)

    @property
    def ending(self) -> str | None:
        """Why there is nothing more to do, if so."""
        if not np.isfinite(self.network.parameters).all():
            return "the weights are no longer finite: rewind, and lower the learning rate"
        if self._converged:
            return "every point says I'm good: the perceptron has found its line"
        if self.epoch >= self.state.max_epochs:
            return f"all {self.state.max_epochs} planned epochs are done"
        return None

    def measured(self) -> Measured:
        """Measure the network on the points."""
        return Measured(self.network, self.data)

    def run(self, n_epochs: int | None, seconds: float) -> None:
        """Train for so many epochs, or None for as many as there is time for.

        When time is up inside of an epoch, it is gone on with at the next call.
        """
        end = time.monotonic() + seconds
        last = math.inf if n_epochs is None else self.epoch + n_epochs
        while self.epoch < last and self.ending is None and time.monotonic() < end:
            started = time.monotonic()
            if self._takes_long:
                while time.monotonic() < end and not self._one_step():
                    pass
            else:
                self.run_epoch()
                self._takes_long = time.monotonic() - started > seconds

    def run_epoch(self) -> None:
        """Train to the end of the epoch."""
        if self.ending is not None:
            return
        if self.step:
            while not self._one_step():
                pass
        elif self.is_perceptron:
            self._visit(self._order())
            self._end_epoch()
        else:
            self._train(slice(None), np.arange(self.n_steps), first_epoch=self.epoch, shuffle=True)
            self._end_epoch()

    def run_batch(self) -> None:
        """Train on one more batch; for the perceptron, visit as many points."""
        n_steps = self.trainer.batch_size if self.is_perceptron else 1
        for _ in range(n_steps):
            if self.ending is not None or self._one_step():
                return

    def run_point(self) -> None:
        """Let one more point vote."""
        if not self.is_perceptron:
            raise PlaygroundError(
                "only the perceptron learns point by point: set the batch size to 1 instead"
            )
        if self.ending is None:
            self._one_step()

    def _one_step(self) -> bool:
        """Make one step, and tell whether the epoch is done with it."""
        if self.n_steps == 1:
            # A step is the whole epoch then: the engine knows in which order it takes the rows.
            self.run_epoch()
            return True
        order, size = self._order(), 1 if self.is_perceptron else self.trainer.batch_size
        rows = order[self.step * size : (self.step + 1) * size]
        if self.is_perceptron:
            self._visit(rows)
        else:
            # An epoch of one batch whose number is that of the step.
            number = self.epoch * self.n_steps + self.step
            self._train(rows, np.array([self.step]), first_epoch=number, shuffle=False)
        self.step += 1
        if self.step < self.n_steps:
            return False
        self._end_epoch()
        return True

    def _order(self) -> NDArray[np.intp]:
        # As the estimators do: a Perceptron's epochs count from 1, those of a Trainer from 0.
        epoch = self.epoch + self.is_perceptron
        return random_order(self.trainer.seed, epoch, len(self.data.training_rows))

    def _visit(self, rows: NDArray[np.intp]) -> None:
        training = self.data.training
        self.network, n_mistakes, _, _ = engine.perceptron_epoch(
            self.network,
            training.X,
            training.targets,
            rows,
            learning_rate=self.state.learning_rate,
        )
        self._n_mistakes += n_mistakes
        row = int(self.data.training_rows[rows[-1]])
        self.visit = Visit(row, n_mistakes > 0) if len(rows) == 1 else None

    def _train(
        self,
        rows: NDArray[np.intp] | slice,
        steps: NDArray[np.intp],
        *,
        first_epoch: int,
        shuffle: bool,
    ) -> None:
        data, settings = self.data, self.trainer
        # As the estimators give them to the engine, so that it takes the same way to the bit.
        targets = data.training.targets
        if data.meaning.n_outputs > 1:
            targets = data.labels[data.training_rows]
        numbers = self.epoch * self.n_steps + steps
        factors = np.asarray(settings.schedule(numbers, settings.max_epochs * self.n_steps))
        self.network, self.moments, _ = engine.train_epochs(
            self.network,
            self.moments,
            data.training.X[rows],
            targets[rows],
            optimizer=settings.optimizer,
            steps=engine.Steps(
                settings.learning_rate * factors[None, :],
                settings.batch_size,
                l2=settings.l2,
                shuffle=shuffle,
                seed=settings.seed,
                first_epoch=first_epoch,
            ),
        )

    def _end_epoch(self) -> None:
        self.timeline.forget_after(self.epoch)
        self.mistakes[self.epoch :] = [self._n_mistakes]
        self.epoch, self.step = self.epoch + 1, 0
        self._converged = self.is_perceptron and self._n_mistakes == 0
        self._n_mistakes = 0
        self._record()

    def _record(self) -> None:
        measured = self.measured()
        loss, accuracy = measured.loss(), measured.accuracy()
        values = (
            loss["train"],
            loss["validation"],
            accuracy["train"],
            accuracy["validation"],
        )
        self.timeline.record(self.epoch, self.network.parameters, self.moments, values)

    def go_to(self, epoch: int) -> None:
        """Go back (or forth) to the recorded epoch that is next to an epoch."""
        self.epoch = self.timeline.nearest(epoch)
        parameters, moments = self.timeline.at(self.epoch)
        self.network = self.network.with_parameters(parameters)
        self.moments = self._fitting(moments)
        self.step, self.visit, self._n_mistakes, self._converged = 0, None, 0, False

    def rewind(self) -> None:
        """Go back to the start, as if nothing had happened."""
        self.go_to(0)
        self.moments = self.trainer.optimizer.start(self.network.parameters)
        self.timeline.forget_after(0)
        self.touched = self.given_start

    def set_weight(self, layer: int, source: int, unit: int, value: float) -> None:
        """Set one weight; the source -1 is the bias."""
        shapes = [(one.n_in, one.n_out) for one in self.network.layers]
        if not 0 <= layer < len(shapes):
            raise PlaygroundError(f"layer must be from 0 to {len(shapes) - 1}, not {layer}")
        n_in, n_out = shapes[layer]
        if not (-1 <= source < n_in and 0 <= unit < n_out):
            raise PlaygroundError(f"layer {layer} has no edge from {source} to {unit}")
        network = self.network.with_parameters(self.network.parameters.copy())
        if source == -1:
            network.biases[layer][unit] = value
        else:
            network.weights[layer][source, unit] = value
        self.network = network
        self._converged = False
        self.touched = True

    def continue_with(self, state: State, data: Data) -> None:
        """Go on from here with other settings of the training, or edited points."""
        if len(data.X) != len(self.data.X) or state.batch_size != self.state.batch_size:
            self.step, self._n_mistakes = 0, 0
        self.state, self.data = state, data
        self.network = with_dropout(self.network, state.dropout)
        self.moments = self._fitting(self.moments)
        self._converged, self.visit, self._takes_long = False, None, False
        self.touched = True

    def _fitting(self, moments: Floats) -> Floats:
        """Return the moments, or those of a start if the optimizer remembers something else."""
        optimizer = self.trainer.optimizer
        fits = len(moments) == optimizer.n_moments
        return moments if fits else optimizer.start(self.network.parameters)
