"""Messages: reading what came, and packing arrays into what goes.

>>> packer = Packer()
>>> packer.pack(np.zeros((2, 3), dtype=np.float32))
{'buffer': 0, 'dtype': 'float32', 'shape': [2, 3]}
>>> len(packer.buffers[0])
24
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from errorest.exceptions import PlaygroundError

__all__ = ["Content", "Message", "Packer", "plain"]

_LARGEST = 1e6

Content = dict[str, Any]
"""What JSON can say."""


class Packer:
    """The buffers of an answer."""

    def __init__(self) -> None:
        self.buffers: list[bytes] = []

    def pack(self, array: NDArray[Any]) -> Content:
        """Add an array, and return how the answer speaks of it."""
        kind = {"f": "float32", "i": "int32", "u": "uint8", "b": "uint8"}[array.dtype.kind]
        packed = np.ascontiguousarray(array, dtype=f"<{np.dtype(kind).str[1:]}")
        self.buffers.append(packed.tobytes())
        return {"buffer": len(self.buffers) - 1, "dtype": kind, "shape": list(array.shape)}

    def pack_all(self, arrays: Mapping[str, NDArray[Any] | None]) -> Content:
        """Add some arrays; None stays None."""
        return {name: None if array is None else self.pack(array) for name, array in arrays.items()}


class Message:
    """What the page asks, each part checked as it is read."""

    def __init__(self, content: Content, buffers: Sequence[bytes] = ()) -> None:
        self.content = content
        self.buffers = buffers

    def has(self, name: str) -> bool:
        """Tell whether a part is there."""
        return self.content.get(name) is not None

    def text(self, name: str) -> str:
        """Read a text."""
        value = self.content.get(name)
        if not isinstance(value, str):
            raise PlaygroundError(f"{name} must be a text, not {value!r}")
        return value

    def integer(self, name: str, low: int, high: int) -> int:
        """Read a whole number from ``low`` to ``high``."""
        value = self.content.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise PlaygroundError(
                f"{name} must be a whole number from {low} to {high}, not {value!r}"
            )
        return value

    def number(self, name: str) -> float:
        """Read a finite number."""
        return self._number(name, self.content.get(name))

    def numbers(self, name: str, *lengths: int) -> list[float]:
        """Read a list of finite numbers, of one of the lengths."""
        values = self.content.get(name)
        if not isinstance(values, list) or len(values) not in lengths:
            wanted = " or ".join(map(str, sorted(set(lengths))))
            raise PlaygroundError(f"{name} must be a list of {wanted} numbers")
        return [self._number(name, value) for value in values]

    def texts(self, name: str) -> list[str]:
        """Read a list of texts."""
        values = self.content.get(name)
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise PlaygroundError(f"{name} must be a list of texts")
        return values

    def each(self, name: str, longest: int) -> list["Message"]:
        """Read a list, each of its values as a message that has it under the same name."""
        values = self.content.get(name)
        if not isinstance(values, list) or len(values) > longest:
            raise PlaygroundError(f"{name} must be a list, of {longest} values at most")
        return [Message({name: value}) for value in values]

    def part(self, name: str) -> "Message":
        """Read what is inside of a part; without it, nothing is."""
        value = self.content.get(name, {})
        if not isinstance(value, dict):
            raise PlaygroundError(f"{name} must be an object with names and values")
        return Message(value, self.buffers)

    def file(self) -> bytes:
        """Read the file that came along."""
        if len(self.buffers) != 1:
            raise PlaygroundError("one file must come with this message")
        return bytes(self.buffers[0])

    def _number(self, name: str, value: Any) -> float:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        # What is larger would overflow float32 after a layer or two.
        if not is_number or not abs(value) <= _LARGEST:
            raise PlaygroundError(f"{name} must be from -1e6 to 1e6, not {value!r}")
        return float(value)


def plain(value: Any) -> Any:
    """Turn arrays into lists, and numbers that JSON does not have into None."""
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
