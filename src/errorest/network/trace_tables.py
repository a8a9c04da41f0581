"""The tables of a trace: units and edges of one layer, of wide ones those that matter most."""

from collections.abc import Sequence

import numpy as np

from errorest.network.dense_form import PartialActivation, activation_name
from errorest.network.traced_point import Floats, TracedPoint
from errorest.text_table import TextTable, number_text

__all__ = [
    "MAX_ROWS",
    "by_magnitude",
    "edge_table",
    "feedforward_table",
    "inputs_gradient_table",
    "inputs_tables",
    "largest",
    "output_table",
    "unit_table",
]

MAX_ROWS = 20


def largest(values: Floats, max_number: int | None) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Return the places of the largest values, minus or plus, in ascending order.

    Parameters
    ----------
    values : array of any shape
    max_number : int or None
        How many; None for all.
    """
    return np.sort(by_magnitude(values)[:max_number])


def by_magnitude(values: Floats) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Return the places of all values, the largest first, minus or plus."""
    return np.argsort(-np.abs(values), axis=None, kind="stable")


def inputs_tables(point: TracedPoint, max_rows: int | None) -> list[TextTable]:
    """Return the point, and what each layer in front of the dense ones makes of it.

    First comes the row of a table that it was made of, if it was.
    """
    row, made_of = [], ""
    if point.cells:
        cells = point.cells[:max_rows]
        title = "The row"
        if len(cells) < len(point.cells):
            title += f" (the first {len(cells)} of {len(point.cells)} columns)"
        row = [TextTable(title, ("column", "cell"), cells, n_names=2)]
        made_of = ", with the row's numbers scaled and its words encoded"
    header = ("input", "value")
    return row + [
        _units_table(
            f"Feedforward, {inputs.made_by}" if inputs.made_by else f"The point{made_of}",
            *(header, inputs.names, [inputs.values], max_rows, "values"),
        )
        for inputs in point.inputs
    ]


def inputs_gradient_table(point: TracedPoint, max_rows: int | None) -> TextTable:
    """Return what comes back to the inputs of the first dense layer."""
    last = point.inputs[-1]
    grad_inputs = point.layers[0].weights @ point.gradients[0].deltas
    title = f"Backpropagation, to {last.made_by}"
    header = ("input", "value", "dJ/d value")
    columns = [last.values, grad_inputs]
    return _units_table(title, header, last.names, columns, max_rows, "derivatives")


def feedforward_table(point: TracedPoint, index: int, max_rows: int | None) -> TextTable:
    """Return bias, logit and output of a layer's units."""
    layer = point.layers[index]
    activation = layer.layer.activation
    header: tuple[str, ...] = ("unit", "bias b", "logit z = W x + b")
    columns = [layer.biases, layer.logits]
    if isinstance(activation, PartialActivation):
        header = (*header, "alpha")
        columns.append(activation.alpha)
    header = (*header, f"output a = {activation_name(activation)}(z)")
    columns.append(layer.outputs)
    title = f"Feedforward, layer {index + 1}"
    return _units_table(title, header, point.unit_names[index + 1], columns, max_rows, "outputs")


def output_table(point: TracedPoint, max_rows: int | None) -> TextTable:
    """Return the prediction, beside the target if it is known."""
    header: tuple[str, ...] = ("output", f"{point.network.loss.output_name} p")
    columns = [point.output]
    title, what = point.answer_name, "p"
    if point.target is not None and point.loss is not None:
        header = (*header, "target y", "p - y")
        columns += [point.target, point.output - point.target]
        what = "p - y"
        title += f": {type(point.network.loss).__name__} = {number_text(point.loss)}"
    return _units_table(title, header, point.output_names, columns, max_rows, what)


def unit_table(point: TracedPoint, index: int, max_rows: int | None = MAX_ROWS) -> TextTable:
    """Return the deltas of a layer's units, and what they are products of."""
    layer = point.gradients[index]
    header = ("unit", "dJ/da", "da/dz", "delta = dJ/dz = dJ/db")
    columns = [layer.grad_outputs, layer.slopes, layer.deltas]
    title = f"Backpropagation, layer {index + 1}: units"
    return _units_table(title, header, point.unit_names[index + 1], columns, max_rows, "deltas")


def edge_table(point: TracedPoint, index: int, max_rows: int | None) -> TextTable:
    """Return the gradients of a layer's weights, largest first, and what they are products of."""
    layer, gradients = point.layers[index], point.gradients[index]
    sources, units = point.unit_names[index], point.unit_names[index + 1]
    edges = by_magnitude(gradients.grad_weights)
    rows = []
    for edge in edges[:max_rows].tolist():
        i, j = divmod(edge, len(units))
        numbers = (
            layer.weights[i, j],
            layer.inputs[i],
            gradients.deltas[j],
            gradients.grad_weights[i, j],
        )
        rows.append((sources[i], units[j], *map(number_text, numbers)))
    title = f"Backpropagation, layer {index + 1}: edges"
    title += _note(len(rows), len(edges), "gradients")
    header = ("from", "to", "weight w", "input x", "delta", "dJ/dw = x delta")
    return TextTable(title, header, rows, n_names=2)


def _units_table(
    title: str,
    header: tuple[str, ...],
    names: list[str],
    columns: Sequence[Floats],
    max_rows: int | None,
    what: str,
) -> TextTable:
    """Return a row for each unit, of many for those whose last column, called what, is largest."""
    shown = largest(columns[-1], max_rows).tolist()
    rows = [(names[unit], *(number_text(column[unit]) for column in columns)) for unit in shown]
    return TextTable(title + _note(len(rows), len(names), what), header, rows)


def _note(n_shown: int, n_all: int, what: str) -> str:
    return f" (the {n_shown} of {n_all} with the largest {what})" if n_shown < n_all else ""
