"""A progress bar for a training, drawn by scikit-learn's callback hooks."""

import sys
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

__all__ = ["EpochBar"]


class EpochBar:
    """Shows epochs, or cycles of epochs, and the latest loss on stderr, if that is a terminal."""

    def __init__(self) -> None:
        self._progress = Progress(
            TextColumn("training"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[step]}"),
            TextColumn("{task.fields[loss]}"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            disable=not sys.stderr.isatty(),
            transient=True,
        )

    def setup(self, estimator: Any, context: Any) -> None:
        """Start to draw."""
        self._task = self._progress.add_task("", total=context.max_subtasks, step="", loss="")
        self._progress.start()

    def on_fit_task_begin(self, estimator: Any, context: Any) -> None:
        """Do nothing: an epoch or cycle counts when it is done."""

    def on_fit_task_end(
        self, estimator: Any, context: Any, *, fitted_estimator: Any = None
    ) -> None:
        """Advance by an epoch or cycle."""
        if context.task_name == "fit" or fitted_estimator is None:
            return
        curves = fitted_estimator.history_
        name = "validation_loss" if "validation_loss" in curves else "loss"
        loss = f"{name.replace('_', ' ')} {curves[name][-1]:.4f}"
        step = f"{context.task_name}s"
        self._progress.update(self._task, advance=1, step=step, loss=loss)

    def teardown(self, estimator: Any, context: Any) -> None:
        """Remove the bar."""
        self._progress.stop()
