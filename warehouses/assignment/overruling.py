"""Overruling: staff move a warehouse order to another warehouse, and it stays there.

Locks are taken in the written order Order -> AggregatedStock -> WarehouseOrder ->
WarehouseStock -> Shortfall.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from django.db import transaction
from django.utils.timezone import now

from catalog.models import AggregatedStock
from catalog.stock import lock_stock, units_of_lines
from orders.models import OrderChange
from orders.state.history import post_order_change
from shop.core.authors import Author
from shop.core.optimistic_locking import Versions
from warehouses.assignment.context import AssignmentContext, current_workload, free_units
from warehouses.assignment.decision_writing import OrderDecision, write_decisions
from warehouses.assignment.records import serialize_inputs
from warehouses.assignment.strategies.registry import STAFF
from warehouses.assignment.strategies.types import (
    DEFAULT_WEIGHT,
    Assignment,
    Candidate,
    ConsideredSet,
    Line,
    Pick,
)
from warehouses.delivery.distances import locate_address
from warehouses.delivery.estimates import estimate_order_delivery
from warehouses.delivery.money import MILLS_PER_MINOR_UNIT
from warehouses.exceptions import (
    AlreadyPicked,
    MoreThanAvailableStock,
    SameWarehouse,
    WarehouseClosed,
    WarehouseOrderShipped,
)
from warehouses.fulfilment.deallocation import cancel_warehouse_orders, keys_of, release_units
from warehouses.fulfilment.locking import lock_order_of, lock_warehouse_order
from warehouses.fulfilment.promises import withdraw_units
from warehouses.fulfilment.unassigned import unassigned_lines
from warehouses.models import Decision, Warehouse, WarehouseOrder, WarehouseStock
from warehouses.stock.rows import StockKey, lock_rows
from warehouses.stock.shortfall_rows import lock_open_shortfalls, save_shortfalls


class MoveOption(NamedTuple):
    """A warehouse that could ship a parcel: the cost, in mills, and the day of arrival.

    `cost` is None for a closed warehouse, and `arrives_on` where the address cannot be
    located. `is_possible` is whether all units are available there.
    """

    warehouse: Warehouse
    cost: int | None
    arrives_on: date | None
    is_possible: bool


@transaction.atomic
def move_warehouse_order(
    *,
    warehouse_order_id: int,
    warehouse: Warehouse,
    reason: str,
    author: Author,
    expected: Versions = None,
) -> WarehouseOrder:
    """Ship an assigned warehouse order from another warehouse; return the new warehouse order.

    Kept as a decision of the kind `overruled`; re-optimisation leaves it alone, unless that
    warehouse closes. Raises WarehouseOrderNotFound, VersionMismatch, OrderCancelled,
    AlreadyPicked, WarehouseOrderShipped, SameWarehouse, WarehouseClosed, or
    MoreThanAvailableStock where the other warehouse does not have all units available.
    """
    order = lock_order_of(warehouse_order_id)
    lines = list(WarehouseOrder.objects.get(pk=warehouse_order_id).lines.all())
    stock = lock_stock(line.item_id for line in lines)
    parcel = lock_warehouse_order(order, warehouse_order_id, expected)
    _require_movable(parcel, warehouse)
    keys = keys_of([parcel])
    rows = lock_rows(keys | {(item_id, warehouse.pk) for item_id, _ in keys})
    _require_available(parcel, warehouse, rows, stock)
    options = {option.warehouse.pk: option for option in move_options(parcel)}
    inputs, assignment = _decide(parcel, warehouse, options, reason)
    _release(parcel, rows, stock)
    decision = OrderDecision(order, unassigned_lines([order])[order.pk], STAFF, assignment, inputs)
    [new_parcel] = write_decisions([decision], rows, kind=Decision.Kind.OVERRULED)
    post_order_change(
        order,
        OrderChange.Kind.MOVED,
        author=author,
        reason=reason,
        details={"from": [parcel.warehouse.code], "to": [warehouse.code]},
    )
    return new_parcel


def move_options(parcel: WarehouseOrder) -> list[MoveOption]:
    """Return the warehouse of a parcel and the open ones, with what shipping from each means."""
    lines = _lines(parcel)
    context = AssignmentContext([line.item_id for line in lines], current_workload())
    candidates = {c.id: c for c in context.candidates_for(parcel.order_id, _address(parcel))}
    free = free_units([line.item_id for line in lines])
    warehouses = {w.pk: w for w in context.warehouses} | {parcel.warehouse_id: parcel.warehouse}
    return [
        MoveOption(
            warehouse,
            _cost(candidates[pk], lines) if pk in candidates else None,
            _arrival(parcel, warehouse, context),
            pk == parcel.warehouse_id
            or all(free.get((pk, line.item_id), 0) >= line.quantity for line in lines),
        )
        for pk, warehouse in sorted(warehouses.items())
    ]


def _require_movable(parcel: WarehouseOrder, warehouse: Warehouse) -> None:
    if parcel.is_shipped:
        raise WarehouseOrderShipped
    if parcel.is_picked:
        raise AlreadyPicked(parcel.assigned_to)
    if parcel.warehouse_id == warehouse.pk:
        raise SameWarehouse


def _require_available(
    parcel: WarehouseOrder,
    warehouse: Warehouse,
    rows: Mapping[StockKey, WarehouseStock],
    stock: Mapping[int, AggregatedStock],
) -> None:
    """Raise WarehouseClosed or MoreThanAvailableStock; the rows are locked.

    Units that leave a closed warehouse are not for sale, so as many for sale replace them.
    """
    is_open = dict(Warehouse.objects.values_list("pk", "is_open"))
    if not is_open[warehouse.pk]:
        raise WarehouseClosed(warehouse.code)
    for line in parcel.lines.all():
        row = rows.get((line.item_id, warehouse.pk))
        left = row.available_stock if row else 0
        if not is_open[parcel.warehouse_id]:
            left = min(left, stock[line.item_id].stock)
        if left < line.quantity:
            raise MoreThanAvailableStock(item_id=line.item_id, wanted=line.quantity, left=left)


def _release(
    parcel: WarehouseOrder,
    rows: Mapping[StockKey, WarehouseStock],
    stock: Mapping[int, AggregatedStock],
) -> None:
    """Make the units of a locked parcel available where they are, and cancel the parcel.

    Units that are missing there are promised and not covered any more.
    """
    lines = list(parcel.lines.all())
    shortfalls = lock_open_shortfalls(line.item_id for line in lines)
    uncovered = release_units([parcel], {line: line.quantity for line in lines}, rows, shortfalls)
    save_shortfalls(shortfalls)
    cancel_warehouse_orders([parcel])
    withdraw_units(uncovered, stock, warehouse_id=parcel.warehouse_id)


def _decide(
    parcel: WarehouseOrder, warehouse: Warehouse, options: Mapping[int, MoveOption], reason: str
) -> tuple[dict, Assignment]:
    """Return the inputs and the assignment of a decision by staff, for its record."""
    lines = _lines(parcel)
    items = [line.item_id for line in lines]
    context = AssignmentContext(items, current_workload())
    candidates = context.candidates_for(parcel.order_id, _address(parcel))
    picks = tuple(Pick(warehouse.pk, line.item_id, line.quantity) for line in lines)
    considered = [
        ConsideredSet((option.warehouse.code,), option.cost, 0)
        for option in (options[warehouse.pk], options[parcel.warehouse_id])
        if option.cost is not None
    ]
    text = f"Moved by staff from {parcel.warehouse.code}: {reason}"
    inputs = serialize_inputs(lines, free_units(items), candidates)
    return inputs, Assignment(picks, text, considered=tuple(considered))


def _lines(parcel: WarehouseOrder) -> list[Line]:
    lines = parcel.lines.select_related("item")
    units = units_of_lines(lines)
    return [
        Line(line.item_id, units[line.item_id], line.item.name, line.item.weight or DEFAULT_WEIGHT)
        for line in lines
    ]


def _cost(candidate: Candidate, lines: Sequence[Line]) -> int:
    """Return the cost of one parcel of the lines, without bid prices, in mills."""
    weight = sum(line.quantity * line.weight for line in lines)
    return MILLS_PER_MINOR_UNIT * candidate.parcel_price + candidate.price_per_kg * weight


def _arrival(
    parcel: WarehouseOrder, warehouse: Warehouse, context: AssignmentContext
) -> date | None:
    destination = locate_address(_address(parcel))
    if destination is None:
        return None
    return estimate_order_delivery(now(), warehouse, destination, context.rates).arrives_on


def _address(parcel: WarehouseOrder) -> Mapping[str, str]:
    return parcel.shipping_address
