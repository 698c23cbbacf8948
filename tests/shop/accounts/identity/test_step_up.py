"""A thief of a session: what needs a proof of identity, and what its owner is told."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from shop.accounts.models import ApiToken
from shop.core.models import OutgoingMail
from tests.shop.accounts.sign_in import prove_identity

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"
TOKENS, EMAIL = "/accounts/tokens/", "/accounts/email/"
MAKE, PROVE = f"{TOKENS}make/", "/accounts/reauthenticate/"


@pytest.fixture
def alice(alice):
    alice.set_password(PASSWORD)
    alice.save()
    EmailAddress.objects.create(user=alice, email=alice.email, verified=True, primary=True)
    return alice


@pytest.fixture
def victim(alice) -> Client:
    """Alice's browser, just after she signed in."""
    browser = Client()
    browser.post("/accounts/login/", {"login": alice.email, "password": PASSWORD})
    return browser


@pytest.fixture
def thief(victim) -> Client:
    """A browser with nothing but the victim's session cookie."""
    browser = Client()
    browser.cookies["sessionid"] = victim.cookies["sessionid"].value
    return browser


def prove(browser: Client, page: str):
    """Type the password on the page that a form was redirected to."""
    return browser.post(PROVE, {"password": PASSWORD, "next": page})


def mails_to(address: str) -> list[str]:
    mails = OutgoingMail.objects.filter(to=address).order_by("pk")
    return list(mails.values_list("subject", flat=True))


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        (MAKE, {"name": "x", "days": "30"}),
        (EMAIL, {"action_add": "", "email": "thief@example.com"}),
        (EMAIL, {"action_primary": "", "email": "alice2@example.com"}),
        (EMAIL, {"action_remove": "", "email": "alice2@example.com"}),
        ("/accounts/2fa/totp/activate/", {"code": "123456"}),
        ("/accounts/2fa/webauthn/add/", {"name": "x"}),
        ("/accounts/2fa/recovery-codes/generate/", {}),
    ],
)
def test_a_stolen_session_changes_no_way_in(alice, thief, path, fields):
    EmailAddress.objects.create(user=alice, email="alice2@example.com", verified=True)
    before = list(EmailAddress.objects.values_list("email", "primary"))

    answer = thief.post(path, fields)

    assert (answer.status_code, answer.url.partition("?")[0]) == (302, PROVE)
    assert list(EmailAddress.objects.values_list("email", "primary")) == before
    assert not ApiToken.objects.exists()


def test_a_stolen_session_revokes_no_token(alice, thief):
    ApiToken.issue(user=alice, scopes=["shopper"])

    thief.post(f"{TOKENS}{ApiToken.objects.get().pk}/revoke/")

    assert ApiToken.objects.usable().exists()


@pytest.mark.parametrize("path", ["/accounts/password/change/", "/accounts/delete/"])
def test_a_stolen_session_sets_no_password_and_deletes_nothing(alice, thief, path):
    fields = {"oldpassword": "guess", "password": "guess"}
    thief.post(path, fields | {"password1": "another horse 9", "password2": "another horse 9"})

    alice.refresh_from_db()
    assert alice.is_active
    assert alice.check_password(PASSWORD)


def test_a_stolen_session_makes_no_webhook(thief):
    answer = thief.post(
        "/api/v1/webhooks/",
        {"url": "https://thief.example/", "events": ["order.submitted"]},
        content_type="application/json",
    )

    assert answer.status_code == 403
    assert answer.json()["type"].endswith("/permission-denied")


def test_the_form_is_sent_once_more_after_the_proof(victim, security_events):
    page = victim.post(MAKE, {"name": "Price watcher", "days": "30"}, follow=True)
    assertContains(page, "Confirm Access")

    back = prove(victim, MAKE)
    made = victim.get(back.url)

    assert back.url == MAKE
    assert re.search(r"shop_[\w-]{43}", made.content.decode())
    assert ApiToken.objects.get().name == "Price watcher"
    assert security_events.of("authn_reauthenticated")[0]["labels"] == {"method": "password"}
    assertRedirects(victim.get(MAKE), TOKENS)  # and never again
    assert ApiToken.objects.count() == 1


def test_a_form_that_is_refused_after_the_proof_keeps_what_was_typed(alice, victim):
    ApiToken.issue(user=alice, scopes=["shopper"], name="Typed with care")
    victim.post(MAKE, {"name": "Typed with care", "days": "30"})

    page = victim.get(prove(victim, MAKE).url)

    assertContains(page, 'value="Typed with care"', status_code=422)


def test_an_error_is_told_before_the_proof(victim):
    page = victim.post(MAKE, {"name": "Typed with care", "days": "31"})

    assertContains(page, 'value="Typed with care"', status_code=422)


def test_a_form_that_was_left_is_not_sent_by_a_later_proof(victim):
    victim.post(MAKE, {"name": "Never mind", "days": "30"})

    prove(victim, TOKENS)
    victim.get(TOKENS)
    victim.get(MAKE)

    assert not ApiToken.objects.exists()


def test_a_wrong_password_proves_nothing(victim):
    victim.post(MAKE, {"name": "x", "days": "30"})

    answer = victim.post(PROVE, {"password": "guess", "next": MAKE})
    victim.get(MAKE)

    assertContains(answer, "Incorrect password")
    assert not ApiToken.objects.exists()


def test_a_proof_is_good_for_five_minutes(victim):
    prove_identity(victim, seconds_ago=299)
    assert victim.post(MAKE, {"name": "In time", "days": "30"}).status_code == 200
    prove_identity(victim, seconds_ago=301)
    assert victim.post(MAKE, {"name": "Too late", "days": "30"}).status_code == 302
    assert ApiToken.objects.count() == 1


def test_no_password_waits_in_a_session(victim):
    victim.post(MAKE, {"name": "x", "days": "30", "password1": "to be forgotten"})

    assert "to be forgotten" not in str(dict(victim.session))
    assert "Cookie" not in str(dict(victim.session))


def test_a_form_without_bound_does_not_wait_in_a_session(victim):
    victim.post(EMAIL, {"action_add": "", "email": "x" * 100_000})

    assert len(str(dict(victim.session))) < 2_000


def test_the_owner_is_mailed_about_every_change(alice, victim):
    prove_identity(victim)
    victim.post(MAKE, {"name": "Robot", "days": "30"})
    victim.post(f"{TOKENS}{ApiToken.objects.get().pk}/revoke/")
    victim.post(EMAIL, {"action_add": "", "email": "thief@example.com"})
    EmailAddress.objects.update(verified=True)
    victim.post(EMAIL, {"action_primary": "", "email": "thief@example.com"})
    victim.post(EMAIL, {"action_remove": "", "email": alice.email})

    assert mails_to(alice.email) == [
        *["[testserver] A new access token", "[testserver] An access token was revoked"],
        *["[testserver] A new e-mail address", "[testserver] Email Changed"],
        "[testserver] E-mail address removed",
    ]
    assert "Robot" in OutgoingMail.objects.filter(to=alice.email).first().text


def test_an_address_is_added_three_times_an_hour_at_most(alice, victim, settings):
    settings.ACCOUNT_MAX_EMAIL_ADDRESSES = None
    prove_identity(victim)

    for n in range(5):
        page = victim.post(EMAIL, {"action_add": "", "email": f"stranger{n}@example.com"})

    assertContains(page, "you are sending too many requests")
    assert OutgoingMail.objects.filter(to__startswith="stranger").count() == 3


def test_an_account_has_three_addresses_at_most(alice, victim):
    prove_identity(victim)

    for n in range(3):
        page = victim.post(EMAIL, {"action_add": "", "email": f"alice{n}@example.com"})

    assert EmailAddress.objects.filter(user=alice).count() == 3
    assertNotContains(page, "alice2@example.com&quot;")
