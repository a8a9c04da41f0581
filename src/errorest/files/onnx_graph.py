"""Networks as nodes of an ONNX graph, layer by layer.

>>> from errorest.maths import binary_cross_entropy, tanh
>>> graph = OnnxGraph()
>>> network = Network.build(2, [3], 1, activation=tanh, loss=binary_cross_entropy, seed=0)
>>> graph.add_network(network, "X", "network.")
'network.layer2.logits'
>>> [node.op_type for node in graph.nodes]
['Gemm', 'Tanh', 'Gemm']
"""

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from errorest.exceptions import ErrorestError
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

if TYPE_CHECKING:
    from onnx import NodeProto, TensorProto

__all__ = ["OnnxGraph"]

_OPERATORS: dict[type[Activation], str] = {
    Sigmoid: "Sigmoid",
    Tanh: "Tanh",
    ReLU: "Relu",
    LeakyReLU: "LeakyRelu",
    SELU: "Selu",
    GELU: "Gelu",
}


class OnnxGraph:
    """A graph that grows node by node.

    Attributes
    ----------
    nodes : list of NodeProto
    constants : list of TensorProto
    """

    def __init__(self) -> None:
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []

    def add(self, operator: str, inputs: list[str], output: str, **attributes: Any) -> str:
        """Add a node and return the name of its output."""
        from onnx import helper

        self.nodes.append(helper.make_node(operator, inputs, [output], **attributes))
        return output

    def constant(self, name: str, value: Any) -> str:
        """Add numbers or words and return their name."""
        from onnx import numpy_helper

        self.constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def add_network(self, network: Network, inputs: str, prefix: str) -> str:
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
                axis = self.constant(f"{name}.axis", np.array([1]))
                outputs = self.add("Unsqueeze", [outputs, axis], f"{name}.apart")
                apart = True
            outputs = self._add_layer(layer, values, outputs, name, apart=apart)
        return outputs

    def _add_layer(
        self, layer: Layer, values: NDArray[np.float32], inputs: str, name: str, *, apart: bool
    ) -> str:
        if isinstance(layer, Dense):
            return self._add_dense(layer, values, inputs, name, apart=apart)
        if isinstance(layer, Scale):
            shape = (layer.n_submodels, layer.n) if layer.n_submodels > 1 else (layer.n,)
            factors = self.constant(f"{name}.factors", values.reshape(shape))
            return self.add("Mul", [inputs, factors], f"{name}.outputs")
        if isinstance(layer, ParametricActivation):
            activated = self._activated(layer.activation, inputs, f"{name}.activated")
            change = self.add("Sub", [activated, inputs], f"{name}.change")
            alpha = self.constant(f"{name}.alpha", values)
            part = self.add("Mul", [alpha, change], f"{name}.part")
            return self.add("Add", [inputs, part], f"{name}.outputs")
        if isinstance(layer, Embedding):
            return self._add_embedding(layer, values, inputs, name)
        if isinstance(layer, Periodic):
            return self._add_waves(layer, values, inputs, name)
        raise ErrorestError(f"ONNX export knows no layer of the kind {type(layer).__name__}")

    def _add_dense(
        self, layer: Dense, values: NDArray[np.float32], inputs: str, name: str, *, apart: bool
    ) -> str:
        weights = self.constant(f"{name}.weights", layer.weights(values))
        biases = self.constant(f"{name}.biases", layer.biases(values))
        if apart:
            products = self.add("MatMul", [inputs, weights], f"{name}.products")
            logits = self.add("Add", [products, biases], f"{name}.logits")
        else:
            logits = self.add("Gemm", [inputs, weights, biases], f"{name}.logits")
        return self._activated(layer.activation, logits, f"{name}.outputs")

    def _add_embedding(
        self, layer: Embedding, values: NDArray[np.float32], inputs: str, name: str
    ) -> str:
        """Multiply each code's one-hot row, of zeros for what is no level, by the vectors."""
        from onnx import TensorProto

        others = np.setdiff1d(np.arange(layer.n_in), layer.columns)
        parts = [self._taken(inputs, others, f"{name}.passing")]
        vectors = np.split(values.reshape(-1, layer.width), np.cumsum(layer.n_levels)[:-1])
        for column, n, table in zip(layer.columns, layer.n_levels, vectors, strict=True):
            part = f"{name}.column{column}"
            codes = self.add(
                "Gather",
                [inputs, self.constant(f"{part}.number", np.array(column))],
                f"{part}.codes",
                axis=1,
            )
            levels = self.constant(f"{part}.levels", np.arange(n, dtype=np.float32)[:, None])
            row = self.constant(f"{part}.row", np.array([0]))
            asked = self.add("Unsqueeze", [codes, row], f"{part}.asked")
            equal = self.add("Equal", [levels, asked], f"{part}.equal")
            one_hot = self.add("Cast", [equal], f"{part}.one_hot", to=TensorProto.FLOAT)
            columns = self.add("Transpose", [one_hot], f"{part}.transposed", perm=[1, 0])
            known = self.constant(f"{part}.vectors", table)
            parts.append(self.add("MatMul", [columns, known], f"{part}.vector"))
        return self.add("Concat", parts, f"{name}.outputs", axis=1)

    def _add_waves(
        self, layer: Periodic, values: NDArray[np.float32], inputs: str, name: str
    ) -> str:
        n, n_sums = len(layer.columns), layer.width - 1
        waves = values[: -n_sums * n].reshape(layer.n_frequencies, 2 + n_sums, n)
        biases = values[-n_sums * n :].reshape(n_sums, n)
        others = np.setdiff1d(np.arange(layer.n_in), layer.columns)
        passing = self._taken(inputs, others, f"{name}.passing")
        x = self._taken(inputs, np.array(layer.columns), f"{name}.x")
        axis = self.constant(f"{name}.axis", np.array([1]))
        column = self.add("Unsqueeze", [x, axis], f"{name}.column")
        turns = self.constant(f"{name}.turns", (2 * math.pi * waves[:, 0]).astype(np.float32))
        phases = self.constant(f"{name}.phases", waves[:, 1])
        turned = self.add("Mul", [column, turns], f"{name}.turned")
        angles = self.add("Add", [turned, phases], f"{name}.angles")
        cosines = self.add("Cos", [angles], f"{name}.cosines")
        parts = [passing, x]
        for number in range(n_sums):
            part = f"{name}.sum{number}"
            weights = self.constant(f"{part}.weights", waves[:, 2 + number])
            weighted = self.add("Mul", [cosines, weights], f"{part}.weighted")
            total = self.add("ReduceSum", [weighted, axis], f"{part}.total", keepdims=0)
            bias = self.constant(f"{part}.bias", biases[number])
            parts.append(self.add("Add", [total, bias], f"{part}.outputs"))
        return self.add("Concat", parts, f"{name}.outputs", axis=1)

    def _taken(self, inputs: str, columns: NDArray[np.intp], name: str) -> str:
        numbers = self.constant(f"{name}.columns", columns.astype(np.int64))
        return self.add("Gather", [inputs, numbers], name, axis=1)

    def _activated(self, activation: Activation, logits: str, outputs: str) -> str:
        from onnx import TensorProto

        # A subclass may compute anything, so types are compared exactly.
        kind = type(activation)
        if kind is Identity:
            return logits
        if kind is Step:
            zero = self.constant(f"{outputs}.zero", np.float32(0))
            reached = self.add("GreaterOrEqual", [logits, zero], f"{outputs}.reached")
            return self.add("Cast", [reached], outputs, to=TensorProto.FLOAT)
        attributes: dict[str, Any] = {}
        if isinstance(activation, LeakyReLU):
            attributes = {"alpha": activation.slope}
        if isinstance(activation, SELU):
            attributes = {"alpha": activation.alpha, "gamma": activation.scale}
        if isinstance(activation, GELU):
            attributes = {"approximate": "tanh"}
        if kind not in _OPERATORS:
            raise ErrorestError(f"ONNX has no operator for the activation {kind.__name__}")
        return self.add(_OPERATORS[kind], [logits], outputs, **attributes)
