"""The trace of one point, as the page shows it: feedforward and backpropagation, all numbers.

>>> from errorest.playground.data import simulated
>>> from errorest.playground.training_setup import start_network
>>> from errorest.playground.state import State
>>> data = simulated(State())
>>> described = trace_of(start_network(State(), data), data, data.X[0], 1)
>>> [len(layer["outputs"]) for layer in described["layers"]]
[4, 2, 1]
"""

import numpy as np
from numpy.typing import NDArray

from errorest.maths.losses import LOSSES
from errorest.network.network import Network
from errorest.network.trace import Trace, trace
from errorest.playground.data import Data
from errorest.playground.frame import names_of
from errorest.playground.messages import Content
from errorest.playground.training_setup import activation_names

__all__ = ["trace_of"]

# The page draws no more of a layer's.
_MOST_UNITS = 10

_LOSS_NAMES = {type(loss): name for name, loss in LOSSES.items()}


def trace_of(
    network: Network, data: Data, point: NDArray[np.floating], label: int | None
) -> Content:
    """Describe a point's way through the network, and its error's way back.

    Parameters
    ----------
    network : Network
    data : Data
        For the names of inputs and classes.
    point : array of shape (n_inputs,)
    label : int or None
        Index of its class; without it there is no way back.
    """
    target = None if label is None else data.meaning.matrix(np.array([label]))[0]
    inputs, outputs = names_of(data)
    traced = trace(network, point, target, input_names=inputs, output_names=outputs)
    return {
        "type": "trace",
        "label": label,
        "x": traced.layers[0].inputs,
        "layers": [
            {
                "activation": activation,
                "inputs": one.inputs,
                "weights": one.weights,
                "biases": one.biases,
                "logits": one.logits,
                "outputs": one.outputs,
            }
            for one, activation in zip(traced.layers, activation_names(network), strict=True)
        ],
        "output": traced.output,
        "output_name": network.loss.output_name,
        "target": traced.target,
        "loss": traced.loss,
        "loss_name": _LOSS_NAMES[type(network.loss)],
        "gradients": [
            vars(one) | {"chains": _chains(traced, layer)}
            for layer, one in enumerate(traced.gradients)
        ],
    }


def _chains(traced: Trace, layer: int) -> list[list[Content]]:
    """Return the factors from the loss back to each unit's logit, which all its edges share."""
    n_units = min(len(traced.gradients[layer].deltas), _MOST_UNITS)
    rules = [traced.chain_rule("bias", unit, layer=layer + 1) for unit in range(n_units)]
    return [
        [{"symbol": one.symbol, "value": one.value} for one in rule.factors[:-1]] for rule in rules
    ]
