"""Models as ONNX graphs, for other programs and languages to run.

A network becomes a chain of ``Gemm``, activation and other nodes of ONNX's plain operators, in
float32.
Its input is ``X``, of shape (n_samples, n_features), or each column of a table
(:mod:`errorest.files.onnx_encoder`). Its outputs are ``label`` of shape (n_samples,) and
``probabilities`` of shape (n_samples, n_classes), or ``logits`` of a model that knows no
probabilities. A model of several labels a row gives 0 or 1 for each.
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
from errorest.files.onnx_encoder import add_encoder
from errorest.files.onnx_graph import OnnxGraph
from errorest.files.onnx_network import add_network
from errorest.files.onnx_pipeline import behind_steps
from errorest.output import write_atomically

if TYPE_CHECKING:
    from onnx import ModelProto

__all__ = ["export_onnx", "to_onnx"]


def export_onnx(model: Any, path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
    """Write a fitted estimator to an ONNX file.

    Parameters
    ----------
    model : Perceptron, LogisticRegression, MLPClassifier, TabularMLPClassifier or TableClassifier
        Or a pipeline that ends with one.
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

    A :class:`errorest.TableClassifier` takes each column that it uses as an input of its own, of
    shape (n_samples, 1): numbers as float64, NaN where a cell is missing; dates likewise, in days
    since 1970-01-01, UTC (times of day in parts of a day); words as strings, "" where a cell is
    missing. Other estimators take a float32 matrix ``X``, and pipelines the ``X`` of their first
    step.

    The model's metadata says, as JSON, what is what: ``"classes"`` in the order of the
    probabilities; ``"columns"``, what each input stands for, with the spelling of its words; of
    other estimators ``"inputs"``, the names of the columns of ``X``, if it had names.

    Parameters
    ----------
    model : Perceptron, LogisticRegression, MLPClassifier, TabularMLPClassifier or TableClassifier
        Or a pipeline that ends with one.

    Returns
    -------
    onnx.ModelProto

    Raises
    ------
    ErrorestError
        If the package onnx is missing, or skl2onnx for a pipeline, or the model has an activation
        that ONNX has not.
    ModelError
        If it is not an Errorest estimator, knows a single class, or steps cannot be converted.
    NotFittedError
        If it is not fitted.

    Examples
    --------
    >>> from errorest import LogisticRegression
    >>> model = LogisticRegression().fit([[0.0], [1.0], [2.0], [3.0]], ["no", "no", "yes", "yes"])
    >>> [node.op_type for node in to_onnx(model).graph.node][:2]
    ['Gemm', 'Sigmoid']

    A table's columns are inputs:

    >>> import pandas as pd
    >>> from errorest import TableClassifier
    >>> table = pd.DataFrame({"mass": [3.0, None, 5.0, 4.0], "colour": ["red", "blue"] * 2})
    >>> model = TableClassifier(LogisticRegression()).fit(table, ["no", "no", "yes", "yes"])
    >>> [column.name for column in to_onnx(model).graph.input]
    ['mass', 'colour']
    """
    try:
        from onnx import helper
    except ModuleNotFoundError as error:
        raise ErrorestError("ONNX needs the package onnx: pip install 'errorest[onnx]'") from error
    if isinstance(model, Pipeline):
        check_is_fitted(model)
        if isinstance(model[-1], TableClassifier):
            raise ModelError(
                "steps in front of a TableClassifier cannot be exported: export it alone, "
                "pipeline[-1]"
            )
        last = to_onnx(model[-1])
        return last if len(model) == 1 else behind_steps(model[:-1], last)
    classifier = model
    if isinstance(model, TableClassifier):
        check_is_fitted(model)
        model = model.estimator_
        if isinstance(model, Pipeline):
            raise ModelError("a TableClassifier that holds a pipeline cannot be exported")
    if not isinstance(model, NetworkClassifier):
        raise ModelError(
            f"a {type(model).__name__} has no network to export: train an estimator of Errorest"
        )
    check_is_fitted(model)
    if len(model.classes_) == 1:
        only = str(model.classes_[0])
        raise ModelError(f"the model knows no class but {only!r}: there is nothing to export")
    networks, shares = zip(*model._networks, strict=True)
    graph, facts = OnnxGraph(), {"classes": _onnx_classes(model.classes_).tolist()}
    if isinstance(classifier, TableClassifier):
        rows, facts["columns"] = add_encoder(graph, classifier.schema_, classifier.encoder_)
    else:
        rows = graph.add_input("X", np.float32, ["n_samples", networks[0].n_features])
        if hasattr(model, "feature_names_in_"):
            facts["inputs"] = model.feature_names_in_.tolist()
    logits = [
        add_network(graph, network, rows, f"network{number}.")
        for number, network in enumerate(networks)
    ]
    apart = [network.n_submodels > 1 for network in networks]
    _add_answers(graph, model, logits, apart, list(shares))
    proto = graph.to_model()
    helper.set_model_props(proto, {name: json.dumps(value) for name, value in facts.items()})
    return proto


def _add_answers(
    graph: OnnxGraph, model: Any, logits: list[str], apart: list[bool], shares: list[float]
) -> None:
    """Add the nodes from logits to labels, and to probabilities."""
    independent, has_probabilities = model._labels.independent, hasattr(model, "predict_proba")
    columns, positive, threshold = logits[0], logits[0], 0.0
    if has_probabilities:
        columns = _add_probabilities(graph, logits, apart, shares, independent=independent)
        if len(logits) > 1 or apart[0]:
            positive, threshold = columns, 0.5
    if independent:
        least = graph.constant("threshold", np.float32(threshold))
        reached = graph.add("GreaterOrEqual", [positive, least], "reached")
        chosen = graph.cast(reached, np.int64, "chosen")
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
    if model._multilabel:
        graph.add_output("label", chosen, np.int64, ["n_samples", n_columns])
    else:
        classes = _onnx_classes(model.classes_)
        label = graph.add("Gather", [graph.constant("classes", classes), chosen], "class", axis=0)
        graph.add_output("label", label, classes.dtype, ["n_samples"])
    name = "probabilities" if has_probabilities else "logits"
    graph.add_output(name, columns, np.float32, ["n_samples", n_columns])


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
    if classes.dtype.kind in "iu" and classes.max() <= np.iinfo(np.int64).max:
        return classes.astype(np.int64)
    return np.array([str(one) for one in classes], dtype=object)
