"""The state of the playground: one table of settings, which is also its address.

>>> state = State().changed({"dataset": "xor", "hidden": [8]})
>>> state.activations, state.noise
(('tanh',), 0.1)
>>> state.fragment()
'dataset=xor&hidden=8&activations=tanh'
>>> State.from_fragment("dataset=xor&hidden=8&colour=red")[1]
["in the address: an unknown setting 'colour'"]
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode

from errorest.datasets.catalogue import CATALOGUE
from errorest.exceptions import PlaygroundError
from errorest.playground.settings import Choice, Integer, ListOf, Number, Setting

__all__ = ["SIMULATED", "USUAL_NOISE", "Effect", "State"]

USUAL_NOISE = {info.name: info.noise for info in CATALOGUE if info.noise is not None}

SIMULATED = tuple(USUAL_NOISE)

Effect = Literal["data", "network", "training", "view"]
"""What a change begins anew: the data, the network, nothing of these, or not even the training."""

_ACTIVATIONS = ("tanh", "sigmoid", "relu", "leaky_relu", "selu", "gelu", "identity")


def _setting(default: Any, setting: Setting, effect: Effect, label: str, hint: str = "") -> Any:
    facts = {"setting": setting, "effect": effect, "label": label, "help": hint}
    return field(default=default, metadata=facts)


@dataclass(frozen=True)
class State:
    """All settings; the metadata of each field says what it may be and what it begins anew."""

    dataset: str = _setting("circle", Choice((*SIMULATED, "own")), "data", "Dataset")
    noise: float = _setting(
        USUAL_NOISE["circle"], Number(0, 10, step=0.01), "data", "Noise", "Standard deviation"
    )
    n_points: int = _setting(200, Integer(10, 1000), "data", "Points")
    validation: float = _setting(
        0.25, Number(0, 0.5, step=0.05), "data", "Validation", "Share held back from training"
    )
    data_seed: int = _setting(0, Integer(0, 9999), "data", "Data seed")
    model: str = _setting(
        "network", Choice(("perceptron", "logistic", "network")), "network", "Model"
    )
    hidden: tuple[int, ...] = _setting(
        (4, 2), ListOf(Integer(1, 64), 6), "network", "Hidden layers"
    )
    activations: tuple[str, ...] = _setting(
        ("tanh", "tanh"), ListOf(Choice(_ACTIVATIONS), 6), "network", "Activations"
    )
    loss: str = _setting(
        "cross_entropy", Choice(("cross_entropy", "squared_error", "focal")), "network", "Loss"
    )
    optimizer: str = _setting(
        "adam", Choice(("sgd", "momentum", "adam", "adamw")), "training", "Optimizer"
    )
    schedule: str = _setting(
        "constant",
        Choice(("constant", "invscaling", "step", "cosine", "one_cycle")),
        "training",
        "Schedule",
        "How the learning rate changes during training",
    )
    learning_rate: float = _setting(
        0.03, Number(0.0001, 10, logarithmic=True), "training", "Learning rate"
    )
    l2: float = _setting(
        0.0, Number(0, 1, logarithmic=True), "training", "L2", "Penalty on large weights"
    )
    dropout: float = _setting(
        0.0, Number(0, 0.9, step=0.05), "training", "Dropout", "Share of hidden outputs zeroed"
    )
    batch_size: int = _setting(10, Integer(1, 1000), "training", "Batch size", "Points per step")
    max_epochs: int = _setting(
        1000, Integer(1, 10000), "training", "Max. epochs", "Training and its schedule end there"
    )
    seed: int = _setting(
        0, Integer(0, 9999), "network", "Seed", "For initial weights and shuffling"
    )
    x_axis: int = _setting(0, Integer(0, 9999), "view", "x-axis")
    y_axis: int = _setting(1, Integer(-1, 9999), "view", "y-axis")
    fixed: tuple[float | None, ...] = _setting(
        (), ListOf(Number(-1e6, 1e6, optional=True), 10000), "view", "Other inputs"
    )
    # Epochs per frame; 0 for as many as possible.
    speed: int = _setting(1, Integer(0, 100), "view", "Speed")

    def changed(self, changes: Mapping[str, Any]) -> "State":
        """Return the state after changes, with what follows from them.

        Parameters
        ----------
        changes : mapping of str to object
            New values, by the names of the settings.

        Raises
        ------
        PlaygroundError
            If there is no such setting, or it does not take the value.
        """
        checked: dict[str, Any] = {}
        for name, value in changes.items():
            if name not in _SETTINGS:
                raise PlaygroundError(f"there is no setting {name!r}: choose among {_NAMES}")
            checked[name] = _SETTINGS[name].checked(_LABELS[name], value)
        if "dataset" in checked and "noise" not in checked:
            checked["noise"] = USUAL_NOISE.get(checked["dataset"], 0.0)
        state = dataclasses.replace(self, **checked)
        return dataclasses.replace(
            state, activations=state._one_activation_per_layer(), fixed=state._fixed_up_to_last()
        )

    def _one_activation_per_layer(self) -> tuple[str, ...]:
        last = self.activations[-1] if self.activations else _ACTIVATIONS[0]
        missing = len(self.hidden) - len(self.activations)
        return (*self.activations[: len(self.hidden)], *[last] * missing)

    def _fixed_up_to_last(self) -> tuple[float | None, ...]:
        given = [place for place, value in enumerate(self.fixed) if value is not None]
        return self.fixed[: given[-1] + 1] if given else ()

    def effects_since(self, before: "State") -> set[Effect]:
        """Return what the changes since another state begin anew."""
        return {
            one.metadata["effect"]
            for one in dataclasses.fields(self)
            if getattr(self, one.name) != getattr(before, one.name)
        }

    def fragment(self) -> str:
        """Write what differs from the defaults, as for an address."""
        usual = State().changed({"dataset": self.dataset})
        texts = {
            name: setting.text(getattr(self, name))
            for name, setting in _SETTINGS.items()
            if getattr(self, name) != getattr(State() if name == "dataset" else usual, name)
        }
        return urlencode(texts, safe=",")

    @classmethod
    def from_fragment(cls, fragment: str) -> tuple["State", list[str]]:
        """Read a state from an address.

        Parameters
        ----------
        fragment : str

        Returns
        -------
        state : State
        notes : list of str
            What was wrong in the address, and is left out.
        """
        state, notes = cls(), []
        changes: dict[str, Any] = {}
        for name, text in parse_qsl(fragment.removeprefix("#"), keep_blank_values=True):
            try:
                if name not in _SETTINGS:
                    raise PlaygroundError(f"an unknown setting {name!r}")
                value = _SETTINGS[name].parsed(text)
                state.changed({name: value})
                changes[name] = value
            except ValueError as error:
                why = error if isinstance(error, PlaygroundError) else f"{name} cannot be {text!r}"
                notes.append(f"in the address: {why}")
        return state.changed(changes), notes

    def to_dict(self) -> dict[str, Any]:
        """Return the settings as the page knows them."""
        return dataclasses.asdict(self)

    @staticmethod
    def describe() -> list[dict[str, Any]]:
        """Describe all settings for the page."""
        return [
            {
                "name": one.name,
                "default": one.default,
                "label": one.metadata["label"],
                "help": one.metadata["help"],
                **one.metadata["setting"].describe(),
            }
            for one in dataclasses.fields(State)
        ]


_SETTINGS: dict[str, Setting] = {
    one.name: one.metadata["setting"] for one in dataclasses.fields(State)
}
_LABELS: dict[str, str] = {one.name: one.metadata["label"] for one in dataclasses.fields(State)}
_NAMES = ", ".join(_SETTINGS)
