"""The column that is to be predicted: which rows have it, and what can be learned of it."""

import warnings
from typing import Any

import pandas as pd
import pytest

from errorest.exceptions import TableError, TableWarning
from errorest.tables import check_classes, separate_target

TABLE = pd.DataFrame(
    {"test": [9, 3, 7, 2, 5], "accepted": [1.0, 0.0, None, 1.0, None]}, index=[4, 3, 2, 1, 0]
)


def column(cells: Any) -> "pd.Series[str]":
    return pd.Series(cells, name="kind", dtype=str)


def test_rows_without_target_are_left_out_and_told() -> None:
    message = "^2 rows are left out, since their target 'accepted' is missing .the first is row 3.$"
    with pytest.warns(TableWarning, match=message):
        features, target = separate_target(TABLE, "accepted")
    assert features.to_dict("list") == {"test": [9, 3, 2]}
    assert target.tolist() == ["1", "0", "1"]
    assert features.index.tolist() == target.index.tolist() == [4, 3, 1]


@pytest.mark.parametrize(
    ("table", "name", "message"),
    [
        (TABLE, "acepted", "no column 'acepted' for the target: did you mean 'accepted'?"),
        (TABLE, "x", "no column 'x' for the target: the columns are 'test', 'accepted'"),
        (TABLE[["test"]], "test", "no column besides the target 'test'"),
        (TABLE.assign(accepted=" "), "accepted", "'accepted' are missing: give rows their class"),
    ],
    ids=["close", "absent", "alone", "missing"],
)
def test_what_is_no_target(table: pd.DataFrame, name: str, message: str) -> None:
    with pytest.raises(TableError) as caught:
        separate_target(table, name)
    assert message in str(caught.value)


def test_many_numbers_are_a_quantity_and_many_words_are_not() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_classes(column([*range(50)] * 3))
        check_classes(column([f"kind {number}" for number in range(60)] * 3))
        check_classes(column([*range(50), "other"] * 3))
    with pytest.raises(TableError, match="'kind' holds 51 different numbers, a quantity rather"):
        check_classes(column([*range(51)] * 3))


def test_the_only_row_of_a_class_is_named_as_in_the_whole_table() -> None:
    part = column([*"aaabbb"]).loc[2:]
    with pytest.raises(
        TableError, match=r"^'a' of the target 'kind': one row only \('a' is row 3\);"
    ):
        check_classes(part)


def test_all_classes_of_one_row_are_named_at_once() -> None:
    target = column(["a", "b", "a", "c", "d", "e"])
    with pytest.raises(TableError, match=r"^'b', 'c', 'd', 'e' .* one row only \('b' is row 2\);"):
        check_classes(target)


def test_two_rows_of_a_class_are_few() -> None:
    with pytest.warns(TableWarning, match=r"^'b', 'c' of the target 'kind': two rows only"):
        check_classes(column(["a", "b", "c"] * 2 + ["a"]))


def test_classes_that_differ_in_capitals_only_are_told() -> None:
    told = "'kind' differ only in capital letters: 'NO', 'No', 'no'; write them alike"
    with pytest.warns(TableWarning, match=told):
        check_classes(column(["no", "No", "NO", "yes"] * 3))
