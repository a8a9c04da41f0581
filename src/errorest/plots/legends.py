"""Legends of classes, which have room for many classes and names of any kind.

>>> import matplotlib.pyplot as plt
>>> _, ax = plt.subplots()
>>> legend = class_legend(ax, ax.plot([0, 1], label="_other"), loc="upper left")
>>> [text.get_text() for text in legend.get_texts()]
['_other']
>>> plt.close()
"""

from collections.abc import Sequence
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.legend import Legend

from errorest.plots.short_names import shortened

__all__ = ["class_legend"]

_MOST_INSIDE = 7
# As many as a figure of the usual height has room for: a second column leaves the axes little.
_MOST_IN_COLUMN = 30
_LONGEST_NAME = 40


def class_legend(ax: Axes, drawn: Sequence[Artist], **options: Any) -> Legend:
    """Name what is drawn of each class: beside the axes, if it would cover them.

    Parameters
    ----------
    ax : Axes
    drawn : sequence of Artist
        Labelled. Unlike by matplotlib's own choice, a name may begin with an underscore.
    **options
        Of ``ax.legend``.
    """
    if len(drawn) > _MOST_INSIDE:
        n_columns = -(-len(drawn) // _MOST_IN_COLUMN)
        options |= {"loc": "upper left", "bbox_to_anchor": (1, 1), "ncols": n_columns}
        options |= {"fontsize": "x-small"}
        # Axes that keep their proportions are not moved by what stands beside them.
        ax.set_aspect("auto")
    names = shortened([str(artist.get_label()) for artist in drawn], _LONGEST_NAME)
    return ax.legend(drawn, names, **options)
