"""Windows neither replaces nor removes an open file, as the playground does with its own."""

import gc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from errorest.exceptions import TableError
from errorest.tables import delimiter_of, read_table
from errorest.tables.dialect import numbered_rows


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """All files that are opened, while none is closed by chance."""
    files: list[Any] = []
    really_open = Path.open

    def open_and_note(path: Path, *arguments: Any, **more: Any) -> Any:
        files.append(really_open(path, *arguments, **more))
        return files[-1]

    monkeypatch.setattr(Path, "open", open_and_note)
    gc.disable()
    yield files
    gc.enable()


@pytest.mark.parametrize(
    "text",
    [
        "test,code\n9,01\n3,02\n",
        "test,test\n9,3\n",
        "test,school\n9,north,3\n7,south\n",
        'test,school\n9,"north"ern\n7,south\n',
        "test,school\n9,north\ninf,south\n",
    ],
)
def test_a_table_is_closed_when_it_is_read_or_refused(
    write: Callable[[str], Path], opened: list[Any], text: str
) -> None:
    path = write(text)
    try:
        read_table(path)
    # With its traceback, which refers to what the reader did.
    except TableError:
        assert all(file.closed for file in opened)
    assert opened
    assert all(file.closed for file in opened)


def test_a_table_of_which_only_the_beginning_is_read_is_closed(
    write: Callable[[str], Path], opened: list[Any]
) -> None:
    path = write("test;school\n" + "9;north\n" * 1000)
    assert delimiter_of(path) == ";"
    assert next(numbered_rows(path, ";")) == (1, ["test", "school"])
    assert opened
    assert all(file.closed for file in opened)
