"""The fingerprint of a training: its settings, its start and its data."""

import dataclasses
from typing import Any

import numpy as np

from errorest.maths import Adam, Cosine, binary_cross_entropy, tanh
from errorest.network import Network
from errorest.training import EarlyStopping, Samples, Trainer

RNG = np.random.default_rng(0)
TRAINING = Samples(RNG.normal(size=(30, 2)), RNG.integers(2, size=30).astype(float))
VALIDATION = Samples(RNG.normal(size=(9, 2)), RNG.integers(2, size=9).astype(float))


def small_network(seed: int = 0) -> Network:
    return Network.build(2, [3], 1, activation=tanh, loss=binary_cross_entropy, seed=seed)


def test_fingerprint_is_repeatable() -> None:
    first = Trainer(Adam()).fingerprint(small_network(), TRAINING, VALIDATION)
    again = Trainer(Adam()).fingerprint(small_network(), TRAINING, VALIDATION)
    assert first == again


def test_fingerprint_tells_everything_apart() -> None:
    trainer, network = Trainer(Adam()), small_network()
    X, y = TRAINING.X, TRAINING.targets
    changed_X, changed_y = X.copy(), y.copy()
    changed_X[3, 1] = np.nextafter(changed_X[3, 1], 9)
    changed_y[5] = 1 - changed_y[5]
    prints = [
        trainer.fingerprint(network, TRAINING),
        trainer.fingerprint(network, TRAINING, VALIDATION),
        trainer.fingerprint(small_network(seed=1), TRAINING),
        trainer.fingerprint(network, Samples(changed_X, y)),
        trainer.fingerprint(network, Samples(X, changed_y)),
        trainer.fingerprint(network, Samples(X, y, np.ones(30))),
        trainer.fingerprint(network, Samples(X.astype(np.float32), y)),
    ]
    for change in (
        {"optimizer": Adam(beta_1=0.8)},
        {"learning_rate": 0.002},
        {"schedule": Cosine()},
        {"batch_size": 10},
        {"l2": 0.1},
        {"shuffle": False},
        {"seed": 1},
        {"stopping": EarlyStopping()},
        {"metrics": {"script": lambda network, validation: 0.0}},
    ):
        changed: Any = dataclasses.replace(trainer, **change)
        prints.append(changed.fingerprint(network, TRAINING))
    assert len(set(prints)) == len(prints)
