"""A table's columns as inputs of an ONNX graph, encoded as a fitted encoder does it.

Each used column is an input of shape (n_samples, 1): numbers as float64, and NaN where a cell is
missing; dates likewise, as days since 1970-01-01, UTC (times of day as parts of a day); others as
words, and "" where a cell is missing. Of a word, spellings that only `Schema.conform` matches are
unknown.

>>> import pandas as pd
>>> from errorest.tables.encoder import build_encoder
>>> table = pd.DataFrame({"mass": [3.0, None, 5.0, 4.0], "sex": ["f", "m", "f", "m"]})
>>> schema = Schema.recognise(table)
>>> graph = OnnxGraph()
>>> features, columns = add_encoder(graph, schema, build_encoder(schema).fit(schema.conform(table)))
>>> columns[1]
{'input': 'sex', 'column': 'sex', 'kind': 'yes_no', 'values': ['f', 'm']}
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder

from errorest.files.onnx_graph import OnnxGraph
from errorest.tables import Schema
from errorest.tables.scaler import FARTHEST, LIMIT, SmoothClipScaler

__all__ = ["add_encoder"]


def add_encoder(
    graph: OnnxGraph, schema: Schema, encoder: ColumnTransformer
) -> tuple[str, list[dict[str, Any]]]:
    """Add a table's columns as inputs, and the nodes from these to features.

    Parameters
    ----------
    graph : OnnxGraph
    schema : Schema
    encoder : ColumnTransformer
        Of :func:`errorest.tables.encoder.build_encoder` for this schema, fitted.

    Returns
    -------
    features : str
        The name of the float32 matrix of shape (n_samples, n_features).
    columns : list of dict
        What each input stands for.
    """
    inputs: dict[str, str] = {}
    columns: list[dict[str, Any]] = []
    for column in schema.used:
        are_words = column.kind in ("category", "yes_no")
        dtype = np.object_ if are_words else np.float64
        inputs[column.name] = graph.add_input(column.name, dtype, ["n_samples", 1])
        facts: dict[str, Any] = {"input": inputs[column.name], "column": column.name}
        facts["kind"] = column.kind
        if are_words:
            facts["values"] = list(column.categories)
        if column.kind == "date":
            facts["date_order"] = column.date_order
        columns.append(facts)
    steps = _Steps(graph, schema, inputs)
    of_step = {
        "number": steps.numbers,
        "flag": steps.flags,
        "yes_no": steps.yes_no,
        "category": steps.categories,
        "code": steps.codes,
    }
    features = [
        feature
        for step, fitted, names in encoder.transformers_
        for feature in of_step[step](names, fitted)
    ]
    return graph.add("Concat", features, "features", axis=1), columns


@dataclass(frozen=True)
class _Steps:
    """The encoder's steps, each of which yields features of the columns that it is for."""

    graph: OnnxGraph
    schema: Schema
    inputs: Mapping[str, str]

    def numbers(self, names: list[str], fitted: Pipeline) -> Iterator[str]:
        """Fill in medians, clip where that was asked for, and scale."""

        def constant(name: str, value: Any) -> str:
            return self.graph.constant(f"numbers.{name}", np.asarray(value, dtype=np.float64))

        def apply(operator: str, *operands: str) -> str:
            return self.graph.add(operator, list(operands), f"numbers.{operator}")

        steps = fitted.named_steps
        x = self.graph.add("Concat", [self.inputs[name] for name in names], "numbers", axis=1)
        x = apply("Where", apply("IsNaN", x), constant("medians", steps["impute"].statistics_), x)
        if "clip" in steps:
            clip: SmoothClipScaler = steps["clip"]
            is_skewed = ~np.isnan(clip.offset_)
            if is_skewed.any():
                positive = apply("Max", x, constant("zero", 0))
                offsets = constant("offsets", np.where(is_skewed, clip.offset_, 1))
                logarithms = apply("Log", apply("Add", positive, offsets))
                skewed = self.graph.constant("numbers.is_skewed", is_skewed)
                x = apply("Where", skewed, logarithms, x)
            from_center = apply("Sub", x, constant("centers", clip.center_))
            z = apply("Mul", from_center, constant("scales", clip.scale_))
            z = apply("Clip", z, constant("least", -FARTHEST), constant("most", FARTHEST))
            part = apply("Div", z, constant("limit", LIMIT))
            hypotenuse = apply("Sqrt", apply("Add", constant("one", 1), apply("Mul", part, part)))
            x = apply("Div", z, hypotenuse)
        x = apply("Sub", x, constant("means", steps["scale"].mean_))
        x = apply("Div", x, constant("deviations", steps["scale"].scale_))
        yield self.graph.cast(x, np.float32, "numbers.features")

    def flags(self, names: list[str], _: Any) -> Iterator[str]:
        """Give 1 where a cell is missing, and 0 elsewhere."""
        flagged = {flag: name for name, flag in self.schema.flags.items()}
        columns = {column.name: column for column in self.schema.used}
        for flag in names:
            column = columns[flagged[flag]]
            if column.kind == "yes_no":
                present = dict.fromkeys(column.categories, 0)
                yield self.graph.look_up(self.inputs[column.name], present, 1, flag)
            else:
                is_missing = self.graph.add("IsNaN", [self.inputs[column.name]], flag)
                yield self.graph.cast(is_missing, np.float32, flag)

    def yes_no(self, names: list[str], fitted: Pipeline) -> Iterator[str]:
        """Give 1 for yes and 0 for no, and for what is neither the more frequent."""
        answers = {column.name: column.categories for column in self.schema.used}
        most_frequent = fitted.named_steps["impute"].statistics_
        for name, answer in zip(names, most_frequent, strict=True):
            no, yes = answers[name]
            numbers = {no: 0, yes: 1}
            yield self.graph.look_up(self.inputs[name], numbers, answer == yes, f"{name}_{yes}")

    def categories(self, names: list[str], fitted: OneHotEncoder) -> Iterator[str]:
        """Give each value a column, and the rarest one together."""
        infrequent = fitted.infrequent_categories_
        for name, words, rarest in zip(names, fitted.categories_, infrequent, strict=True):
            rare = [] if rarest is None else rarest.tolist()
            frequent = [word for word in words.tolist() if word not in rare]
            numbers = {word: number for number, word in enumerate(frequent)}
            numbers |= dict.fromkeys(rare, len(frequent))
            code = self._coded(self.inputs[name], numbers)
            n_columns = len(frequent) + (rarest is not None)
            each = self.graph.constant(f"{name}.numbers", np.arange(n_columns, dtype=np.float32))
            is_each = self.graph.add("Equal", [code, each], name)
            yield self.graph.cast(is_each, np.float32, f"{name}.one_hot")

    def codes(self, names: list[str], fitted: OrdinalEncoder) -> Iterator[str]:
        """Give each value a number."""
        for name, words in zip(names, fitted.categories_, strict=True):
            numbers = {word: number for number, word in enumerate(words.tolist())}
            yield self._coded(self.inputs[name], numbers)

    def _coded(self, words: str, numbers: Mapping[str, int]) -> str:
        """Put numbers in the place of words: -1 of unknown ones, that of a missing cell for ""."""
        blank = {"": numbers[self.schema.missing]} if self.schema.missing in numbers else {}
        return self.graph.look_up(words, blank | dict(numbers), -1, f"{words}.codes")
