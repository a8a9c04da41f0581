"""An ONNX graph that grows node by node.

>>> graph = OnnxGraph()
>>> x = graph.add_input("x", np.float64, ["n_samples", 1])
>>> graph.add("Mul", [x, graph.constant("two", np.float64(2))], "x")
'x_'
>>> [node.op_type for node in graph.to_model().graph.node]
['Mul']
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import DTypeLike

from errorest.tables.names import free_name

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto, TensorProto, ValueInfoProto

__all__ = ["OnnxGraph"]

# The first with Gelu; what runs this runs later ones too.
_OPSET, _IR_VERSION = 20, 9

# Of operators that ONNX keeps apart, such as those that take words.
_ML, _ML_OPSET = "ai.onnx.ml", 3

# Whatever the inputs are called.
_OUTPUTS = ("label", "probabilities", "logits")


class OnnxGraph:
    """A graph that grows node by node.

    A name that is taken already is lengthened, and returned as it came out.
    """

    def __init__(self) -> None:
        self._inputs: list[ValueInfoProto] = []
        self._outputs: list[ValueInfoProto] = []
        self._nodes: list[NodeProto] = []
        self._constants: list[TensorProto] = []
        self._names = {"", *_OUTPUTS}

    def add_input(self, name: str, dtype: DTypeLike, shape: Sequence[str | int]) -> str:
        """Add what is given to the graph: numbers, or words as objects."""
        from onnx import helper

        name = self._free(name)
        self._inputs.append(helper.make_tensor_value_info(name, _tensor_type(dtype), shape))
        return name

    def add_output(
        self, name: str, source: str, dtype: DTypeLike, shape: Sequence[str | int]
    ) -> None:
        """Add what the graph gives: "label", "probabilities" or "logits"."""
        from onnx import helper

        self._nodes.append(helper.make_node("Identity", [source], [name]))
        self._outputs.append(helper.make_tensor_value_info(name, _tensor_type(dtype), shape))

    def add(self, operator: str, inputs: list[str], output: str, **attributes: Any) -> str:
        """Add a node."""
        from onnx import helper

        output = self._free(output)
        self._nodes.append(helper.make_node(operator, inputs, [output], **attributes))
        return output

    def cast(self, source: str, dtype: DTypeLike, output: str) -> str:
        """Add a node that changes the type of numbers."""
        return self.add("Cast", [source], output, to=_tensor_type(dtype))

    def look_up(self, words: str, numbers: Mapping[str, float], default: float, output: str) -> str:
        """Add a node that puts a float32 in the place of each word, a default for all others."""
        values = [float(number) for number in numbers.values()]
        return self.add(
            "LabelEncoder",
            [words],
            output,
            domain=_ML,
            keys_strings=list(numbers),
            values_floats=values,
            default_float=float(default),
        )

    def constant(self, name: str, value: Any) -> str:
        """Add numbers or words."""
        from onnx import numpy_helper

        name = self._free(name)
        self._constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def to_model(self) -> "ModelProto":
        """Return the graph as an ONNX model."""
        from onnx import helper

        opsets = {"": _OPSET} | {node.domain: _ML_OPSET for node in self._nodes if node.domain}
        graph = helper.make_graph(
            self._nodes, "errorest", self._inputs, self._outputs, initializer=self._constants
        )
        return helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid(*opset) for opset in opsets.items()],
            ir_version=_IR_VERSION,
            producer_name="errorest",
        )

    def _free(self, name: str) -> str:
        name = free_name(name, self._names)
        self._names.add(name)
        return name


def _tensor_type(dtype: DTypeLike) -> int:
    from onnx import helper

    return int(helper.np_dtype_to_tensor_dtype(np.dtype(dtype)))
