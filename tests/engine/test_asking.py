"""Long calls ask now and then whether they shall go on, in threads to which no Ctrl-C comes."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import numpy as np
import pytest

from errorest import engine
from errorest.engine.asking import asked
from errorest.engine.compiled import CompiledEngine
from errorest.maths import SGD, cross_entropy, relu
from errorest.network import Network
from tests.parity.problems import UNDER_SANITIZERS, every_engine, needs_compiled

pytestmark = needs_compiled

NETWORK = Network.build(20, (400, 400), 3, activation=relu, loss=cross_entropy, seed=0)
# Of which every call takes one thread longer than the 50 milliseconds until it asks.
N_SAMPLES = 3000 if UNDER_SANITIZERS else 50_000
X, TARGETS = np.ones((N_SAMPLES, 20)), np.zeros(N_SAMPLES, dtype=int)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    engine.set_threads(1)
    yield
    engine.set_threads(None)


def train(compiled: CompiledEngine) -> None:
    steps = engine.Steps(np.full((1, N_SAMPLES // 100), 0.01), batch_size=100)
    moments = SGD().start(NETWORK.parameters)
    compiled.train_epochs(NETWORK, moments, X, TARGETS, optimizer=SGD(), steps=steps)


def differentiate(compiled: CompiledEngine) -> None:
    compiled.loss_and_gradient(NETWORK, X, TARGETS)


def predict(compiled: CompiledEngine) -> None:
    compiled.predict_proba(NETWORK, X)


@every_engine
@pytest.mark.parametrize("work", [train, differentiate, predict])
def test_what_is_asked_ends_the_call(
    compiled: CompiledEngine, work: Callable[[CompiledEngine], None]
) -> None:
    before = NETWORK.parameters.copy()
    calls = []

    def refuse() -> None:
        calls.append(work)
        raise InterruptedError("no more")

    def ask() -> None:
        with engine.asking(refuse):
            work(compiled)

    with ThreadPoolExecutor(1) as pool, pytest.raises(InterruptedError, match="no more"):
        pool.submit(ask).result()
    assert len(calls) == 1
    np.testing.assert_array_equal(NETWORK.parameters, before)


def test_after_a_block_calls_ask_what_they_did_before_even_if_it_fails() -> None:
    def refuse() -> None:
        pass

    with engine.asking(print):
        with suppress(InterruptedError), engine.asking(refuse):
            assert asked() is refuse
            raise InterruptedError
        assert asked() is print
    assert asked() is None


@pytest.mark.skipif(UNDER_SANITIZERS, reason="two whole predictions take too long")
@every_engine
def test_only_calls_inside_the_block_ask(compiled: CompiledEngine) -> None:
    questions: list[None] = []
    with engine.asking(lambda: questions.append(None)):
        expected = compiled.predict_proba(NETWORK, X)
    assert questions
    assert asked() is None
    questions.clear()
    np.testing.assert_array_equal(compiled.predict_proba(NETWORK, X), expected)
    assert not questions
