"""The admin of users, API tokens and OAuth clients."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from rest_framework.test import APIClient

from shop.accounts.models import ApiToken, OAuthClient, User
from tests.support.factories import UserFactory

USERS = "/admin/accounts/user/"
TOKENS = "/admin/accounts/apitoken/"
CLIENTS = "/admin/accounts/oauthclient/"

pytestmark = pytest.mark.django_db


def given_client(user, *scopes) -> OAuthClient:
    client = OAuthClient(name="Robot", user=user, scopes=list(scopes or ["shopper"]))
    client.set_credentials()
    client.save()
    return client


def copyable(page) -> list[str]:
    """Return the texts of a page that are there to be copied."""
    return re.findall(r'readonly[^>]*value="([^"]+)"', page.content.decode())


@pytest.mark.parametrize("url", ["/admin/", USERS, TOKENS, f"{TOKENS}add/", CLIENTS])
def test_a_shopper_is_redirected_to_the_sign_in(client, mallory, url):
    client.force_login(mallory)

    assert client.get(url).url.startswith("/admin/login/")


def test_a_shopper_may_not_enter_the_admin(client, mallory):
    client.force_login(mallory)

    assert client.get("/admin/", follow=True).status_code == 403


@pytest.mark.parametrize("url", [USERS, TOKENS, CLIENTS])
def test_a_list_takes_few_queries_for_many_rows(desk, url, django_assert_max_num_queries):
    for user in UserFactory.create_batch(20):
        ApiToken.issue(user=user, scopes=["shopper"])
        given_client(user)

    with django_assert_max_num_queries(8):
        response = desk.get(url)

    assert response.status_code == 200


def test_a_user_is_added_with_an_address_in_lower_case(desk):
    password = "correct horse battery"
    fields = {"email": "New@Example.com", "password1": password, "password2": password}

    desk.post(f"{USERS}add/", {**fields, "usable_password": "true"})

    assert User.objects.get(email="new@example.com").check_password(password)


def test_an_address_that_is_taken_in_another_case_is_refused_on_the_form(desk, alice):
    password = "correct horse battery"
    fields = {"email": "ALICE@example.com", "password1": password, "password2": password}

    response = desk.post(f"{USERS}add/", {**fields, "usable_password": "true"})

    assert "email" in response.context["adminform"].form.errors


def test_a_user_is_made_inactive_but_never_deleted(desk, alice):
    page = f"{USERS}{alice.pk}/"

    assert desk.post(f"{page}change/", {"email": alice.email}).status_code == 302
    alice.refresh_from_db()
    assert not alice.is_active
    assert desk.post(f"{page}delete/", {"post": "yes"}).status_code == 403


def test_a_token_never_shows_its_digest(desk, alice):
    ApiToken.issue(user=alice, scopes=["shopper"])
    token = ApiToken.objects.get()

    pages = [desk.get(url).content.decode() for url in (TOKENS, f"{TOKENS}{token.pk}/change/")]

    assert all("alice@example.com" in page for page in pages)
    assert not any(token.digest in page for page in pages)


def test_a_revoked_token_is_not_usable(desk, alice):
    ApiToken.issue(user=alice, scopes=["shopper"])
    token = ApiToken.objects.get()

    desk.post(TOKENS, {"action": "revoke", "_selected_action": [token.pk], "index": 0})

    assert not ApiToken.objects.usable().exists()


def test_staff_create_a_token_for_any_user_and_see_it_once(desk, alice):
    form = {"user": alice.pk, "name": "Partner", "scopes": ["shopper", "stock:write"], "days": "30"}

    made = desk.post(f"{TOKENS}add/", form)

    [secret] = copyable(made)
    token = ApiToken.objects.get()
    caller = APIClient(headers={"Authorization": f"Bearer {secret}"})
    assert caller.get("/api/v1/warehouses/").status_code == 200
    assert (token.user, token.name, token.scopes) == (alice, "Partner", form["scopes"])
    assert (token.expires_at - token.created_at).days == 30
    assert "no-store" in made["Cache-Control"]
    later = [desk.get(url).content.decode() for url in (TOKENS, f"{TOKENS}{token.pk}/change/")]
    assert all("Partner" in page and token.hint in page for page in later)
    assert not any(secret in page or token.digest in page for page in later)


def test_staff_create_a_client_that_fetches_its_tokens(desk, alice):
    made = desk.post(f"{CLIENTS}add/", {"user": alice.pk, "name": "ERP", "scopes": ["orders:read"]})

    client_id, secret = copyable(made)
    grant = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
    answer = (
        Client()
        .post(
            "/api/v1/oauth/token/",
            "&".join(f"{name}={value}" for name, value in grant.items()),
            "application/x-www-form-urlencoded",
        )
        .json()
    )
    assert answer["scope"] == "orders:read"
    client = OAuthClient.objects.get()
    later = [desk.get(url).content.decode() for url in (CLIENTS, f"{CLIENTS}{client.pk}/change/")]
    assert not any(word in page for page in later for word in (secret, client.secret_digest))


@pytest.mark.parametrize("url", [TOKENS, CLIENTS])
def test_a_token_or_client_needs_an_active_user_and_a_scope(desk, mallory, url):
    form = {"user": mallory.pk, "name": "x", "scopes": ["shopper"], "days": ""}
    User.objects.filter(pk=mallory.pk).update(is_active=False)

    pages = [desk.post(f"{url}add/", form), desk.post(f"{url}add/", {"name": "x"})]

    assert [page.status_code for page in pages] == [200, 200]
    assert not ApiToken.objects.exists()
    assert not OAuthClient.objects.exists()


@pytest.mark.parametrize("url", [TOKENS, CLIENTS])
def test_staff_with_the_right_to_view_create_and_revoke_nothing(client, url):
    watcher = UserFactory(is_staff=True)
    watcher.user_permissions.set(
        Permission.objects.filter(codename__in=["view_apitoken", "view_oauthclient"])
    )
    ApiToken.issue(user=watcher, scopes=["shopper"])
    made = given_client(watcher)
    client.force_login(watcher)

    client.post(url, {"action": "revoke", "_selected_action": [made.pk], "index": 0})

    assert client.get(url).status_code == 200
    assert client.get(f"{url}add/").status_code == 403
    assert ApiToken.objects.usable().exists()
    assert OAuthClient.objects.usable().exists()


def test_revoking_a_client_revokes_its_tokens(desk, alice):
    made = given_client(alice)
    ApiToken.issue(user=alice, scopes=["shopper"], client=made)

    desk.post(CLIENTS, {"action": "revoke", "_selected_action": [made.pk], "index": 0})

    assert not ApiToken.objects.usable().exists()
    assert not OAuthClient.objects.usable().exists()


def test_tokens_are_found_by_scope_and_by_being_revoked(desk, alice, bob):
    ApiToken.issue(user=alice, scopes=["shopper"])
    ApiToken.issue(user=bob, scopes=["stock:write"])

    page = desk.get(f"{TOKENS}?scope=stock:write&revoked_at__isempty=1").content.decode()

    assert "bob@example.com" in page
    assert "alice@example.com" not in page
