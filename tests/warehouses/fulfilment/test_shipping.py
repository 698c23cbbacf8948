"""Shipping with a carrier and a tracking number, and correcting them."""

import pytest

from orders.models import OrderNotification
from shop.core.authors import Author
from tests.support.factories import given_stock
from tests.support.stories import order_and_assign
from warehouses.exceptions import AlreadyShipped, NotShippedYet
from warehouses.fulfilment.shipping import correct_tracking, ship_warehouse_order
from warehouses.models import Carrier

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("conserved")]


@pytest.fixture
def ups():
    return Carrier.objects.create(name="UPS", tracking_url="https://ups.example/track/{tracking}")


@pytest.fixture
def parcel(alice, lamp, seattle):
    given_stock({lamp: 1}, seattle)
    _, [parcel] = order_and_assign(alice, {lamp: 1})
    return parcel


def ship(parcel, **fields):
    return ship_warehouse_order(warehouse_order_id=parcel.pk, **fields)


def correct(parcel, **fields):
    return correct_tracking(warehouse_order_id=parcel.pk, **fields)


def mails(kind: str) -> list[dict]:
    return [mail.details for mail in OrderNotification.objects.filter(kind=kind)]


def test_the_customer_gets_the_carriers_link(parcel, ups):
    shipped = ship(parcel, carrier="ups", tracking="1Z 9/9")

    [mail] = mails("shipped")
    assert shipped.tracking_url == "https://ups.example/track/1Z%209%2F9"
    assert (mail["carrier"], mail["tracking_url"]) == ("UPS", shipped.tracking_url)


def test_a_carrier_that_is_named_for_the_first_time_has_no_link(parcel):
    shipped = ship(parcel, carrier="Pony Express", tracking="77")

    assert (shipped.carrier, shipped.tracking_url) == (Carrier.objects.get(), "")


def test_shipping_again_with_the_same_content_changes_nothing(parcel, ups):
    ship(parcel, carrier="UPS", tracking="1Z")

    again = [ship(parcel, carrier="UPS", tracking="1Z"), ship(parcel)]

    assert [p.tracking for p in again] == ["1Z", "1Z"]
    assert len(mails("shipped")) == 1


@pytest.mark.parametrize("other", [{"tracking": "2Z"}, {"carrier": "DHL", "tracking": "1Z"}])
def test_shipping_again_with_other_content_is_refused(parcel, ups, other):
    ship(parcel, carrier="UPS", tracking="1Z")

    with pytest.raises(AlreadyShipped) as refusal:
        ship(parcel, **other)

    parcel.refresh_from_db()
    assert refusal.value.details() == {"carrier": "UPS", "tracking": "1Z"}
    assert (parcel.carrier, parcel.tracking) == (ups, "1Z")


def test_a_correction_is_told_once_and_kept_in_the_history(parcel, clerk, ups):
    ship(parcel, tracking="1Z")

    for _ in range(2):
        corrected = correct(parcel, carrier="UPS", tracking="2Z", author=Author(clerk))

    [mail] = mails("tracking")
    [change] = parcel.order.changes.filter(kind="tracking")
    assert (corrected.carrier, corrected.tracking) == (ups, "2Z")
    assert mail["tracking_url"] == "https://ups.example/track/2Z"
    assert (change.author, change.author_kind) == (clerk, "staff")


def test_a_correction_can_leave_a_part_as_it_is(parcel, ups):
    ship(parcel, carrier="UPS", tracking="1Z")

    corrected = correct(parcel, tracking="2Z")

    assert (corrected.carrier, corrected.tracking) == (ups, "2Z")


def test_what_has_not_shipped_has_nothing_to_correct(parcel):
    with pytest.raises(NotShippedYet):
        correct(parcel, tracking="1Z")
