"""Dropout by the reference engine, the specification of the others."""

import numpy as np
import pytest

from errorest.engine.reference import dropout_masks, loss_and_gradient, train_epochs
from errorest.engine.steps import Steps
from errorest.maths.activations import tanh
from errorest.maths.losses import squared_error
from errorest.maths.optimizers import SGD
from errorest.network.dropout import dropout_mask
from errorest.network.layer import Dense
from errorest.network.network import Network


def build(dropout: float) -> Network:
    return Network.build(
        3, [50, 40], 2, activation=tanh, loss=squared_error, dropout=dropout, seed=0
    )


def test_share_and_scale() -> None:
    mask = dropout_mask(0.3, (2000, 50), seed=1, stream=2)
    assert mask.shape == (2000, 50)
    share = np.floor(0.3 * 2**16) / 2**16
    assert set(np.unique(mask)) == {0, 1 / (1 - share)}
    assert np.mean(mask == 0) == pytest.approx(0.3, abs=0.01)
    assert mask.mean() == pytest.approx(1, abs=0.01)


def test_each_number_of_a_hash_drops_the_same_share() -> None:
    dropped = dropout_mask(0.3, (20_000, 4), seed=1, stream=2) == 0
    assert dropped.mean(axis=0) == pytest.approx(0.3, abs=0.015)
    assert np.corrcoef(dropped, rowvar=False) == pytest.approx(np.eye(4), abs=0.03)


def test_a_dropout_close_to_one_keeps_the_mean() -> None:
    mask = dropout_mask(0.999, (2000, 500), seed=1, stream=2)
    assert mask.mean() == pytest.approx(1, abs=0.1)


def test_masks_differ_by_step_and_layer_and_come_again() -> None:
    network, X = build(0.5), np.zeros((40, 3))
    first, second, last = dropout_masks(network, X, seed=4, n_steps=0)
    assert last == 1.0
    assert not np.array_equal(first[:, :40], second)
    np.testing.assert_array_equal(first, dropout_masks(network, X, seed=4, n_steps=0)[0])
    assert not np.array_equal(first, dropout_masks(network, X, seed=4, n_steps=1)[0])
    assert not np.array_equal(first, dropout_masks(network, X, seed=5, n_steps=0)[0])


def test_the_step_follows_the_thinned_network() -> None:
    """A unit that is dropped for all rows of a batch keeps its weights."""
    network = build(0.5)
    X, targets = np.ones((1, 3)), np.ones((1, 2))
    trained, _, _ = train_epochs(
        network,
        SGD().start(network.parameters),
        X,
        targets,
        optimizer=SGD(),
        steps=Steps(np.ones((1, 1)), batch_size=1, seed=4),
    )
    mask = dropout_masks(network, X, seed=4, n_steps=0)[0][0]
    moved = np.any(trained.weights[0] != network.weights[0], axis=0)
    np.testing.assert_array_equal(moved, mask > 0)


def test_nothing_is_dropped_outside_of_a_training() -> None:
    X, targets = np.ones((4, 3)), np.ones((4, 2))
    loss, gradient = loss_and_gradient(build(0.5), X, targets)
    expected_loss, expected = loss_and_gradient(build(0.0), X, targets)
    assert loss == expected_loss
    np.testing.assert_array_equal(gradient, expected)


@pytest.mark.parametrize("dropout", [-0.1, 1.0])
def test_out_of_range(dropout: float) -> None:
    with pytest.raises(ValueError, match="dropout must be at least 0 and less than 1"):
        Dense(1, 1, tanh, dropout=dropout)
