"""The page's files joined: its modules into one, and its style sheets.

A notebook serves no files, and a browser asks for one file sooner than for forty.

>>> "new WebSocket" in script("host.js"), "new WebSocket" in script("playground.js")
(True, False)
"""

import re
from pathlib import Path

__all__ = ["WEB", "script", "styles"]

WEB = Path(__file__).parent / "web"
"""The folder of the page."""

_STYLE_SHEETS = ("look", "controls", "layout", "cards", "network", "overlays")

_IMPORT = re.compile(r'^import\s[^;]*?from "\./(?P<file>[\w.]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)


def script(entry: str) -> str:
    """Join a module and those that it imports.

    Their top-level names differ, so that the imports between them can be left out.

    Parameters
    ----------
    entry : str
        The file of the module.
    """
    sources: dict[str, str] = {}

    def visit(file: str) -> None:
        if file in sources:
            return
        source = (WEB / file).read_text(encoding="utf-8")
        # A place in the order of imports, so that a circle ends.
        sources[file] = ""
        for found in _IMPORT.finditer(source):
            visit(found["file"])
        del sources[file]
        sources[file] = _EXPORT.sub("", _IMPORT.sub("", source))

    visit(entry)
    return "\n".join(sources.values())


def styles(*further: str) -> str:
    """Join the style sheets, and further ones."""
    sheets = [*_STYLE_SHEETS, *further]
    return "\n".join((WEB / f"{sheet}.css").read_text(encoding="utf-8") for sheet in sheets)
