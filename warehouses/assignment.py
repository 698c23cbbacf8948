"""The order-assignment service: which warehouse ships which units of an order.

Locks are taken in the written order Order -> WarehouseOrder -> WarehouseStock.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce, Now

from orders.exceptions import OrderNotFound
from orders.models import Order, OrderItem
from warehouses.exceptions import InvalidAssignment
from warehouses.models import (
    StockMovement,
    Warehouse,
    WarehouseOrder,
    WarehouseOrderItem,
    WarehouseStock,
)
from warehouses.stock import Change, Place, change_places, lock_items, lock_places
from warehouses.strategies import Assignment, Candidate, Line, Pick, chosen_strategy

SWEEP_SIZE = 100


def orders_to_assign(*, after: int = 0) -> list[int]:
    """Return the ids of the oldest orders with unassigned units, `after` an id."""
    waiting = Order.objects.filter(awaits_assignment=True, pk__gt=after).order_by("pk")
    return list(waiting.values_list("pk", flat=True)[:SWEEP_SIZE])


@transaction.atomic
def assign_order(*, order_id: int) -> list[WarehouseOrder]:
    """Give the order's unassigned units to warehouses, splitting it where needed.

    Consumes their available stock and writes one warehouse order for each. Units that
    no warehouse has free stay unassigned and are tried again. Raises OrderNotFound, or
    InvalidAssignment when the strategy chose what cannot be; then nothing changes.
    """
    order = Order.objects.filter(pk=order_id).lock().first()
    if order is None:
        raise OrderNotFound
    if not order.awaits_assignment:
        return []
    needed = [line for line in _lines_with_unassigned(order) if line.unassigned]
    stock = lock_items(line.item_id for line in needed)
    assignment, decision = _decide(order, needed, stock)
    written = _write_warehouse_orders(order, needed, assignment, decision)
    _consume(stock, assignment.picks, written)
    note_progress(order)
    return list(written.values())


def give_back(*, order: Order) -> None:
    """Cancel the open warehouse orders of a locked, cancelled order; their units are free again."""
    open_orders = _lock_open(order)
    lines = [line for one in open_orders for line in one.lines.all()]
    _return_units(open_orders, {line: line.quantity for line in lines})
    _cancel(open_orders)


def give_back_items(*, order: Order, cancelled: Mapping[int, int]) -> None:
    """Take cancelled units, given by order line id, off the open warehouse orders.

    Units that no warehouse ships yet are the first to go, then those of the youngest
    warehouse order.
    """
    open_orders = _lock_open(order)
    excess = {line.pk: -line.unassigned for line in _lines_with_unassigned(order)}
    returned: dict[WarehouseOrderItem, int] = {}
    lines = [line for one in open_orders for line in one.lines.all()]
    for line in sorted(lines, key=lambda line: -line.pk):
        quantity = min(line.quantity, max(0, excess[line.order_item_id]))
        if quantity and line.order_item_id in cancelled:
            returned[line] = quantity
            excess[line.order_item_id] -= quantity
    _return_units(open_orders, returned)
    _shrink(open_orders, returned)
    note_progress(order)


def note_progress(order: Order) -> None:
    """Write on a locked order how far its warehouses have come with it."""
    waiting = any(line.unassigned for line in _lines_with_unassigned(order))
    statuses = set(order.warehouse_orders.values_list("status", flat=True))
    statuses.discard(WarehouseOrder.Status.CANCELLED)
    if WarehouseOrder.Status.SHIPPED in statuses:
        is_done = not waiting and statuses == {WarehouseOrder.Status.SHIPPED}
        order.status = Order.Status.SHIPPED if is_done else Order.Status.PARTIALLY_SHIPPED
    elif not waiting:
        order.status = Order.Status.ASSIGNED
    order.awaits_assignment = waiting
    order.save(update_fields=["status", "awaits_assignment"])


def _lines_with_unassigned(order: Order) -> list[Any]:
    """Read an order's lines and how many units of each no warehouse order covers."""
    on_warehouse_orders = Sum(
        "warehouse_lines__quantity",
        filter=~Q(warehouse_lines__warehouse_order__status=WarehouseOrder.Status.CANCELLED),
    )
    return list(
        OrderItem.objects.filter(order=order)
        .annotate(
            unassigned=F("quantity")
            - F("cancelled_quantity")
            - F("short_quantity")
            - Coalesce(on_warehouse_orders, 0)
        )
        .order_by("pk")
    )


def _decide(order, needed, stock: Mapping[Place, WarehouseStock]) -> tuple[Assignment, dict]:
    """Ask the strategy, check its answer against the locked rows, and word the decision."""
    name, version, strategy = chosen_strategy()
    lines = [Line(line.item_id, line.unassigned, line.name) for line in needed]
    availability = {(row.warehouse_id, row.item_id): row.available_stock for row in stock.values()}
    assignment = strategy(lines, availability, order.shipping_address, _candidates(order))
    _validate(assignment, lines, availability)
    return assignment, {
        "strategy": name,
        "version": version,
        "reason": assignment.reason,
        "rejected": [asdict(rejection) for rejection in assignment.rejected],
    }


def _candidates(order: Order) -> list[Candidate]:
    """The open warehouses, each order beginning with the next one, so that turns are fair."""
    warehouses = [
        Candidate(w.pk, w.code, w.latitude, w.longitude)
        for w in Warehouse.objects.filter(is_open=True).order_by("pk")
    ]
    turn = order.pk % len(warehouses) if warehouses else 0
    return warehouses[turn:] + warehouses[:turn]


def _validate(
    assignment: Assignment, lines: Iterable[Line], availability: Mapping[tuple[int, int], int]
) -> None:
    wanted = {line.item_id: line.quantity for line in lines}
    chosen: Counter[int] = Counter()
    taken: Counter[tuple[int, int]] = Counter()
    for pick in assignment.picks:
        chosen[pick.item_id] += pick.quantity
        taken[pick.warehouse_id, pick.item_id] += pick.quantity
        if pick.quantity < 1 or chosen[pick.item_id] > wanted.get(pick.item_id, 0):
            raise InvalidAssignment(f"{pick} is not what the order needs.")
        if taken[pick.warehouse_id, pick.item_id] > availability.get(
            (pick.warehouse_id, pick.item_id), 0
        ):
            raise InvalidAssignment(f"{pick} is more than there is.")


def _write_warehouse_orders(
    order: Order, lines: Iterable[OrderItem], assignment: Assignment, decision: dict
) -> dict[int, WarehouseOrder]:
    """Write one warehouse order for each warehouse that ships something, by warehouse id."""
    line_of = {line.item_id: line for line in lines}
    picks: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for pick in assignment.picks:
        picks[pick.warehouse_id][pick.item_id] += pick.quantity
    written = WarehouseOrder.objects.bulk_create(
        WarehouseOrder(
            order=order,
            warehouse_id=warehouse_id,
            shipping_address=order.shipping_address,
            decision=decision,
        )
        for warehouse_id in sorted(picks)
    )
    WarehouseOrderItem.objects.bulk_create(
        WarehouseOrderItem(
            warehouse_order=one, order_item=line_of[item_id], item_id=item_id, quantity=quantity
        )
        for one in written
        for item_id, quantity in sorted(picks[one.warehouse_id].items())
    )
    return {one.warehouse_id: one for one in written}


def _consume(stock, picks: Iterable[Pick], written: Mapping[int, WarehouseOrder]) -> None:
    taken: Counter[Place] = Counter()
    for pick in picks:
        taken[pick.item_id, pick.warehouse_id] += pick.quantity
    changes = {place: Change(available=-taken[place]) for place in sorted(taken)}
    change_places(stock, changes, kind=StockMovement.Kind.ASSIGNED, warehouse_orders=written)


def _lock_open(order: Order) -> list[WarehouseOrder]:
    return list(order.warehouse_orders.open().prefetch_related("lines").lock())


def _return_units(
    open_orders: Iterable[WarehouseOrder], returned: Mapping[WarehouseOrderItem, int]
) -> None:
    by_id = {one.pk: one for one in open_orders}
    back: Counter[Place] = Counter()
    for line, quantity in returned.items():
        back[line.item_id, by_id[line.warehouse_order_id].warehouse_id] += quantity
    change_places(
        lock_places(back),
        {place: Change(available=back[place]) for place in sorted(back)},
        kind=StockMovement.Kind.UNASSIGNED,
        warehouse_orders={one.warehouse_id: one for one in open_orders},
    )


def _shrink(open_orders: list[WarehouseOrder], returned: Mapping[WarehouseOrderItem, int]) -> None:
    """Take units off the lines of open warehouse orders; one left empty is cancelled."""
    empty = []
    for one in open_orders:
        lines = list(one.lines.all())
        if all(returned.get(line) == line.quantity for line in lines):
            empty.append(one)
            continue
        for line in lines:
            line.quantity -= returned.get(line, 0)
            if line.quantity == 0:
                line.delete()
            elif line in returned:
                line.save(update_fields=["quantity"])
    _cancel(empty)


def _cancel(open_orders: Iterable[WarehouseOrder]) -> None:
    """Write that nothing of them is shipped; their lines stay to be read."""
    WarehouseOrder.objects.filter(pk__in=[one.pk for one in open_orders]).update(
        status=WarehouseOrder.Status.CANCELLED, cancelled_at=Now()
    )
