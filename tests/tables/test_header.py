"""Which row of a file holds the names of the columns."""

from collections.abc import Callable
from pathlib import Path

import pytest

from errorest.exceptions import TableError, TableWarning
from errorest.tables import read_table

Write = Callable[[str | bytes], Path]


def test_points_without_header(shared_data: Path) -> None:
    with pytest.warns(TableWarning, match="has no column names"):
        table = read_table(shared_data / "points.csv")
    assert table.shape == (100, 3)
    assert table.iloc[0].tolist() == [0.78051, -0.063669, 1]


def test_header_is_missing_if_all_its_cells_are_numbers(write: Write) -> None:
    path = write("1,-2.5e3\n3,4\n")
    with pytest.warns(TableWarning, match="its columns are called column_1, column_2"):
        table = read_table(path)
    assert table.to_dict("list") == {"column_1": [1, 3], "column_2": [-2500.0, 4.0]}


def test_user_overrules_the_header(write: Write) -> None:
    path = write("2007,2008\n3,4\n")
    assert list(read_table(path, header=True).columns) == ["2007", "2008"]
    assert read_table(path, header=False)["column_1"].tolist() == [2007, 3]


def test_header_of_words_can_be_read_as_data(write: Write) -> None:
    assert read_table(write("a,b\nc,d\n"), header=False)["column_1"].tolist() == ["a", "c"]


def test_numbers_in_a_header_of_words_are_pointed_out(write: Write) -> None:
    with pytest.warns(TableWarning, match=r"it holds the number 5\.1; .*header=False"):
        read_table(write("5.1,setosa\n4.9,virginica\n"))


def test_columns_without_a_name_are_numbered(write: Write) -> None:
    with pytest.warns(TableWarning, match="columns without a name are called column_1, column_3"):
        table = read_table(write(",a , \n1,2,3\n"))
    assert list(table.columns) == ["column_1", "a", "column_3"]


@pytest.mark.parametrize("first_row", ["Students of 2024;;", ";;", "2024; ;"])
def test_a_title_of_a_spreadsheet_is_no_header(write: Write, first_row: str) -> None:
    path = write(f"{first_row}\ntest;grades;passed\n9;8;yes\n3;4;no\n")
    with pytest.raises(TableError, match=r"first row names none of the columns 2 to 3: remove it"):
        read_table(path)
    assert read_table(path, header=False).shape == (4, 3)
    with pytest.warns(TableWarning, match="without a name"):
        assert read_table(path, header=True).shape == (3, 3)


def test_a_single_column_of_two_may_have_a_name(write: Write) -> None:
    with pytest.warns(TableWarning, match="without a name are called column_2"):
        assert list(read_table(write("city;\nBonn;3\n")).columns) == ["city", "column_2"]
