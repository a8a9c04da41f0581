r"""One's own table: a CSV file read, its columns recognised and encoded.

>>> table = OwnTable.read("students.csv", b"test,school,passed\n9,north,yes\n3,south,no\n")
>>> table.targets(Limits())
['passed', 'school', 'test']
>>> data, _ = Source(table, "passed").data(State(validation=0.0), Limits())
>>> [one.name for one in data.inputs], data.classes
(['test', 'school_south'], ('no', 'yes'))
"""

import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from errorest.exceptions import PlaygroundError, TableError, TableWarning
from errorest.notices import warn
from errorest.playground.data import Data, Input, TrainingTable, encode_labels, shown, split_rows
from errorest.playground.limits import LOCAL, Limits
from errorest.playground.listening import listening
from errorest.playground.state import State
from errorest.tables import Schema, as_dataframe, read_table, separate_target
from errorest.tables.cells import words
from errorest.tables.dialect import numbered_rows, recognise_delimiter
from errorest.tables.encoder import build_encoder
from errorest.tables.names import free_name
from errorest.tables.writer import csv_text

__all__ = ["OwnTable", "Source"]


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
    def read(cls, name: str, content: bytes, limits: Limits = LOCAL) -> "OwnTable":
        """Read the content of a CSV file.

        Raises
        ------
        TableError
            If it is not a table, or has too many columns.
        """
        with tempfile.TemporaryDirectory() as folder:
            # This name, so that it is never read as anything but CSV.
            path = Path(folder) / "table.csv"
            path.write_bytes(content)
            try:
                # Before it is read, which takes long where there are many.
                _, first_row = next(numbered_rows(path, recognise_delimiter(path)), (0, []))
                if len(first_row) > limits.columns:
                    raise TableError(
                        f"{path} has {len(first_row)} columns; at most {limits.columns} are "
                        "allowed: leave some out"
                    )
                frame, note = listening(lambda: read_table(path))
            except TableError as error:
                raise TableError(str(error).replace(str(path), name)) from error
        return cls(name, frame, note and note.replace(str(path), name))

    @classmethod
    def of(cls, X: Any, y: Any) -> "Source":
        """Take a table in memory and its labels."""
        frame, labels = as_dataframe(X if hasattr(X, "columns") else np.asarray(X)), np.asarray(y)
        if labels.shape != (len(frame),):
            raise PlaygroundError(f"X has {len(frame)} rows, but y has {labels.size} labels")
        target = free_name(str(getattr(y, "name", None) or "target"), frame.columns)
        return Source(cls("table.csv", frame.assign(**{target: labels})), target)

    def describe(self, limits: Limits) -> dict[str, Any]:
        """Describe the columns, and guess which one is to be predicted."""
        targets = self.targets(limits)
        return {
            "name": self.name,
            "n_rows": len(self.frame),
            "columns": self._schema.to_dict()["columns"],
            "targets": targets,
            "target": targets[0] if targets else None,
            "note": self.note,
        }

    @cached_property
    def _schema(self) -> Schema:
        return listening(lambda: Schema.recognise(self.frame))[0]

    def targets(self, limits: Limits) -> list[str]:
        """Return the columns that could be classes, the likeliest first.

        Those of two values come before categories, numbers and codes; of a kind, the last first.
        """
        kinds = {column.name: column.kind for column in self._schema.columns}
        return [
            name
            for kind in ("yes_no", "category", "number", "identifier")
            for name in reversed(list(self.frame.columns))
            if kinds[name] == kind and 2 <= self.frame[name].nunique() <= limits.classes
        ]


@dataclass(frozen=True, eq=False)
class Source:
    """A table, and what to learn from it.

    Attributes
    ----------
    table : OwnTable
    target : str
    columns : list of str or None
        To learn from, by default all others.
    """

    table: OwnTable
    target: str
    columns: list[str] | None = None

    def data(self, state: State, limits: Limits) -> tuple[Data, str | None]:
        """Encode the table.

        Parameters
        ----------
        state : State
            Which rows are held back.
        limits : Limits

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
        return listening(lambda: self._data(state, limits))

    def _data(self, state: State, limits: Limits) -> Data:
        features, labels = separate_target(self.chosen(), self.target)
        n_labelled = len(labels)
        if n_labelled > limits.rows:
            features = features.sample(n=limits.rows, random_state=state.data_seed)
            labels = labels.loc[features.index]
            warn(
                f"{limits.rows} of the {n_labelled} rows are used, chosen at random",
                TableWarning,
            )
        classes, indices = encode_labels(labels)
        if len(classes) > limits.classes:
            raise PlaygroundError(
                f"the target {self.target!r} has {len(classes)} classes; at most {limits.classes} "
                "are allowed: choose another column"
            )
        training, validation = split_rows(len(indices), state)
        schema = Schema.recognise(features.iloc[training])
        encoder = build_encoder(schema).fit(schema.conform(features.iloc[training]))
        X = np.ascontiguousarray(encoder.transform(schema.conform(features)), dtype=np.float32)
        if X.shape[1] > limits.inputs:
            raise PlaygroundError(
                f"the columns become {X.shape[1]} inputs; at most {limits.inputs} are allowed: "
                "choose fewer columns"
            )
        if schema.left_out:
            names = ", ".join(f"{column.name} ({column.reason})" for column in schema.left_out)
            warn(f"columns left out: {names}", TableWarning)
        return Data(
            name=self.table.name,
            target=self.target,
            inputs=_inputs(encoder),
            classes=classes,
            X=X,
            labels=indices,
            training_rows=training,
            validation_rows=validation,
            own=TrainingTable(features.iloc[training], labels.iloc[training]),
        )

    def chosen(self) -> pd.DataFrame:
        """Return the columns to learn from, and the target."""
        frame, target = self.table.frame, self.target
        if self.columns is None:
            return frame
        unknown = [name for name in self.columns if name not in frame]
        if unknown:
            raise PlaygroundError(f"{self.table.name} has no column {unknown[0]!r}")
        names = [*dict.fromkeys(name for name in self.columns if name != target), target]
        return frame[[name for name in names if name in frame]]

    def payload(self) -> dict[str, Any]:
        """Return what an address can hold, if it is short."""
        text = csv_text(self.chosen())
        return {"name": self.table.name, "csv": text, "target": self.target}

    @property
    def n_labelled(self) -> int:
        """How many rows of the whole table have a label."""
        return int(words(self.table.frame[self.target]).notna().sum())


def _inputs(encoder: Any) -> tuple[Input, ...]:
    """Name the encoder's outputs; those of numbers are scaled."""
    units: dict[str, tuple[float, float]] = {}
    for step, transformer, names in encoder.transformers_:
        if step == "number":
            scaler = transformer.named_steps["scale"]
            units = dict(zip(names, zip(scaler.mean_, scaler.scale_, strict=True), strict=True))
    return tuple(
        Input(shown(name), *map(float, units.get(name.removeprefix("number__"), (0.0, 1.0))))
        for name in encoder.get_feature_names_out()
    )
