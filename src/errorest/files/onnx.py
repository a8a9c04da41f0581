"""Models as ONNX graphs, for other programs and languages to run.

A network becomes a chain of ``Gemm`` and activation nodes of ONNX's plain operators, in float32.
Its input is ``X``, of shape (n_samples, n_features); its outputs are ``label`` of shape
(n_samples,) and ``probabilities`` of shape (n_samples, n_classes), or ``logits`` of a model that
knows no probabilities. A model of several labels a row gives 0 or 1 for each.

>>> from errorest import LogisticRegression
>>> model = LogisticRegression().fit([[0.0], [1.0], [2.0], [3.0]], ["no", "no", "yes", "yes"])
>>> [node.op_type for node in to_onnx(model).graph.node][:2]
['Gemm', 'Sigmoid']
"""

import json
import os
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from errorest.estimators import LogisticRegression, MLPClassifier, Perceptron, TableClassifier
from errorest.estimators.classifier import NetworkClassifier
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
from errorest.network.layer import Dense
from errorest.network.network import Network
from errorest.output import write_atomically

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto, TensorProto

__all__ = ["export_onnx", "to_onnx"]

# The first with Gelu; what runs this runs later ones too.
_OPSET, _IR_VERSION = 20, 9


def export_onnx(model: Any, path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
    """Write a fitted estimator to an ONNX file.

    Parameters
    ----------
    model : Perceptron, LogisticRegression, MLPClassifier or TableClassifier
    path : path-like
    overwrite : bool, default=False
        Whether a file that is already there may be replaced.

    Raises
    ------
    OutputError
        If the file exists already or cannot be written; nothing is changed then.
    ErrorestError, TypeError
        As for :func:`to_onnx`.
    """
    content = to_onnx(model).SerializeToString()
    with write_atomically(path, overwrite=overwrite) as temporary:
        temporary.write_bytes(content)


def to_onnx(model: Any) -> "ModelProto":
    """Turn a fitted estimator into an ONNX model.

    Of a :class:`errorest.TableClassifier` it is the part that follows the encoding of columns:
    its input are rows as ``model.encode`` returns them. The names of the inputs and the classes
    stand in the model's metadata, as JSON.

    Parameters
    ----------
    model : Perceptron, LogisticRegression, MLPClassifier or TableClassifier

    Returns
    -------
    onnx.ModelProto

    Raises
    ------
    ErrorestError
        If the package onnx is missing, or the model has an activation that ONNX has not.
    TypeError
        If it is no estimator of Errorest.
    """
    try:
        from onnx import helper
    except ModuleNotFoundError as error:
        raise ErrorestError("ONNX needs the package onnx: pip install 'errorest[onnx]'") from error
    names = getattr(model, "feature_names_in_", None)
    if isinstance(model, TableClassifier):
        names = model.encoder_.get_feature_names_out()
        model = model.estimator_
    if not isinstance(model, LogisticRegression | MLPClassifier | Perceptron):
        raise TypeError(f"a {type(model).__name__} has no network of Errorest to export")
    members: list[NetworkClassifier] = getattr(model, "members_", [model])
    graph = _Graph(model._labels.independent)
    for number, member in enumerate(members):
        graph.add_network(member.network_, f"member{number}.")
    graph.add_answers(model, has_probabilities=hasattr(model, "predict_proba"))
    proto = helper.make_model(
        graph.finish(members[0].network_.n_features),
        opset_imports=[helper.make_opsetid("", _OPSET)],
        ir_version=_IR_VERSION,
        producer_name="errorest",
    )
    facts = {"classes": model.classes_.tolist()}
    if names is not None:
        facts["inputs"] = [str(name) for name in names]
    helper.set_model_props(proto, {name: json.dumps(value) for name, value in facts.items()})
    return proto


class _Graph:
    """A graph that grows node by node."""

    def __init__(self, independent: bool) -> None:
        self._independent = independent
        self._nodes: list[NodeProto] = []
        self._constants: list[TensorProto] = []
        self._outputs: list[Any] = []
        self._logits: list[str] = []

    def add_network(self, network: Network, prefix: str) -> None:
        """Add the nodes from ``X`` to a network's logits."""
        outputs = "X"
        for number, (layer, parameters) in enumerate(network.layers_with_parameters(), start=1):
            if not isinstance(layer, Dense):
                raise ErrorestError(
                    f"ONNX export knows dense layers only, and no {type(layer).__name__}"
                )
            name = f"{prefix}layer{number}"
            values = parameters.astype(np.float32)
            weights = self._constant(f"{name}.weights", layer.weights(values))
            biases = self._constant(f"{name}.biases", layer.biases(values))
            logits = self._add("Gemm", [outputs, weights, biases], f"{name}.logits")
            outputs = self._activated(layer.activation, logits, f"{name}.outputs")
        self._logits.append(outputs)

    def add_answers(self, model: Any, *, has_probabilities: bool) -> None:
        """Add the nodes from logits to labels, and to probabilities."""
        from onnx import TensorProto, helper

        (logits, *others) = self._logits
        positive, threshold, columns = logits, 0.0, logits
        if has_probabilities:
            each = [
                self._add("Sigmoid", [one], f"{one}.probabilities")
                if self._independent
                else self._add("Softmax", [one], f"{one}.probabilities", axis=1)
                for one in self._logits
            ]
            columns = self._add("Mean", each, "mean") if others else each[0]
            if others:
                positive, threshold = columns, 0.5
        chosen = self._chosen(positive, threshold) if self._independent else self._largest(columns)
        n_columns = len(model.classes_)
        if self._independent and n_columns == 2 and not model._multilabel:
            if has_probabilities:
                one = self._constant("one", np.float32(1))
                no = self._add("Sub", [one, columns], "no")
                columns = self._add("Concat", [no, columns], "both", axis=1)
            else:
                n_columns = 1
            chosen = self._add("Squeeze", [chosen, self._constant("axis", np.array([1]))], "row")
        shape: list[Any] = ["n_samples"]
        if model._multilabel:
            kind, shape = TensorProto.INT64, [*shape, n_columns]
            self._add("Identity", [chosen], "label")
        else:
            classes = _onnx_classes(model.classes_)
            kind = helper.np_dtype_to_tensor_dtype(classes.dtype)
            self._add("Gather", [self._constant("classes", classes), chosen], "label", axis=0)
        name = "probabilities" if has_probabilities else "logits"
        self._add("Identity", [columns], name)
        self._outputs = [
            helper.make_tensor_value_info("label", kind, shape),
            helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n_samples", n_columns]),
        ]

    def finish(self, n_features: int) -> Any:
        """Return the graph."""
        from onnx import TensorProto, helper

        rows = helper.make_tensor_value_info("X", TensorProto.FLOAT, ["n_samples", n_features])
        return helper.make_graph(
            self._nodes, "errorest", [rows], self._outputs, initializer=self._constants
        )

    def _chosen(self, values: str, threshold: float) -> str:
        """Return 1 where a value reaches the threshold, else 0."""
        from onnx import TensorProto

        least = self._constant("threshold", np.float32(threshold))
        reached = self._add("GreaterOrEqual", [values, least], "reached")
        return self._add("Cast", [reached], "chosen", to=TensorProto.INT64)

    def _largest(self, values: str) -> str:
        return self._add("ArgMax", [values], "chosen", axis=1, keepdims=0)

    def _activated(self, activation: Activation, logits: str, outputs: str) -> str:
        from onnx import TensorProto

        # A subclass may compute anything, so types are compared exactly.
        kind = type(activation)
        if kind is Identity:
            return logits
        if kind is Step:
            zero = self._constant(f"{outputs}.zero", np.float32(0))
            reached = self._add("GreaterOrEqual", [logits, zero], f"{outputs}.reached")
            return self._add("Cast", [reached], outputs, to=TensorProto.FLOAT)
        attributes: dict[str, Any] = {}
        if isinstance(activation, LeakyReLU):
            attributes = {"alpha": activation.slope}
        if isinstance(activation, SELU):
            attributes = {"alpha": activation.alpha, "gamma": activation.scale}
        if isinstance(activation, GELU):
            attributes = {"approximate": "tanh"}
        if kind not in _OPERATORS:
            raise ErrorestError(f"ONNX has no operator for the activation {kind.__name__}")
        return self._add(_OPERATORS[kind], [logits], outputs, **attributes)

    def _add(self, operator: str, inputs: list[str], output: str, **attributes: Any) -> str:
        from onnx import helper

        self._nodes.append(helper.make_node(operator, inputs, [output], **attributes))
        return output

    def _constant(self, name: str, value: Any) -> str:
        from onnx import numpy_helper

        self._constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name


_OPERATORS: dict[type[Activation], str] = {
    Sigmoid: "Sigmoid",
    Tanh: "Tanh",
    ReLU: "Relu",
    LeakyReLU: "LeakyRelu",
    SELU: "Selu",
    GELU: "Gelu",
}


def _onnx_classes(classes: NDArray[Any]) -> NDArray[Any]:
    """Return the classes as whole numbers where they are, else as words."""
    if classes.dtype.kind in "iu":
        return classes.astype(np.int64)
    return np.array([str(one) for one in classes], dtype=object)
