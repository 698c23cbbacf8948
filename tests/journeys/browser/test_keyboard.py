"""A whole purchase by keyboard: every stop has a focus ring, and the focus is never lost."""

import pytest
from playwright.sync_api import Locator, Page, expect

from orders.models import Order
from tests.support.browser import (
    ADDRESS,
    DESK,
    PHONE,
    browser_page,
    expect_ring,
    has_focus,
    press_until,
)
from tests.support.factories import given_stock, stock_left

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("conserved"),
]


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"viewport": DESK}, id="script"),
        pytest.param({"viewport": PHONE, "java_script_enabled": False}, id="no JavaScript"),
    ],
)
def test_the_keyboard_alone_buys(live_server, alice, indexer, lamp, rug, options):
    given_stock({lamp: 10, rug: 3})
    indexer.follow()

    with browser_page(live_server.url, signed_in=alice, **options) as page:
        search(page)
        add_from_the_results(page)
        add_from_the_item(page)
        lower_the_quantity(page)
        check_out(page)
        press_until(page, "Tab", page.get_by_text("Cancel some items"))
        page.keyboard.press("Enter")
        press_until(page, "Tab", page.get_by_role("button", name="Cancel these units"))

    assert Order.objects.get().lines.get().quantity == 2
    assert stock_left(lamp, rug) == (8, 3)


def test_the_skip_link_leads_past_the_header(live_server, lamp):
    with browser_page(live_server.url) as page:
        page.goto("/cart/")
        page.keyboard.press("Tab")
        expect_ring(page)
        page.keyboard.press("Enter")
        assert has_focus(page.locator("main"))
        press_until(page, "Tab", page.get_by_role("link", name="Find something good"), most=1)


def search(page: Page) -> None:
    page.goto("/")
    press_until(page, "Tab", page.get_by_label("Search the shop"))
    if page.context.is_scripted:
        page.keyboard.type("lig")
        option = page.get_by_role("option", name="lighting")
        expect(option).to_be_visible()
        page.keyboard.press("ArrowDown")
        expect(option).to_have_attribute("aria-selected", "true")
        expect_ring(page)
    else:
        page.keyboard.type("brass lamp")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Results for")


def add_from_the_results(page: Page) -> None:
    add = page.locator(".card").get_by_role("button", name="Add to cart")
    press_until(page, "Tab", add)
    page.keyboard.press("Space")
    expect(page.locator(".cart-count")).to_have_text("1 unit")
    expect_focus_stayed(add)


def add_from_the_item(page: Page) -> None:
    press_on = "Shift+Tab" if page.context.is_scripted else "Tab"
    press_until(page, press_on, page.get_by_role("link", name="Brass desk lamp"))
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Brass desk lamp")
    quantity = page.get_by_label("Quantity")
    press_until(page, "Tab", quantity)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator(".cart-count")).to_have_text("3 units")
    expect_focus_stayed(quantity)
    press_until(page, press_on, page.locator("#cart-link"))
    page.keyboard.press("Enter")


def lower_the_quantity(page: Page) -> None:
    expect(page.locator("h1")).to_have_text("Your cart")
    quantity = page.get_by_label("Quantity of Brass desk lamp")
    press_until(page, "Tab", quantity)
    page.keyboard.press("ArrowDown")
    if not page.context.is_scripted:
        page.keyboard.press("Enter")
    expect(page.locator(".cart-count")).to_have_text("2 units")
    expect_focus_stayed(quantity)


def check_out(page: Page) -> None:
    press_until(page, "Tab", page.get_by_role("link", name="Check out"))
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Where shall it go?")
    for label, text in ADDRESS.items():
        press_until(page, "Tab", page.get_by_label(label))
        page.keyboard.type(text)
    press_until(page, "Tab", page.get_by_role("button", name="Hold my items"))
    page.keyboard.press("Space")
    expect(page.locator("h1")).to_have_text("Look over and order")
    press_until(page, "Tab", page.get_by_role("button", name="Place order"))
    page.keyboard.press("Enter")
    expect(page.locator(".timeline")).to_contain_text("Order placed")


def expect_focus_stayed(part: Locator) -> None:
    """Expect the focus on the same part; without JavaScript the page is a new one."""
    if part.page.context.is_scripted:
        expect(part).to_be_focused()
