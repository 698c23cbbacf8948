"""A new customer meets the limits against hoarding: told why, with the cart kept."""

import pytest
from playwright.sync_api import Page, expect

from orders.newcomers import confirm_newcomer, record_newcomer
from tests.support.browser import browser_page, fill_address, look_at, on_each_screen
from tests.support.factories import ItemFactory, UserFactory, given_stock
from tests.support.stories import hold, put_in_cart

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOME = "203.0.113.7"
REFUSED = "So that everybody can buy"


@pytest.fixture
def newcomer(alice):
    record_newcomer(customer=alice, network=HOME)
    confirm_newcomer(customer_id=alice.pk)
    return alice


def ask_for_a_hold(page: Page) -> None:
    page.goto("/checkout/")
    fill_address(page)
    page.get_by_role("button", name="Hold my items").click()
    look_at(page, REFUSED)


@on_each_screen
def test_the_share_of_an_item_is_told(live_server, newcomer, lamp, options):
    given_stock({lamp: 40})
    neighbour = UserFactory()
    record_newcomer(customer=neighbour, network=HOME)
    hold(neighbour, {lamp: 7})
    put_in_cart(newcomer, {lamp: 5})

    with browser_page(live_server.url, signed_in=newcomer, **options) as page:
        ask_for_a_hold(page)
        expect(page.get_by_text("Brass desk lamp: 3 of the 5 in your cart")).to_be_visible()
        page.get_by_role("link", name="Back to the cart").click()
        expect(page.get_by_text("Brass desk lamp")).not_to_have_count(0)


@on_each_screen
def test_a_cart_too_large_for_a_new_account_is_told(live_server, newcomer, options):
    items = ItemFactory.create_batch(4)
    given_stock(dict.fromkeys(items, 400))
    put_in_cart(newcomer, dict.fromkeys(items, 30))

    with browser_page(live_server.url, signed_in=newcomer, **options) as page:
        ask_for_a_hold(page)
        expect(
            page.get_by_text("can have 100 units at once, and your cart has 120")
        ).to_be_visible()
