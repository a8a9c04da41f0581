"""The loss of two classes stays exact, however sure the rows are and however many of them."""

from typing import Any

import numpy as np
import pytest

from errorest.engine import reference
from errorest.engine.compiled import engines
from errorest.maths.activations import identity
from errorest.maths.losses import binary_cross_entropy
from errorest.network import Dense, Network

ENGINES = [reference, *engines()]


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("n_samples", [1, 31, 5000])
@pytest.mark.parametrize("logit", [0.0, 0.25, 1.0, 8.0, 20.0, 60.0])
def test_equal_rows_have_the_loss_of_one(
    engine: Any, dtype: type[np.floating], n_samples: int, logit: float
) -> None:
    network = Network((Dense(1, 1, identity),), binary_cross_entropy, np.array([1, 0], dtype))
    X = np.full((n_samples, 1), logit, dtype)
    loss, _ = engine.loss_and_gradient(network, X, np.ones(n_samples, dtype))
    assert loss == pytest.approx(np.log1p(np.exp(-logit)), rel=30 * float(np.finfo(dtype).eps))
