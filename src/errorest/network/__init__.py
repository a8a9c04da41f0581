"""Networks as values, and the trace of one point through them."""

from errorest.network.chain_rule import ChainRule
from errorest.network.layer import Dense, Layer
from errorest.network.network import Network
from errorest.network.trace import Trace, trace

__all__ = ["ChainRule", "Dense", "Layer", "Network", "Trace", "trace"]
