"""Networks as values, and the trace of one point through them."""

from errorest.network.chain_rule import ChainRule
from errorest.network.dense_form import DenseForm, dense_form
from errorest.network.embedding import Embedding
from errorest.network.layer import Dense, Layer
from errorest.network.network import Network
from errorest.network.parametric_activation import ParametricActivation
from errorest.network.periodic import Periodic
from errorest.network.scale import Scale
from errorest.network.tabular import tabular_network
from errorest.network.trace import Trace, trace

__all__ = [
    "ChainRule",
    "Dense",
    "DenseForm",
    "Embedding",
    "Layer",
    "Network",
    "ParametricActivation",
    "Periodic",
    "Scale",
    "Trace",
    "dense_form",
    "tabular_network",
    "trace",
]
