"""Rules about orders and their parcels: assigned, moved, picked, shipped or cancelled."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from orders.cancellation import cancel_items, cancel_order
from orders.exceptions import NotThatMany, OrderAlreadyPicked, OrderAlreadyShipped, OrderOver
from orders.models import Order
from orders.readdressing import change_shipping_address
from shop.core.authors import Author
from tests.journeys.stock_model.world import World, any_row, either, often, units
from tests.support.stories import ADDRESS
from warehouses.assignment.assigning import assign_order
from warehouses.assignment.overruling import move_warehouse_order
from warehouses.exceptions import (
    AlreadyPicked,
    MoreThanAvailableStock,
    MoreThanPhysicalStock,
    OrderCancelled,
    SameWarehouse,
    WarehouseClosed,
    WarehouseOrderShipped,
)
from warehouses.fulfilment.picking import pick_warehouse_order, unpick_warehouse_order
from warehouses.fulfilment.shipping import ship_warehouse_order
from warehouses.inventory.shortfalls import items_with_open_shortfalls, resolve_shortfall
from warehouses.models import Shortfall, WarehouseOrder
from warehouses.tasks import reoptimize_orders

MAX_ROUNDS = 10  # of work that makes other work

has_orders = precondition(lambda self: Order.objects.exists())
has_parcels = precondition(lambda self: WarehouseOrder.objects.exists())


class Fulfilment(World):
    @has_orders
    @rule(row_index=any_row)
    def assign(self, row_index):
        assign_order(order_id=self.choose_row(Order, row_index).pk)

    @has_orders
    @rule(row_index=any_row)
    def cancel(self, row_index):
        order = self.choose_row(Order, row_index)
        try:
            cancel_order(order_id=order.pk)
        except OrderAlreadyShipped:
            assert order.warehouse_orders.filter(status="shipped").exists()

    @has_orders
    @rule(row_index=any_row, item_index=either, quantity=units)
    def cancel_some(self, row_index, item_index, quantity):
        order, item = self.choose_row(Order, row_index), self.items[item_index]
        line = order.lines.filter(item=item).first()
        left = line.owed_quantity if line else 0
        try:
            cancel_items(order_id=order.pk, quantities={item.pk: quantity})
        except NotThatMany:
            assert quantity > left
        else:
            assert quantity <= left or order.is_cancelled

    @has_orders
    @rule(row_index=any_row, line1=st.sampled_from(["1 Pine St", "2 Oak St"]))
    def readdress(self, row_index, line1):
        order = self.choose_row(Order, row_index)
        address = {**ADDRESS, "line1": line1}
        try:
            change_shipping_address(order_id=order.pk, shipping_address=address)
        except OrderOver:
            assert order.is_cancelled
        except OrderAlreadyPicked:
            assert order.warehouse_orders.filter(status__in=["picked", "shipped"]).exists()
        else:
            sent_to = order.warehouse_orders.exclude(status="cancelled")
            assert all(parcel.shipping_address["line1"] == line1 for parcel in sent_to)

    @has_parcels
    @rule(row_index=any_row, name=st.sampled_from(["Truck 7", "Truck 8"]))
    def pick(self, row_index, name):
        parcel = self.choose_row(WarehouseOrder, row_index)
        try:
            pick_warehouse_order(warehouse_order_id=parcel.pk, assigned_to=name)
        except OrderCancelled:
            assert parcel.is_cancelled
        except WarehouseOrderShipped:
            assert parcel.is_shipped
        except AlreadyPicked:
            assert parcel.assigned_to != name

    @has_parcels
    @rule(row_index=any_row, item_index=either, found=st.integers(0, 5))
    def pick_short(self, row_index, item_index, found):
        parcel = self.choose_row(WarehouseOrder, row_index)
        item = self.items[item_index]
        line = parcel.lines.filter(item=item).first()
        quantity = line.quantity if line else 0
        missed = Shortfall.objects.filter(
            item=item, warehouse=parcel.warehouse_id, resolved_at=None, missing__gt=0
        )
        missing = sum(shortfall.missing for shortfall in missed)
        try:
            pick_warehouse_order(
                warehouse_order_id=parcel.pk, assigned_to="Truck 7", found={item.pk: found}
            )
        except NotThatMany:
            assert found > quantity or not quantity
        except OrderCancelled:
            assert parcel.is_cancelled
        except WarehouseOrderShipped:
            assert parcel.is_shipped
        except AlreadyPicked:
            assert parcel.assigned_to != "Truck 7"
        else:
            lost = max(0, quantity - found - missing)
            self.shelves[self.index_of(parcel.warehouse_id), item_index] -= lost

    @has_parcels
    @rule(row_index=any_row)
    def unpick(self, row_index):
        parcel = self.choose_row(WarehouseOrder, row_index)
        try:
            unpicked = unpick_warehouse_order(warehouse_order_id=parcel.pk)
        except OrderCancelled:
            assert parcel.is_cancelled
        except WarehouseOrderShipped:
            assert parcel.is_shipped
        else:
            assert unpicked.status == "assigned"

    @has_parcels
    @rule(row_index=any_row, is_other=often)
    def overrule(self, row_index, is_other):
        parcel = self.choose_row(WarehouseOrder, row_index)
        here = self.index_of(parcel.warehouse_id)
        warehouse = self.warehouses[1 - here if is_other else here]
        try:
            moved = move_warehouse_order(
                warehouse_order_id=parcel.pk,
                warehouse=warehouse,
                reason="The dock is full",
                author=Author(self.customers[0]),
            )
        except OrderCancelled:
            assert parcel.is_cancelled
        except WarehouseOrderShipped:
            assert parcel.is_shipped
        except AlreadyPicked:
            assert parcel.is_picked
        except SameWarehouse:
            assert parcel.warehouse == warehouse
        except (WarehouseClosed, MoreThanAvailableStock):
            pass  # the law proves that nothing has changed
        else:
            assert (moved.warehouse, moved.is_overruled) == (warehouse, True)

    @has_parcels
    @rule(row_index=any_row)
    def ship(self, row_index):
        parcel = self.choose_row(WarehouseOrder, row_index)
        try:
            ship_warehouse_order(warehouse_order_id=parcel.pk)
        except OrderCancelled:
            assert parcel.is_cancelled
        except MoreThanPhysicalStock:
            pass  # the law proves whether the shelves hold enough
        else:
            self.take_off_shelves(parcel)

    @rule(item_index=either)
    def resolve(self, item_index):
        resolve_shortfall(item_id=self.items[item_index].pk)

    @rule()
    def move(self):
        reoptimize_orders()

    @rule()
    def settle(self):
        """Let the workers do all there is to do: only what waits for a picker stays open."""
        for _ in range(MAX_ROUNDS):
            for item_id in items_with_open_shortfalls():
                resolve_shortfall(item_id=item_id)
        for shortfall in Shortfall.objects.filter(resolved_at=None):
            assert shortfall.promised == 0
            assert shortfall.picked_parcel is not None
            assert shortfall.picked_parcel.is_picked
        for order in Order.objects.filter(awaits_assignment=True):
            assign_order(order_id=order.pk)
