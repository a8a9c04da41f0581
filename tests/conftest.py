"""Settings of all tests, and a browser for those that open pages.

``ERROREST_REQUIRE_BROWSER=1`` makes them fail where there is no Chromium, instead of being skipped.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

# A test says what is right, not how fast a machine must find out.
hypothesis.settings.register_profile("errorest", deadline=None)
hypothesis.settings.load_profile("errorest")

CHROMIUM_ARGUMENTS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
)


# Milliseconds: a test says what comes, not how soon on a machine that has other work.
PATIENCE = 120_000


@dataclass(frozen=True)
class Visit:
    """A page that is open, what it has said on the console, and what it has asked for."""

    page: "Page"
    messages: list[str]
    requests: list[str]

    def violations(self) -> list[str]:
        """Return what axe-core finds that keeps some people from using the page."""
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(self.page).response["violations"]
        return [f"{rule['id']}: {node['html']}" for rule in found for node in rule["nodes"]]


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        reason = "there is no Chromium: install the package chromium"
        assert not os.environ.get("ERROREST_REQUIRE_BROWSER"), reason
        pytest.skip(reason)
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS.split())
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def _window(browser: "Browser") -> "BrowserContext":
    """The one window of the session: it takes the browser longer to open than many pages."""
    window = browser.new_context()
    window.set_default_timeout(PATIENCE)
    # It would go with its last page.
    window.new_page()
    return window


@pytest.fixture
def window(_window: "BrowserContext") -> "Iterator[BrowserContext]":
    """A window in which nothing is stored; the pages of a test are closed after it."""
    yield _window
    _window.clear_cookies()
    for page in _window.pages[1:]:
        page.evaluate("localStorage.clear()")
        page.close()


@pytest.fixture
def visit(window: "BrowserContext") -> Callable[..., Visit]:
    """Open a URL; further arguments are those of playwright's ``emulate_media``."""

    def visit(url: str, viewport: "ViewportSize | None" = None, **media: Any) -> Visit:
        page = window.new_page()
        if viewport is not None:
            page.set_viewport_size(viewport)
        page.emulate_media(**media)
        visited = Visit(page, [], [])
        page.on("console", lambda message: visited.messages.append(message.text))
        page.on("pageerror", lambda error: visited.messages.append(str(error)))
        page.on("request", lambda request: visited.requests.append(request.url))
        page.goto(url)
        return visited

    return visit
