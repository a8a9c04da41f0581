"""Messages that no page of ours sends are answered all the same."""

from typing import Any

import pytest

from errorest.playground import Session

LONE_SURROGATE = "\ud800"


@pytest.mark.parametrize(
    "fragment", [f"dataset={LONE_SURROGATE}", f"{LONE_SURROGATE}=1", "n_points=" + "9" * 400]
)
def test_an_address_that_makes_no_sense_gives_a_page(fragment: str) -> None:
    answer, _ = Session().handle({"type": "hello", "fragment": fragment, "id": 1})
    assert (answer["type"], answer["id"]) == ("frame", 1)


@pytest.mark.parametrize("value", [10**400, float("inf"), float("nan")])
def test_numbers_beyond_all_numbers(value: float) -> None:
    message = {"type": "state", "set": {"n_points": value}, "id": 2}
    answer, _ = Session().handle(message)
    assert (answer["type"], answer["id"]) == ("error", 2)


def test_a_table_with_broken_letters() -> None:
    table = {"name": LONE_SURROGATE, "csv": f"x,y\n1,{LONE_SURROGATE}\n2,b\n", "target": "y"}
    answer, _ = Session().handle({"type": "hello", "table": table, "id": "a"})
    assert answer["id"] == "a"


def test_only_a_number_or_a_text_is_an_id() -> None:
    deep: dict[str, Any] = {}
    inner = deep
    for _ in range(2000):
        inner["a"] = {}
        inner = inner["a"]
    answer, _ = Session().handle({"type": "hello", "id": deep})
    assert answer["id"] is None
