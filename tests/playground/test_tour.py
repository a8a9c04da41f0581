"""The stops of the tour, as data."""

import numpy as np
from playwright.sync_api import Browser

from errorest.playground import Session
from errorest.playground.bundle import WEB


def test_the_points_that_are_traced_are_trained_on(browser: Browser) -> None:
    page = browser.new_page()
    source = (WEB / "stops.js").read_text().replace("export const", "const")
    stops = page.evaluate(f"() => {{ {source}\nreturn STOPS; }}")
    page.close()
    session, n_traced = Session(), 0
    for stop in stops:
        if "point" not in stop:
            continue
        frame, buffers = session.handle({"type": "setup", **stop["setup"]})
        held_back = np.frombuffer(buffers[frame["data"]["validation"]["buffer"]], np.uint8)
        assert not held_back[stop["point"]], stop["title"]
        n_traced += 1
    assert n_traced > 5
