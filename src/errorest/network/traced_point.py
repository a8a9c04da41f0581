"""The numbers of one point on its way through a network and back."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from errorest.network.layer import Dense
from errorest.network.network import Network
from errorest.network.unit_names import unit_names

__all__ = ["Floats", "Inputs", "LayerGradients", "LayerTrace", "TracedPoint"]

Floats = NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class Inputs:
    """What a layer is given.

    Attributes
    ----------
    made_by : str
        Kind of the layer that they come from; of the point itself "".
    names : list of str
    values : array of shape (n_inputs,)
    """

    made_by: str
    names: list[str]
    values: Floats


@dataclass(frozen=True, eq=False)
class LayerTrace:
    """Feedforward through one layer.

    Attributes
    ----------
    layer : Dense
    weights : array of shape (n_in, n_out)
    inputs : array of shape (n_in,)
    biases, logits, outputs : arrays of shape (n_out,)
    """

    layer: Dense
    weights: Floats
    biases: Floats
    inputs: Floats
    logits: Floats
    outputs: Floats


@dataclass(frozen=True, eq=False)
class LayerGradients:
    """Backpropagation through one layer.

    Attributes
    ----------
    grad_outputs, slopes : arrays of shape (n_out,)
        dJ / d output, and d output / d logit.
    deltas : array of shape (n_out,)
        dJ / d logit = grad_outputs * slopes, which is also dJ / d bias.
    grad_weights : array of shape (n_in, n_out)
        inputs * deltas.
    """

    grad_outputs: Floats
    slopes: Floats
    deltas: Floats
    grad_weights: Floats


@dataclass(frozen=True, eq=False)
class TracedPoint:
    """Feedforward and backpropagation of one point, in float64.

    Attributes
    ----------
    network : Network
        Of dense layers (:mod:`errorest.network.dense_form`).
    inputs : list of Inputs
        The point, and what each layer in front of the dense ones makes of it.
    layers : list of LayerTrace
    gradients : list of LayerGradients
        One for each layer; empty without a target.
    output : array of shape (n_outputs,)
        What the loss makes of the last logits: probabilities.
    target : array of shape (n_outputs,), or None
    loss : float or None
        Of this point with this target: without the penalty on the weights, and without what
        training does to rows (weights, dropout, label smoothing).
    output_names : list of str
    cells : sequence of (str, str), optional
        Columns and cells of the row of a table that the point was made of.
    averaged : str, default=""
        Whose predictions a model averages, such as "3 networks", this network being one of them.
    """

    network: Network
    inputs: list[Inputs]
    layers: list[LayerTrace]
    gradients: list[LayerGradients]
    output: Floats
    target: Floats | None
    loss: float | None
    output_names: list[str]
    cells: Sequence[tuple[str, str]] = ()
    averaged: str = ""

    @property
    def answer_name(self) -> str:
        """What the prediction is called: that of a model, or of one of its networks."""
        if not self.averaged:
            return "Prediction"
        return f"Prediction of one of {self.averaged}, which are averaged"

    @property
    def input_names(self) -> list[str]:
        """Names of the inputs of the first dense layer."""
        return self.inputs[-1].names

    @property
    def made_by(self) -> str:
        """The kinds of the layers in front of the dense ones, such as "Periodic and Embedding"."""
        return " and ".join(inputs.made_by for inputs in self.inputs[1:])

    @property
    def unit_names(self) -> list[list[str]]:
        """Names of the inputs, then of each layer's units."""
        return unit_names(self.network, self.input_names, self.output_names)

    def gradient(self) -> Floats:
        """Return all partial derivatives, in the order of the network's parameter vector."""
        parts = [(layer.grad_weights.ravel(), layer.deltas) for layer in self.gradients]
        return np.concatenate([array for pair in parts for array in pair])
