"""The points of the playground: drawn, edited, or from one's own table, in two parts.

>>> data = simulated(State())
>>> data.X.shape, data.classes, len(data.validation_rows)
((200, 2), (0, 1), 50)
>>> len(data.with_point(np.zeros(2), 1).training_rows)
151
"""

import dataclasses
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from errorest import datasets
from errorest.estimators.labels import Labels
from errorest.exceptions import PlaygroundError
from errorest.playground.state import State
from errorest.training import Samples

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Data",
    "Float32s",
    "Input",
    "TrainingTable",
    "encode_labels",
    "shown",
    "simulated",
    "split_rows",
]

_LONGEST_NAME = 60

Float32s = NDArray[np.float32]
Rows = NDArray[np.intp]


@dataclass(frozen=True)
class Input:
    """A number that goes into the network: ``encoded * scale + center`` in the table's units."""

    name: str
    center: float = 0.0
    scale: float = 1.0


@dataclass(frozen=True, eq=False)
class TrainingTable:
    """The rows of one's own table to learn from, before they are encoded."""

    features: "pd.DataFrame"
    labels: "pd.Series[str]"


@dataclass(frozen=True, eq=False)
class Data:
    """Labelled points.

    Attributes
    ----------
    name, target : str
    inputs : tuple of Input
    classes : tuple
        Labels, as they stand in the table; of two, the second is the positive one.
    X : array of shape (n, n_inputs)
    labels : array of shape (n,)
        Indices of classes.
    training_rows, validation_rows : integer arrays
        A partition of the rows.
    edited : bool
        Whether points were added, moved or deleted by hand.
    own : TrainingTable or None
        The rows to learn from, if these are the rows of one's own table.
    """

    name: str
    target: str
    inputs: tuple[Input, ...]
    classes: tuple[Any, ...]
    X: Float32s
    labels: Rows
    training_rows: Rows
    validation_rows: Rows
    edited: bool = False
    own: TrainingTable | None = None

    @property
    def meaning(self) -> Labels:
        """What a network's outputs say about the classes."""
        return Labels(np.arange(len(self.classes)))

    @cached_property
    def targets(self) -> Float32s:
        """What the outputs should be, of shape (n, n_outputs)."""
        return self.meaning.matrix(self.labels).astype(np.float32)

    @cached_property
    def training(self) -> Samples:
        """The rows to learn from."""
        rows = self.training_rows
        return Samples(np.ascontiguousarray(self.X[rows]), self.targets[rows])

    @cached_property
    def validates(self) -> NDArray[np.bool_]:
        """Which rows are held back, of shape (n,)."""
        held_back = np.zeros(len(self.X), dtype=np.bool_)
        held_back[self.validation_rows] = True
        return held_back

    def with_point(self, x: NDArray[np.floating], label: int) -> "Data":
        """Add a point to learn from."""
        if not 0 <= label < len(self.classes):
            raise PlaygroundError(f"label must be from 0 to {len(self.classes) - 1}, not {label}")
        return dataclasses.replace(
            self,
            X=np.vstack([self.X, x]).astype(np.float32),
            labels=np.append(self.labels, label),
            training_rows=np.append(self.training_rows, len(self.X)),
            edited=True,
        )

    def with_moved(self, row: int, x: NDArray[np.floating]) -> "Data":
        """Move a point."""
        X = self.X.copy()
        X[row] = x
        return dataclasses.replace(self, X=X, edited=True)

    def without_point(self, row: int) -> "Data":
        """Delete a point."""
        if list(self.training_rows) == [row]:
            raise PlaygroundError("the last training point cannot be deleted: add another first")

        def rest(rows: Rows) -> Rows:
            kept: Rows = rows[rows != row]
            return kept - (kept > row)

        return dataclasses.replace(
            self,
            X=np.delete(self.X, row, axis=0),
            labels=np.delete(self.labels, row),
            training_rows=rest(self.training_rows),
            validation_rows=rest(self.validation_rows),
            edited=True,
        )


def shown(name: object) -> str:
    """Return a name, cut where a table has a whole text in its place."""
    text = str(name)
    return text if len(text) <= _LONGEST_NAME else text[: _LONGEST_NAME - 1] + "…"


def simulated(state: State) -> Data:
    """Draw the points of a simulated table."""
    dataset = datasets.load(
        state.dataset, seed=state.data_seed, n_samples=state.n_points, noise=state.noise
    )
    features = dataset.frame.drop(columns=dataset.target)
    classes, labels = encode_labels(dataset.frame[dataset.target])
    training_rows, validation_rows = split_rows(len(labels), state)
    return Data(
        name=state.dataset,
        target=dataset.target,
        inputs=tuple(Input(str(name)) for name in features.columns),
        classes=classes,
        X=np.ascontiguousarray(features, dtype=np.float32),
        labels=labels,
        training_rows=training_rows,
        validation_rows=validation_rows,
    )


def encode_labels(column: Any) -> tuple[tuple[Any, ...], Rows]:
    """Return the classes, and each row's index among them."""
    classes, labels = np.unique(np.asarray(column), return_inverse=True)
    if len(classes) < 2:
        raise PlaygroundError("all points are of one class: there is nothing to tell apart")
    return tuple(classes.tolist()), labels


def split_rows(n_rows: int, state: State) -> tuple[Rows, Rows]:
    """Choose by chance which rows to learn from, and which to hold back."""
    rows = np.arange(n_rows)
    n_validation = round(state.validation * n_rows)
    if n_validation == 0:
        return rows, rows[:0]
    from sklearn.model_selection import train_test_split

    training, validation = train_test_split(
        rows, test_size=n_validation, random_state=state.data_seed
    )
    return training, validation
