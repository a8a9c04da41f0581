"""The controls of the page's settings, in a real browser."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from errorest.playground.state import State


def test_a_perceptron_offers_no_regularization(page: Page) -> None:
    regularization = page.locator("summary", has_text="Regularization")
    regularization.click()
    expect(page.get_by_label("L2")).to_be_visible()
    page.get_by_role("button", name="perceptron").click()
    expect(regularization).to_be_hidden()
    expect(page.get_by_label("L2")).to_be_hidden()
    page.get_by_role("button", name="logistic").click()
    expect(page.get_by_label("L2")).to_be_visible()


def test_every_slider_has_a_name(page: Page) -> None:
    page.locator("summary", has_text="Regularization").click()
    for name in ("Noise", "Points", "Validation", "Batch size", "Dropout"):
        expect(page.get_by_role("slider", name=name, exact=True)).to_be_visible()
    n_sliders = page.get_by_role("slider").count()
    assert page.get_by_role("slider", name=re.compile(".")).count() == n_sliders


def test_every_hint_is_told_of_its_control(page: Page) -> None:
    page.locator("summary", has_text="Regularization").click()
    hinted = [one for one in State.describe() if one["help"]]
    for setting in hinted:
        control = page.locator(f"[data-setting={setting['name']}]").locator("input, select")
        expect(control).to_have_accessible_description(setting["help"])
        # What a mouse sees.
        expect(control).to_have_attribute("title", setting["help"])
    assert len(hinted) > 5


@pytest.mark.parametrize("leaving", ["Enter", "Tab"])
@pytest.mark.parametrize(("typed", "why"), [("100", "from 0.0001 to 10, not 100"), ("", None)])
def test_a_number_field_goes_back_to_what_is_in_force(
    page: Page, leaving: str, typed: str, why: str | None
) -> None:
    field = page.get_by_label("Learning rate")
    field.fill(typed)
    page.keyboard.press(leaving)
    if why:
        expect(page.locator(".toast")).to_have_text(f"Learning rate must be {why}")
    expect(field).to_have_value("0.03")


def test_the_time_bar_leaves_room_for_the_page(page: Page) -> None:
    for width in (360, 760, 900, 1279):
        page.set_viewport_size({"width": width, "height": 450})
        assert page.evaluate("document.querySelector('.time').offsetHeight") <= 140, width


def test_the_time_bar_goes_away_with_the_page_where_there_is_little_room(page: Page) -> None:
    page.set_viewport_size({"width": 640, "height": 740})
    page.locator(".card").last.scroll_into_view_if_needed()
    expect(page.locator(".time")).to_be_in_viewport()
    page.set_viewport_size({"width": 640, "height": 360})
    page.locator(".card").last.scroll_into_view_if_needed()
    expect(page.locator(".time")).not_to_be_in_viewport()


def test_a_phone_shows_the_whole_speed(page: Page) -> None:
    speed = page.get_by_label("Speed")
    page.set_viewport_size({"width": 1280, "height": 740})
    wide = speed.bounding_box()
    assert wide is not None
    for width in (320, 360):
        page.set_viewport_size({"width": width, "height": 740})
        narrow = speed.bounding_box()
        assert narrow is not None
        assert narrow["width"] == wide["width"], width
        assert page.locator(".time").evaluate("bar => bar.offsetHeight") <= 140, width


def test_each_reading_has_a_name_of_its_own(page: Page) -> None:
    names = ["Epoch", "Loss", "Loss, validation", "Accuracy", "Accuracy, validation"]
    expect(page.locator(".readings dt")).to_have_text(names)


def test_a_pressed_button_is_told_from_others_in_forced_colors(page: Page) -> None:
    page.emulate_media(forced_colors="active")
    ground = """name => getComputedStyle(document.querySelector(`[data-value=${name}]`))
      .backgroundColor"""
    assert page.evaluate(ground, "network") != page.evaluate(ground, "logistic")


def test_long_names_stand_beside_the_network_that_is_taken_away(
    page: Page, visit: Callable[..., Any], tmp_path: Path
) -> None:
    names = [f"length_of_the_flippers_in_millimetres_{k}" for k in range(12)]
    rows = [",".join(str((k * j) % 13) for j in range(1, 13)) + f",{k % 2}" for k in range(40)]
    (tmp_path / "birds.csv").write_text("\n".join([",".join([*names, "sex"]), *rows]))
    page.set_input_files("input[type=file]", tmp_path / "birds.csv")
    page.get_by_role("button", name="Use this table").click()
    expect(page.locator(".settings")).to_contain_text("birds.csv, predicting")
    page.locator(".menu summary").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Network (SVG)").click()
    download.value.save_as(tmp_path / "network.svg")
    picture = visit((tmp_path / "network.svg").as_uri()).page
    assert picture.get_by_text(names[0]).is_visible()
    assert picture.get_by_text("and 2 more").is_visible()
    circles = [circle.bounding_box() for circle in picture.locator("circle").all()]
    left = min(circle["x"] for circle in circles if circle is not None)
    for text in picture.get_by_text("length_of").all():
        box = text.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= left


def test_long_names_in_the_network_differ_where_there_is_room_for_them(
    page: Page, tmp_path: Path
) -> None:
    names = [f"length of the flippers no {k} (in millimetres)" for k in range(4, 14)]
    rows = [",".join(str((k * j) % 13) for j in range(1, 11)) + f",{k % 2}" for k in range(40)]
    (tmp_path / "birds.csv").write_text("\n".join([",".join([*names, "sex"]), *rows]))
    page.set_input_files("input[type=file]", tmp_path / "birds.csv")
    page.get_by_role("button", name="Use this table").click()
    shown = page.locator(".unit.input .unit-name")
    expect(shown).to_have_text([f"…{f'{k} (in millimetres)'[:6]}…res)" for k in range(4, 14)])


def test_names_that_go_on_in_others_differ_in_the_network(page: Page, tmp_path: Path) -> None:
    # As those of penguins, each with a column that tells whether its cell is missing.
    names = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm"]
    rows = [f"{k % 7},{k % 5},{k % 3},{k % 2}" for k in range(40)]
    (tmp_path / "birds.csv").write_text("\n".join([",".join([*names, "sex"]), *rows, ",,,0"]))
    page.set_input_files("input[type=file]", tmp_path / "birds.csv")
    page.get_by_role("button", name="Use this table").click()
    shown = page.locator(".unit.input .unit-name")
    expect(shown).to_have_text([*names, "bill_l…ssing", "bill_d…ssing", "flippe…ssing"])
    # Of the first ones the end is cut, after letters in which they differ.
    cut = shown.evaluate_all("all => all.map(name => name.scrollWidth > name.clientWidth)")
    assert cut[3:] == [False] * 3


def test_names_that_have_room_in_the_network_are_whole(page: Page, tmp_path: Path) -> None:
    names = ["wing_len_mm", "wing_len_cm", "wing_len"]
    rows = [f"{k % 7},{k % 5},{k % 3},{k % 2}" for k in range(40)]
    (tmp_path / "birds.csv").write_text("\n".join([",".join([*names, "sex"]), *rows]))
    page.set_input_files("input[type=file]", tmp_path / "birds.csv")
    page.get_by_role("button", name="Use this table").click()
    shown = page.locator(".unit.input .unit-name")
    expect(shown).to_have_text(names)
    assert shown.evaluate_all("all => all.every(name => name.scrollWidth <= name.clientWidth)")


def test_the_focus_on_an_edge_has_enough_contrast(page: Page) -> None:
    page.emulate_media(color_scheme="light")
    page.locator("canvas.map").focus()
    page.keyboard.press("Tab")
    page.locator(".hit").first.focus()
    # As color(srgb red green blue / alpha), over the white card.
    stroke = page.locator(".hit").first.evaluate("edge => getComputedStyle(edge).stroke")
    *color, alpha = (float(part) for part in re.findall(r"[\d.]+", stroke))
    mixed = [alpha * part + 1 - alpha for part in color]
    assert 1.05 / (luminance(mixed) + 0.05) >= 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_borders_of_fields_have_enough_contrast(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    expect(page.locator(".errorest")).to_have_attribute("data-theme", scheme)
    grounds = page.evaluate(
        "[...document.querySelectorAll('.errorest, .card')].map(e => getComputedStyle(e))"
        ".map(style => style.backgroundColor)"
    )
    for field in page.locator("select, input[type=number]").all():
        border = field.evaluate("field => getComputedStyle(field).borderTopColor")
        for ground in grounds:
            dark, light = sorted(luminance(channels(color)) for color in (border, ground))
            assert (light + 0.05) / (dark + 0.05) >= 3


def channels(color: str) -> list[float]:
    """Return those of a colour such as rgb(255, 255, 255), from 0 to 1."""
    return [int(part) / 255 for part in re.findall(r"\d+", color)]


def luminance(color: list[float]) -> float:
    """Return how bright sRGB channels are, by WCAG 2.2."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_point_of_the_map_is_set_off_from_the_shade_below_it(
    page: Page, visit: Callable[..., Any], tmp_path: Path
) -> None:
    halo = page.locator(".errorest").evaluate("e => getComputedStyle(e).getPropertyValue('--halo')")
    page.locator(".menu summary").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Map (SVG)").click()
    download.value.save_as(tmp_path / "map.svg")
    picture = visit((tmp_path / "map.svg").as_uri()).page
    assert picture.locator(f"path[stroke='{halo.strip()}']").count() == 200
