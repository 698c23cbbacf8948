"""Holds that expire or lose units on the way to an order."""

import pytest
from playwright.sync_api import Page, expect

from cart.models import CartItem
from orders.models import Checkout, Order
from tests.support.browser import (
    browser_page,
    fill_address,
    hold_items,
    look_at,
    meanwhile,
    with_and_without_script,
)
from tests.support.factories import given_stock, stock_left
from tests.support.stories import expire_hold, order, put_in_cart

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("conserved"),
]


@with_and_without_script
def test_after_the_time_one_click_holds_what_is_left(live_server, alice, bob, lamp, rug, options):
    given_stock({lamp: 2, rug: 1})
    put_in_cart(alice, {lamp: 2, rug: 1})

    with browser_page(live_server.url, signed_in=alice, **options) as page:
        hold_items(page)
        look_at(page, "Look over and order")
        meanwhile(lambda: expire_hold(Checkout.objects.get()))
        page.get_by_role("button", name="Place order").click()
        look_at(page, "Nothing is held for you just now")
        expect(page.locator(".shortages li")).to_have_text(
            ["2 × Brass desk lamp", "1 × Wool rug"], use_inner_text=True
        )
        page.goto("/checkout/review/")
        look_at(page, "Nothing is held for you just now")
        meanwhile(order, bob, {lamp: 1, rug: 1})
        page.get_by_role("button", name="Hold again what is still there").click()
        look_at(page, "Look over and order")
        expect(page.locator(".message")).to_have_text(
            [
                "Brass desk lamp: you wanted 2, and 1 is left and in your cart.",
                "Wool rug: none is left, so it is out of your cart.",
            ]
        )
        place_order(page)

    bought = Order.objects.get(customer=alice)
    assert [(line.item, line.quantity) for line in bought.lines.all()] == [(lamp, 1)]
    assert stock_left(lamp, rug) == (0, 0)


def test_the_countdown_itself_offers_to_hold_again(live_server, alice, bob, lamp, rug):
    given_stock({lamp: 10, rug: 1})
    put_in_cart(alice, {lamp: 2, rug: 1})

    with browser_page(live_server.url, signed_in=alice) as page:
        page.clock.install()
        hold_items(page)
        page.get_by_role("button", name="Place order").focus()
        page.clock.fast_forward("08:30")
        expect(page.locator("[data-countdown-announcer]")).to_contain_text("Two minutes left")
        page.clock.fast_forward("02:00")
        again = page.get_by_role("button", name="Hold again")
        expect(again).to_be_focused()
        expect(page.get_by_role("button", name="Place order")).to_be_hidden()
        look_at(page, "Look over and order")
        meanwhile(lambda: expire_hold(Checkout.objects.get()))
        meanwhile(order, bob, {rug: 1})
        again.press("Enter")
        expect(page.locator(".message")).to_have_text(
            ["Wool rug: none is left, so it is out of your cart."]
        )
        expect(page.get_by_role("button", name="Place order")).to_be_visible()

    assert CartItem.objects.get(cart__customer=alice).item == lamp
    assert stock_left(lamp, rug) == (8, 0)


@with_and_without_script
def test_after_a_shortage_one_click_goes_on_to_the_order(
    live_server, alice, bob, lamp, rug, options
):
    given_stock({lamp: 3, rug: 1})
    put_in_cart(alice, {lamp: 3, rug: 1})

    with browser_page(live_server.url, signed_in=alice, **options) as page:
        page.goto("/checkout/")
        fill_address(page)
        meanwhile(order, bob, {lamp: 2, rug: 1})
        page.get_by_role("button", name="Hold my items").click()
        look_at(page, "Somebody was faster")
        expect(page.locator(".shortages li")).to_have_text(
            ["Brass desk lamp you want 3, 1 left", "Wool rug you want 1, none left"]
        )
        page.get_by_role("button", name="Adjust my cart to what is left and go on").click()
        expect(page.locator(".message")).to_have_count(2)
        expect(page.get_by_role("main")).to_contain_text("400 Broad St")
        place_order(page)

    assert Order.objects.get(customer=alice).lines.get().quantity == 1
    assert stock_left(lamp, rug) == (0, 0)


@with_and_without_script
def test_when_all_is_gone_the_cart_says_so(live_server, alice, bob, lamp, options):
    given_stock({lamp: 1})
    put_in_cart(alice, {lamp: 1})

    with browser_page(live_server.url, signed_in=alice, **options) as page:
        page.goto("/checkout/")
        fill_address(page)
        meanwhile(order, bob, {lamp: 1})
        page.get_by_role("button", name="Hold my items").click()
        page.get_by_role("button", name="Adjust my cart").click()
        look_at(page, "Your cart")
        expect(page.locator(".message")).to_contain_text(
            ["none is left, so it is out of your cart", "nothing in your cart to check out"]
        )

    assert not Checkout.objects.filter(customer=alice).exists()


@with_and_without_script
def test_two_tabs_double_clicks_back_and_reload_make_one_order(live_server, alice, lamp, options):
    given_stock({lamp: 9})
    put_in_cart(alice, {lamp: 2})

    with browser_page(live_server.url, signed_in=alice, **options) as page:
        page.goto("/checkout/")
        fill_address(page)
        page.get_by_role("button", name="Hold my items").dblclick(no_wait_after=True)
        expect(page.locator("h1")).to_have_text("Look over and order")
        page.reload()
        page.go_back()
        page.go_forward()
        expect(page.locator("h1")).to_have_text("Look over and order")
        other = page.context.new_page()
        other.goto("/checkout/review/")
        page.get_by_role("button", name="Place order").dblclick(no_wait_after=True)
        placed = expect_order(page)
        other.get_by_role("button", name="Place order").click()
        assert expect_order(other) == placed
        page.go_back()
        look_at(page, "Your cart")
        expect(page.locator("main")).to_contain_text("Your cart is empty.")
        page.go_forward()
        page.reload()
        assert expect_order(page) == placed

    assert Order.objects.get().lines.get().quantity == 2
    assert Checkout.objects.count() == 1
    assert stock_left(lamp) == (7,)


def place_order(page: Page) -> None:
    page.get_by_role("button", name="Place order").click()
    look_at(page, expect_order(page))


def expect_order(page: Page) -> str:
    """Expect the page of an order, and return its heading."""
    expect(page.locator(".timeline")).to_contain_text("Order placed")
    return page.locator("h1").inner_text()
