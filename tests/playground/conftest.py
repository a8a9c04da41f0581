"""A playground that runs, and a page of a real browser that looks at it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

WEB = Path(__file__).parents[2] / "src/errorest/playground/web"


@pytest.fixture(scope="session")
def playground() -> Iterator[str]:
    """The address of a running ``errorest playground``."""
    command = [Path(sys.executable).parent / "errorest", "playground", "--no-browser"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:
        assert server.stdout is not None
        yield server.stdout.readline().split()[-1]
        server.terminate()


@pytest.fixture
def page(browser: Browser, playground: str) -> Iterator[Page]:
    """The playground's page; whatever it complains of fails the test."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: _keep_foreign(request.url, playground, complaints))
    page.goto(playground)
    page.wait_for_selector(".readings dd")
    yield page
    page.close()
    assert complaints == []


def _keep_foreign(url: str, playground: str, complaints: list[str]) -> None:
    own = playground.split("?")[0]
    if not url.startswith((own, "blob:", "data:")):
        complaints.append(f"a request to {url}")
