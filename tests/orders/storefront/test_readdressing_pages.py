"""The page that sends an order to another address."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from orders.addresses.book import save_address
from orders.cancellation import cancel_order
from orders.models import Address, Order
from tests.support.factories import given_stock
from tests.support.stories import ADDRESS, order_and_assign
from warehouses.fulfilment.picking import pick_warehouse_order, unpick_warehouse_order

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("conserved")]

NEW = ADDRESS | {"name": "Alice at work", "line1": "1000 Fourth Ave", "postal_code": "98104"}


@pytest.fixture
def shopper(client, alice):
    """Alice, in her browser."""
    client.force_login(alice)
    return client


@pytest.fixture
def placed(alice, seattle, lamp):
    """An order of alice that is assigned, and not picked."""
    given_stock({lamp: 5}, seattle)
    placed, _ = order_and_assign(alice, {lamp: 2})
    return placed


def url_of(placed) -> str:
    return reverse("orders:readdress", args=[placed.number])


def address_of(placed) -> dict[str, str]:
    return Order.objects.get(pk=placed.pk).shipping_address


def test_the_page_begins_with_the_address_of_the_order(shopper, placed):
    assertContains(shopper.get(placed.get_absolute_url()), url_of(placed))

    page = shopper.get(url_of(placed))

    assertContains(page, 'value="400 Broad St"')


def test_a_typed_address_is_used_and_kept(shopper, alice, placed):
    page = shopper.post(url_of(placed), NEW | {"keep": "on"}, follow=True)

    assertContains(page, "Your order goes to this address now.")
    assertContains(page, "1000 Fourth Ave")
    assertContains(page, "Shipping address changed")
    assert address_of(placed) == NEW
    assert placed.warehouse_orders.get().shipping_address == NEW
    assert Address.objects.get(customer=alice).line1 == "1000 Fourth Ave"


def test_a_typed_address_need_not_be_kept(shopper, placed):
    shopper.post(url_of(placed), NEW)

    assert address_of(placed) == NEW
    assert not Address.objects.exists()


def test_an_address_of_the_book_is_chosen(shopper, alice, placed):
    save_address(customer=alice, address=NEW)
    saved = Address.objects.get()

    assertContains(shopper.get(url_of(placed)), "Alice at work")
    shopper.post(url_of(placed), {"saved": saved.pk})

    assert address_of(placed) == NEW


def test_another_customers_saved_address_is_refused(shopper, bob, placed):
    save_address(customer=bob, address=NEW)

    page = shopper.post(url_of(placed), {"saved": Address.objects.get().pk})

    assert page.status_code == 422
    assert address_of(placed) == ADDRESS


@pytest.mark.parametrize(
    "change",
    [
        {"postal_code": "nonsense"},
        {"name": ""},
        {"line1": "\x00"},
        {"line1": "x" * 201},
        {"country": "XX"},
    ],
)
def test_an_invalid_address_shows_again_what_was_typed(shopper, placed, change):
    page = shopper.post(url_of(placed), NEW | {"city": "Tacoma"} | change)

    assertContains(page, "Something needs another look.", status_code=422)
    assertContains(page, 'value="Tacoma"', status_code=422)
    assert address_of(placed) == ADDRESS


def test_a_packed_order_keeps_its_address_and_says_why(shopper, placed):
    parcel = placed.warehouse_orders.get()
    pick_warehouse_order(warehouse_order_id=parcel.pk, assigned_to="Wanda")

    page = shopper.post(url_of(placed), NEW)

    assertContains(page, "It is too late to change the address", status_code=409)
    assertNotContains(page, url_of(placed), status_code=409)
    assertContains(shopper.get(url_of(placed)), "It is too late", status_code=409)
    assert address_of(placed) == ADDRESS


def test_an_unpacked_order_can_be_readdressed_again(shopper, placed):
    parcel = placed.warehouse_orders.get()
    pick_warehouse_order(warehouse_order_id=parcel.pk, assigned_to="Wanda")
    unpick_warehouse_order(warehouse_order_id=parcel.pk)

    shopper.post(url_of(placed), NEW)

    assert address_of(placed) == NEW


def test_a_cancelled_order_goes_nowhere(shopper, placed):
    cancel_order(order_id=placed.pk)

    page = shopper.post(url_of(placed), NEW)

    assertContains(page, "This order is cancelled, so it goes nowhere.", status_code=409)
    assert address_of(placed) == ADDRESS


def test_another_customers_order_is_not_found(client, mallory, placed):
    client.force_login(mallory)

    statuses = {
        client.get(url_of(placed)).status_code,
        client.post(url_of(placed), NEW).status_code,
    }

    assert statuses == {404}
    assert address_of(placed) == ADDRESS
