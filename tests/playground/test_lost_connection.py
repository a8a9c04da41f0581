"""A page whose session has ended: it says so at once, and again when it is asked for something."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, expect

from errorest.playground.bundle import script

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


def test_a_kernel_that_ended_is_told_when_it_is_asked(window: BrowserContext) -> None:
    page = window.new_page()
    page.route("http://notebook/", lambda route: route.fulfill(content_type="text/html"))
    page.goto("http://notebook/")
    page.evaluate(RENDER, script("playground.js"))
    expect(page.locator(".toast")).to_contain_text("kernel of this widget has stopped")
