"""Forms about an order that are sent twice at the same time."""

from uuid import uuid4

import pytest
from django.test import Client

from orders.models import OrderItem, ReturnRequest
from orders.returns import version_of_returns
from orders.storefront.own_orders import version_of_cancellations
from tests.support.concurrency import at_once
from tests.support.factories import given_stock
from tests.support.stories import order, order_and_assign
from warehouses.fulfilment.shipping import ship_warehouse_order
from warehouses.stock.audit import find_breaches

pytestmark = pytest.mark.django_db(transaction=True)


def post_twice(user, url: str, fields: dict[str, str]) -> list[int]:
    """Post a form twice at once, as one user; return the statuses, sorted."""
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(user)
    responses = at_once(*(lambda c=client: c.post(url, fields) for client in clients))
    return sorted(response.status_code for response in responses)


def test_a_cancellation_that_is_sent_twice_at_once_cancels_once(alice, lamp):
    given_stock({lamp: 5})
    placed = order(alice, {lamp: 4})
    fields = {f"item-{lamp.pk}": "2", "seen": version_of_cancellations(placed)}

    statuses = post_twice(alice, f"/orders/{placed.number}/cancel-items/", fields)

    assert statuses == [302, 409]
    assert OrderItem.objects.get().cancelled_quantity == 2
    assert find_breaches() == []


@pytest.mark.parametrize(("units", "has_seen"), [("2", False), ("1", True)])
def test_the_same_units_are_asked_back_once(alice, seattle, lamp, units, has_seen):
    given_stock({lamp: 3}, seattle)
    placed, [parcel] = order_and_assign(alice, {lamp: 3})
    ship_warehouse_order(warehouse_order_id=parcel.pk)
    seen = {"seen": version_of_returns(placed)} if has_seen else {}

    statuses = post_twice(
        alice, f"/orders/{placed.number}/return/", {f"item-{lamp.pk}": units, **seen}
    )

    assert statuses[0] == 302
    assert statuses[1] in {409, 422}
    assert ReturnRequest.objects.count() == 1


def test_a_page_of_the_admin_that_is_sent_twice_at_once_acts_once(alice, clerk, lamp):
    given_stock({lamp: 5})
    placed = order(alice, {lamp: 4})
    fields = {
        **{"action": "cancel_units", "_selected_action": str(placed.pk), "confirmed": "yes"},
        **{"page": str(uuid4()), f"row-{placed.pk}-item-{lamp.pk}": "2"},
    }

    statuses = post_twice(clerk, "/admin/orders/order/", fields)

    assert statuses == [200, 302]
    assert OrderItem.objects.get().cancelled_quantity == 2
    assert find_breaches() == []
