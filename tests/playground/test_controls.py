"""The controls of the page's settings, in a real browser."""

from playwright.sync_api import Page, expect


def test_a_perceptron_offers_no_regularisation(page: Page) -> None:
    regularisation = page.locator("summary", has_text="Regularisation")
    regularisation.click()
    expect(page.get_by_label("L2")).to_be_visible()
    page.get_by_role("button", name="perceptron").click()
    expect(regularisation).to_be_hidden()
    expect(page.get_by_label("L2")).to_be_hidden()
    page.get_by_role("button", name="logistic").click()
    expect(page.get_by_label("L2")).to_be_visible()
