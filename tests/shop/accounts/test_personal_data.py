"""The export of one's own data: complete, one's own only, after a proof, without secrets."""

import json

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from pytest_django.asserts import assertContains

from catalog.back_in_stock import request_back_in_stock_mail
from orders.cancellation import cancel_items
from shop.accounts.models import ApiToken, OAuthClient
from shop.integrations.webhooks.endpoints import create_endpoint
from tests.shop.accounts.sign_in import prove_identity
from tests.support.factories import ItemFactory, given_stock
from tests.support.stories import ADDRESS, order, put_in_cart

pytestmark = pytest.mark.django_db

DATA = "/accounts/data/"


def download(client) -> dict:
    return json.loads(prove_identity(client).post(DATA).getvalue())


def test_the_file_has_what_a_user_did(client, alice, bob, lamp, rug):
    kettle = ItemFactory(sku="KETTLE")
    given_stock({lamp: 5, rug: 5})
    placed = order(alice, {lamp: 2})
    cancel_items(order_id=placed.pk, quantities={lamp.pk: 1}, reason="One will do")
    order(bob, {lamp: 1})
    put_in_cart(alice, {rug: 1})
    request_back_in_stock_mail(customer=alice, item_id=kettle.pk)
    EmailAddress.objects.create(user=alice, email="second@example.com")
    ApiToken.issue(user=alice, name="my script", scopes=["shopper"])
    ApiToken.issue(user=bob, name="of bob", scopes=["shopper"])
    client.force_login(alice)

    data = download(client)

    assert data["account"][0]["email"] == alice.email
    assert data["email_addresses"][0]["email"] == "second@example.com"
    assert data["tokens"][0]["name"] == "my script"
    assert data["cart"] == [{"item_sku": "RUG", "item_name": "Wool rug", "quantity": 1}]
    assert data["back_in_stock_requests"][0]["item_sku"] == "KETTLE"
    assert [o["number"] for o in data["orders"]] == [placed.number]
    assert data["orders"][0]["shipping_address"] == ADDRESS
    assert "One will do" in json.dumps(data["orders"])
    assert len(data["sessions"]) == 1
    assert "bob" not in json.dumps(data)


def test_the_file_has_no_secret(client, alice):
    alice.password = make_password("correct horse battery")
    alice.save()
    secret = ApiToken.issue(user=alice, scopes=["shopper"])
    program = OAuthClient(user=alice, name="till", scopes=["shopper"])
    program_secret = program.set_credentials()
    program.save()
    endpoint = create_endpoint(user=alice, url="https://example.com/hook", events=[], scopes=[])
    client.force_login(alice)

    text = json.dumps(download(client))

    assert "https://example.com/hook" in text
    hidden = [alice.password, secret, ApiToken.digest_of(secret), program_secret]
    hidden += [program.secret_digest, endpoint.secret, client.session.session_key]
    assert not [word for word in hidden if word in text]


def test_a_session_alone_does_not_get_the_file(client, alice, security_events):
    client.force_login(alice)
    assertContains(client.get(DATA), "Download my data")
    response = client.post(DATA)
    assert response.status_code == 302
    assert response.url.startswith("/accounts/reauthenticate/")
    assert not security_events.of("sensitive_read")


def test_a_download_is_logged_and_kept_by_nobody(client, alice, security_events):
    client.force_login(alice)
    response = prove_identity(client).post(DATA)
    assert response["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert "no-store" in response["Cache-Control"]
    (event,) = security_events.of("sensitive_read")
    assert event["user.id"] == alice.pk


def test_strangers_sign_in_first(client):
    assert client.get(DATA).url.startswith("/accounts/login/")


def test_orders_of_any_number_take_few_statements(
    client, alice, lamp, django_assert_max_num_queries
):
    given_stock({lamp: 50})
    for _ in range(20):
        order(alice, {lamp: 1})
    client.force_login(alice)
    prove_identity(client)
    with django_assert_max_num_queries(40):
        assert len(json.loads(client.post(DATA).getvalue())["orders"]) == 20
