"""Time everything in alternation, and print medians, ratios and shares of the machine's peak.

The peak is timed like all others: it takes part as a loop of multiplications and additions that
wait for nothing. Where neighbours slow the machine down, they slow that loop down too. Starting its
threads takes part, which makes the shares of the smallest workloads a little too good.

The number of threads is set by binding the process to as many processors before any library is
loaded, so that it is the same for all.
"""

import argparse
import dataclasses
import os
import statistics
import time
import warnings
from collections.abc import Callable, Mapping

from benchmarks.workloads import WORKLOADS, Workload

PEAK = "multiply-adds"
SCALING_BASE = Workload("base", 20_000, 50, 4, (128, 128), "relu", 256, 2)


def main() -> None:
    """Run what the command line asks for."""
    options = _parse()
    if hasattr(os, "sched_setaffinity"):
        own = sorted(os.sched_getaffinity(0))[: options.threads]
        os.sched_setaffinity(0, own)
    os.environ["OMP_NUM_THREADS"] = str(options.threads)

    from benchmarks.contestants import CONTESTANTS
    from benchmarks.search import searches
    from benchmarks.startup import startups
    from errorest import engine

    print(engine.build_info())
    print(f"medians of {options.repeats} rounds\n")
    chosen = {
        name: prepare
        for name, prepare in CONTESTANTS.items()
        if name.startswith("errorest") or name in [PEAK, *options.peers]
    }
    print(
        f"{'workload':12} {'contestant':14} {'median':>12} {'errorest is':>12}  {'of the peak':>12}"
    )
    for workload in WORKLOADS:
        if not options.workloads or workload.name in options.workloads:
            _compare_training(workload, chosen, options.repeats)
    sections: dict[str, Callable[[], None]] = {
        "prediction": lambda: _compare_prediction(options.repeats, options.threads),
        "search": lambda: _compare_calls(searches(), options.repeats),
        "process": lambda: _compare_calls(startups(), options.repeats),
        "scaling": lambda: _print_scaling(options.repeats),
    }
    for name, run in sections.items():
        if not options.workloads or name in options.workloads:
            run()


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--peers", nargs="*", default=["scikit-learn", "PyTorch", "JAX"])
    parser.add_argument(
        "workloads",
        nargs="*",
        help="names, also prediction, search, process, scaling; none for all",
    )
    return parser.parse_args()


def _compare_training(
    workload: Workload,
    contestants: Mapping[str, Callable[[Workload], Callable[[], object]]],
    repeats: int,
) -> None:
    from sklearn.exceptions import ConvergenceWarning

    warnings.simplefilter("ignore", ConvergenceWarning)
    trainings, compile_times = {}, {}
    for name, prepare in contestants.items():
        if name == PEAK and not workload.hidden:
            continue
        trainings[name] = prepare(workload)
        # The first call compiles, or fills caches.
        compile_times[name] = _seconds(trainings[name])
    medians = _medians(trainings, repeats)
    for name, median in medians.items():
        share = f"{medians[PEAK] / median:12.0%}" if PEAK in medians else " " * 12
        note = ""
        if name == "JAX":
            note = f"  (+ {compile_times[name] - median:.1f} s compiling)"
        _print_row(workload.name, name, median, medians["errorest"], share + note)


def _compare_prediction(repeats: int, n_threads: int) -> None:
    import numpy as np

    from benchmarks.prediction import predictors

    X = np.random.default_rng(0).standard_normal((1_000_000, 50), dtype=np.float32)
    contestants = predictors(n_threads)
    for title, rows, n_calls in (("one row", X[:1], 1000), ("million rows", X, 1)):
        calls = {
            name: lambda predict=predict, rows=rows, n_calls=n_calls: [
                predict(rows) for _ in range(n_calls)
            ]
            for name, predict in contestants.items()
        }
        medians = {name: s / n_calls for name, s in _medians(calls, repeats).items()}
        for name, median in medians.items():
            _print_row(title, name, median, medians["errorest"], "")


def _compare_calls(calls: Mapping[str, Mapping[str, Callable[[], object]]], repeats: int) -> None:
    from sklearn.exceptions import ConvergenceWarning

    warnings.simplefilter("ignore", ConvergenceWarning)
    for title, contestants in calls.items():
        medians = _medians(contestants, repeats)
        for name, median in medians.items():
            _print_row(title, name, median, medians["errorest"], "")


def _print_scaling(repeats: int) -> None:
    from benchmarks.contestants import errorest_engine

    change = dataclasses.replace
    base = SCALING_BASE
    variants = {
        "base": base,
        "rows x 4": change(base, n_samples=4 * base.n_samples),
        "features x 4": change(base, n_features=4 * base.n_features),
        "width x 2": change(base, hidden=(256, 256)),
        "width x 4": change(base, hidden=(512, 512)),
        "depth x 2": change(base, hidden=(128,) * 4),
        "depth x 4": change(base, hidden=(128,) * 8),
        "classes x 8": change(base, n_classes=8 * base.n_classes),
        "classes x 64": change(base, n_classes=64 * base.n_classes),
    }
    medians = _medians({name: errorest_engine(w) for name, w in variants.items()}, repeats)
    print(f"\n{'scaling':14} {'median':>12} {'time':>8} {'arithmetic':>11} {'GFLOP/s':>9}")
    for name, workload in variants.items():
        print(
            f"{name:14} {_readable(medians[name])} {medians[name] / medians['base']:7.2f}x "
            f"{workload.flops / base.flops:10.2f}x {workload.flops / medians[name] / 1e9:9.1f}"
        )


def _medians(calls: Mapping[str, Callable[[], object]], repeats: int) -> dict[str, float]:
    """Return each call's median time; all are timed in turn, short ones several times each."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    n_calls = {name: max(1, int(0.05 / _seconds(call))) for name, call in calls.items()}
    for _ in range(repeats):
        for name, call in calls.items():
            # The threads of the one before may wait for more work without sleeping.
            time.sleep(0.2)
            start = time.perf_counter()
            for _ in range(n_calls[name]):
                call()
            times[name].append((time.perf_counter() - start) / n_calls[name])
    return {name: statistics.median(values) for name, values in times.items()}


def _seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def _print_row(*row: object) -> None:
    first, second, median, own, rest = row
    assert isinstance(median, float)
    assert isinstance(own, float)
    print(f"{first:12} {second:14} {_readable(median)} {median / own:11.1f}x  {rest}", flush=True)


def _readable(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:9.2f} {unit:2}"
    return f"{seconds / 1e-6:9.2f} us"


if __name__ == "__main__":
    main()
