"""The server: who is let in, what the page may do, and that foreign bytes do no harm."""

import asyncio
import struct
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

pytest.importorskip("starlette", reason="needs the extra 'playground'")

from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect

from errorest.playground import Session
from errorest.playground.admission import Admission
from errorest.playground.bundle import script
from errorest.playground.limits import LOCAL, Limits
from errorest.playground.server import application
from errorest.playground.wire import decode, encode

ADMISSION = Admission(["127.0.0.1"], "secret")
BARE_SOCKET = "ws://127.0.0.1/socket"
SOCKET = f"{BARE_SOCKET}?token=secret"
HELLO = {"id": 1, "type": "hello", "fragment": "", "view": {"map": 5}}


def client(limits: Limits = LOCAL, admission: Admission = ADMISSION) -> TestClient:
    server = application(lambda: Session(limits=limits), admission, limits)
    return TestClient(server, base_url="http://127.0.0.1")


@pytest.fixture
def browser() -> Iterator[TestClient]:
    with client() as one:
        yield one


def ask(websocket: Any, content: dict[str, Any]) -> dict[str, Any]:
    websocket.send_bytes(encode(content, []))
    answer, buffers = decode(websocket.receive_bytes())
    assert all(isinstance(buffer, bytes) for buffer in buffers)
    return answer


def test_the_page_comes_with_strict_headers(browser: TestClient) -> None:
    page = browser.get("/?token=secret")
    assert page.status_code == 200
    assert "<html" in page.text
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self';")
    assert "unsafe" not in policy
    assert "javascript" in browser.get("/bundle.js").headers["content-type"]
    assert "text/css" in browser.get("/bundle.css").headers["content-type"]


def test_all_that_a_visit_loads_is_small(browser: TestClient) -> None:
    total = 0
    for path in ("/?token=secret", "/bundle.js", "/bundle.css", "/icon.svg"):
        with browser.stream("GET", path) as answer:
            total += len(b"".join(answer.iter_raw()))
    assert total < 60_000
    # Each answer is packed anew, not the last one's bytes once more.
    assert browser.get("/bundle.js").text == browser.get("/bundle.js").text == script("host.js")


@pytest.mark.parametrize("address", ["/", "/?token=", "/?token=guess", "/?token=%C3%A9"])
def test_the_page_needs_the_token(browser: TestClient, address: str) -> None:
    assert browser.get(address).status_code == 403


@pytest.mark.parametrize("path", ["/../server.py", "/%2e%2e/server.py", "/nothing.js", "/host.js"])
def test_nothing_but_the_page_is_served(browser: TestClient, path: str) -> None:
    assert browser.get(path).status_code == 404


def test_a_foreign_host_is_refused(browser: TestClient) -> None:
    assert browser.get("/?token=secret", headers={"Host": "evil.example"}).status_code == 400


def test_messages_are_answered(browser: TestClient) -> None:
    with browser.websocket_connect(SOCKET, headers={"Origin": "http://127.0.0.1"}) as websocket:
        assert ask(websocket, HELLO)["epoch"] == 0
        assert ask(websocket, {"id": 2, "type": "frame", "run": "epoch"})["epoch"] == 1
        assert ask(websocket, {"id": 3, "type": "dance"})["type"] == "error"


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        (BARE_SOCKET, {}),
        (f"{BARE_SOCKET}?token=guess", {}),
        (SOCKET, {"Origin": "http://evil.example"}),
        (SOCKET, {"Origin": "null"}),
        (SOCKET, {"Origin": "http://127.0.0.1:8080"}),
        (SOCKET, {"Host": "evil.example", "Origin": "http://evil.example"}),
    ],
)
def test_foreign_connections_are_refused(
    browser: TestClient, address: str, headers: dict[str, str]
) -> None:
    refusals = WebSocketDisconnect, WebSocketDenialResponse
    with pytest.raises(refusals), browser.websocket_connect(address, headers=headers):
        pass


@pytest.mark.parametrize(
    "foreign",
    [
        b"",
        b"\x01",
        b"\xff\xff\xff\xff{}",
        struct.pack("<I", 2) + b"[]",
        struct.pack("<I", 4) + b"\xff\xfe\xfd\xfc",
        struct.pack("<I", 16) + b'{"buffers":[-1]}',
        struct.pack("<I", 15) + b'{"buffers":"x"}',
        struct.pack("<I", 2) + b"{}" + b"left over",
        struct.pack("<I", 40000) + b"[" * 20000 + b"]" * 20000,
    ],
)
def test_foreign_bytes_are_answered_and_the_session_lives_on(
    browser: TestClient, foreign: bytes
) -> None:
    with browser.websocket_connect(SOCKET) as websocket:
        websocket.send_bytes(foreign)
        answer, _ = decode(websocket.receive_bytes())
        assert answer["type"] == "error"
        websocket.send_text("words")
        answer, _ = decode(websocket.receive_bytes())
        assert answer["type"] == "error"
        assert ask(websocket, HELLO)["type"] == "frame"


def test_a_mistake_inside_is_logged_and_the_session_lives_on(
    browser: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("a mistake")

    with browser.websocket_connect(SOCKET) as websocket:
        with monkeypatch.context() as patched:
            patched.setattr(Session, "_answer", fail)
            assert "inside Errorest" in ask(websocket, HELLO)["message"]
        assert "a mistake" in caplog.text
        assert ask(websocket, HELLO)["type"] == "frame"


def test_sessions_know_nothing_of_each_other(browser: TestClient) -> None:
    with (
        browser.websocket_connect(SOCKET) as first,
        browser.websocket_connect(SOCKET) as second,
    ):
        ask(first, HELLO | {"fragment": "dataset=xor"})
        ask(first, {"id": 2, "type": "frame", "run": "epoch"})
        frame = ask(second, HELLO)
        assert (frame["state"]["dataset"], frame["epoch"]) == ("circle", 0)


def test_there_are_so_many_sessions_and_no_more() -> None:
    with client(Limits(sessions=1)) as browser, browser.websocket_connect(SOCKET) as first:
        assert ask(first, HELLO)["type"] == "frame"
        with browser.websocket_connect(SOCKET) as second, pytest.raises(WebSocketDisconnect) as end:
            second.receive_bytes()
        assert end.value.code == 1013
        first.close()


def test_an_idle_session_ends() -> None:
    with (
        client(Limits(idle_seconds=0.05)) as browser,
        browser.websocket_connect(SOCKET) as websocket,
    ):
        with pytest.raises(WebSocketDisconnect) as end:
            websocket.receive_bytes()
        assert end.value.code == 1001


def test_a_session_ends_whose_answers_nobody_reads() -> None:
    read = []

    async def receive() -> dict[str, Any]:
        return messages.pop()

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "websocket.send":
            await asyncio.sleep(1)
            read.append(message)

    hello = {"type": "websocket.receive", "bytes": encode(HELLO, [])}
    messages: list[dict[str, Any]] = [
        {"type": "websocket.disconnect", "code": 1006},
        hello,
        {"type": "websocket.connect"},
    ]
    scope = {
        "type": "websocket",
        "path": "/socket",
        "query_string": b"token=secret",
        "headers": [(b"host", b"127.0.0.1")],
    }
    limits = Limits(idle_seconds=0.05)
    server: Any = application(lambda: Session(limits=limits), ADMISSION, limits)
    # Playwright, where it was used before, keeps a loop of its own in this thread.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, server(scope, receive, send)).result()
    assert read == []
    assert len(messages) == 1


def test_public_servers_know_their_own_names_and_need_no_token() -> None:
    admission = Admission.public(["playground.example"])
    assert "evil.example" not in admission.hosts
    with client(admission=admission) as browser:
        for host in ("playground.example", "127.0.0.1:8000"):
            assert browser.get("/", headers={"Host": host}).status_code == 200


def test_local_tokens_differ() -> None:
    first, second = Admission.local(), Admission.local()
    assert first.token
    assert first.token != second.token
    assert "0.0.0.0" not in first.hosts
