"""The trace of a point in a real browser."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from errorest.playground.sharing import pack


def test_the_first_step_begins_with_the_tables_own_numbers(
    visit: Callable[..., Any], playground: str
) -> None:
    points = {
        "inputs": ["test", "grades", "school"],
        "center": [5, -1, 0],
        "scale": [2, 0.5, 1],
        "classes": ["no", "yes"],
        "x": [[1.5, -3, 1], [-1, 2, 0]],
        "labels": [1, 0],
    }
    page = visit(f"{playground}#points={pack(points)}&model=logistic&point=0").page
    lines = page.locator(".trace .formula")
    # The input that was not scaled needs no word.
    expected = [
        "test: (8 - 5) / 2 = 1.5",
        "grades: (-2.5 - (-1)) / 0.5 = -3",
        "z = w(test) · test + w(grades) · grades + w(school) · school + b",
        "z = 0 · 1.5 + 0 · (-3) + 0 · 1 + 0 = 0",
    ]
    expect(lines).to_have_text([line.replace("-", "\N{MINUS SIGN}") for line in expected])
    page.get_by_role("button", name="Next step").click()
    expect(page.locator(".trace h3")).to_contain_text("Error")
    expect(lines.filter(has_text="test:")).to_have_count(0)


def test_whole_numbers_are_told_with_all_their_digits(
    visit: Callable[..., Any], playground: str
) -> None:
    points = {
        "inputs": ["year", "income"],
        "center": [2000, 50_000],
        "scale": [2, 1000],
        "classes": ["no", "yes"],
        "x": [[3.5, 2.345], [-1, 2]],
        "labels": [1, 0],
    }
    page = visit(f"{playground}#points={pack(points)}&model=logistic&point=0").page
    expect(page.locator(".trace .note").first).to_contain_text("year 2007, income 52345;")
    lines = page.locator(".trace .formula")
    expect(lines.nth(1)).to_have_text("income: (52345 \N{MINUS SIGN} 50000) / 1000 = 2.345")
