"""Networks as values, and the trace of one point through them."""

from errorest.network.layer import Dense, Layer
from errorest.network.network import Network
from errorest.network.trace import Trace, trace

__all__ = ["Dense", "Layer", "Network", "Trace", "trace"]
