"""Assignment of orders: the warehouses that ship the units of an order.

Locks are taken in the written order Order -> WarehouseOrder -> WarehouseStock. Orders
are taken in batches: facts are read once and rows are written together for a batch. A
pure function decides about each order by itself, and each fails by itself.
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
    built_in_strategy_name,
    external_strategy_path,
    strategy_version,
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
from warehouses.stock.rows import (
    INSERT_BATCH_SIZE,
    StockKey,
    lock_open_warehouse_rows,
    post_movements,
)

logger = logging.getLogger(__name__)

BATCH_SIZE = 100
MAX_DECISION_SECONDS = 2.0  # for a batch, while its stock rows are locked
UNAVAILABLE_REASON = "No open warehouse has all of it free."


Proposals = Mapping[int, Assignment]
NO_PROPOSALS: Proposals = MappingProxyType({})


@dataclass(frozen=True)
class OrderDecision:
    """A strategy's assignment of one order, with the inputs of the strategy."""

    order: Order
    lines: Sequence[OrderItem]
    strategy: str
    assignment: Assignment
    inputs: dict

    @property
    def is_complete(self) -> bool:
        """Return whether every unit of the lines has a warehouse."""
        needed = sum(line.unassigned for line in self.lines)  # type: ignore[attr-defined]
        return needed == sum(pick.quantity for pick in self.assignment.picks)


# A decision's units by item from one warehouse.
Shipment = tuple[OrderDecision, int, Counter[int]]


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


# Writing


def write_decisions(
    decisions: Sequence[OrderDecision],
    stock: Mapping[StockKey, WarehouseStock],
    *,
    kind: Decision.Kind = Decision.Kind.ASSIGNED,
) -> list[WarehouseOrder]:
    """Consume the locked stock, and write the warehouse orders and Decision rows."""
    non_empty = [decision for decision in decisions if decision.assignment.picks]
    shipments = [
        (decision, warehouse_id, units)
        for decision in non_empty
        for warehouse_id, units in sorted(_units_by_warehouse(decision.assignment).items())
    ]
    warehouse_orders = _write_warehouse_orders(shipments)
    _write_lines(warehouse_orders, shipments)
    _allocate_stock(warehouse_orders, shipments, stock)
    _write_decision_rows(non_empty, kind)
    _update_order_statuses(decisions)
    return warehouse_orders


def _units_by_warehouse(assignment: Assignment) -> dict[int, Counter[int]]:
    units: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for pick in assignment.picks:
        units[pick.warehouse_id][pick.item_id] += pick.quantity
    return units


def _write_warehouse_orders(shipments: Sequence[Shipment]) -> list[WarehouseOrder]:
    return WarehouseOrder.objects.bulk_create(
        [
            WarehouseOrder(
                order=decision.order,
                warehouse_id=warehouse_id,
                shipping_address=decision.order.shipping_address,
                decision=summarize(
                    decision.strategy, strategy_version(decision.strategy), decision.assignment
                ),
            )
            for decision, warehouse_id, _ in shipments
        ],
        batch_size=INSERT_BATCH_SIZE,
    )


def _write_lines(warehouse_orders: Sequence[WarehouseOrder], shipments: Sequence[Shipment]) -> None:
    lines = []
    for warehouse_order, (decision, _, units) in zip(warehouse_orders, shipments, strict=True):
        line_of = {line.item_id: line for line in decision.lines}
        lines += [
            WarehouseOrderItem(
                warehouse_order=warehouse_order,
                order_item=line_of[item_id],
                item_id=item_id,
                quantity=quantity,
            )
            for item_id, quantity in sorted(units.items())
        ]
    WarehouseOrderItem.objects.bulk_create(lines, batch_size=INSERT_BATCH_SIZE)


def _allocate_stock(
    warehouse_orders: Sequence[WarehouseOrder],
    shipments: Sequence[Shipment],
    stock: Mapping[StockKey, WarehouseStock],
) -> None:
    """Take the units of the shipments off the available stock, with movements in the ledger."""
    movements = [
        StockMovement(
            item_id=item_id,
            warehouse_id=warehouse_id,
            kind=StockMovement.Kind.ASSIGNED,
            physical_change=0,
            available_change=-quantity,
            warehouse_order=warehouse_order,
        )
        for warehouse_order, (_, warehouse_id, units) in zip(
            warehouse_orders, shipments, strict=True
        )
        for item_id, quantity in sorted(units.items())
    ]
    post_movements(stock, movements)


def _write_decision_rows(decisions: Sequence[OrderDecision], kind: Decision.Kind) -> None:
    Decision.objects.bulk_create(
        Decision(
            order=decision.order,
            kind=kind,
            strategy=decision.strategy,
            version=strategy_version(decision.strategy),
            inputs=decision.inputs,
            outputs=serialize_outputs(decision.assignment),
        )
        for decision in decisions
    )


def _update_order_statuses(decisions: Sequence[OrderDecision]) -> None:
    """Update new, completely assigned orders in one statement, and the others one by one."""
    simple_ids = {
        decision.order.pk
        for decision in decisions
        if decision.is_complete and decision.order.is_cancellable
    }
    Order.objects.filter(pk__in=simple_ids).update(
        status=Order.Status.ASSIGNED, awaits_assignment=False
    )
    for decision in decisions:
        order = decision.order
        if order.pk in simple_ids:
            order.status, order.awaits_assignment = Order.Status.ASSIGNED, False
        elif decision.assignment.picks:
            update_order_status(order)
    cancel_retries([decision.order.pk for decision in decisions if decision.is_complete])
    schedule_retry(
        [decision.order.pk for decision in decisions if not decision.is_complete],
        UNAVAILABLE_REASON,
    )
