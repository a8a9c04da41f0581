"""A page whose session has ended: it says so at once, and again when it is asked for something."""

import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import BrowserContext, expect

from errorest.playground import Session
from errorest.playground.admission import Admission
from errorest.playground.bundle import script
from errorest.playground.limits import Limits
from errorest.playground.server import application

CLOSED = "The connection to Errorest was lost. Start Errorest again, then reload this page."

# A model as anywidget's, once the kernel is gone.
RENDER = """async (source) => {
  const module = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const { default: { render } } = await import(module);
  const send = () => { throw new Error("Cannot send"); };
  render({ model: { send, on() {}, off() {} }, el: document.body });
}"""


def test_a_server_that_ends_is_told_at_once_and_when_it_is_asked(visit: Callable[..., Any]) -> None:
    errorest = Path(sys.executable).with_name("errorest")
    command = [str(errorest), "playground", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        page = visit(server.stdout.readline().split()[-1]).page
        page.wait_for_selector(".readings dd")
        # Whose time can be moved on.
        page.clock.install()
        server.terminate()
    toast = page.locator(".toast")
    expect(toast).to_have_text(CLOSED)
    page.clock.fast_forward("01:00")
    expect(toast).to_be_hidden()
    page.click("[data-do=play]")
    expect(toast).to_be_visible()
    expect(toast).to_have_text(CLOSED)
    expect(page.locator("[data-do=play]")).to_have_attribute("aria-pressed", "false")


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(sessions=0), "all sessions are in use: try again later"),
        (Limits(idle_seconds=1), "no message came for a long time: reload the page"),
    ],
)
def test_the_server_says_why_it_ends_a_session(
    visit: Callable[..., Any], limits: Limits, reason: str
) -> None:
    admission = Admission.local()
    served = application(lambda: Session(limits=limits), admission, limits)
    server = uvicorn.Server(uvicorn.Config(served, log_level="warning", ws="websockets-sansio"))
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        port = listener.getsockname()[1]
        page = visit(f"http://127.0.0.1:{port}/?token={admission.token}").page
        toast = page.locator(".toast")
        expect(toast).to_have_text(reason)
        toast.evaluate("toast => toast.textContent = ''")
        page.click("[data-do=play]")
        expect(toast).to_have_text(reason)
    finally:
        server.should_exit = True
        thread.join()


def test_a_kernel_that_ended_is_told_when_it_is_asked(window: BrowserContext) -> None:
    page = window.new_page()
    page.route("http://notebook/", lambda route: route.fulfill(content_type="text/html"))
    page.goto("http://notebook/")
    page.evaluate(RENDER, script("playground.js"))
    expect(page.locator(".toast")).to_contain_text("kernel of this widget has stopped")
