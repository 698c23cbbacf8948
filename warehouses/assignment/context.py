"""Facts about the open warehouses for assignment: distance, shipping rate, workload, capacity.

They are read once for a batch of orders; each order's candidates depend on its address.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import cached_property
from typing import NamedTuple

from django.conf import settings
from django.db.models import Count, DateTimeField, Func, QuerySet, Value
from django.db.models.functions import Now

from warehouses.assignment.strategies.registry import built_in_strategy_name
from warehouses.assignment.strategies.types import Candidate
from warehouses.delivery.distances import km_between, locate_address
from warehouses.delivery.rates import Rates, current_rates
from warehouses.models import BidPrice, Warehouse, WarehouseOrder, WarehouseStock

# Older bid prices are out of date: `foresighted` then decides without them.
BID_PRICE_LIFETIME = timedelta(hours=6)


class Workload(NamedTuple):
    """Parcels by warehouse: the `unshipped`, and those `shipped_today` where there is a limit."""

    unshipped: Mapping[int, int]
    shipped_today: Mapping[int, int]


NO_WORKLOAD = Workload({}, {})


class AssignmentContext:
    """The facts that all decisions of a batch share; built under locks, it reads current rows.

    The workload may be read before the locks; delivery estimates need none.
    """

    def __init__(self, item_ids: Iterable[int], workload: Workload = NO_WORKLOAD):
        self.warehouses = list(Warehouse.objects.filter(is_open=True).order_by("pk"))
        self._loads = defaultdict(int, workload.unshipped)
        self._remaining_capacity = {
            w.pk: w.parcels_per_day
            - workload.unshipped.get(w.pk, 0)
            - workload.shipped_today.get(w.pk, 0)
            for w in self.warehouses
            if w.parcels_per_day is not None
        }
        uses_bid_prices = built_in_strategy_name() == "foresighted"
        self._bid_prices = _read_bid_prices(item_ids) if uses_bid_prices else {}

    @cached_property
    def rates(self) -> Rates:
        """Return the shipping rates, read once."""
        return current_rates()

    @cached_property
    def warehouse_ids(self) -> set[int]:
        """Return the ids of the open warehouses."""
        return {w.pk for w in self.warehouses}

    def candidates_for(self, order_id: int, address: Mapping[str, str]) -> list[Candidate]:
        """Return the warehouses as candidates, rotated by the order's id so that turns are fair.

        A warehouse at an unknown distance counts as in the farthest zone.
        """
        destination = locate_address(address)
        candidates = [self._candidate(warehouse, destination) for warehouse in self.warehouses]
        turn = order_id % len(candidates) if candidates else 0
        return candidates[turn:] + candidates[:turn]

    @property
    def remaining_capacity(self) -> Mapping[int, int]:
        """Return how many more parcels each warehouse with a daily limit ships today."""
        return self._remaining_capacity

    def add_load(self, warehouse_id: int) -> None:
        """Count one more unshipped parcel in a warehouse."""
        self._loads[warehouse_id] += 1
        if warehouse_id in self._remaining_capacity:
            self._remaining_capacity[warehouse_id] -= 1

    def _candidate(self, w: Warehouse, destination: tuple[float, float] | None) -> Candidate:
        km = km_between(w, destination)
        zone = self.rates.zone_of(km)
        rate = self.rates.rates[zone]
        return Candidate(
            id=w.pk,
            code=w.code,
            zone=zone,
            parcel_price=rate.parcel_price,
            price_per_kg=rate.price_per_kg,
            distance=None if km is None else round(km),
            load=self._loads[w.pk],
            priority=w.priority,
            has_capacity=self._remaining_capacity.get(w.pk, 1) > 0,
            bid_prices=self._bid_prices.get(w.pk, {}),
        )


def free_units(item_ids: Iterable[int]) -> dict[tuple[int, int], int]:
    """Return the available units by warehouse and item, read without a lock."""
    rows = WarehouseStock.objects.filter(item__in=set(item_ids), warehouse__is_open=True)
    free = rows.values_list("warehouse", "item", "available_stock")
    return {(warehouse, item): units for warehouse, item, units in free}


def current_workload() -> Workload:
    """Count the parcels of the warehouses; today begins at midnight in the region."""
    midnight = Func(
        *(Value("day"), Now(), Value(settings.TIME_ZONE)),
        function="date_trunc",
        output_field=DateTimeField(),
    )
    limited = Warehouse.objects.filter(is_open=True).exclude(parcels_per_day=None)
    shipped = WarehouseOrder.objects.filter(warehouse__in=limited, shipped_at__gte=midnight)
    return Workload(*map(_count_by_warehouse, (WarehouseOrder.objects.open(), shipped)))


def _count_by_warehouse(parcels: QuerySet[WarehouseOrder]) -> dict[int, int]:
    return dict(parcels.order_by().values_list("warehouse").annotate(count=Count("*")))


def _read_bid_prices(item_ids: Iterable[int]) -> dict[int, dict[int, int]]:
    """Return the fresh bid prices by warehouse and item, in mills."""
    prices: dict[int, dict[int, int]] = defaultdict(dict)
    fresh = BidPrice.objects.filter(
        item__in=set(item_ids), computed_at__gt=Now() - BID_PRICE_LIFETIME
    )
    for item_id, warehouse_id, price in fresh.values_list("item", "warehouse", "price"):
        prices[warehouse_id][item_id] = price
    return prices
