"""The order-assignment service: which warehouse ships which units of an order.

Locks are taken in the written order Order -> WarehouseOrder -> WarehouseStock.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict

from django.db import transaction

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
from warehouses.progress import lines_with_unassigned, note_progress
from warehouses.stock import Change, Place, change_places, lock_items
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
    needed = [line for line in lines_with_unassigned(order) if line.unassigned]
    stock = lock_items(line.item_id for line in needed)
    assignment, decision = _decide(order, needed, stock)
    written = _write_warehouse_orders(order, needed, assignment, decision)
    _consume(stock, assignment.picks, written)
    note_progress(order)
    return list(written.values())


def _decide(order, needed, stock: Mapping[Place, WarehouseStock]) -> tuple[Assignment, dict]:
    """Ask the strategy, check its answer against the locked rows, and word the decision."""
    name, version, strategy = chosen_strategy()
    lines = [Line(line.item_id, line.unassigned, line.name) for line in needed]
    candidates = _candidates(order)
    is_open = {candidate.id for candidate in candidates}
    availability = {
        (row.warehouse_id, row.item_id): row.available_stock
        for row in stock.values()
        if row.warehouse_id in is_open
    }
    try:
        assignment = strategy(lines, availability, order.shipping_address, candidates)
    except Exception as error:  # somebody else's code, and other orders wait
        raise InvalidAssignment(f"The strategy {name} failed: {error!r}") from error
    _validate(assignment, lines, availability)
    return assignment, {
        "strategy": name,
        "version": version,
        "reason": assignment.reason,
        "rejected": [asdict(rejection) for rejection in assignment.rejected],
    }


def _candidates(order: Order) -> list[Candidate]:
    """The open warehouses, each order beginning with the next one, so that turns are fair.

    Read after the stock rows were locked: a warehouse cannot close while they are.
    """
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
