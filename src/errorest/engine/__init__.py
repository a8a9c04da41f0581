"""The seam: a handful of coarse functions that every engine has.

Conventions, used everywhere below and above:

- ``X`` has shape ``(n_samples, n_features)``, C-contiguous, float32 or float64. ``targets`` are
  class indices ``(n_samples,)`` or values ``(n_samples, n_outputs)``. ``sample_weight`` has
  shape ``(n_samples,)``; None means 1 for each.
- ``weights (n_in, n_out)``, ``biases (n_out,)``, ``logits = inputs W + b``. All parameters of a
  network are one flat vector: layer by layer, first the weights row by row, then the biases. What
  other layers have for weights stands row by row too.
- The submodels of a network share its weights, but for the factors of ``Scale`` layers. Each row is
  fed to all of them, one after the other: inside, row ``i`` of submodel ``m`` is row
  ``i n_submodels + m``. In training the loss of a row is the mean of its submodels' losses; its
  answer is the mean of their answers.
- The objective is ``J = (sum_i s_i loss_i) / (sum_i s_i) + (l2 / 2) sum(W^2)``, over the rows of
  a batch; biases carry no penalty, and ``decayed`` tells which share of it other parameters carry.
  A gradient ``grad_x`` is dJ/dx.
- Epoch ``e`` visits the rows in the order ``random_order(seed, e, n_samples)``.
- Step ``s`` of a training, from 0, drops the outputs of layer ``l``, from 1, that the
  ``dropout_mask`` with its seed and the stream ``l 2^40 + s`` tells for the rows of the batch,
  after the dropout was multiplied by the step's regularization.
  Nothing is dropped outside of ``train_epochs``.
- The same seed, data, engine and instruction set give the same bits, for any number of threads.
- Engines and instruction sets take sums in orders of their own. After the same batches, the
  compiled engine's parameters differ from those of the reference engine in float64 by less than
  1e-5 in float32 and 1e-12 in float64, in units of the largest.

The functions are ``forward``, ``predict_proba``, ``loss_and_gradient``, ``train_epochs``,
``perceptron_epoch`` and ``random_order``; :mod:`errorest.engine.reference` is their
specification. The compiled engine runs them wherever it was built; what it does not serve goes to
the reference engine, and :func:`serves` tells so beforehand. The environment variable
``ERROREST_ENGINE`` (``reference`` or ``compiled``) asks for one of the two.
"""

import os
import warnings
from types import ModuleType

import numpy as np
import threadpoolctl
from numpy.typing import NDArray

from errorest.engine import compiled, reference
from errorest.engine.asking import asking
from errorest.engine.compiled import CompiledEngine
from errorest.engine.steps import Steps
from errorest.engine.threadpool import EngineController
from errorest.engine.threads import n_threads, set_threads, threads
from errorest.exceptions import ErrorestError, ErrorestWarning
from errorest.maths.arrays import Array
from errorest.maths.optimizers import Optimizer
from errorest.network.network import Network

__all__ = [
    "Steps",
    "asking",
    "build_info",
    "forward",
    "loss_and_gradient",
    "n_threads",
    "name",
    "perceptron_epoch",
    "predict_proba",
    "random_order",
    "serves",
    "set_threads",
    "threads",
    "train_epochs",
]


def _choose() -> CompiledEngine | None:
    """Return the compiled engine to use, or None for the reference engine."""
    wanted = os.environ.get("ERROREST_ENGINE", "")
    if wanted not in ("", "compiled", "reference"):
        raise ErrorestError(f"ERROREST_ENGINE must be 'reference' or 'compiled', not {wanted!r}")
    if wanted == "reference":
        return None
    engine = compiled.best_engine()
    if engine is None and wanted == "compiled":
        raise ErrorestError(
            "ERROREST_ENGINE asks for the compiled engine, which was not built: install Errorest "
            "from a wheel, or from source with a C++ compiler"
        )
    if engine is None:
        warnings.warn(
            "the compiled engine was not built, and the reference engine is slower by far: install "
            "Errorest from a wheel, or GCC or Clang and then Errorest with --no-cache-dir "
            "--force-reinstall --verbose, which shows what else is missing "
            "(ERROREST_ENGINE=reference says that this is meant)",
            ErrorestWarning,
            stacklevel=3,
        )
    return engine


threadpoolctl.register(EngineController)

_compiled = _choose()

name = _compiled.name if _compiled else reference.name


def serves(network: Network, X: Array, optimizer: Optimizer | None = None) -> bool:
    """Tell whether the engine called ``name`` does this work itself.

    Otherwise the reference engine does it, slower by far.

    Parameters
    ----------
    network : Network
    X : array of shape (n_samples, n_features)
    optimizer : Optimizer, optional
        If the work is training.
    """
    return _compiled is None or _compiled.serves(network, X, optimizer)


def build_info() -> dict[str, str | int]:
    """Return which engine is used, with which instruction set and number of threads.

    Examples
    --------
    >>> build_info()["n_threads"] >= 1
    True
    """
    if _compiled is None:
        return {"engine": reference.name, "instruction_set": "none", "n_threads": 1}
    return {
        "engine": "compiled",
        "instruction_set": _compiled.instruction_set,
        "compiler": _compiled.compiler,
        "n_threads": n_threads(),
    }


def forward(network: Network, X: Array) -> Array:
    """See :func:`errorest.engine.reference.forward`."""
    return _engine_for(network, X).forward(network, X)


def predict_proba(network: Network, X: Array) -> Array:
    """See :func:`errorest.engine.reference.predict_proba`."""
    return _engine_for(network, X).predict_proba(network, X)


def loss_and_gradient(
    network: Network,
    X: Array,
    targets: Array,
    sample_weight: Array | None = None,
    *,
    l2: float = 0.0,
) -> tuple[float, Array]:
    """See :func:`errorest.engine.reference.loss_and_gradient`."""
    engine = _engine_for(network, X)
    loss, gradient = engine.loss_and_gradient(network, X, targets, sample_weight, l2=l2)
    return float(loss), gradient


def train_epochs(
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
    engine = _engine_for(network, X, optimizer)
    trained: tuple[Network, Array, NDArray[np.float64]] = engine.train_epochs(
        network, moments, X, targets, sample_weight, optimizer=optimizer, steps=steps
    )
    return trained


def perceptron_epoch(
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
    moved: tuple[Network, int, float, Array] = _engine_for(network, X).perceptron_epoch(
        network,
        X,
        targets,
        order,
        sample_weight,
        learning_rate=learning_rate,
        l2=l2,
        l1=l1,
        penalised=penalised,
        n_visits=n_visits,
        fit_intercept=fit_intercept,
    )
    return moved


def random_order(seed: int, stream: int, n: int) -> NDArray[np.intp]:
    """See :func:`errorest.maths.random_order`."""
    return (_compiled or reference).random_order(seed, stream, n)


def _engine_for(
    network: Network, X: Array, optimizer: Optimizer | None = None
) -> CompiledEngine | ModuleType:
    if _compiled is not None and _compiled.serves(network, X, optimizer):
        return _compiled
    return reference
