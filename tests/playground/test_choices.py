"""Whatever the page offers can be trained and traced."""

import dataclasses

import pytest

from errorest.playground.settings import Choice, ListOf
from errorest.playground.state import State
from tests.playground.session_page import Page

SETTINGS = {one.name: one.metadata["setting"] for one in dataclasses.fields(State)}
CHOICES = {
    name: setting.items if isinstance(setting, ListOf) else setting
    for name, setting in SETTINGS.items()
}


@pytest.mark.parametrize(
    ("name", "choice"),
    [
        (name, choice)
        for name, setting in CHOICES.items()
        if isinstance(setting, Choice)
        for choice in setting.choices
    ],
)
def test_every_choice_can_be_trained_and_traced(name: str, choice: str) -> None:
    page = Page(f"{name}={choice}")
    assert page.ask("frame", run="epoch")["type"] == "frame"
    assert page.ask("trace", index=0)["type"] == "trace"
