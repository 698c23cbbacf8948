import pytest

from shop.models import ApiToken, User
from tests.factories import UserFactory

USERS = "/admin/shop/user/"
TOKENS = "/admin/shop/apitoken/"

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("url", ["/admin/", USERS, TOKENS])
def test_who_is_no_staff_is_sent_away(client, mallory, url):
    client.force_login(mallory)

    assert client.get(url).url.startswith("/admin/login/")


def test_a_shopper_is_forbidden_at_the_administrations_door(client, mallory):
    client.force_login(mallory)

    assert client.get("/admin/", follow=True).status_code == 403


@pytest.mark.parametrize("url", [USERS, TOKENS])
def test_a_list_takes_few_queries_for_many_rows(desk, url, django_assert_max_num_queries):
    for user in UserFactory.create_batch(20):
        ApiToken.issue(user=user, scopes=["shopper"])

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


def test_a_revoked_token_opens_the_door_no_longer(desk, alice):
    ApiToken.issue(user=alice, scopes=["shopper"])
    token = ApiToken.objects.get()

    desk.post(TOKENS, {"action": "revoke", "_selected_action": [token.pk], "index": 0})

    assert not ApiToken.objects.usable().exists()
