"""One point on its way through a network and back, with every number.

Feedforward: each unit's logit and output, layer by layer, up to the loss. Backpropagation: the
chain rule back from the loss; a unit's *delta* is dJ / d logit, and an edge's gradient is the
input that it carried times the delta that it led to.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from errorest.network import latex
from errorest.network.chain_rule import ChainRule, chain_rule
from errorest.network.dense_form import DenseForm, dense_form
from errorest.network.latex import Formulas
from errorest.network.network import Network
from errorest.network.trace_tables import (
    MAX_ROWS,
    edge_table,
    feedforward_table,
    inputs_gradient_table,
    inputs_tables,
    output_table,
    unit_table,
)
from errorest.network.traced_point import Floats, Inputs, LayerGradients, LayerTrace, TracedPoint
from errorest.network.unit_names import unit_names
from errorest.text_table import ShownAsTables, TextTable

__all__ = ["Trace", "trace"]


class Trace(ShownAsTables, TracedPoint):
    """Feedforward and backpropagation of one point.

    It shows itself as tables, on a terminal through rich and in Jupyter as HTML; its attributes
    are those of :class:`~errorest.network.traced_point.TracedPoint`.

    Examples
    --------
    >>> from errorest.maths import binary_cross_entropy
    >>> network = Network.from_weights([[[2], [1]]], [[-20]], loss=binary_cross_entropy)
    >>> student = trace(network, np.array([7.0, 6.0]), np.array([1.0]))
    >>> [table.title for table in student.tables()][:3]
    ['The point', 'Feedforward, layer 1', 'Prediction: BinaryCrossEntropy = 0.6931']
    """

    def tables(self, max_rows: int | None = MAX_ROWS) -> list[TextTable]:
        """Return the trace as tables of text.

        Parameters
        ----------
        max_rows : int or None, default=20
            How many units and edges of a layer to show: those with the largest numbers. None
            for all.
        """
        tables = inputs_tables(self, max_rows)
        tables += [feedforward_table(self, index, max_rows) for index in range(len(self.layers))]
        tables.append(output_table(self, max_rows))
        for index in reversed(range(len(self.gradients))):
            tables += [unit_table(self, index, max_rows), edge_table(self, index, max_rows)]
        if self.gradients and self.made_by:
            tables.append(inputs_gradient_table(self, max_rows))
        return tables

    def chain_rule(
        self, source: int | str, unit: int | str, *, layer: int | None = None
    ) -> ChainRule:
        """Follow the loss back to one weight, factor by factor.

        Parameters
        ----------
        source, unit : int or str
            Where the weight's edge begins and where it ends: names of units as the tables show
            them, or their places from 0. The bias of a unit leads from "bias".
        layer : int, optional
            To which layer the edge leads, from 1. By default the first in which there is such an
            edge.

        Returns
        -------
        ChainRule

        Raises
        ------
        ValueError
            If there is no such edge, or the trace has no target.
        """
        return chain_rule(self, source, unit, layer)

    def latex(self, max_terms: int = 6) -> Formulas:
        r"""Return feedforward and backpropagation as LaTeX, with the numbers filled in.

        Parameters
        ----------
        max_terms : int, default=6
            How many units and edges of a layer, and terms of a sum, to write out.

        Returns
        -------
        str
            A formula a line between ``\[`` and ``\]``, under headings that are comments. Jupyter
            shows it as formulas.

        Raises
        ------
        ValueError
            If max_terms is less than 1.
        """
        lines = []
        for heading, formulas in latex.formulas(self, max_terms):
            lines += [f"% {heading}", *(rf"\[ {formula} \]" for formula in formulas)]
        return Formulas("\n".join(lines))


def trace(
    network: Network,
    point: ArrayLike,
    target: ArrayLike | None = None,
    *,
    input_names: Sequence[str] | NDArray[Any] | None = None,
    output_names: Sequence[str] | None = None,
) -> Trace:
    """Send one point through a network, and its error back.

    All of it in float64: a network of float32 parameters gives the same prediction within the
    rounding of float32.

    Parameters
    ----------
    network : Network
        With NumPy parameters.
    point : array-like of shape (n_features,)
    target : array-like of shape (n_outputs,), optional
        Without it there is no error to send back.
    input_names, output_names : sequence of str, optional
        By default x1, x2, ... and y1, y2, ...

    Returns
    -------
    Trace

    Raises
    ------
    ValueError
        If the point or the target does not have the network's shape, or holds NaN or infinity; or
        if the network has no dense form (:func:`errorest.network.dense_form`).

    Examples
    --------
    >>> import numpy as np
    >>> from errorest.maths import binary_cross_entropy
    >>> from errorest.network import Network
    >>> network = Network.from_weights([[[2], [1]]], [[-18]], loss=binary_cross_entropy)
    >>> student = trace(network, np.array([7.0, 6.0]), np.array([1.0]))
    >>> student.layers[0].logits, student.output.round(4), round(student.loss, 4)
    (array([2.]), array([0.8808]), 0.1269)
    >>> student.gradients[0].grad_weights.round(4)
    array([[-0.8344],
           [-0.7152]])
    """
    point = np.asarray(point, dtype=np.float64)
    target = None if target is None else np.asarray(target, dtype=np.float64)
    if point.shape != (network.n_features,):
        raise ValueError(f"the point has shape {point.shape}, not ({network.n_features},)")
    if target is not None and target.shape != (network.n_outputs,):
        raise ValueError(f"the target has shape {target.shape}, not ({network.n_outputs},)")
    # In float32 the error of a point that the network is sure of would be a rounding error.
    network = network.with_parameters(network.parameters.astype(np.float64))
    form = dense_form(network)
    names = unit_names(network, input_names, output_names)
    inputs = _inputs(form, point, names[0])
    network, prepared = form.network, inputs[-1].values
    if not np.isfinite(prepared).all():
        which = inputs[-1].names[int(np.flatnonzero(~np.isfinite(prepared))[0])]
        raise ValueError(f"the point's {which} is NaN or infinite: fill it in before tracing")

    layers = _feedforward(network, prepared)
    logits = layers[-1].outputs
    gradients, loss = [], None
    if target is not None:
        loss = float(network.loss(logits, target))
        gradients = _backpropagate(network, layers, network.loss.gradient(logits, target))
    return Trace(
        network=network,
        inputs=inputs,
        layers=layers,
        gradients=gradients,
        output=network.loss.output(logits),
        target=target,
        loss=loss,
        output_names=names[-1],
    )


def _inputs(form: DenseForm, point: Floats, names: list[str]) -> list[Inputs]:
    inputs = [Inputs("", names, point)]
    for index, (layer, _) in enumerate(form.front, start=1):
        before = DenseForm(form.front[:index], form.network)
        values = before.prepared(point[None])[0]
        inputs.append(Inputs(type(layer).__name__, before.names(names), values))
    return inputs


def _feedforward(network: Network, inputs: Floats) -> list[LayerTrace]:
    traced = []
    for layer, parameters in network.dense_layers():
        logits, outputs = layer.feedforward(parameters, inputs)
        weights, biases = layer.weights(parameters), layer.biases(parameters)
        traced.append(LayerTrace(layer, weights, biases, inputs, logits, outputs))
        inputs = outputs
    return traced


def _backpropagate(
    network: Network, layers: list[LayerTrace], grad_outputs: Floats
) -> list[LayerGradients]:
    traced = []
    parameters = [parameters for _, parameters in network.layers_with_parameters()]
    for step, slice_ in zip(reversed(layers), reversed(parameters), strict=True):
        layer = step.layer
        grad_inputs, grad_parameters = layer.backpropagate(
            slice_, step.inputs[None, :], step.logits[None, :], grad_outputs[None, :]
        )
        traced.append(
            LayerGradients(
                grad_outputs=grad_outputs,
                slopes=layer.activation.derivative(step.logits),
                deltas=layer.biases(grad_parameters),
                grad_weights=layer.weights(grad_parameters),
            )
        )
        grad_outputs = grad_inputs[0]
    return traced[::-1]
