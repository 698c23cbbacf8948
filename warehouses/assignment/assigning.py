"""The order-assignment service: which warehouse ships which units of an order.

Locks are taken in the written order Order -> WarehouseOrder -> WarehouseStock. Orders
are taken in batches, whose facts are read once and whose rows are written together; each
order is decided by itself, by a pure function, and stands or falls by itself.
"""

import logging
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from orders.exceptions import OrderNotFound
from orders.models import Order, OrderItem
from warehouses.assignment.context import AssignmentContext, current_workload
from warehouses.assignment.records import serialize_inputs, serialize_outputs, summarize
from warehouses.assignment.strategies.registry import (
    STRATEGIES,
    chosen_strategy,
    external_strategy,
    version_of,
)
from warehouses.assignment.strategies.types import DEFAULT_WEIGHT, Assignment, Candidate, Line
from warehouses.assignment.validation import check_complete, check_feasible
from warehouses.exceptions import InvalidAssignment
from warehouses.fulfilment.backlog import cancel_retries, schedule_retry
from warehouses.fulfilment.order_status import unassigned_lines, update_order_status
from warehouses.models import (
    Decision,
    StockMovement,
    WarehouseOrder,
    WarehouseOrderItem,
    WarehouseStock,
)
from warehouses.stock.rows import INSERT_BATCH_SIZE, StockKey, lock_items, post_movements

logger = logging.getLogger(__name__)

BATCH_SIZE = 100
DECIDING_SECONDS = 2.0  # about a batch, while its stock rows are locked
NOT_THERE = "No open warehouse has all of it free."


Proposals = Mapping[int, Assignment]
NO_PROPOSALS: Proposals = MappingProxyType({})


@dataclass(frozen=True)
class Decided:
    """What was decided about one order, and what the strategy was asked."""

    order: Order
    lines: Sequence[OrderItem]
    strategy: str
    assignment: Assignment
    inputs: dict

    @property
    def is_whole(self) -> bool:
        """Whether every unit has a warehouse now."""
        needed = sum(line.unassigned for line in self.lines)  # type: ignore[attr-defined]
        return needed == sum(pick.quantity for pick in self.assignment.picks)


def orders_to_assign(*, after: int = 0) -> list[int]:
    """Return the ids of the oldest orders with unassigned units that are due, `after` an id."""
    is_due = Q(backorder_retry=None) | Q(backorder_retry__retry_at__lte=Now())
    due = Order.objects.filter(is_due, awaits_assignment=True, pk__gt=after).order_by("pk")
    return list(due.values_list("pk", flat=True)[:BATCH_SIZE])


@transaction.atomic
def assign_order(*, order_id: int, proposals: Proposals = NO_PROPOSALS) -> list[WarehouseOrder]:
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
    written, failures = _assign([order], proposals)
    if failures:
        raise failures[order.pk]
    return written


@transaction.atomic
def assign_orders(
    *, order_ids: Iterable[int], proposals: Proposals = NO_PROPOSALS
) -> dict[int, InvalidAssignment]:
    """Assign those of the orders that nobody else has locked, as assign_order does.

    `proposals`, by order id, are an external service's; one that cannot be is passed over.
    Returns why, by id, where the strategy chose what cannot be; those wait.
    """
    waiting = Order.objects.filter(pk__in=set(order_ids), awaits_assignment=True)
    orders = list(waiting.lock(skip_locked=True))
    _written, failures = _assign(orders, proposals)
    for order in orders:
        if failure := failures.get(order.pk):
            schedule_retry([order.pk], str(failure))
    return failures


def _assign(
    orders: Sequence[Order], proposals: Proposals
) -> tuple[list[WarehouseOrder], dict[int, InvalidAssignment]]:
    """Decide about locked orders, the oldest first, and write what was decided."""
    lines_of = unassigned_lines(orders)
    item_ids = {line.item_id for lines in lines_of.values() for line in lines}
    work = current_workload()
    stock = lock_items(item_ids)
    known = AssignmentContext(item_ids, work)  # after the locks, which keep warehouses open
    free = _free_units(stock)
    decided: list[Decided] = []
    failures: dict[int, InvalidAssignment] = {}
    deadline = time.monotonic() + DECIDING_SECONDS
    for order in orders:
        if decided and time.monotonic() > deadline:
            break  # the others are still due, and the locks are wanted
        try:
            one = _decide(order, lines_of[order.pk], free, known, proposals.get(order.pk))
        except InvalidAssignment as failure:
            failures[order.pk] = failure
            continue
        decided.append(one)
        _count_out(one.assignment, free, known)
    return write_decided(decided, stock), failures


def _decide(
    order: Order,
    needed: Sequence[OrderItem],
    free: Mapping[int, Mapping[int, int]],
    known: AssignmentContext,
    proposal: Assignment | None,
) -> Decided:
    """Take a proposal that can be, else ask the strategy; both are checked against locked rows."""
    lines = [as_line(line) for line in needed]
    candidates = known.candidates_for(order.pk, order.shipping_address)
    availability = {
        (warehouse_id, line.item_id): units
        for line in lines
        for warehouse_id, units in free[line.item_id].items()
    }
    inputs = serialize_inputs(lines, availability, candidates)
    external = external_strategy()
    if external and proposal:
        try:
            check_feasible(proposal, lines, availability)
            check_complete(proposal, lines, availability)
        except (InvalidAssignment, ValueError) as refusal:
            logger.warning("The proposal for order %s cannot be: %s", order.pk, refusal)
        else:
            return Decided(order, needed, external, proposal, inputs)
    name = chosen_strategy()
    assignment = ask_strategy(lines, availability, order.shipping_address, candidates)
    return Decided(order, needed, name, assignment, inputs)


def ask_strategy(
    lines: Sequence[Line],
    availability: Mapping[tuple[int, int], int],
    address: Mapping[str, str],
    candidates: Sequence[Candidate],
) -> Assignment:
    """Return what the chosen strategy answers. Raises InvalidAssignment when that cannot be."""
    name = chosen_strategy()
    try:
        assignment = STRATEGIES[name](lines, availability, address, candidates)
    except Exception as error:  # whatever it is, other orders wait
        raise InvalidAssignment(f"The strategy {name} failed: {error!r}") from error
    check_feasible(assignment, lines, availability)
    return assignment


def as_line(line: OrderItem) -> Line:
    """What a strategy is told of an order's line that still needs units."""
    units = line.unassigned  # type: ignore[attr-defined]  # annotated by unassigned_lines
    weight = line.weight or DEFAULT_WEIGHT  # type: ignore[attr-defined]
    return Line(line.item_id, units, line.name, weight)


def _free_units(stock: Mapping[StockKey, WarehouseStock]) -> defaultdict[int, dict[int, int]]:
    """Free units by item and warehouse."""
    free: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for (item_id, warehouse_id), row in stock.items():
        if row.available_stock:
            free[item_id][warehouse_id] = row.available_stock
    return free


def _count_out(assignment: Assignment, free, known: AssignmentContext) -> None:
    """The next order of the batch finds what this one left."""
    for pick in assignment.picks:
        free[pick.item_id][pick.warehouse_id] -= pick.quantity
    for warehouse_id in {pick.warehouse_id for pick in assignment.picks}:
        known.add_load(warehouse_id)


# Writing it down


def write_decided(
    decided: Sequence[Decided],
    stock: Mapping[StockKey, WarehouseStock],
    *,
    kind: Decision.Kind = Decision.Kind.ASSIGNED,
) -> list[WarehouseOrder]:
    """Consume the locked stock, and write the warehouse orders and why they are."""
    chosen = [one for one in decided if one.assignment.picks]
    parcels = [
        (one, warehouse_id, units)
        for one in chosen
        for warehouse_id, units in sorted(_units_by_warehouse(one.assignment).items())
    ]
    written = WarehouseOrder.objects.bulk_create(
        [
            WarehouseOrder(
                order=one.order,
                warehouse_id=warehouse_id,
                shipping_address=one.order.shipping_address,
                decision=summarize(one.strategy, version_of(one.strategy), one.assignment),
            )
            for one, warehouse_id, _ in parcels
        ],
        batch_size=INSERT_BATCH_SIZE,
    )
    _write_lines(written, parcels)
    entries = [
        StockMovement(
            item_id=item_id,
            warehouse_id=warehouse_id,
            kind=StockMovement.Kind.ASSIGNED,
            physical_change=0,
            available_change=-quantity,
            warehouse_order=parcel,
        )
        for parcel, (_, warehouse_id, units) in zip(written, parcels, strict=True)
        for item_id, quantity in sorted(units.items())
    ]
    post_movements(stock, entries)
    Decision.objects.bulk_create(
        Decision(
            order=one.order,
            kind=kind,
            strategy=one.strategy,
            version=version_of(one.strategy),
            inputs=one.inputs,
            outputs=serialize_outputs(one.assignment),
        )
        for one in chosen
    )
    _update_order_statuses(decided)
    return written


def _units_by_warehouse(assignment: Assignment) -> dict[int, Counter[int]]:
    units: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for pick in assignment.picks:
        units[pick.warehouse_id][pick.item_id] += pick.quantity
    return units


def _write_lines(written: Sequence[WarehouseOrder], parcels) -> None:
    lines = []
    for parcel, (one, _, units) in zip(written, parcels, strict=True):
        line_of = {line.item_id: line for line in one.lines}
        lines += [
            WarehouseOrderItem(
                warehouse_order=parcel,
                order_item=line_of[item_id],
                item_id=item_id,
                quantity=quantity,
            )
            for item_id, quantity in sorted(units.items())
        ]
    WarehouseOrderItem.objects.bulk_create(lines, batch_size=INSERT_BATCH_SIZE)


def _update_order_statuses(decided: Sequence[Decided]) -> None:
    """Most orders are new and find everything; the others are looked at one by one."""
    is_simple = {one.order.pk: one.is_whole and one.order.is_cancellable for one in decided}
    simple = [order_id for order_id, simply in is_simple.items() if simply]
    Order.objects.filter(pk__in=simple).update(
        status=Order.Status.ASSIGNED, awaits_assignment=False
    )
    for one in decided:
        if is_simple[one.order.pk]:
            one.order.status, one.order.awaits_assignment = Order.Status.ASSIGNED, False
        elif one.assignment.picks:
            update_order_status(one.order)
    cancel_retries([one.order.pk for one in decided if one.is_whole])
    schedule_retry([one.order.pk for one in decided if not one.is_whole], NOT_THERE)
