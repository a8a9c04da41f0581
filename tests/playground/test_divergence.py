"""A training that diverges: no answer is a number any more, and nothing false is said of them."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

from errorest.playground import Session

# A step multiplies the weights by 1 - learning_rate * l2 = -9, until they overflow.
FRAGMENT = "dataset=admissions&model=logistic&learning_rate=10&optimizer=sgd&l2=1"


def test_answers_that_are_no_numbers_are_neither_right_nor_likely() -> None:
    session = Session()
    session.handle({"type": "hello", "fragment": FRAGMENT})
    frame, buffers = session.handle({"type": "frame", "run": "epochs", "epochs": 50})

    def array(packed: dict[str, Any]) -> Any:
        return np.frombuffer(buffers[packed["buffer"]], dtype=packed["dtype"])

    assert np.isnan(array(frame["probabilities"])).all()
    assert frame["accuracy"] == {"train": None, "validation": None}
    assert np.isnan(array(frame["curves"]).reshape(-1, 5)[-1, 1:]).all()
    assert frame["likelihood"] is None
    assert not array(frame["confusion"]["train"]).any()
    assert array(frame["votes"]).all()


@pytest.mark.parametrize("height", ["loss", "mistakes"])
def test_mount_errorest_is_shown_as_far_as_the_walk_was_finite(height: str) -> None:
    session = Session()
    session.handle({"type": "hello", "fragment": FRAGMENT})
    frame, buffers = session.handle({"type": "frame", "run": "epochs", "epochs": 50})
    curves = np.frombuffer(buffers[frame["curves"]["buffer"]], np.float32).reshape(-1, 5)
    _, losses, _, accuracies, _ = curves[np.isfinite(curves[:, 1])].T
    answer, buffers = session.handle({"type": "surface", "size": 8, "height": height})
    assert answer["type"] == "surface"
    path = np.frombuffer(buffers[answer["path"]["buffer"]], np.float32).reshape(-1, 3)
    expected = losses if height == "loss" else 1 - accuracies
    np.testing.assert_allclose(path[:, 2], expected, rtol=1e-4)


# The colours at the upper left corner of a canvas, so many CSS pixels inside.
CORNER = """([selector, inside]) => {
  const canvas = document.querySelector(selector);
  const at = inside * canvas.width / canvas.clientWidth;
  return [...canvas.getContext("2d").getImageData(at, at, 1, 1).data];
}"""


def test_the_page_shows_no_number_for_them(visit: Callable[..., Any], playground: str) -> None:
    visited = visit(f"{playground}#{FRAGMENT}", color_scheme="light")
    page = visited.page
    page.wait_for_selector(".readings dd")
    page.click("[data-do=play]")
    expect(page.locator(".toast")).to_contain_text("no longer finite")
    # Loss and accuracy, of the points trained on and of those held back.
    numbers = page.locator(".readings > :not(:first-child) dd")
    expect(numbers).to_have_text(["\N{EN DASH}"] * 4)
    expect(page.locator(".equation")).to_have_count(0)
    expect(page.locator("section:has(#errorest-likelihood)")).to_contain_text("no likelihood")
    for caption in page.locator(".confusion caption").all():
        expect(caption).to_contain_text(": no predictions")
    white = [255, 255, 255, 255]
    assert page.evaluate(CORNER, ["canvas.map", 45]) == white
    assert page.evaluate(CORNER, [".unit.output canvas", 2]) == white
    for edge in page.locator(".edge").all():
        assert edge.get_attribute("class") == "edge"
        assert edge.get_attribute("stroke-width") == "0.5"
    # An epoch before, the losses were still finite, and very large.
    page.get_by_label("Timeline").press("ArrowLeft")
    expect(numbers.first).to_have_text(re.compile(r"^\d(\.\d+)?e\d\d$"))
    assert visited.messages == []
