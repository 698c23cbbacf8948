"""Carts and their orders: changed, saved for later, merged, cancelled."""

import pytest
from playwright.sync_api import Locator, Page, expect

from cart.models import CartItem, SavedItem
from orders.models import Order
from tests.support.browser import (
    browser_page,
    has_focus,
    look_at,
    meanwhile,
    with_and_without_script,
)
from tests.support.factories import given_stock, stock_left
from tests.support.stories import order, order_and_assign, put_in_cart

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("conserved"),
]

PASSWORD = "correct horse battery"


@with_and_without_script
def test_a_visitors_cart_is_merged_at_sign_in_with_a_message(
    live_server, alice, lamp, rug, options
):
    given_stock({lamp: 10, rug: 5})
    put_in_cart(alice, {lamp: 9})
    alice.set_password(PASSWORD)
    alice.save()

    with browser_page(live_server.url, **options) as page:
        page.goto("/cart/")
        look_at(page, "Your cart")
        for item, quantity in ((lamp, "2"), (rug, "1")):
            page.goto(item.get_absolute_url())
            page.get_by_label("Quantity").fill(quantity)
            page.get_by_role("button", name="Add to cart").click()
            expect(page.locator(".message")).to_contain_text("in your cart")
        expect(page.locator(".cart-count")).to_have_text("3 units")
        page.get_by_role("link", name="Sign in").click()
        page.get_by_label("Email").fill(alice.email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign In").click()
        expect(page.locator(".cart-count")).to_have_text("11 units")
        messages = page.locator(".message")
        expect(
            messages.filter(has_text="before signing in is now in your account's cart")
        ).to_be_visible()
        expect(
            messages.filter(has_text="together you wanted 11, but only 10 can be had")
        ).to_be_visible()

    assert quantities() == {"LAMP": 10, "RUG": 1}


@with_and_without_script
def test_a_line_is_saved_for_later_and_moved_back(live_server, alice, lamp, rug, options):
    given_stock({lamp: 10, rug: 5})
    put_in_cart(alice, {lamp: 2, rug: 1})

    with browser_page(live_server.url, signed_in=alice, **options) as page:
        page.goto("/cart/")
        line_of(page, "Brass desk lamp").get_by_role("button", name="Save for later").click()
        expect(page.locator(".message")).to_have_text("That is put aside for later.")
        look_at(page, "Your cart")
        expect(page.locator(".cart-count")).to_have_text("1 unit")
        expect(page.locator(".saved .line-name")).to_have_text("Brass desk lamp")
        meanwhile(lambda: check_saved(lamp, 2))
        line_of(page, "Brass desk lamp").get_by_role("button", name="Move to cart").click()
        expect(page.locator(".cart-count")).to_have_text("3 units")
        expect(page.locator(".saved")).to_have_count(0)

    assert quantities() == {"LAMP": 2, "RUG": 1}


def test_a_quantity_is_changed_in_place(live_server, alice, lamp, rug):
    given_stock({lamp: 10, rug: 5})
    put_in_cart(alice, {lamp: 2, rug: 1})

    with browser_page(live_server.url, signed_in=alice) as page:
        page.goto("/cart/")
        page.evaluate("window.isSamePage = true")
        lamps, rugs = quantity_of(page, "Brass desk lamp"), quantity_of(page, "Wool rug")
        for _press in range(3):
            lamps.press("ArrowUp")
        expect_cart(page, "6 units", "$369.75")
        assert has_focus(lamps)
        lamps.fill("12")
        lamps.press("Enter")
        expect_cart(page, "13 units", "$719.40")
        expect(page.locator(".has-problem")).to_contain_text("You want 12, and only 10 left")
        look_at(page, "Your cart")
        assert has_focus(lamps)
        rugs.fill("3")
        rugs.press("Enter")
        expect_cart(page, "15 units", "$959.40")
        rugs.press("Tab")
        assert has_focus(line_of(page, "Wool rug").get_by_role("button", name="Update"))
        rugs.fill("0")
        rugs.press("Enter")
        expect_cart(page, "12 units", "$599.40")
        expect(page.locator(".message")).to_have_text("Wool rug is out of your cart.")
        assert has_focus(page.locator("main"))
        page.get_by_role("button", name="Adjust my cart to what is left").click()
        expect_cart(page, "10 units", "$499.50")
        assert not page.evaluate("window.isSamePage")

    assert quantities() == {"LAMP": 10}


def test_two_quantities_changed_quickly_are_both_kept(live_server, alice, lamp, rug):
    given_stock({lamp: 10, rug: 5})
    put_in_cart(alice, {lamp: 2, rug: 1})

    with browser_page(live_server.url, signed_in=alice) as page:
        page.goto("/cart/")
        quantity_of(page, "Brass desk lamp").fill("3")
        quantity_of(page, "Wool rug").fill("2")
        quantity_of(page, "Wool rug").press("Tab")
        expect_cart(page, "5 units", "$389.85")

    assert quantities() == {"LAMP": 3, "RUG": 2}


def test_without_script_a_button_changes_the_quantity(live_server, alice, lamp, rug):
    given_stock({lamp: 10, rug: 5})
    put_in_cart(alice, {lamp: 2, rug: 1})

    with browser_page(live_server.url, signed_in=alice, java_script_enabled=False) as page:
        page.goto("/cart/")
        quantity_of(page, "Brass desk lamp").fill("12")
        line_of(page, "Brass desk lamp").get_by_role("button", name="Update").click()
        expect_cart(page, "13 units", "$719.40")
        page.get_by_role("button", name="Adjust my cart to what is left").click()
        expect_cart(page, "11 units", "$619.50")
        quantity_of(page, "Wool rug").fill("0")
        line_of(page, "Wool rug").get_by_role("button", name="Update").click()
        expect_cart(page, "10 units", "$499.50")

    assert quantities() == {"LAMP": 10}


@with_and_without_script
def test_a_line_then_the_whole_order_is_cancelled(live_server, alice, seattle, lamp, rug, options):
    given_stock({lamp: 10, rug: 5}, seattle)
    placed, _ = order_and_assign(alice, {lamp: 2, rug: 1})

    with browser_page(live_server.url, signed_in=alice, **options) as page:
        page.goto("/orders/")
        look_at(page, "Your orders")
        page.get_by_role("link", name=f"Order {placed.number}").click()
        choose_to_cancel(page, "Cancel some items")
        page.get_by_role("button", name="Cancel these units").click()
        expect(page.get_by_role("alert")).to_contain_text("Say how many units")
        look_at(page, f"Order {placed.number}")
        page.get_by_label("Brass desk lamp").fill("1")
        page.get_by_label("Why?").first.fill("One is enough")
        page.get_by_role("button", name="Cancel these units").click()
        expect(page.locator(".message")).to_have_text("Those items are cancelled.")
        expect(page.locator(".line").first).to_contain_text("1 cancelled")
        assert meanwhile(stock_left, lamp, rug) == (9, 4)

        choose_to_cancel(page, "Cancel the whole order")
        page.get_by_label("Why?").last.fill("Found one in the attic")
        page.get_by_role("button", name="Cancel the whole order").click()
        expect(page.locator(".message")).to_have_text("Your order is cancelled.")
        look_at(page, f"Order {placed.number}")
        expect(page.locator("main")).to_contain_text(
            "Reason for cancelling: Found one in the attic"
        )
        expect(page.get_by_text("Changed your mind?")).to_have_count(0)

    assert Order.objects.get().is_cancelled
    assert stock_left(lamp, rug) == (10, 5)


@with_and_without_script
def test_a_cart_that_others_bought_empty_is_put_right(live_server, alice, bob, lamp, rug, options):
    given_stock({lamp: 3, rug: 1})
    put_in_cart(alice, {lamp: 3, rug: 1})
    order(bob, {lamp: 2, rug: 1})

    with browser_page(live_server.url, signed_in=alice, **options) as page:
        page.goto("/cart/")
        look_at(page, "Your cart")
        expect(page.locator(".has-problem")).to_have_count(2)
        page.get_by_role("button", name="Adjust my cart to what is left").click()
        expect(page.locator(".message")).to_have_text("Your cart now has only what is left.")
        expect(page.locator(".line-name")).to_have_text("Brass desk lamp")

    assert quantities() == {"LAMP": 1}


def choose_to_cancel(page: Page, what: str) -> None:
    page.locator("summary").filter(has_text=what).click()


def line_of(page: Page, name: str) -> Locator:
    return page.locator(".line").filter(has_text=name)


def quantity_of(page: Page, name: str) -> Locator:
    return page.get_by_label(f"Quantity of {name}")


def expect_cart(page: Page, units: str, total: str) -> None:
    """Expect the units in the header and the total in the summary."""
    expect(page.locator(".cart-count")).to_have_text(units)
    expect(page.locator(".summary .price")).to_have_text(total)


def quantities() -> dict[str, int]:
    return dict(CartItem.objects.values_list("item__sku", "quantity"))


def check_saved(item, quantity: int) -> None:
    assert SavedItem.objects.get().item == item
    assert SavedItem.objects.get().quantity == quantity
