"""Pages outside of the other journeys: accessible, in light and dark colours."""

import pytest

from tests.support.browser import PHONE, browser_page, look_at
from tests.support.factories import UserFactory, given_stock
from tests.support.stories import hold, order_and_assign

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_pages_of_an_account_are_accessible(live_server, alice, seattle, lamp):
    given_stock({lamp: 10}, seattle)
    placed, _ = order_and_assign(alice, {lamp: 2})
    hold(alice, {lamp: 1})

    with browser_page(live_server.url, signed_in=alice, viewport=PHONE) as page:
        for path, heading in {
            "/accounts/email/": "Email Addresses",
            "/accounts/password/change/": "Change Password",
            "/accounts/logout/": "Sign Out",
            "/orders/": "Your orders",
            placed.get_absolute_url(): f"Order {placed.number}",
            "/cart/": "Your cart",
            "/checkout/": "Where shall it go?",
        }.items():
            page.goto(path)
            look_at(page, heading)


def test_the_page_about_weaknesses_is_accessible(live_server):
    with browser_page(live_server.url, viewport=PHONE) as page:
        page.goto("/security/")
        look_at(page, "Reporting a weakness")


def test_the_page_beyond_the_limit_is_accessible(live_server, settings):
    settings.PAGE_RATE, settings.PAGE_BURST = 0.001, 1

    with browser_page(live_server.url, viewport=PHONE) as page:
        page.goto("/")
        page.goto("/search/?q=lamp")
        look_at(page, "That was a little too fast")


def test_error_pages_are_accessible(live_server):
    clerk = UserFactory(is_staff=True)

    with browser_page(live_server.url, signed_in=clerk, viewport=PHONE) as page:
        page.goto("/items/999/")
        look_at(page, "There is nothing here")
        page.goto("/admin/catalog/item/")
        look_at(page, "This is not open to you")
        page.goto("/cart/")
        look_at(page, "Your cart")
        page.goto("/orders/")
        look_at(page, "Your orders")
        page.goto("/problems/not-found")
        look_at(page, "There is no such thing")
        page.goto("/problems/")
        look_at(page, "Problems that the API tells of")


def test_the_page_of_an_expired_form_is_accessible(live_server):
    with browser_page(live_server.url, viewport=PHONE) as page:
        page.goto("/accounts/login/")
        page.get_by_label("Email").fill("dora@example.com")
        page.get_by_label("Password").fill("correct horse battery")
        page.context.clear_cookies()
        page.get_by_role("button", name="Sign In").click()
        look_at(page, "This page was open for too long")


def test_the_style_guide_is_accessible(live_server, clerk):
    with browser_page(live_server.url, signed_in=clerk, viewport=PHONE) as page:
        page.goto("/styleguide/")
        look_at(page, "Style guide")


def test_foreign_code_would_be_stopped_and_noticed(live_server):
    is_noticed = pytest.raises(AssertionError, match="Content Security Policy")

    with is_noticed, browser_page(live_server.url) as page:
        page.goto("/cart/")
        page.evaluate(
            """
            const script = document.createElement("script");
            script.textContent = "window.isFooled = true";
            document.body.append(script);
            """
        )
        assert not page.evaluate("window.isFooled")
