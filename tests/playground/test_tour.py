"""The stops of the tour, as data."""

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser
from scipy.special import expit

from errorest.playground import Session
from errorest.playground.bundle import WEB


@pytest.fixture
def stops(browser: Browser) -> list[dict[str, Any]]:
    page = browser.new_page()
    source = (WEB / "stops.js").read_text().replace("export const", "const")
    found: list[dict[str, Any]] = page.evaluate(f"() => {{ {source}\nreturn STOPS; }}")
    page.close()
    return found


def test_the_points_that_are_traced_are_trained_on(stops: list[dict[str, Any]]) -> None:
    session, n_traced = Session(), 0
    for stop in stops:
        if "point" not in stop:
            continue
        frame, buffers = session.handle({"type": "setup", **stop["setup"]})
        held_back = np.frombuffer(buffers[frame["data"]["validation"]["buffer"]], np.uint8)
        assert not held_back[stop["point"]], stop["title"]
        n_traced += 1
    assert n_traced > 5


@pytest.mark.parametrize("title", ["Mount Errorest", "Logistic regression"])
def test_a_step_is_a_times_y_minus_p_times_x(stops: list[dict[str, Any]], title: str) -> None:
    (stop,) = (one for one in stops if one["title"] == title)
    session = Session()
    session.handle({"type": "setup", **stop["setup"]})
    # Of all points together, a step is that of their mean.
    session.handle({"type": "state", "set": {"batch_size": 1000}})
    course = session._course
    before, data = course.network, course.data.training
    errors = data.targets - expit(data.X @ before.weights[0] + before.biases[0])
    step = np.append((errors * data.X).mean(axis=0), errors.mean())
    session.handle({"type": "frame", "run": "batch"})
    moved = course.network.parameters - before.parameters
    np.testing.assert_allclose(moved, course.state.learning_rate * step, atol=1e-5)


def test_on_mount_errorest_each_epoch_goes_downhill(stops: list[dict[str, Any]]) -> None:
    (stop,) = (one for one in stops if one["title"] == "Mount Errorest")
    session = Session()
    frame, _ = session.handle({"type": "setup", **stop["setup"]})
    losses = [frame["loss"]["train"]]
    for _ in range(50):
        frame, _ = session.handle({"type": "frame", "run": "epoch"})
        losses.append(frame["loss"]["train"])
    assert (np.diff(losses) < 0).all()
    assert losses[-1] < 0.03
