"""What a page does with a session, for tests."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from errorest.playground import Session

Content = dict[str, Any]

SMALL = {"map": 6, "thumbnails": 5}


class Page:
    """What a page does with a session."""

    def __init__(self, fragment: str = "", session: Session | None = None) -> None:
        self.session = session or Session()
        self.frame = self.ask("hello", fragment=fragment)

    def ask(self, kind: str, *buffers: bytes, **parts: Any) -> Content:
        message = {"id": 7, "type": kind, "view": SMALL} | parts
        answer, self.buffers = self.session.handle(message, buffers)
        assert answer["id"] == 7
        if answer["type"] == "frame":
            self.frame = answer
        return answer

    def array(self, packed: Content) -> NDArray[Any]:
        flat = np.frombuffer(self.buffers[packed["buffer"]], dtype=packed["dtype"])
        return flat.reshape(packed["shape"])
