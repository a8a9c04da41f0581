"""What a user's file may look like, and what is said about one that cannot be read."""

import bz2
import csv
import gzip
import lzma
import os
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import example, given, settings, strategies as st

from errorest.exceptions import TableError, TableWarning
from errorest.tables import delimiter_of, read_cells, read_table

Write = Callable[[str | bytes], Path]
MARKERS = r"NA N/A n/a #N/A <NA> NaN nan NULL null \N ? ."


def refusal(path: Path) -> str:
    """The one line that says why a file cannot be read, without the path."""
    with pytest.raises(TableError) as caught:
        read_table(path)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(str(path))
    return message.removeprefix(str(path))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_recognised(write: Write, delimiter: str) -> None:
    table = read_table(write(f"test{delimiter}school\n9{delimiter}north\n3{delimiter}south\n"))
    assert table.to_dict("list") == {"test": [9, 3], "school": ["north", "south"]}


def test_one_column_needs_no_delimiter(write: Write) -> None:
    path = write("test\n9\n3\n")
    assert read_table(path)["test"].tolist() == [9, 3]
    assert delimiter_of(path) == ","


def test_other_delimiters_may_stand_in_cells(write: Write) -> None:
    table = read_table(write('name,note\nA,"1;2, or 3"\nB,4|5\nC,6;7\n'))
    assert table["note"].tolist() == ["1;2, or 3", "4|5", "6;7"]
    # Where each row has one comma and one semicolon, the comma is the cells'.
    assert delimiter_of(write("x,y;z\n1,5;2\n2,5;3\n")) == ";"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "byte order mark"])
def test_line_ends_and_byte_order_mark(write: Write, newline: str, mark: bytes) -> None:
    table = read_table(write(mark + newline.join(["größe,ok", "1.5,yes", "2,no", ""]).encode()))
    assert table.to_dict("list") == {"größe": [1.5, 2.0], "ok": ["yes", "no"]}


def test_byte_order_mark_before_a_number(write: Write) -> None:
    table = read_table(write(b"\xef\xbb\xbf1.5,2\n3,4\n"), header=False)
    assert table["column_1"].tolist() == [1.5, 3.0]


def test_quoted_cells_hold_newlines_quotes_and_delimiters(write: Write) -> None:
    table = read_table(write('name,note\nA,"two\nlines"\nB,"says ""hi"", and goes"\nC,5" pipe\n'))
    assert table["note"].tolist() == ["two\nlines", 'says "hi", and goes', '5" pipe']


def test_blank_lines_and_blanks_after_delimiters_are_skipped(write: Write) -> None:
    table = read_table(write("\n a, b\n\n1, x\n   \n2, y\n"))
    assert table.to_dict("list") == {"a": [1, 2], "b": ["x", "y"]}


@pytest.mark.parametrize("marker", ["", " ", " NA", *MARKERS.split()])
def test_missing_markers(write: Write, marker: str) -> None:
    table = read_table(write(f"a,b\n1,x\n{marker},{marker}\n"))
    assert table.isna().sum().tolist() == [1, 1]


@pytest.mark.parametrize("word", ["None", "none", "-", "no", "0"])
def test_words_that_may_be_answers_are_not_missing(write: Write, word: str) -> None:
    assert read_table(write(f"a,b\n1,x\n2,{word}\n"))["b"].tolist() == ["x", word]


def test_penguins_have_19_missing_cells(shared_data: Path) -> None:
    table = read_table(shared_data / "penguins.csv")
    assert table.shape == (344, 8)
    assert table.isna().sum().sum() == 19


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_very_large_whole_numbers_keep_their_digits(write: Write, delimiter: str) -> None:
    table = read_table(
        write(f"code{delimiter}x\n98765432109876543210{delimiter}1\n7{delimiter}2\n")
    )
    assert table["code"].tolist() == [98765432109876543210, 7]


def test_types_do_not_depend_on_where_in_the_file_a_cell_stands(write: Write) -> None:
    # pandas reads such a wide table in pieces of 16 384 rows, and would read 007 as 7 in the first.
    codes = ["007"] * 20_000 + ["A12"]
    header = "code" + "".join(f",x{i}" for i in range(63)) + "\n"
    table = read_table(write(header + "".join(code + ",1" * 63 + "\n" for code in codes)))
    assert set(table["code"]) == {"007", "A12"}


def test_absent_file(tmp_path: Path) -> None:
    assert refusal(tmp_path / "table.csv") == " does not exist: check the name"


def test_folder(tmp_path: Path) -> None:
    assert refusal(tmp_path) == " is a folder: name a file in it"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "is not a regular file" in refusal(tmp_path / "pipe")


def test_file_without_permission(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write("a,b\n1,2\n")
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert "cannot be read" in refusal(path)


@pytest.mark.parametrize("content", ["", "\n\n", "   \n", "\ufeff"])
def test_empty_file(write: Write, content: str) -> None:
    assert " is empty" in refusal(write(content))


def test_header_without_rows(write: Write) -> None:
    assert " holds column names but no rows" in refusal(write("a,b\n"))


@pytest.mark.parametrize("content", ["a,b\n1,2\n3,4,5\n", "a\tb\n1\t2\n\t\t\n"])
def test_too_many_cells(write: Write, content: str) -> None:
    message = refusal(write(content))
    assert message.startswith(", line 3 has 3 cells where line 1 has 2")
    assert "remove" not in message


def test_too_few_cells(write: Write) -> None:
    message = refusal(write("a,b,c\n1,2,3\n\n4,5,6\n7\n"))
    assert message.startswith(", line 5 has 1 cell where line 1 has 3")


def test_line_of_a_ragged_row_counts_newlines_in_quotes(write: Write) -> None:
    message = refusal(write('a,b\n"1\n\n1",2\n"3\n3",4,5\n'))
    assert message.startswith(", line 5 has 3 cells")


@pytest.mark.parametrize("first_line", ["Students of 2024", "# of 2024; by R", "sep=;"])
def test_remark_above_the_header(write: Write, first_line: str) -> None:
    message = refusal(write(f"{first_line}\na;b;c\n1;2;3\n4;5;6\n"))
    assert message.startswith(f", line 2 has 3 cells where line 1 has {1 + first_line.count(';')}:")
    assert message.endswith("if line 1 is not part of the table, remove it")


@pytest.mark.parametrize(("line", "content"), [(3, 'a,b\n1,2\n"3,4\n5,6\n'), (2, 'a,b\n"1"x,2\n')])
def test_quote_that_does_not_end(write: Write, line: int, content: str) -> None:
    message = refusal(write(content))
    assert message.startswith(f", line {line}: a quoted cell does not end properly")


def test_quote_that_swallows_a_long_rest(write: Write) -> None:
    rest = "1,2\n" * 200_000
    assert ", line 2: a quoted cell does not end properly" in refusal(write('a,b\n"3,4\n' + rest))


def test_binary_file(write: Write) -> None:
    message = refusal(write(b"a,b\n1,2\nPK\x03\x04\x00\x00,1\n"))
    assert message.startswith(" is not a text file (line 3 holds a zero byte)")


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_other_encoding(write: Write, encoding: str) -> None:
    message = refusal(write("a,b\n1,x\n2,größe\n".encode(encoding)))
    assert message == " is not UTF-8 at line 3: save it as UTF-8"


def test_utf_16(write: Write) -> None:
    assert refusal(write("a,b\n1,2\n".encode("utf-16"))).startswith(" is not UTF-8 at line 1")


def test_repeated_column_names(write: Write) -> None:
    assert refusal(write("a,b,a\n1,2,3\n")) == ": two columns are called 'a': rename one of them"


def test_repeated_numbers_as_column_names_hint_at_a_missing_header(write: Write) -> None:
    path = write("5.1,5.1,setosa\n4.9,3,virginica\n")
    with pytest.warns(TableWarning), pytest.raises(TableError, match="header=False"):
        read_table(path)


@pytest.mark.parametrize("cell", ["inf", "-inf", "Infinity"])
def test_infinite_number(write: Write, cell: str) -> None:
    message = refusal(write(f'name,x\n"a\nb",1\n\nc,2.5\nd,{cell}\ne,inf\n'))
    assert message.startswith(", line 6: column 'x' holds an infinite number")


def test_line_of_an_infinite_number_without_header(write: Write) -> None:
    with pytest.raises(TableError, match="line 2: column 'column_1' holds"):
        read_table(write("1.5,2\ninf,4\n"), header=False)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("code", ["0501", '"0501"', " 0501"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_codes_keep_their_zeros(write: Write, delimiter: str, code: str, end: str) -> None:
    rows = [["code", "x", "none"], ["7", "0.5", ""], [code, "10", "NA"], ["NA", "0", ""]]
    for columns in (slice(None), slice(None, None, -1)):
        frame = read_table(write("".join(delimiter.join(row[columns]) + end for row in rows)))
        assert frame["code"].dropna().tolist() == ["7", "0501"]
        assert frame["code"].isna().tolist() == [False, False, True]
        assert frame["x"].tolist() == [0.5, 10, 0]
        assert frame["none"].isna().all()


def test_codes_without_column_names(write: Write) -> None:
    frame = read_table(write("\ufeff01,5\n2,6\n"), header=False)
    assert frame["column_1"].tolist() == ["01", "2"]


def test_parquet_without_pyarrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "table.parquet"
    path.write_bytes(b"PAR1")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert "needs pyarrow (pip install pyarrow)" in refusal(path)


def test_parquet(tmp_path: Path) -> None:
    table = pd.DataFrame({"x": [1.5, None], "name": ["a", None]})
    table.to_parquet(tmp_path / "table.parquet")
    pd.testing.assert_frame_equal(read_table(tmp_path / "table.parquet"), table)


@pytest.mark.parametrize("index", [[4, 4], ["p", "q"]])
def test_rows_of_parquet_are_counted_from_the_first(tmp_path: Path, index: list[Any]) -> None:
    path = tmp_path / "table.parquet"
    table = pd.DataFrame({"x": [1.5, 2.5]}, index=index)
    table.to_parquet(path)
    pd.testing.assert_frame_equal(read_cells(path), table.reset_index(drop=True))
    table.rename_axis("x").to_parquet(path)
    pd.testing.assert_frame_equal(read_cells(path), table.reset_index(drop=True))
    table.rename_axis("id").to_parquet(path)
    pd.testing.assert_frame_equal(read_table(path), pd.DataFrame({"id": index, "x": [1.5, 2.5]}))


def test_parquet_that_is_none_or_holds_what_a_csv_may_not(tmp_path: Path) -> None:
    path = tmp_path / "table.parquet"
    path.write_text("a,b\n1,2\n")
    assert " cannot be read as Parquet: " in refusal(path)
    pd.DataFrame({"x": [1.0, np.inf]}).to_parquet(path)
    assert refusal(path).startswith(", row 2: column 'x' holds an infinite number")
    pd.DataFrame({"x": []}).to_parquet(path)
    assert refusal(path) == " holds no rows"


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], include_characters="\n"),
    min_size=1,
).map(lambda word: f"w{word}w")


@given(
    names=st.lists(WORDS, min_size=2, max_size=4, unique=True),
    rows=st.lists(st.tuples(st.floats(-1e300, 1e300), WORDS), min_size=1, max_size=8),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
)
@settings(max_examples=150, deadline=None)
@example(names=["w0w", "w|w"], rows=[(0.0, "w|w")], delimiter=",")
def test_what_pandas_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory,
    names: list[str],
    rows: list[tuple[float, str]],
    delimiter: str,
) -> None:
    path = tmp_path_factory.mktemp("written") / "table.csv"
    columns = {name: [row[i % 2] for row in rows] for i, name in enumerate(names)}
    # Quoted throughout, for an unquoted word may hold another delimiter.
    pd.DataFrame(columns).to_csv(path, index=False, sep=delimiter, quoting=csv.QUOTE_NONNUMERIC)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        table = read_table(path)
    assert list(table.columns) == names
    for i, name in enumerate(names):
        # pandas before 3 reads some floats one unit in the last place off.
        expected = [row[i % 2] for row in rows]
        assert table[name].tolist() == (expected if i % 2 else pytest.approx(expected, rel=1e-15))


@given(st.lists(st.integers(1, 5), min_size=2, max_size=30), st.sampled_from(",;\t|"))
@settings(max_examples=150, deadline=None)
def test_the_first_row_of_another_length_is_named(
    tmp_path_factory: pytest.TempPathFactory, widths: list[int], delimiter: str
) -> None:
    path = tmp_path_factory.mktemp("ragged") / "table.csv"
    path.write_text("".join(delimiter.join(["a"] * width) + "\n" for width in widths))
    ragged = [line for line, width in enumerate(widths, start=1) if width != widths[0]]
    try:
        read_table(path, header=False)
        found = None
    except TableError as error:
        found = str(error)
    assert (found is None) == (not ragged)
    if found is not None:
        assert f", line {ragged[0]} has " in found


def test_columns_of_words_stay_as_they_are_written(write: Write) -> None:
    path = write("flag;version;size\nTRUE;1.10;38,5\n;1.2;39\n")
    with pytest.warns(TableWarning, match="commas in 'size'"):
        read = read_table(path)
    assert read["version"].tolist() == [1.1, 1.2]
    kept = read_table(path, words=["flag", "version", "size", "absent"])
    assert list(kept.columns) == ["flag", "version", "size"]
    assert kept["flag"].tolist()[0] == "TRUE"
    assert kept["flag"].isna().tolist() == [False, True]
    assert kept["version"].tolist() == ["1.10", "1.2"]
    assert kept["size"].tolist() == ["38,5", "39"]


def test_codes_beyond_float64_keep_their_digits_beside_a_missing_cell(write: Write) -> None:
    table = read_table(write("code,x\n12345678901234567,1e20\n,2\n12345678901234568,3\n"))
    assert table["code"].dropna().tolist() == ["12345678901234567", "12345678901234568"]
    assert table["x"].tolist() == [1e20, 2, 3]


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_a_very_long_cell(write: Write, delimiter: str) -> None:
    long = "x" * 200_000
    table = read_table(write(f'note{delimiter}y\n"{long}"{delimiter}1\n{long}{delimiter}2\n'))
    assert table["note"].tolist() == [long, long]
    assert table["y"].tolist() == [1, 2]


@pytest.mark.parametrize(
    ("compress", "advice"),
    [
        (gzip.compress, "compressed"),
        (bz2.compress, "compressed"),
        (lzma.compress, "compressed"),
        (lambda content: pa.compress(content, codec="zstd", asbytes=True), "compressed"),
        (lambda content: b"PK\x03\x04" + content, "an Excel workbook or a zip archive"),
        (lambda content: b"PAR1\x15\x04" + content, "let its name end in .parquet"),
    ],
)
def test_other_kinds_of_files_are_named(
    write: Write, compress: Callable[[bytes], bytes], advice: str
) -> None:
    assert advice in refusal(write(compress(b"a,b\n1,2\n")))


@pytest.mark.parametrize("name", ["PAR1", "BZh", "ARROW1", "PK"])
def test_names_like_the_first_bytes_of_other_files(write: Write, name: str) -> None:
    assert list(read_table(write(f"{name},y\n1,2\n")).columns) == [name, "y"]


def test_null_of_databases_is_missing(write: Write) -> None:
    assert read_table(write("a,b\n1,x\n\\N,\\N\n")).isna().sum().tolist() == [1, 1]
