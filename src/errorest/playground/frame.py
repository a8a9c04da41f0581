"""The frame: all that the page draws after each answer.

>>> import numpy as np
>>> from errorest.playground.data import simulated
>>> from errorest.playground.state import State
>>> state = State()
>>> data = simulated(state)
>>> packer = Packer()
>>> course = Course(state, data, max_bytes=1000)
>>> frame = frame_of(course, Plane(data, state), View(map=10), packer)
>>> frame["epoch"], frame["map"]["shape"]
(0, [1, 10, 10])
"""

import math
from dataclasses import dataclass
from functools import partial

import numpy as np

from errorest.network.network import Network
from errorest.network.unit_names import unit_names
from errorest.playground.course import Course
from errorest.playground.data import Data, shown
from errorest.playground.measuring import Measured
from errorest.playground.messages import Content, Message, Packer
from errorest.playground.plane import Plane
from errorest.playground.training_setup import activation_names
from errorest.training import error_surface

__all__ = ["View", "data_of", "frame_of", "names_of", "surface_of"]

# So many places of curves and path at most.
_CURVE_LENGTH = 400
_PATH_LENGTH = 200

# Multiplications that a surface may cost, a moment; else it becomes coarser, and its path too.
_SURFACE_WORK = 2e8


@dataclass(frozen=True)
class View:
    """What the page wants to see, and how large; 0 for not at all."""

    map: int = 100
    thumbnails: int = 0
    surface: int = 0

    @classmethod
    def read(cls, message: Message) -> "View":
        """Read the wishes that come with a message."""
        wishes = message.part("view")
        sizes = {
            name: wishes.integer(name, 0, largest)
            for name, largest in (("map", 200), ("thumbnails", 64), ("surface", 60))
            if wishes.has(name)
        }
        return cls(**sizes)


def frame_of(course: Course, plane: Plane, view: View, packer: Packer) -> Content:
    """Describe how things stand."""
    network, measured = course.network, course.measured()
    timeline = course.timeline
    probabilities = np.exp(measured.log_probabilities) if measured.has_probabilities else None
    thumbnails, limits = (
        plane.thumbnails(network, view.thumbnails) if view.thumbnails else (None, None)
    )
    frame: Content = {
        "type": "frame",
        "epoch": course.epoch,
        "step": course.step,
        "n_steps": course.n_steps,
        "done": course.ending is not None,
        "point": course.visit and course.visit.row,
        "called": course.visit and course.visit.called,
        "epochs": packer.pack(np.array(timeline.epochs)),
        "loss": measured.loss(),
        "accuracy": measured.accuracy(),
        "likelihood": measured.likelihood(),
        "confusion": packer.pack_all(measured.confusion()),
        "network": {
            "names": unit_names(network, *names_of(course.data)),
            "activations": activation_names(network),
            "weights": packer.pack(network.parameters),
        },
        "curves": packer.pack(timeline.curves(_CURVE_LENGTH)),
        **packer.pack_all(
            {
                "thumbnails": thumbnails,
                "limits": limits,
                "probabilities": probabilities,
                "votes": measured.votes,
                "arrows": plane.arrows(network),
            }
        ),
    }
    if view.map:
        x, y = plane.ranges
        frame["map"] = packer.pack(plane.map(network, view.map)) | {"x": x, "y": y}
    if view.surface:
        frame["surface"] = surface_of(course, view.surface, packer)
    return frame


def names_of(data: Data) -> tuple[list[str], list[str]]:
    """Return the names of a network's inputs and outputs."""
    n_outputs = data.meaning.n_outputs
    return [one.name for one in data.inputs], [shown(one) for one in data.classes[-n_outputs:]]


def data_of(data: Data, noise_high: float, packer: Packer) -> Content:
    """Describe the points."""
    low, high, mean = data.X.min(axis=0), data.X.max(axis=0), data.X.mean(axis=0)
    return {
        "name": data.name,
        "target": data.target,
        "classes": [shown(one) for one in data.classes],
        "edited": data.edited,
        "noise_high": noise_high,
        "inputs": [
            vars(one) | {"low": float(a), "high": float(b), "mean": float(m)}
            for one, a, b, m in zip(data.inputs, low, high, mean, strict=True)
        ],
        "points": packer.pack(data.X),
        "labels": packer.pack(data.labels),
        "validation": packer.pack(data.validates),
    }


def surface_of(
    course: Course, size: int, packer: Packer, *, counts_mistakes: bool = False
) -> Content:
    """Describe Mount Errorest around the path so far, or the staircase of counted mistakes."""
    data, end = course.data, course.network
    n_losses = int(_SURFACE_WORK / (len(data.training_rows) * end.n_parameters))
    walked = [*course.timeline.path(max(8, min(_PATH_LENGTH, n_losses // 4))), end.parameters]
    size = max(8, min(size, math.isqrt(n_losses)))
    surface = error_surface(
        # Where a training has diverged there is no place on the mountain: up to there.
        [end.with_parameters(place) for place in walked if np.isfinite(place).all()],
        data.training.X,
        data.training.targets,
        resolution=size,
        height=partial(_share_of_mistakes, data=data) if counts_mistakes else None,
    )
    path = np.column_stack([surface.path, surface.path_losses])
    return {
        "type": "surface",
        "heights": packer.pack(surface.losses),
        "x": [float(surface.across[0]), float(surface.across[-1])],
        "y": [float(surface.up[0]), float(surface.up[-1])],
        "path": packer.pack(path),
        "labels": surface.direction_names,
    }


def _share_of_mistakes(network: Network, data: Data) -> float:
    accuracy = Measured(network, data).accuracy()["train"]
    return 1 - (accuracy or 0.0)
