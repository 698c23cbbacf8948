"""What is due, and what became of the units, on the pages of orders."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from orders.cancellation import cancel_items
from orders.models import Order
from orders.returns import request_return
from tests.support.eventful_order import eventful_order
from tests.support.factories import ItemFactory, given_stock
from tests.support.stories import order, order_and_assign
from warehouses.fulfilment.picking import pick_warehouse_order
from warehouses.fulfilment.shipping import ship_warehouse_order
from warehouses.inventory.returns import ReturnedUnits, receive_return
from warehouses.inventory.shortfalls import resolve_shortfall

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("conserved")]


@pytest.fixture
def shopper(client, alice):
    """Alice, in her browser."""
    client.force_login(alice)
    return client


def test_an_untouched_order_has_its_price_to_pay(shopper, alice, lamp):
    given_stock({lamp: 5})
    placed = order(alice, {lamp: 2})

    page = shopper.get(placed.get_absolute_url())

    assertContains(page, "2 ordered, to pay $99.90")
    assertContains(page, "2 still to come")
    assertNotContains(page, "<s>")


def test_page_and_list_tell_the_same_money_due(shopper, alice, lamp, rug):
    given_stock({lamp: 5, rug: 5})
    placed = order(alice, {lamp: 3, rug: 1})
    cancel_items(order_id=placed.pk, quantities={lamp.pk: 2})

    for path in (placed.get_absolute_url(), "/orders/"):
        assertContains(shopper.get(path), "4 ordered, 2 cancelled, to pay $169.95")
    assert (
        Order.objects.get().due == Order.objects.get().price - Order.objects.get().cancelled_total
    )


def test_every_state_of_units_is_told(shopper, alice, clerk):
    placed = eventful_order(alice, clerk)

    page = shopper.get(placed.get_absolute_url())

    assertContains(page, "8 ordered, 1 cancelled, 1 returned, to pay $355.30")
    for phrase in (
        "3 shipped",
        "1 returned",
        "1 still to come",
        "1 cancelled",
        "1 could not be found yet; you are first in line for the next that arrive",
    ):
        assertContains(page, phrase)
    assertNotContains(page, "could not be sent")


def test_the_units_of_an_order_are_those_of_its_lines(alice, clerk):
    counts = eventful_order(alice, clerk).unit_counts

    assert counts._asdict() == {
        "ordered": 8,
        "cancelled": 1,
        "shipped": 4,
        "returned": 1,
        "short": 1,
        "coming": 2,
    }
    assert counts.kept == 6


def test_an_order_that_only_waits_for_short_units_says_so(shopper, alice, lamp):
    given_stock({lamp: 2})
    placed, [parcel] = order_and_assign(alice, {lamp: 2})
    pick_warehouse_order(warehouse_order_id=parcel.pk, assigned_to="Wanda", found={lamp.pk: 0})
    resolve_shortfall(item_id=lamp.pk)

    page = shopper.get(placed.get_absolute_url())

    assertContains(page, "You are first in line for the next that arrive.")
    assertContains(page, "2 could not be found yet")
    assertNotContains(page, "Wanda")


def test_an_order_that_came_back_whole_is_sent_back(shopper, alice, seattle, lamp):
    given_stock({lamp: 2}, seattle)
    placed, [parcel] = order_and_assign(alice, {lamp: 2})
    ship_warehouse_order(warehouse_order_id=parcel.pk)
    request = request_return(order_id=placed.pk, quantities={lamp.pk: 2})
    units = {lamp.pk: ReturnedUnits(sellable=2)}
    receive_return(return_id=request.pk, warehouse=seattle, units=units)

    for path in (placed.get_absolute_url(), "/orders/"):
        page = shopper.get(path)
        assertContains(page, "Sent back")
        assertContains(page, "2 ordered, 2 returned, to pay $0.00")


def test_pages_take_as_many_queries_for_much_as_for_little(
    shopper, alice, clerk, django_assert_max_num_queries
):
    items = ItemFactory.create_batch(6)
    eventful = eventful_order(alice, clerk)
    given_stock(dict.fromkeys(items, 9))
    for _ in range(5):
        placed = order(alice, dict.fromkeys(items, 1))
        cancel_items(order_id=placed.pk, quantities={items[0].pk: 1})

    with django_assert_max_num_queries(8):
        shopper.get("/orders/")
    with django_assert_max_num_queries(18):
        shopper.get(eventful.get_absolute_url())
