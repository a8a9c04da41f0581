"""How a line and networks are trained on a table, and joined by what held-back rows say."""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from errorest import engine
from errorest.estimators import mlp_settings
from errorest.estimators.calibration import (
    DOUBT,
    Calibration,
    Reliability,
    best_temperature,
    with_temperature,
)
from errorest.estimators.cycles import Cycle, Learner, cycle_ends, learners, train_in_cycles
from errorest.estimators.folds import Fold, folds
from errorest.estimators.joining import Joined, best_shares
from errorest.estimators.labels import Labels
from errorest.estimators.line import Line, best_line
from errorest.estimators.pace import Pace, pace_for
from errorest.exceptions import ErrorestWarning
from errorest.maths.activations import Activation
from errorest.maths.optimizers import AdamW
from errorest.maths.schedules import CosineLog, FlatCosine
from errorest.network import Network, tabular_network
from errorest.notices import warn
from errorest.training import Samples, Trainer

__all__ = ["TabularTraining"]

# With waves of 100 numbers, a network takes about three times as long.
_MOST_PERIODIC = 100

# A line needs fewer rows than a network: a fifth of them can be spared.
_LINE_FOLDS = 5

# With a limited time: on how many rows it is tried how long an epoch takes, and the share of the
# time that is planned for, since an epoch of all rows may take longer.
_TRIED_ROWS = 4096
_PLANNED_TIME = 0.8


class TabularTraining:
    """The training of a TabularMLPClassifier.

    Parameters
    ----------
    settings : TabularMLPClassifier
    samples : Samples
        With class indices of at least two classes as targets.
    labels : Labels
    groups : integer array of shape (n_samples,)
        Rows of the same number are held back together.
    seed : int
    seconds : float
        How long the networks may take; the line's time, which nobody can plan, is not counted.

    Attributes
    ----------
    pace : Pace
    """

    def __init__(
        self,
        settings: Any,
        samples: Samples,
        labels: Labels,
        *,
        groups: NDArray[np.intp],
        seed: int,
        seconds: float,
    ) -> None:
        self._settings, self._samples, self._labels = settings, samples, labels
        self._groups = groups
        self._seed, self._seconds = seed, seconds
        self._periodic = _periodic_features(settings, samples.X)
        self.pace = self._chosen_pace()
        # Each team of networks holds back the same rows, in other parts.
        self._folds = [
            self._split(self.pace.n_folds, seed=seed + repeat)
            for repeat in range(self.pace.n_repeats)
        ]
        none = np.zeros(0, dtype=np.intp)
        every_fold = [fold for team in self._folds for fold in team]
        held_back = np.concatenate([none, *(held_back for _, held_back in every_fold)])
        # Where a row's logits are: of one network in each team.
        self._places = np.argsort(held_back, kind="stable").reshape(-1, self.pace.n_repeats)
        self._rows = held_back[self._places[:, 0]]
        self._targets = samples.targets[self._rows]
        weights = samples.weights
        self._weights = weights[self._rows] / weights.mean()

    @property
    def ends(self) -> list[int]:
        """The last epochs of all cycles."""
        return cycle_ends(self.pace.n_epochs)

    def start(self) -> Network:
        """Return the network that the first of a cycle's networks starts from."""
        return self._network(self._seed)

    def line(self) -> Line:
        """Fit the line.

        Its folds, of which there may be fewer, hold back every row that those of the networks do.
        """
        n_folds = min(self.pace.n_folds, _LINE_FOLDS)
        weights = self._samples.sample_weight
        if weights is not None:
            # Else their unit would decide how much the penalty says.
            weights = weights / weights.mean()
        return best_line(
            self._samples.X,
            self._samples.targets,
            self._split(n_folds, seed=self._seed),
            groups=self._groups,
            sample_weight=weights,
            levels=self._settings.levels,
        )

    def _split(self, n_folds: int, *, seed: int) -> list[Fold]:
        return folds(self._samples.targets, n_folds, seed=seed, groups=self._groups)

    def cycles(self, asks_to_stop: Callable[[list[Cycle]], bool]) -> list[Cycle]:
        """Train the networks for as long as it helps, there is time, and nobody asks to stop.

        The first cycle that does worse than the best one is the last. A second team need not find
        out how many cycles help: it goes as far as the first one did best.

        Warns
        -----
        ErrorestWarning
            If they cannot be trained, or not to the end.
        """
        cycles: list[Cycle] = []
        if len(self._rows) == 0:
            _warn(
                "no row can be held back to judge networks: only logistic regression is fitted; "
                "give at least two different rows, or groups, of some class"
            )
            return cycles
        self._deadline = time.monotonic() + self._seconds
        leader, *followers = self._teams()
        try:
            if self._lead(leader, cycles, asks_to_stop):
                for team in followers:
                    self._follow(team, cycles)
        except (TimeoutError, KeyboardInterrupt) as reason:
            why = "time limit reached" if isinstance(reason, TimeoutError) else "interrupted"
            learned = "logistic regression"
            if cycles:
                learned = f"what the networks learned in {cycles[-1].epoch} epochs"
            _warn(f"training ends: {why}; only {learned} is kept")
        return cycles

    def _lead(
        self,
        team: Sequence[Learner],
        cycles: list[Cycle],
        asks_to_stop: Callable[[list[Cycle]], bool],
    ) -> bool:
        """Add cycle after cycle, as far as it helps; return False if somebody asks to stop."""
        # Ctrl-C is heard while the threads end, too, if that is not left to the collector.
        with closing(train_in_cycles(team, self.ends, deadline=self._deadline)) as leading:
            for cycle in leading:
                cycles.append(self._measured(cycle))
                if _best(cycles) is not cycles[-1]:
                    break
                if asks_to_stop(cycles):
                    return False
        return True

    def _follow(self, team: Sequence[Learner], cycles: list[Cycle]) -> None:
        """Let more networks join the cycles up to the best one, if they do not go astray."""
        ends = [cycle.epoch for cycle in cycles[: cycles.index(_best(cycles)) + 1]]
        with closing(train_in_cycles(team, ends, deadline=self._deadline)) as following:
            for number, cycle in enumerate(following):
                joined = self._measured(cycles[number].with_more(cycle))
                if math.isfinite(joined.log_loss):
                    cycles[number] = joined

    def join(self, line: Line, cycles: list[Cycle]) -> Joined:
        """Decide by the held-back rows what the line and the networks of each cycle have to say."""
        labels, targets, weights = self._labels, self._targets, self._weights
        line_logits = line.held_back_logits[self._rows]
        losses = {"line": labels.log_losses(line_logits, targets)}
        sane = [cycle for cycle in cycles if math.isfinite(cycle.log_loss)]
        if cycles and not sane:
            _warn("networks diverged: only logistic regression is kept; lower learning_rate_init")
        if not sane:
            return Joined([line.network], [1.0], 1.0, self._by_row(losses))
        lines = [line_logits] if self._settings.with_line else []
        shares, networks, together = self._cross_fitted(lines, sane)
        losses["networks"] = labels.log_losses(networks, targets)
        losses["together"] = labels.log_losses(together, targets)
        best = _best(sane)
        before, after = (
            Reliability.measured(labels.probabilities(z), targets, weights)
            for z in (self._mean_logits(self._of_each_row(best.held_back_logits)), together)
        )
        groups = [[line.network]] if lines else []
        groups += [
            [with_temperature(network, cycle.temperature) for network in cycle.networks]
            for cycle in sane
        ]
        heard = [(group, share) for group, share in zip(groups, shares, strict=True) if share > 0]
        return Joined(
            [network for group, _ in heard for network in group],
            [float(share) / len(group) for group, share in heard for _ in group],
            float(shares[0]) if lines else 0.0,
            self._by_row(losses),
            Calibration(best.temperature, before, after),
            best.epoch,
        )

    def _cross_fitted(
        self, lines: list[NDArray[np.floating]], cycles: list[Cycle]
    ) -> tuple[NDArray[np.float64], NDArray[np.floating], NDArray[np.floating]]:
        """Return the shares that suit all rows, and the answers of the networks and of all.

        Those about one half of the rows are joined as suits the other half: what a row's own class
        has chosen would flatter the answer about it.
        """
        answers = [self._of_each_row(cycle.held_back_logits) for cycle in cycles]
        whole = [
            self._mean_logits(answer / cycle.temperature)
            for answer, cycle in zip(answers, cycles, strict=True)
        ]
        every = np.arange(len(self._targets))
        _, networks = self._mixed(whole, every)
        shares, together = self._mixed([*lines, *whole], every)
        halves = folds(self._targets, 2, seed=self._seed, groups=self._groups[self._rows])
        for others, rows in halves:
            tempered = [self._tempered(answer, others) for answer in answers]
            networks[rows] = self._mixed(tempered, others)[1][rows]
            together[rows] = self._mixed([*lines, *tempered], others)[1][rows]
        return shares, networks, together

    def _mixed(
        self, logits: list[NDArray[np.floating]], rows: NDArray[np.intp]
    ) -> tuple[NDArray[np.float64], NDArray[np.floating]]:
        """Return the shares of several answers that suit some rows, and the mean answer to all."""
        losses = [self._labels.log_losses(one[rows], self._targets[rows]) for one in logits]
        shares = best_shares(np.exp(np.negative(losses)), self._weights[rows])
        return shares, self._labels.loss.mean_logits(np.stack(logits, axis=1), shares)

    def _tempered(
        self, logits: NDArray[np.floating], rows: NDArray[np.intp]
    ) -> NDArray[np.floating]:
        """Return the mean answers of networks at the temperature that suits some rows."""
        return self._mean_logits(logits / self._temperature(logits, rows))

    def _temperature(self, logits: NDArray[np.floating], rows: NDArray[np.intp]) -> float:
        """Return what suits some of the held-back rows."""
        return best_temperature(
            logits[rows], self._targets[rows], self._labels, self._weights[rows], doubt=DOUBT
        )

    def _measured(self, cycle: Cycle) -> Cycle:
        """Find the temperature that suits held-back rows, and their log-loss at it."""
        logits = cycle.held_back_logits
        if not np.isfinite(logits).all():
            return cycle
        answers = self._of_each_row(logits)
        temperature = self._temperature(answers, np.arange(len(answers)))
        losses = self._labels.log_losses(self._mean_logits(answers / temperature), self._targets)
        log_loss = float(np.average(losses, weights=self._weights))
        return replace(cycle, temperature=temperature, log_loss=log_loss)

    def _of_each_row(self, logits: NDArray[np.floating]) -> NDArray[np.floating]:
        """Return the answers about each held-back row of the networks that held it back."""
        n_teams = len(logits) // len(self._rows)
        return logits[self._places[:, :n_teams]]

    def _mean_logits(self, logits: NDArray[np.floating]) -> NDArray[np.floating]:
        mean: NDArray[np.floating] = self._labels.loss.mean_logits(logits)
        return mean

    def _teams(self) -> list[list[Learner]]:
        teams, seed = [], self._seed
        for parts in self._folds:
            networks = [self._network(seed + number) for number in range(len(parts))]
            trainer = replace(self._trainer(self.pace.n_epochs), seed=seed)
            teams.append(learners(networks, trainer, self._samples, parts))
            seed += len(parts)
        return teams

    def _chosen_pace(self) -> Pace:
        """Return what suits the number of rows, the user's wishes and the time."""
        settings = self._settings
        pace = pace_for(len(self._samples))
        wishes = {
            "hidden_layer_sizes": settings.hidden_layer_sizes,
            "n_folds": settings.n_members,
            "n_epochs": settings.max_iter,
            "batch_size": settings.batch_size,
            "learning_rate": settings.learning_rate_init,
        }
        wishes = {name: wish for name, wish in wishes.items() if not isinstance(wish, str)}
        if "hidden_layer_sizes" in wishes:
            wishes["hidden_layer_sizes"] = tuple(mlp_settings.hidden_layer_sizes(settings))
        if "n_folds" in wishes:
            wishes["n_repeats"] = 1
        pace = replace(pace, **wishes)
        if math.isinf(self._seconds):
            return pace
        self.pace = pace
        return pace.within(_PLANNED_TIME * self._seconds, self._seconds_per_epoch())

    def _seconds_per_epoch(self) -> float:
        """Try how long an epoch of one network takes, on some of the rows."""
        n_rows = min(len(self._samples), _TRIED_ROWS)
        some = self._samples.take(np.arange(n_rows))
        trainer = self._trainer(n_epochs=1)
        state = trainer.start(self._network(self._seed))
        # The other clock may stand still for so short a time.
        start = time.perf_counter()
        with engine.threads(1):
            next(trainer.epochs(state, some))
        seconds = (time.perf_counter() - start) * len(self._samples) / n_rows
        return seconds / min(engine.n_threads(), self.pace.n_folds)

    def _trainer(self, n_epochs: int) -> Trainer:
        settings = self._settings
        return Trainer(
            AdamW(beta_2=0.95, weight_decay=float(settings.weight_decay)),
            learning_rate=self.pace.learning_rate,
            schedule=CosineLog(),
            regularization=FlatCosine(),
            batch_size=self.pace.batch_size,
            max_epochs=n_epochs,
            seed=self._seed,
        )

    def _network(self, seed: int) -> Network:
        settings, X = self._settings, self._samples.X
        activation = mlp_settings.activations(settings)
        assert isinstance(activation, Activation)
        return tabular_network(
            X.shape[1],
            self.pace.hidden_layer_sizes,
            self._labels.n_outputs,
            activation=activation,
            loss=self._labels.loss,
            seed=seed,
            dropout=float(settings.dropout),
            parametric=bool(settings.parametric),
            levels=dict(settings.levels or {}),
            periodic=self._periodic,
            n_submodels=int(settings.n_submodels),
            dtype=X.dtype,
        )

    def _by_row(self, losses: Mapping[str, NDArray[np.float64]]) -> dict[str, NDArray[np.float64]]:
        """Put them where their rows are; NaN stands for a row that was not held back."""
        by_row = {name: np.full(len(self._samples), np.nan) for name in losses}
        for name, values in losses.items():
            by_row[name][self._rows] = values
        return by_row


def _periodic_features(settings: Any, X: NDArray[np.floating]) -> list[int]:
    if not settings.periodic:
        return []
    numbers = sorted(set(range(X.shape[1])).difference(settings.levels or ()))
    waving = [number for number in numbers if len(np.unique(X[:, number])) > 2]
    return [] if settings.periodic == "auto" and len(waving) > _MOST_PERIODIC else waving


def _best(cycles: list[Cycle]) -> Cycle:
    return min(cycles, key=lambda cycle: cycle.log_loss)


def _warn(message: str) -> None:
    warn(message, ErrorestWarning)
