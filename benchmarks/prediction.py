"""Probabilities from a trained 50-256-256-1 network: one row, and a million rows."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from errorest import engine
from errorest.maths import binary_cross_entropy, relu
from errorest.network import Network

__all__ = ["predictors"]

Predictor = Callable[[NDArray[np.float32]], object]


def predictors(n_threads: int) -> dict[str, Predictor]:
    """Return each contestant's function from rows to probabilities."""
    network = Network.build(
        50, (256, 256), 1, activation=relu, loss=binary_cross_entropy, seed=0, dtype=np.float32
    )
    return {
        "errorest": lambda X: engine.predict_proba(network, X),
        "ONNX Runtime": _onnx_runtime(network, n_threads),
        "PyTorch": _pytorch(network),
    }


def _onnx_runtime(network: Network, n_threads: int) -> Predictor:
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper

    nodes, constants, at = [], [], "X"
    for i, (weights, biases) in enumerate(zip(network.weights, network.biases, strict=True)):
        constants += [
            numpy_helper.from_array(np.ascontiguousarray(weights), f"W{i}"),
            numpy_helper.from_array(np.ascontiguousarray(biases), f"b{i}"),
        ]
        last = i == len(network.layers) - 1
        nodes += [
            helper.make_node("Gemm", [at, f"W{i}", f"b{i}"], [f"z{i}"]),
            helper.make_node("Sigmoid" if last else "Relu", [f"z{i}"], [f"a{i}"]),
        ]
        at = f"a{i}"
    graph = helper.make_graph(
        nodes,
        "network",
        [helper.make_tensor_value_info("X", TensorProto.FLOAT, [None, network.n_features])],
        [helper.make_tensor_value_info(at, TensorProto.FLOAT, [None, network.n_outputs])],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = n_threads
    session: Any = onnxruntime.InferenceSession(model.SerializeToString(), options)
    return lambda X: session.run(None, {"X": X})


def _pytorch(network: Network) -> Predictor:
    import torch

    parameters = [
        (torch.from_numpy(weights.T.copy()), torch.from_numpy(biases.copy()))
        for weights, biases in zip(network.weights, network.biases, strict=True)
    ]

    def predict(X: NDArray[np.float32]) -> object:
        with torch.inference_mode():
            outputs = torch.from_numpy(X)
            for weights, biases in parameters[:-1]:
                outputs = torch.relu(torch.nn.functional.linear(outputs, weights, biases))
            return torch.sigmoid(torch.nn.functional.linear(outputs, *parameters[-1]))

    return predict
