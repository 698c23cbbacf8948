"""The page on which a customer asks to send units back, and what became of the requests."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from orders.models import ReturnRequest
from orders.returns import refuse_return, request_return
from tests.support.factories import ItemFactory, given_stock
from tests.support.stories import order, order_and_assign
from warehouses.fulfilment.shipping import ship_warehouse_order
from warehouses.inventory.returns import ReturnedUnits, receive_return
from warehouses.models import WarehouseOrder

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("conserved")]


@pytest.fixture
def shopper(client, alice):
    """Alice, in her browser."""
    client.force_login(alice)
    return client


@pytest.fixture
def shipped(alice, seattle, lamp):
    """An order of alice whose 2 lamps have left."""
    given_stock({lamp: 2}, seattle)
    placed, [parcel] = order_and_assign(alice, {lamp: 2})
    ship_warehouse_order(warehouse_order_id=parcel.pk)
    return placed


def url_of(placed) -> str:
    return reverse("orders:return", args=[placed.number])


def ship_long_ago(placed) -> None:
    """Move the shipping of an order's parcels 31 days into the past."""
    parcels = WarehouseOrder.objects.filter(order=placed)
    parcels.update(shipped_at=F("shipped_at") - timedelta(days=31))


def test_units_are_asked_back_and_listed_with_what_to_do(shopper, shipped, lamp):
    assertContains(shopper.get(shipped.get_absolute_url()), url_of(shipped))

    response = shopper.post(url_of(shipped), {f"item-{lamp.pk}": "1", "reason": "Too bright"})
    page = shopper.get(shipped.get_absolute_url())

    assertRedirects(response, f"{shipped.get_absolute_url()}#returns")
    assertContains(page, "We have your request.")
    assertContains(page, "Waiting for your parcel")
    assertContains(page, "Reason: Too bright")
    assertContains(page, f"send the parcel to us, with the number {shipped.number} on it")
    assert ReturnRequest.objects.get().lines.get().quantity == 1


@pytest.mark.parametrize("quantity", ["", "0", "-1", "3", "1.5", "x", "\x00", "9" * 5000])
def test_units_that_cannot_come_back_ask_for_nothing(shopper, shipped, lamp, quantity):
    page = shopper.post(url_of(shipped), {f"item-{lamp.pk}": quantity, "reason": "Too bright"})

    assertContains(page, "Something needs another look.", status_code=422)
    assertContains(page, 'value="Too bright"', status_code=422)
    assert not ReturnRequest.objects.exists()


@pytest.mark.parametrize("reason", ["x" * 501, "\x00"])
def test_an_invalid_reason_asks_for_nothing(shopper, shipped, lamp, reason):
    page = shopper.post(url_of(shipped), {f"item-{lamp.pk}": "1", "reason": reason})

    assert page.status_code == 422
    assert not ReturnRequest.objects.exists()


def test_more_than_was_sent_is_refused_with_the_number(shopper, shipped, lamp):
    page = shopper.post(url_of(shipped), {f"item-{lamp.pk}": "3"})

    assertContains(page, "Only 2 of these can be sent back.", status_code=422)


def test_the_same_units_cannot_be_asked_back_twice(shopper, shipped, lamp):
    fields = {f"item-{lamp.pk}": "2"}
    shopper.post(url_of(shipped), fields)

    again = shopper.post(url_of(shipped), fields)

    assertContains(again, "you have asked to send them back before", status_code=422)
    assert ReturnRequest.objects.count() == 1
    page = shopper.get(shipped.get_absolute_url())
    assertNotContains(page, url_of(shipped))


def test_a_form_that_is_sent_twice_asks_once(shopper, shipped, lamp):
    form = shopper.get(url_of(shipped)).context["form"]
    fields = {f"item-{lamp.pk}": "1", "seen": form["seen"].value()}
    shopper.post(url_of(shipped), fields)

    again = shopper.post(url_of(shipped), fields)
    fields["seen"] = again.context["form"]["seen"].value()
    chosen_again = shopper.post(url_of(shipped), fields)

    assertContains(again, "Your order has changed since you saw it.", status_code=409)
    assert chosen_again.status_code == 302
    assert ReturnRequest.objects.count() == 2


def test_units_of_another_order_are_refused(shopper, shipped, lamp):
    other = ItemFactory()

    page = shopper.post(url_of(shipped), {f"item-{lamp.pk}": "1", f"item-{other.pk}": "1"})

    assert page.status_code == 422
    assert not ReturnRequest.objects.exists()


def test_units_that_left_too_long_ago_are_refused_with_the_reason(shopper, shipped, lamp):
    ship_long_ago(shipped)

    page = shopper.get(url_of(shipped))
    refused = shopper.post(url_of(shipped), {f"item-{lamp.pk}": "1"})

    assertContains(page, "Too long ago to be sent back")
    assertNotContains(page, "<legend>")
    assertContains(refused, "left us more than 30 days ago", status_code=422)
    assert not ReturnRequest.objects.exists()


def test_of_two_parcels_only_the_late_one_is_in_time(shopper, alice, seattle, dallas, lamp):
    given_stock({lamp: 2}, seattle)
    given_stock({lamp: 1}, dallas)
    placed, parcels = order_and_assign(alice, {lamp: 3})
    for parcel in parcels:
        ship_warehouse_order(warehouse_order_id=parcel.pk)
    ship_long_ago(placed)
    recent = WarehouseOrder.objects.filter(order=placed, warehouse=dallas)
    recent.update(shipped_at=F("shipped_at") + timedelta(days=31))

    page = shopper.post(url_of(placed), {f"item-{lamp.pk}": "2"})

    assertContains(page, "Only 1 of these left our warehouses within 30 days", status_code=422)
    assert not ReturnRequest.objects.exists()


def test_nothing_of_an_order_that_has_not_left_can_come_back(shopper, alice, lamp):
    given_stock({lamp: 2})
    placed = order(alice, {lamp: 2})

    page = shopper.get(url_of(placed))
    refused = shopper.post(url_of(placed), {f"item-{lamp.pk}": "1"})

    assertContains(page, "Nothing of this order can be sent back now.")
    assert refused.status_code == 422
    assert not ReturnRequest.objects.exists()
    assertNotContains(shopper.get(placed.get_absolute_url()), url_of(placed))


def test_another_customers_order_is_not_found(client, mallory, shipped, lamp):
    client.force_login(mallory)

    got = client.get(url_of(shipped))
    posted = client.post(url_of(shipped), {f"item-{lamp.pk}": "1"})

    assert (got.status_code, posted.status_code) == (404, 404)
    assert not ReturnRequest.objects.exists()


def test_received_and_refused_returns_say_so(shopper, shipped, seattle, lamp):
    first = request_return(order_id=shipped.pk, quantities={lamp.pk: 1})
    units = {lamp.pk: ReturnedUnits(sellable=1)}
    receive_return(return_id=first.pk, warehouse=seattle, units=units)
    second = request_return(order_id=shipped.pk, quantities={lamp.pk: 1})
    refuse_return(return_id=second.pk, reason="It was used")

    page = shopper.get(shipped.get_absolute_url())

    assertContains(page, "All of it is here.")
    assertContains(page, "We cannot take it back: It was used")
    assertContains(page, "2 ordered, 1 returned, to pay $49.95")


def test_a_return_that_arrived_in_part_says_what_is_missing(shopper, shipped, seattle, lamp):
    request = request_return(order_id=shipped.pk, quantities={lamp.pk: 2})
    units = {lamp.pk: ReturnedUnits(damaged=1)}
    receive_return(return_id=request.pk, warehouse=seattle, units=units)

    partly = shopper.get(shipped.get_absolute_url())
    refuse_return(return_id=request.pk, reason="The other was used")
    closed = shopper.get(shipped.get_absolute_url())

    assertContains(partly, "(1 received)")
    assertContains(partly, "Some of it has not arrived yet.")
    assertContains(closed, "We cannot take back the rest: The other was used")


def test_the_page_takes_as_many_queries_for_many_lines_as_for_one(
    shopper, alice, seattle, django_assert_max_num_queries
):
    items = ItemFactory.create_batch(8)
    given_stock(dict.fromkeys(items, 2), seattle)
    placed, [parcel] = order_and_assign(alice, dict.fromkeys(items, 2))
    ship_warehouse_order(warehouse_order_id=parcel.pk)
    for item in items:
        request_return(order_id=placed.pk, quantities={item.pk: 1})

    with django_assert_max_num_queries(14):
        shopper.get(url_of(placed))
    with django_assert_max_num_queries(18):
        shopper.get(placed.get_absolute_url())
