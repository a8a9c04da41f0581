"""The training that the state asks for: the network at its start, and how it is trained.

>>> from errorest.playground.data import simulated
>>> from errorest.playground.state import State
>>> network = start_network(State(), simulated(State()))
>>> [layer.n_out for layer in network.layers]
[4, 2, 1]
"""

import dataclasses
from functools import cache

import numpy as np
from sklearn.utils import check_random_state

from errorest.maths.activations import ACTIVATIONS, identity
from errorest.maths.losses import BrierLoss, FocalLoss, Loss, cross_entropy, perceptron_loss
from errorest.maths.optimizers import OPTIMIZERS, SGD, Optimizer
from errorest.maths.schedules import SCHEDULES
from errorest.network.layer import Dense
from errorest.network.network import Network
from errorest.playground.data import Data
from errorest.playground.state import State
from errorest.training import Trainer

__all__ = ["LOSSES", "activation_names", "optimizer", "start_network", "trainer", "with_dropout"]


LOSSES: dict[str, Loss] = {
    "cross_entropy": cross_entropy,
    "squared_error": BrierLoss(),
    "focal": FocalLoss(),
}
"""By the words of the state; a classifier's squared error is that of its probabilities."""


def start_network(state: State, data: Data) -> Network:
    """Return the network before the first epoch.

    It has the parameters that the estimator of the model would start from, the seed being its
    ``random_state``: random ones for a network, else all zero.
    """
    n_inputs, n_outputs = len(data.inputs), data.meaning.n_outputs
    if state.model == "network":
        return Network.build(
            n_inputs,
            state.hidden,
            n_outputs,
            activation=[ACTIVATIONS[name] for name in state.activations],
            loss=_loss(state, data),
            seed=_seeds(state.seed)[0],
            dropout=state.dropout,
            dtype=np.float32,
        )
    layer = Dense(n_inputs, n_outputs, identity)
    loss = perceptron_loss if state.model == "perceptron" else _loss(state, data)
    return Network((layer,), loss, np.zeros(layer.n_parameters, dtype=np.float32))


def with_dropout(network: Network, dropout: float) -> Network:
    """Return the network with another dropout in its hidden layers."""
    *hidden, last = [layer for layer, _ in network.dense_layers()]
    layers = *(dataclasses.replace(layer, dropout=dropout) for layer in hidden), last
    return dataclasses.replace(network, layers=layers)


def activation_names(network: Network) -> list[str]:
    """Return the name of each layer's activation."""
    names = {activation: name for name, activation in ACTIVATIONS.items()}
    return [names[layer.activation] for layer, _ in network.dense_layers()]


def optimizer(state: State) -> Optimizer:
    """Return the rule for a step."""
    return SGD(momentum=0.9) if state.optimizer == "momentum" else OPTIMIZERS[state.optimizer]


def trainer(state: State, n_rows: int) -> Trainer:
    """Return the settings of a training with so many rows."""
    first, second = _seeds(state.seed)
    return Trainer(
        optimizer(state),
        learning_rate=state.learning_rate,
        schedule=SCHEDULES[state.schedule],
        batch_size=min(state.batch_size, n_rows),
        l2=state.l2,
        max_epochs=state.max_epochs,
        seed=second if state.model == "network" else first,
    )


@cache
def _seeds(random_state: int) -> tuple[int, int]:
    """Draw two seeds as the estimators do: a network's weights, then its order of rows."""
    rng = check_random_state(random_state)
    return int(rng.randint(2**31)), int(rng.randint(2**31))


def _loss(state: State, data: Data) -> Loss:
    loss = LOSSES[state.loss] if state.model == "network" else cross_entropy
    return loss.for_independent_outputs() if data.meaning.independent else loss
