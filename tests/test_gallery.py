"""The gallery's examples run, and its pictures and films are what they draw."""

import runpy
from pathlib import Path

from matplotlib.testing.compare import compare_images
from PIL import Image

DOCS = Path(__file__).parents[1] / "docs"

# As for the pictures of tests/plots: glyphs may differ, lines and colours may not.
TOLERANCE = 6.0


def stills(path: Path, folder: Path) -> list[Path]:
    """Return a picture, or some frames of a film as pictures."""
    if path.suffix == ".png":
        return [path]
    written = []
    with Image.open(path) as film:
        n_frames = getattr(film, "n_frames", 1)
        for frame in (0, n_frames // 2, n_frames - 1):
            film.seek(frame)
            written.append(folder / f"{path.stem}-{path.parent.name}-{frame}.png")
            film.convert("RGB").save(written[-1])
    return written


def test_the_gallery_is_what_its_examples_draw(tmp_path: Path) -> None:
    (folder := tmp_path / "drawn").mkdir()
    drawn = runpy.run_path(str(DOCS / "gallery.py"))["draw"](folder)
    names = {path.name for path in drawn}
    assert names == {path.name for path in (DOCS / "gallery").iterdir()}
    page = (DOCS / "gallery.md").read_text(encoding="utf-8")
    assert all(f'"gallery/{name}"' in page for name in names)
    for path in drawn:
        expected, found = stills(DOCS / "gallery" / path.name, tmp_path), stills(path, tmp_path)
        assert len(expected) == len(found)
        for ours, theirs in zip(expected, found, strict=True):
            difference = compare_images(str(ours), str(theirs), TOLERANCE)
            assert difference is None, difference
