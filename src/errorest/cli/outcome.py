"""What came of a training, as ``errorest train`` tells it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from errorest.cli.candidates import ModelKind
from errorest.cli.models import duration
from errorest.wording import counted

if TYPE_CHECKING:
    from rich.console import Console

    from errorest import TableClassifier
    from errorest.estimators import Evaluation
    from errorest.estimators.selection import Selection

__all__ = ["Outcome"]


@dataclass(frozen=True)
class Outcome:
    """The model that was kept, and what was measured on rows that it had not seen.

    Parameters
    ----------
    path : Path
        Where the model is.
    kind : ModelKind
    classifier : TableClassifier
    seed : int
    group : str or None
        The column whose groups were kept together.
    n_training_rows, n_held_back_rows : int
    selection : Selection or None
        Why this kind was kept, if there was a choice.
    evaluations : mapping of str to Evaluation
        The classifier's own first.
    """

    path: Path
    kind: ModelKind
    classifier: "TableClassifier"
    seed: int
    group: str | None
    n_training_rows: int
    n_held_back_rows: int
    selection: "Selection | None"
    evaluations: "Mapping[str, Evaluation]"

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as numbers and strings."""
        return {
            "model": str(self.path),
            "kind": str(self.kind),
            "n_training_rows": self.n_training_rows,
            "n_held_back_rows": self.n_held_back_rows,
            "n_iter": duration(self.classifier.estimator_)[0],
            "seed": self.seed,
            "group": self.group,
            "selection": None if self.selection is None else self.selection.to_dict(),
            **self.classifier.schema_.to_dict(),
            "evaluations": {name: one.to_dict() for name, one in self.evaluations.items()},
        }

    def print_to(self, screen: "Console") -> None:
        """Tell it in sentences and tables."""
        from errorest.cli.figures import confusion_table, evaluation_table, selection_table

        screen.print(self.classifier.schema_)
        if self.selection is not None:
            screen.print("\nIn cross-validation on the training rows:\n")
            screen.print(selection_table(self.selection))
            screen.print(f"\nKept: {self.selection.reason}.")
        screen.print(f"\n{self._how_it_was_trained()}")
        screen.print(
            f"On {counted(self.n_held_back_rows, 'test row')}, which no model was trained on:\n"
        )
        screen.print(evaluation_table(self.evaluations))
        screen.print()
        screen.print(confusion_table(next(iter(self.evaluations.values())), screen.width))
        screen.print(f"\nThe model is in {self.path}.", markup=False)

    def _how_it_was_trained(self) -> str:
        import numpy as np

        estimator: Any = self.classifier.estimator_
        trained = f"Trained on {counted(self.n_training_rows, 'row')}"
        if hasattr(estimator, "networks_"):
            share = estimator.line_share_
            n_networks = len(estimator.networks_) - (share > 0)
            line = "logistic regression"
            if n_networks == 0:
                return f"{trained}: {line}, without networks."
            line = f"{line} with a share of {share:.0%}, and " if share > 0 else ""
            return (
                f"{trained}: {line}{counted(n_networks, 'network')} "
                f"(snapshots of {estimator.n_members_}) "
                f"of up to {counted(estimator.n_iter_, 'epoch')}, "
                "chosen on rows that they were not trained on."
            )
        text = f"{trained} for {counted(*duration(estimator))}."
        if np.isfinite(getattr(estimator, "held_back_losses_", np.nan)).any():
            text += f"\nCross-validation chose the strength of the penalty: C = {estimator.C_:g}."
        if getattr(estimator, "early_stopping", False):
            share = f"{estimator.validation_fraction:.0%}"
            text += f"\n{share} of them were set aside to decide when to stop."
        return text
