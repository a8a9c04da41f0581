"""Kinds of settings: what values a setting takes, and how they stand in an address.

>>> rate = Number(low=0.0001, high=10, logarithmic=True)
>>> rate.checked("Learning rate", 0.3), rate.parsed("0.3"), rate.text(0.3)
(0.3, 0.3, '0.3')
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from errorest.exceptions import PlaygroundError

__all__ = ["Choice", "Integer", "ListOf", "Number", "Setting"]


class Setting(ABC):
    """What values a setting takes."""

    kind: ClassVar[str]

    @abstractmethod
    def checked(self, label: str, value: Any) -> Any:
        """Return a value of this kind.

        Raises
        ------
        PlaygroundError
            If it is of another kind or out of range; the message begins with ``label``.
        """

    @abstractmethod
    def parsed(self, text: str) -> Any:
        """Read a value, without checking it; ValueError where the text is none."""

    def text(self, value: Any) -> str:
        """Write a value."""
        return str(value)

    def describe(self) -> dict[str, Any]:
        """Describe the kind for the page."""
        facts = {name: value for name, value in asdict(self).items() if value is not None}  # type: ignore[call-overload]  # every kind is a dataclass
        return {"kind": self.kind} | facts


@dataclass(frozen=True)
class Choice(Setting):
    """One of several words."""

    kind: ClassVar[str] = "choice"
    choices: tuple[str, ...]

    def checked(self, label: str, value: Any) -> str:
        if not isinstance(value, str) or value not in self.choices:
            choices = ", ".join(self.choices)
            raise PlaygroundError(f"{label} must be one of {choices}, not {value!r}")
        return value

    def parsed(self, text: str) -> str:
        return text


@dataclass(frozen=True)
class Number(Setting):
    """A number from ``low`` to ``high``; a slider moves by ``step``, or by orders of magnitude."""

    kind: ClassVar[str] = "number"
    low: float
    high: float
    step: float | None = None
    logarithmic: bool = False
    optional: bool = False

    def checked(self, label: str, value: Any) -> float | None:
        if value is None and self.optional:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise PlaygroundError(f"{label} must be a number, not {value!r}")
        if not (self.low <= value <= self.high):
            raise PlaygroundError(f"{label} must be from {self.low} to {self.high}, not {value}")
        return float(value)

    def parsed(self, text: str) -> float | None:
        return float(text) if text or not self.optional else None

    def text(self, value: float | None) -> str:
        return "" if value is None else str(value).removesuffix(".0")


@dataclass(frozen=True)
class Integer(Setting):
    """A whole number from ``low`` to ``high``."""

    kind: ClassVar[str] = "int"
    low: int
    high: int

    def checked(self, label: str, value: Any) -> int:
        whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        if isinstance(value, bool) or not whole:
            raise PlaygroundError(f"{label} must be a whole number, not {value!r}")
        if not (self.low <= value <= self.high):
            raise PlaygroundError(f"{label} must be from {self.low} to {self.high}, not {value}")
        return int(value)

    def parsed(self, text: str) -> int:
        return int(text)


@dataclass(frozen=True)
class ListOf(Setting):
    """Several values of one kind."""

    kind: ClassVar[str] = "list"
    items: Setting
    max_length: int

    def checked(self, label: str, value: Any) -> tuple[Any, ...]:
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise PlaygroundError(f"{label} must be a list, not {value!r}")
        if len(value) > self.max_length:
            raise PlaygroundError(
                f"{label} has {len(value)} values; at most {self.max_length} are allowed"
            )
        return tuple(
            self.items.checked(f"{label}: value {place}", item)
            for place, item in enumerate(value, start=1)
        )

    def parsed(self, text: str) -> tuple[Any, ...]:
        return tuple(self.items.parsed(part) for part in text.split(",")) if text else ()

    def text(self, value: tuple[Any, ...]) -> str:
        return ",".join(map(self.items.text, value))

    def describe(self) -> dict[str, Any]:
        return {"kind": self.kind, "items": self.items.describe(), "max_length": self.max_length}
