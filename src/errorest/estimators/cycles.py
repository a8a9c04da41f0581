"""Networks that learn in cycles, each twice as long as the one before.

Each network holds back rows of its own. After each cycle, when the learning rate is down to 0, all
can be measured on them.

>>> cycle_ends(256)
[17, 51, 119, 256]
"""

import math
import time
from collections.abc import Generator, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from errorest import engine
from errorest.estimators.cancellation import check_cancelled, side_by_side
from errorest.estimators.folds import Fold
from errorest.maths.schedules import CosineLog
from errorest.network.network import Network
from errorest.training import Samples, Trainer, TrainingState

__all__ = ["Learner", "Cycle", "learners", "train_in_cycles", "cycle_ends"]


@dataclass(frozen=True, eq=False)
class Cycle:
    """Where the networks stand after a cycle.

    Attributes
    ----------
    epoch : int
        How many epochs were made.
    networks : list of Network
    held_back_logits : array of shape (n_held_back, n_outputs)
        Of each network on the rows that it held back, one after the other.
    losses : list of float
        Mean objective on the training rows, in each epoch.
    temperature : float
        That suits the held-back rows.
    log_loss : float
        On these rows, at that temperature; infinite until they are measured, or if a network went
        astray.
    """

    epoch: int
    networks: list[Network]
    held_back_logits: NDArray[np.floating]
    losses: list[float]
    temperature: float = 1.0
    log_loss: float = math.inf

    def with_more(self, other: "Cycle") -> "Cycle":
        """Return both teams' networks as one cycle, not measured yet."""
        return Cycle(
            self.epoch,
            self.networks + other.networks,
            np.concatenate([self.held_back_logits, other.held_back_logits]),
            _mean_curve([self.losses, other.losses]),
        )


class Learner:
    """A network on its way.

    Parameters
    ----------
    network : Network
        To begin with.
    trainer : Trainer
    training, held_back : Samples
    ends : sequence of int
        Last epochs of the cycles.
    """

    def __init__(
        self,
        network: Network,
        trainer: Trainer,
        training: Samples,
        held_back: Samples,
        ends: Sequence[int],
    ) -> None:
        self.held_back = held_back
        self.state: TrainingState = trainer.start(network)
        self._epochs = trainer.epochs(self.state, training, unobserved=True, pauses=ends)

    def advance(self, epoch: int, deadline: float) -> None:
        """Train up to the end of a cycle.

        Raises
        ------
        TimeoutError
            If the deadline, a time of ``time.monotonic``, passes before the last epoch begins.
        CancelledError
            If another thread asks for the end.
        """
        while self.state.epoch < epoch:
            # Before an epoch, for what a cycle has learned by its end is not to be lost.
            check_cancelled()
            if time.monotonic() > deadline:
                raise TimeoutError
            if next(self._epochs, None) is None:
                break

    def held_back_logits(self) -> NDArray[np.floating]:
        """Measure the network on what it has not seen."""
        logits: NDArray[np.floating] = engine.forward(self.state.network, self.held_back.X)
        return logits


def learners(
    networks: Sequence[Network], trainer: Trainer, samples: Samples, folds: Sequence[Fold]
) -> list[Learner]:
    """Give each network its rows, in batches of about even size and an order of its own.

    Parameters
    ----------
    networks : sequence of Network
    trainer : Trainer
    samples : Samples
    folds : sequence of Fold
        One for each network.
    """
    return [
        Learner(
            network,
            replace(
                trainer,
                seed=trainer.seed + number,
                batch_size=_even_batch_size(trainer.batch_size, len(training)),
            ),
            samples.take(training),
            samples.take(held_back),
            cycle_ends(trainer.max_epochs),
        )
        for number, (network, (training, held_back)) in enumerate(zip(networks, folds, strict=True))
    ]


def _even_batch_size(batch_size: int, n_samples: int) -> int:
    # Where there are few batches, a rest of few rows would take a good part of the time, and its
    # step would mislead as much as it teaches.
    n_batches = max(1, round(n_samples / batch_size))
    return math.ceil(n_samples / n_batches)


def cycle_ends(n_epochs: int) -> list[int]:
    """Return the epochs after which :class:`errorest.maths.CosineLog` is down to 0."""
    n_cycles = CosineLog().n_cycles
    ends = [n_epochs * (2**cycle - 1) / (2**n_cycles - 1) for cycle in range(1, n_cycles + 1)]
    return sorted({max(1, round(end)) for end in ends})


def train_in_cycles(
    team: Sequence[Learner], ends: Sequence[int], *, deadline: float = math.inf
) -> Generator[Cycle, None, None]:
    """Train networks side by side, and yield where they stand after each cycle.

    Ctrl-C, an error or the deadline end all of them.

    Parameters
    ----------
    team : sequence of Learner
    ends : sequence of int
        After which epochs to look.
    deadline : float, optional
        When to give up, as a time of ``time.monotonic``.

    Yields
    ------
    Cycle
        Not measured.

    Raises
    ------
    TimeoutError
        If the deadline has passed before a cycle's end.
    """
    n_threads = engine.n_threads()
    n_side_by_side = min(n_threads, len(team))

    def advance(learner: Learner, epoch: int) -> NDArray[np.floating]:
        with engine.threads(n_threads // n_side_by_side):
            learner.advance(epoch, deadline)
            return learner.held_back_logits()

    with side_by_side(n_side_by_side) as submit:
        for epoch in ends:
            jobs = [submit(advance, learner, epoch) for learner in team]
            # In the order of their ends, so that an error is raised at once.
            for completed in as_completed(jobs):
                completed.result()
            logits = np.concatenate([job.result() for job in jobs])
            yield Cycle(
                epoch,
                [learner.state.network for learner in team],
                logits,
                _mean_curve([learner.state.history["loss"] for learner in team]),
            )


def _mean_curve(curves: Sequence[list[float]]) -> list[float]:
    # The curve of a network that went astray ends there.
    return [float(np.mean(values)) for values in zip(*curves, strict=False)]
