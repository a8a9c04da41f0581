"""A session of the playground: messages in, answers out, with no web in between."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from errorest.exceptions import ErrorestError, PlaygroundError
from errorest.network.network import Network
from errorest.playground.course import Course
from errorest.playground.data import Data, simulated
from errorest.playground.download import download, kinds
from errorest.playground.frame import View, data_of, frame_of, surface_of
from errorest.playground.limits import LOCAL, Limits
from errorest.playground.messages import Content, Message, Packer, plain
from errorest.playground.own_table import OwnTable, Source
from errorest.playground.plane import Plane
from errorest.playground.points import read_points
from errorest.playground.sharing import pack, points_of, separate
from errorest.playground.state import USUAL_NOISE, State
from errorest.playground.tracing import trace_of
from errorest.playground.training_setup import start_network

__all__ = ["Session"]

# For "epochs", which is asked for when nobody watches each one.
_LONG_SECONDS = 0.25


class Session:
    """One user's playground.

    Parameters
    ----------
    source : Source, optional
        What the data "own" are.
    limits : Limits, default=LOCAL

    Examples
    --------
    >>> session = Session()
    >>> frame, buffers = session.handle({"id": 1, "type": "hello", "fragment": "dataset=xor"}, [])
    >>> frame["state"]["dataset"], frame["epoch"]
    ('xor', 0)
    >>> frame, buffers = session.handle({"id": 2, "type": "frame", "run": "epoch"}, [])
    >>> frame["epoch"], frame["map"]["shape"]
    (1, [1, 100, 100])
    >>> session.handle({"id": 3, "type": "dance"}, [])[0]["message"]
    "there is no message of type 'dance'"
    """

    def __init__(self, source: Source | None = None, *, limits: Limits = LOCAL) -> None:
        self.limits = limits
        self._source = source
        self._uploaded: OwnTable | None = None
        self._notes: list[str] = []
        self._part = 1.0
        state = State() if source is None else State().changed({"dataset": "own"})
        self._begin(state, self._load(state, source))

    def handle(
        self, content: Content, buffers: Sequence[bytes] = (), *, share: float = 1.0
    ) -> tuple[Content, list[bytes]]:
        """Answer a message.

        Parameters
        ----------
        content : dict
            What JSON can say, with ``type`` and ``id``.
        buffers : sequence of bytes
            What came along.
        share : float, default=1
            The part of the time for a frame that is there, where others want theirs.

        Returns
        -------
        content : dict
            The answer, with the same ``id``. A message that asks for what cannot be is answered
            by one of type ``error``, and changes nothing.
        buffers : list of bytes
            The arrays that the answer speaks of.
        """
        packer = Packer()
        self._notes = []
        self._part = share
        try:
            # A training that diverges shows as such; it is no reason to warn.
            with np.errstate(all="ignore"):
                answer = self._answer(Message(content, buffers), packer)
        except ErrorestError as error:
            packer = Packer()
            answer = {"type": "error", "message": " ".join(str(error).split())}
        number = content.get("id")
        asked = {"id": number if isinstance(number, int | str) else None}
        return plain(answer) | asked, packer.buffers

    def _answer(self, message: Message, packer: Packer) -> Content:
        kind = message.text("type")
        answers: dict[str, Callable[[Message, Packer], Content]] = {
            "hello": self._hello,
            "csv": self._csv,
            "share": self._share,
            "download": self._download,
            "trace": self._trace,
            "surface": self._surface,
        }
        actions: dict[str, Callable[[Message], None]] = {
            "state": self._change_state,
            "setup": self._set_up,
            "own": self._use_own,
            "frame": self._run,
            "rewind": lambda message: self._course.rewind(),
            "goto": lambda message: self._course.go_to(message.integer("epoch", 0, 10**9)),
            "add": self._add_point,
            "move": self._move_point,
            "delete": self._delete_point,
            "weight": self._set_weight,
        }
        if kind in answers:
            return answers[kind](message, packer)
        if kind in actions:
            view = View.read(message)
            actions[kind](message)
            return self._frame(view, packer)
        raise PlaygroundError(f"there is no message of type {kind!r}")

    # Beginning anew.

    def _begin(self, state: State, data: Data, network: Network | None = None) -> None:
        """Begin a training; only here and in _edit, the session changes its data."""
        self._check_size(state, data)
        course, plane = Course(state, data, self.limits.history_bytes, network), Plane(data, state)
        self._course, self._plane = course, plane
        self._shows_data = True

    def _check_size(self, state: State, data: Data) -> None:
        if state.model == "network" and sum(state.hidden) > self.limits.units:
            raise PlaygroundError(
                f"{sum(state.hidden)} hidden units are too many: use {self.limits.units} at most"
            )
        if len(data.X) > self.limits.rows:
            raise PlaygroundError(
                f"{len(data.X)} points are too many: use {self.limits.rows} at most"
            )

    def _load(self, state: State, source: Source | None) -> Data:
        if state.dataset != "own":
            return simulated(state)
        if source is None:
            raise PlaygroundError("there is no table of your own yet: choose a CSV file")
        data, note = source.data(state, self.limits)
        self._note(note)
        return data

    def _hello(self, message: Message, packer: Packer) -> Content:
        view = View.read(message)
        fragment, payloads = separate(message.text("fragment"))
        state, notes = State.from_fragment(fragment)
        shared = Message(payloads)
        source = self._shared(shared.part("table")) if shared.has("table") else self._source
        if state.dataset == "own" and source is None:
            notes.append("the address refers to a table of your own, which is not loaded here")
            state = state.changed({"dataset": State().dataset})
        if not fragment and source is not None:
            state = state.changed({"dataset": "own"})
        self._begin(state, self._points(shared) or self._load(state, source))
        self._source = source
        self._notes += notes
        return self._frame(view, packer) | {
            "table": State.describe(),
            "limits": vars(self.limits),
            "downloads": kinds(),
        }

    def _points(self, message: Message) -> Data | None:
        return read_points(message.part("points"), self.limits) if message.has("points") else None

    def _change_state(self, message: Message) -> None:
        before, data = self._course.state, self._course.data
        state = before.changed(message.part("set").content)
        effects = state.effects_since(before)
        if "data" in effects:
            lost = data.edited and state.dataset == before.dataset
            self._begin(state, self._load(state, self._source))
            self._note("the points edited by hand were replaced by new ones" if lost else None)
        elif "network" in effects:
            self._begin(state, data)
        elif "training" in effects:
            self._course.continue_with(state, data)
        else:
            self._course.state = state
        self._plane = Plane(self._course.data, state)

    def _set_up(self, message: Message) -> None:
        state = State().changed(message.part("set").content)
        data = self._points(message) or self._load(state, self._source)
        network = None
        if message.has("parameters"):
            self._check_size(state, data)
            network = start_network(state, data)
            parameters = message.numbers("parameters", network.n_parameters)
            network = network.with_parameters(np.array(parameters, dtype=np.float32))
        self._begin(state, data, network)

    # One's own table.

    def _csv(self, message: Message, packer: Packer) -> Content:
        uploaded = OwnTable.read(message.text("name"), message.file(), self.limits)
        described = uploaded.describe(self.limits)
        self._uploaded = uploaded
        return {"type": "columns"} | described

    def _use_own(self, message: Message) -> None:
        table = self._uploaded
        if table is None and self._source is not None:
            table = self._source.table
        if table is None:
            raise PlaygroundError("there is no table of your own yet: choose a CSV file")
        columns = message.texts("columns") if message.has("columns") else None
        source = Source(table, message.text("target"), columns)
        state = self._course.state.changed({"dataset": "own"})
        self._begin(state, self._load(state, source))
        self._source = source

    def _shared(self, table: Message) -> Source:
        """Read a table that came with an address."""
        content = table.text("csv").encode(errors="replace")
        own = OwnTable.read(table.text("name"), content, self.limits)
        return Source(own, table.text("target"))

    def _share(self, message: Message, packer: Packer) -> Content:
        state, data = self._course.state, self._course.data
        name, payload = "points", points_of(data) if data.edited else None
        if payload is None and state.dataset == "own" and self._source is not None:
            name, payload = "table", self._source.payload()
        packed = payload and pack(payload)
        parts = [state.fragment(), *([f"{name}={packed}"] if packed else [])]
        own_data = "included" if packed else "too large" if payload else "none"
        return {
            "type": "share",
            "fragment": "&".join(part for part in parts if part),
            "own_data": own_data,
        }

    def _download(self, message: Message, packer: Packer) -> Content:
        own = self._source if self._course.state.dataset == "own" else None
        name, mime, content = download(self._course, message.text("what"), own)
        packer.buffers.append(content)
        return {"type": "download", "name": name, "mime": mime}

    # Training.

    def _run(self, message: Message) -> None:
        course, seconds = self._course, self._part * self.limits.frame_seconds
        run = message.text("run") if message.has("run") else ""
        if run == "play":
            course.run(course.state.speed or None, seconds)
        elif run == "epochs":
            course.run(message.integer("epochs", 1, 10000), self._part * _LONG_SECONDS)
        elif run == "epoch":
            course.run_epoch()
        elif run == "batch":
            course.run_batch()
        elif run == "point":
            course.run_point()
        elif run:
            raise PlaygroundError(f"run must be play, epochs, epoch, batch or point, not {run!r}")

    def _set_weight(self, message: Message) -> None:
        layer, source, unit = (message.integer(name, -1, 10**6) for name in ("layer", "from", "to"))
        self._course.set_weight(layer, source, unit, message.number("value"))

    # Points.

    def _add_point(self, message: Message) -> None:
        data = self._course.data
        x = message.numbers("x", 2, len(data.inputs))
        if len(data.X) == self.limits.rows:
            raise PlaygroundError(f"there are {self.limits.rows} points, the maximum")
        label = message.integer("label", 0, len(data.classes) - 1)
        self._edit(data.with_point(self._row(x), label))

    def _move_point(self, message: Message) -> None:
        data = self._course.data
        row = self._index(message)
        x, y = message.numbers("x", 2)
        self._edit(data.with_moved(row, self._plane.moved(data.X[row], (x, y))))

    def _delete_point(self, message: Message) -> None:
        self._edit(self._course.data.without_point(self._index(message)))

    def _edit(self, data: Data) -> None:
        self._course.continue_with(self._course.state, data)
        self._plane = Plane(data, self._course.state)
        self._shows_data = True

    def _index(self, message: Message) -> int:
        return message.integer("index", 0, len(self._course.data.X) - 1)

    def _row(self, x: list[float]) -> NDArray[np.float32]:
        """Return all inputs of a point that was given by all of them, or by its place."""
        if len(x) == len(self._course.data.inputs):
            return np.array(x, dtype=np.float32)
        (row,) = self._plane.rows(np.array([x]))
        return np.asarray(row)

    # What the page sees.

    def _trace(self, message: Message, packer: Packer) -> Content:
        data, index, label = self._course.data, None, None
        if message.has("index"):
            index = self._index(message)
            point, label = data.X[index], int(data.labels[index])
        else:
            point = self._row(message.numbers("x", 2, len(data.inputs)))
            if message.has("label"):
                label = message.integer("label", 0, len(data.classes) - 1)
        return trace_of(self._course.network, data, point, label) | {"index": index}

    def _surface(self, message: Message, packer: Packer) -> Content:
        height = message.text("height") if message.has("height") else "loss"
        if height not in ("loss", "mistakes"):
            raise PlaygroundError(f"height must be loss or mistakes, not {height!r}")
        size, counts = message.integer("size", 8, 60), height == "mistakes"
        return surface_of(self._course, size, packer, counts_mistakes=counts)

    def _frame(self, view: View, packer: Packer) -> Content:
        state, data = self._course.state, self._course.data
        # Those of these inputs, whatever the state asks for.
        x_axis, y_axis = self._plane.axes
        frame = frame_of(self._course, self._plane, view, packer)
        if self._shows_data:
            frame["data"] = data_of(data, 4 * USUAL_NOISE.get(state.dataset, 0.0), packer)
            self._shows_data = False
        self._note(self._course.ending)
        return frame | {
            "state": state.to_dict() | {"x_axis": x_axis, "y_axis": y_axis},
            "fragment": state.fragment(),
            "note": "; ".join(self._notes) or None,
        }

    def _note(self, note: str | None) -> None:
        if note:
            self._notes.append(note)
