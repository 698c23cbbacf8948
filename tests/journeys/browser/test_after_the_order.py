"""What customers do after the order: cancel, re-address, follow parcels and send units back."""

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import browser_page, look_at, on_each_screen
from tests.support.eventful_order import eventful_order
from tests.support.factories import given_stock
from tests.support.stories import order_and_assign
from warehouses.fulfilment.shipping import ship_warehouse_order

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def error_summary(page: Page):
    return page.get_by_role("alert").filter(has_text="Something needs another look.")


@on_each_screen
def test_an_order_with_everything_happening_to_it_is_readable(live_server, alice, clerk, options):
    placed = eventful_order(alice, clerk)

    with browser_page(live_server.url, signed_in=alice, **options) as page:
        page.goto(placed.get_absolute_url())
        look_at(page, f"Order {placed.number}")
        expect(page.get_by_text("8 ordered, 1 cancelled, 1 returned, to pay")).to_be_visible()
        link = page.get_by_role("link", name="Follow this parcel")
        expect(link).to_have_attribute("href", "https://example.com/track?n=1Z999AA10123456784")

        page.locator("summary").click()
        page.get_by_label("Gooseneck kettle").fill("2")
        page.get_by_role("button", name="Cancel these units").click()
        look_at(page, f"Order {placed.number}")
        expect(error_summary(page)).to_contain_text("Only 1 of these has not left yet")
        expect(page.get_by_label("Gooseneck kettle")).to_have_value("2")

        page.get_by_label("Gooseneck kettle").fill("1")
        page.get_by_role("button", name="Cancel these units").click()
        look_at(page, f"Order {placed.number}")
        expect(page.get_by_text("8 ordered, 2 cancelled, 1 returned, to pay")).to_be_visible()


@on_each_screen
def test_units_are_sent_back(live_server, alice, seattle, lamp, options):
    given_stock({lamp: 3}, seattle)
    placed, [parcel] = order_and_assign(alice, {lamp: 3})
    ship_warehouse_order(warehouse_order_id=parcel.pk)

    with browser_page(live_server.url, signed_in=alice, **options) as page:
        page.goto(placed.get_absolute_url())
        page.get_by_role("link", name="Send something back").click()
        look_at(page, "Send something back")

        page.get_by_label("Brass desk lamp").fill("4")
        page.get_by_role("button", name="Ask to send these back").click()
        look_at(page, "Send something back")
        expect(error_summary(page)).to_contain_text("Only 3 of these can be sent back.")

        page.get_by_label("Brass desk lamp").fill("3")
        page.get_by_label("Why?").fill("Too bright")
        page.get_by_role("button", name="Ask to send these back").click()
        look_at(page, f"Order {placed.number}")
        expect(page.get_by_text("Waiting for your parcel")).to_be_visible()

        page.goto(f"{placed.get_absolute_url()}return/")
        look_at(page, "Send something back")
        expect(page.get_by_text("Nothing of this order can be sent back now.")).to_be_visible()


@on_each_screen
def test_an_order_is_sent_to_another_address(live_server, alice, seattle, lamp, options):
    given_stock({lamp: 3}, seattle)
    placed, _ = order_and_assign(alice, {lamp: 1})

    with browser_page(live_server.url, signed_in=alice, **options) as page:
        page.goto(placed.get_absolute_url())
        page.get_by_role("link", name="Change the address").click()
        look_at(page, "Send it to another address")

        page.get_by_label("Street and number").fill("1000 Fourth Ave")
        page.get_by_label("ZIP").fill("nonsense")
        page.get_by_role("button", name="Send it there").click()
        look_at(page, "Send it to another address")
        expect(page.get_by_label("Street and number")).to_have_value("1000 Fourth Ave")

        page.get_by_label("ZIP").fill("98104")
        page.get_by_role("button", name="Send it there").click()
        look_at(page, f"Order {placed.number}")
        expect(page.get_by_text("Your order goes to this address now.")).to_be_visible()
        page.get_by_role("link", name="Change the address").click()
        look_at(page, "Send it to another address")
