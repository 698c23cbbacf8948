"""Pages of a customer's orders."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from orders.storefront.forms import CancelItemsForm
from tests.support.factories import ItemFactory, given_stock, stock_left
from tests.support.stories import order, order_and_assign
from warehouses.fulfilment.shipping import ship_warehouse_order

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("conserved")]


@pytest.fixture
def shopper(client, alice):
    """Alice, in her browser."""
    client.force_login(alice)
    return client


def test_the_list_has_only_own_orders_newest_first(shopper, alice, bob, lamp):
    given_stock({lamp: 10})
    first, second = order(alice, {lamp: 1}), order(alice, {lamp: 2})
    theirs = order(bob, {lamp: 3})

    page = shopper.get("/orders/")

    assert list(page.context["page"]) == [second, first]
    assertNotContains(page, theirs.number)


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 5000, "%00"])
def test_an_invalid_page_number_shows_a_page(shopper, page):
    assert shopper.get(f"/orders/?page={page}").status_code == 200


def test_an_order_page_shows_parcels_and_events(shopper, alice, seattle, dallas, lamp, rug):
    given_stock({lamp: 10}, seattle)
    given_stock({rug: 10}, dallas)
    placed, parcels = order_and_assign(alice, {lamp: 1, rug: 2})
    ship_warehouse_order(warehouse_order_id=parcels[0].pk, tracking="1Z999")

    page = shopper.get(placed.get_absolute_url())

    assertContains(page, "Partly on its way")
    assertContains(page, "Parcel 2 of 2")
    assertContains(page, "From Seattle")
    assertContains(page, "1Z999")
    assertContains(page, "Parcel 1 of 2 handed to the carrier")
    assertNotContains(page, "Cancel the whole order")


def test_another_customers_order_is_not_found(client, alice, mallory, lamp):
    given_stock({lamp: 10})
    theirs = order(alice, {lamp: 1})
    client.force_login(mallory)

    responses = [
        client.get(theirs.get_absolute_url()),
        client.post(reverse("orders:cancel", args=[theirs.number])),
        client.post(reverse("orders:cancel-items", args=[theirs.number])),
    ]

    assert {response.status_code for response in responses} == {404}
    assert stock_left(lamp) == (9,)


def test_a_whole_order_is_cancelled_with_a_reason(shopper, alice, lamp):
    given_stock({lamp: 10})
    placed = order(alice, {lamp: 3})
    url = reverse("orders:cancel", args=[placed.number])

    page = shopper.post(url, {"reason": "Ordered twice"}, follow=True)
    again = shopper.post(url, follow=True)

    assertContains(page, "Your order is cancelled.")
    assertContains(page, "Ordered twice")
    assert again.status_code == 200
    assert stock_left(lamp) == (10,)


@pytest.mark.parametrize("reason", ["\x00", "x" * 501])
def test_an_invalid_reason_cancels_nothing(shopper, alice, lamp, reason):
    given_stock({lamp: 10})
    placed = order(alice, {lamp: 3})

    page = shopper.post(reverse("orders:cancel", args=[placed.number]), {"reason": reason})

    assert page.status_code == 422
    assert stock_left(lamp) == (7,)


def test_single_units_are_cancelled(shopper, alice, lamp, rug):
    given_stock({lamp: 10, rug: 10})
    placed, _ = order_and_assign(alice, {lamp: 3, rug: 1})
    url = reverse("orders:cancel-items", args=[placed.number])

    fields = {f"item-{lamp.pk}": "2", f"item-{rug.pk}": "0", "reason": "Too many"}
    page = shopper.post(url, fields, follow=True)

    assertContains(page, "Those items are cancelled.")
    assertContains(page, "Reason: Too many")
    assertContains(page, "2 cancelled")
    assert stock_left(lamp, rug) == (9, 9)


def test_short_units_can_be_cancelled_too(shopper, alice, lamp):
    given_stock({lamp: 10})
    placed = order(alice, {lamp: 3})
    line = placed.lines.get()

    line.short_quantity = 2
    whole = CancelItemsForm(lines=[line]).fields[f"item-{lamp.pk}"]
    line.cancelled_quantity, line.short_quantity = 1, 2
    rest = CancelItemsForm(lines=[line]).fields[f"item-{lamp.pk}"]
    line.cancelled_quantity, line.short_quantity = 3, 0
    nothing = CancelItemsForm(lines=[line])

    assert (whole.max_value, rest.max_value, nothing.lines) == (3, 2, {})


@pytest.mark.parametrize("quantity", ["", "0", "-1", "4", "x", "9" * 5000, "\x00", "1.5"])
def test_units_that_cannot_be_cancelled_change_nothing(shopper, alice, lamp, quantity):
    given_stock({lamp: 10})
    placed = order(alice, {lamp: 3})
    url = reverse("orders:cancel-items", args=[placed.number])

    page = shopper.post(url, {f"item-{lamp.pk}": quantity})

    assert page.status_code == 422
    assert stock_left(lamp) == (7,)


def test_a_shipped_order_cannot_be_cancelled(shopper, alice, lamp):
    given_stock({lamp: 10})
    placed, (parcel,) = order_and_assign(alice, {lamp: 3})
    ship_warehouse_order(warehouse_order_id=parcel.pk)

    for name in ("cancel", "cancel-items"):
        url = reverse(f"orders:{name}", args=[placed.number])
        page = shopper.post(url, {f"item-{lamp.pk}": "1"}, follow=True)
        assertContains(page, "It is too late")
    assert stock_left(lamp) == (7,)


def test_the_list_takes_as_many_queries_for_many_orders_as_for_one(
    shopper, alice, django_assert_max_num_queries
):
    items = ItemFactory.create_batch(3)
    given_stock(dict.fromkeys(items, 50))
    for _ in range(8):
        order(alice, dict.fromkeys(items, 1))

    with django_assert_max_num_queries(8):
        shopper.get("/orders/")


def test_an_order_takes_as_many_queries_for_many_parcels_as_for_one(
    shopper, alice, seattle, dallas, django_assert_max_num_queries
):
    items = ItemFactory.create_batch(6)
    given_stock(dict.fromkeys(items[:3], 5), seattle)
    given_stock(dict.fromkeys(items[3:], 5), dallas)
    placed, _ = order_and_assign(alice, dict.fromkeys(items, 1))

    with django_assert_max_num_queries(11):
        shopper.get(placed.get_absolute_url())


def test_buying_again_adds_as_many_units_as_are_left(client, alice, lamp, rug):
    given_stock({lamp: 5, rug: 3})
    placed = order(alice, {lamp: 3, rug: 2})
    client.force_login(alice)

    page = client.post(f"/orders/{placed.number}/buy-again/", follow=True)

    assert {line.item: line.quantity for line in alice.cart.lines.all()} == {lamp: 2, rug: 1}
    assertContains(page, "together you wanted 3, but only 2 can be had")


def test_another_customers_order_cannot_be_bought_again(client, alice, mallory, lamp):
    given_stock({lamp: 5})
    placed = order(alice, {lamp: 3})
    client.force_login(mallory)

    assert client.post(f"/orders/{placed.number}/buy-again/").status_code == 404
