"""What the command line prints where there is little room."""

import re
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from errorest import datasets
from errorest.cli.data import catalogue_table
from errorest.cli.figures import confusion_table


def test_a_narrow_terminal_shows_whole_names() -> None:
    console = Console(width=60)
    with console.capture() as capture:
        console.print(catalogue_table())
    for info in datasets.CATALOGUE:
        assert f" {info.name} " in capture.get()


@pytest.mark.parametrize("n_classes", range(2, 13))
def test_no_word_of_a_confusion_table_is_broken_on_a_narrow_screen(n_classes: int) -> None:
    names = [f"a class with a long name {k}" for k in range(n_classes)]
    evaluation: Any = SimpleNamespace(
        classes=names, confusion=np.ones((n_classes, n_classes), dtype=int)
    )
    screen = Console(width=80)
    with screen.capture() as printed:
        screen.print(confusion_table(evaluation, screen.width))
    words = {"largest", "confusions:", "true", "class", "predicted", "rows", "a", "with", "long"}
    assert set(re.findall(r"[a-z:]+", printed.get())) <= words | {"name"}
