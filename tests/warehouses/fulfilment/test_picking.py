"""Short picks, unpicking, and two pickers of one parcel."""

import pytest

from orders.cancellation import cancel_order
from orders.exceptions import NotThatMany
from orders.models import Order
from shop.core.authors import Author
from tests.support.factories import given_stock, stock_left
from tests.support.stories import let_the_workers_act, order_and_assign, shipping_codes
from warehouses.exceptions import AlreadyPicked, OrderCancelled, WarehouseOrderShipped
from warehouses.fulfilment.picking import pick_warehouse_order, unpick_warehouse_order
from warehouses.fulfilment.shipping import ship_warehouse_order
from warehouses.inventory.adjustments import recount_stock
from warehouses.models import StockMovement, WarehouseOrder, WarehouseStock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("conserved")]


def pick(parcel: WarehouseOrder, found: dict | None = None, name="Truck 7", **fields):
    by_id = {item.pk: quantity for item, quantity in (found or {}).items()}
    return pick_warehouse_order(
        warehouse_order_id=parcel.pk, assigned_to=name, found=by_id, **fields
    )


def test_solidus_short_ship_what_was_not_found_is_counted_off_and_assigned_anew(
    alice, clerk, lamp, rug, seattle, dallas
):
    given_stock({lamp: 3, rug: 1}, seattle)
    placed, [parcel] = order_and_assign(alice, {lamp: 3, rug: 1})
    given_stock({lamp: 2}, dallas)

    picked = pick(parcel, {lamp: 1}, author=Author(clerk))
    let_the_workers_act()

    assert picked.status == "picked"
    assert {line.item: line.quantity for line in picked.lines.all()} == {lamp: 1, rug: 1}
    assert shipping_codes(placed) == ["DAL1", "SEA1"]
    assert WarehouseStock.objects.get(item=lamp, warehouse=seattle).physical_stock == 1
    counted = StockMovement.objects.get(kind="recounted")
    assert (counted.physical_change, counted.author, counted.warehouse_order) == (-2, clerk, parcel)
    assert stock_left(lamp) == (0,)


def test_what_no_warehouse_has_is_short_and_stays_owed(alice, lamp, seattle):
    given_stock({lamp: 3}, seattle)
    placed, [parcel] = order_and_assign(alice, {lamp: 3})

    pick(parcel, {lamp: 2})
    let_the_workers_act()

    line = placed.lines.get()
    assert (line.short_quantity, line.owed_quantity) == (1, 3)
    assert Order.objects.get().status == "submitted"


def test_a_parcel_of_which_nothing_was_found_is_cancelled(alice, lamp, seattle):
    given_stock({lamp: 2}, seattle)
    placed, [parcel] = order_and_assign(alice, {lamp: 2})

    picked = pick(parcel, {lamp: 0})
    let_the_workers_act()

    assert (picked.status, picked.assigned_to) == ("cancelled", "")
    assert placed.lines.get().short_quantity == 2
    assert WarehouseStock.objects.get().physical_stock == 0


def test_units_that_a_count_missed_already_are_not_counted_off_twice(alice, lamp, seattle):
    given_stock({lamp: 3}, seattle)
    placed, [parcel] = order_and_assign(alice, {lamp: 3})
    pick(parcel)
    recount_stock(warehouse=seattle, item=lamp, physical_stock=2, expected=3)
    let_the_workers_act()

    pick(parcel, {lamp: 2})
    let_the_workers_act()

    assert WarehouseStock.objects.get().physical_stock == 2
    assert placed.lines.get().short_quantity == 1


def test_finding_everything_is_a_plain_pick(alice, lamp, seattle):
    given_stock({lamp: 3}, seattle)
    _, [parcel] = order_and_assign(alice, {lamp: 3})

    pick(parcel, {lamp: 3})

    assert not StockMovement.objects.filter(kind="recounted").exists()


@pytest.mark.parametrize("found", [4, 1])
def test_more_than_the_parcel_has_is_refused(alice, lamp, rug, seattle, found):
    given_stock({lamp: 3}, seattle)
    _, [parcel] = order_and_assign(alice, {lamp: 3})
    item = lamp if found == 4 else rug

    with pytest.raises(NotThatMany):
        pick(parcel, {item: found})

    parcel.refresh_from_db()
    assert parcel.status == "assigned"


def test_a_second_picker_is_told_the_name_of_the_first(alice, lamp, seattle):
    given_stock({lamp: 1}, seattle)
    _, [parcel] = order_and_assign(alice, {lamp: 1})
    pick(parcel, name="Ann")

    with pytest.raises(AlreadyPicked) as refusal:
        pick(parcel, name="Ben")
    again = pick(parcel, name="Ann")

    assert refusal.value.details() == {"assigned_to": "Ann"}
    assert again.assigned_to == "Ann"


def test_an_unpicked_parcel_can_be_picked_by_somebody_else(alice, lamp, seattle):
    given_stock({lamp: 1}, seattle)
    _, [parcel] = order_and_assign(alice, {lamp: 1})
    pick(parcel, name="Ann")

    unpicked = [unpick_warehouse_order(warehouse_order_id=parcel.pk) for _ in range(2)]
    picked = pick(parcel, name="Ben")

    for parcel in unpicked:
        assert (parcel.status, parcel.assigned_to, parcel.picked_at) == ("assigned", "", None)
    assert picked.assigned_to == "Ben"


def test_what_shipped_is_neither_unpicked_nor_picked_short(alice, lamp, seattle):
    given_stock({lamp: 2}, seattle)
    _, [parcel] = order_and_assign(alice, {lamp: 2})
    pick(parcel)
    ship_warehouse_order(warehouse_order_id=parcel.pk)

    with pytest.raises(WarehouseOrderShipped):
        unpick_warehouse_order(warehouse_order_id=parcel.pk)
    with pytest.raises(WarehouseOrderShipped):
        pick(parcel, {lamp: 1})

    parcel.refresh_from_db()
    assert parcel.status == "shipped"


def test_a_cancelled_parcel_is_not_unpicked(alice, lamp, seattle):
    given_stock({lamp: 1}, seattle)
    placed, [parcel] = order_and_assign(alice, {lamp: 1})
    cancel_order(order_id=placed.pk)

    with pytest.raises(OrderCancelled):
        unpick_warehouse_order(warehouse_order_id=parcel.pk)
