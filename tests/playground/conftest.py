"""A playground that runs, and its page in a browser."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.fixture(scope="session")
def playground() -> Iterator[str]:
    """The address of a running ``errorest playground``."""
    errorest = Path(sys.executable).with_name("errorest")
    command = [str(errorest), "playground", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield server.stdout.readline().split()[-1]
        server.terminate()


@pytest.fixture
def visited(visit: Callable[..., Any], playground: str) -> Iterator[Any]:
    """A visit to the playground, whose page may complain of nothing and ask nobody else."""
    visited = visit(playground, viewport={"width": 1280, "height": 900})
    visited.page.wait_for_selector(".readings dd")
    yield visited
    own = (playground.split("?")[0], "blob:", "data:")
    assert visited.messages == []
    assert [url for url in visited.requests if not url.startswith(own)] == []


@pytest.fixture
def page(visited: Any) -> "Page":
    """The playground's page."""
    page: Page = visited.page
    return page
