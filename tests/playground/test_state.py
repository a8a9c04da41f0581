"""The state table: what an address says is what it was written from."""

import dataclasses
from typing import Any
from urllib.parse import urlencode

from hypothesis import given, strategies as st

from errorest.playground.settings import Choice, Integer, ListOf, Number, Setting
from errorest.playground.state import State


def values(setting: Setting) -> st.SearchStrategy[Any]:
    match setting:
        case Choice(choices=choices):
            return st.sampled_from(choices)
        case Integer(low=low, high=high):
            return st.integers(low, high)
        case Number(low=low, high=high, optional=optional):
            numbers = st.floats(low, high)
            return st.none() | numbers if optional else numbers
        case ListOf(items=items, max_length=length):
            return st.lists(values(items), max_size=min(length, 8))
    raise AssertionError(setting)


SETTINGS = {one.name: values(one.metadata["setting"]) for one in dataclasses.fields(State)}


@given(st.fixed_dictionaries({}, optional=SETTINGS))
def test_every_state_survives_its_address(changes: dict[str, Any]) -> None:
    state = State().changed(changes)
    assert State.from_fragment(state.fragment()) == (state, [])


@given(st.text(max_size=80))
def test_any_address_makes_a_state(fragment: str) -> None:
    state, notes = State.from_fragment(fragment)
    assert State.from_fragment(state.fragment()) == (state, [])
    assert all("\n" not in note for note in notes)


@given(st.sampled_from(sorted(SETTINGS)), st.text(max_size=12))
def test_any_value_in_an_address_is_taken_or_noted(name: str, text: str) -> None:
    state, notes = State.from_fragment(urlencode({name: text}))
    assert State.from_fragment(state.fragment()) == (state, [])
    assert len(notes) <= 1
