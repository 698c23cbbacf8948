"""Of those who saw the same, one changes it: the others are told, and nothing is lost."""

import pytest
from rest_framework.test import APIClient

from catalog.models import Item
from tests.support.api import STAFF, as_seen, client_of, order, parcel_of
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
    """The same caller, in another thread."""
    other = APIClient()
    other.credentials(**client._credentials)
    return other


def test_of_many_who_saw_the_same_item_one_changes_it(staff, lamp):
    url = f"/api/v1/items/{lamp.pk}/"
    seen = as_seen(staff.get(url)["ETag"])

    answers = at_once(
        *[
            lambda n=n: another(staff).patch(url, {"name": f"Lamp {n}"}, headers=seen)
            for n in range(8)
        ]
    )

    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7
    [winner] = [answer.json()["name"] for answer in answers if answer.status_code == 200]
    assert Item.objects.get().name == winner


def test_of_many_who_saw_the_same_cart_one_changes_it(shopper, lamp):
    given_stock({lamp: 9})
    url = f"/api/v1/cart/items/{lamp.pk}/"
    seen = as_seen(shopper.put(url, {"quantity": 1})["ETag"])

    def put(quantity):
        return another(shopper).put(url, {"quantity": quantity}, headers=seen)

    def replace():
        lines = [{"item_id": lamp.pk, "quantity": 9}]
        return another(shopper).put("/api/v1/cart/", {"items": lines}, headers=seen)

    answers = at_once(
        *[lambda n=n: put(n) for n in range(2, 6)],
        replace,
        lambda: another(shopper).delete(url, headers=seen),
    )

    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 5


def test_of_a_cancellation_and_a_pick_that_saw_the_same_state_one_is_done(shopper, staff, lamp):
    given_stock({lamp: 9})
    url = f"/api/v1/orders/{order(shopper, lamp, 2).json()['number']}/"
    parcel = parcel_of(staff)
    seen, waiting = shopper.get(url)["ETag"], staff.get(parcel)["ETag"]
    to = {"assigned_to": "Truck 7"}

    answers = at_once(
        lambda: another(shopper).post(f"{url}cancel/", headers=as_seen(seen)),
        lambda: another(staff).post(f"{parcel}pick/", to, headers=as_seen(waiting)),
    )

    assert sorted(answer.status_code for answer in answers) == [200, 412]


def test_of_many_who_saw_the_same_order_one_cancels_a_unit(shopper, lamp):
    given_stock({lamp: 9})
    placed = order(shopper, lamp, 5)
    url = f"/api/v1/orders/{placed.json()['number']}/cancel/"
    one = {"items": [{"item_id": lamp.pk, "quantity": 1}]}

    answers = at_once(
        *[lambda: another(shopper).post(url, one, headers=as_seen(placed["ETag"]))] * 6
    )

    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 5
    assert stock_left(lamp) == (5,)
