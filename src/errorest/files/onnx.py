"""Models as ONNX graphs, for other programs and languages to run.

A network becomes a chain of ``Gemm``, activation and other nodes of ONNX's plain operators, in
float32.
Its input is ``X``, of shape (n_samples, n_features); its outputs are ``label`` of shape
(n_samples,) and ``probabilities`` of shape (n_samples, n_classes), or ``logits`` of a model that
knows no probabilities. A model of several labels a row gives 0 or 1 for each.
"""

import json
import os
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from errorest.estimators import TableClassifier
from errorest.estimators.classifier import NetworkClassifier
from errorest.exceptions import ErrorestError, ModelError
from errorest.files.onnx_graph import OnnxGraph
from errorest.output import write_atomically

if TYPE_CHECKING:
    from onnx import ModelProto

__all__ = ["export_onnx", "to_onnx"]

# The first with Gelu; what runs this runs later ones too.
_OPSET, _IR_VERSION = 20, 9


def export_onnx(model: Any, path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
    """Write a fitted estimator to an ONNX file.

    Parameters
    ----------
    model : Perceptron, LogisticRegression, MLPClassifier, TabularMLPClassifier or TableClassifier
    path : path-like
    overwrite : bool, default=False
        Whether a file that is already there may be replaced.

    Raises
    ------
    OutputError
        If the file exists already or cannot be written; nothing is changed then.
    ErrorestError, ModelError, NotFittedError
        As for :func:`to_onnx`.

    Examples
    --------
    >>> import tempfile
    >>> import onnx
    >>> from errorest import Perceptron
    >>> path = f"{tempfile.mkdtemp()}/admissions.onnx"
    >>> export_onnx(Perceptron().fit([[9, 8], [3, 4], [7, 6]], [1, 0, 1]), path)
    >>> [output.name for output in onnx.load(path).graph.output]
    ['label', 'logits']
    """
    content = to_onnx(model).SerializeToString()
    with write_atomically(path, overwrite=overwrite) as temporary:
        temporary.write_bytes(content)


def to_onnx(model: Any) -> "ModelProto":
    """Turn a fitted estimator into an ONNX model.

    Of a :class:`errorest.TableClassifier` it is the part that follows the encoding of columns:
    its inputs are rows as ``model.encode`` returns them. The names of the inputs and the classes
    are in the model's metadata, as JSON.

    Parameters
    ----------
    model : Perceptron, LogisticRegression, MLPClassifier, TabularMLPClassifier or TableClassifier

    Returns
    -------
    onnx.ModelProto

    Raises
    ------
    ErrorestError
        If the package onnx is missing, or the model has an activation that ONNX has not.
    ModelError
        If it is not an Errorest estimator, or knows a single class.
    NotFittedError
        If it is not fitted.

    Examples
    --------
    >>> from errorest import LogisticRegression
    >>> model = LogisticRegression().fit([[0.0], [1.0], [2.0], [3.0]], ["no", "no", "yes", "yes"])
    >>> [node.op_type for node in to_onnx(model).graph.node][:2]
    ['Gemm', 'Sigmoid']
    """
    try:
        from onnx import TensorProto, helper
    except ModuleNotFoundError as error:
        raise ErrorestError("ONNX needs the package onnx: pip install 'errorest[onnx]'") from error
    names = getattr(model, "feature_names_in_", None)
    if isinstance(model, TableClassifier):
        check_is_fitted(model)
        names = model.encoder_.get_feature_names_out()
        model = model.estimator_
    if isinstance(model, Pipeline):
        raise ModelError(
            "a Pipeline cannot be exported: export its last step, pipeline[-1], and give it rows "
            "as pipeline[:-1].transform returns them"
        )
    if not isinstance(model, NetworkClassifier):
        raise ModelError(
            f"a {type(model).__name__} has no network to export: train an estimator of Errorest"
        )
    check_is_fitted(model)
    if len(model.classes_) == 1:
        only = str(model.classes_[0])
        raise ModelError(f"the model knows no class but {only!r}: there is nothing to export")
    graph = OnnxGraph()
    networks, shares = zip(*model._networks, strict=True)
    logits = [
        graph.add_network(network, "X", f"network{number}.")
        for number, network in enumerate(networks)
    ]
    apart = [network.n_submodels > 1 for network in networks]
    outputs = _add_answers(graph, model, logits, apart, list(shares))
    rows = helper.make_tensor_value_info(
        "X", TensorProto.FLOAT, ["n_samples", networks[0].n_features]
    )
    proto = helper.make_model(
        helper.make_graph(graph.nodes, "errorest", [rows], outputs, initializer=graph.constants),
        opset_imports=[helper.make_opsetid("", _OPSET)],
        ir_version=_IR_VERSION,
        producer_name="errorest",
    )
    facts = {"classes": model.classes_.tolist()}
    if names is not None:
        facts["inputs"] = [str(name) for name in names]
    helper.set_model_props(proto, {name: json.dumps(value) for name, value in facts.items()})
    return proto


def _add_answers(
    graph: OnnxGraph, model: Any, logits: list[str], apart: list[bool], shares: list[float]
) -> list[Any]:
    """Add the nodes from logits to labels, and to probabilities; return the graph's outputs."""
    from onnx import TensorProto, helper

    independent, has_probabilities = model._labels.independent, hasattr(model, "predict_proba")
    columns, positive, threshold = logits[0], logits[0], 0.0
    if has_probabilities:
        columns = _add_probabilities(graph, logits, apart, shares, independent=independent)
        if len(logits) > 1 or apart[0]:
            positive, threshold = columns, 0.5
    if independent:
        least = graph.constant("threshold", np.float32(threshold))
        reached = graph.add("GreaterOrEqual", [positive, least], "reached")
        chosen = graph.add("Cast", [reached], "chosen", to=TensorProto.INT64)
    else:
        chosen = graph.add("ArgMax", [columns], "chosen", axis=1, keepdims=0)
    n_columns = len(model.classes_)
    if independent and n_columns == 2 and not model._multilabel:
        if has_probabilities:
            one = graph.constant("one", np.float32(1))
            no = graph.add("Sub", [one, columns], "no")
            columns = graph.add("Concat", [no, columns], "both", axis=1)
        else:
            n_columns = 1
        axis = graph.constant("axis", np.array([1]))
        chosen = graph.add("Squeeze", [chosen, axis], "row")
    shape: list[Any] = ["n_samples"]
    if model._multilabel:
        kind, shape = TensorProto.INT64, [*shape, n_columns]
        graph.add("Identity", [chosen], "label")
    else:
        classes = _onnx_classes(model.classes_)
        kind = helper.np_dtype_to_tensor_dtype(classes.dtype)
        graph.add("Gather", [graph.constant("classes", classes), chosen], "label", axis=0)
    name = "probabilities" if has_probabilities else "logits"
    graph.add("Identity", [columns], name)
    return [
        helper.make_tensor_value_info("label", kind, shape),
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n_samples", n_columns]),
    ]


def _add_probabilities(
    graph: OnnxGraph,
    logits: list[str],
    apart: list[bool],
    shares: list[float],
    *,
    independent: bool,
) -> str:
    """Add the nodes from the logits of networks to the mean of their probabilities."""
    each = []
    for one, is_apart in zip(logits, apart, strict=True):
        kind, name = "Sigmoid" if independent else "Softmax", f"{one}.probabilities"
        probabilities = graph.add(kind, [one], name, **({} if independent else {"axis": -1}))
        if is_apart:
            submodels = graph.constant(f"{one}.submodels", np.array([1]))
            mean = f"{one}.mean"
            probabilities = graph.add("ReduceMean", [probabilities, submodels], mean, keepdims=0)
        each.append(probabilities)
    if len(each) == 1:
        return each[0]
    shared = [
        graph.add("Mul", [one, graph.constant(f"{one}.share", np.float32(share))], f"{one}.shared")
        for one, share in zip(each, shares, strict=True)
    ]
    return graph.add("Sum", shared, "mean")


def _onnx_classes(classes: NDArray[Any]) -> NDArray[Any]:
    """Return the classes as whole numbers where they are, else as words."""
    if classes.dtype.kind in "iu":
        return classes.astype(np.int64)
    return np.array([str(one) for one in classes], dtype=object)
