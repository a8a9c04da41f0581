"""Messages as bytes: the length of the JSON (uint32, little endian), the JSON, the buffers.

>>> message = encode({"type": "csv"}, [b"x,y"])
>>> decode(message)
({'type': 'csv'}, [b'x,y'])
"""

import json
import struct
from collections.abc import Sequence
from itertools import accumulate, pairwise

from errorest.exceptions import PlaygroundError
from errorest.playground.messages import Content

__all__ = ["decode", "encode"]

_LENGTH = struct.Struct("<I")


def encode(content: Content, buffers: Sequence[bytes]) -> bytes:
    """Write a message."""
    lengths = [len(buffer) for buffer in buffers]
    text = json.dumps(content | {"buffers": lengths}, allow_nan=False).encode()
    return b"".join([_LENGTH.pack(len(text)), text, *buffers])


def decode(message: bytes) -> tuple[Content, list[bytes]]:
    """Read a message.

    Raises
    ------
    PlaygroundError
        If the bytes are none.
    """
    try:
        (length,) = _LENGTH.unpack_from(message)
        start = _LENGTH.size + length
        content = json.loads(message[_LENGTH.size : start])
        lengths = content.pop("buffers", [])
        places = list(accumulate(lengths, initial=start))
        if places != sorted(places) or places[-1] != len(message):
            raise ValueError("the lengths of the buffers are not those of the message")
        return content, [message[begin:end] for begin, end in pairwise(places)]
    # Foreign bytes can be wrong in any of these steps.
    except (struct.error, ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        raise PlaygroundError("the message is not of the playground's form") from error
