"""A picture inside a page: drawn for a light and for a dark page, with words that stand for it.

>>> from errorest.plots import ActivationDisplay
>>> picture = draw_picture(
...     lambda: ActivationDisplay.from_activation("relu").ax_.figure, "ReLU", "relu: 0, then z."
... )
>>> picture.light[:26], picture.light == picture.dark
('data:image/svg+xml;base64,', False)
"""

import base64
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import matplotlib.pyplot as plt

from errorest.plots.fonts import warn_of_boxes, with_more_letters

__all__ = ["DARK_PAPER", "Picture", "draw_picture"]

DARK_PAPER = "#15181c"

# The same drawing gives the same bytes, and a name of $ is no formula.
_EVERY_PAPER = {"svg.hashsalt": "errorest", "text.parse_math": False}
_DARK = dict.fromkeys(("figure.facecolor", "axes.facecolor", "savefig.facecolor"), DARK_PAPER)


@dataclass(frozen=True)
class Picture:
    """A picture for a page.

    Attributes
    ----------
    light, dark : str
        SVG as data URIs.
    caption : str
        What it is.
    alt : str
        What it shows, with the numbers, for those who do not see it.
    """

    light: str
    dark: str
    caption: str
    alt: str


def draw_picture(draw: Callable[[], Any], caption: str, alt: str) -> Picture:
    """Draw a picture twice.

    Parameters
    ----------
    draw : callable without arguments
        Returns a new matplotlib Figure in the style that is in use.
    caption, alt : str
        As of :class:`Picture`.

    Returns
    -------
    Picture
    """
    every_paper = _EVERY_PAPER | with_more_letters()
    light, dark = (
        _data_uri(draw, style)
        for style in (["default", every_paper], ["dark_background", _DARK | every_paper])
    )
    return Picture(light, dark, caption, alt)


def _data_uri(draw: Callable[[], Any], style: Any) -> str:
    drawing = io.BytesIO()
    with plt.style.context(style):
        figure = draw()
        # Hundreds of points are smaller as one image.
        for ax in figure.axes:
            for points in ax.collections:
                points.set_rasterized(True)
        figure.savefig(drawing, format="svg", dpi=150, metadata={"Date": None})
    plt.close(figure)
    warn_of_boxes(figure)
    return "data:image/svg+xml;base64," + base64.b64encode(drawing.getvalue()).decode()
