"""Reassignment of unpicked parcels: to cheaper warehouses, or out of closed ones.

Improvements are computed from stock read without a lock (strategies.reoptimization). They
are applied in one transaction, or not at all where something has changed since.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Prefetch
from django.db.models.functions import Now

from catalog.models import AggregatedStock
from catalog.stock import change_stock, lock_stock
from orders.models import Order, OrderChange
from orders.state.history import post_order_change
from shop.core.authors import THE_SHOP
from warehouses.assignment.context import AssignmentContext, current_workload, free_units
from warehouses.assignment.decision_writing import OrderDecision, write_decisions
from warehouses.assignment.delivery_estimates import late_warehouse_ids
from warehouses.assignment.records import serialize_inputs, serialize_replaced
from warehouses.assignment.strategies.registry import (
    STRATEGIES,
    built_in_strategy_name,
    decides_by_cost,
)
from warehouses.assignment.strategies.reoptimization import AssignmentPlan, redecide, reoptimize
from warehouses.assignment.strategies.types import DEFAULT_WEIGHT, Line, Pick
from warehouses.exceptions import StockChanged
from warehouses.fulfilment.deallocation import cancel_warehouse_orders
from warehouses.fulfilment.unassigned import unassigned_lines
from warehouses.models import (
    Decision,
    Shortfall,
    StockMovement,
    Warehouse,
    WarehouseOrder,
    WarehouseStock,
)
from warehouses.stock.rows import StockKey, lock_open_warehouse_rows, post_movements

BATCH_SIZE = 100  # orders of up to 500 lines, in statements of up to 65,535 parameters


class Reassignment(NamedTuple):
    """The plan of an order's unpicked parcels before and after the reassignment."""

    before: AssignmentPlan
    after: AssignmentPlan


def newest_orders_to_pick(*, before: int | None = None) -> list[int]:
    """Return the ids of the newest orders with parcels to pick, of those `before` an id."""
    parcels = WarehouseOrder.objects.to_pick()
    if before is not None:
        parcels = parcels.filter(order__lt=before)
    ids = parcels.order_by("-order_id").values_list("order_id", flat=True).distinct()
    return list(ids[:BATCH_SIZE])


def orders_in_closed_warehouses(*, after: int = 0) -> list[int]:
    """Return the ids of the oldest orders with parcels to pick in closed warehouses."""
    parcels = WarehouseOrder.objects.filter(
        warehouse__is_open=False, status=WarehouseOrder.Status.ASSIGNED, order__gt=after
    )
    ids = parcels.order_by("order_id").values_list("order_id", flat=True).distinct()
    return list(ids[:BATCH_SIZE])


def find_reassignments(order_ids: Iterable[int]) -> list[Reassignment]:
    """Return the reassignments of those of the orders that have a better plan.

    Parcels in a closed warehouse are reassigned to any open one; other parcels to where they
    cost less, if the strategy decides by cost.
    """
    name = built_in_strategy_name()
    plans, remaining_capacity = _read_plans(order_ids)
    plan_of = {plan.order_id: plan for plan in plans}
    if not decides_by_cost():
        plan_of = {order_id: plan for order_id, plan in plan_of.items() if plan.units_in_closed}
    items = {line.item_id for plan in plan_of.values() for line in plan.lines}
    items_in_closed = {item_id for plan in plan_of.values() for item_id in plan.units_in_closed}
    unsold = AggregatedStock.objects.filter(item__in=items_in_closed)
    changed = reoptimize(
        list(plan_of.values()),
        free_units(items),
        STRATEGIES[name],
        unsold=dict(unsold.values_list("item_id", "stock")),
        remaining_capacity=remaining_capacity,
    )
    return [Reassignment(plan_of[after.order_id], after) for after in changed]


@transaction.atomic
def apply_reassignments(*, reassignments: Sequence[Reassignment]) -> int:
    """Cancel the unpicked warehouse orders of each order, and write the better ones.

    Returns the number of reassigned orders. Raises StockChanged, and then nothing changes.
    """
    orders = list(
        Order.objects.filter(pk__in=[before.order_id for before, _ in reassignments]).lock()
    )
    units_in_closed = sum((before.units_in_closed for before, _ in reassignments), Counter[int]())
    unsold = lock_stock(units_in_closed) if units_in_closed else {}
    parcels = _lock_parcels(orders, {before.order_id: before for before, _ in reassignments})
    items = {line.item_id for before, _ in reassignments for line in before.lines}
    stock = lock_open_warehouse_rows(items, closed_keys=_keys_in_closed(reassignments))
    if Shortfall.objects.filter(item__in=items, resolved_at=None).exists():
        raise StockChanged
    _cancel_parcels(parcels, stock)
    _take_off_sale(units_in_closed, unsold)
    decisions = _to_decisions(reassignments, orders)
    _check_availability(decisions, stock)
    write_decisions(decisions, stock, kind=Decision.Kind.REASSIGNED)
    _record_moves(decisions, {before.order_id: before for before, _ in reassignments})
    return len(orders)


def find_redecision(order_id: int) -> list[Reassignment]:
    """Return the reassignment of an order that goes to another address, if it has a plan.

    The order is decided as if its units were free again; the new plan may have the same picks.
    An order that leaves a closed warehouse is decided by find_reassignments.
    """
    plans, remaining_capacity = _read_plans([order_id])
    if not plans or plans[0].units_in_closed:
        return find_reassignments([order_id])
    [plan] = plans
    free = free_units({line.item_id for line in plan.lines})
    strategy = STRATEGIES[built_in_strategy_name()]
    after = redecide(plan, free, strategy, remaining_capacity=remaining_capacity)
    return [Reassignment(plan, after)] if after else []


def _to_decisions(
    reassignments: Iterable[Reassignment], orders: Sequence[Order]
) -> list[OrderDecision]:
    """Return the decisions about locked orders without open parcels, with what they replace."""
    reassignment_of = {before.order_id: (before, after) for before, after in reassignments}
    lines_of = unassigned_lines(orders)
    numbers = {order.pk: order.number for order in orders}
    name = built_in_strategy_name()
    decisions = []
    for order in orders:
        before, after = reassignment_of[order.pk]
        inputs = serialize_inputs(after.lines, after.availability, after.on_time_candidates)
        inputs["before"] = serialize_replaced(before, after, numbers)
        decisions.append(OrderDecision(order, lines_of[order.pk], name, after.assignment, inputs))
    return decisions


def _record_moves(
    decisions: Iterable[OrderDecision], plan_of: Mapping[int, AssignmentPlan]
) -> None:
    """Append to the history of each order from where to where it has moved, if it has.

    Customers read the history, so the reason, with its costs, stays in the decision.
    """
    codes = dict(Warehouse.objects.values_list("pk", "code"))
    for decision in decisions:
        before = _codes_of(plan_of[decision.order.pk].picks, codes)
        after = _codes_of(decision.assignment.picks, codes)
        if before != after:
            post_order_change(
                decision.order,
                OrderChange.Kind.MOVED,
                author=THE_SHOP,
                details={"from": before, "to": after},
            )


def _codes_of(picks: Iterable[Pick], codes: Mapping[int, str]) -> list[str]:
    return sorted({codes[pick.warehouse_id] for pick in picks})


def group_by_shared_stock(reassignments: Sequence[Reassignment]) -> list[list[Reassignment]]:
    """Return the smallest groups that share no stock rows with each other."""
    groups: list[tuple[set[tuple[int, int]], list[Reassignment]]] = []
    for reassignment in reassignments:
        keys = {(p.warehouse_id, p.item_id) for plan in reassignment for p in plan.picks}
        sharing = [group for group in groups if not keys.isdisjoint(group[0])]
        groups = [group for group in groups if keys.isdisjoint(group[0])]
        earlier = [member for _, members in sharing for member in members]
        all_keys = keys.union(*(group_keys for group_keys, _ in sharing))
        groups.append((all_keys, [*earlier, reassignment]))
    return [members for _, members in groups]


def _read_plans(order_ids: Iterable[int]) -> tuple[list[AssignmentPlan], Mapping[int, int]]:
    """Return the plans of completely assigned orders with parcels to pick, newest first.

    Also the remaining capacity of the warehouses that have a daily limit, in parcels.
    """
    orders = _read_orders_to_pick(order_ids)
    items = {
        line.item_id for order in orders for parcel in order.to_pick for line in parcel.lines.all()
    }
    context = AssignmentContext(items, current_workload())
    plans = [_to_plan(order, context) for order in orders if context.warehouse_ids]
    return plans, context.remaining_capacity


def _read_orders_to_pick(order_ids: Iterable[int]) -> list[Any]:
    """Return the completely assigned orders with unpicked parcels, newest first.

    Each has these as `to_pick`, and the time as `as_of`. Orders with items of open
    shortfalls are left out.
    """
    with_parcels = Prefetch(
        "warehouse_orders",
        WarehouseOrder.objects.to_pick()
        .select_related("warehouse")
        .order_by("pk")
        .prefetch_related("lines__item"),
        "to_pick",
    )
    orders = (
        Order.objects.filter(pk__in=set(order_ids), awaits_assignment=False)
        .exclude(status__in=Order.FINAL_STATUSES)
        .exclude(lines__item__in=Shortfall.objects.filter(resolved_at=None).values("item"))
        .annotate(as_of=Now())
        .order_by("-pk")
        .prefetch_related(with_parcels)
    )
    return [order for order in orders if order.to_pick]


def _to_plan(order: Any, context: AssignmentContext) -> AssignmentPlan:
    parcels = order.to_pick
    return AssignmentPlan(
        order.pk,
        order.placed_at.timestamp(),
        _lines(parcels),
        _picks(parcels),
        tuple(context.candidates_for(order.pk, order.shipping_address)),
        late_warehouse_ids(context, parcels, order.as_of),
    )


def _picks(parcels: Sequence[WarehouseOrder]) -> tuple[Pick, ...]:
    return tuple(
        Pick(parcel.warehouse_id, line.item_id, line.quantity)
        for parcel in sorted(parcels, key=lambda parcel: parcel.pk)
        for line in parcel.lines.all()
    )


def _lines(parcels: Sequence[WarehouseOrder]) -> tuple[Line, ...]:
    units: defaultdict[int, int] = defaultdict(int)
    item_of = {}
    for parcel in parcels:
        for line in parcel.lines.all():
            units[line.item_id] += line.quantity
            item_of[line.item_id] = line.item
    return tuple(
        Line(item_id, units[item_id], item.name, item.weight or DEFAULT_WEIGHT)
        for item_id, item in sorted(item_of.items())
    )


def _lock_parcels(
    orders: Sequence[Order], plan_of: Mapping[int, AssignmentPlan]
) -> list[WarehouseOrder]:
    """Lock the unpicked parcels of locked orders; raises StockChanged unless the plans hold."""
    unpicked = WarehouseOrder.objects.to_pick().filter(order__in=orders)
    parcels = list(unpicked.prefetch_related("lines").lock())
    parcels_of: defaultdict[int, list[WarehouseOrder]] = defaultdict(list)
    for parcel in parcels:
        parcels_of[parcel.order_id].append(parcel)
    for order in orders:
        current_picks = sorted(_picks(parcels_of[order.pk]), key=repr)
        is_same = current_picks == sorted(plan_of[order.pk].picks, key=repr)
        if order.awaits_assignment or not order.is_open or not is_same:
            raise StockChanged
    if len(orders) != len(plan_of):
        raise StockChanged
    return parcels


def _keys_in_closed(reassignments: Sequence[Reassignment]) -> set[StockKey]:
    """Return the keys of the stock rows in closed warehouses."""
    return {
        (pick.item_id, pick.warehouse_id)
        for before, _ in reassignments
        for pick in before.picks_in_closed
    }


def _cancel_parcels(
    parcels: Sequence[WarehouseOrder], stock: Mapping[StockKey, WarehouseStock]
) -> None:
    """Deallocate the units of locked warehouse orders, and cancel these."""
    movements = [
        StockMovement(
            item_id=line.item_id,
            warehouse_id=parcel.warehouse_id,
            kind=StockMovement.Kind.UNASSIGNED,
            physical_change=0,
            available_change=line.quantity,
            warehouse_order=parcel,
        )
        for parcel in parcels
        for line in parcel.lines.all()
    ]
    if any((movement.item_id, movement.warehouse_id) not in stock for movement in movements):
        raise StockChanged  # a warehouse has closed meanwhile
    post_movements(stock, movements)
    cancel_warehouse_orders(parcels)


def _take_off_sale(
    units_in_closed: Mapping[int, int], unsold: Mapping[int, AggregatedStock]
) -> None:
    """Reduce the stock on sale: deallocated units of closed warehouses are not for sale.

    The units of open warehouses that replace them were for sale until now.
    """
    if any(unsold[item_id].stock < units for item_id, units in units_in_closed.items()):
        raise StockChanged
    change_stock({item_id: -units for item_id, units in units_in_closed.items()})


def _check_availability(
    decisions: Sequence[OrderDecision], stock: Mapping[StockKey, WarehouseStock]
) -> None:
    """Raise StockChanged where another transaction has taken units meanwhile."""
    needed: defaultdict[StockKey, int] = defaultdict(int)
    for decision in decisions:
        if not decision.is_complete:
            raise StockChanged
        for pick in decision.assignment.picks:
            needed[pick.item_id, pick.warehouse_id] += pick.quantity
    for key, units in needed.items():
        if key not in stock or stock[key].available_stock < units:
            raise StockChanged
