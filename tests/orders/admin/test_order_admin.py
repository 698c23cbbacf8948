"""Orders in the admin: read-only, cancelled by an action."""

import pytest

from orders.models import Order
from tests.support.factories import given_stock, stock_left
from tests.support.stories import order, order_and_assign
from warehouses.fulfilment.shipping import ship_warehouse_order

ORDERS = "/admin/orders/order/"

pytestmark = pytest.mark.usefixtures("conserved")


def cancel(desk, *orders, **answers):
    order_ids = [order.pk for order in orders]
    return desk.post(
        ORDERS, {"action": "cancel", "_selected_action": order_ids, **answers}, follow=True
    )


def messages_of(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def test_users_who_are_not_staff_see_no_orders(client, mallory):
    client.force_login(mallory)

    assert client.get(ORDERS).url.startswith("/admin/login/")


def test_the_list_takes_few_queries_for_many_orders(
    desk, alice, lamp, django_assert_max_num_queries
):
    given_stock({lamp: 20})
    for _ in range(12):
        order(alice, {lamp: 1})

    with django_assert_max_num_queries(8):
        response = desk.get(ORDERS)

    assert len(response.context["cl"].result_list) == 12


def test_an_order_shows_its_lines_address_and_warehouse_orders(desk, alice, lamp, seattle):
    given_stock({lamp: 3}, seattle)
    placed, _ = order_and_assign(alice, {lamp: 2})

    page = desk.get(f"{ORDERS}{placed.pk}/change/").content.decode()

    assert "400 Broad St" in page
    assert "SEA1</a>: Assigned" in page
    assert "Brass desk lamp" in page


def test_an_order_is_found_by_its_whole_number(desk, alice, lamp):
    given_stock({lamp: 3})
    placed, _ = order(alice, {lamp: 1}), order(alice, {lamp: 1})

    response = desk.get(ORDERS, {"q": placed.number})

    assert list(response.context["cl"].result_list) == [placed]


def test_an_order_can_only_be_read(desk, alice, lamp):
    given_stock({lamp: 3})
    placed = order(alice, {lamp: 1})

    assert desk.post(f"{ORDERS}{placed.pk}/change/", {"status": "shipped"}).status_code == 403
    assert desk.post(f"{ORDERS}{placed.pk}/delete/", {"post": "yes"}).status_code == 403
    assert desk.get(f"{ORDERS}add/").status_code == 403


def test_cancelling_asks_first(desk, alice, lamp):
    given_stock({lamp: 3})
    placed = order(alice, {lamp: 1})

    response = cancel(desk, placed)

    placed.refresh_from_db()
    assert "Cancel these orders" in response.content.decode()
    assert placed.status == Order.Status.SUBMITTED


def test_a_cancelled_order_returns_its_units_to_the_stock(desk, alice, lamp):
    given_stock({lamp: 3})
    placed = order(alice, {lamp: 2})

    response = cancel(desk, placed, confirmed="yes", reason="Wrong address")

    placed.refresh_from_db()
    assert messages_of(response) == [f"Order {placed} is cancelled and its units are back on sale."]
    assert (placed.status, placed.cancel_reason) == (Order.Status.CANCELLED, "Wrong address")
    assert stock_left(lamp) == (3,)


def test_a_shipped_order_stays_on_the_page_with_its_refusal(desk, alice, lamp, seattle):
    given_stock({lamp: 5}, seattle)
    shipped, parcels = order_and_assign(alice, {lamp: 2})
    ship_warehouse_order(warehouse_order_id=parcels[0].pk)
    other = order(alice, {lamp: 1})

    response = cancel(desk, shipped, other, confirmed="yes", reason="Both")

    page = response.content.decode()
    other.refresh_from_db()
    assert "A parcel of the order has shipped" in page
    assert 'value="Both"' in page
    assert other.is_cancelled
    assert stock_left(lamp) == (3,)
