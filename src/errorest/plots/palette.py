"""Colours and markers of classes, the same in every picture.

The colours are those of Okabe and Ito (2008), which people with colour-blindness can tell apart;
each class has a marker of its own too. The last class of two is the positive one.

>>> [style.color for style in class_styles(2)]
['#D55E00', '#0072B2']
"""

from dataclasses import dataclass

__all__ = ["ClassStyle", "class_styles"]


@dataclass(frozen=True)
class ClassStyle:
    """How the points of a class look."""

    color: str
    marker: str


_POSITIVE = ClassStyle("#0072B2", "o")
_NEGATIVE = ClassStyle("#D55E00", "s")
_FURTHER = (
    ClassStyle("#009E73", "^"),
    ClassStyle("#E69F00", "D"),
    ClassStyle("#CC79A7", "v"),
    ClassStyle("#56B4E9", "P"),
    ClassStyle("#F0E442", "X"),
)


def class_styles(n_classes: int) -> list[ClassStyle]:
    """Return a style for each class; beyond seven classes they repeat.

    Parameters
    ----------
    n_classes : int

    Returns
    -------
    list of ClassStyle
    """
    if n_classes <= 2:
        return [_NEGATIVE, _POSITIVE][:n_classes]
    styles = [_POSITIVE, _NEGATIVE, *_FURTHER]
    return [styles[index % len(styles)] for index in range(n_classes)]
