"""Networks as nodes of an ONNX graph, layer by layer.

>>> from errorest.maths import binary_cross_entropy, tanh
>>> graph = OnnxGraph()
>>> network = Network.build(2, [3], 1, activation=tanh, loss=binary_cross_entropy, seed=0)
>>> add_network(graph, network, "X", "network.")
'network.layer2.logits'
>>> [node.op_type for node in graph.to_model().graph.node]
['Gemm', 'Tanh', 'Gemm']
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from errorest.exceptions import ErrorestError
from errorest.files.onnx_graph import OnnxGraph
from errorest.maths.activations import (
    GELU,
    SELU,
    Activation,
    Identity,
    LeakyReLU,
    ReLU,
    Sigmoid,
    Step,
    Tanh,
)
from errorest.network import Dense, Embedding, Layer, Network, ParametricActivation, Periodic, Scale

__all__ = ["add_network"]

_OPERATORS: dict[type[Activation], str] = {
    Sigmoid: "Sigmoid",
    Tanh: "Tanh",
    ReLU: "Relu",
    LeakyReLU: "LeakyRelu",
    SELU: "Selu",
    GELU: "Gelu",
}


def add_network(graph: OnnxGraph, network: Network, inputs: str, prefix: str) -> str:
    """Add the nodes from rows to a network's logits, and return their name.

    The logits have the shape (n_samples, n_outputs); of submodels that share weights,
    (n_samples, n_submodels, n_outputs).

    Raises
    ------
    ErrorestError
        If ONNX has no operator for an activation, or does not know a layer.
    """
    outputs = inputs
    apart = False
    for number, (layer, parameters) in enumerate(network.layers_with_parameters(), start=1):
        name = f"{prefix}layer{number}"
        values = parameters.astype(np.float32)
        if isinstance(layer, Scale) and layer.n_submodels > 1 and not apart:
            # From here on each row stands once for each submodel.
            axis = graph.constant(f"{name}.axis", np.array([1]))
            outputs = graph.add("Unsqueeze", [outputs, axis], f"{name}.apart")
            apart = True
        outputs = _add_layer(graph, layer, values, outputs, name, apart=apart)
    return outputs


def _add_layer(
    graph: OnnxGraph,
    layer: Layer,
    values: NDArray[np.float32],
    inputs: str,
    name: str,
    *,
    apart: bool,
) -> str:
    if isinstance(layer, Dense):
        return _add_dense(graph, layer, values, inputs, name, apart=apart)
    if isinstance(layer, Scale):
        shape = (layer.n_submodels, layer.n) if layer.n_submodels > 1 else (layer.n,)
        factors = graph.constant(f"{name}.factors", values.reshape(shape))
        return graph.add("Mul", [inputs, factors], f"{name}.outputs")
    if isinstance(layer, ParametricActivation):
        activated = _activated(graph, layer.activation, inputs, f"{name}.activated")
        change = graph.add("Sub", [activated, inputs], f"{name}.change")
        alpha = graph.constant(f"{name}.alpha", values)
        part = graph.add("Mul", [alpha, change], f"{name}.part")
        return graph.add("Add", [inputs, part], f"{name}.outputs")
    if isinstance(layer, Embedding):
        return _add_embedding(graph, layer, values, inputs, name)
    if isinstance(layer, Periodic):
        return _add_waves(graph, layer, values, inputs, name)
    raise ErrorestError(f"ONNX export knows no layer of the kind {type(layer).__name__}")


def _add_dense(
    graph: OnnxGraph,
    layer: Dense,
    values: NDArray[np.float32],
    inputs: str,
    name: str,
    *,
    apart: bool,
) -> str:
    weights = graph.constant(f"{name}.weights", layer.weights(values))
    biases = graph.constant(f"{name}.biases", layer.biases(values))
    if apart:
        products = graph.add("MatMul", [inputs, weights], f"{name}.products")
        logits = graph.add("Add", [products, biases], f"{name}.logits")
    else:
        logits = graph.add("Gemm", [inputs, weights, biases], f"{name}.logits")
    return _activated(graph, layer.activation, logits, f"{name}.outputs")


def _add_embedding(
    graph: OnnxGraph, layer: Embedding, values: NDArray[np.float32], inputs: str, name: str
) -> str:
    """Multiply each code's one-hot row, of zeros for what is no level, by the vectors."""
    others = np.setdiff1d(np.arange(layer.n_in), layer.columns)
    parts = [_taken(graph, inputs, others, f"{name}.passing")]
    vectors = np.split(values.reshape(-1, layer.width), np.cumsum(layer.n_levels)[:-1])
    for column, n, table in zip(layer.columns, layer.n_levels, vectors, strict=True):
        part = f"{name}.column{column}"
        codes = graph.add(
            "Gather",
            [inputs, graph.constant(f"{part}.number", np.array(column))],
            f"{part}.codes",
            axis=1,
        )
        levels = graph.constant(f"{part}.levels", np.arange(n, dtype=np.float32)[:, None])
        row = graph.constant(f"{part}.row", np.array([0]))
        asked = graph.add("Unsqueeze", [codes, row], f"{part}.asked")
        equal = graph.add("Equal", [levels, asked], f"{part}.equal")
        one_hot = graph.cast(equal, np.float32, f"{part}.one_hot")
        columns = graph.add("Transpose", [one_hot], f"{part}.transposed", perm=[1, 0])
        known = graph.constant(f"{part}.vectors", table)
        parts.append(graph.add("MatMul", [columns, known], f"{part}.vector"))
    return graph.add("Concat", parts, f"{name}.outputs", axis=1)


def _add_waves(
    graph: OnnxGraph, layer: Periodic, values: NDArray[np.float32], inputs: str, name: str
) -> str:
    n, n_sums = len(layer.columns), layer.width - 1
    waves = values[: -n_sums * n].reshape(layer.n_frequencies, 2 + n_sums, n)
    biases = values[-n_sums * n :].reshape(n_sums, n)
    others = np.setdiff1d(np.arange(layer.n_in), layer.columns)
    passing = _taken(graph, inputs, others, f"{name}.passing")
    x = _taken(graph, inputs, np.array(layer.columns), f"{name}.x")
    axis = graph.constant(f"{name}.axis", np.array([1]))
    column = graph.add("Unsqueeze", [x, axis], f"{name}.column")
    turns = graph.constant(f"{name}.turns", (2 * math.pi * waves[:, 0]).astype(np.float32))
    phases = graph.constant(f"{name}.phases", waves[:, 1])
    turned = graph.add("Mul", [column, turns], f"{name}.turned")
    angles = graph.add("Add", [turned, phases], f"{name}.angles")
    cosines = graph.add("Cos", [angles], f"{name}.cosines")
    parts = [passing, x]
    for number in range(n_sums):
        part = f"{name}.sum{number}"
        weights = graph.constant(f"{part}.weights", waves[:, 2 + number])
        weighted = graph.add("Mul", [cosines, weights], f"{part}.weighted")
        total = graph.add("ReduceSum", [weighted, axis], f"{part}.total", keepdims=0)
        bias = graph.constant(f"{part}.bias", biases[number])
        parts.append(graph.add("Add", [total, bias], f"{part}.outputs"))
    return graph.add("Concat", parts, f"{name}.outputs", axis=1)


def _taken(graph: OnnxGraph, inputs: str, columns: NDArray[np.intp], name: str) -> str:
    numbers = graph.constant(f"{name}.columns", columns.astype(np.int64))
    return graph.add("Gather", [inputs, numbers], name, axis=1)


def _activated(graph: OnnxGraph, activation: Activation, logits: str, outputs: str) -> str:
    # A subclass may compute anything, so types are compared exactly.
    kind = type(activation)
    if kind is Identity:
        return logits
    if kind is Step:
        zero = graph.constant(f"{outputs}.zero", np.float32(0))
        reached = graph.add("GreaterOrEqual", [logits, zero], f"{outputs}.reached")
        return graph.cast(reached, np.float32, outputs)
    attributes: dict[str, Any] = {}
    if isinstance(activation, LeakyReLU):
        attributes = {"alpha": activation.slope}
    if isinstance(activation, SELU):
        attributes = {"alpha": activation.alpha, "gamma": activation.scale}
    if isinstance(activation, GELU):
        attributes = {"approximate": "tanh"}
    if kind not in _OPERATORS:
        raise ErrorestError(f"ONNX has no operator for the activation {kind.__name__}")
    return graph.add(_OPERATORS[kind], [logits], outputs, **attributes)
