"""The gallery's examples run, and its pictures are what they draw."""

import runpy
from pathlib import Path

from matplotlib.testing.compare import compare_images

DOCS = Path(__file__).parents[1] / "docs"

# As for the pictures of tests/plots: glyphs may differ, lines and colours may not.
TOLERANCE = 6.0


def test_the_gallery_is_what_its_examples_draw(tmp_path: Path) -> None:
    drawn = runpy.run_path(str(DOCS / "gallery.py"))["draw"](tmp_path)
    names = {path.name for path in drawn}
    assert names == {path.name for path in (DOCS / "gallery").iterdir()}
    page = (DOCS / "gallery.md").read_text(encoding="utf-8")
    assert all(f'"gallery/{name}"' in page for name in names)
    for path in drawn:
        difference = compare_images(str(DOCS / "gallery" / path.name), str(path), TOLERANCE)
        assert difference is None, difference
