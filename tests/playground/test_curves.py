"""The curves of loss and accuracy in a real browser."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

CUT_OFF = """[...document.querySelectorAll(".chart text")].filter((mark) => {
  const [own, chart] = [mark, mark.closest("svg")].map((one) => one.getBoundingClientRect());
  return own.left < chart.left || own.right > chart.right;
}).map((mark) => mark.textContent)"""


@pytest.mark.parametrize(
    "fragment",
    [
        # Losses beyond 1e29 before the weights overflow; the time line's last mark is at its end.
        "dataset=admissions&model=logistic&learning_rate=10&optimizer=sgd&l2=1",
        "model=logistic&max_epochs=100&speed=0",
    ],
)
def test_no_mark_of_an_axis_is_cut_off(
    visit: Callable[..., Any], playground: str, fragment: str
) -> None:
    page = visit(f"{playground}#{fragment}", viewport={"width": 320, "height": 700}).page
    page.wait_for_selector(".readings dd")
    page.click("[data-do=play]")
    expect(page.locator(".toast")).to_be_visible()
    expect(page.locator("[data-do=play]")).to_have_attribute("aria-pressed", "false")
    page.locator("#errorest-curves").scroll_into_view_if_needed()
    assert page.locator(".chart text").count() > 4
    assert page.evaluate(CUT_OFF) == []
