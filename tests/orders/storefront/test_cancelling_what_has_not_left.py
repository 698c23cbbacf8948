"""Cancelling on the page of an order what has not left, also after the first parcel."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from orders.cancellation import cancel_items
from tests.support.factories import given_stock, stock_left
from tests.support.stories import order, order_and_assign
from warehouses.fulfilment.picking import pick_warehouse_order
from warehouses.fulfilment.shipping import ship_warehouse_order

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("conserved")]


@pytest.fixture
def shopper(client, alice):
    """Alice, in her browser."""
    client.force_login(alice)
    return client


@pytest.fixture
def partly_shipped(alice, seattle, dallas, lamp, rug):
    """An order whose 3 lamps have left, and whose 2 rugs have not."""
    given_stock({lamp: 3}, seattle)
    given_stock({rug: 2}, dallas)
    placed, parcels = order_and_assign(alice, {lamp: 3, rug: 2})
    [parcel] = [parcel for parcel in parcels if parcel.warehouse_id == seattle.pk]
    ship_warehouse_order(warehouse_order_id=parcel.pk)
    return placed


def url_of(placed) -> str:
    return reverse("orders:cancel-items", args=[placed.number])


def test_only_units_that_have_not_left_are_offered(shopper, partly_shipped, lamp, rug):
    page = shopper.get(partly_shipped.get_absolute_url())

    assertContains(page, "Cancel what has not left")
    assertContains(page, f'name="item-{rug.pk}"')
    assertNotContains(page, f'name="item-{lamp.pk}"')
    assertNotContains(page, "Cancel the whole order")


def test_what_has_not_left_is_cancelled(shopper, partly_shipped, rug):
    page = shopper.post(url_of(partly_shipped), {f"item-{rug.pk}": "2"}, follow=True)

    assertContains(page, "Those items are cancelled.")
    assertContains(page, "5 ordered, 2 cancelled, to pay $149.85")
    assertContains(page, "Everything that you did not cancel has left our warehouses.")
    assert stock_left(rug) == (2,)


def test_the_whole_of_it_cannot_be_cancelled_any_more(shopper, partly_shipped, rug):
    url = reverse("orders:cancel", args=[partly_shipped.number])

    page = shopper.post(url, follow=True)

    assertContains(page, "Some of it has left our warehouses already.")
    assert stock_left(rug) == (0,)


@pytest.mark.parametrize("quantity", ["3", "-1", "1.5", "x", "\x00", "9" * 5000])
def test_a_refused_form_shows_again_what_was_typed(shopper, partly_shipped, rug, quantity):
    fields = {f"item-{rug.pk}": quantity, "reason": "Moved house"}

    page = shopper.post(url_of(partly_shipped), fields)

    assert page.status_code == 422
    assertContains(page, "Something needs another look.", status_code=422)
    assertContains(page, 'value="Moved house"', status_code=422)
    assert stock_left(rug) == (0,)


def test_too_many_units_are_refused_with_their_number(shopper, partly_shipped, rug):
    page = shopper.post(url_of(partly_shipped), {f"item-{rug.pk}": "3"})

    assertContains(page, "Only 2 of these have not left yet", status_code=422)
    assertContains(page, 'value="3"', status_code=422)


def test_units_that_have_left_refuse_the_others_too(shopper, partly_shipped, lamp, rug):
    page = shopper.post(url_of(partly_shipped), {f"item-{lamp.pk}": "1", f"item-{rug.pk}": "1"})

    assertContains(page, "Some of these have left our warehouses", status_code=422)
    assert stock_left(rug) == (0,)


@pytest.mark.parametrize("name", ["item-999999999", "item-x", "item-", "item-\x00"])
def test_an_item_that_is_not_in_the_order_cancels_nothing(shopper, partly_shipped, rug, name):
    page = shopper.post(url_of(partly_shipped), {name: "1", f"item-{rug.pk}": "1"})

    assert page.status_code == 422
    assert stock_left(rug) == (0,)


def test_an_item_that_is_named_twice_cancels_nothing(shopper, partly_shipped, rug):
    page = shopper.post(url_of(partly_shipped), {f"item-{rug.pk}": ["1", "2"]})

    assertContains(page, "Say only once how many", status_code=422)
    assert stock_left(rug) == (0,)


def test_a_form_that_is_sent_twice_cancels_once(shopper, partly_shipped, rug):
    page = shopper.get(partly_shipped.get_absolute_url())
    seen = page.context["items_form"]["seen"].value()
    fields = {f"item-{rug.pk}": "1", "seen": seen, "reason": "Too many"}

    shopper.post(url_of(partly_shipped), fields)
    again = shopper.post(url_of(partly_shipped), fields)

    assertContains(again, "Your order has changed since you saw it.", status_code=409)
    assertContains(again, 'value="Too many"', status_code=409)
    assert again.context["items_form"]["seen"].value() != seen
    assert stock_left(rug) == (1,)


def test_a_form_that_is_shown_again_can_be_sent(shopper, alice, lamp):
    given_stock({lamp: 5})
    placed = order(alice, {lamp: 3})
    cancel_items(order_id=placed.pk, quantities={lamp.pk: 1})
    fields = {f"item-{lamp.pk}": "1", "seen": "an-old-one"}

    refused = shopper.post(url_of(placed), fields)
    seen = refused.context["items_form"]["seen"].value()
    page = shopper.post(url_of(placed), fields | {"seen": seen}, follow=True)

    assert refused.status_code == 409
    assertContains(page, "3 ordered, 2 cancelled, to pay $49.95")


def test_a_parcel_that_is_picked_meanwhile_refuses_no_cancellation(shopper, alice, seattle, lamp):
    given_stock({lamp: 2}, seattle)
    placed, [parcel] = order_and_assign(alice, {lamp: 2})
    page = shopper.get(placed.get_absolute_url())
    pick_warehouse_order(warehouse_order_id=parcel.pk, assigned_to="Wanda")

    fields = {f"item-{lamp.pk}": "1", "seen": page.context["items_form"]["seen"].value()}
    page = shopper.post(url_of(placed), fields, follow=True)

    assertContains(page, "2 ordered, 1 cancelled, to pay $49.95")


def test_nothing_is_offered_once_all_has_left(shopper, alice, seattle, lamp):
    given_stock({lamp: 1}, seattle)
    placed, [parcel] = order_and_assign(alice, {lamp: 1})
    ship_warehouse_order(warehouse_order_id=parcel.pk)

    page = shopper.get(placed.get_absolute_url())

    assertNotContains(page, "Changed your mind?")
