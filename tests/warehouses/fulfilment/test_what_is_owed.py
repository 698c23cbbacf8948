"""What is owed after the first parcel: known, first in line, and never a dead end.

The tests named after issues of other shops tell the same story there.
"""

import pytest

from orders.cancellation import cancel_items, cancel_order
from orders.exceptions import NotThatMany, OrderAlreadyShipped
from orders.models import Order, OrderNotification
from shop.core.authors import THE_SHOP, Author
from tests.support.factories import given_stock, stock_left
from tests.support.stories import let_the_workers_act, order, order_and_assign, shipping_codes
from warehouses.fulfilment.picking import pick_warehouse_order, unpick_warehouse_order
from warehouses.fulfilment.shipping import ship_warehouse_order
from warehouses.inventory.adjustments import discard_stock, recount_stock
from warehouses.inventory.receiving import receive_stock
from warehouses.inventory.warehouses import close_warehouse
from warehouses.models import Shortfall

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("conserved")]

Kind = OrderNotification.Kind


@pytest.fixture
def lamp_has_left(alice, lamp, rug, seattle, dallas) -> Order:
    """An order of a lamp, which has shipped from Seattle, and of a rug, in Dallas."""
    given_stock({lamp: 1}, seattle)
    given_stock({rug: 1}, dallas)
    placed, parcels = order_and_assign(alice, {lamp: 1, rug: 1})
    [in_seattle] = [parcel for parcel in parcels if parcel.warehouse == seattle]
    ship_warehouse_order(warehouse_order_id=in_seattle.pk)
    return placed


def read(placed: Order) -> Order:
    return Order.objects.get(pk=placed.pk)


def kinds_of(placed: Order) -> list[str]:
    """Return the kinds of an order's history, oldest first."""
    return list(placed.changes.values_list("kind", flat=True))


def test_an_order_with_a_lost_unit_is_not_shipped(lamp_has_left, rug, dallas):
    discard_stock(warehouse=dallas, item=rug, quantity=1)
    let_the_workers_act()

    placed = read(lamp_has_left)
    line = placed.lines.get(item=rug)
    assert placed.status == "partially_shipped"
    assert (line.short_quantity, line.owed_quantity) == (1, 1)
    assert placed.due == placed.price


def test_the_next_unit_that_arrives_goes_to_the_first_in_line(lamp_has_left, bob, rug, dallas):
    discard_stock(warehouse=dallas, item=rug, quantity=1)
    let_the_workers_act()

    receive_stock(warehouse=dallas, item=rug, quantity=2)
    let_the_workers_act()

    assert stock_left(rug) == (1,)
    assert shipping_codes(lamp_has_left) == ["DAL1"]
    assert kinds_of(lamp_has_left) == ["shipped", "short", "made_good"]


def test_short_units_of_several_orders_are_made_good_in_their_order(alice, bob, lamp, seattle):
    given_stock({lamp: 4}, seattle)
    first, second = order(alice, {lamp: 2}), order(bob, {lamp: 2})
    let_the_workers_act()
    discard_stock(warehouse=seattle, item=lamp, quantity=4)
    let_the_workers_act()

    receive_stock(warehouse=seattle, item=lamp, quantity=3)
    let_the_workers_act()

    assert [o.lines.get().short_quantity for o in (first, second)] == [0, 1]
    assert [read(o).status for o in (first, second)] == ["assigned", "submitted"]


def test_a_short_unit_can_be_cancelled_after_the_first_parcel(lamp_has_left, rug, dallas):
    discard_stock(warehouse=dallas, item=rug, quantity=1)
    let_the_workers_act()

    cancel_items(order_id=lamp_has_left.pk, quantities={rug.pk: 1})

    placed = read(lamp_has_left)
    assert (placed.status, str(placed.due)) == ("shipped", "49.95")
    assert stock_left(rug) == (0,)


@pytest.mark.parametrize("how", ["discarded", "counted", "closed"])
def test_nothing_stays_open_for_a_part_shipped_order(lamp_has_left, rug, dallas, how):
    if how == "counted":
        recount_stock(warehouse=dallas, item=rug, physical_stock=0, expected=1)
    elif how == "discarded":
        discard_stock(warehouse=dallas, item=rug, quantity=1)
    else:
        close_warehouse(warehouse_id=dallas.pk)
    let_the_workers_act()

    assert not Shortfall.objects.filter(resolved_at=None).exists()
    assert read(lamp_has_left).status == "partially_shipped"


# A unit that is missing from a picked parcel


@pytest.fixture
def rug_is_missing(lamp_has_left, rug, dallas):
    """Return the picked parcel of which a count does not find the rug."""
    [parcel] = lamp_has_left.warehouse_orders.open()
    pick_warehouse_order(warehouse_order_id=parcel.pk, assigned_to="Truck 7")
    recount_stock(warehouse=dallas, item=rug, physical_stock=0, expected=1)
    let_the_workers_act()
    return parcel


def test_a_missing_unit_of_a_picked_parcel_waits_for_its_picker(rug_is_missing):
    shortfall = Shortfall.objects.get()

    assert shortfall.resolved_at is None
    assert (shortfall.missing, shortfall.picked_parcel) == (1, rug_is_missing)


def test_a_short_pick_of_a_picked_parcel_ends_the_wait(rug_is_missing, lamp_has_left, rug):
    pick_warehouse_order(
        warehouse_order_id=rug_is_missing.pk, assigned_to="Truck 7", found={rug.pk: 0}
    )
    let_the_workers_act()

    placed = read(lamp_has_left)
    assert Shortfall.objects.filter(resolved_at=None).count() == 0
    assert (placed.status, placed.lines.get(item=rug).short_quantity) == ("partially_shipped", 1)


def test_unpicking_ends_the_wait(rug_is_missing, lamp_has_left, rug):
    unpick_warehouse_order(warehouse_order_id=rug_is_missing.pk)
    let_the_workers_act()

    assert Shortfall.objects.filter(resolved_at=None).count() == 0
    assert lamp_has_left.lines.get(item=rug).short_quantity == 1


def test_cancelling_the_missing_unit_ends_the_wait(rug_is_missing, lamp_has_left, rug):
    cancel_items(order_id=lamp_has_left.pk, quantities={rug.pk: 1})
    let_the_workers_act()

    assert Shortfall.objects.filter(resolved_at=None).count() == 0
    assert read(lamp_has_left).status == "shipped"
    assert stock_left(rug) == (0,)


# What has not left can be cancelled


def test_the_whole_order_is_not_cancelled_after_the_first_parcel(lamp_has_left):
    with pytest.raises(OrderAlreadyShipped):
        cancel_order(order_id=lamp_has_left.pk)

    assert kinds_of(lamp_has_left) == ["shipped"]


@pytest.mark.parametrize("is_picked", [False, True])
def test_magento_29698_the_remainder_is_cancelled_and_not_owed(lamp_has_left, rug, is_picked):
    [parcel] = lamp_has_left.warehouse_orders.open()
    if is_picked:
        pick_warehouse_order(warehouse_order_id=parcel.pk, assigned_to="Truck 7")

    cancel_items(order_id=lamp_has_left.pk, quantities={rug.pk: 1})

    placed = read(lamp_has_left)
    assert (placed.status, str(placed.price), str(placed.due)) == ("shipped", "169.95", "49.95")
    assert stock_left(rug) == (1,)


def test_vendure_1558_units_that_have_shipped_are_not_the_cancelled_ones(
    alice, lamp, seattle, dallas
):
    given_stock({lamp: 2}, seattle)
    given_stock({lamp: 1}, dallas)
    placed, parcels = order_and_assign(alice, {lamp: 3})
    [in_seattle] = [parcel for parcel in parcels if parcel.warehouse == seattle]
    ship_warehouse_order(warehouse_order_id=in_seattle.pk)

    with pytest.raises(NotThatMany) as refusal:
        cancel_items(order_id=placed.pk, quantities={lamp.pk: 2})
    cancel_items(order_id=placed.pk, quantities={lamp.pk: 1})

    line = placed.lines.get()
    assert refusal.value.left == 1
    assert (line.shipped_quantity, line.cancelled_quantity, line.owed_quantity) == (2, 1, 0)
    assert read(placed).status == "shipped"


def test_spree_2246_a_cancelled_rest_leaves_the_shipped_parcel_as_it_is(lamp_has_left, rug):
    cancel_items(order_id=lamp_has_left.pk, quantities={rug.pk: 1})

    statuses = lamp_has_left.warehouse_orders.order_by("pk").values_list("status", flat=True)
    assert sorted(statuses) == ["cancelled", "shipped"]
    assert lamp_has_left.warehouse_orders.get(status="shipped").lines.get().quantity == 1


def test_medusa_5457_some_units_of_an_order_can_be_cancelled_before_it_ships(alice, lamp, seattle):
    given_stock({lamp: 4}, seattle)
    placed, _ = order_and_assign(alice, {lamp: 4})

    cancel_items(order_id=placed.pk, quantities={lamp.pk: 3}, reason="Too many")

    line = read(placed).lines.get()
    assert (line.owed_quantity, str(line.due), str(line.line_total)) == (1, "49.95", "199.80")
    assert str(read(placed).due) == "49.95"
    [mail] = OrderNotification.objects.filter(kind=Kind.ITEMS_CANCELLED)
    assert mail.details["items"] == [{"name": lamp.name, "quantity": 3}]


def test_cancelling_every_line_by_unit_cancels_the_order(alice, lamp, rug, seattle):
    given_stock({lamp: 1, rug: 2}, seattle)
    placed, _ = order_and_assign(alice, {lamp: 1, rug: 2})

    cancel_items(order_id=placed.pk, quantities={lamp.pk: 1, rug.pk: 2})

    assert (read(placed).status, str(read(placed).due)) == ("cancelled", "0.00")
    assert OrderNotification.objects.filter(kind=Kind.CANCELLED).count() == 1


# The author


def test_the_history_names_who_cancelled(alice, clerk, lamp, seattle):
    given_stock({lamp: 6}, seattle)
    placed, _ = order_and_assign(alice, {lamp: 6})

    for author in (Author(alice), Author(clerk, token="ERP"), THE_SHOP):
        cancel_items(order_id=placed.pk, quantities={lamp.pk: 1}, author=author, reason="Why not")

    changes = placed.changes.values_list("author_kind", "author", "token", "reason")
    assert list(changes) == [
        ("customer", alice.pk, "", "Why not"),
        ("staff", clerk.pk, "ERP", "Why not"),
        ("system", None, "", "Why not"),
    ]
