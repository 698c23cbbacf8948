"""Access tokens in Debian's chromium, with JavaScript and without."""

import pytest
from playwright.sync_api import Page, expect
from rest_framework.test import APIClient

from shop.accounts.models import ApiToken
from tests.support.browser import PHONE, browser_page, look_at, meanwhile, on_each_screen

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def with_passwords(alice, clerk):
    for user in (alice, clerk):
        user.set_password(PASSWORD)
        user.save()


@on_each_screen
def test_a_customer_makes_copies_uses_and_revokes_a_token(live_server, alice, options):
    with browser_page(live_server.url, signed_in=alice, **options) as page:
        page.goto("/accounts/addresses/")
        page.get_by_role("link", name="Access tokens").click()
        look_at(page, "Your access tokens")
        page.get_by_role("button", name="Make this token").click()
        expect(page.get_by_label("What is it for?")).to_have_attribute("aria-invalid", "true")
        look_at(page, "Your access tokens")
        page.get_by_label("What is it for?").fill("Price watcher")
        page.get_by_label("How long shall it work?").select_option("30 days")
        page.get_by_role("button", name="Make this token").click()
        prove_identity(page)
        look_at(page, "Your new token")
        secret = copy_secret(page)
        assert meanwhile(call_with, secret) == 200
        page.get_by_role("link", name="I have copied it").click()
        look_at(page, "Your access tokens")
        expect(page.locator(".token")).to_contain_text("In force")
        expect(page.get_by_role("main")).not_to_contain_text(secret)
        page.get_by_role("button", name="Revoke Price watcher").click()
        expect(page.locator("#messages")).to_contain_text("opens the door no longer")
        look_at(page, "Your access tokens")
        expect(page.locator(".token")).to_contain_text("Revoked")
        assert meanwhile(call_with, secret) == 401

    assert not ApiToken.objects.usable().exists()


def test_staff_choose_what_a_token_may_do(live_server, clerk):
    with browser_page(live_server.url, signed_in=clerk, viewport=PHONE) as page:
        page.goto("/accounts/tokens/")
        look_at(page, "Your access tokens")
        page.get_by_label("What is it for?").fill("Scanner")
        page.get_by_label("Shop for you").uncheck()
        page.get_by_role("button", name="Make this token").click()
        look_at(page, "Your access tokens")
        page.get_by_label("Pick and ship").check()
        page.get_by_role("button", name="Make this token").click()
        prove_identity(page)
        look_at(page, "Your new token")

    assert ApiToken.objects.get().scopes == ["fulfilment:write"]


def prove_identity(page: Page) -> None:
    look_at(page, "Confirm Access")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()


def copy_secret(page: Page) -> str:
    """Copy the token by the button, or without JavaScript by hand."""
    field = page.get_by_label("Token", exact=True)
    button = page.get_by_role("button", name="Copy")
    if not page.context.is_scripted:
        expect(button).to_be_hidden()
        return field.input_value()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button.click()
    expect(page.locator(".secret [role=status]")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == field.input_value()
    return copied


def call_with(secret: str) -> int:
    client = APIClient(headers={"Authorization": f"Bearer {secret}"})
    return client.get("/api/v1/cart/").status_code
