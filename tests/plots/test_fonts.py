"""Letters that the first font lacks are drawn in another that is installed."""

from collections.abc import Iterator
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager

from errorest.exceptions import ErrorestWarning
from errorest.plots import fonts

# Of matplotlib's fonts, STIXGeneral has it, and DejaVu Sans has not.
WATCH = "\u231a"


@pytest.fixture(autouse=True)
def _ask_anew() -> Iterator[None]:
    fonts._installed.cache_clear()
    yield
    fonts._installed.cache_clear()


def drawn(text: str, style: Any) -> Figure:
    with plt.style.context(["default", style]):
        figure, ax = plt.subplots()
        ax.set_xticks([0], [text])
        figure.canvas.draw()
    return figure


def pixels(figure: Figure) -> Any:
    canvas: Any = figure.canvas
    return np.asarray(canvas.buffer_rgba())


def test_a_letter_comes_from_a_font_that_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_FAMILIES", ("No Such Font", "STIXGeneral"))
    figure = drawn(WATCH, fonts.with_more_letters())
    fonts.warn_of_boxes(figure)
    from_both = drawn(WATCH, {"font.family": ["DejaVu Sans", "STIXGeneral"]})
    assert np.array_equal(pixels(figure), pixels(from_both))


def test_letters_that_no_font_has_are_warned_of_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_FAMILIES", ())
    figure = drawn(f"{WATCH}\t{WATCH} \U00012000", fonts.with_more_letters())
    with pytest.warns(ErrorestWarning) as told:
        fonts.warn_of_boxes(figure)
    assert len(told) == 1
    assert f"has '{WATCH}', '\U00012000', for which boxes stand" in str(told[0].message)


def test_other_letters_are_drawn_as_before() -> None:
    text = "São Paulo, Αθήνα, القاهرة: e\u0301 \u22121"
    figure = drawn(text, fonts.with_more_letters())
    fonts.warn_of_boxes(figure)
    assert np.array_equal(pixels(figure), pixels(drawn(text, {})))


def test_fonts_that_came_after_matplotlib_had_listed_them_are_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    listed = fontManager.ttflist
    path = next(font.fname for font in listed if font.name == "STIXGeneral")
    before = [font for font in listed if font.name != "STIXGeneral"]
    monkeypatch.setattr(fontManager, "ttflist", before)
    monkeypatch.setattr(fonts, "findSystemFonts", lambda: [path, __file__])
    monkeypatch.setattr(fonts, "_FAMILIES", ("STIXGeneral",))
    assert fonts.with_more_letters()["font.family"][1] == "STIXGeneral"
