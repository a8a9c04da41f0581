"""Networks as values, and the trace of one point through them."""

from errorest.network.layer import Dense, Layer
from errorest.network.network import Network

__all__ = ["Dense", "Layer", "Network"]
