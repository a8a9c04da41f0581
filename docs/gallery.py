"""Draw the pictures of docs/gallery.md by running its examples.

Run ``python docs/gallery.py``; it writes docs/gallery/*.png, and for dark pages *-dark.png. A
picture shows what the example before it has drawn.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt

HERE = Path(__file__).parent
STYLES = {"": "default", "-dark": "dark_background"}


def examples(text: str) -> Iterator[tuple[str, str | None]]:
    """Yield each block of Python and the file of the picture below it."""
    parts = re.split(r"```python\n(.*?)```\n", text, flags=re.DOTALL)
    for code, below in zip(parts[1::2], parts[2::2], strict=True):
        picture = re.search(r'src="gallery/(\w+)\.png"', below)
        yield code, picture[1] if picture else None


def draw(folder: Path) -> list[Path]:
    """Run all examples, once for a white page and once for a dark one."""
    mpl.use("agg")
    written = []
    for suffix, style in STYLES.items():
        names: dict[str, Any] = {}
        with plt.style.context(style):
            for code, name in examples((HERE / "gallery.md").read_text(encoding="utf-8")):
                exec(compile(code, f"gallery.md, {name}", "exec"), names)
                if name is not None:
                    path = folder / f"{name}{suffix}.png"
                    plt.gcf().savefig(path, dpi=90, metadata={"Software": None})
                    plt.close("all")
                    written.append(path)
    return written


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "gallery"
    target.mkdir(exist_ok=True)
    for picture in draw(target):
        print(picture)
