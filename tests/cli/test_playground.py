"""``errorest playground``: up to the point where the server would begin."""

import socket
import sys
import threading
import webbrowser
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette", reason="needs the extra 'playground'")

from errorest.cli import app
from errorest.playground import server
from errorest.playground.limits import LOCAL, PUBLIC

TABLE = "test,school,passed\n" + "".join(
    f"{i / 2},{'north' if i % 3 else 'south'},{'yes' if i > 20 else 'no'}\n" for i in range(40)
)


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the server was begun with, in place of serving."""
    calls: list[Any] = []
    monkeypatch.setattr(server, "serve", lambda *given: calls.append(given))
    return calls


def begin(*arguments: str | Path) -> None:
    app.app(["playground", "--no-browser", *map(str, arguments)], standalone_mode=False)


def test_it_listens_on_this_machine_alone_and_shows_the_token(
    served: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    begin()
    make_session, admission, listener, limits = served[0]
    with listener:
        host, port = listener.getsockname()
    assert host == "127.0.0.1"
    assert limits == LOCAL
    shown = f"The playground is at http://127.0.0.1:{port}/?token={admission.token}\n"
    assert capsys.readouterr().out == shown
    assert make_session().handle({"type": "hello", "fragment": ""})[0]["type"] == "frame"


def test_it_serves_a_browser_that_waits_for_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as lynx: opening it returns when its user leaves it."""
    opened, came, left = [], threading.Event(), threading.Event()

    def read_in_the_terminal(address: str) -> None:
        opened.append((address, came.wait(10)))
        left.set()

    def serve(make_session: Any, admission: Any, listener: socket.socket, limits: Any) -> None:
        came.set()
        assert left.wait(10)
        listener.close()

    monkeypatch.setattr(webbrowser, "open", read_in_the_terminal)
    monkeypatch.setattr(server, "serve", serve)
    app.app(["playground"], standalone_mode=False)
    ((address, is_served),) = opened
    assert address.startswith("http://127.0.0.1:")
    assert is_served


def test_public_is_asked_for_and_limited(
    served: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    begin("--public", "--host-name", "playground.example")
    _, admission, listener, limits = served[0]
    with listener:
        assert listener.getsockname()[0] == "0.0.0.0"
    assert admission.token is None
    assert "playground.example" in admission.hosts
    assert limits == PUBLIC
    assert socket.gethostname() in capsys.readouterr().out


def test_a_table_of_ones_own(served: list[Any], tmp_path: Path) -> None:
    path = tmp_path / "students.csv"
    path.write_text(TABLE)
    begin(path, "--target", "school")
    make_session, _, listener, _ = served[0]
    listener.close()
    frame, _ = make_session().handle({"type": "hello", "fragment": ""})
    assert frame["state"]["dataset"] == "own"
    assert frame["data"]["target"] == "school"


def test_a_table_whose_first_line_is_said_to_be_no_header(
    served: list[Any], tmp_path: Path
) -> None:
    path = tmp_path / "students.csv"
    path.write_text(TABLE)
    begin(path, "--no-header", "--target", "column_3")
    make_session, _, listener, _ = served[0]
    listener.close()
    frame, _ = make_session().handle({"type": "hello", "fragment": ""})
    assert frame["data"]["target"] == "column_3"


def test_the_target_is_guessed_and_said(
    served: list[Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "students.csv"
    path.write_text(TABLE)
    begin(path)
    served[0][2].close()
    assert "predicting 'passed'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["nothing.csv"], "does not exist"),
        (["students.csv", "--target", "grade"], "students.csv: there is no column 'grade'"),
        (["--target", "grade"], "table"),
        (["--host-name", "here"], "--public"),
        (["--public", "--host-name", "a*b"], "is not a host name"),
        (["--public", "--host-name", "http://here"], "is not a host name"),
        (["students.csv", "--target", "test"], "'test'"),
    ],
)
def test_bad_input_is_one_line(
    arguments: list[str], word: str, run: Any, tmp_path: Path, served: list[Any]
) -> None:
    (tmp_path / "students.csv").write_text(TABLE)
    outcome = run("playground", "--no-browser", *arguments)
    assert outcome.status == 2
    assert word in outcome.err
    assert len(outcome.err.splitlines()) == 1
    assert not served


def test_a_port_in_use_is_one_line(run: Any, served: list[Any]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        outcome = run("playground", "--no-browser", "--port", taken.getsockname()[1])
    assert outcome.status == 2
    assert "in use" in outcome.err


def test_without_the_extra_it_says_what_to_install(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "errorest.playground.server", None)
    monkeypatch.delitem(sys.modules, "errorest.playground.admission", raising=False)
    monkeypatch.setitem(sys.modules, "starlette.datastructures", None)
    outcome = run("playground")
    assert outcome.status == 2
    assert "pip install 'errorest[playground]'" in outcome.err
