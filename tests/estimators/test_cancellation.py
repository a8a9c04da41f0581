"""Ctrl-C ends trainings in other threads in the midst of an epoch."""

import os
import signal
import sys
import threading
import time
from contextlib import suppress
from typing import Any

import numpy as np
import pytest

from errorest import MLPClassifier, engine
from errorest.estimators import TabularMLPClassifier
from errorest.estimators.cancellation import check_cancelled, side_by_side

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl-C to the whole group"),
    pytest.mark.skipif(engine.name == "reference", reason="only the compiled engine asks"),
]

# An epoch of one network takes some seconds.
X = np.random.default_rng(0).normal(size=(150_000, 20)).astype(np.float32)
Y = X[:, 0] * X[:, 1] > 0


def is_noticed_soon(model: Any) -> bool:
    """Tell whether Ctrl-C ends a training soon, at least where the machine was not busy then."""
    return any(seconds_to_notice(model) < 0.2 for _ in range(3))


def seconds_to_notice(model: Any) -> float:
    """Return how long after Ctrl-C a training has ended."""
    sent = []

    def press_ctrl_c() -> None:
        sent.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGINT)

    interrupt = threading.Timer(2.0, press_ctrl_c)
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    interrupt.start()
    try:
        model.fit(X, Y)
    except KeyboardInterrupt:
        pass
    finally:
        interrupt.join()
        signal.signal(signal.SIGINT, handler)
    # On a machine with more to do than processors, a process waits for its turn.
    crowd = os.getloadavg()[0] / (os.cpu_count() or 1)
    return (time.monotonic() - sent[0]) / max(1, 2 * crowd)


def test_when_a_block_ends_all_have_ended_and_those_that_waited_never_begin() -> None:
    begun = []

    def endless(number: int) -> None:
        begun.append(number)
        while True:
            check_cancelled()
            # That it ends is seen here only if somebody waited for it.
            time.sleep(0.1)

    with suppress(InterruptedError), side_by_side(2) as submit:
        jobs = [submit(endless, number) for number in range(4)]
        while len(begun) < 2:
            time.sleep(0.001)
        raise InterruptedError
    assert sorted(begun) == [0, 1]
    assert [job.done() for job in jobs] == [True] * 4


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_members_of_an_ensemble(solver: str) -> None:
    ensemble = MLPClassifier((700, 700), solver=solver, n_members=2, random_state=0)
    assert is_noticed_soon(ensemble)
    assert not hasattr(ensemble, "members_")


@pytest.mark.filterwarnings("ignore:training ends. interrupted")
def test_networks_that_learn_in_cycles() -> None:
    model = TabularMLPClassifier((700, 700), max_iter=15, with_line=False, random_state=0)
    assert is_noticed_soon(model)
