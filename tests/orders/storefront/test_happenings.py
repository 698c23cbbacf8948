"""The timeline of an order's page, in the customer's words."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from orders.cancellation import cancel_items, cancel_order
from orders.models import Order
from orders.state.timeline import read_progress
from orders.storefront.happenings import Happening, describe_timeline
from shop.core.authors import Author
from tests.support.eventful_order import eventful_order
from tests.support.factories import UserFactory, given_stock
from tests.support.stories import order, order_and_assign
from warehouses.fulfilment.shipping import ship_warehouse_order
from warehouses.models import Carrier

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("conserved")]


def happenings_of(placed: Order) -> list[Happening]:
    return describe_timeline(read_progress(Order.objects.get(pk=placed.pk)))


def test_each_change_has_a_label_and_its_author_in_words(alice, clerk):
    told = [
        (str(entry.label), str(entry.author))
        for entry in happenings_of(eventful_order(alice, clerk))
    ]

    assert told == [
        ("Order placed", "by you"),
        ("Warehouse chosen for parcel 1 of 3", "by the shop"),
        ("Shipping address changed", "by you"),
        ("Cancelled in part", "by you"),
        ("Warehouse chosen for parcel 2 of 3", "by our staff"),
        ("Moved to another warehouse", "by our staff"),
        ("Parcel 1 of 3 packed", "by our staff"),
        ("Could not be found yet; you are first in line", "by the shop"),
        ("Parcel 1 of 3 handed to the carrier", "by our staff"),
        ("Tracking of parcel 1 of 3 corrected", "by our staff"),
        ("There again, and set aside for you", "by the shop"),
        ("Warehouse chosen for parcel 3 of 3", "by the shop"),
        ("Came back to us", "by our staff"),
    ]


def test_changes_of_lines_name_their_units(alice, clerk):
    entries = happenings_of(eventful_order(alice, clerk))

    units = {str(e.label): [(i.name, i.quantity) for i in e.items] for e in entries if e.items}
    assert units == {
        "Cancelled in part": [("Wool rug, 170 × 240 cm, hand-knotted", 1)],
        "Could not be found yet; you are first in line": [
            ("Brass desk lamp with a linen shade", 2)
        ],
        "There again, and set aside for you": [("Brass desk lamp with a linen shade", 1)],
        "Came back to us": [("Brass desk lamp with a linen shade", 1)],
    }


def test_reasons_of_people_are_told_and_notes_of_the_shop_are_not(alice, clerk):
    entries = happenings_of(eventful_order(alice, clerk))

    assert [entry.reason for entry in entries if entry.reason] == [
        "One is enough after all",
        "Dallas is snowed in",
        "The shade is torn",
    ]


def test_the_last_cancellation_of_a_cancelled_order_is_of_the_whole(alice, lamp):
    given_stock({lamp: 3})
    placed = order(alice, {lamp: 3})
    cancel_items(order_id=placed.pk, quantities={lamp.pk: 1})
    cancel_order(order_id=placed.pk)

    labels = [str(entry.label) for entry in happenings_of(placed)]

    assert labels == ["Order placed", "Cancelled in part", "Order cancelled"]


def test_a_customer_never_sees_a_name_of_staff(client, alice):
    clerk = UserFactory(email="wilma.warehouse@example.com", is_staff=True)
    placed = eventful_order(alice, clerk)
    cancel = {"reason": "", "author": Author(clerk, token="Wilma's token")}
    cancel_items(
        order_id=placed.pk,
        quantities={line.item_id: 1 for line in placed.lines.all() if line.owed_quantity},
        **cancel,
    )
    client.force_login(alice)

    page = client.get(placed.get_absolute_url())

    for name in ("wilma", "Wilma", "Wanda"):
        assertNotContains(page, name)


@pytest.mark.parametrize(
    ("pattern", "is_linked"),
    [
        ("https://example.com/{tracking}", True),
        ("http://example.com/{tracking}", True),
        ("javascript:alert({tracking})", False),
        ("//example.com/{tracking}", False),
        ("", False),
    ],
)
def test_only_web_addresses_become_links_to_the_carrier(
    client, alice, seattle, lamp, pattern, is_linked
):
    Carrier.objects.create(name="Swift & Sons", tracking_url=pattern)
    given_stock({lamp: 1}, seattle)
    placed, [parcel] = order_and_assign(alice, {lamp: 1})
    ship_warehouse_order(warehouse_order_id=parcel.pk, carrier="Swift & Sons", tracking='1"<Z>')
    client.force_login(alice)

    page = client.get(placed.get_absolute_url())

    assertContains(page, "Swift &amp; Sons")
    assertContains(page, "1&quot;&lt;Z&gt;")
    assertContains(page, 'rel="noopener"', count=int(is_linked))
    assertNotContains(page, "javascript:")


def test_the_estimated_arrival_stays_after_the_parcel_has_left(client, alice, seattle, lamp):
    given_stock({lamp: 1}, seattle)
    placed, [parcel] = order_and_assign(alice, {lamp: 1})
    client.force_login(alice)

    before = client.get(placed.get_absolute_url())
    ship_warehouse_order(warehouse_order_id=parcel.pk)
    after = client.get(placed.get_absolute_url())

    assertContains(before, "Arrives ")
    assertContains(after, "Arrives ")
