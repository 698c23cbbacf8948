"""Staff say from where a parcel ships."""

import pytest

from orders.models import Order
from shop.core.authors import Author
from tests.support.factories import given_stock, stock_left
from tests.support.stories import let_the_workers_act, order_and_assign, shipping_codes
from warehouses.assignment.overruling import move_options, move_warehouse_order
from warehouses.exceptions import (
    AlreadyPicked,
    MoreThanAvailableStock,
    SameWarehouse,
    WarehouseClosed,
    WarehouseOrderShipped,
)
from warehouses.fulfilment.picking import pick_warehouse_order
from warehouses.fulfilment.shipping import ship_warehouse_order
from warehouses.inventory.adjustments import discard_stock
from warehouses.inventory.warehouses import close_warehouse
from warehouses.models import Decision, Shortfall
from warehouses.tasks import reoptimize_orders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("conserved", "by_cost")]


@pytest.fixture
def parcel(alice, lamp, west, east):
    """A parcel of two lamps from the west, which is near; the east has two lamps as well."""
    given_stock({lamp: 2}, west)
    _, [parcel] = order_and_assign(alice, {lamp: 2})
    given_stock({lamp: 2}, east)
    return parcel


def move(parcel, warehouse, clerk):
    return move_warehouse_order(
        warehouse_order_id=parcel.pk,
        warehouse=warehouse,
        reason="The west is snowed in",
        author=Author(clerk),
    )


def test_saleor_9970_staff_choose_the_warehouse_and_say_why(parcel, clerk, east, lamp):
    moved = move(parcel, east, clerk)

    parcel.refresh_from_db()
    change = moved.order.changes.get()
    decision = Decision.objects.get(kind="overruled")
    assert (moved.warehouse, moved.status, parcel.status) == (east, "assigned", "cancelled")
    assert (decision.strategy, decision.order) == ("staff", moved.order)
    assert "The west is snowed in" in decision.outputs["reason"]
    assert (change.kind, change.author, change.reason) == ("moved", clerk, "The west is snowed in")
    assert change.details == {"from": ["WEST"], "to": ["EAST"]}
    assert stock_left(lamp) == (2,)


def test_reoptimisation_leaves_it_where_staff_have_put_it(parcel, clerk, east):
    moved = move(parcel, east, clerk)

    reoptimize_orders()

    assert shipping_codes(moved.order) == ["EAST"]


def test_it_leaves_a_warehouse_that_closes_all_the_same(parcel, clerk, east):
    moved = move(parcel, east, clerk)
    close_warehouse(warehouse_id=east.pk)

    reoptimize_orders()

    assert shipping_codes(moved.order) == ["WEST"]


def test_cost_and_day_of_both_are_beside_each_other(parcel, east, west):
    options = {option.warehouse: option for option in move_options(parcel)}

    assert options[east].cost > options[west].cost > 0
    assert options[east].arrives_on >= options[west].arrives_on
    assert [options[w].is_possible for w in (east, west)] == [True, True]


def test_refusals(parcel, alice, clerk, lamp, east, west):
    with pytest.raises(SameWarehouse):
        move(parcel, west, clerk)
    discard_stock(warehouse=east, item=lamp, quantity=1)
    with pytest.raises(MoreThanAvailableStock) as refusal:
        move(parcel, east, clerk)
    close_warehouse(warehouse_id=east.pk)
    with pytest.raises(WarehouseClosed):
        move(parcel, east, clerk)
    pick_warehouse_order(warehouse_order_id=parcel.pk, assigned_to="Ann")
    with pytest.raises(AlreadyPicked):
        move(parcel, east, clerk)
    ship_warehouse_order(warehouse_order_id=parcel.pk)
    with pytest.raises(WarehouseOrderShipped):
        move(parcel, east, clerk)

    assert refusal.value.details() == {"item_id": lamp.pk, "wanted": 2, "left": 1}
    assert not Decision.objects.filter(kind="overruled").exists()


def test_units_that_are_missing_where_it_was_stay_promised(parcel, clerk, lamp, east, west):
    discard_stock(warehouse=west, item=lamp, quantity=1)

    moved = move(parcel, east, clerk)
    let_the_workers_act()

    assert not Shortfall.objects.filter(resolved_at=None).exists()
    assert (Order.objects.get().status, moved.lines.get().quantity) == ("assigned", 2)
    assert stock_left(lamp) == (1,)
