"""The widget in a real JupyterLab."""

import contextlib
import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from playwright.sync_api import expect

CELL = """from errorest.playground import Widget
Widget([[9, 8], [3, 4], [7, 6], [2, 9]], ["yes", "no", "yes", "no"])"""


@pytest.fixture
def notebook(tmp_path: Path) -> Iterator[str]:
    """The address of a notebook with a widget in its one cell."""
    pytest.importorskip("jupyterlab", reason="the widget is not tried in Jupyter: no jupyterlab")
    pytest.importorskip("ipykernel", reason="the widget is not tried in Jupyter: no ipykernel")
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": CELL, "outputs": []}
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    content = {"cells": [{**cell, "execution_count": None}], "metadata": kernel}
    page = tmp_path / "widget.ipynb"
    page.write_text(json.dumps({**content, "nbformat": 4, "nbformat_minor": 5}))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = ["--no-browser", "--allow-root", f"--port={port}", "--IdentityProvider.token="]
    command = [sys.executable, "-m", "jupyterlab", *options]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL) as server:
        while server.poll() is None:
            with contextlib.suppress(OSError), urlopen(f"http://127.0.0.1:{port}/api") as answer:
                answer.read()
                break
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}/lab/tree/widget.ipynb"
        server.terminate()


def test_widget_trains_in_a_notebook(visit: Callable[..., Any], notebook: str) -> None:
    page = visit(notebook, viewport={"width": 1400, "height": 1000}).page
    # JupyterLab drops, silently, what is run before its kernel is there.
    kernel = page.get_by_role("button", name="Python 3 (ipykernel) | Idle")
    expect(kernel).to_be_visible()
    page.locator(".jp-Cell .cm-content").first.click()
    page.keyboard.press("Shift+Enter")
    epoch = page.locator(".errorest .readings dd").first
    expect(epoch).to_have_text("0")
    expect(page.locator(".errorest .tools")).to_contain_text("yes")
    page.locator(".errorest [data-do=epoch]").click()
    expect(epoch).to_have_text("1")
