"""A Python script that trains the playground's model, to the same result.

>>> from errorest.playground.data import simulated
>>> from errorest.playground.state import State
>>> course = Course(State(), simulated(State()), max_bytes=1_000_000)
>>> course.run_epoch()
>>> "model.partial_fit" in script_of(course, own=None)
True
"""

import re
from inspect import signature
from typing import Any

from errorest.estimators import MLPClassifier
from errorest.exceptions import PlaygroundError
from errorest.playground.course import Course
from errorest.playground.course_estimator import estimator_of
from errorest.playground.data import Data
from errorest.playground.own_table import Source
from errorest.playground.state import State
from errorest.wording import counted

__all__ = ["script_of"]

_SCHEDULES_WITH_AN_END = ("step", "cosine", "one_cycle")

# More points than these are not written out.
_MAX_POINTS = 2000


def script_of(course: Course, own: Source | None) -> str:
    """Write the script.

    Parameters
    ----------
    course : Course
    own : Source or None
        If the points are the rows of one's own table.

    Returns
    -------
    str
        Python source. Its last line prints the accuracies.

    Raises
    ------
    PlaygroundError
        If no epoch is done, or edited points are too many to be written out.
    """
    if course.epoch == 0:
        raise PlaygroundError("there is nothing to reproduce yet: train for at least one epoch")
    state, data = course.state, course.data
    if data.edited:
        points = _written_points(data)
    elif own is not None:
        points = _own_points(own, state, data)
    else:
        points = _simulated_points(state, data)
    model = _model(course)
    imports = _imports(points + model)
    epochs = counted(course.epoch, "epoch")
    title = f'"""Train the playground\'s {state.model} model for {epochs}, as in the browser."""\n'
    return "\n".join([title, imports, points, *_warnings(course), model, _REPORT])


def _warnings(course: Course) -> list[str]:
    """Say where the script's way is not the one that was gone."""
    notes = []
    if course.touched:
        notes.append(
            "# In the playground, weights, settings or points were changed during training.\n"
            "# This trains from the start, with the settings and points as they were at the end."
        )
    if course.step:
        notes.append("# The steps after the last whole epoch are left out.")
    if course.state.model == "logistic" and course.state.schedule in _SCHEDULES_WITH_AN_END:
        notes.append(
            f"# Here the schedule ends at epoch {course.epoch}, in the playground at "
            f"{course.state.max_epochs}."
        )
    return notes


def _simulated_points(state: State, data: Data) -> str:
    return f"""\
table = datasets.load(
    {state.dataset!r}, seed={state.data_seed}, n_samples={state.n_points}, noise={state.noise!r}
).frame
X = table.drop(columns={data.target!r}).to_numpy(dtype=np.float32)
y = table[{data.target!r}].to_numpy()
{_split(state, data)}"""


def _own_points(own: Source, state: State, data: Data) -> str:
    chosen = f"[{[*own.columns, own.target]!r}]" if own.columns is not None else ""
    sample = ""
    if own.n_labelled > len(data.X):
        sample = (
            f"features = features.sample(n={len(data.X)}, random_state={state.data_seed})\n"
            "target = target.loc[features.index]\n"
        )
    return f"""\
features, target = separate_target(read_table({own.table.name!r}){chosen}, {own.target!r})
{sample}y = target.to_numpy()
{_split(state, data)}
schema = Schema.recognise(features.iloc[training])
encoder = build_encoder(schema).fit(schema.conform(features.iloc[training]))
X = encoder.transform(schema.conform(features)).astype(np.float32)
"""


def _split(state: State, data: Data) -> str:
    n_validation = len(data.validation_rows)
    if n_validation == 0:
        return "training, validation = np.arange(len(y)), np.arange(0)\n"
    return f"""\
training, validation = train_test_split(
    np.arange(len(y)), test_size={n_validation}, random_state={state.data_seed}
)
"""


def _written_points(data: Data) -> str:
    if len(data.X) > _MAX_POINTS:
        raise PlaygroundError(
            f"{len(data.X)} points edited by hand are too many for a script, which holds "
            f"{_MAX_POINTS} at most"
        )
    # Nine digits tell any float32 from its neighbours.
    rows = ",\n".join(f"    [{', '.join(f'{value:.9g}' for value in row)}]" for row in data.X)
    return f"""\
points = [
{rows},
]
X = np.array(points, dtype=np.float32)
classes = np.array({list(data.classes)!r})
y = classes[{data.labels.tolist()!r}]
training = np.array({data.training_rows.tolist()!r})
validation = np.array({data.validation_rows.tolist()!r}, dtype=int)
"""


def _model(course: Course) -> str:
    model = estimator_of(course)
    usual = {name: one.default for name, one in signature(type(model)).parameters.items()}
    settings = "".join(
        f"    {name}={_written(value)},\n"
        for name, value in model.get_params(deep=False).items()
        if value != usual[name]
    )
    source = f"model = {type(model).__name__}(\n{settings})\n"
    if isinstance(model, MLPClassifier):
        classes = "classes" if course.data.edited else "np.unique(y)"
        return source + (
            f"for epoch in range({course.epoch}):\n"
            f"    model.partial_fit(X[training], y[training], classes={classes})\n"
        )
    return source + (
        "with warnings.catch_warnings():\n"
        "    # Exactly these epochs are wanted, even if more would help.\n"
        '    warnings.simplefilter("ignore", ConvergenceWarning)\n'
        "    model.fit(X[training], y[training])\n"
    )


def _written(value: Any) -> str:
    return "np.inf" if value == float("inf") else repr(value)


_REPORT = """\
print("accuracy, training:", model.score(X[training], y[training]))
if len(validation):
    print("accuracy, validation:", model.score(X[validation], y[validation]))
"""

_SOURCES = {
    "warnings": "import warnings",
    "np": "import numpy as np",
    "ConvergenceWarning": "from sklearn.exceptions import ConvergenceWarning",
    "train_test_split": "from sklearn.model_selection import train_test_split",
    "datasets": "errorest",
    "LogisticRegression": "errorest",
    "MLPClassifier": "errorest",
    "Perceptron": "errorest",
    "SGD": "errorest.maths",
    "Adam": "errorest.maths",
    "AdamW": "errorest.maths",
    "BrierLoss": "errorest.maths",
    "Constant": "errorest.maths",
    "Cosine": "errorest.maths",
    "FocalLoss": "errorest.maths",
    "InverseScaling": "errorest.maths",
    "OneCycle": "errorest.maths",
    "StepDecay": "errorest.maths",
    "Schema": "errorest.tables",
    "read_table": "errorest.tables",
    "separate_target": "errorest.tables",
    "build_encoder": "errorest.tables.encoder",
}
"""Where the names of a script come from: a whole line, or a module."""


def _imports(source: str) -> str:
    used = set(re.findall(r"\b\w+\b", source))
    lines: dict[str, list[str]] = {}
    for name, origin in _SOURCES.items():
        if name in used:
            lines.setdefault(origin, []).append(name)
    written = [
        origin if " " in origin else f"from {origin} import {', '.join(names)}"
        for origin, names in lines.items()
    ]
    return "\n".join([*written, ""])
