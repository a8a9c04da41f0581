r"""One's own table: a CSV file read, its columns recognised and encoded.

>>> table = OwnTable.read("students.csv", b"test,school,passed\n9,north,yes\n3,south,no\n")
>>> table.targets()
['passed', 'school', 'test']
>>> data, _ = table.data(State(validation=0.0), Limits(), "passed")
>>> [one.name for one in data.inputs], data.classes
(['test', 'school_south'], ('no', 'yes'))
"""

import tempfile
import threading
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from errorest.exceptions import PlaygroundError, TableError
from errorest.playground.data import Data, Input, encode_labels, split_rows
from errorest.playground.limits import Limits
from errorest.playground.state import State
from errorest.tables import Schema, as_dataframe, build_encoder, read_table, separate_target

__all__ = ["OwnTable"]

Result = TypeVar("Result")

# Python's list of caught warnings belongs to all threads.
_WARNINGS = threading.Lock()


@dataclass(frozen=True, eq=False)
class OwnTable:
    """A table as it was read.

    Attributes
    ----------
    name : str
        Of the file.
    frame : DataFrame
    note : str or None
        What the reader had to say.
    """

    name: str
    frame: pd.DataFrame
    note: str | None = None

    @classmethod
    def read(cls, name: str, content: bytes) -> "OwnTable":
        """Read the content of a CSV file.

        Raises
        ------
        TableError
            If it is no table.
        """
        with tempfile.TemporaryDirectory() as folder:
            # This name, so that it is never read as anything but CSV.
            path = Path(folder) / "table.csv"
            path.write_bytes(content)
            try:
                frame, note = _listening(lambda: read_table(path))
            except TableError as error:
                raise TableError(str(error).replace(str(path), name)) from error
        return cls(name, frame, note and note.replace(str(path), name))

    @classmethod
    def of(cls, X: Any, y: Any) -> tuple["OwnTable", str]:
        """Take a table in memory and its labels; return the table and the target's name."""
        frame = as_dataframe(X)
        target = str(getattr(y, "name", None) or "target")
        while target in frame:
            target += "_"
        return cls("table.csv", frame.assign(**{target: np.asarray(y)})), target

    def describe(self) -> dict[str, Any]:
        """Describe the columns, and guess which one is to be predicted."""
        schema, _ = _listening(lambda: Schema.recognise(self.frame))
        targets = self.targets()
        return {
            "name": self.name,
            "n_rows": len(self.frame),
            "columns": schema.to_dict()["columns"],
            "targets": targets,
            "target": targets[0] if targets else None,
            "note": self.note,
        }

    def targets(self) -> list[str]:
        """Return the columns that could be classes: the last one first, words before numbers."""
        schema, _ = _listening(lambda: Schema.recognise(self.frame))
        kinds = {column.name: column.kind for column in schema.columns}
        return [
            name
            for kind in ("yes_no", "category", "number", "identifier")
            for name in reversed(list(self.frame.columns))
            if kinds[name] == kind and 2 <= self.frame[name].nunique() <= Limits().classes
        ]

    def data(
        self, state: State, limits: Limits, target: str, columns: Sequence[str] | None = None
    ) -> tuple[Data, str | None]:
        """Encode the table.

        Parameters
        ----------
        state : State
            Which rows are held back.
        limits : Limits
        target : str
        columns : sequence of str, optional
            To learn from, by default all others.

        Returns
        -------
        data : Data
        note : str or None
            What was left out.

        Raises
        ------
        TableError, PlaygroundError
            If the table cannot be learned from, or is too large.
        """
        data, note = _listening(lambda: self._data(state, limits, target, columns))
        left_out = len(self.frame) - len(data.X)
        if len(data.X) == limits.rows and left_out:
            few = f"{limits.rows} of the {len(self.frame)} rows are shown, drawn by chance"
            note = f"{few}; {note}" if note else few
        return data, note

    def _data(
        self, state: State, limits: Limits, target: str, columns: Sequence[str] | None
    ) -> Data:
        chosen = self.chosen(target, columns)
        features, labels = separate_target(chosen, target)
        if len(labels) > limits.rows:
            features = features.sample(n=limits.rows, random_state=state.data_seed)
            labels = labels.loc[features.index]
        classes, indices = encode_labels(labels)
        if len(classes) > limits.classes:
            raise PlaygroundError(
                f"the target {target!r} has {len(classes)} classes, of {limits.classes} at most: "
                "choose another column"
            )
        training, validation = split_rows(len(indices), state)
        schema = Schema.recognise(features.iloc[training])
        encoder = build_encoder(schema).fit(schema.conform(features.iloc[training]))
        X = np.ascontiguousarray(encoder.transform(schema.conform(features)), dtype=np.float32)
        if X.shape[1] > limits.inputs:
            raise PlaygroundError(
                f"the columns make {X.shape[1]} inputs, of {limits.inputs} at most: choose fewer"
            )
        return Data(
            name=self.name,
            target=target,
            inputs=_inputs(encoder),
            classes=classes,
            X=X,
            labels=indices,
            training_rows=training,
            validation_rows=validation,
        )

    def chosen(self, target: str, columns: Sequence[str] | None) -> pd.DataFrame:
        """Return the columns to learn from, and the target."""
        if columns is None:
            return self.frame
        unknown = [name for name in columns if name not in self.frame]
        if unknown:
            raise PlaygroundError(f"{self.name} has no column {unknown[0]!r}")
        return self.frame[[*dict.fromkeys(name for name in columns if name != target), target]]


def _inputs(encoder: Any) -> tuple[Input, ...]:
    """Name the encoder's outputs; those of numbers are scaled."""
    units: dict[str, tuple[float, float]] = {}
    for step, transformer, names in encoder.transformers_:
        if step == "number":
            scaler = transformer.named_steps["scale"]
            units = dict(zip(names, zip(scaler.mean_, scaler.scale_, strict=True), strict=True))
    return tuple(
        Input(name, *map(float, units.get(name.removeprefix("number__"), (0.0, 1.0))))
        for name in encoder.get_feature_names_out()
    )


def _listening(work: Callable[[], Result]) -> tuple[Result, str | None]:
    """Do some work, and return the result with what was warned of."""
    with _WARNINGS, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = work()
    said = dict.fromkeys(
        str(one.message) for one in caught if issubclass(one.category, UserWarning)
    )
    return result, "; ".join(said) or None
