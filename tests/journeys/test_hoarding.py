"""An attack through the pages and the API: six new accounts of one network want everything."""

import re

import pytest
from django.core import mail
from django.test import Client

from catalog.models import AggregatedStock
from orders.models import Newcomer
from shop.accounts.models import User
from shop.core.mail import send_outgoing_mail
from tests.support.api import client_of
from tests.support.factories import ItemFactory, given_stock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("conserved")]

PASSWORD = "correct horse battery 42"


def sign_up(email: str, address: str = "203.0.113.7") -> User:
    data = {"email": email, "password1": PASSWORD}
    page = Client(REMOTE_ADDR=address).post("/accounts/signup/", data)
    assert page.status_code == 302, page.content
    return User.objects.get(email=email)


def put_everything_in_cart(client, items) -> None:
    for item in items:
        client.put(f"/api/v1/cart/items/{item.pk}/", {"quantity": 50})


def take_what_is_left(client) -> None:
    """Begin a checkout, lowering the cart as each refusal allows."""
    for _ in range(6):
        response = client.post("/api/v1/checkout/")
        problem = response.json()
        if response.status_code in {201, 429} or problem["type"].endswith("/empty-cart"):
            return
        if "limit" in problem:
            lines = client.get("/api/v1/cart/").json()["items"]
            allowed = {line["item"]["id"]: problem["limit"] // len(lines) for line in lines}
        else:
            rows = problem.get("items") or problem["shortages"]
            allowed = {row["item_id"]: row.get("allowed", row.get("left")) for row in rows}
        for item_id, quantity in allowed.items():
            url = f"/api/v1/cart/items/{item_id}/"
            client.put(url, {"quantity": quantity}) if quantity else client.delete(url)


def test_six_accounts_of_one_network_leave_the_shop_open(alice):
    items = ItemFactory.create_batch(12)
    given_stock(dict.fromkeys(items, 40))
    hoarders = [client_of(sign_up(f"h{n}@evil.test"), "shopper") for n in range(6)]
    for client in hoarders:
        put_everything_in_cart(client, items)
        take_what_is_left(client)

    left = list(AggregatedStock.objects.values_list("stock", flat=True))
    assert min(left) >= 30

    put_everything_in_cart(client_of(alice, "shopper"), items[:1])
    family = client_of(sign_up("mum@home.test", "198.51.100.9"), "shopper")
    family.put(f"/api/v1/cart/items/{items[0].pk}/", {"quantity": 2})
    assert family.post("/api/v1/checkout/").status_code == 201


def test_a_confirmed_address_raises_the_limit(settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    user = sign_up("new@example.com")
    assert Newcomer.objects.get().network == "203.0.113.7"
    assert Newcomer.objects.get().confirmed_at is None
    send_outgoing_mail()
    link = re.search(r"http://testserver(/accounts/confirm-email/\S+)", mail.outbox[0].body)
    assert Client().post(link[1]).status_code == 302
    assert Newcomer.objects.get(customer=user).confirmed_at is not None


def test_accounts_that_staff_or_a_command_made_are_known(alice, clerk):
    assert not Newcomer.objects.exists()
