"""The contract of the REST API for systems of staff: goods, parcels, items."""

from datetime import date

import pytest
from django.utils.timezone import now

from tests.support.api import client_of, hold, order, problem_of
from tests.support.factories import given_stock, stock_left
from warehouses.models import WarehouseOrder
from warehouses.tasks import assign_submitted_orders

pytestmark = pytest.mark.usefixtures("conserved")


def test_staff_write_the_catalogue(staff, client, lamp):
    new = {"sku": "KETTLE", "name": "Steel kettle", "description": "", "price": "39.00"}

    created = staff.post("/api/v1/items/", {**new, "brand": "Ardo", "category": "Kitchen"})
    again = staff.post("/api/v1/items/", new)
    changed = staff.patch(f"/api/v1/items/{created.json()['id']}/", {"price": "35.50"})

    assert (created.status_code, created.json()["stock"]) == (201, 0)
    assert problem_of(again) == (409, "sku-exists")
    assert changed.json()["price"] == "35.50"


def test_receipts_count_once(staff, lamp, seattle):
    receipt = {"item_id": lamp.pk, "quantity": 5, "reference": "DN-1"}
    url = "/api/v1/warehouses/SEA1/receipts/"

    first, again = staff.post(url, receipt), staff.post(url, receipt)
    other = staff.post(url, {**receipt, "quantity": 6})

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["id"] == first.json()["id"]
    assert problem_of(other) == (409, "reference-conflict")
    stock = staff.get(f"/api/v1/warehouses/SEA1/stock/?item={lamp.pk}").json()
    assert stock == {"item_id": lamp.pk, "physical_stock": 5, "available_stock": 5}


def test_discards_and_counts(staff, lamp, seattle):
    given_stock({lamp: 5}, seattle)

    discard = staff.post(
        "/api/v1/warehouses/SEA1/discards/",
        {"item_id": lamp.pk, "quantity": 2, "reason": "broken"},
    )
    too_many = staff.post(
        "/api/v1/warehouses/SEA1/discards/", {"item_id": lamp.pk, "quantity": 4, "reason": ""}
    )
    count = {"item_id": lamp.pk, "physical_stock": 10, "expected": 3}
    counted = staff.post("/api/v1/warehouses/SEA1/counts/", count)
    stale = staff.post("/api/v1/warehouses/SEA1/counts/", count)

    assert (discard.status_code, discard.json()["shortfall"]) == (201, None)
    assert problem_of(too_many) == (409, "insufficient-stock")
    assert counted.status_code == 201
    assert problem_of(stale) == (409, "count-conflict")
    assert stock_left(lamp) == (10,)


def test_an_order_is_assigned_picked_and_shipped(staff, shopper, lamp, seattle):
    given_stock({lamp: 5}, seattle)
    number = order(shopper, lamp, 2).json()["number"]
    assign_submitted_orders()

    waiting = staff.get("/api/v1/warehouse-orders/?warehouse=SEA1&status=assigned").json()
    parcel = waiting["results"][0]
    picked = [
        staff.post(f"/api/v1/warehouse-orders/{parcel['id']}/pick/", {"assigned_to": "Truck 7"})
        for _ in range(2)
    ]
    shipped = [
        staff.post(f"/api/v1/warehouse-orders/{parcel['id']}/ship/", {"tracking": "1Z"})
        for _ in range(2)
    ]
    cancel = shopper.post(f"/api/v1/orders/{number}/cancel/")

    assert (parcel["parent_order"], parcel["warehouse"]) == (number, "SEA1")
    assert parcel["decision"]["strategy"] == "fewest_parcels"
    assert [p.json()["status"] for p in picked] == ["picked", "picked"]
    assert [s.status_code for s in shipped] == [200, 200]
    assert problem_of(cancel) == (409, "order-already-shipped")
    seen = shopper.get(f"/api/v1/orders/{number}/").json()
    assert seen["status"] == "shipped"
    [shipment] = seen["shipments"]
    assert date.fromisoformat(shipment.pop("estimated_arrival")) >= now().date()
    assert shipment == {
        "warehouse": "SEA1",
        "status": "shipped",
        "items": [{"item_id": lamp.pk, "quantity": 2}],
        "carrier": "",
        "tracking": "1Z",
        "tracking_url": "",
    }
    assert [e["event"] for e in seen["timeline"]] == ["submitted", "assigned", "picked", "shipped"]


def test_the_balance_of_an_item_adds_up(staff, shopper, bob, lamp, seattle):
    given_stock({lamp: 9}, seattle)
    order(shopper, lamp, 2)
    hold(client_of(bob, "shopper"), lamp, 3)

    balance = staff.get(f"/api/v1/stock/{lamp.pk}/").json()

    assert balance == {
        "item_id": lamp.pk,
        "stock": 4,
        "held": 3,
        "unassigned": 2,
        "promised": 0,
        "promised_in_transit": 0,
        "warehouses": [{"code": "SEA1", "physical_stock": 9, "available_stock": 9}],
        "conserved": True,
    }


def test_an_assignment_is_previewed_without_effect(staff, lamp, seattle, settings):
    settings.ASSIGNMENT_STRATEGY = "cheapest"
    given_stock({lamp: 5}, seattle)
    body = {
        "items": [{"item_id": lamp.pk, "quantity": 2}],
        "postal_code": "98109",
        "country": "US",
    }

    answer = staff.post("/api/v1/assignments/preview/", body)

    assert answer.status_code == 200
    assert answer.json()["picks"] == [{"warehouse": "SEA1", "item_id": lamp.pk, "quantity": 2}]
    assert answer.json()["considered"][0]["warehouses"] == ["SEA1"]
    assert not WarehouseOrder.objects.exists()
    unknown = {**body, "items": [{"item_id": 10**9, "quantity": 2}]}
    again = staff.post("/api/v1/assignments/preview/", unknown)
    assert again.status_code == 404
