"""From a table's columns to the numbers that a network takes in.

Every step is scikit-learn's own, so that a fitted encoder can be saved without pickle and
exported to ONNX. What no such step does (reading dates, matching spellings, flagging missing
cells) is done before, by `Schema.conform`.
"""

from collections.abc import Mapping
from copy import copy
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

from errorest.exceptions import TableError
from errorest.tables.column import Column
from errorest.tables.scaler import SmoothClipScaler
from errorest.tables.schema import Schema

__all__ = ["build_encoder", "code_levels", "encode", "source_columns"]

# Of columns for one category; the last is for all the rarest together.
_MAX_CATEGORIES = 50

# What embeds categories takes one column for those with more values.
_MAX_ONE_HOT = 9


def build_encoder(schema: Schema, *, embedded: bool = False) -> ColumnTransformer:
    """Build the transformer of a conformed table into a matrix.

    - A number or date becomes one column: missing cells take the median, then mean 0 and
      variance 1.
    - A column of yes and no becomes one column, 1 for yes: missing cells take the more frequent
      value.
    - A category becomes one column for each value, and one for missing cells. Of more than 50, the
      rarest share one column; a value that was not there in training is 0 in all columns.
    - The schema's flags stay as they are.

    For a network that embeds categories (:func:`errorest.network.tabular_network`), numbers pass
    through a :class:`SmoothClipScaler` before they are scaled, and a category with more than 9
    values becomes one column of codes from 0, with -1 for a value that was not there in training.

    Parameters
    ----------
    schema : Schema
        What the columns are.
    embedded : bool, default=False
        Whether it is for such a network.

    Returns
    -------
    sklearn.compose.ColumnTransformer
        Not fitted. Fit it to ``schema.conform(table)``; it gives a dense float64 matrix, whatever
        scikit-learn is set to give.

    Raises
    ------
    TableError
        If the schema leaves out all columns.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"mass": [3.0, None, 5.0, 4.0], "sex": ["f", "m", "f", "m"]})
    >>> schema = Schema.recognise(table)
    >>> encoder = build_encoder(schema).fit(schema.conform(table))
    >>> encoder.get_feature_names_out().tolist()
    ['mass', 'mass_missing', 'sex_m']
    """
    if not schema.used:
        reasons = "; ".join(f"{column.name!r}: {column.reason}" for column in schema.columns[:5])
        raise TableError(
            f"the table has no column to learn from ({reasons}): set a column's kind "
            "(kinds={name: kind}, --column NAME=KIND)"
        )
    numbers = [column.name for column in schema.used if column.kind in ("number", "date")]
    categories = [column for column in schema.used if column.kind == "category"]
    coded = [column.name for column in categories if embedded and _n_levels(column) > _MAX_ONE_HOT]
    one_hot = [column.name for column in categories if column.name not in coded]
    yes_no = {column.name: column for column in schema.used if column.kind == "yes_no"}
    steps = [
        ("number", _number_encoder(clipped=embedded), numbers),
        ("flag", "passthrough", list(schema.flags.values())),
        (
            "yes_no",
            _yes_no_encoder([column.categories[1] for column in yes_no.values()], schema.missing),
            list(yes_no),
        ),
        ("category", _category_encoder(), one_hot),
        ("code", OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1), coded),
    ]
    encoder = ColumnTransformer(
        [step for step in steps if step[2]],
        sparse_threshold=0,
        verbose_feature_names_out=_names_clash(schema),
    )
    # Else it would give DataFrames to those who set scikit-learn so, its steps to each other too.
    return encoder.set_output(transform="default")


def encode(encoder: ColumnTransformer, columns: Mapping[str, Any]) -> NDArray[np.float64]:
    """Transform a conformed table, as the encoder does, several times as fast for few rows.

    Most of the encoder's time goes into looking up columns and their names in DataFrames. Here,
    the steps that were fitted in it transform arrays.

    Parameters
    ----------
    encoder : ColumnTransformer
        Of :func:`build_encoder`, fitted.
    columns : mapping of str to array-like of shape (n_rows,)
        Of ``schema.conformed(frame)``, or the DataFrame of ``schema.conform(table)``.

    Returns
    -------
    array of shape (n_rows, n_features)

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"mass": [3.0, None, 5.0, 4.0], "sex": ["f", "m", "f", "m"]})
    >>> schema = Schema.recognise(table)
    >>> encoder = build_encoder(schema).fit(schema.conform(table))
    >>> encode(encoder, schema.conformed(table)).round(2).tolist()
    [[-1.41, 0.0, 0.0], [0.0, 1.0, 1.0], [1.41, 0.0, 0.0], [0.0, 0.0, 1.0]]
    """
    blocks = []
    for _, transformer, names in encoder.transformers_:
        block = np.array([columns[name] for name in names]).T
        steps = transformer if isinstance(transformer, Pipeline) else [transformer]
        for step in map(_without_names, steps):
            block = step.transform(block)
        blocks.append(block)
    return np.hstack(blocks)


def _without_names(step: Any) -> Any:
    """Return a fitted step that does not look for the names of its columns."""
    step = copy(step)
    vars(step).pop("feature_names_in_", None)
    return step


def code_levels(encoder: ColumnTransformer) -> dict[int, int]:
    """Say which features are codes of categories, and how many levels each has.

    Parameters
    ----------
    encoder : ColumnTransformer
        Of :func:`build_encoder`, fitted.

    Returns
    -------
    dict of int to int

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"letter": list("abcdefghij") * 2, "mass": range(5, 45, 2)})
    >>> schema = Schema.recognise(table, {"letter": "category"})
    >>> encoder = build_encoder(schema, embedded=True).fit(schema.conform(table))
    >>> code_levels(encoder)
    {1: 10}
    """
    if "code" not in encoder.named_transformers_:
        return {}
    start = encoder.output_indices_["code"].start
    levels = encoder.named_transformers_["code"].categories_
    return {start + number: len(words) for number, words in enumerate(levels)}


def source_columns(encoder: ColumnTransformer, schema: Schema) -> list[str]:
    """Say from which column of the table each feature of the matrix stems.

    Parameters
    ----------
    encoder : ColumnTransformer
        Of :func:`build_encoder`, fitted.
    schema : Schema
        That it was built for.

    Returns
    -------
    list of str
        As long as a row of the matrix.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"size": ["S", "M", "L", "S"], "mass": [3.0, None, 5.0, 4.0]})
    >>> schema = Schema.recognise(table, {"size": "category"})
    >>> source_columns(build_encoder(schema).fit(schema.conform(table)), schema)
    ['mass', 'mass', 'size', 'size', 'size']
    """
    flagged = {flag: name for name, flag in schema.flags.items()}
    sources = []
    for step, transformer, names in encoder.transformers_:
        sizes = [1] * len(names)
        if step == "category":
            # The rarest share a feature.
            sizes = [
                len(words) - (0 if rarest is None else len(rarest) - 1)
                for words, rarest in zip(
                    transformer.categories_, transformer.infrequent_categories_, strict=True
                )
            ]
        for name, size in zip(names, sizes, strict=True):
            sources += [flagged.get(name, name)] * size
    return sources


def _n_levels(column: Column) -> int:
    return len(column.categories) + (column.n_missing > 0)


def _number_encoder(*, clipped: bool) -> Pipeline:
    # A part of the table, as in cross-validation, may have no cell of a column at all.
    imputer = SimpleImputer(strategy="median", keep_empty_features=True)
    clip = [("clip", SmoothClipScaler())] if clipped else []
    return Pipeline([("impute", imputer), *clip, ("scale", StandardScaler())])


def _yes_no_encoder(yes: list[str], missing: str) -> Pipeline:
    imputer = SimpleImputer(
        missing_values=missing, strategy="most_frequent", keep_empty_features=True
    )
    # One category a column, so that "no" is 0.
    encoder = OneHotEncoder(
        categories=[[value] for value in yes], handle_unknown="ignore", sparse_output=False
    )
    return Pipeline([("impute", imputer), ("encode", encoder)])


def _category_encoder() -> OneHotEncoder:
    return OneHotEncoder(
        max_categories=_MAX_CATEGORIES,
        handle_unknown="ignore",
        sparse_output=False,
    )


def _names_clash(schema: Schema) -> bool:
    """Whether features need prefixes, for "a_b" of column "a" may also be a column's name."""
    names = [column.name for column in schema.used if column.kind in ("number", "date")]
    names += schema.flags.values()
    missing = schema.missing
    for column in schema.used:
        is_category = column.kind == "category"
        values = (*column.categories, missing) if is_category else column.categories[1:]
        names += [f"{column.name}_{value}" for value in values]
    return len(set(names)) < len(names)
