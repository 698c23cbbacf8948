"""Exports: every row as the API shows it, read by key while it is sent."""

import json
from datetime import UTC, timedelta
from unittest.mock import ANY

import pytest
from django.utils import timezone

from catalog.models import Item
from orders.models import Order
from shop.core.db import keyset
from tests.support.api import client_of, hold, order, problem_of
from tests.support.factories import ItemFactory, given_stock
from warehouses.models import StockMovement
from warehouses.tasks import assign_submitted_orders

pytestmark = pytest.mark.usefixtures("conserved")


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr(keyset, "BATCH_SIZE", 3)
    monkeypatch.setattr(keyset, "MAX_OVERREAD", 1)


def export(client, of: str, **query) -> list[dict]:
    answer = client.get(f"/api/v1/exports/{of}/", query)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/x-ndjson")
    return [json.loads(line) for line in answer.getvalue().splitlines()]


def test_every_item_is_exported_as_the_api_shows_it(shopper, client):
    items = [ItemFactory(description="Über\nzwei") for _ in range(7)]
    given_stock({items[2]: 5})

    rows = export(shopper, "items")

    assert rows == [client.get(f"/api/v1/items/{item.pk}/").json() for item in items]
    assert [row["stock"] for row in rows] == [0, 0, 5, 0, 0, 0, 0]


def test_units_of_overdue_holds_are_released_before_they_are_exported(shopper, lamp, settings):
    settings.CHECKOUT_HOLD_SECONDS = 0
    given_stock({lamp: 5})
    hold(shopper, lamp, 2)

    assert [row["stock"] for row in export(shopper, "items")] == [5]


def test_items_off_sale_are_exported_to_writers_of_the_catalogue(shopper, staff, lamp):
    ItemFactory(sku="GONE", is_active=False)

    assert [row["sku"] for row in export(shopper, "items")] == ["LAMP"]
    rows = export(staff, "items")
    assert [(row["sku"], row["is_active"]) for row in rows] == [("LAMP", True), ("GONE", False)]


def test_items_changed_since(shopper, lamp, rug):
    long_ago = timezone.now() - timedelta(days=2)
    Item.objects.filter(pk=lamp.pk).update(updated_at=long_ago)

    since = (timezone.now() - timedelta(days=1)).isoformat()

    assert [row["sku"] for row in export(shopper, "items", since=since)] == ["RUG"]


def test_orders_are_exported_as_the_api_shows_them(staff, shopper, lamp, seattle):
    given_stock({lamp: 9}, seattle)
    numbers = [order(shopper, lamp).json()["number"] for _ in range(4)]
    assign_submitted_orders()
    Order.objects.filter(number=numbers[0]).update(placed_at=timezone.now() - timedelta(days=2))

    rows = export(staff, "orders")
    lately = export(staff, "orders", since=(timezone.now() - timedelta(days=1)).isoformat())

    assert rows == [staff.get(f"/api/v1/orders/{number}/").json() for number in numbers]
    assert rows[0]["shipments"][0]["warehouse"] == "SEA1"
    assert [row["number"] for row in lately] == numbers[1:]


def test_the_ledger_is_exported(staff, lamp, seattle):
    for _ in range(9):
        given_stock({lamp: 2}, seattle)
    now = timezone.now() + timedelta(seconds=1)

    rows = export(staff, "movements")

    assert len(rows) == 9
    entry = StockMovement.objects.earliest("pk")
    assert rows[0] == {
        "id": entry.pk,
        **{"kind": "received", "warehouse": "SEA1", "item_id": lamp.pk, "quantity": 2},
        **{"physical_change": 2, "available_change": 2, "reference": "", "at": ANY},
    }
    assert export(staff, "movements", since=now.isoformat()) == []
    assert len(export(staff, "movements", since="2020-01-01T00:00:00Z")) == 9


@pytest.mark.parametrize("of", ["items", "orders", "movements"])
def test_a_since_without_an_offset_is_in_utc(staff, shopper, lamp, settings, of):
    assert settings.TIME_ZONE == "America/New_York"
    given_stock({lamp: 9})
    order(shopper, lamp)
    now = timezone.now().astimezone(UTC).replace(tzinfo=None)

    lately = export(staff, of, since=(now - timedelta(minutes=5)).isoformat())
    later = export(staff, of, since=(now + timedelta(minutes=5)).isoformat())

    assert (len(lately), later) == (1, [])


def test_a_key_before_a_moment_is_found_by_halving():
    now = timezone.now()
    items = ItemFactory.create_batch(30)
    for hour, item in enumerate(items):
        Item.objects.filter(pk=item.pk).update(created_at=now - timedelta(hours=30 - hour))

    key = keyset.key_before(Item.objects.all(), now - timedelta(hours=10), column="created_at")

    assert items[17].pk <= key < items[20].pk


@pytest.mark.parametrize("since", ["yesterday", "2026-13-01", "0001-01-01T00:00:00+14:00x"])
def test_a_since_that_is_no_time_is_refused(staff, since):
    assert problem_of(staff.get("/api/v1/exports/orders/", {"since": since}))[0] == 422


@pytest.mark.parametrize("since", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
@pytest.mark.parametrize("of", ["items", "orders", "movements"])
def test_the_ends_of_time_are_times_too(staff, lamp, of, since):
    given_stock({lamp: 1})

    answer = staff.get(f"/api/v1/exports/{of}/", {"since": since})

    assert answer.status_code in {200, 422}


@pytest.mark.parametrize(
    ("of", "scopes", "status"),
    [
        ("items", [], 401),
        ("items", ["orders:read"], 200),
        ("orders", ["orders:write"], 200),
        ("orders", ["shopper", "stock:write"], 403),
        ("movements", ["shopper", "orders:read"], 403),
    ],
)
def test_each_export_needs_its_scope(client, alice, of, scopes, status):
    caller = client_of(alice, *scopes) if scopes else client

    assert caller.get(f"/api/v1/exports/{of}/").status_code == status


@pytest.mark.parametrize("of", ["items", "orders", "movements"])
def test_who_exported_what_is_in_the_security_log(staff, clerk, of, security_events):
    export(staff, of)

    [event] = security_events.of("sensitive_read")
    assert (event["user.id"], event["labels"]) == (clerk.pk, {"what": of})
    assert event["shop.token.id"]


@pytest.mark.django_db(transaction=True)
def test_a_closed_connection_ends_the_export(staff, django_assert_num_queries):
    for _ in range(10):
        ItemFactory()
    answer = staff.get("/api/v1/exports/items/")
    batches = iter(answer.streaming_content)

    with django_assert_num_queries(2):  # a batch, and the release of the stream slot
        next(batches)
        answer.close()

    assert list(batches) == []
