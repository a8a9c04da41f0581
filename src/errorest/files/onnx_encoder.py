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

from collections.abc import Callable, Iterator, Mapping
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
    features = [
        feature
        for step, transformer, names in encoder.transformers_
        for feature in _STEPS[step](graph, schema, inputs, names, transformer)
    ]
    return graph.add("Concat", features, "features", axis=1), columns


def _numbers(
    graph: OnnxGraph, schema: Schema, inputs: Mapping[str, str], names: list[str], encoder: Pipeline
) -> Iterator[str]:
    """Fill in medians, clip where that was asked for, and scale."""

    def constant(name: str, value: Any) -> str:
        return graph.constant(f"numbers.{name}", np.asarray(value, dtype=np.float64))

    def apply(operator: str, *operands: str) -> str:
        return graph.add(operator, list(operands), f"numbers.{operator}")

    fitted = encoder.named_steps
    x = graph.add("Concat", [inputs[name] for name in names], "numbers", axis=1)
    x = apply("Where", apply("IsNaN", x), constant("medians", fitted["impute"].statistics_), x)
    if "clip" in fitted:
        clip: SmoothClipScaler = fitted["clip"]
        is_skewed = ~np.isnan(clip.offset_)
        if is_skewed.any():
            positive = apply("Max", x, constant("zero", 0))
            offsets = constant("offsets", np.where(is_skewed, clip.offset_, 1))
            logarithms = apply("Log", apply("Add", positive, offsets))
            x = apply("Where", graph.constant("numbers.is_skewed", is_skewed), logarithms, x)
        from_center = apply("Sub", x, constant("centers", clip.center_))
        z = apply("Mul", from_center, constant("scales", clip.scale_))
        z = apply("Clip", z, constant("least", -FARTHEST), constant("most", FARTHEST))
        part = apply("Div", z, constant("limit", LIMIT))
        hypotenuse = apply("Sqrt", apply("Add", constant("one", 1), apply("Mul", part, part)))
        x = apply("Div", z, hypotenuse)
    x = apply("Sub", x, constant("means", fitted["scale"].mean_))
    x = apply("Div", x, constant("deviations", fitted["scale"].scale_))
    yield graph.cast(x, np.float32, "numbers.features")


def _flags(
    graph: OnnxGraph, schema: Schema, inputs: Mapping[str, str], names: list[str], _: Any
) -> Iterator[str]:
    """Give 1 where a cell is missing, and 0 elsewhere."""
    flagged = {flag: name for name, flag in schema.flags.items()}
    columns = {column.name: column for column in schema.used}
    for flag in names:
        column = columns[flagged[flag]]
        if column.kind == "yes_no":
            present = dict.fromkeys(column.categories, 0)
            yield graph.look_up(inputs[column.name], present, 1, flag)
        else:
            is_missing = graph.add("IsNaN", [inputs[column.name]], flag)
            yield graph.cast(is_missing, np.float32, flag)


def _yes_no(
    graph: OnnxGraph, schema: Schema, inputs: Mapping[str, str], names: list[str], encoder: Pipeline
) -> Iterator[str]:
    """Give 1 for yes and 0 for no, and for what is neither the more frequent."""
    answers = {column.name: column.categories for column in schema.used}
    for name, most_frequent in zip(names, encoder.named_steps["impute"].statistics_, strict=True):
        no, yes = answers[name]
        yield graph.look_up(inputs[name], {no: 0, yes: 1}, most_frequent == yes, f"{name}_{yes}")


def _categories(
    graph: OnnxGraph,
    schema: Schema,
    inputs: Mapping[str, str],
    names: list[str],
    encoder: OneHotEncoder,
) -> Iterator[str]:
    """Give each value a column, and the rarest one together."""
    infrequent = encoder.infrequent_categories_
    for name, words, rarest in zip(names, encoder.categories_, infrequent, strict=True):
        rare = [] if rarest is None else rarest.tolist()
        frequent = [word for word in words.tolist() if word not in rare]
        numbers = {word: number for number, word in enumerate(frequent)}
        numbers |= dict.fromkeys(rare, len(frequent))
        code = _coded(graph, schema, inputs[name], numbers)
        n_columns = len(frequent) + (rarest is not None)
        each = graph.constant(f"{name}.numbers", np.arange(n_columns, dtype=np.float32))
        yield graph.cast(graph.add("Equal", [code, each], name), np.float32, f"{name}.one_hot")


def _codes(
    graph: OnnxGraph,
    schema: Schema,
    inputs: Mapping[str, str],
    names: list[str],
    encoder: OrdinalEncoder,
) -> Iterator[str]:
    """Give each value a number."""
    for name, words in zip(names, encoder.categories_, strict=True):
        numbers = {word: number for number, word in enumerate(words.tolist())}
        yield _coded(graph, schema, inputs[name], numbers)


def _coded(graph: OnnxGraph, schema: Schema, words: str, numbers: Mapping[str, int]) -> str:
    """Put numbers in the place of words, that of a missing cell for "", and -1 for unknown ones."""
    blank = {"": numbers[schema.missing]} if schema.missing in numbers else {}
    return graph.look_up(words, blank | dict(numbers), -1, f"{words}.codes")


_STEPS: dict[str, Callable[..., Iterator[str]]] = {
    "number": _numbers,
    "flag": _flags,
    "yes_no": _yes_no,
    "category": _categories,
    "code": _codes,
}
