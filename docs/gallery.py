"""Draw the pictures of docs/gallery.md by running its examples.

Run ``python docs/gallery.py``; it writes docs/gallery/*.png and, of films, *.gif, and for dark
pages *-dark.*. A picture shows what the example before it has drawn, a film what the example has
called ``film``. What an example prints must stand below it.
"""

import io
import re
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt

HERE = Path(__file__).parent
STYLES = {"": "default", "-dark": "dark_background"}


@dataclass(frozen=True)
class Example:
    """A block of Python, and what stands below it."""

    code: str
    picture: str | None
    text: str


def examples(page: str) -> Iterator[Example]:
    """Yield each block of Python, the file of the picture below it, and the text."""
    parts = re.split(r"```python\n(.*?)```\n", page, flags=re.DOTALL)
    for code, below in zip(parts[1::2], parts[2::2], strict=True):
        picture = re.search(r'src="gallery/(\w+\.\w+)"', below)
        text = re.search(r"```text\n(.*?)```", below, re.DOTALL)
        yield Example(code, picture[1] if picture else None, text[1] if text else "")


def draw(folder: Path) -> list[Path]:
    """Run all examples, once for a white page and once for a dark one.

    Raises
    ------
    ValueError
        If an example prints another text than stands below it.
    """
    mpl.use("agg")
    written = []
    for suffix, style in STYLES.items():
        names: dict[str, Any] = {}
        with plt.style.context(style):
            for example in examples((HERE / "gallery.md").read_text(encoding="utf-8")):
                printed = io.StringIO()
                with redirect_stdout(printed):
                    exec(compile(example.code, f"gallery.md, {example.picture}", "exec"), names)
                if lines_of(printed.getvalue()) != lines_of(example.text):
                    raise ValueError(f"{example.code} prints:\n{printed.getvalue()}")
                if example.picture is not None:
                    path = folder / example.picture
                    path = path.with_stem(path.stem + suffix)
                    save(path, names)
                    written.append(path)
    return written


def lines_of(text: str) -> list[str]:
    """Return the lines without the spaces at their ends."""
    return [line.rstrip() for line in text.strip().splitlines()]


def save(path: Path, names: dict[str, Any]) -> None:
    """Write the picture that was drawn last, or the film."""
    if path.suffix == ".gif":
        names["film"].save(path, width=400, fps=3, overwrite=True)
    else:
        plt.gcf().savefig(path, dpi=90, metadata={"Software": None})
    plt.close("all")


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "gallery"
    target.mkdir(exist_ok=True)
    for picture in draw(target):
        print(picture)
