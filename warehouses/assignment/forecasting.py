"""Looking ahead: how much of what sells will be wanted where, and what units are worth for that.

Demand is forecast as what was ordered lately, by item and by area (the first two digits
of the postal code). Refreshed by beat, read by the strategy `foresighted`.
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
from warehouses.delivery.distances import coordinates_of, great_circle_km, place_of
from warehouses.delivery.rates import Rates, current_rates
from warehouses.models import Warehouse, WarehouseStock

SEEN = timedelta(days=28)  # of the past
AHEAD = timedelta(days=7)  # of the future: about until the next delivery
MAX_ITEMS = 2000
DRAWS = 10

Area = tuple[float, float]


def refresh_bid_prices() -> int:
    """Value the units of the items that sell best; returns of how many. Raises NoBidPrices."""
    places = {w: place_of(w) for w in Warehouse.objects.filter(is_open=True).order_by("pk")}
    located: dict[Warehouse, Area] = {w: place for w, place in places.items() if place}
    sold = _sold_by_area()
    supply = _supply(sold)
    weights = dict(Item.objects.filter(pk__in=sold).values_list("pk", "weight"))
    rates = current_rates()
    rows: list[tuple[int, int, int]] = []
    for item_id, areas in sold.items():
        units = [supply[item_id].get(w.pk, 0) for w in located]
        if sum(map(bool, units)) > 1:
            costs = _costs(
                rates, list(located.values()), list(areas), weights[item_id] or DEFAULT_WEIGHT
            )
            values = compute_bid_prices(units, _draws(item_id, list(areas.values())), costs)
            rows += [(item_id, w.pk, v) for w, v in zip(located, values, strict=True)]
    _write(rows)
    return len({item_id for item_id, _, _ in rows})


def _sold_by_area() -> dict[int, dict[Area, float]]:
    """How many units will be wanted ahead, as were wanted lately; by item and area."""
    found = (
        OrderItem.objects.filter(
            order__placed_at__gt=Now() - SEEN,
            order__shipping_address__country=settings.REGION.country,
        )
        .annotate(area=Left(KeyTextTransform("postal_code", "order__shipping_address"), 5))
        .values_list("item", "area")
        .annotate(units=Sum(F("quantity") - F("cancelled_quantity")))
    )
    share = AHEAD / SEEN
    sold: defaultdict[int, Counter[Area]] = defaultdict(Counter)
    middle = _Middles()
    for item_id, postal_code, units in found.iterator():
        if units and (place := middle.of(postal_code)):
            sold[item_id][place] += units * share
    best = sorted(sold, key=lambda item_id: -sold[item_id].total())[:MAX_ITEMS]
    return {item_id: dict(sold[item_id]) for item_id in best}


class _Middles:
    """One place for each area: that of the first code of it that was met."""

    def __init__(self) -> None:
        self._known: dict[str, Area | None] = {}

    def of(self, postal_code: str) -> Area | None:
        area = postal_code[:2]
        if self._known.get(area) is None:
            self._known[area] = coordinates_of(settings.REGION.country, postal_code)
        return self._known[area]


def _supply(items: Mapping[int, object]) -> dict[int, dict[int, int]]:
    supply: defaultdict[int, dict[int, int]] = defaultdict(dict)
    rows = WarehouseStock.objects.filter(item__in=items, available_stock__gt=0)
    for item_id, warehouse_id, units in rows.values_list("item", "warehouse", "available_stock"):
        supply[item_id][warehouse_id] = units
    return supply


def _costs(
    rates: Rates, places: Sequence[Area], areas: Sequence[Area], weight: int
) -> list[list[float]]:
    """What a parcel of one unit costs, in mills, by warehouse and area."""

    def cost(place: Area, area: Area) -> float:
        return rates.rates[rates.zone_of(great_circle_km(*place, *area))].for_one(weight)

    return [[cost(place, area) for area in areas] for place in places]


def _draws(item_id: int, expected: Sequence[float]) -> list[list[float]]:
    """Demands as they may come: as many units as expected, give or take, spread by chance."""
    chance = random.Random(item_id)  # noqa: S311 -- the same for the same, so values do not jump
    total = sum(expected)
    draws = []
    for _ in range(DRAWS):
        units = max(0, round(chance.gauss(total, total**0.5)))
        got = Counter(chance.choices(range(len(expected)), weights=expected, k=units))
        draws.append([float(got[n]) for n in range(len(expected))])
    return draws


def _write(rows: Sequence[tuple[int, int, int]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO warehouses_bidprice (item_id, warehouse_id, value)
            SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[])
             ORDER BY 1, 2
                ON CONFLICT (item_id, warehouse_id) DO UPDATE
               SET value = excluded.value, computed_at = now()
            """,
            [list(column) for column in zip(*sorted(rows), strict=True)] if rows else [[], [], []],
        )
