"""The tables of figures that the command line prints."""

from types import SimpleNamespace
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from errorest.cli.figures import confusion_table, selection_table
from errorest.estimators.selection import Selection


def printed(table: Table) -> list[list[str]]:
    """Return the words of each row below the header."""
    return [line.split() for line in lines(table)]


def lines(table: Table) -> list[str]:
    screen = Console(width=80)
    with screen.capture() as capture:
        screen.print(table)
    return capture.get().splitlines()[1:]


def test_the_largest_confusions_come_first_and_none_that_did_not_happen() -> None:
    confusion = np.diag([50] * 11)
    confusion[2, 5], confusion[4, 1] = 3, 17
    evaluation: Any = SimpleNamespace(classes=[f"[b]{k}" for k in range(11)], confusion=confusion)
    table = confusion_table(evaluation, 80)
    assert printed(table) == [["[b]4", "[b]1", "17"], ["[b]2", "[b]5", "3"]]
    # Tens below tens.
    assert len({len(line.rstrip()) for line in lines(table)}) == 1


def test_of_a_choice_the_best_model_is_what_the_others_are_compared_with() -> None:
    selection = Selection({"line": 0.53, "network": 0.5}, {"line": 0.04, "network": 0.0}, "line")
    rows = printed(selection_table(selection))
    assert rows == [["line", "0.5300", "0.0300", "0.0400"], ["network", "0.5000"]]
    unknown = Selection(selection.log_losses, {"line": np.inf, "network": np.inf}, "line")
    assert printed(selection_table(unknown))[0] == ["line", "0.5300", "0.0300", "-"]
