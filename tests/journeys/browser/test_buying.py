"""A whole purchase in Debian's chromium, with JavaScript and without."""

import pytest
from playwright.sync_api import Page, expect

from orders.models import Order
from tests.support.browser import browser_page, look_at, on_each_screen
from tests.support.factories import given_stock, stock_left

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("conserved"),
]


@on_each_screen
def test_a_visitor_finds_holds_and_orders(live_server, lamp, options):
    given_stock({lamp: 10})

    with browser_page(live_server.url, **options) as page:
        find_two_lamps(page)
        sign_up(page)
        give_address(page)
        place_order(page)

    order = Order.objects.get()
    assert (order.email, order.lines.get().quantity) == ("dora@example.com", 2)
    assert stock_left(lamp) == (8,)


def find_two_lamps(page: Page) -> None:
    page.goto("/")
    look_at(page, "What are you looking for?")
    page.get_by_label("Search the shop").fill("brass lamp")
    page.get_by_role("button", name="Search").click()
    look_at(page, "Results for “brass lamp”")
    page.get_by_role("heading", name="Brass desk lamp").get_by_role("link").click()
    look_at(page, "Brass desk lamp")
    page.get_by_label("Quantity").fill("2")
    page.get_by_role("button", name="Add to cart").click()
    expect(page.locator("#messages")).to_contain_text("are in your cart")
    look_at(page, "Brass desk lamp")
    page.locator("#cart-link").click()
    look_at(page, "Your cart")


def sign_up(page: Page) -> None:
    page.get_by_role("link", name="Check out").click()
    look_at(page, "Sign In")
    page.get_by_role("main").get_by_role("link", name="sign up").click()
    look_at(page, "Sign Up")
    page.get_by_label("Email").fill("dora@example.com")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Sign Up").click()


def give_address(page: Page) -> None:
    look_at(page, "Where shall it go?")
    page.get_by_label("Full name").fill("Dora Example")
    page.get_by_label("Street and number").fill("400 Broad St")
    page.get_by_label("City").fill("Seattle")
    page.get_by_label("State").fill("WA")
    page.get_by_label("ZIP").fill("nope")
    page.get_by_role("button", name="Hold my items").click()
    expect(page.get_by_label("ZIP")).to_have_attribute("aria-invalid", "true")
    look_at(page, "Where shall it go?")
    page.get_by_label("ZIP").fill("98109")
    page.get_by_role("button", name="Hold my items").click()
    look_at(page, "Look over and order")
    expect(page.locator(".countdown")).to_contain_text("left")


def place_order(page: Page) -> None:
    page.get_by_role("button", name="Place order").click()
    expect(page.get_by_role("main")).to_contain_text("400 Broad St")
    look_at(page, page.locator("h1").inner_text())
    page.get_by_role("navigation", name="Your shop").get_by_role("link", name="Orders").click()
    look_at(page, "Your orders")
