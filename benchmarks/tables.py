"""Compare TableClassifier with its peers on real tables: probabilities, classes and time.

Each table is split several times into rows to learn from and a quarter that is held back. What
the peers did is kept in the file of results, so only TableClassifier is measured every time.
RealMLP takes part where the extra ``realmlp`` is installed, or is in that file. What an older
TableClassifier did, kept in another file, is one more peer.
"""

import argparse
import json
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import accuracy_score, log_loss, roc_auc_score

from benchmarks.classifiers import CLASSIFIERS, OWN
from benchmarks.table_data import Table, tables
from errorest.estimators.calibration import Reliability

__all__ = ["measure"]

_KEY = ["table", "split", "classifier"]


def main() -> None:
    """Measure what is not known yet, and print it beside what is."""
    options = _parse()
    warnings.simplefilter("ignore", ConvergenceWarning)
    warnings.filterwarnings("ignore", module="pytorch_lightning")
    all_tables = {table.name: table for table in _tables(options)}
    if unknown := set(options.tables) - set(all_tables):
        raise SystemExit(f"no table {min(unknown)}: choose among {', '.join(all_tables)}")
    chosen = [all_tables[name] for name in options.tables or all_tables]
    results = _read(options.results) if options.results.exists() else []
    done = {tuple(result[name] for name in _KEY) for result in results}
    for table in chosen:
        for split in range(options.splits):
            for name in [OWN, *options.peers]:
                if name == OWN or (table.name, split, name) not in done:
                    results.append(measure(table, split, name))
                    with options.results.open("a") as file:
                        print(json.dumps(results[-1]), file=file)
    if options.before:
        own = [result for result in _read(options.before) if result["classifier"] == OWN]
        results += [{**result, "classifier": f"{OWN} before"} for result in own]
    # TableClassifier's last result counts.
    frame = pd.DataFrame(results).drop_duplicates(_KEY, keep="last")
    frame = frame[frame["split"] < options.splits].set_index(_KEY)
    for table in [] if options.many else chosen:
        shape = "{} rows, {} columns".format(*table.X.shape)
        print(f"\n{table.name}: {shape}, {table.n_classes} classes")
        _print_table(frame.loc[table.name])
    _print_standings(frame.loc[[table.name for table in chosen]])


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tables", description=__doc__)
    peers = [name for name in CLASSIFIERS if name != OWN]
    parser.add_argument("tables", nargs="*", metavar="TABLE", help="names; none for all")
    parser.add_argument("--peers", nargs="*", choices=peers, default=peers, help="to measure")
    others = parser.add_mutually_exclusive_group()
    others.add_argument(
        "--unseen", action="store_true", help="tables that no default was chosen on, instead"
    )
    others.add_argument("--many", action="store_true", help="hundreds of tables, instead")
    parser.add_argument("--splits", type=int, default=5)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), metavar="FOLDER")
    parser.add_argument(
        "--results", type=Path, default=Path("tables.jsonl"), metavar="FILE", help="JSON lines"
    )
    parser.add_argument(
        "--before", type=Path, metavar="FILE", help=f"results of an older {OWN}, to compare with"
    )
    return parser.parse_args()


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def _tables(options: argparse.Namespace) -> Iterator[Table]:
    if options.unseen:
        from benchmarks.unseen_tables import unseen_tables

        return unseen_tables()
    if options.many:
        from benchmarks.many_tables import many_tables

        return many_tables()
    return tables(options.data)


def measure(table: Table, split: int, name: str) -> dict[str, Any]:
    """Let one classifier learn one split of a table, and see how it does on the rest."""
    X, X_test, y, y_test = table.split(split)
    classifier = CLASSIFIERS[name](split)
    start = time.perf_counter()
    classifier.fit(X, y)
    seconds = time.perf_counter() - start
    probabilities = np.asarray(classifier.predict_proba(X_test), dtype=np.float64)
    probabilities /= probabilities.sum(axis=1, keepdims=True)  # float32 sums to one only nearly
    positive = probabilities[:, 1] if table.n_classes == 2 else probabilities
    return {
        "table": table.name,
        "split": split,
        "classifier": name,
        "log_loss": log_loss(y_test, probabilities),
        "accuracy": accuracy_score(y_test, probabilities.argmax(axis=1)),
        "roc_auc": roc_auc_score(y_test, positive, multi_class="ovr"),
        "calibration_error": Reliability.measured(probabilities, y_test).expected_error,
        "seconds": seconds,
    }


def _print_table(results: pd.DataFrame) -> None:
    """Print means and standard deviations over the splits, and paired differences of log-loss."""
    losses = results["log_loss"].unstack()
    means, spreads = (getattr(results.groupby("classifier"), kind)() for kind in ("mean", "std"))
    print(
        f"{'':22}{'log-loss':17}{'more than ours':19}{'ratio':8}{'accuracy':17}"
        f"{'ROC-AUC':9}{'calib. error':>12}{'seconds':>9}{'splits':>8}"
    )
    for name, mean in means.sort_values("log_loss").iterrows():
        spread, more = spreads.loc[name], (losses[name] - losses[OWN]).dropna()
        ratio = losses.loc[more.index, name].mean() / losses.loc[more.index, OWN].mean()
        difference = "" if name == OWN else f"{more.mean():+.4f} ± {more.sem():.4f}"
        print(
            f"{name:22}{mean['log_loss']:.4f} ± {spread['log_loss']:.4f}  {difference:19}"
            f"{ratio:5.2f}x  {mean['accuracy']:.4f} ± {spread['accuracy']:.4f}  "
            f"{mean['roc_auc']:.4f}   {mean['calibration_error']:12.4f}"
            f"{mean['seconds']:9.2f}{more.count():8}"
        )


def _print_standings(results: pd.DataFrame) -> None:
    """Print mean ranks over the tables, on how many ours is ahead, and the ratio of times.

    It is clearly ahead, or behind, where the paired difference exceeds its standard error, which
    takes two splits.
    """
    losses = _by_table(results["log_loss"])
    errors = 1 - _by_table(results["accuracy"])
    seconds = _by_table(results["seconds"])
    ratios = seconds.div(seconds[OWN], axis="index")
    more_loss, its_error = _more_than_ours(results["log_loss"])
    more_accuracy, _ = _more_than_ours(results["accuracy"])
    standings = {
        "rank by log-loss": losses.rank(axis="columns").mean(),
        "rank by accuracy": errors.rank(axis="columns").mean(),
        "ours ahead in log-loss": (more_loss > 0).sum(),
        "behind in log-loss": (more_loss < 0).sum(),
        "our log-loss lower by": more_loss.mean(),
        "by (median)": more_loss.median(),
        "ours ahead in accuracy": (more_accuracy < 0).sum(),
        "behind in accuracy": (more_accuracy > 0).sum(),
        "our accuracy higher by": -more_accuracy.mean(),
        "times our seconds": np.exp(np.log(ratios).mean()),
    }
    if its_error.notna().any(axis=None):
        standings["clearly ahead in log-loss"] = (more_loss > its_error).sum()
        standings["clearly behind in log-loss"] = (more_loss < -its_error).sum()
    print(f"\n{len(losses)} tables, means of ranks, geometric mean of the ratio of seconds")
    print(pd.DataFrame(standings).sort_values("rank by log-loss").round(3).T.to_string())


def _by_table(values: "pd.Series[float]") -> pd.DataFrame:
    """Return each classifier's mean on each table, over the splits that all of them have."""
    return values.unstack().dropna().groupby("table").mean()


def _more_than_ours(values: "pd.Series[float]") -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return on each table by how much others have more, and the standard error of that."""
    by_split = values.unstack()
    more = by_split.sub(by_split[OWN], axis="index").groupby("table")
    # Where the same rows are right in another split, the differences need not cancel exactly.
    return more.mean().round(9), more.sem()


if __name__ == "__main__":
    main()
