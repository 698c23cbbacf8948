"""Concurrent conditional writes: one with a given If-Match succeeds, the others get 412."""

import pytest
from rest_framework.test import APIClient

from catalog.models import Item
from tests.support.api import STAFF, assign_the_order, client_of, if_match, order
from tests.support.concurrency import at_once
from tests.support.factories import given_stock, stock_left

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("conserved")]


@pytest.fixture
def shopper(alice):
    return client_of(alice, "shopper")


@pytest.fixture
def staff(clerk):
    return client_of(clerk, *STAFF)


def another(client) -> APIClient:
    """Return a client of the same caller, for another thread."""
    other = APIClient()
    other.credentials(**client._credentials)
    return other


def test_one_of_many_writes_to_the_same_version_of_an_item_succeeds(staff, lamp):
    url = f"/api/v1/items/{lamp.pk}/"
    seen = if_match(staff.get(url)["ETag"])

    responses = at_once(
        *[
            lambda n=n: another(staff).patch(url, {"name": f"Lamp {n}"}, headers=seen)
            for n in range(8)
        ]
    )

    assert sorted(response.status_code for response in responses) == [200] + [412] * 7
    [winner] = [response.json()["name"] for response in responses if response.status_code == 200]
    assert Item.objects.get().name == winner


def test_one_of_many_writes_to_the_same_version_of_a_cart_succeeds(shopper, lamp):
    given_stock({lamp: 9})
    url = f"/api/v1/cart/items/{lamp.pk}/"
    seen = if_match(shopper.put(url, {"quantity": 1})["ETag"])

    def put(quantity):
        return another(shopper).put(url, {"quantity": quantity}, headers=seen)

    def replace():
        lines = [{"item_id": lamp.pk, "quantity": 9}]
        return another(shopper).put("/api/v1/cart/", {"items": lines}, headers=seen)

    responses = at_once(
        *[lambda n=n: put(n) for n in range(2, 6)],
        replace,
        lambda: another(shopper).delete(url, headers=seen),
    )

    assert sorted(response.status_code for response in responses) == [200] + [412] * 5


def test_either_a_cancellation_or_a_pick_of_the_same_version_succeeds(shopper, staff, lamp):
    given_stock({lamp: 9})
    url = f"/api/v1/orders/{order(shopper, lamp, 2).json()['number']}/"
    parcel = assign_the_order(staff)
    order_etag, parcel_etag = shopper.get(url)["ETag"], staff.get(parcel)["ETag"]
    worker = {"assigned_to": "Truck 7"}

    responses = at_once(
        lambda: another(shopper).post(f"{url}cancel/", headers=if_match(order_etag)),
        lambda: another(staff).post(f"{parcel}pick/", worker, headers=if_match(parcel_etag)),
    )

    assert sorted(response.status_code for response in responses) == [200, 412]


def test_one_of_many_cancellations_of_the_same_version_of_an_order_succeeds(shopper, lamp):
    given_stock({lamp: 9})
    placed = order(shopper, lamp, 5)
    url = f"/api/v1/orders/{placed.json()['number']}/cancel/"
    payload = {"items": [{"item_id": lamp.pk, "quantity": 1}]}

    responses = at_once(
        *[lambda: another(shopper).post(url, payload, headers=if_match(placed["ETag"]))] * 6
    )

    assert sorted(response.status_code for response in responses) == [200] + [412] * 5
    assert stock_left(lamp) == (5,)
