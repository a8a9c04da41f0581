"""Columns of amounts, dates or keys, of which each row has another."""

import pandas as pd
import pytest

from errorest.exceptions import TableWarning
from errorest.tables import Column, Schema


def recognise(cells: list[str]) -> Column:
    return Schema.recognise(pd.DataFrame({"x": cells})).columns[0]


@pytest.mark.parametrize(
    "form",
    [
        *("${}.50", "0.{}%", "{} kg", "1.1{},10", "{}'440", "{}/6/20", "{}-Jun-20", "{},5", "€ {}"),
        *("-1.1{},10", "\u22121{},5", "-1.1{},10 €", "1\u202f2{},5\u00a0€", "-${}.50", "$-{}.50"),
        *("(1,2{}.50)", "($1{})", "1{}.50-", "-1.1{},10 EUR", "+{} %"),
    ],
)
def test_amounts_and_dates_are_no_names_of_rows(form: str) -> None:
    cells = [form.format(number) for number in range(11, 31)]
    with pytest.warns(TableWarning, match=r"left out: 'x'; write them as 1234.5 or 2020-12-31$"):
        assert recognise(cells).kind == "text"
    # Some are below zero.
    with pytest.warns(TableWarning, match=r"^amounts or dates that cannot be read, left out: 'x'"):
        column = recognise([*cells, "80.00", "-1.234.567.890,12"])
    # The longest tells most.
    assert column.reason == "amounts or dates written like '-1.234.567.890,12'"


@pytest.mark.parametrize(
    "form", ["128-44-10{}", "10.0.0.{}", "555-123-10{}", "{}A", "#{}", "{}/", "{}ab", "1.{}.0"]
)
def test_keys_with_digits_are_names_of_rows(form: str) -> None:
    assert recognise([form.format(number) for number in range(11, 31)]).kind == "identifier"
