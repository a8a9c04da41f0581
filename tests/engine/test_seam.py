"""Which engine runs, and how it is chosen."""

import os
import subprocess
import sys
from dataclasses import dataclass

import numpy as np
import pytest

from errorest import engine
from errorest.engine import reference
from errorest.maths.activations import Activation, tanh
from errorest.maths.arrays import Array
from errorest.maths.losses import cross_entropy
from errorest.maths.optimizers import SGD
from errorest.network.network import Network
from tests.parity.problems import needs_compiled

REPORT = "from errorest import engine; print(engine.build_info()['engine'])"


@dataclass(frozen=True)
class Cubic(Activation):
    """A user's own activation."""

    def __call__(self, logits: Array) -> Array:
        return logits**3

    def derivative(self, logits: Array) -> Array:
        return 3 * logits**2


def report(wanted: str, code: str = REPORT) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"ERROREST_ENGINE": wanted}
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )


def test_reference_can_be_asked_for() -> None:
    assert report("reference").stdout == "reference\n"


@needs_compiled
@pytest.mark.parametrize("wanted", ["", "compiled"])
def test_compiled_is_the_default(wanted: str) -> None:
    assert report(wanted).stdout == "compiled\n"


CAUGHT = """
from errorest.exceptions import ErrorestError
try:
    from errorest import engine
except ErrorestError as error:
    print(error)
"""


def test_wrong_choice_is_an_error_that_can_be_caught() -> None:
    message = "ERROREST_ENGINE must be 'reference' or 'compiled', not 'fast'\n"
    assert report("fast", CAUGHT).stdout == message


def test_compiled_but_not_built_is_an_error_that_can_be_caught() -> None:
    hide = "import sys; sys.modules['errorest.engine._processor'] = None\n"
    answer = report("compiled", hide + CAUGHT)
    assert answer.stdout.startswith("ERROREST_ENGINE asks for the compiled engine, which was not")
    assert answer.stdout.count("\n") == 1
    unwanted = report("", hide + REPORT)
    assert unwanted.stdout == "reference\n"
    assert unwanted.stderr.count("ErrorestWarning: the compiled engine was not built") == 1
    # Else pip shows nothing of a build that went on without a compiler.
    assert "--verbose" in unwanted.stderr
    assert report("reference", hide + REPORT).stderr == ""


def test_build_info() -> None:
    info = engine.build_info()
    assert info["engine"] in ("compiled", "reference")
    assert engine.name.startswith(str(info["engine"]))
    assert int(info["n_threads"]) >= 1


def test_what_is_not_served_runs_on_the_reference_engine() -> None:
    network = Network.build(3, [4], 2, activation=Cubic(), loss=cross_entropy, seed=0)
    X, targets = np.random.default_rng(0).normal(size=(10, 3)), np.arange(10) % 2
    assert engine.serves(network, X) == (engine.name == "reference")
    np.testing.assert_array_equal(engine.forward(network, X), reference.forward(network, X))
    loss, gradient = engine.loss_and_gradient(network, X, targets)
    expected_loss, expected = reference.loss_and_gradient(network, X, targets)
    assert loss == expected_loss
    np.testing.assert_array_equal(gradient, expected)


def test_every_function_of_the_seam() -> None:
    network = Network.build(3, [4], 2, activation=tanh, loss=cross_entropy, seed=0)
    X, targets = np.random.default_rng(0).normal(size=(10, 3)), np.arange(10) % 2
    assert engine.serves(network, X, SGD())
    np.testing.assert_allclose(engine.forward(network, X), reference.forward(network, X))
    np.testing.assert_allclose(
        engine.predict_proba(network, X), reference.predict_proba(network, X)
    )
    assert engine.loss_and_gradient(network, X, targets)[0] == pytest.approx(
        reference.loss_and_gradient(network, X, targets)[0]
    )
    trained, _, losses = engine.train_epochs(
        network,
        SGD().start(network.parameters),
        X,
        targets,
        optimizer=SGD(),
        steps=engine.Steps(np.full((3, 2), 0.1), batch_size=5),
    )
    expected, _, expected_losses = reference.train_epochs(
        network,
        SGD().start(network.parameters),
        X,
        targets,
        optimizer=SGD(),
        steps=engine.Steps(np.full((3, 2), 0.1), batch_size=5),
    )
    np.testing.assert_allclose(trained.parameters, expected.parameters)
    np.testing.assert_allclose(losses, expected_losses)
    line = Network.build(3, [], 2, activation=tanh, loss=cross_entropy, seed=0)
    votes = np.eye(2)[targets]
    moved, n_mistakes, *_ = engine.perceptron_epoch(
        line, X, votes, np.arange(10), learning_rate=0.1
    )
    expected, expected_mistakes, *_ = reference.perceptron_epoch(
        line, X, votes, np.arange(10), learning_rate=0.1
    )
    assert n_mistakes == expected_mistakes
    np.testing.assert_allclose(moved.parameters, expected.parameters)
