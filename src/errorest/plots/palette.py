"""Colours and markers of classes, the same in every picture.

The colours are those of Okabe and Ito (2008), which people with colour-blindness can tell apart;
each class has a marker of its own too. Beyond seven classes the colours come again, with other
markers and line styles. The last class of two is the positive one.

Paper and ink come from the style in use, so that pictures suit a white page and a dark one.
"""

from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex, to_rgb
from numpy.typing import NDArray

__all__ = [
    "NEGATIVE",
    "POSITIVE",
    "ClassStyle",
    "amount_colors",
    "class_styles",
    "faint_ink",
    "ink",
    "legible_on",
    "mixed_with_paper",
    "sign_colors",
]

POSITIVE = "#0072B2"
NEGATIVE = "#D55E00"


@dataclass(frozen=True)
class ClassStyle:
    """How the points and the line of a class look.

    Parameters
    ----------
    color : str
    marker : str
        Of matplotlib, as is the style of the line.
    line_style : str, default="-"

    Examples
    --------
    >>> class_styles(2)[1]
    ClassStyle(color='#0072B2', marker='o', line_style='-')
    """

    color: str
    marker: str
    line_style: str = "-"


# Filled ones only: the points have a white edge.
_MARKERS = "os^DvPX<>p*hd8"
_COLORS = (POSITIVE, NEGATIVE, "#009E73", "#E69F00", "#CC79A7", "#56B4E9", "#F0E442")
_LINE_STYLES = ("-", "--", "-.", ":")


def class_styles(n_classes: int) -> list[ClassStyle]:
    """Return a style for each class, its own for up to 98 classes; of 28 the lines differ too.

    Parameters
    ----------
    n_classes : int

    Returns
    -------
    list of ClassStyle

    Examples
    --------
    >>> [style.color for style in class_styles(2)]
    ['#D55E00', '#0072B2']
    """
    styles = [
        ClassStyle(
            _COLORS[index % len(_COLORS)],
            # In each round over all markers they are one further on from the colours.
            _MARKERS[(index + index // len(_MARKERS)) % len(_MARKERS)],
            _LINE_STYLES[index // len(_COLORS) % len(_LINE_STYLES)],
        )
        for index in range(max(n_classes, 2))
    ]
    return styles if n_classes > 2 else styles[1::-1][:n_classes]


def ink() -> str:
    """Return the style's colour of text and lines."""
    return to_hex(mpl.rcParams["text.color"])


def faint_ink(ax: Axes) -> str:
    """Return a colour for what shall stay in the background: ink, two thirds paper."""
    red, green, blue = mixed_with_paper(np.array(to_rgb(ink())), np.array(0.35), ax)
    return to_hex((red, green, blue))


def legible_on(color: Any) -> str:
    """Return black or white, which has the more contrast (WCAG 2.2) to a colour.

    Parameters
    ----------
    color : a colour, as matplotlib takes it

    Returns
    -------
    str

    Examples
    --------
    >>> legible_on(POSITIVE), legible_on(NEGATIVE)
    ('white', 'black')
    """
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in to_rgb(color)
    )
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "black" if (luminance + 0.05) ** 2 > 0.05 * 1.05 else "white"


def mixed_with_paper(
    colors: NDArray[np.floating], amount: NDArray[np.floating], ax: Axes
) -> NDArray[np.floating]:
    """Lay colours thinly on the background of a picture.

    Parameters
    ----------
    colors : array of shape (..., 3)
        Red, green and blue from 0 to 1.
    amount : array that can be broadcast against ``colors``
        1 for the colour itself, 0 for the background.
    ax : matplotlib Axes

    Returns
    -------
    array of shape (..., 3)
    """
    paper = np.array(to_rgb(ax.get_facecolor()))
    mixed: NDArray[np.floating] = paper + amount * (colors - paper)
    return mixed


def sign_colors(ax: Axes) -> LinearSegmentedColormap:
    """Return a colormap from negative over the background to positive."""
    paper = ax.get_facecolor()
    return LinearSegmentedColormap.from_list("sign", [NEGATIVE, paper, POSITIVE])


def amount_colors(ax: Axes) -> LinearSegmentedColormap:
    """Return a colormap from the background, for nothing, to the positive colour."""
    return LinearSegmentedColormap.from_list("amount", [ax.get_facecolor(), POSITIVE])
