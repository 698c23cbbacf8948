"""The address book, and leaving, in Debian's chromium, with JavaScript and without."""

import pytest
from playwright.sync_api import expect

from orders.addresses.book import save_address
from shop.accounts.models import User
from tests.support.browser import browser_page, look_at, on_each_screen
from tests.support.factories import given_stock, stock_left
from tests.support.stories import ADDRESS, put_in_cart

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("conserved"),
]

PASSWORD = "correct horse battery"


@on_each_screen
def test_a_customer_chooses_an_address_changes_it_and_leaves(live_server, alice, lamp, options):
    given_stock({lamp: 10})
    put_in_cart(alice, {lamp: 2})
    for line1 in ("1 Pacific Ave", "400 Broad St"):
        save_address(customer=alice, address=ADDRESS | {"line1": line1})
    alice.set_password(PASSWORD)
    alice.save()

    with browser_page(live_server.url, **options) as page:
        page.goto("/accounts/login/?next=/checkout/")
        page.get_by_label("Email").fill("alice@example.com")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign In").click()
        look_at(page, "Where shall it go?")
        expect(page.get_by_label("400 Broad St")).to_be_checked()
        expect(page.get_by_label("Full name")).to_be_hidden()
        page.get_by_label("Another address").check()
        expect(page.get_by_label("Full name")).to_be_visible()
        look_at(page, "Where shall it go?")
        page.get_by_label("Another address").press("ArrowUp")
        expect(page.get_by_label("1 Pacific Ave")).to_be_checked()
        page.get_by_role("button", name="Hold my items").click()
        look_at(page, "Look over and order")
        expect(page.get_by_role("main")).to_contain_text("1 Pacific Ave")

        page.goto("/accounts/addresses/")
        look_at(page, "Your addresses")
        page.get_by_role("link", name="Change Alice, 400 Broad St").click()
        look_at(page, "Change an address")
        page.get_by_label("Apartment").fill("Flat 7")
        page.get_by_role("button", name="Keep this address").click()
        expect(page.get_by_role("main")).to_contain_text("Flat 7")

        page.get_by_role("link", name="Delete account").click()
        look_at(page, "Delete your account")
        page.get_by_label("Password").fill("wrong")
        page.get_by_role("button", name="Delete my account").click()
        look_at(page, "Delete your account")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Delete my account").click()
        expect(page.locator("#messages")).to_contain_text("Your account is deleted.")

    assert User.objects.get(pk=alice.pk).closed_at
    assert stock_left(lamp) == (10,)
