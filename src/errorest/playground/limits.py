"""How much a session may ask for."""

from dataclasses import dataclass

__all__ = ["LOCAL", "PUBLIC", "Limits"]


@dataclass(frozen=True)
class Limits:
    """Bounds of a session.

    Attributes
    ----------
    columns : int
        Of a file that is uploaded.
    rows, inputs, classes : int
        Of a table, after encoding.
    units : int
        Of all hidden layers together.
    message_bytes : int
        Of one message, an uploaded table included.
    frame_seconds : float
        How long one frame may train.
    history_bytes : int
        Of the recorded epochs.
    sessions : int
        How many there may be at a time.
    idle_seconds : float
        After how long without a message, or with an answer that is not read, a session ends.
    """

    columns: int = 1000
    rows: int = 5000
    inputs: int = 500
    classes: int = 20
    units: int = 384
    message_bytes: int = 20_000_000
    frame_seconds: float = 0.015
    history_bytes: int = 32_000_000
    sessions: int = 16
    idle_seconds: float = 24 * 3600.0


LOCAL = Limits()

PUBLIC = Limits(
    columns=200,
    rows=1000,
    inputs=100,
    classes=10,
    units=48,
    message_bytes=500_000,
    history_bytes=4_000_000,
    sessions=32,
    idle_seconds=600.0,
)
