"""The open warehouses as an order meets them: how far, what a parcel costs, how busy.

Read once for a batch of orders; each order then sees them from where it goes.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import cached_property
from typing import NamedTuple

from django.conf import settings
from django.db.models import Count, DateTimeField, Func, QuerySet, Value
from django.db.models.functions import Now

from warehouses.assignment.strategies.registry import chosen_strategy
from warehouses.assignment.strategies.types import Candidate
from warehouses.delivery.distances import km_from, whereabouts
from warehouses.delivery.rates import Rates, current_rates
from warehouses.models import BidPrice, Warehouse, WarehouseOrder, WarehouseStock

# Values that are older say nothing any more, and nothing is foreseen.
BID_PRICE_LIFETIME = timedelta(hours=6)


class Workload(NamedTuple):
    """How many parcels wait in each warehouse, and have left it today if it has a limit."""

    waiting: Mapping[int, int]
    left_today: Mapping[int, int]


NO_WORK = Workload({}, {})


class AssignmentContext:
    """What the decisions of a batch have in common. Read what must not change under locks.

    How busy the warehouses are may be read before; who only estimates need not know.
    """

    def __init__(self, item_ids: Iterable[int], work: Workload = NO_WORK):
        self.warehouses = list(Warehouse.objects.filter(is_open=True).order_by("pk"))
        self._loads = defaultdict(int, work.waiting)
        self._room = {
            w.pk: w.parcels_per_day - work.waiting.get(w.pk, 0) - work.left_today.get(w.pk, 0)
            for w in self.warehouses
            if w.parcels_per_day is not None
        }
        self._values = _values(item_ids) if chosen_strategy() == "foresighted" else {}

    @cached_property
    def rates(self) -> Rates:
        return current_rates()

    @cached_property
    def warehouse_ids(self) -> set[int]:
        return {w.pk for w in self.warehouses}

    def candidates_for(self, order_id: int, address: Mapping[str, str]) -> list[Candidate]:
        """Return the warehouses, each order beginning with the next one, so that turns are fair.

        Where nobody knows how far it is, a warehouse counts as in the farthest zone.
        """
        goes_to = whereabouts(address)
        met = [self._met(warehouse, goes_to) for warehouse in self.warehouses]
        turn = order_id % len(met) if met else 0
        return met[turn:] + met[:turn]

    @property
    def room(self) -> Mapping[int, int]:
        """How many more parcels each warehouse takes today that does not take any number."""
        return self._room

    def add_load(self, warehouse_id: int) -> None:
        """Count one more parcel that waits in a warehouse."""
        self._loads[warehouse_id] += 1
        if warehouse_id in self._room:
            self._room[warehouse_id] -= 1

    def _met(self, w: Warehouse, goes_to: tuple[float, float] | None) -> Candidate:
        km = km_from(w, goes_to)
        zone = self.rates.zone_of(km)
        rate = self.rates.rates[zone]
        return Candidate(
            id=w.pk,
            code=w.code,
            zone=zone,
            parcel=rate.parcel,
            per_kg=rate.per_kg,
            distance=None if km is None else round(km),
            load=self._loads[w.pk],
            priority=w.priority,
            has_capacity=self._room.get(w.pk, 1) > 0,
            values=self._values.get(w.pk, {}),
        )


def free_units(item_ids: Iterable[int]) -> dict[tuple[int, int], int]:
    """Look, without a lock, how many units are free, by warehouse and item."""
    rows = WarehouseStock.objects.filter(item__in=set(item_ids), warehouse__is_open=True)
    free = rows.values_list("warehouse", "item", "available_stock")
    return {(warehouse, item): units for warehouse, item, units in free}


def current_workload() -> Workload:
    """Count parcels, today being since midnight in the region."""
    midnight = Func(
        *(Value("day"), Now(), Value(settings.TIME_ZONE)),
        function="date_trunc",
        output_field=DateTimeField(),
    )
    limited = Warehouse.objects.filter(is_open=True).exclude(parcels_per_day=None)
    shipped = WarehouseOrder.objects.filter(warehouse__in=limited, shipped_at__gte=midnight)
    return Workload(*map(_by_warehouse, (WarehouseOrder.objects.open(), shipped)))


def _by_warehouse(parcels: QuerySet[WarehouseOrder]) -> dict[int, int]:
    return dict(parcels.order_by().values_list("warehouse").annotate(count=Count("*")))


def _values(item_ids: Iterable[int]) -> dict[int, dict[int, int]]:
    values: dict[int, dict[int, int]] = defaultdict(dict)
    fresh = BidPrice.objects.filter(
        item__in=set(item_ids), computed_at__gt=Now() - BID_PRICE_LIFETIME
    )
    for item_id, warehouse_id, value in fresh.values_list("item", "warehouse", "value"):
        values[warehouse_id][item_id] = value
    return values
