"""One point on its way through a network and back, with every number.

Feedforward: each unit's logit and output, layer by layer, up to the loss. Backpropagation: the
chain rule back from the loss; a unit's *delta* is dJ / d logit, and an edge's gradient is the
input that it carried times the delta that it led to.

>>> import numpy as np
>>> from errorest.maths import binary_cross_entropy, tanh
>>> from errorest.network import Network
>>> network = Network.build(2, [], 1, activation=tanh, loss=binary_cross_entropy, seed=0)
>>> network = network.with_parameters(np.array([2.0, 1.0, -18.0]))
>>> student = trace(network, np.array([7.0, 6.0]), np.array([1.0]))
>>> student.layers[0].logits, student.output.round(4), round(student.loss, 4)
(array([2.]), array([0.8808]), 0.1269)
>>> student.gradients[0].grad_weights.round(4)
array([[-0.8344],
       [-0.7152]])
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from errorest.network.layer import Dense
from errorest.network.network import Network
from errorest.network.text_table import TextTable, html_of, rich_of
from errorest.network.unit_names import unit_names

if TYPE_CHECKING:
    from rich.console import Group

__all__ = ["LayerGradients", "LayerTrace", "Trace", "trace"]

Floats = NDArray[np.floating]


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
class Trace:
    """Feedforward and backpropagation of one point.

    It shows itself as tables, on a terminal through rich and in Jupyter as HTML.

    Attributes
    ----------
    network : Network
    layers : list of LayerTrace
    gradients : list of LayerGradients
        One for each layer; empty without a target.
    output : array of shape (n_outputs,)
        What the loss makes of the last logits: probabilities.
    target : array of shape (n_outputs,), or None
    loss : float or None
        Of this point, without the penalty on the weights.
    input_names, output_names : list of str
    """

    network: Network
    layers: list[LayerTrace]
    gradients: list[LayerGradients]
    output: Floats
    target: Floats | None
    loss: float | None
    input_names: list[str]
    output_names: list[str]

    def gradient(self) -> Floats:
        """Return all partial derivatives, in the order of the network's parameter vector."""
        parts = [(layer.grad_weights.ravel(), layer.deltas) for layer in self.gradients]
        return np.concatenate([array for pair in parts for array in pair])

    def tables(self, max_edges: int = 12) -> list[TextTable]:
        """Return the trace as tables of text.

        Parameters
        ----------
        max_edges : int, default=12
            How many edges of a layer to show: those with the largest gradients.
        """
        values = map(_text, self.layers[0].inputs)
        rows = list(zip(self.input_names, values, strict=True))
        tables = [TextTable("The point", ("input", "value"), rows)]
        tables += [self._feedforward_table(index) for index in range(len(self.layers))]
        tables.append(self._output_table())
        for index in reversed(range(len(self.gradients))):
            tables += [self._unit_table(index), self._edge_table(index, max_edges)]
        return tables

    def __str__(self) -> str:
        from rich.console import Console

        console = Console(width=120)
        with console.capture() as capture:
            console.print(self)
        return capture.get()

    def __rich__(self) -> "Group":
        return rich_of(self.tables())

    def _repr_html_(self) -> str:
        return html_of(self.tables())

    def _feedforward_table(self, index: int) -> TextTable:
        layer = self.layers[index]
        numbers = zip(layer.biases, layer.logits, layer.outputs, strict=True)
        activation = type(layer.layer.activation).__name__
        header = ("unit", "bias b", "logit z = W x + b", f"output {activation}(z)")
        rows = _rows(self._unit_names(index), numbers)
        return TextTable(f"Feedforward, layer {index + 1}", header, rows)

    def _output_table(self) -> TextTable:
        name = self.network.loss.output_name
        if self.target is None:
            rows = _rows(self.output_names, zip(self.output, strict=True))
            return TextTable("Answer", ("output", f"{name} p"), rows)
        numbers = zip(self.output, self.target, self.output - self.target, strict=True)
        title = f"Answer: {type(self.network.loss).__name__} = {_text(self.loss or 0.0)}"
        header = ("output", f"{name} p", "target y", "p - y")
        return TextTable(title, header, _rows(self.output_names, numbers))

    def _unit_table(self, index: int) -> TextTable:
        layer = self.gradients[index]
        numbers = zip(layer.grad_outputs, layer.slopes, layer.deltas, strict=True)
        header = ("unit", "dJ/d output", "d output/dz", "delta = dJ/dz = dJ/db")
        rows = _rows(self._unit_names(index), numbers)
        return TextTable(f"Backpropagation, layer {index + 1}: units", header, rows)

    def _edge_table(self, index: int, max_edges: int) -> TextTable:
        layer, gradients = self.layers[index], self.gradients[index]
        sources = self._unit_names(index - 1)
        units = self._unit_names(index)
        by_size = np.argsort(-np.abs(gradients.grad_weights), axis=None, kind="stable")
        rows = []
        for edge in by_size[:max_edges]:
            i, j = divmod(int(edge), len(units))
            numbers = (
                layer.weights[i, j],
                layer.inputs[i],
                gradients.deltas[j],
                gradients.grad_weights[i, j],
            )
            rows.append((sources[i], units[j], *map(_text, numbers)))
        title = f"Backpropagation, layer {index + 1}: edges"
        if len(by_size) > max_edges:
            title += f" (the {max_edges} of {len(by_size)} with the largest gradients)"
        header = ("from", "to", "weight w", "input x", "delta", "dJ/dw = x delta")
        return TextTable(title, header, rows, n_names=2)

    def _unit_names(self, index: int) -> list[str]:
        return unit_names(self.network, self.input_names, self.output_names)[index + 1]


def trace(
    network: Network,
    point: Floats,
    target: Floats | None = None,
    *,
    input_names: Sequence[str] | None = None,
    output_names: Sequence[str] | None = None,
) -> Trace:
    """Send one point through a network, and its error back.

    Parameters
    ----------
    network : Network
        With NumPy parameters.
    point : array of shape (n_features,)
    target : array of shape (n_outputs,), optional
        Without it there is no error to send back.
    input_names, output_names : sequence of str, optional
        By default x1, x2, ... and y1, y2, ...

    Returns
    -------
    Trace

    Raises
    ------
    ValueError
        If the point or the target does not have the network's shape.
    """
    if point.shape != (network.n_features,):
        raise ValueError(f"the point has shape {point.shape}, not ({network.n_features},)")
    if target is not None and target.shape != (network.n_outputs,):
        raise ValueError(f"the target has shape {target.shape}, not ({network.n_outputs},)")
    names = unit_names(network, input_names, output_names)

    layers = _feedforward(network, point)
    logits = layers[-1].outputs
    gradients, loss = [], None
    if target is not None:
        loss = float(network.loss(logits, target))
        gradients = _backpropagate(network, layers, network.loss.gradient(logits, target))
    return Trace(
        network=network,
        layers=layers,
        gradients=gradients,
        output=network.loss.output(logits),
        target=target,
        loss=loss,
        input_names=names[0],
        output_names=names[-1],
    )


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


def _rows(names: list[str], numbers: "zip[tuple[float, ...]]") -> list[tuple[str, ...]]:
    return [(name, *map(_text, row)) for name, row in zip(names, numbers, strict=True)]


def _text(number: float) -> str:
    return f"{number:.4g}"
