"""Moving what nobody has picked yet to where it is cheaper to ship by now, or out of a
warehouse that has closed.

What could be better is found from an unlocked look (warehouses.assignment.strategies.reoptimization); what was
found is then done in one transaction, or not at all where something has changed since.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Prefetch
from django.db.models.functions import Now

from catalog.models import AggregatedStock
from catalog.stock import change_stock, lock_stock
from orders.models import Order
from warehouses.assignment.assigning import Decided, write_decided
from warehouses.assignment.context import AssignmentContext, current_workload, free_units
from warehouses.assignment.delivery_estimates import late_from
from warehouses.assignment.records import replaced, serialize_inputs
from warehouses.assignment.strategies.registry import STRATEGIES, chosen_strategy, decides_by_cost
from warehouses.assignment.strategies.reoptimization import AssignmentPlan, reoptimize
from warehouses.assignment.strategies.types import DEFAULT_WEIGHT, Line, Pick
from warehouses.exceptions import ChangedSince
from warehouses.fulfilment.deallocation import cancel
from warehouses.fulfilment.order_status import unassigned_lines
from warehouses.models import (
    Decision,
    Shortfall,
    StockMovement,
    WarehouseOrder,
    WarehouseStock,
)
from warehouses.stock.rows import StockKey, lock_items, post_movements

BATCH_SIZE = 100  # orders of up to 500 lines, in statements of up to 65,535 parameters

# An order's parcels that wait to be picked, before and after.
Move = tuple[AssignmentPlan, AssignmentPlan]


def youngest(*, before: int | None = None) -> list[int]:
    """Return the ids of the youngest orders, of those `before` an id, with parcels to pick."""
    parcels = WarehouseOrder.objects.filter(status=WarehouseOrder.Status.ASSIGNED)
    if before is not None:
        parcels = parcels.filter(order__lt=before)
    ids = parcels.order_by("-order_id").values_list("order_id", flat=True).distinct()
    return list(ids[:BATCH_SIZE])


def waiting_in_closed(*, after: int = 0) -> list[int]:
    """Return the ids of the oldest orders of which a closed warehouse has parcels to pick."""
    parcels = WarehouseOrder.objects.filter(
        warehouse__is_open=False, status=WarehouseOrder.Status.ASSIGNED, order__gt=after
    )
    ids = parcels.order_by("order_id").values_list("order_id", flat=True).distinct()
    return list(ids[:BATCH_SIZE])


def find_moves(order_ids: Iterable[int]) -> list[Move]:
    """Return those of the orders that would be better elsewhere, before and after.

    What waits in a closed warehouse is better in any open one; other parcels are where
    they cost less, if costs decide.
    """
    name = chosen_strategy()
    standing, room = _standing(order_ids)
    before = {one.number: one for one in standing}
    if not decides_by_cost():
        before = {number: one for number, one in before.items() if one.leaving}
    items = {line.item_id for one in before.values() for line in one.lines}
    leaving = {item_id for one in before.values() for item_id in one.leaving}
    unsold = AggregatedStock.objects.filter(item__in=leaving).values_list("item_id", "stock")
    changed = reoptimize(
        list(before.values()),
        free_units(items),
        STRATEGIES[name],
        unsold=dict(unsold),
        room=room,
    )
    return [(before[after.number], after) for after in changed]


@transaction.atomic
def move_orders(*, moves: Sequence[Move]) -> int:
    """Cancel the warehouse orders of each that wait, and write those that are better.

    Returns how many orders moved. Raises ChangedSince, and then nothing has moved.
    """
    name = chosen_strategy()
    orders = list(Order.objects.filter(pk__in=[one.number for one, _ in moves]).lock())
    leaving = sum((before.leaving for before, _ in moves), Counter[int]())
    unsold = lock_stock(leaving) if leaving else {}
    parcels = _lock_parcels(orders, {before.number: before for before, _ in moves})
    items = {line.item_id for one, _ in moves for line in one.lines}
    stock = lock_items(items, leaving=_places_left(moves))
    if Shortfall.objects.filter(item__in=items, resolved_at=None).exists():
        raise ChangedSince
    _release(parcels, stock)
    _take_off_sale(leaving, unsold)
    lines_of = unassigned_lines(orders)
    move_of = {before.number: (before, after) for before, after in moves}
    numbers = {order.pk: order.number for order in orders}
    decided = []
    for order in orders:
        before, after = move_of[order.pk]
        inputs = serialize_inputs(after.lines, after.seen, after.choices)
        inputs["before"] = replaced(before, after, numbers)
        decided.append(Decided(order, lines_of[order.pk], name, after.answer, inputs))
    _check_that_it_is_there(decided, stock)
    write_decided(decided, stock, kind=Decision.Kind.REASSIGNED)
    return len(orders)


def in_groups(moves: Sequence[Move]) -> list[list[Move]]:
    """Part the moves so that those which share units stay together, and no others."""
    groups: list[tuple[set[tuple[int, int]], list[Move]]] = []
    for move in moves:
        places = {(p.warehouse_id, p.item_id) for one in move for p in one.picks}
        joined = [group for group in groups if not places.isdisjoint(group[0])]
        groups = [group for group in groups if places.isdisjoint(group[0])]
        together = [old for _, olds in joined for old in olds]
        groups.append((places.union(*(theirs for theirs, _ in joined)), [*together, move]))
    return [group for _, group in groups]


def _standing(order_ids: Iterable[int]) -> tuple[list[AssignmentPlan], Mapping[int, int]]:
    """What of the orders waits to be picked, where all of each has a warehouse.

    Also how many more parcels the warehouses take that have a limit.
    """
    orders = (
        Order.objects.filter(pk__in=set(order_ids), awaits_assignment=False)
        .exclude(status__in=Order.OVER)
        .exclude(lines__item__in=Shortfall.objects.filter(resolved_at=None).values("item"))
        .annotate(as_of=Now())
        .order_by("-pk")
    )
    waiting = WarehouseOrder.objects.filter(status=WarehouseOrder.Status.ASSIGNED)
    with_parcels = Prefetch(
        "warehouse_orders",
        waiting.select_related("warehouse").order_by("pk").prefetch_related("lines__item"),
        "to_pick",
    )
    parcels_of: dict[Any, list[WarehouseOrder]] = {
        order: order.to_pick for order in orders.prefetch_related(with_parcels)
    }
    items = {line.item_id for ps in parcels_of.values() for p in ps for line in p.lines.all()}
    known = AssignmentContext(items, current_workload())
    standing = [
        AssignmentPlan(
            order.pk,
            order.placed_at.timestamp(),
            _lines(parcels),
            _picks_on(parcels),
            tuple(known.candidates_for(order.pk, order.shipping_address)),
            late_from(known, parcels, order.as_of),
        )
        for order, parcels in parcels_of.items()
        if parcels and known.warehouse_ids
    ]
    return standing, known.room


def _picks_on(parcels: Sequence[WarehouseOrder]) -> tuple[Pick, ...]:
    return tuple(
        Pick(parcel.warehouse_id, line.item_id, line.quantity)
        for parcel in sorted(parcels, key=lambda one: one.pk)
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
    orders: Sequence[Order], before: Mapping[int, AssignmentPlan]
) -> list[WarehouseOrder]:
    """Lock what waits to be picked of locked orders, which must be as it was looked at."""
    waiting = WarehouseOrder.objects.filter(order__in=orders, status=WarehouseOrder.Status.ASSIGNED)
    parcels = list(waiting.prefetch_related("lines").lock())
    of: defaultdict[int, list[WarehouseOrder]] = defaultdict(list)
    for parcel in parcels:
        of[parcel.order_id].append(parcel)
    for order in orders:
        is_same = sorted(_picks_on(of[order.pk]), key=repr) == sorted(
            before[order.pk].picks, key=repr
        )
        if order.awaits_assignment or not order.is_waiting or not is_same:
            raise ChangedSince
    if len(orders) != len(before):
        raise ChangedSince
    return parcels


def _places_left(moves: Sequence[Move]) -> set[StockKey]:
    """Where in closed warehouses the units are that leave them."""
    return {
        (pick.item_id, pick.warehouse_id) for before, _ in moves for pick in before.leaving_picks
    }


def _release(parcels: Sequence[WarehouseOrder], stock: Mapping[StockKey, WarehouseStock]) -> None:
    """Put the units of locked warehouse orders back on their shelves, and cancel them."""
    entries = [
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
    if any((entry.item_id, entry.warehouse_id) not in stock for entry in entries):
        raise ChangedSince  # a warehouse has closed meanwhile
    post_movements(stock, entries)
    cancel(parcels)


def _take_off_sale(leaving: Mapping[int, int], unsold: Mapping[int, AggregatedStock]) -> None:
    """Units that come free in a closed warehouse are not on sale, those that replace them were."""
    if any(unsold[item_id].stock < units for item_id, units in leaving.items()):
        raise ChangedSince
    change_stock({item_id: -units for item_id, units in leaving.items()})


def _check_that_it_is_there(
    decided: Sequence[Decided], stock: Mapping[StockKey, WarehouseStock]
) -> None:
    """Raises ChangedSince where units were taken by somebody else meanwhile."""
    wanted: defaultdict[StockKey, int] = defaultdict(int)
    for one in decided:
        if not one.is_whole:
            raise ChangedSince
        for pick in one.assignment.picks:
            wanted[pick.item_id, pick.warehouse_id] += pick.quantity
    for place, units in wanted.items():
        if place not in stock or stock[place].available_stock < units:
            raise ChangedSince
