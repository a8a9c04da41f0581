"""The same bits for any number of threads, and calls from anywhere."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from errorest import engine
from errorest.engine import set_threads
from errorest.engine.compiled import CompiledEngine
from errorest.maths.activations import relu
from errorest.maths.losses import binary_cross_entropy, cross_entropy
from errorest.maths.optimizers import SGD, AdamW
from errorest.network import Network, tabular_network
from tests.parity.problems import COMPILED, UNDER_SANITIZERS, every_engine


@pytest.fixture(autouse=True)
def default_threads() -> Iterator[None]:
    yield
    set_threads(None)


def train(compiled: CompiledEngine, case: str) -> tuple[NDArray[Any], ...]:
    """Train something with enough work in a step, or in a whole call, for several threads."""
    n_samples, n_features, hidden, n_outputs, batch_size = {
        "wide": (200, 70, (300, 200), 10, 90),
        "deep": (240, 40, (128, 128, 128, 128), 3, 130),
        "small batches": (90, 300, (300, 256), 10, 40),
        "a bottleneck": (133, 1500, (64, 1, 200), 10, 65),
        "a large batch": (2600, 30, (64, 32), 3, 1300),
        "a line, a large batch": (60_000, 30, (), 1, 60_000),
        "layers of several kinds": (400, 40, (128, 128), 3, 130),
    }[case]
    rng = np.random.default_rng(0)
    X = rng.standard_normal((n_samples, n_features), dtype=np.float32)
    targets = rng.integers(max(n_outputs, 2), size=n_samples).astype(np.float32)
    shape = n_features, hidden, n_outputs
    settings: dict[str, Any] = {
        "activation": relu,
        "loss": binary_cross_entropy if n_outputs == 1 else cross_entropy,
        "seed": 0,
        "dtype": np.float32,
    }
    network = Network.build(*shape, **settings, dropout=0.1 if hidden else 0)
    if case == "layers of several kinds":
        X[:, 7] = rng.integers(90, size=n_samples)
        network = tabular_network(
            *shape,
            **settings,
            dropout=0.2,
            parametric=True,
            levels={7: 80},
            periodic=range(5),
            n_submodels=3,
        )
    optimizer = AdamW()
    rates = np.full((2, -(-n_samples // batch_size)), 0.01)
    trained, moments, losses = compiled.train_epochs(
        network,
        optimizer.start(network.parameters),
        X,
        targets,
        np.abs(X[:, 0]),
        optimizer=optimizer,
        steps=engine.Steps(rates, batch_size, l2=0.01),
    )
    loss_value, gradient = compiled.loss_and_gradient(trained, X, targets, l2=0.01)
    probabilities = compiled.predict_proba(trained, X)
    return trained.parameters, moments, losses, np.array(loss_value), gradient, probabilities


@every_engine
@pytest.mark.parametrize(
    "case",
    [
        "wide",
        "deep",
        "small batches",
        "a bottleneck",
        "a large batch",
        "a line, a large batch",
        "layers of several kinds",
    ],
)
def test_any_number_of_threads_gives_the_same_bits(compiled: CompiledEngine, case: str) -> None:
    set_threads(1)
    expected = train(compiled, case)
    for n in (3,) if UNDER_SANITIZERS else (2, 3, 7):
        set_threads(n)
        for array, other in zip(train(compiled, case), expected, strict=True):
            np.testing.assert_array_equal(array, other)


@every_engine
def test_several_python_threads_at_once(compiled: CompiledEngine) -> None:
    set_threads(2)
    expected = train(compiled, "wide")
    with ThreadPoolExecutor(4) as pool:
        for result in pool.map(lambda _: train(compiled, "wide"), range(8)):
            for array, other in zip(result, expected, strict=True):
                np.testing.assert_array_equal(array, other)


COUNTING = """
import sys, threading, time
import numpy as np
from errorest import engine
from errorest.maths import SGD, relu, cross_entropy
from errorest.network import Network
n_callers, of_process, of_each, n_rows = map(int, sys.argv[1:])
engine.set_threads(of_process)
network = Network.build(400, (400,), 3, activation=relu, loss=cross_entropy, seed=0)
X, targets = np.ones((n_rows, 400)), np.zeros(n_rows, dtype=int)
moments, rates = SGD().start(network.parameters), np.full((3, 4), 0.01)
def train():
    with engine.threads(of_each):
        engine.train_epochs(network, moments, X, targets, optimizer=SGD(),
                            steps=engine.Steps(rates, batch_size=n_rows // 4))
def count():
    return int(next(line for line in open("/proc/self/status") if "Threads" in line).split()[1])
idle = count()
callers = [threading.Thread(target=train) for _ in range(n_callers)]
for caller in callers: caller.start()
most = 0
while any(caller.is_alive() for caller in callers):
    most = max(most, count())
    time.sleep(0.001)
print(most - idle)
"""


@pytest.mark.parametrize(
    ("n_callers", "of_process", "of_each", "expected"),
    [
        # The first to come has two helpers, those who come later have none.
        (4, 3, 3, {5, 6}),
        # What was divided is there for all.
        (2, 8, 4, {8}),
    ],
)
def test_threads_of_all_calls_at_once_are_no_more_than_allowed(
    n_callers: int, of_process: int, of_each: int, expected: set[int]
) -> None:
    """As the system counts them, while several Python threads train."""
    if not COMPILED or not Path("/proc/self/status").exists():
        pytest.skip("needs the compiled engine on Linux")
    # Enough that all are at work at once.
    n_rows = 200 if UNDER_SANITIZERS else 2000
    numbers = map(str, (n_callers, of_process, of_each, n_rows))
    output = subprocess.run(
        [sys.executable, "-c", COUNTING, *numbers],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"ERROREST_ENGINE": "compiled"},
    ).stdout
    assert int(output) in expected


@every_engine
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_fork_after_use(compiled: CompiledEngine) -> None:
    set_threads(2)
    expected = train(compiled, "wide")
    child = os.fork()
    if child == 0:
        same = all(map(np.array_equal, train(compiled, "wide"), expected))
        os._exit(0 if same else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@every_engine
def test_denormal_numbers_stay_what_they_are_outside(compiled: CompiledEngine) -> None:
    """Flush-to-zero is on within a call only."""
    train(compiled, "wide")
    assert np.float32(1e-38) / np.float32(4) > 0


TRAINING = """
import signal, sys, time
# A process in the background may begin deaf to Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)
import numpy as np
from errorest.engine import Steps
from errorest.engine.compiled import engines
from errorest.maths import SGD, relu, cross_entropy
from errorest.network import Network
(compiled,) = [engine for engine in engines() if engine.name == sys.argv[1]]
network = Network.build(20, (50,), 3, activation=relu, loss=cross_entropy, seed=0)
start = network.parameters.copy()
X, targets = np.ones((1000, 20)), np.zeros(1000, dtype=int)
moments, rates = SGD().start(network.parameters), np.full((1_000_000, 10), 0.01)
def train_endlessly():
    print("started", flush=True)
    compiled.train_epochs(
        network, moments, X, targets, optimizer=SGD(), steps=Steps(rates, batch_size=100)
    )
"""

ENDLESS = (
    TRAINING
    + """
wide = Network.build(300, (2000, 2000), 3, activation=relu, loss=cross_entropy, seed=0)
line = Network.build(100, (), 1, activation=relu, loss=cross_entropy, seed=0)
def predict_endlessly():
    X = np.ones((20_000, 300))
    print("started", flush=True)
    compiled.predict_proba(wide, X)
def differentiate_endlessly():
    X = np.ones((20_000, 300))
    print("started", flush=True)
    compiled.loss_and_gradient(wide, X, np.zeros(20_000, dtype=int))
def vote_endlessly():
    X, targets, order = np.ones((5, 100)), np.zeros((5, 1)), np.zeros(30_000_000, dtype=int)
    print("started", flush=True)
    compiled.perceptron_epoch(line, X, targets, order, learning_rate=0.1)
def shuffle_endlessly():
    print("started", flush=True)
    compiled.random_order(0, 0, 100_000_000)
for work in map(str.strip, sys.stdin):
    try:
        globals()[work + "_endlessly"]()
    except KeyboardInterrupt:
        assert (network.parameters == start).all()
        loss, _ = compiled.loss_and_gradient(network, X, targets)
        print(work, "interrupted", np.isfinite(loss), flush=True)
"""
)


@every_engine
@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl-C to the whole group")
def test_ctrl_c_is_noticed_soon(compiled: CompiledEngine) -> None:
    # The others take minutes under sanitizers.
    works = [
        "train",
        *([] if UNDER_SANITIZERS else ["predict", "differentiate", "vote", "shuffle"]),
    ]
    command = [sys.executable, "-c", ENDLESS, compiled.name]
    environment = os.environ | {"ERROREST_THREADS": "1"}
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "bufsize": 1}
    with subprocess.Popen(command, text=True, env=environment, **pipes) as process:
        for work in works:
            # On a machine with more to do than processors, a process waits for its turn.
            crowd = os.getloadavg()[0] / (os.cpu_count() or 1)
            limit = (20 if UNDER_SANITIZERS else 1) * (0.2 if crowd < 1 else 2 * crowd)
            assert any(seconds_to_notice(process, work) < limit for _ in range(3)), work
        assert process.stdin is not None
        process.stdin.close()
    assert process.returncode == 0


def seconds_to_notice(process: "subprocess.Popen[str]", work: str) -> float:
    """Let it work endlessly, and interrupt it."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{work}\n")
    assert process.stdout.readline() == "started\n"
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    sent = time.monotonic()
    assert process.stdout.readline() == f"{work} interrupted True\n"
    return time.monotonic() - sent


@every_engine
@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no such timer")
def test_signal_handlers_know_denormal_numbers(compiled: CompiledEngine) -> None:
    class AlarmError(Exception):
        pass

    def ring(_: int, frame: Any) -> None:
        raise AlarmError(frame.f_code.co_name, np.float32(1e-38) / np.float32(4))

    network = Network.build(20, (50,), 3, activation=relu, loss=cross_entropy, seed=0)
    moments = SGD().start(network.parameters)
    steps = engine.Steps(np.full((1_000_000, 1), 0.01), batch_size=100)
    # By the process's own time: it may have to wait for its turn before the training begins.
    handler = signal.signal(signal.SIGVTALRM, ring)
    signal.setitimer(signal.ITIMER_VIRTUAL, 0.2)
    try:
        with pytest.raises(AlarmError) as caught:
            compiled.train_epochs(
                network,
                moments,
                np.ones((100, 20)),
                np.zeros(100, dtype=int),
                optimizer=SGD(),
                steps=steps,
            )
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, handler)
    where, quotient = caught.value.args
    assert where == "train_epochs"
    assert quotient > 0


MEANWHILE = (
    TRAINING
    + """
import os, threading
thread = threading.Thread(target=train_endlessly)
thread.start()
for _ in range(100):
    time.sleep(0.001)
print("went on", thread.is_alive(), flush=True)
os._exit(0)
"""
)


@every_engine
def test_the_interpreter_goes_on_meanwhile(compiled: CompiledEngine) -> None:
    command = [sys.executable, "-c", MEANWHILE, compiled.name]
    assert subprocess.check_output(command, text=True) == "started\nwent on True\n"
