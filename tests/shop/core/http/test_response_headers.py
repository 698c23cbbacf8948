"""Headers of responses: what is personal is kept nowhere, and 304 still works."""

import pytest
from django.urls import reverse

from tests.support.api import client_of

pytestmark = pytest.mark.django_db

PERSONAL = ["/accounts/email/", "/accounts/tokens/", "/orders/", "/cart/", "/checkout/"]


@pytest.mark.parametrize("path", [*PERSONAL, "/accounts/login/", "/accounts/signup/", "/admin/"])
def test_personal_pages_are_kept_nowhere(client, alice, path):
    client.force_login(alice)

    cached = client.get(path)["Cache-Control"]

    assert "no-store" in cached
    assert "private" in cached


def test_a_page_that_shows_who_is_signed_in_is_asked_for_again(client, alice):
    client.force_login(alice)

    assert client.get("/")["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("path", ["orders/", "events/", "webhooks/", "cart/nothing/", "jobs/"])
def test_answers_to_a_token_are_kept_nowhere(alice, path):
    assert (
        client_of(alice, "shopper").get(f"/api/v1/{path}")["Cache-Control"] == "private, no-store"
    )


def test_an_answer_with_a_tag_may_be_kept_to_ask_again(alice):
    shopper = client_of(alice, "shopper")
    first = shopper.get("/api/v1/cart/")
    again = shopper.get("/api/v1/cart/", headers={"If-None-Match": first["ETag"]})

    assert (first.status_code, again.status_code) == (200, 304)
    assert first["Cache-Control"] == again["Cache-Control"] == "private, no-cache"


def test_the_api_in_a_browser_is_kept_nowhere(client, alice):
    client.force_login(alice)

    assert client.get("/api/v1/cart/")["Cache-Control"] == "private, no-store"


def test_what_is_the_same_for_all_stays_public(client, lamp):
    assert "Cache-Control" not in client.get(f"/api/v1/items/{lamp.pk}/")
    assert client.get(reverse("merchant-feed"))["Cache-Control"] == "public, max-age=60"


def test_only_pictures_are_for_other_sites(client, lamp):
    page = client.get("/")
    picture = client.get("/media/none.png")
    picture.close()

    assert picture["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert page["Cross-Origin-Resource-Policy"] == "same-origin"
    assert page["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in page["Permissions-Policy"]
    assert "publickey" not in page["Permissions-Policy"]
