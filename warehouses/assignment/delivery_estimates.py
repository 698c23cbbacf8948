"""Estimates of delivery dates that depend on the assignment strategy."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models.functions import Now

from warehouses.assignment.assigning import run_strategy
from warehouses.assignment.context import AssignmentContext
from warehouses.assignment.strategies.registry import decides_by_cost
from warehouses.assignment.strategies.types import DEFAULT_WEIGHT, Line
from warehouses.delivery.calendar import DeliveryEstimate
from warehouses.delivery.distances import locate_address
from warehouses.delivery.estimates import estimate_order_delivery, estimate_parcel_arrival
from warehouses.exceptions import InvalidAssignment
from warehouses.models import WarehouseOrder, WarehouseStock


def stock_rows_with_units(item_id: int) -> list[Any]:
    """Return the item's stock rows with available units, each annotated with the time, `as_of`.

    An item that is not on sale, or whose units are all held, has none.
    """
    rows = WarehouseStock.objects.filter(
        item=item_id,
        item__is_active=True,
        item__aggregated_stock__stock__gt=0,
        available_stock__gt=0,
        warehouse__is_open=True,
    )
    return list(rows.select_related("warehouse", "item").annotate(as_of=Now()))


def estimate_delivery(rows: Sequence[Any], address: Mapping[str, str]) -> DeliveryEstimate | None:
    """Estimate the delivery of a unit ordered now, from the warehouse that would ship it.

    `rows` are those of stock_rows_with_units. Where the warehouse is not known beforehand the
    estimate is the latest of all warehouses; it is None where the address cannot be located.
    """
    destination = locate_address(address)
    if destination is None:
        return None
    context = AssignmentContext([row.item_id for row in rows])
    warehouse_id = _likely_warehouse_id(rows, address, context)
    estimates = (
        estimate_order_delivery(row.as_of, row.warehouse, destination, context.rates)
        for row in rows
        if warehouse_id in {None, row.warehouse_id}
    )
    return max(
        estimates,
        key=lambda estimate: (estimate.arrives_on, -estimate.order_before.timestamp()),
    )


def _likely_warehouse_id(
    rows: Sequence[Any], address: Mapping[str, str], context: AssignmentContext
) -> int | None:
    """Return the warehouse that would ship one unit, if the strategy decides by cost."""
    if not decides_by_cost():
        return None
    item = rows[0].item
    line = Line(item.pk, 1, item.name, item.weight or DEFAULT_WEIGHT)
    free = {(row.warehouse_id, item.pk): row.available_stock for row in rows}
    try:
        picks = run_strategy([line], free, address, context.candidates_for(0, address)).picks
    except InvalidAssignment:
        return None
    return picks[0].warehouse_id if picks else None


def late_warehouse_ids(
    context: AssignmentContext, parcels: Sequence[WarehouseOrder], as_of: datetime
) -> frozenset[int]:
    """Return the open warehouses from which an order would arrive later than estimated before.

    `parcels` are the order's parcels that wait to be picked, read with their warehouses.
    The order is expected on the day of its first estimate, or, where that is not possible
    any more, on the day on which its parcels would arrive if they left at once. No warehouse
    is late where the address cannot be located, since then there was no estimate, or where
    a parcel waits in a closed warehouse, which it leaves at any price.
    """
    destination = locate_address(parcels[0].shipping_address)
    is_all_open = context.warehouse_ids.issuperset(parcel.warehouse_id for parcel in parcels)
    if destination is None or not is_all_open:
        return frozenset()
    rates = context.rates
    expected_on = max(
        day
        for parcel in parcels
        for day in (
            estimate_order_delivery(
                parcel.assigned_at, parcel.warehouse, destination, rates
            ).arrives_on,
            estimate_parcel_arrival(as_of, parcel.warehouse, destination, rates),
        )
    )
    return frozenset(
        w.pk
        for w in context.warehouses
        if estimate_order_delivery(as_of, w, destination, rates).arrives_on > expected_on
    )
