"""Estimates of delivery dates that depend on the assignment strategy."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models.functions import Now

from warehouses.assignment.assigning import ask_strategy
from warehouses.assignment.context import AssignmentContext
from warehouses.assignment.strategies.registry import decides_by_cost
from warehouses.assignment.strategies.types import DEFAULT_WEIGHT, Line
from warehouses.delivery.calendar import Promise
from warehouses.delivery.distances import whereabouts
from warehouses.delivery.estimates import _arrival_if_shipped, _promise
from warehouses.exceptions import InvalidAssignment
from warehouses.models import WarehouseOrder, WarehouseStock


def shelves_with(item_id: int) -> list[Any]:
    """Return its stock rows that have free units, each with the moment, `as_of`.

    An item that is not on sale, or all held, has none.
    """
    shelves = WarehouseStock.objects.filter(
        item=item_id,
        item__is_active=True,
        item__aggregated_stock__stock__gt=0,
        available_stock__gt=0,
        warehouse__is_open=True,
    )
    return list(shelves.select_related("warehouse", "item").annotate(as_of=Now()))


def estimate_delivery(shelves: Sequence[Any], address: Mapping[str, str]) -> Promise | None:
    """Promise the arrival of a unit ordered now, from where it would be shipped.

    Where nobody knows that beforehand it is the latest of all, and None where nobody
    knows the place.
    """
    goes_to = whereabouts(address)
    if goes_to is None:
        return None
    known = AssignmentContext([shelf.item_id for shelf in shelves])
    shipped_by = _likely_shipper(shelves, address, known)
    return max(
        (
            _promise(shelf.as_of, shelf.warehouse, goes_to, known.rates)
            for shelf in shelves
            if shipped_by in {None, shelf.warehouse_id}
        ),
        key=lambda one: (one.arrives_on, -one.order_before.timestamp()),
    )


def _likely_shipper(
    shelves: Sequence[Any], address: Mapping[str, str], known: AssignmentContext
) -> int | None:
    """Return which warehouse would ship a unit, as far as distance decides about it."""
    if not decides_by_cost():
        return None
    item = shelves[0].item
    line = Line(item.pk, 1, item.name, item.weight or DEFAULT_WEIGHT)
    free = {(shelf.warehouse_id, item.pk): shelf.available_stock for shelf in shelves}
    try:
        picks = ask_strategy([line], free, address, known.candidates_for(0, address)).picks
    except InvalidAssignment:
        return None
    return picks[0].warehouse_id if picks else None


def late_from(
    known: AssignmentContext, parcels: Sequence[WarehouseOrder], as_of: datetime
) -> frozenset[int]:
    """Return from which of the open warehouses an order would arrive later than it is expected.

    Its parcels wait to be picked, and are read with their warehouses. They are expected
    when the customer was told or, where that cannot be any more, as if they left at once.
    Where nobody knows the place nothing was told, and of what leaves a closed warehouse
    nothing is kept: then none is late.
    """
    goes_to = whereabouts(parcels[0].shipping_address)
    if goes_to is None or not known.warehouse_ids.issuperset(p.warehouse_id for p in parcels):
        return frozenset()
    rates = known.rates
    expected = max(
        day
        for parcel in parcels
        for day in (
            _promise(parcel.assigned_at, parcel.warehouse, goes_to, rates).arrives_on,
            _arrival_if_shipped(as_of, parcel.warehouse, goes_to, rates),
        )
    )
    return frozenset(
        w.pk for w in known.warehouses if _promise(as_of, w, goes_to, rates).arrives_on > expected
    )
