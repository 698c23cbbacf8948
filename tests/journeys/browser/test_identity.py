"""Signing in with a second factor and a passkey, and the pages of an account's security."""

import os
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from playwright.sync_api import Page, expect

from tests.support.browser import PHONE, browser_page, look_at, on_each_screen

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct horse battery"
SHOTS = os.environ.get("SCREENSHOTS", "")  # a folder, to look at the pages


@pytest.fixture
def clerk(clerk):
    clerk.set_password(PASSWORD)
    clerk.save()
    EmailAddress.objects.create(user=clerk, email=clerk.email, verified=True, primary=True)
    return clerk


def look(page: Page, heading: str) -> None:
    look_at(page, heading)
    if SHOTS:
        name = f"{heading}-{page.viewport_size['width']}".replace(" ", "-").lower()
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


def sign_in(page: Page) -> None:
    page.goto("/accounts/login/?next=/accounts/sessions/")
    look(page, "Sign In")
    page.get_by_label("Email").fill("clerk@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign In").click()


def prove(page: Page) -> None:
    look(page, "Confirm Access")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()


@on_each_screen
def test_staff_set_up_an_app_and_sign_in_with_its_code(live_server, clerk, settings, options):
    settings.STAFF_SECOND_FACTOR = True
    with browser_page(live_server.url, **options) as page:
        sign_in(page)
        look(page, "Where you are signed in")

        page.goto("/admin/")
        look(page, "Two-Factor Authentication")
        page.get_by_role("link", name="Activate").click()
        prove(page)
        look(page, "Activate Authenticator App")
        secret = page.get_by_label("Authenticator secret").input_value()
        code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
        page.get_by_label("Authenticator code").fill(code)
        page.get_by_role("button", name="Activate").click()
        look(page, "Recovery Codes")
        codes = page.get_by_label("Unused codes").input_value().split()
        page.goto("/accounts/2fa/")
        look(page, "Two-Factor Authentication")
        page.goto("/admin/")
        expect(page.locator("h1").last).to_have_text("Site administration")

        page.context.clear_cookies()
        sign_in(page)
        look_at(page, "Two-Factor Authentication")
        page.get_by_label("Code").fill(codes[0])
        page.get_by_role("button", name="Sign In").click()
        look(page, "Where you are signed in")


@on_each_screen
def test_the_pages_of_an_account_are_accessible(live_server, clerk, options):
    with browser_page(live_server.url, signed_in=clerk, **options) as page:
        page.goto("/accounts/password/change/")
        look(page, "Change Password")
        page.goto("/accounts/tokens/")
        page.get_by_label("What is it for?").fill("Price watcher")
        page.get_by_role("button", name="Make this token").click()
        prove(page)
        look(page, "Your new token")
        page.goto("/accounts/2fa/webauthn/add/")
        look(page, "Add Security Key")


def test_a_passkey_signs_in(live_server, clerk):
    with browser_page(live_server.url, viewport=PHONE) as page:
        devtools = page.context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        sign_in(page)
        page.goto("/accounts/2fa/webauthn/add/")
        prove(page)
        page.get_by_label("Passwordless").check()
        page.get_by_role("button", name="Add").click()
        look(page, "Recovery Codes")
        page.goto("/accounts/2fa/webauthn/")
        look(page, "Security Keys")

        page.goto("/accounts/sessions/")
        page.get_by_role("button", name="Sign out everywhere").click()
        page.goto("/accounts/login/?next=/accounts/sessions/")
        page.get_by_role("button", name="Use a passkey").click()
        look(page, "Where you are signed in")
