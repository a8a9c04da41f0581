"""Letters that matplotlib's own font lacks, such as Chinese and Hindi ones, from installed fonts.

>>> with_more_letters()["font.family"][0]
'sans-serif'
"""

from contextlib import suppress
from functools import cache
from unicodedata import category

from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, findSystemFonts, fontManager, get_font
from matplotlib.text import Text

from errorest.exceptions import ErrorestWarning
from errorest.notices import warn
from errorest.tables.names import listing

__all__ = ["warn_of_boxes", "with_more_letters"]

# What Linux, macOS and Windows have, or is commonly installed; colours are no use to matplotlib.
_FAMILIES = (
    *("Noto Sans CJK JP", "Noto Sans CJK SC", "Noto Sans JP", "Noto Sans SC", "Noto Sans KR"),
    *("IPAexGothic", "IPAGothic", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "NanumGothic"),
    *("Hiragino Sans", "Hiragino Sans GB", "PingFang SC", "Apple SD Gothic Neo"),
    *("Yu Gothic", "Microsoft YaHei", "Malgun Gothic"),
    *("Noto Sans Devanagari", "Noto Sans Bengali", "Noto Sans Tamil", "Noto Sans Telugu"),
    *("Noto Sans Thai", "FreeSans", "Nirmala UI", "Leelawadee UI"),
    *("Arial Unicode MS", "Noto Emoji", "Symbola", "Segoe UI Emoji"),
)

# With a box for each letter that there is; by itself, matplotlib warns of each that it draws.
_BOXES = "Last Resort High-Efficiency"

_WITHOUT_SHAPE = ("Cc", "Cf")


def with_more_letters() -> dict[str, list[str]]:
    """Return a style with more fonts, for letters that the first one lacks."""
    return {"font.family": ["sans-serif", *_installed(), _BOXES]}


def warn_of_boxes(figure: Figure) -> None:
    """Warn if a figure that was drawn in this style has letters that none of the fonts has.

    Parameters
    ----------
    figure : matplotlib Figure

    Warns
    -----
    ErrorestWarning
        If boxes stand for them.
    """
    written = {letter for text in figure.findobj(Text) for letter in text.get_text()}
    fonts = [
        get_font([findfont(FontProperties(family=[family]))])
        for family in ("sans-serif", *_installed())
    ]
    lacking = [
        letter
        for letter in sorted(written)
        if category(letter) not in _WITHOUT_SHAPE
        and not any(font.get_char_index(ord(letter)) for font in fonts)
    ]
    if lacking:
        warn(
            f"no font of the pictures has {listing(lacking)}, for which boxes stand: install one "
            "such as Noto Sans CJK, FreeSans or Symbola (on Debian: fonts-noto-cjk, "
            "fonts-freefont-ttf, fonts-symbola)",
            ErrorestWarning,
        )


@cache
def _installed() -> list[str]:
    # Matplotlib's own list is as old as its cache.
    known = {font.fname for font in fontManager.ttflist}
    for path in findSystemFonts():
        if path not in known:
            # Such as one of pixels; it has no type of error for that.
            with suppress(Exception):
                fontManager.addfont(path)
    names = set(fontManager.get_font_names())
    return [family for family in _FAMILIES if family in names]
