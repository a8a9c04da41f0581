"""The compiled engine: an adapter from networks and arrays to the C++ code in ``cpp/``.

There is one extension module for each instruction set, all built from the same sources; an
engine is one of them. What an engine does not serve is for the reference engine: activations,
losses and optimizers of the user's own, arrays of other libraries, other dtypes.
"""

import importlib
from functools import lru_cache
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from errorest.engine.asking import asked
from errorest.engine.steps import Steps
from errorest.engine.threads import n_threads, n_threads_of_process
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
    identity,
)
from errorest.maths.arrays import Array
from errorest.maths.losses import (
    BinaryBrierLoss,
    BinaryCrossEntropy,
    BinaryFocalLoss,
    BrierLoss,
    CrossEntropy,
    FocalLoss,
    Loss,
    PerceptronLoss,
    SquaredError,
)
from errorest.maths.optimizers import SGD, Adam, AdamW, Optimizer
from errorest.network.embedding import Embedding
from errorest.network.layer import Dense, Layer
from errorest.network.network import Network
from errorest.network.parametric_activation import ParametricActivation
from errorest.network.periodic import Periodic
from errorest.network.scale import Scale

__all__ = ["CompiledEngine", "best_engine", "engines"]

# In the order of the enumerations in cpp/. A subclass may compute anything, so types are
# compared exactly.
ACTIVATIONS = (Identity, Step, Sigmoid, Tanh, ReLU, LeakyReLU, SELU, GELU)
LOSSES = (
    BinaryBrierLoss,
    BinaryCrossEntropy,
    BinaryFocalLoss,
    BrierLoss,
    CrossEntropy,
    FocalLoss,
    PerceptronLoss,
    SquaredError,
)
OPTIMIZERS = ("sgd", "momentum", "nesterov", "adam", "adamw")
LAYERS = (Dense, Scale, Embedding, Periodic, ParametricActivation)

# Outputs of a column that is replaced by its waves.
_MOST_PERIODIC_WIDTH = 8


class CompiledEngine:
    """The seam's functions for one instruction set.

    Parameters
    ----------
    instruction_set : str
        ``"baseline"``, ``"avx2"`` or ``"avx512"``.
    module : module
        The extension module built for it.
    """

    def __init__(self, instruction_set: str, module: ModuleType) -> None:
        self.instruction_set = instruction_set
        self.name = f"compiled/{instruction_set}"
        self.compiler: str = module.compiler
        self._module: Any = module
        # Described networks and optimizers are kept: a prediction takes microseconds.
        self._describe_network = lru_cache(maxsize=64)(self._describe_network_anew)
        self._describe_optimizer = lru_cache(maxsize=64)(self._describe_optimizer_anew)

    def serves(self, network: Network, X: Array, optimizer: Optimizer | None = None) -> bool:
        """Tell whether this engine can do the work.

        Parameters
        ----------
        network : Network
        X : array
        optimizer : Optimizer, optional
            If the work is training.
        """
        return (
            type(X) in (np.ndarray, np.memmap)
            and X.ndim == 2
            and X.shape[0] > 0
            and X.dtype in (np.float32, np.float64)
            and type(network.parameters) in (np.ndarray, np.memmap)
            and network.parameters.dtype == X.dtype
            and type(network.loss) in LOSSES
            and all(map(_serves_layer, range(len(network.layers)), network.layers))
            and (optimizer is None or type(optimizer) in (SGD, Adam, AdamW))
        )

    def multiply_and_add(self, n_operations: float) -> None:
        """Do so many floating-point operations, as fast as the processor can do any."""
        self._module.multiply_and_add(n_operations, self._threads())

    def forward(self, network: Network, X: Array) -> Array:
        """See :func:`errorest.engine.reference.forward`."""
        logits = self._predict(network, X, logits=True)
        return logits[:, 0] if logits.shape[1] == 1 else network.loss.mean_logits(logits)

    def predict_proba(self, network: Network, X: Array) -> Array:
        """See :func:`errorest.engine.reference.predict_proba`."""
        answers = self._predict(network, X, logits=False)
        return answers[:, 0] if answers.shape[1] == 1 else answers.mean(axis=1)

    def loss_and_gradient(
        self,
        network: Network,
        X: Array,
        targets: Array,
        sample_weight: Array | None = None,
        *,
        l2: float = 0.0,
    ) -> tuple[float, Array]:
        """See :func:`errorest.engine.reference.loss_and_gradient`."""
        gradient = np.empty_like(network.parameters)
        loss = self._module.loss_and_gradient(
            self._describe_network(network.layers, network.loss),
            np.ascontiguousarray(network.parameters),
            np.ascontiguousarray(X),
            *_targets(network, targets, X.dtype),
            _weights(sample_weight, X.dtype),
            l2,
            self._threads(),
            gradient,
            asked(),
        )
        return loss, gradient

    def train_epochs(
        self,
        network: Network,
        moments: Array,
        X: Array,
        targets: Array,
        sample_weight: Array | None = None,
        *,
        optimizer: Optimizer,
        steps: Steps,
    ) -> tuple[Network, Array, NDArray[np.float64]]:
        """See :func:`errorest.engine.reference.train_epochs`."""
        parameters = np.array(network.parameters)
        moments = np.array(moments, dtype=X.dtype, order="C")
        losses = np.empty(len(steps.learning_rates))
        self._module.train_epochs(
            self._describe_network(network.layers, network.loss),
            parameters,
            moments,
            np.ascontiguousarray(X),
            *_targets(network, targets, X.dtype),
            _weights(sample_weight, X.dtype),
            self._describe_optimizer(optimizer),
            np.ascontiguousarray(steps.learning_rates, dtype=np.float64),
            np.ascontiguousarray(steps.factors, dtype=np.float64),
            steps.batch_size,
            steps.l2,
            steps.shuffle,
            steps.seed,
            steps.first_epoch,
            self._threads(),
            losses,
            asked(),
        )
        return network.with_parameters(parameters), moments, losses

    def perceptron_epoch(
        self,
        network: Network,
        X: Array,
        targets: Array,
        order: Array,
        sample_weight: Array | None = None,
        *,
        learning_rate: float,
        l2: float = 0.0,
        l1: float = 0.0,
        penalised: Array | None = None,
        n_visits: int = 0,
        fit_intercept: bool = True,
    ) -> tuple[Network, int, float, Array]:
        """See :func:`errorest.engine.reference.perceptron_epoch`."""
        parameters = np.array(network.parameters)
        penalised = np.zeros_like(parameters) if penalised is None else np.array(penalised)
        n_mistakes, loss = self._module.perceptron_epoch(
            self._describe_network(network.layers, network.loss),
            parameters,
            penalised,
            np.ascontiguousarray(X),
            np.ascontiguousarray(targets, dtype=X.dtype),
            _weights(sample_weight, X.dtype),
            # A copy, which nobody changes after it was checked.
            np.array(order, dtype=np.int64),
            learning_rate,
            l2,
            l1,
            n_visits,
            fit_intercept,
        )
        return network.with_parameters(parameters), n_mistakes, loss, penalised

    def random_order(self, seed: int, stream: int, n: int) -> NDArray[np.intp]:
        """See :func:`errorest.maths.random_order`."""
        order = np.empty(n, dtype=np.uint32)
        self._module.random_order(seed, stream, order)
        return order.astype(np.intp)

    def _predict(self, network: Network, X: Array, *, logits: bool) -> Array:
        """Return each submodel's answers."""
        shape = X.shape[0], network.n_submodels, network.n_outputs
        answers = np.empty(shape, dtype=X.dtype)
        self._module.predict(
            self._describe_network(network.layers, network.loss),
            np.ascontiguousarray(network.parameters),
            np.ascontiguousarray(X),
            logits,
            self._threads(),
            answers,
            asked(),
        )
        return answers

    def _threads(self) -> Any:
        return self._module.Threads(n_threads(), n_threads_of_process())

    def _describe_network_anew(self, layers: tuple[Layer, ...], loss: Loss) -> Any:
        return self._module.Network(
            [self._module.Layer(**_describe_layer(layer)) for layer in layers],
            LOSSES.index(type(loss)),
            loss.gamma if isinstance(loss, FocalLoss | BinaryFocalLoss) else 0.0,
        )

    def _describe_optimizer_anew(self, optimizer: Optimizer) -> Any:
        kind = type(optimizer).__name__.lower()
        momentum = beta_1 = beta_2 = epsilon = weight_decay = 0.0
        if isinstance(optimizer, SGD):
            momentum = optimizer.momentum
            if optimizer.n_moments:
                kind = "nesterov" if optimizer.nesterov else "momentum"
        if isinstance(optimizer, Adam):
            beta_1, beta_2, epsilon = optimizer.beta_1, optimizer.beta_2, optimizer.epsilon
        if isinstance(optimizer, AdamW):
            weight_decay = optimizer.weight_decay
        return self._module.Optimizer(
            OPTIMIZERS.index(kind),
            momentum,
            beta_1,
            beta_2,
            epsilon,
            weight_decay,
            optimizer.clip_norm or 0.0,
        )


def engines() -> list[CompiledEngine]:
    """Return an engine for each instruction set that was built and that this processor has.

    The fastest comes first; without a compiled extension there is none.
    """
    return [_load(instruction_set) for instruction_set in _instruction_sets()]


def best_engine() -> CompiledEngine | None:
    """Return the fastest engine, or None without a compiled extension."""
    sets = _instruction_sets()
    return _load(sets[0]) if sets else None


def _load(instruction_set: str) -> CompiledEngine:
    module = importlib.import_module(f"errorest.engine._{instruction_set}")
    return CompiledEngine(instruction_set, module)


def _instruction_sets() -> list[str]:
    try:
        processor = importlib.import_module("errorest.engine._processor")
    except ModuleNotFoundError:
        return []
    return list(processor.instruction_sets())


def _serves_layer(number: int, layer: Layer) -> bool:
    if type(layer) is Dense or type(layer) is ParametricActivation:
        return type(layer.activation) in ACTIVATIONS
    if type(layer) is Periodic:
        return number == 0 and layer.width <= _MOST_PERIODIC_WIDTH
    return type(layer) in LAYERS


def _describe_layer(layer: Layer) -> dict[str, Any]:
    # Only a dense layer has biases, which carry no penalty.
    weights, biases = layer.groups[0], layer.groups[-1]
    activation: Activation = identity
    if isinstance(layer, Dense | ParametricActivation):
        activation = layer.activation
    return {
        "kind": LAYERS.index(type(layer)),
        "n_in": layer.n_in,
        "n_out": layer.n_out,
        "activation": _describe_activation(activation),
        "dropout": layer.dropout,
        "weight_rate": weights.rate,
        "weight_decay": weights.decay,
        "bias_rate": biases.rate,
        "n_submodels": layer.n_submodels,
        "columns": layer.columns if isinstance(layer, Embedding | Periodic) else (),
        "n_levels": layer.n_levels if isinstance(layer, Embedding) else (),
        "n_frequencies": layer.n_frequencies if isinstance(layer, Periodic) else 0,
    }


def _describe_activation(activation: Activation) -> tuple[int, float, float]:
    first = second = 0.0
    if isinstance(activation, LeakyReLU):
        first = activation.slope
    if isinstance(activation, SELU):
        first, second = activation.scale, activation.alpha
    return ACTIVATIONS.index(type(activation)), first, second


def _targets(
    network: Network, targets: Array, dtype: np.dtype[Any]
) -> tuple[NDArray[np.int32] | None, Array | None]:
    """Return class indices or a matrix of values, and None for the other."""
    if targets.ndim == 2:
        return None, np.ascontiguousarray(targets, dtype=dtype)
    if isinstance(network.loss, CrossEntropy):
        with np.errstate(invalid="ignore"):
            classes = np.ascontiguousarray(targets, dtype=np.int32)
        if classes is not targets and not np.array_equal(classes, targets):
            raise ValueError(f"labels must be class indices from 0 to {network.n_outputs - 1}")
        return classes, None
    column = np.asarray(targets, dtype=dtype)[:, None]
    return None, np.ascontiguousarray(np.broadcast_to(column, (len(targets), network.n_outputs)))


def _weights(sample_weight: Array | None, dtype: np.dtype[Any]) -> Array | None:
    return None if sample_weight is None else np.ascontiguousarray(sample_weight, dtype=dtype)
