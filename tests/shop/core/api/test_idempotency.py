"""Idempotency keys: their caller, their request, and the retention of their records."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from orders.models import Checkout
from shop.api_urls import urlpatterns
from shop.core import retention
from shop.core.api.idempotency import WRITES, IdempotentWrites
from shop.core.models import IdempotencyRecord
from shop.retention import delete_old_rows
from tests.support.api import STAFF, client_of, order, problem_of
from tests.support.bulk_jobs import RECEIPTS, lines, receipt, send
from tests.support.factories import given_stock, stock_left

pytestmark = pytest.mark.usefixtures("conserved")

KEY = {"Idempotency-Key": "k"}
# A preview has no effect and may call an external service, which must not happen inside a
# transaction. The responses of OAuth are those of its RFCs.
NOT_IDEMPOTENT = {"preview-assignment", "token", "revoke-token"}


def test_every_write_of_the_api_is_idempotent():
    views = {
        route.name: route.callback.cls for route in urlpatterns if hasattr(route.callback, "cls")
    }

    without_keys = {
        name
        for name, view in views.items()
        if any(hasattr(view, method) for method in WRITES)
        and not issubclass(view, IdempotentWrites)
    }

    assert without_keys == NOT_IDEMPOTENT


def test_a_key_belongs_to_one_caller_and_one_route(shopper, bob, lamp, rug):
    given_stock({lamp: 9, rug: 9})
    other = client_of(bob, "shopper")
    url = f"/api/v1/cart/items/{lamp.pk}/"

    answers = [
        shopper.put(url, {"quantity": 1}, headers=KEY),
        other.put(url, {"quantity": 2}, headers=KEY),
        shopper.put(f"/api/v1/cart/items/{rug.pk}/", {"quantity": 3}, headers=KEY),
        shopper.delete(url, headers=KEY),
    ]

    assert [answer.status_code for answer in answers] == [200] * 4
    assert not any("Idempotency-Replayed" in answer for answer in answers)


def test_a_key_stays_its_callers_with_a_new_token(shopper, alice, lamp):
    given_stock({lamp: 9})
    url = f"/api/v1/cart/items/{lamp.pk}/"

    shopper.put(url, {"quantity": 1}, headers=KEY)
    again = client_of(alice, "shopper").put(url, {"quantity": 1}, headers=KEY)

    assert again["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize(
    ("first", "second", "is_the_same"),
    [
        (b'{"price": "1", "name": "X"}', b' {"name":"X",\n"price":"1"} ', True),
        (b'{"name": "\\u00e9"}', '{"name": "é"}'.encode(), True),
        (b'{"price": 1}', b'{"price": 1.0}', False),
        (b'{"price": 1}', b'{"price": "1"}', False),
        (b'{"is_active": true}', b'{"is_active": "true"}', False),
        (b'{"name": "X"}', b'{"name": "X "}', False),
        (b'{"name": "X"}', b'{"name": "X", "brand": ""}', False),
    ],
)
def test_requests_are_compared_by_parsed_body(staff, lamp, first, second, is_the_same):
    url = f"/api/v1/items/{lamp.pk}/"
    json = "application/json"

    done = staff.generic("PATCH", url, first, json, headers=KEY)
    again = staff.generic("PATCH", url, second, json, headers=KEY)

    assert done.status_code == 200
    if is_the_same:
        assert again["Idempotency-Replayed"] == "true"
    else:
        assert problem_of(again) == (422, "idempotency-key-reused")


def test_another_query_is_another_request(staff, seattle):
    body = lines(receipt("LAMP"))

    send(staff, RECEIPTS, body, **KEY)
    other = send(staff, f"{RECEIPTS}?on_error=abort", body, **KEY)

    assert problem_of(other) == (422, "idempotency-key-reused")


def test_a_refusal_is_not_stored_so_the_key_may_be_used_again(shopper, lamp):
    url = f"/api/v1/cart/items/{lamp.pk}/"

    refused = shopper.put(url, {"quantity": 1}, headers=KEY)
    given_stock({lamp: 9})
    done = shopper.put(url, {"quantity": 1}, headers=KEY)

    assert (refused.status_code, done.status_code) == (409, 200)
    assert "Idempotency-Replayed" not in done


def test_cancelling_a_hold_is_replayed_with_an_empty_body(shopper, lamp):
    given_stock({lamp: 9})
    shopper.put(f"/api/v1/cart/items/{lamp.pk}/", {"quantity": 1})
    shopper.post("/api/v1/checkout/")

    first, again = (shopper.delete("/api/v1/checkout/", headers=KEY) for _ in range(2))

    assert (first.status_code, again.status_code, again.content) == (204, 204, b"")
    assert Checkout.objects.get().status == Checkout.Status.CANCELLED
    assert stock_left(lamp) == (9,)


def test_a_preview_ignores_a_key(staff, lamp, seattle):
    given_stock({lamp: 9}, seattle)
    body = {
        "items": [{"item_id": lamp.pk, "quantity": 1}],
        "postal_code": "98101",
        "country": "US",
    }

    answers = [staff.post("/api/v1/assignments/preview/", body, headers=KEY) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]


def test_records_are_kept_for_a_day_and_deleted_in_batches(alice, lamp, monkeypatch):
    given_stock({lamp: 9})
    client = client_of(alice, "shopper", *STAFF)
    for _ in range(5):
        order(client, lamp)
    recent = IdempotencyRecord.objects.order_by("pk").first()
    a_day = retention.IDEMPOTENCY_RETENTION
    IdempotencyRecord.objects.exclude(pk=recent.pk).update(created_at=timezone.now() - a_day)
    IdempotencyRecord.objects.filter(pk=recent.pk).update(
        created_at=timezone.now() - a_day + timedelta(minutes=5)
    )
    monkeypatch.setattr(retention, "IDEMPOTENCY_BATCH_SIZE", 2)

    with CaptureQueriesContext(connection) as captured:
        delete_old_rows()

    statements = [query["sql"] for query in captured.captured_queries]
    deletes = [sql for sql in statements if "DELETE" in sql and "idempotencyrecord" in sql]
    assert a_day == timedelta(hours=24)
    assert list(IdempotencyRecord.objects.all()) == [recent]
    assert len(deletes) == 2
