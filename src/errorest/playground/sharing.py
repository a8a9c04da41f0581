"""Points of one's own in an address, where they are few.

>>> shared = pack({"x": [[1.0, 2.0]]})
>>> fragment, payloads = separate(f"dataset=xor&points={shared}")
>>> fragment, payloads
('dataset=xor', {'points': {'x': [[1.0, 2.0]]}})
"""

import base64
import binascii
import json
import zlib
from typing import Any
from urllib.parse import parse_qsl, urlencode

from errorest.exceptions import PlaygroundError
from errorest.playground.data import Data

__all__ = ["pack", "points_of", "separate"]

# Longer addresses are cut by some programs.
_MAX_LENGTH = 4000

# A small text can stand for a huge one.
_MAX_BYTES = 100_000

_KEYS = ("points", "table")


def pack(payload: dict[str, Any]) -> str | None:
    """Write a payload as a word for an address, or None if it would be too long."""
    text = json.dumps(payload, separators=(",", ":")).encode()
    word = base64.urlsafe_b64encode(zlib.compress(text, 9)).decode().rstrip("=")
    return word if len(word) <= _MAX_LENGTH and len(text) <= _MAX_BYTES else None


def separate(fragment: str) -> tuple[str, dict[str, dict[str, Any]]]:
    """Take the payloads out of an address.

    Raises
    ------
    PlaygroundError
        If one is damaged.
    """
    parts = parse_qsl(fragment.removeprefix("#"), keep_blank_values=True)
    settings = [(name, text) for name, text in parts if name not in _KEYS]
    payloads = {name: _unpack(text) for name, text in parts if name in _KEYS}
    return urlencode(settings, safe=",", errors="replace"), payloads


def _unpack(word: str) -> dict[str, Any]:
    try:
        packed = base64.urlsafe_b64decode(word + "=" * (-len(word) % 4))
        payload = json.loads(zlib.decompressobj().decompress(packed, _MAX_BYTES))
        if not isinstance(payload, dict):
            raise ValueError("not an object")
        return payload
    except (binascii.Error, zlib.error, ValueError, RecursionError) as error:
        raise PlaygroundError("data in the address is damaged: ask for the link again") from error


def points_of(data: Data) -> dict[str, Any]:
    """Return points as the message ``setup`` has them."""
    return {
        "name": data.name,
        "inputs": [one.name for one in data.inputs],
        "center": [one.center for one in data.inputs],
        "scale": [one.scale for one in data.inputs],
        "classes": [str(one) for one in data.classes],
        # Nine digits tell any float32 from its neighbours.
        "x": [[float(f"{value:.9g}") for value in row] for row in data.X],
        "labels": data.labels.tolist(),
        "training": data.training_rows.tolist(),
    }
