"""How many threads there may be: by the user, the environment, threadpoolctl, control groups."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from errorest import engine
from errorest.engine import n_threads, set_threads
from errorest.engine.threads import _quota


@pytest.fixture(autouse=True)
def default_threads() -> Iterator[None]:
    yield
    set_threads(None)


@pytest.mark.skipif(engine.name == "reference", reason="it is not loaded")
def test_threadpoolctl_limits_the_engine() -> None:
    set_threads(5)
    with threadpool_limits(2):
        assert n_threads() == 2
    assert n_threads() == 5
    with engine.threads(1), threadpool_limits(2), engine.threads(None):
        assert n_threads() == 1
    assert n_threads() == 5
    (library, *_) = [lib for lib in threadpool_info() if lib["user_api"] == "errorest"]
    assert library["num_threads"] == 5


def test_set_threads() -> None:
    assert n_threads() >= 1
    set_threads(3)
    assert n_threads() == 3
    with pytest.raises(ValueError, match="at least 1"):
        set_threads(0)
    assert n_threads() == 3


@pytest.mark.parametrize(
    ("name", "value"),
    [("ERROREST_THREADS", "1"), ("OMP_NUM_THREADS", "1"), ("OMP_NUM_THREADS", " 1 ,4")],
)
def test_environment_limits_the_threads(name: str, value: str) -> None:
    code = "from errorest.engine import n_threads; print(n_threads())"
    limits = ("ERROREST_THREADS", "OMP_NUM_THREADS")
    others = {key: value for key, value in os.environ.items() if key not in limits}
    environment = others | {name: value}
    answer = subprocess.check_output([sys.executable, "-c", code], env=environment, text=True)
    assert answer == "1\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, None),
        ({"cpu.max": "max 100000\n"}, None),
        ({"cpu.max": "150000 100000\n"}, 2),
        ({"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}, None),
        ({"cpu/cpu.cfs_quota_us": "400000\n", "cpu/cpu.cfs_period_us": "100000\n"}, 4),
        # Systemd and Slurm limit a group below the root.
        ({"self": "0::/user/job\n", "user/job/cpu.max": "200000 100000\n"}, 2),
        ({"self": "0::/user/job\n", "user/cpu.max": "200000 100000\n"}, 2),
        (
            {
                "self": "0::/user/job\n",
                "user/job/cpu.max": "max 100000\n",
                "user/cpu.max": "200000 100000\n",
                "cpu.max": "100000 100000\n",
            },
            1,
        ),
        ({"self": "0::/user/job\n", "other/cpu.max": "200000 100000\n"}, None),
        (
            {
                "self": "5:memory:/\n4:cpu,cpuacct:/job\n0::/\n",
                "cpu/job/cpu.cfs_quota_us": "300000\n",
                "cpu/job/cpu.cfs_period_us": "100000\n",
            },
            3,
        ),
        # Of a group that is not seen from here, those around it are.
        ({"self": "0::/host/pod\n", "cpu.max": "200000 100000\n"}, 2),
    ],
)
def test_quota_of_the_control_groups(
    tmp_path: Path, files: dict[str, str], expected: int | None
) -> None:
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    assert _quota(tmp_path, tmp_path / "self") == expected
