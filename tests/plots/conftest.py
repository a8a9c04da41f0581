"""Pictures are drawn without a screen, and compared with small baseline images.

``ERROREST_BASELINES=write pytest tests/plots`` draws the baselines anew; look at them before they
are committed.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
from matplotlib.figure import Figure
from matplotlib.testing.compare import compare_images

mpl.use("agg")

BASELINES = Path(__file__).parent / "baselines"

# Root mean square over all pixels, from 0 to 255. Glyphs that another version of FreeType draws
# otherwise stay below it; a missing line or another colour does not.
TOLERANCE = 6.0

LooksLike = Callable[[Callable[[], Figure], str], None]


@pytest.fixture(autouse=True)
def _close_figures() -> Iterator[None]:
    yield
    plt.close("all")


@pytest.fixture(params=["default", "dark_background"])
def looks_like(request: pytest.FixtureRequest, tmp_path: Path) -> LooksLike:
    """Compare what a function draws, on white and on dark, with the baseline of a name."""

    def check(draw: Callable[[], Figure], name: str) -> None:
        suffix = "" if request.param == "default" else "-dark"
        with plt.style.context(request.param):
            figure = draw()
            drawn = tmp_path / f"{name}{suffix}.png"
            figure.savefig(drawn, dpi=50)
        baseline = BASELINES / drawn.name
        if os.environ.get("ERROREST_BASELINES") == "write":
            BASELINES.mkdir(exist_ok=True)
            baseline.write_bytes(drawn.read_bytes())
        assert compare_images(str(baseline), str(drawn), tol=TOLERANCE) is None

    return check
