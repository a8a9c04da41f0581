"""Points as a message gives them: for the stops of the tour, and from addresses.

>>> points = Message({"inputs": ["x"], "classes": ["a", "b"], "x": [[1], [2]], "labels": [0, 1]})
>>> read_points(points, Limits()).training_rows
array([0, 1])
"""

import numpy as np

from errorest.exceptions import PlaygroundError
from errorest.playground.data import Data, Input
from errorest.playground.limits import Limits
from errorest.playground.messages import Message

__all__ = ["read_points"]


def read_points(points: Message, limits: Limits) -> Data:
    """Read points with names of inputs and classes.

    Parameters
    ----------
    points : Message
        With ``inputs``, ``classes``, ``x`` and ``labels``; optionally ``name``, ``center`` and
        ``scale`` of the inputs, and ``training``: which points to learn from, by default all.
    limits : Limits

    Raises
    ------
    PlaygroundError
        If they do not fit together, or are too many.
    """
    inputs, classes = points.texts("inputs"), points.texts("classes")
    if not 1 <= len(inputs) <= limits.inputs:
        raise PlaygroundError(f"points need from 1 to {limits.inputs} inputs, not {len(inputs)}")
    if not 2 <= len(classes) <= limits.classes:
        raise PlaygroundError(f"points need from 2 to {limits.classes} classes, not {len(classes)}")
    rows = [row.numbers("x", len(inputs)) for row in points.each("x", limits.rows)]
    labels = [
        row.integer("labels", 0, len(classes) - 1) for row in points.each("labels", limits.rows)
    ]
    if not rows or len(labels) != len(rows):
        raise PlaygroundError(f"there are {len(rows)} points, but {len(labels)} labels")
    n = len(rows)
    center, scale = (
        points.numbers(name, len(inputs)) if points.has(name) else [usual] * len(inputs)
        for name, usual in (("center", 0.0), ("scale", 1.0))
    )
    training = np.arange(n)
    if points.has("training"):
        chosen = points.each("training", n)
        training = np.array([row.integer("training", 0, n - 1) for row in chosen], dtype=np.intp)
        if len(training) == 0 or len(np.unique(training)) < len(training):
            raise PlaygroundError("training must hold some points, and none twice")
    return Data(
        name=points.text("name") if points.has("name") else "points",
        target="class",
        inputs=tuple(Input(*one) for one in zip(inputs, center, scale, strict=True)),
        classes=tuple(classes),
        X=np.array(rows, dtype=np.float32),
        labels=np.array(labels, dtype=np.intp),
        training_rows=training,
        validation_rows=np.setdiff1d(np.arange(n), training),
        edited=True,
    )
