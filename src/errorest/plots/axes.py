"""Where a picture is drawn.

>>> ax = axes_or_new(None, height=3)
>>> axes_or_new(ax) is ax
True
"""

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

__all__ = ["LINE_HEIGHT", "axes_or_new"]

# In inches, of a name on an axis.
LINE_HEIGHT = 0.18


def axes_or_new(
    ax: Axes | None, *, height: float | None = None, width: float | None = None
) -> Axes:
    """Return the axes that were given, or those of a new figure.

    Parameters
    ----------
    ax : matplotlib Axes or None
    height, width : float, optional
        Of a new figure, in inches; by default those of the style in use.

    Returns
    -------
    matplotlib Axes
    """
    if ax is not None:
        return ax
    figure, ax = plt.subplots(layout="constrained")
    if height is not None:
        figure.set_figheight(height)
    if width is not None:
        figure.set_figwidth(width)
    return ax
