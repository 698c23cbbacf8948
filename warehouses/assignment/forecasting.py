"""Demand forecasts by item and area, and the bid prices of stock that follow from them.

The forecast is the demand of the last weeks, by item and by area (the first two digits of
the postal code). Beat refreshes the bid prices; the strategy `foresighted` reads them.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.models import F, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Left, Now

from catalog.models import Item
from orders.models import OrderItem
from warehouses.assignment.strategies.bid_prices import compute_bid_prices
from warehouses.assignment.strategies.types import DEFAULT_WEIGHT
from warehouses.delivery.distances import (
    Coordinates,
    great_circle_km,
    locate_postal_code,
    locate_warehouse,
)
from warehouses.delivery.rates import Rates, current_rates
from warehouses.models import Warehouse, WarehouseStock

DEMAND_WINDOW = timedelta(days=28)  # of the past
FORECAST_HORIZON = timedelta(days=7)  # about until the next delivery
MAX_ITEMS = 2000
DEMAND_DRAWS = 10


def refresh_bid_prices() -> int:
    """Compute the bid prices of the best-selling items; returns the number of items.

    Raises NoBidPrices.
    """
    open_warehouses = Warehouse.objects.filter(is_open=True).order_by("pk")
    locations = {w: locate_warehouse(w) for w in open_warehouses}
    located: dict[Warehouse, Coordinates] = {w: at for w, at in locations.items() if at}
    demand = _forecast_demand()
    supply = _read_supply(demand)
    weights = dict(Item.objects.filter(pk__in=demand).values_list("pk", "weight"))
    rates = current_rates()
    rows: list[tuple[int, int, int]] = []
    for item_id, areas in demand.items():
        units = [supply[item_id].get(w.pk, 0) for w in located]
        if sum(map(bool, units)) > 1:
            costs = _unit_costs(
                rates, list(located.values()), list(areas), weights[item_id] or DEFAULT_WEIGHT
            )
            draws = _draw_demands(item_id, list(areas.values()))
            prices = compute_bid_prices(units, draws, costs)
            rows += [(item_id, w.pk, price) for w, price in zip(located, prices, strict=True)]
    _write_bid_prices(rows)
    return len({item_id for item_id, _, _ in rows})


def _forecast_demand() -> dict[int, dict[Coordinates, float]]:
    """Return the forecast units by item and area, scaled from the demand of the last weeks."""
    rows = (
        OrderItem.objects.filter(
            order__placed_at__gt=Now() - DEMAND_WINDOW,
            order__shipping_address__country=settings.REGION.country,
        )
        .annotate(postal_code=Left(KeyTextTransform("postal_code", "order__shipping_address"), 5))
        .values_list("item", "postal_code")
        .annotate(units=Sum(F("quantity") - F("cancelled_quantity")))
    )
    share = FORECAST_HORIZON / DEMAND_WINDOW
    demand: defaultdict[int, Counter[Coordinates]] = defaultdict(Counter)
    areas = _AreaLocations()
    for item_id, postal_code, units in rows.iterator():
        if units and (area := areas.locate(postal_code)):
            demand[item_id][area] += units * share
    best_selling = sorted(demand, key=lambda item_id: -demand[item_id].total())[:MAX_ITEMS]
    return {item_id: dict(demand[item_id]) for item_id in best_selling}


class _AreaLocations:
    """One location for each area: that of the first of its postal codes in the orders."""

    def __init__(self) -> None:
        self._locations: dict[str, Coordinates | None] = {}

    def locate(self, postal_code: str) -> Coordinates | None:
        area = postal_code[:2]
        if self._locations.get(area) is None:
            self._locations[area] = locate_postal_code(settings.REGION.country, postal_code)
        return self._locations[area]


def _read_supply(items: Mapping[int, object]) -> dict[int, dict[int, int]]:
    """Return the available units by item and warehouse."""
    supply: defaultdict[int, dict[int, int]] = defaultdict(dict)
    rows = WarehouseStock.objects.filter(item__in=items, available_stock__gt=0)
    for item_id, warehouse_id, units in rows.values_list("item", "warehouse", "available_stock"):
        supply[item_id][warehouse_id] = units
    return supply


def _unit_costs(
    rates: Rates, warehouses: Sequence[Coordinates], areas: Sequence[Coordinates], weight: int
) -> list[list[float]]:
    """Return the cost of a parcel with one unit, in mills, by warehouse and area."""

    def cost(warehouse: Coordinates, area: Coordinates) -> float:
        zone = rates.zone_of(great_circle_km(*warehouse, *area))
        return rates.rates[zone].cost_of_unit(weight)

    return [[cost(warehouse, area) for area in areas] for warehouse in warehouses]


def _draw_demands(item_id: int, expected: Sequence[float]) -> list[list[float]]:
    """Return random demands by area; their total is normal with the variance of a Poisson."""
    # An item has the same random numbers each time, so that its bid prices do not jump.
    chance = random.Random(item_id)  # noqa: S311
    total = sum(expected)
    draws = []
    for _ in range(DEMAND_DRAWS):
        units = max(0, round(chance.gauss(total, total**0.5)))
        counts = Counter(chance.choices(range(len(expected)), weights=expected, k=units))
        draws.append([float(counts[n]) for n in range(len(expected))])
    return draws


def _write_bid_prices(rows: Sequence[tuple[int, int, int]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO warehouses_bidprice (item_id, warehouse_id, price)
            SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[])
             ORDER BY 1, 2
                ON CONFLICT (item_id, warehouse_id) DO UPDATE
               SET price = excluded.price, computed_at = now()
            """,
            [list(column) for column in zip(*sorted(rows), strict=True)] if rows else [[], [], []],
        )
