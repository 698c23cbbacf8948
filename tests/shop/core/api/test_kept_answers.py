"""The room that the answers kept for Idempotency-Keys take, and its bound for each caller."""

import pytest
from django.core.cache import cache

from cart.cart import cart_of
from cart.models import CartItem
from shop.core.models import IdempotencyRecord
from tests.support.api import client_of, order, problem_of
from tests.support.factories import ItemFactory, given_stock

pytestmark = pytest.mark.django_db

LONG_CART = 100


@pytest.fixture
def long_cart(alice):
    """A cart with many lines, of which each change has a long answer."""
    items = [ItemFactory(description=f"Item {n}. " * 20) for n in range(LONG_CART)]
    given_stock(dict.fromkeys(items, 50))
    cart = cart_of(alice)
    CartItem.objects.bulk_create(
        CartItem(cart=cart, item=item, quantity=1, price_seen=item.price) for item in items
    )
    return items


def put(client, item, quantity, key):
    url = f"/api/v1/cart/items/{item.pk}/"
    return client.put(url, {"quantity": quantity}, headers={"Idempotency-Key": key})


def kept_bytes() -> int:
    records = IdempotencyRecord.objects.all()
    return sum(len(record.body) + len(record.packed or b"") for record in records)


def test_a_long_answer_is_kept_compressed_and_replayed_byte_for_byte(shopper, long_cart):
    first = put(shopper, long_cart[0], 2, "k")
    again = put(shopper, long_cart[0], 2, "k")

    assert again["Idempotency-Replayed"] == "true"
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again["ETag"] == first["ETag"]
    assert kept_bytes() * 5 < len(first.content)


def test_a_short_answer_is_kept_as_it_is(shopper, lamp):
    given_stock({lamp: 5})
    first = put(shopper, lamp, 2, "k")

    assert IdempotencyRecord.objects.get().body == first.content.decode()
    assert put(shopper, lamp, 2, "k").content == first.content


def test_small_writes_with_long_answers_meet_the_bound_of_their_user(
    alice, bob, long_cart, settings
):
    """Forty changes of one line, by two tokens, of which each keeps the whole cart."""
    settings.IDEMPOTENCY_MB_PER_DAY = 0.02
    tokens = [client_of(alice, "shopper") for _ in range(2)]

    answers = [put(tokens[n % 2], long_cart[0], 1 + n % 5, f"k{n}") for n in range(40)]
    refused = [answer for answer in answers if answer.status_code != 200]

    assert answers[0].status_code == 200
    assert problem_of(refused[0]) == (429, "too-many-kept-answers")
    assert refused[0].json()["limit"] == 20_000
    assert int(refused[0]["Retry-After"]) > 0
    assert '"kept-bytes";q=20000;w=86400' in refused[0]["RateLimit-Policy"]
    assert kept_bytes() <= 20_000
    assert put(client_of(bob, "shopper"), long_cart[0], 1, "k").status_code == 200


def test_a_refused_write_has_no_effect_and_kept_answers_are_still_replayed(
    shopper, long_cart, settings
):
    put(shopper, long_cart[0], 2, "kept")
    settings.IDEMPOTENCY_MB_PER_DAY = 0.0001

    refused = put(shopper, long_cart[0], 5, "new")
    replayed = put(shopper, long_cart[0], 2, "kept")
    without_key = shopper.put(f"/api/v1/cart/items/{long_cart[1].pk}/", {"quantity": 7})

    assert problem_of(refused) == (429, "too-many-kept-answers")
    assert replayed["Idempotency-Replayed"] == "true"
    assert CartItem.objects.get(item=long_cart[0]).quantity == 2
    assert without_key.status_code == 200


def test_orders_count_and_without_valkey_nothing_does(shopper, lamp, settings):
    given_stock({lamp: 5})
    assert order(shopper, lamp).status_code == 201
    assert cache.client.get_client().keys("*bucket:kept-bytes:user*")

    settings.IDEMPOTENCY_MB_PER_DAY = 0.0001
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    assert order(shopper, lamp).status_code == 201


def test_the_security_log_tells_of_the_bound(shopper, alice, lamp, settings, security_events):
    settings.IDEMPOTENCY_MB_PER_DAY = 0.0001
    given_stock({lamp: 5})

    for n in range(3):
        put(shopper, lamp, 1, f"k{n}")

    [event] = security_events.of("excess_rate_limit_exceeded")
    assert (event["user.id"], event["labels"]) == (alice.pk, {"limit": "kept-bytes"})
