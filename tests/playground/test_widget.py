"""The widget: the page as one module, and messages between it and its session."""

import re
import sys
from typing import Any

import pandas as pd
import pytest

from errorest import playground
from errorest.exceptions import ErrorestError

pytest.importorskip("anywidget", reason="needs the extra 'jupyter'")

from errorest.playground import Widget
from errorest.playground.bundle import script, styles

TABLE = pd.DataFrame({"test": [9, 3, 7, 2] * 5, "school": ["north", "south"] * 10})
PASSED = pd.Series([1, 0, 1, 0] * 5, name="passed")


def test_the_page_is_one_module_without_imports() -> None:
    module = script("playground.js")
    assert not re.search(r"^import ", module, re.MULTILINE)
    assert re.findall(r"^export .*", module, re.MULTILINE) == ["export default { render };"]


def test_top_level_names_of_the_page_differ() -> None:
    names = re.findall(
        r"^(?:async )?(?:function\*?|class|const|let|var) (\w+)", script("host.js"), re.M
    )
    assert len(names) > 20
    assert sorted(names) == sorted(set(names))


def test_what_a_module_needs_stands_before_it() -> None:
    module = script("playground.js")
    assert module.index("class Connection") < module.index("new Connection(")


def test_the_styles_are_those_of_the_page() -> None:
    assert ".errorest" in styles()
    assert "@import" not in styles()


def test_messages_are_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Any] = []
    widget = Widget(TABLE, PASSED)
    monkeypatch.setattr(widget, "send", lambda content, buffers: sent.append((content, buffers)))
    widget._handle_custom_msg({"id": 4, "type": "hello", "fragment": ""}, [])
    frame, buffers = sent[0]
    assert (frame["type"], frame["id"]) == ("frame", 4)
    assert frame["data"]["target"] == "passed"
    assert frame["data"]["classes"] == ["0", "1"]
    assert all(isinstance(buffer, bytes) for buffer in buffers)


def test_a_file_comes_as_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Any] = []
    widget = Widget()
    monkeypatch.setattr(widget, "send", lambda content, buffers: sent.append(content))
    csv = memoryview(TABLE.assign(passed=PASSED).to_csv(index=False).encode())
    widget._handle_custom_msg({"id": 4, "type": "csv", "name": "a.csv"}, [csv])
    assert sent[0]["n_rows"] == 20


def test_bad_tables_are_said_at_once() -> None:
    with pytest.raises(TypeError, match="X and y"):
        Widget(TABLE)
    with pytest.raises(ErrorestError, match="one class"):
        Widget(TABLE, [1] * 20)
    with pytest.raises(ErrorestError, match="20 rows, but y has 3"):
        Widget(TABLE, [1, 0, 1])


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "errorest.playground.widget")
    monkeypatch.setitem(sys.modules, "anywidget", None)
    with pytest.raises(ImportError, match=r"pip install 'errorest\[jupyter\]'"):
        _ = playground.Widget
    with pytest.raises(AttributeError, match="Gadget"):
        # Type checkers, too, must see what is not there.
        _ = playground.Gadget  # type: ignore[attr-defined]
