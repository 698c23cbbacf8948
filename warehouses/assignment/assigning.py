"""Assignment of orders: the warehouses that ship the units of an order.

Locks are taken in the written order Order -> WarehouseOrder -> WarehouseStock. Orders
are taken in batches: facts are read once and rows are written together for a batch. A
pure function decides about each order by itself, and each fails by itself.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from orders.exceptions import OrderNotFound
from orders.models import Order, OrderItem
from warehouses.assignment.context import AssignmentContext, current_workload
from warehouses.assignment.decision_writing import OrderDecision, write_decisions
from warehouses.assignment.records import serialize_inputs
from warehouses.assignment.strategies.registry import (
    STRATEGIES,
    built_in_strategy_name,
    external_strategy_path,
)
from warehouses.assignment.strategies.types import DEFAULT_WEIGHT, Assignment, Candidate, Line
from warehouses.assignment.validation import check_complete, check_feasible
from warehouses.exceptions import InvalidAssignment
from warehouses.fulfilment.backlog import schedule_retry
from warehouses.fulfilment.unassigned import unassigned_lines
from warehouses.models import WarehouseOrder, WarehouseStock
from warehouses.stock.rows import StockKey, lock_open_warehouse_rows

logger = logging.getLogger(__name__)

BATCH_SIZE = 100
MAX_DECISION_SECONDS = 2.0  # for a batch, while its stock rows are locked

Proposals = Mapping[int, Assignment]
NO_PROPOSALS: Proposals = MappingProxyType({})


def orders_to_assign(*, after: int = 0) -> list[int]:
    """Return the ids of the oldest orders with unassigned units that are due, `after` an id."""
    is_due = Q(backorder_retry=None) | Q(backorder_retry__retry_at__lte=Now())
    due = Order.objects.filter(is_due, awaits_assignment=True, pk__gt=after).order_by("pk")
    return list(due.values_list("pk", flat=True)[:BATCH_SIZE])


@transaction.atomic
def assign_order(*, order_id: int, proposals: Proposals = NO_PROPOSALS) -> list[WarehouseOrder]:
    """Assign the order's unassigned units to warehouses, as a split shipment where needed.

    Consumes their available stock and writes one warehouse order for each warehouse. Units
    that no warehouse has free stay unassigned and are tried again. Raises OrderNotFound, or
    InvalidAssignment when the strategy's assignment is infeasible; then nothing changes.
    """
    order = Order.objects.filter(pk=order_id).lock().first()
    if order is None:
        raise OrderNotFound
    if not order.awaits_assignment:
        return []
    warehouse_orders, failures = _assign([order], proposals)
    if failures:
        raise failures[order.pk]
    return warehouse_orders


@transaction.atomic
def assign_orders(
    *, order_ids: Iterable[int], proposals: Proposals = NO_PROPOSALS
) -> dict[int, InvalidAssignment]:
    """Assign those of the orders that no other transaction has locked, as assign_order does.

    `proposals`, by order id, are an external service's; an infeasible proposal is ignored.
    Returns the failures of the strategy by order id; those orders are retried later.
    """
    unassigned = Order.objects.filter(pk__in=set(order_ids), awaits_assignment=True)
    orders = list(unassigned.lock(skip_locked=True))
    _, failures = _assign(orders, proposals)
    for order in orders:
        if failure := failures.get(order.pk):
            schedule_retry([order.pk], str(failure))
    return failures


def _assign(
    orders: Sequence[Order], proposals: Proposals
) -> tuple[list[WarehouseOrder], dict[int, InvalidAssignment]]:
    """Decide about locked orders, the oldest first, and write the decisions."""
    lines_of = unassigned_lines(orders)
    item_ids = {line.item_id for lines in lines_of.values() for line in lines}
    workload = current_workload()
    stock = lock_open_warehouse_rows(item_ids)
    context = AssignmentContext(item_ids, workload)  # after the locks, which keep warehouses open
    free = _free_units(stock)
    decisions: list[OrderDecision] = []
    failures: dict[int, InvalidAssignment] = {}
    deadline = time.monotonic() + MAX_DECISION_SECONDS
    for order in orders:
        if decisions and time.monotonic() > deadline:
            break  # the others are still due, and other transactions wait for the locks
        try:
            decision = _decide(order, lines_of[order.pk], free, context, proposals.get(order.pk))
        except InvalidAssignment as failure:
            failures[order.pk] = failure
            continue
        decisions.append(decision)
        _deduct(decision.assignment, free, context)
    return write_decisions(decisions, stock), failures


def _decide(
    order: Order,
    order_lines: Sequence[OrderItem],
    free: Mapping[int, Mapping[int, int]],
    context: AssignmentContext,
    proposal: Assignment | None,
) -> OrderDecision:
    """Take a feasible proposal, else run the strategy; both are checked against locked rows."""
    lines = [to_strategy_line(line) for line in order_lines]
    candidates = context.candidates_for(order.pk, order.shipping_address)
    availability = {
        (warehouse_id, line.item_id): units
        for line in lines
        for warehouse_id, units in free[line.item_id].items()
    }
    inputs = serialize_inputs(lines, availability, candidates)
    path = external_strategy_path()
    if path and proposal:
        try:
            check_feasible(proposal, lines, availability)
            check_complete(proposal, lines, availability)
        except (InvalidAssignment, ValueError) as refusal:
            logger.warning("The proposal for order %s cannot be: %s", order.pk, refusal)
        else:
            return OrderDecision(order, order_lines, path, proposal, inputs)
    name = built_in_strategy_name()
    assignment = run_strategy(lines, availability, order.shipping_address, candidates)
    return OrderDecision(order, order_lines, name, assignment, inputs)


def run_strategy(
    lines: Sequence[Line],
    availability: Mapping[tuple[int, int], int],
    address: Mapping[str, str],
    candidates: Sequence[Candidate],
) -> Assignment:
    """Return the assignment of the built-in strategy that the settings name.

    Raises InvalidAssignment when the strategy fails or its assignment is infeasible.
    """
    name = built_in_strategy_name()
    try:
        assignment = STRATEGIES[name](lines, availability, address, candidates)
    except Exception as error:  # of any kind, since other orders wait
        raise InvalidAssignment(f"The strategy {name} failed: {error!r}") from error
    check_feasible(assignment, lines, availability)
    return assignment


def to_strategy_line(line: OrderItem) -> Line:
    """Return the strategy's view of an order line with unassigned units."""
    units = line.unassigned  # type: ignore[attr-defined]  # annotated by unassigned_lines
    weight = line.weight or DEFAULT_WEIGHT  # type: ignore[attr-defined]
    return Line(line.item_id, units, line.name, weight)


def _free_units(stock: Mapping[StockKey, WarehouseStock]) -> defaultdict[int, dict[int, int]]:
    """Return the available units by item and warehouse."""
    free: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for (item_id, warehouse_id), row in stock.items():
        if row.available_stock:
            free[item_id][warehouse_id] = row.available_stock
    return free


def _deduct(assignment: Assignment, free, context: AssignmentContext) -> None:
    """Deduct an assignment from stock and capacity, for the next order of the batch."""
    for pick in assignment.picks:
        free[pick.item_id][pick.warehouse_id] -= pick.quantity
    for warehouse_id in {pick.warehouse_id for pick in assignment.picks}:
        context.add_load(warehouse_id)
