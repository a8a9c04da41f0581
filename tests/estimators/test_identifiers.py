"""Who learns from a table hears which of its columns were taken for names of the rows."""

import warnings
from collections.abc import Mapping

import pandas as pd
import pytest

from errorest import LogisticRegression, TableClassifier
from errorest.exceptions import TableWarning
from errorest.tables import Schema

X = pd.DataFrame({"row": range(8), "customer_id": [31, 17, 9, 2, 4, 7, 5, 6], "x": [1.5, 2.5] * 4})
Y = ["a", "b"] * 4


def test_identifiers_are_named_where_the_table_is_learned_from() -> None:
    message = "^identifiers, left out .*: 'row' .counts the rows from 0., 'customer_id' .*key.$"
    with pytest.warns(TableWarning, match=message) as caught:
        TableClassifier(LogisticRegression()).fit(X, Y)
    assert [warning.filename for warning in caught] == [__file__]


@pytest.mark.parametrize(
    "kinds",
    [
        {"row": "identifier", "customer_id": "number"},
        {" row": "identifier", "customer_id ": "number"},
        Schema.recognise(X),
    ],
    ids=["by hand", "blanks", "schema"],
)
def test_who_settled_the_kinds_need_not_hear_of_it(kinds: Mapping[str, str] | Schema) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        TableClassifier(LogisticRegression(), kinds=kinds).fit(X, Y)
