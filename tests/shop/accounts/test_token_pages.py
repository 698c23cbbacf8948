"""The pages of a user's own API tokens."""

import re
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects
from rest_framework.test import APIClient

from shop.accounts.models import ApiToken, OAuthClient, Session
from shop.accounts.tokens import MAX_TOKENS
from tests.shop.accounts.sign_in import prove_identity

PAGE = "/accounts/tokens/"
MAKE = f"{PAGE}make/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client, alice):
    client.force_login(alice)
    return prove_identity(client)


def secret_of(page) -> str:
    return re.search(r"shop_[\w-]{43}", page.content.decode())[0]


def test_the_page_needs_a_sign_in(client):
    assertRedirects(client.get(PAGE), f"/accounts/login/?next={PAGE}")
    assert client.post(MAKE, {"name": "x", "days": "30"}).status_code == 302
    assert not ApiToken.objects.exists()


def test_the_account_links_to_the_page(browser):
    assertContains(browser.get("/accounts/addresses/"), f'href="{PAGE}"')


def test_a_new_token_is_shown_once_and_authenticates(browser, alice):
    made = browser.post(MAKE, {"name": "Price watcher", "days": "90"})

    secret, token = secret_of(made), ApiToken.objects.get()
    caller = APIClient(headers={"Authorization": f"Bearer {secret}"})
    assert caller.get("/api/v1/cart/").status_code == 200
    assert (token.user, token.name, token.scopes) == (alice, "Price watcher", ["shopper"])
    assert token.expires_at - token.created_at == timedelta(days=90)
    assert "no-store" in made["Cache-Control"]
    assertNotContains(browser.get(PAGE), secret)
    assertContains(browser.get(PAGE), f">{secret[-4:]}<")


def test_the_secret_is_in_no_session_log_or_message(browser, caplog, capfd):
    made = browser.post(MAKE, {"name": "Price watcher", "days": "365"})

    secret = secret_of(made)
    assert not any(secret in str(session.get_decoded()) for session in Session.objects.all())
    assert secret not in caplog.text + "".join(capfd.readouterr())
    assert not any(secret in cookie.value for cookie in browser.cookies.values())


@pytest.mark.parametrize("days", ["", "366", "3650"])
def test_no_token_of_a_person_works_for_more_than_a_year(browser, days):
    answer = browser.post(MAKE, {"name": "For good", "days": days})

    assert answer.status_code == 422
    assertNotContains(browser.get(PAGE), "For good")
    assert not ApiToken.objects.exists()


def test_a_token_of_a_system_may_work_for_good(browser, alice):
    ApiToken.issue(user=alice, scopes=["shopper"], name="Robot")

    assertContains(browser.get(PAGE), "You revoke it")


def test_sending_the_form_again_creates_no_second_token(browser):
    form = {"name": "Price watcher", "days": "30"}
    browser.post(MAKE, form)

    again = browser.post(MAKE, form)

    assertContains(again, "You have a token of this name", status_code=422)
    assert ApiToken.objects.count() == 1


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"name": "", "days": "30"},
        {"name": " ", "days": "30"},
        {"name": "x" * 101, "days": "30"},
        {"name": "a\x00b", "days": "30"},
        {"name": "x", "days": "31"},
        {"name": "x", "days": "for ever"},
    ],
)
def test_an_invalid_form_creates_no_token(browser, form):
    assert browser.post(MAKE, form).status_code == 422
    assert not ApiToken.objects.exists()


def test_the_number_of_tokens_is_limited(browser, alice):
    for n in range(MAX_TOKENS):
        ApiToken.issue(user=alice, scopes=["shopper"], name=f"Robot {n}")

    answer = browser.post(MAKE, {"name": "One more", "days": "30"})

    assertContains(answer, "as many as there may be", status_code=422)


def test_a_shopper_gets_no_other_scope(browser):
    browser.post(MAKE, {"name": "Sly", "days": "30", "scopes": ["stock:write"]})

    assertNotContains(browser.get(PAGE), "Receive, count and discard stock")
    assert ApiToken.objects.get().scopes == ["shopper"]


def test_a_superuser_chooses_scopes(desk):
    prove_identity(desk)
    assertContains(desk.get(PAGE), "Receive, count and discard stock")

    desk.post(MAKE, {"name": "Desk", "days": "30", "scopes": ["stock:write", "orders:read"]})
    nothing = desk.post(MAKE, {"name": "Nothing", "days": "30"})

    assert ApiToken.objects.get().scopes == ["stock:write", "orders:read"]
    assert nothing.status_code == 422


def test_a_revoked_token_is_refused_from_now_on(browser, alice):
    secret = ApiToken.issue(user=alice, scopes=["shopper"], name="Lost")
    token = ApiToken.objects.get()

    page = browser.post(f"{PAGE}{token.pk}/revoke/", follow=True)

    assertContains(page, "The token opens the door no longer.")
    assertContains(page, "Revoked")
    caller = APIClient(headers={"Authorization": f"Bearer {secret}"})
    assert caller.get("/api/v1/cart/").status_code == 401


def test_a_get_revokes_nothing(browser, alice):
    ApiToken.issue(user=alice, scopes=["shopper"])

    assertRedirects(browser.get(f"{PAGE}{ApiToken.objects.get().pk}/revoke/"), PAGE)
    assert ApiToken.objects.usable().exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_another_persons_token_is_a_404(browser, mallory, method):
    ApiToken.issue(user=mallory, scopes=["shopper"], name="Hers alone")

    answer = getattr(browser, method)(f"{PAGE}{ApiToken.objects.get().pk}/revoke/")

    assert answer.status_code == 404
    assert ApiToken.objects.usable().exists()
    assertNotContains(browser.get(PAGE), "Hers alone")


def test_tokens_of_clients_are_not_in_the_list(browser, alice):
    robot = OAuthClient(name="Robot", user=alice, scopes=["shopper"])
    robot.set_credentials()
    robot.save()
    ApiToken.issue(user=alice, scopes=["shopper"], name="Fetched", client=robot)

    assertNotContains(browser.get(PAGE), "Fetched")
    assert browser.post(f"{PAGE}{ApiToken.objects.get().pk}/revoke/").status_code == 404


def test_the_list_shows_expiry_and_last_use(browser, alice):
    ApiToken.issue(user=alice, scopes=["shopper"], name="Old")
    ApiToken.objects.update(expires_at=Now() - timedelta(days=1), last_used_at=Now())

    page = browser.get(PAGE)

    assertContains(page, "Expired")
    assertNotContains(page, "Never")
    assertNotContains(page, "/revoke/")


def test_the_form_is_safe_from_other_sites(alice):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)

    assert browser.post(MAKE, {"name": "Sly", "days": "30"}).status_code == 403
    assert not ApiToken.objects.exists()
