"""A callback that writes down what it hears."""

from typing import Any


class Recorder:
    """Knows the loss after each part of a fit, and stops after some parts."""

    def __init__(self, stop_after: int | None = None) -> None:
        self.heard: list[str] = []
        self.losses: list[float] = []
        self.stop_after = stop_after

    def setup(self, estimator: Any, context: Any) -> None:
        self.heard.append("setup")

    def on_fit_task_begin(self, estimator: Any, context: Any) -> None:
        self.heard.append(f"begin {context.task_name} {context.task_id}")

    def on_fit_task_end(
        self, estimator: Any, context: Any, *, fitted_estimator: Any = None
    ) -> bool:
        self.heard.append(f"end {context.task_name} {context.task_id}")
        if context.task_name != "fit" and fitted_estimator is not None:
            self.losses.append(fitted_estimator.history_["loss"][-1])
        return len(self.losses) == self.stop_after

    def teardown(self, estimator: Any, context: Any) -> None:
        self.heard.append("teardown")
