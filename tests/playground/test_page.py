"""The playground's page in a real browser."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, WebSocket, expect

from errorest.playground.wire import decode
from tests.conftest import PATIENCE


def epoch(page: Page) -> int:
    return int(page.locator(".readings dd").first.inner_text())


def until(page: Page, expression: str) -> None:
    """Wait for what JavaScript says; playwright's own way needs eval, which the page forbids."""
    for _ in range(2400):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never came: {expression}")


def do(page: Page, name: str) -> None:
    page.click(f"[data-do={name}]")


def test_play_trains_and_after_pause_nothing_is_asked_for(page: Page) -> None:
    asked: list[bytes | str] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda message: asked.append(message))

    page.on("websocket", listen)
    page.reload()
    page.wait_for_selector(".readings dd")
    assert epoch(page) == 0
    do(page, "play")
    expect(page.locator(".readings dd").first).to_have_text(re.compile("[3-9]|[0-9]{2,}"))
    do(page, "play")
    expect(page.locator("[data-do=play]")).to_have_attribute("aria-pressed", "false")
    n_frames = runs(asked)
    assert n_frames >= 3
    # Answers come in order: what was asked for before has arrived when this one does.
    do(page, "share")
    expect(page.locator(".toast")).to_contain_text("link")
    paused = epoch(page)
    do(page, "epoch")
    expect(page.locator(".readings dd").first).to_have_text(str(paused + 1))
    assert runs(asked) == n_frames + 1


def runs(asked: list[bytes | str]) -> int:
    """How often training was asked for."""
    messages = [message for message in asked if isinstance(message, bytes)]
    return sum("run" in decode(message)[0] for message in messages)


def test_steps_rewind_and_time_line(page: Page) -> None:
    first = weights(page)
    for count in (1, 2, 3):
        do(page, "epoch")
        expect(page.locator(".readings dd").first).to_have_text(str(count))
    trained = weights(page)
    assert trained != first
    page.get_by_label("Timeline").focus()
    page.keyboard.press("Home")
    expect(page.locator(".readings dd").first).to_have_text("0")
    assert weights(page) == first
    page.keyboard.press("End")
    expect(page.locator(".readings dd").first).to_have_text("3")
    assert weights(page) == trained
    do(page, "batch")
    expect(page.locator("[aria-live=polite]")).to_contain_text("step 1,")
    # It is said before it is drawn, at the screen's next refresh.
    page.wait_for_function(f"before => {WEIGHTS}.join() !== before.join()", arg=trained)
    expect(page.locator(".readings dd").first).to_have_text("3")
    do(page, "rewind")
    expect(page.locator(".readings dd").first).to_have_text("0")
    assert weights(page) == first


# What a screen reader says of the edges.
WEIGHTS = "[...document.querySelectorAll('.hit')].map(edge => edge.getAttribute('aria-label'))"


def weights(page: Page) -> list[str]:
    read: list[str] = page.evaluate(WEIGHTS)
    return read


def test_perceptron_visits_points_one_by_one(page: Page) -> None:
    page.get_by_role("button", name="perceptron").click()
    expect(page.locator("[data-do=point]")).to_be_visible()
    for count in (1, 2):
        do(page, "point")
        expect(page.locator("[aria-live=polite]")).to_contain_text(f"Epoch 0, step {count},")


def open_table(page: Page) -> None:
    page.get_by_text("The points as a table").click()
    page.wait_for_selector("tbody tr td button")


def first_row(page: Page) -> list[str]:
    return (
        page.locator("section:has(#errorest-points) tbody tr").first.locator("td").all_inner_texts()
    )


def test_a_point_is_dragged_added_and_deleted(page: Page) -> None:
    open_table(page)
    before = first_row(page)
    page.get_by_role("button", name="Trace point 1", exact=True).click()
    x, y = spot_of_selected(page)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y - 20, steps=4)
    page.mouse.up()
    expect(page.locator("tr.selected td").first).not_to_have_text(before[0])
    moved = first_row(page)
    assert number(moved[0]) > number(before[0])
    assert number(moved[1]) > number(before[1])

    page.locator(".tools button").nth(1).click()
    box = page.locator("canvas.map").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 60, box["y"] + 30)
    expect(page.locator("caption", has_text="201 points")).to_be_visible()

    page.get_by_role("button", name="Delete point 201", exact=True).click()
    expect(page.locator("caption", has_text="200 points")).to_be_visible()


def number(text: str) -> float:
    return float(text.replace("\N{MINUS SIGN}", "-"))


def spot_of_selected(page: Page) -> tuple[float, float]:
    """Where the chosen point stands: found by the ring around it."""
    page.evaluate("scrollTo(0, 0)")
    box = page.locator("canvas.map").bounding_box()
    assert box is not None
    ring: list[float] = page.evaluate(RING)
    assert ring[2] > 20
    return box["x"] + ring[0], box["y"] + ring[1]


# The ring is drawn in ink; the place with most ink 10 pixels around it is its middle.
RING = """() => {
  const canvas = document.querySelector("canvas.map");
  const scale = canvas.width / canvas.clientWidth;
  const [wide, high] = [canvas.width, canvas.height];
  const { data } = canvas.getContext("2d").getImageData(0, 0, wide, high);
  const isInk = (x, y) => {
    const at = 4 * (Math.round(y) * wide + Math.round(x));
    return data[at] < 60 && data[at + 1] < 60 && data[at + 2] < 60;
  };
  let best = [0, 0, 0];
  for (let y = 20; y < high - 45 * scale; y++) for (let x = 55 * scale; x < wide - 20; x++) {
    let ink = 0;
    for (let k = 0; k < 24; k++) {
      const angle = k * Math.PI / 12;
      ink += isInk(x + 10 * scale * Math.cos(angle), y + 10 * scale * Math.sin(angle));
    }
    if (ink > best[2]) best = [x / scale, y / scale, ink];
  }
  return best;
}"""


def test_a_csv_is_taken_with_its_columns_and_target(page: Page, tmp_path: Path) -> None:
    rows = [
        f"{k % 7},{k % 5},{'red' if k % 2 else 'blue'},{'yes' if k % 7 > 3 else 'no'}"
        for k in range(60)
    ]
    (tmp_path / "shop.csv").write_text("\n".join(["age,visits,colour,bought", *rows]))
    page.set_input_files("input[type=file]", tmp_path / "shop.csv")
    page.get_by_label("Column to predict").select_option("bought")
    page.get_by_role("button", name="Use this table").click()
    expect(page.locator(".tools")).to_contain_text("yes")
    expect(page.locator(".settings")).to_contain_text("shop.csv, predicting bought")
    up = page.locator(".axes .pair select").last
    up.focus()
    page.keyboard.press("ArrowDown")
    until(page, "location.hash.includes('y_axis=2')")
    expect(up).to_be_focused()
    names = page.locator(".unit.input .unit-name").all_inner_texts()
    assert names[:2] == ["age", "visits"]
    assert any("colour" in name for name in names[2:])
    do(page, "epoch")
    expect(page.locator(".readings dd").first).to_have_text("1")


def test_a_bad_file_is_refused_in_a_line(page: Page, tmp_path: Path) -> None:
    (tmp_path / "picture.csv").write_bytes(bytes(range(256)))
    page.set_input_files("input[type=file]", tmp_path / "picture.csv")
    expect(page.locator(".toast")).to_be_visible()
    do(page, "epoch")
    expect(page.locator(".readings dd").first).to_have_text("1")


def test_a_file_that_is_too_large_is_refused_and_the_session_lives_on(
    page: Page, tmp_path: Path
) -> None:
    (tmp_path / "large.csv").write_bytes(b"1,2,3\n" * 4_000_000)
    page.set_input_files("input[type=file]", tmp_path / "large.csv")
    expect(page.locator(".toast")).to_contain_text("more than the limit")
    do(page, "epoch")
    expect(page.locator(".readings dd").first).to_have_text("1")


def test_trace_goes_through_the_network_and_back(page: Page) -> None:
    page.locator("canvas.map").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".trace h3")).to_contain_text("Feedforward")
    assert page.locator(".edge.lit").count() == 3  # two inputs and the bias into the first unit
    parts = []
    while page.get_by_role("button", name="Next step").is_enabled():
        parts.append(page.locator(".trace h3").inner_text().split(":")[0])
        page.get_by_role("button", name="Next step").click()
    # 4 + 2 + 1 units forwards, the error, and 7 units back, of which the last is the one shown.
    assert parts == ["Feedforward"] * 7 + ["Error"] + ["Backpropagation"] * 6


def test_a_weight_is_typed(page: Page) -> None:
    edge = page.locator(".hit").first
    edge.focus()
    page.keyboard.press("Enter")
    page.locator("#errorest-weight").fill("1.25")
    page.keyboard.press("Enter")
    expect(edge).to_have_attribute("aria-label", "Weight from x1 to h1.1: 1.250")
    expect(edge).to_be_focused()


# Figures that the introductory examples come to.
FIGURES = {
    9: ("0.0084", "4.7795"),
    10: ("0.504", "0.6852"),
    11: ("0.084", "2.4769"),
}


def test_tour_has_seventeen_stops_with_their_figures(page: Page) -> None:
    do(page, "tour")
    for stop in range(1, 18):
        expect(page.locator(".tour")).to_contain_text(f"Stop {stop} of 17")
        if stop in FIGURES:
            for place, figure in enumerate(FIGURES[stop]):
                expect(page.locator(".equation strong").nth(place)).to_have_text(figure)
        if stop == 7:
            expect(page.locator(".trace .formula").first).to_contain_text("= 0.6652")
        if stop == 1:
            expect(page.locator(".trace .formula").nth(1)).to_contain_text("= 2")
        if stop == 10:
            expect(page.locator(".tour")).to_contain_text("whose probabilities add up to 1")
        if stop == 13:
            expect(page.locator(".trace .formula").nth(2)).to_contain_text("= 0.7")
        page.locator(".tour button.main").click()
    expect(page.locator(".tour")).to_be_hidden()


def test_a_shared_link_brings_the_same_state_back(page: Page, visit: Callable[..., Any]) -> None:
    page.locator("[data-setting=dataset] select").select_option("moons")
    page.get_by_role("button", name="Add a unit to layer 1").click()
    expect(page.locator(".layers")).to_contain_text("5 units")
    page.locator("canvas.map").focus()
    page.keyboard.press("ArrowRight")
    do(page, "share")
    expect(page.locator(".toast")).to_contain_text("link")
    link = page.url
    assert "#" in link
    again = visit(link).page
    expect(again.locator(".layers")).to_contain_text("5 units")
    expect(again.locator("[data-setting=dataset] select")).to_have_value("moons")
    expect(again.locator(".trace .note").first).to_have_text(
        page.locator(".trace .note").first.inner_text()
    )
    assert weights(again) == weights(page)


@pytest.mark.parametrize(
    ("fragment", "word"),
    [("points=zzz", "damaged"), ("noise=loud", "noise"), ("stop=99&point=9999", "")],
)
def test_a_wrong_address_is_told_and_opens_the_page(
    visit: Callable[..., Any], playground: str, fragment: str, word: str
) -> None:
    visited = visit(f"{playground}#{fragment}")
    visited.page.wait_for_selector(".readings dd")
    if word:
        expect(visited.page.locator(".toast")).to_contain_text(word)
    assert visited.messages == []


def test_everything_is_reached_by_keyboard(page: Page) -> None:
    focused = """(({ tagName, className, dataset }) =>
      [tagName, className.baseVal ?? className, dataset.do].join(" "))(document.activeElement)"""
    seen = []
    for _ in range(80):
        page.keyboard.press("Tab")
        seen.append(page.evaluate(focused))
    reached = " | ".join(seen)
    for place in (
        "A skip",
        "play",
        "rewind",
        "canvas map",
        "path hit",
        "hidden",
        "canvas mountain",
        "SUMMARY",
    ):
        assert place.lower() in reached.lower(), place


@pytest.fixture
def phone(browser: Browser, playground: str) -> Iterator[Page]:
    """The page where fingers touch it, which takes a window of its own."""
    with browser.new_page(viewport={"width": 390, "height": 700}, has_touch=True) as page:
        page.set_default_timeout(PATIENCE)
        page.goto(playground)
        page.wait_for_selector(".readings dd")
        yield page


def test_a_finger_scrolls_over_the_map_chooses_and_then_drags(phone: Page) -> None:
    finger = phone.context.new_cdp_session(phone)

    def swipe(x: float, y: float, right: float, down: float) -> None:
        for kind, part in (("Start", 0), ("Move", 0.3), ("Move", 0.7), ("Move", 1)):
            at = [{"x": x + part * right, "y": y + part * down}]
            finger.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": at})
        finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    box = phone.locator("canvas.map").bounding_box()
    assert box is not None
    swipe(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, 0, -200)
    until(phone, "scrollY > 100")
    expect(phone.locator(".trace .step")).to_be_hidden()

    open_table(phone)
    phone.get_by_role("button", name="Trace point 1", exact=True).tap()
    before = first_row(phone)
    swipe(*spot_of_selected(phone), 25, -25)
    expect(phone.locator("tr.selected td").first).not_to_have_text(before[0])
    assert phone.evaluate("scrollY") == 0


def test_the_table_of_points_by_keyboard_alone(page: Page) -> None:
    open_table(page)
    trace = page.get_by_role("button", name="Trace point 2", exact=True)
    trace.focus()
    page.keyboard.press("Enter")
    expect(page.locator("tr.selected th")).to_have_text("2")
    expect(trace).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("caption", has_text="199 points")).to_be_visible()
    expect(page.get_by_role("button", name="Delete point 2", exact=True)).to_be_focused()


def test_map_by_keyboard_alone(page: Page) -> None:
    page.locator("canvas.map").focus()
    page.keyboard.press("ArrowRight")
    said = page.locator("[aria-live=polite]")
    expect(said).to_contain_text("Point 1 of 200")
    page.keyboard.press("ArrowLeft")
    expect(said).not_to_contain_text("Point 1 of 200")
    page.keyboard.press("Delete")
    expect(said).to_contain_text("199 points are left")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_accessibility_violation(visited: Any, page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    open_table(page)
    do(page, "tour")
    expect(page.locator(".trace .formula").nth(1)).to_contain_text("= 2")
    for width in (360, 800, 1440, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        assert visited.violations() == [], width


def test_nothing_sticks_out(page: Page) -> None:
    for width in (320, 360, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        until(page, f"document.documentElement.scrollWidth === {width}")


def test_theme_switches(page: Page) -> None:
    root = page.locator(".errorest")
    expect(root).to_have_attribute("data-theme", re.compile("light|dark"))
    before = root.get_attribute("data-theme")
    do(page, "theme")
    expect(root).not_to_have_attribute("data-theme", before or "")
