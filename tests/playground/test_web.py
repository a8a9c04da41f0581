"""What the page's files promise, without a browser."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WEB = ROOT / "src/errorest/playground/web"


def test_nothing_is_fetched_from_elsewhere() -> None:
    for path in WEB.iterdir():
        text = path.read_text().replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://|@import|\beval\b|new Function", text), path.name


def test_page_has_no_inline_script_or_style() -> None:
    page = (WEB / "index.html").read_text()
    assert not re.search(r"<style|style=|<script>|\son\w+=", page)


def test_types() -> None:
    """``npm install`` brings the checker; it is needed where the browser is."""
    checker = ROOT / "node_modules/.bin/tsc"
    if not checker.exists():
        reason = "the page's types are not checked: npm install, in the project's folder"
        assert not os.environ.get("ERROREST_REQUIRE_BROWSER"), reason
        pytest.skip(reason)
    outcome = subprocess.run(
        [checker, "-p", ROOT / "jsconfig.json"], capture_output=True, text=True
    )
    assert outcome.stdout == ""
