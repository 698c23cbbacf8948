"""Moving orders that nobody has picked yet to where they are cheaper to ship by now.

What could be better is found from an unlocked look (warehouses.reconsidering); what was
found is then done in one transaction, or not at all where something has changed since.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now

from orders.models import Order
from warehouses.assignment import Decided, write_decided
from warehouses.candidates import Surroundings, free_units
from warehouses.decisions import as_asked
from warehouses.exceptions import ChangedSince
from warehouses.giving_back import cancel
from warehouses.models import (
    Decision,
    Shortfall,
    StockMovement,
    WarehouseOrder,
    WarehouseStock,
)
from warehouses.progress import unassigned_lines
from warehouses.reconsidering import Standing, reconsider
from warehouses.stock import Place, enter, lock_items
from warehouses.strategies import (
    DEFAULT_WEIGHT,
    STRATEGIES,
    Line,
    Pick,
    chosen_strategy,
    counts_costs,
    external_strategy,
)

MOST_ORDERS = 300
YOUNGER_THAN = timedelta(days=2)


def find_moves() -> list[tuple[Standing, Standing]]:
    """Return the unpicked orders that would be cheaper elsewhere, before and after."""
    name = chosen_strategy()
    if external_strategy() or not counts_costs(name):
        return []
    before = {one.number: one for one in _standing()}
    items = {line.item_id for one in before.values() for line in one.lines}
    changed = reconsider(list(before.values()), free_units(items), STRATEGIES[name])
    return [(before[after.number], after) for after in changed]


@transaction.atomic
def move_orders(*, moves: Sequence[tuple[Standing, Standing]]) -> int:
    """Cancel the warehouse orders of each, and write those that are cheaper.

    Returns how many orders moved. Raises ChangedSince, and then nothing has moved.
    """
    name = chosen_strategy()
    orders = list(Order.objects.filter(pk__in=[one.number for one, _ in moves]).lock())
    parcels = _lock_parcels(orders, {before.number: before for before, _ in moves})
    items = {line.item_id for one, _ in moves for line in one.lines}
    stock = lock_items(items)
    if Shortfall.objects.filter(item__in=items, resolved_at=None).exists():
        raise ChangedSince
    _release(parcels, stock)
    after = {one.number: one for _, one in moves}
    lines_of = unassigned_lines(orders)
    decided = []
    for order in orders:
        one = after[order.pk]
        asked = as_asked(one.lines, one.seen, one.candidates)
        decided.append(Decided(order, lines_of[order.pk], name, one.answer, asked))
    _check_that_it_is_there(decided, stock)
    write_decided(decided, stock, kind=Decision.Kind.RECONSIDERED)
    return len(orders)


def in_groups(
    moves: Sequence[tuple[Standing, Standing]],
) -> list[list[tuple[Standing, Standing]]]:
    """Part the moves so that those which share units stay together, and no others."""
    groups: list[tuple[set[tuple[int, int]], list[tuple[Standing, Standing]]]] = []
    for move in moves:
        places = {(p.warehouse_id, p.item_id) for one in move for p in one.picks}
        joined = [group for group in groups if not places.isdisjoint(group[0])]
        groups = [group for group in groups if places.isdisjoint(group[0])]
        together = [old for _, olds in joined for old in olds]
        groups.append((places.union(*(theirs for theirs, _ in joined)), [*together, move]))
    return [group for _, group in groups]


def _standing() -> list[Standing]:
    """The youngest orders of which every parcel waits to be picked, in open warehouses."""
    young = (
        Order.objects.filter(
            status=Order.Status.ASSIGNED,
            awaits_assignment=False,
            placed_at__gt=Now() - YOUNGER_THAN,
        )
        .exclude(warehouse_orders__status__in=["picked", "shipped"])
        .exclude(warehouse_orders__warehouse__is_open=False)
        .exclude(lines__item__in=Shortfall.objects.filter(resolved_at=None).values("item"))
        .order_by("-pk")
        .prefetch_related("warehouse_orders__lines__item")[:MOST_ORDERS]
    )
    parcels_of = {
        order: [one for one in order.warehouse_orders.all() if not one.is_cancelled]
        for order in young
    }
    items = {line.item_id for ps in parcels_of.values() for p in ps for line in p.lines.all()}
    known = Surroundings(items)
    return [
        Standing(
            order.pk,
            order.placed_at.timestamp(),
            _lines(parcels),
            _picks_on(parcels),
            tuple(known.met_by(order.pk, order.shipping_address)),
        )
        for order, parcels in parcels_of.items()
        if parcels and {one.warehouse_id for one in parcels} <= known.warehouse_ids
    ]


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


def _lock_parcels(orders: Sequence[Order], before: Mapping[int, Standing]) -> list[WarehouseOrder]:
    """Lock the warehouse orders of locked orders, which must be as they were looked at."""
    parcels = list(
        WarehouseOrder.objects.filter(order__in=orders).open().prefetch_related("lines").lock()
    )
    of: defaultdict[int, list[WarehouseOrder]] = defaultdict(list)
    for parcel in parcels:
        of[parcel.order_id].append(parcel)
    for order in orders:
        is_waiting = all(p.status == WarehouseOrder.Status.ASSIGNED for p in of[order.pk])
        is_same = sorted(_picks_on(of[order.pk]), key=repr) == sorted(
            before[order.pk].picks, key=repr
        )
        if order.status != Order.Status.ASSIGNED or not is_waiting or not is_same:
            raise ChangedSince
    if len(orders) != len(before):
        raise ChangedSince
    return parcels


def _release(parcels: Sequence[WarehouseOrder], stock: Mapping[Place, WarehouseStock]) -> None:
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
        raise ChangedSince  # a warehouse has closed
    enter(stock, entries)
    cancel(parcels)


def _check_that_it_is_there(
    decided: Sequence[Decided], stock: Mapping[Place, WarehouseStock]
) -> None:
    """Raises ChangedSince where units were taken by somebody else meanwhile."""
    wanted: defaultdict[Place, int] = defaultdict(int)
    for one in decided:
        if not one.is_whole:
            raise ChangedSince
        for pick in one.assignment.picks:
            wanted[pick.item_id, pick.warehouse_id] += pick.quantity
    for place, units in wanted.items():
        if place not in stock or stock[place].available_stock < units:
            raise ChangedSince
