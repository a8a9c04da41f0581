"""The matrix that a network takes in."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import sklearn
import skops.io

from errorest.exceptions import TableError, TableWarning
from errorest.tables import COLUMN_KINDS, ColumnKind, Schema, read_table
from errorest.tables.encoder import build_encoder, code_levels, encode, source_columns

TABLE = pd.DataFrame(
    {
        "mass": [3.0, None, 5.0, 4.0, 8.0, 5.0],
        "born": ["1970-01-02", "1970-01-03", "1970-01-04", "1970-01-03", None, "1970-01-03"],
        "sex": ["female", "male", None, "male", "male", "female"],
        "island": ["Dream", "Biscoe", "Dream", "Biscoe", None, "Dream"],
    }
)
SCHEMA = Schema.recognise(TABLE, {"island": "category"})
ENCODER = build_encoder(SCHEMA).fit(SCHEMA.conform(TABLE))
NAMES = ENCODER.get_feature_names_out().tolist()


def encoded(table: pd.DataFrame = TABLE) -> pd.DataFrame:
    """The matrix of a table, its columns named."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        matrix = ENCODER.transform(SCHEMA.conform(table))
    assert isinstance(matrix, np.ndarray)
    assert matrix.dtype == np.float64
    return pd.DataFrame(matrix, columns=NAMES)


@pytest.mark.parametrize("kind", COLUMN_KINDS)
def test_a_column_of_any_kind_becomes_features_or_is_left_out(kind: ColumnKind) -> None:
    cells = [1, 2, 1, 2] if kind == "number" else ["2020-01-01", "2020-01-02"] * 2
    table = pd.DataFrame({"x": cells, "mass": [3.0, 5.0, 4.0, 8.0]})
    schema = Schema.recognise(table, {"x": kind})
    names = build_encoder(schema).fit(schema.conform(table)).get_feature_names_out()
    used = {column.name for column in schema.used}
    assert used == {name.partition("_")[0] for name in names}


@pytest.mark.parametrize("embedded", [False, True])
@pytest.mark.parametrize("n_rows", [1, 30])
def test_arrays_become_the_bits_that_scikit_learn_makes_of_a_table(
    embedded: bool, n_rows: int
) -> None:
    table = pd.concat([TABLE] * 5, ignore_index=True)
    table["letter"] = [*"abcdefghijabcdefghijabcdefghij"]
    schema = Schema.recognise(table, {"island": "category", "letter": "category"})
    encoder = build_encoder(schema, embedded=embedded).fit(schema.conform(table))
    later = table.assign(letter=["?!", *table["letter"][1:]]).head(n_rows)
    with pytest.warns(TableWarning, match="in 'letter'"):
        expected = encoder.transform(schema.conform(later))
    with pytest.warns(TableWarning, match="in 'letter'"):
        found = encode(encoder, schema.conformed(later))
    assert found.dtype == expected.dtype
    assert found.strides == expected.strides  # on which the bits of a product may depend
    assert found.tobytes() == expected.tobytes()


def test_names() -> None:
    assert NAMES == [
        "mass",
        "born",
        "mass_missing",
        "born_missing",
        "sex_missing",
        "sex_male",
        "island_Biscoe",
        "island_Dream",
        "island_missing",
    ]


def test_numbers_take_the_median_and_are_standardised() -> None:
    # With the median 5 in its gap, mass is 3 5 5 4 8 5: mean 5, variance 14/6.
    expected = np.array([-2, 0, 0, -1, 3, 0]) / np.sqrt(14 / 6)
    np.testing.assert_allclose(encoded()["mass"], expected)
    assert encoded()["mass_missing"].tolist() == [0, 1, 0, 0, 0, 0]


def test_missing_may_be_a_value() -> None:
    table = pd.DataFrame(
        {
            "paper": ["missing", "present", None, "missing"],
            "seal": ["missing", "broken", "whole", None],
        }
    )
    schema = Schema.recognise(table, {"paper": "yes_no", "seal": "category"})
    assert schema.readable(table).astype(object).equals(table.astype(object))
    encoder = build_encoder(schema).fit(schema.conform(table))
    assert encoder.get_feature_names_out().tolist() == [
        "paper_missing",
        "paper_present",
        "seal_broken",
        "seal_missing",
        "seal_missing_",
        "seal_whole",
    ]
    np.testing.assert_array_equal(
        encoder.transform(schema.conform(table)),
        [[0, 0, 0, 1, 0, 0], [0, 1, 1, 0, 0, 0], [1, 0, 0, 0, 0, 1], [0, 0, 0, 0, 1, 0]],
    )


def test_missing_may_be_what_a_later_cell_says_of_itself() -> None:
    absent, said = encoded(), TABLE.assign(sex=TABLE["sex"].fillna("missing"))
    said["island"] = said["island"].fillna("missing")
    pd.testing.assert_frame_equal(encoded(said), absent)


def test_dates_are_numbers() -> None:
    # Days 1 2 3 2 (2) 2: mean 2, variance 2/6.
    expected = np.array([-1, 0, 1, 0, 0, 0]) / np.sqrt(2 / 6)
    np.testing.assert_allclose(encoded()["born"], expected)
    assert encoded()["born_missing"].tolist() == [0, 0, 0, 0, 1, 0]


def test_yes_and_no_take_the_more_frequent_value() -> None:
    assert encoded()["sex_male"].tolist() == [0, 1, 1, 1, 1, 0]
    assert encoded()["sex_missing"].tolist() == [0, 0, 1, 0, 0, 0]


def test_each_category_and_missing_has_a_column() -> None:
    assert encoded()["island_Dream"].tolist() == [1, 0, 1, 0, 0, 1]
    assert encoded()["island_missing"].tolist() == [0, 0, 0, 0, 1, 0]


@pytest.mark.filterwarnings("ignore:values that were not seen")
def test_an_unknown_category_is_zero_everywhere() -> None:
    conformed = SCHEMA.conform(TABLE.assign(island="Ross"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # scikit-learn need not say it again
        matrix = pd.DataFrame(ENCODER.transform(conformed), columns=NAMES)
    assert not matrix.filter(like="island").any(axis=None)


def test_cells_missing_only_later_take_the_usual_value() -> None:
    table = pd.DataFrame({"x": [1.0, 2.0, 6.0], "member": ["yes", "yes", "no"]})
    schema = Schema.recognise(table)
    encoder = build_encoder(schema).fit(schema.conform(table))
    later = encoder.transform(schema.conform(pd.DataFrame({"x": [None], "member": [None]})))
    np.testing.assert_allclose(later, encoder.transform(schema.conform(table))[[1]])


def test_the_rarest_of_many_categories_share_a_column() -> None:
    towns = [f"t{i}" for i in range(60)]
    table = pd.DataFrame({"town": towns + towns[:49] * 2})
    schema = Schema.recognise(table, {"town": "category"})
    encoder = build_encoder(schema)
    matrix = encoder.fit_transform(schema.conform(table))
    assert matrix.shape[1] == 50
    np.testing.assert_array_equal(matrix.sum(axis=1), 1)
    assert matrix[:60, -1].tolist() == [0] * 49 + [1] * 11


def test_features_change_with_the_column_that_they_stem_from() -> None:
    words = [f"w{i}" for i in range(60) for _ in range(2 if i < 10 else 1)]
    table = pd.DataFrame(
        {
            "word": words,
            "mass": [None, *range(len(words) - 1)],
            "sex": ["female", "male", None, "male", "female"] * (len(words) // 5),
        }
    )
    schema = Schema.recognise(table, {"word": "category", "mass": "number"})
    encoder = build_encoder(schema).fit(schema.conform(table))
    sources = source_columns(encoder, schema)
    before = encoder.transform(schema.conform(table))
    for name in table.columns:
        moved = table.assign(**{name: np.roll(table[name].to_numpy(), 1)})
        changed = (encoder.transform(schema.conform(moved)) != before).any(axis=0)
        assert set(np.array(sources)[changed]) == {name}
    assert len(sources) == before.shape[1]


@pytest.mark.filterwarnings("ignore:values that were not seen")
def test_a_network_embeds_categories_of_ten_values_and_more() -> None:
    letters = [*"abcdefghi", None]
    table = pd.DataFrame(
        {
            "nine": [*"abcdefghi", "a"] * 2,
            "nine or missing": letters * 2,
            "mass": [1.0, 2.0, 3.0, 4.0, 5.0] * 4,
        }
    )
    schema = Schema.recognise(table, {"nine": "category", "nine or missing": "category"})
    encoder = build_encoder(schema, embedded=True).fit(schema.conform(table))
    assert code_levels(encoder) == {10: 10}
    assert source_columns(encoder, schema) == ["mass", *["nine"] * 9, "nine or missing"]
    words = {"nine": ["a"] * 3, "nine or missing": ["b", None, "z"]}
    later = pd.DataFrame({**words, "mass": [1e9] * 3})
    matrix = encoder.transform(schema.conform(later))
    assert matrix[:, 10].tolist() == [1, 9, -1]
    # Median 3 and quartiles 2 and 4: z / sqrt(1 + z^2 / 9) is 3 far out, with a mean of 0.
    z = np.array([-1, -0.5, 0, 0.5, 1])
    clipped = z / np.sqrt(1 + z**2 / 9)
    np.testing.assert_allclose(matrix[:, 0], 3 / clipped.std())


def test_no_column_is_dropped_where_all_its_cells_are_missing() -> None:
    part = TABLE.iloc[[4]].assign(mass=None, sex=None)
    conformed = SCHEMA.conform(part)
    encoder = build_encoder(SCHEMA)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        matrix = encoder.fit_transform(conformed)
    assert np.isfinite(matrix).all()
    names = encoder.get_feature_names_out().tolist()
    assert names == [name for name in NAMES if name not in ("island_Biscoe", "island_Dream")]


def test_names_that_clash_are_told_apart() -> None:
    table = pd.DataFrame({"a": ["b", None] * 3, "a_b": [1.5, 2.5, 3.5] * 2})
    schema = Schema.recognise(table)
    encoder = build_encoder(schema).fit(schema.conform(table))
    assert encoder.get_feature_names_out().tolist() == [
        "number__a_b",
        "category__a_b",
        "category__a_missing",
    ]
    # A flag, too, may be called as a value is.
    table = pd.DataFrame({"paper": ["here", "missing", None, "missing"]})
    schema = Schema.recognise(table)
    encoder = build_encoder(schema).fit(schema.conform(table))
    assert encoder.get_feature_names_out().tolist() == [
        "flag__paper_missing",
        "yes_no__paper_missing",
    ]


@pytest.mark.parametrize("cells", [[1, 2, 3], ["a", "a", "a"], [None, None, None]], ids=str)
def test_nothing_to_learn_from(cells: list[Any]) -> None:
    with pytest.raises(
        TableError, match=r"no column to learn from \('x': .*\): set a column's kind"
    ):
        build_encoder(Schema.recognise(pd.DataFrame({"x": cells})))


@pytest.mark.parametrize("fitted_for", ["default", "pandas", "polars"])
@pytest.mark.parametrize("used_for", ["default", "pandas", "polars"])
def test_it_gives_an_array_whatever_scikit_learn_is_set_to(fitted_for: str, used_for: str) -> None:
    # With a category of more than 9 values, all kinds of steps are there.
    table = pd.concat([TABLE] * 2, ignore_index=True).assign(letter=list("abcdefghijkl"))
    schema = Schema.recognise(table, {"letter": "category", "island": "category"})
    conformed = schema.conform(table)
    expected = build_encoder(schema, embedded=True).fit_transform(conformed)
    with sklearn.config_context(transform_output=fitted_for):
        encoder = build_encoder(schema, embedded=True)
        fitted = encoder.fit_transform(conformed)
    saved = skops.io.dumps(encoder)
    loaded = skops.io.loads(saved, trusted=skops.io.get_untrusted_types(data=saved))
    with sklearn.config_context(transform_output=used_for), warnings.catch_warnings():
        warnings.simplefilter("error")
        for matrix in (fitted, encoder.transform(conformed), loaded.transform(conformed)):
            assert isinstance(matrix, np.ndarray)
            np.testing.assert_array_equal(matrix, expected)


def test_skops_saves_it_without_pickle() -> None:
    saved = skops.io.dumps(ENCODER)
    types = skops.io.get_untrusted_types(data=saved)
    assert set(types) <= {"numpy.dtype"}  # nothing of ours, and no function
    loaded = skops.io.loads(saved, trusted=types)
    conformed = SCHEMA.conform(TABLE)
    np.testing.assert_array_equal(loaded.transform(conformed), ENCODER.transform(conformed))


@pytest.mark.parametrize(
    ("name", "n_features"),
    [
        # 3 species; 3 islands; 4 measures and year; sex; a flag for each of the 5 with gaps
        ("penguins", 3 + 3 + 5 + 1 + 5),
        # 9 numbers, 3 flags, 2 of yes and no; homes, marital states and jobs, each with missing
        ("credit_data", 9 + 3 + 2 + 7 + 6 + 5),
    ],
)
def test_real_tables(shared_data: Path, name: str, n_features: int) -> None:
    table = read_table(shared_data / f"{name}.csv")
    schema = Schema.recognise(table)
    matrix = build_encoder(schema).fit_transform(schema.conform(table))
    assert matrix.shape == (len(table), n_features)
    assert np.isfinite(matrix).all()
