"""Numbers with commas and points, as people write them."""

from typing import Any

import pandas as pd
import pytest

from errorest.exceptions import TableWarning
from errorest.tables import decimal_point_of, read_table


def test_decimal_commas_are_read_between_semicolons(write: Any) -> None:
    with pytest.warns(TableWarning, match="commas in 'a' are read as decimal points"):
        table = read_table(write("a;b;c\n1,5;1,2,3;7\n-2;x;8\nNA;y;9\n"))
    assert table["a"].tolist()[:2] == [1.5, -2.0]
    assert table["a"].isna().tolist() == [False, False, True]
    assert table["b"].tolist() == ["1,2,3", "x", "y"]


def test_commas_between_commas_are_left_alone(write: Any) -> None:
    assert read_table(write('a,b\n"1,234",1\n"2,5",2\n'))["a"].tolist() == ["1,234", "2,5"]
    assert read_table(write('a,b\n"1,234",1\n"5,678",2\n'))["a"].tolist() == ["1,234", "5,678"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_separators_of_thousands_are_read_where_there_is_no_doubt(
    write: Any, delimiter: str
) -> None:
    rows = "".join(f'"{cell}"{delimiter}"a,b"\n' for cell in ("1,234.5", "80", "-1,002,003", ""))
    with pytest.warns(TableWarning, match="commas in 'self' are read as thousands separators"):
        table = read_table(write(f"self{delimiter}y\n{rows}"))
    assert table["self"].tolist()[:3] == [1234.5, 80, -1002003]
    assert table["self"].isna().tolist() == [False, False, False, True]
    assert table["y"].tolist() == ["a,b"] * 4


@pytest.mark.parametrize(
    "cells",
    [
        ["1,234.5", "12,34"],
        ["1,234.5", "1.5,5"],
        ["1,234.5", "0501"],
        ["100,200,300", "200"],
        ["192.168.100.200", "127.100.100.100"],
        ["1.234,5", "2.345,5"],
        ["\u0663,\u0665", "\u0664,\u0665"],
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_separators_are_left_where_there_is_doubt(
    write: Any, delimiter: str, cells: list[str]
) -> None:
    table = read_table(write(f"x{delimiter}y\n" + "".join(f'"{x}"{delimiter}1\n' for x in cells)))
    assert table["x"].tolist() == cells


def test_a_word_for_a_missing_cell_leaves_decimal_commas_numbers(write: Any) -> None:
    with pytest.warns(TableWarning, match="commas in 'price' are read as decimal points"):
        table = read_table(write("price;x\n80,8;1\n7,5;2\n-;3\n"))
    assert table["price"].tolist() == ["80.8", "7.5", "-"]
    with pytest.warns(TableWarning, match="commas in 'price' are read as decimal points"):
        table = read_table(write("price;x\n80,8;1\n7,5;2\n-,--;3\n"))
    assert table["price"].tolist() == ["80.8", "7.5", "-,--"]
    with pytest.warns(TableWarning, match="commas in 'price' are read as decimal points"):
        table = read_table(write("price;x\n80,8 ;1\n7,5 ;2\n-;3\n"))
    assert table["price"].tolist() == ["80.8", "7.5", "-"]
    several = read_table(write("size;x\n38,5;1\nS;2\nM;3\nL;4\nXL;5\n"))
    assert several["size"].tolist()[0] == "38,5"


@pytest.mark.parametrize(
    ("delimiter", "cells", "numbers", "sign"),
    [
        (",", ["12%", "7.5 %", "-3%", ""], [12, 7.5, -3, None], "%"),
        (",", ["$4.10", "-$3", "$-2.5"], [4.1, -3, -2.5], "$"),
        # Money has no thousandths.
        (",", ['"£1,200"', "£80"], [1200, 80], "£"),
        (",", ['"$1,200,000.50"', "$80"], [1200000.5, 80], "$"),
        (",", ["$1.659", "$1.700"], [1.659, 1.7], "$"),
        (";", ["12,5 %", "7 %"], [12.5, 7], "%"),
        (";", ["1,659 €", "3 €"], [1.659, 3], "€"),
        ("\t", ["¥100", "¥ 5"], [100, 5], "¥"),
        (",", ['"\uffe51,200"', "\uffe580"], [1200, 80], "\uffe5"),
        (",", ["₹12.50", "-₹3"], [12.5, -3], "₹"),
        (";", ["12,50 ₺", "3 ₺"], [12.5, 3], "₺"),
        (",", ['"₩1,200"', "₩80"], [1200, 80], "₩"),
    ],
)
def test_one_sign_beside_every_number_is_left_out(
    write: Any, delimiter: str, cells: list[str], numbers: list[float | None], sign: str
) -> None:
    rows = "".join(f"{cell}{delimiter}z\n" for cell in cells)
    with pytest.warns(TableWarning) as told:
        table = read_table(write(f"x{delimiter}y\n{rows}"))
    assert table["x"].astype(object).where(table["x"].notna(), None).tolist() == numbers
    assert str(told[-1].message).endswith(f"numbers in 'x' are read without their {sign}")


@pytest.mark.parametrize(
    ("delimiter", "cells"),
    [
        (",", ["$4.10", "€5"]),
        (",", ["₹4.10", "¥5"]),
        (",", ["₹12,34,567", "₹5"]),
        (",", ["₫150.000", "₫5"]),
        (",", ["12%", "7"]),
        (",", ["$12%", "$7%"]),
        (",", ["12%%", "7%%"]),
        (",", ["1,234%", "5,100%"]),
        (",", ["$1,2", "$3"]),
        (",", ["05%", "7%"]),
        (",", ["12 kg", "7 kg"]),
        (",", ["$", "%"]),
        (",", ["5%", "much", "more", "most", "nothing"]),
        # Thousands, or as 1,659 is?
        (";", ["1.659 €", "1.700 €"]),
        (";", ["€1,234.50", "€1.5,0"]),
    ],
)
def test_signs_are_left_where_there_is_doubt(write: Any, delimiter: str, cells: list[str]) -> None:
    rows = "".join(f'"{cell}"{delimiter}z\n' for cell in cells)
    assert read_table(write(f"x{delimiter}y\n{rows}"))["x"].tolist() == cells


def test_a_word_for_a_missing_cell_leaves_signed_cells_numbers(write: Any) -> None:
    with pytest.warns(TableWarning, match=r"numbers in 'x' are read without their \$"):
        table = read_table(write("x,y\n$1200,1\n$7,2\nunknown,3\n"))
    assert table["x"].tolist() == ["1200", "7", "unknown"]


def test_points_that_may_part_thousands_are_told(write: Any) -> None:
    rows = "".join(f"{x},5;{y};{z}\n" for x, y, z in [(1, "518", "0.5"), (2, "1.279", "1.250")])
    with pytest.warns(TableWarning) as told:
        table = read_table(write("price;sales;share\n" + rows))
    assert table["sales"].tolist() == [518, 1.279]
    assert len(told) == 2
    assert "points in 'sales' are read as decimal points, although commas" in str(told[1].message)


def test_whole_numbers_beside_a_missing_cell_have_no_points(write: Any) -> None:
    with pytest.warns(TableWarning) as told:
        read_table(write("a;b;c\n3,5;1;x\n2,5;;y\n1,5;3;x\n"))
    assert len(told) == 1


def test_points_without_decimal_commas_are_decimal(write: Any) -> None:
    assert read_table(write("sales;x\n518;1\n1.279;2\n"))["sales"].tolist() == [518, 1.279]


@pytest.mark.parametrize(
    ("cells", "delimiter", "expected"),
    [
        (["1,5", "NA", "-", "2"], ";", ","),
        (["1,5", "x y"], ",", "."),
        (["1.5", "2"], ";", "."),
        (["a,b", "c"], ";", "."),
        (["1", "2"], ";", "."),
        (["1,5", "", "null"], ";", ","),
        (["1,5 %", "2%"], ";", ","),
        (["15 %", "2%"], ";", "."),
    ],
)
def test_the_decimal_point_of_a_file(cells: list[str], delimiter: str, expected: str) -> None:
    assert decimal_point_of(pd.DataFrame({"x": cells}), delimiter) == expected
