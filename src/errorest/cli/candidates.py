"""The models that ``errorest train`` trains, and which one it keeps where it may choose."""

import math
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from errorest.cli.screen import busy
from errorest.exceptions import ErrorestError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from errorest import TableClassifier
    from errorest.estimators.selection import Selection
    from errorest.tables import Schema

__all__ = ["ModelKind", "Wishes", "choose", "fit", "title"]

# The share of the rows on which early stopping of a plain network measures.
_SET_ASIDE = 0.15


class ModelKind(StrEnum):
    """What is trained."""

    auto = "auto"
    perceptron = "perceptron"
    logistic = "logistic"
    mlp = "mlp"
    network = "network"


@dataclass(frozen=True)
class Wishes:
    """What the user asked of the training; None leaves it to the model.

    Raises
    ------
    ErrorestError
        If an option does not go with the kind of model.
    """

    model: ModelKind
    seed: int
    hidden: list[int] | None = None
    epochs: int | None = None
    seconds: float | None = None
    checkpoint: Path | None = None
    group: str | None = None

    def __post_init__(self) -> None:
        if self.group is not None and self.model is ModelKind.mlp:
            raise ErrorestError(
                "--group does not go with --model mlp, whose early stopping holds back single rows"
            )
        if self.checkpoint is not None and self.model is not ModelKind.mlp:
            raise ErrorestError("--checkpoint goes with --model mlp: only it writes checkpoints")
        if self.seconds is not None and self.model not in (ModelKind.auto, ModelKind.network):
            raise ErrorestError(
                "--minutes goes with --model auto or network: only networks have a time limit"
            )
        if self.hidden is not None and self.model in (ModelKind.perceptron, ModelKind.logistic):
            raise ErrorestError(f"--hidden is for networks: a {self.model} has no hidden layers")

    def told(self, kind: ModelKind, groups: "NDArray[np.intp]") -> "NDArray[np.intp] | None":
        """Return the groups that a classifier is told of; it finds copies by itself."""
        # A perceptron holds back no rows.
        is_told = self.group is not None and kind is not ModelKind.perceptron
        return groups if is_told else None

    def estimator(self, kind: ModelKind, labels: "NDArray[np.object_]") -> Any:
        """Make the classifier for encoded rows."""
        from errorest import LogisticRegression, Perceptron
        from errorest.estimators import TabularMLPClassifier

        if kind is ModelKind.perceptron:
            return Perceptron(max_iter=self.epochs or 1000, random_state=self.seed)
        if kind is ModelKind.logistic:
            # Epochs are the networks', unless nothing else is trained.
            asked = self.epochs if self.model is ModelKind.logistic else None
            return LogisticRegression(C="auto", max_iter=asked or 1000, random_state=self.seed)
        if kind is ModelKind.mlp:
            return self._plain_network(labels)
        return TabularMLPClassifier(
            self.hidden or "auto",
            max_iter=self.epochs or "auto",
            max_seconds=self.seconds,
            random_state=self.seed,
        )

    def _plain_network(self, labels: "NDArray[np.object_]") -> Any:
        """Make a network that stops when rows that it set aside no longer improve, if it can."""
        import numpy as np

        from errorest import MLPClassifier
        from errorest.training import EarlyStopping

        _, counts = np.unique(labels, return_counts=True)
        n_rows = int(counts.sum())
        can_set_aside = counts.min() >= 2 and n_rows * _SET_ASIDE >= len(counts)
        n_training = n_rows - math.ceil(n_rows * _SET_ASIDE) if can_set_aside else n_rows
        return MLPClassifier(
            self.hidden or (32,),
            activation="tanh",
            solver="adamw",
            alpha=0.05,
            batch_size=min(64, n_training),
            max_iter=self.epochs or 1000,
            early_stopping=EarlyStopping(patience=40, tol=3e-4) if can_set_aside else False,
            validation_fraction=_SET_ASIDE,
            random_state=self.seed,
            checkpoint=None if self.checkpoint is None else str(self.checkpoint),
        )


def title(kind: ModelKind) -> str:
    """Say what a kind of model is called in sentences."""
    return {ModelKind.logistic: "logistic regression", ModelKind.mlp: "plain network"}.get(
        kind, str(kind)
    )


def fit(
    wishes: Wishes,
    kind: ModelKind,
    schema: "Schema",
    X: Any,
    y: Any,
    groups: "NDArray[np.intp]",
) -> "TableClassifier":
    """Train one kind of model on a table, and show how far it is.

    Groups are the user's, or of copies.
    """
    from errorest import TableClassifier
    from errorest.cli.progress import EpochBar

    classifier = TableClassifier(wishes.estimator(kind, y.to_numpy()), kinds=schema)
    if kind in (ModelKind.perceptron, ModelKind.logistic):
        with busy(title(kind)):
            classifier.fit(X, y, groups=wishes.told(kind, groups))
        return classifier
    classifier.estimator.set_callbacks(EpochBar())
    try:
        classifier.fit(X, y, groups=wishes.told(kind, groups))
    finally:
        # The bar is no part of the model.
        classifier.estimator.set_callbacks()
    classifier.estimator_.set_callbacks()
    return classifier


def choose(
    wishes: Wishes, schema: "Schema", X: Any, y: Any, groups: "NDArray[np.intp]"
) -> "tuple[dict[ModelKind, TableClassifier], Selection | None]":
    """Train logistic regression, then networks, and select the simplest that is good enough.

    Both are judged by rows that they had not seen, in cross-validation. Without networks, there is
    nothing to select.
    """
    from errorest.estimators.selection import select

    line = fit(wishes, ModelKind.logistic, schema, X, y, groups)
    network = fit(wishes, ModelKind.network, schema, X, y, groups)
    of_networks = network.estimator_.held_back_losses_.get("together")
    if of_networks is None:
        # A line is all that there is.
        return {ModelKind.logistic: line}, None
    losses = {
        title(ModelKind.logistic): line.estimator_.held_back_losses_,
        title(ModelKind.network): of_networks,
    }
    return {ModelKind.logistic: line, ModelKind.network: network}, select(losses, groups)
