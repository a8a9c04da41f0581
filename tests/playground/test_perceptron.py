"""What points say to the perceptron's lines, and where they ask them to come closer."""

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from errorest.playground.course import Course
from errorest.playground.data import simulated
from errorest.playground.plane import Plane
from errorest.playground.state import State
from errorest.playground.tracing import trace_of

WATCH_SAYINGS = """() => {
  const { fillText } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.fillText = function (text, ...at) {
    if (/closer|good/.test(text)) document.body.dataset.saying = text;
    fillText.call(this, text, ...at);
  };
}"""

STATE = State().changed({"dataset": "blobs", "model": "perceptron"})


@pytest.mark.parametrize("n_epochs", [0, 1, 2, 5])
def test_a_point_says_of_three_lines_what_its_trace_says(n_epochs: int) -> None:
    data = simulated(STATE)
    course = Course(STATE, data, max_bytes=1_000_000)
    course.run(n_epochs, seconds=60)
    network, measured = course.network, course.measured()
    traces = [
        trace_of(network, data, x, label) for x, label in zip(data.X, data.labels, strict=True)
    ]
    wrong = np.array([one["output"] != one["target"] for one in traces])
    np.testing.assert_array_equal(measured.votes, wrong.any(axis=1))
    logits = np.array([one["layers"][0]["logits"] for one in traces])
    right = (logits.argmax(axis=1) == data.labels)[data.training_rows]
    assert measured.accuracy()["train"] == pytest.approx(right.mean())
    # An arrow begins on a line, where the logit is 0: on one that is wrong.
    arrows = Plane(data, STATE).arrows(network)
    assert arrows is not None
    begun = (data.X - arrows) @ network.weights[0] + network.biases[0]
    if n_epochs:
        assert measured.votes.any()
        assert (np.isclose(begun, 0, atol=1e-4) & wrong).any(axis=1)[measured.votes].all()


def test_the_page_tells_mistakes_and_not_the_loss_of_weights_that_are_0(page: Page) -> None:
    page.get_by_role("button", name="perceptron").click()
    names = page.locator(".readings dt")
    expect(names).to_have_text(["Epoch", "Accuracy", "Accuracy, validation"])
    curves = page.locator("section:has(#errorest-curves) h3")
    expect(curves).to_have_text(["Accuracy"])
    mountain = page.locator("section:has(#errorest-mountain)")
    mountain.scroll_into_view_if_needed()
    story = mountain.locator("p.note")
    accuracy = float(page.locator(".readings dd").nth(1).inner_text())
    expect(story).to_contain_text(f"the share of mistakes (a staircase), {1 - accuracy:.3f} here")
    mountain.get_by_role("button", name="loss").click()
    expect(story).to_contain_text("0 where all z are 0), 0.000 here")
    page.get_by_role("button", name="logistic").click()
    expect(story).to_contain_text("The height is the loss, 0.693 here")
    expect(names.nth(1)).to_have_text("Loss")
    expect(curves).to_have_text(["Loss", "Accuracy"])


def test_a_point_that_was_visited_shows_what_it_said_before_the_line_moved(page: Page) -> None:
    page.evaluate(WATCH_SAYINGS)
    page.get_by_role("button", name="perceptron").click()
    said, n_visits = page.locator("[aria-live=polite]"), 0
    # As all weights are 0, the first step brings any point to its right side.
    while "closer" not in said.inner_text():
        page.click("[data-do=point]")
        n_visits += 1
        expect(said).to_have_text(re.compile(rf"Epoch 0, step {n_visits}, point \d+ said “"))
    expect(page.locator("body")).to_have_attribute("data-saying", "come closer")
