"""A made-up fortnight of a shop: real order lines, real places, uneven deliveries.

Order lines are drawn from shared/data/orders (whose days before are the forecast's), the
customers from US ZIP codes by population, the warehouses from real fulfilment sites.
"""

import csv
import gzip
import math
import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cache

from shop.embedded.data_folder import BASE_DIR
from warehouses.assignment.strategies.types import Candidate, Line
from warehouses.delivery.distances import great_circle_km
from warehouses.delivery.rates import FIRST_RATES

DATA = BASE_DIR.parent / "shared" / "data"
DAYS = 14
ITEMS = 60
SIZES = ((1, 55), (2, 25), (3, 13), (4, 7))  # lines of an order, and how many of 100 have so many
STOCK_OVER_DEMAND = 1.2


@dataclass(frozen=True)
class Place:
    code: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class PlacedOrder:
    number: int
    at: float  # in days
    area: int
    lines: tuple[Line, ...]
    candidates: tuple[Candidate, ...]  # as this customer meets them, without values


@dataclass
class World:
    """What happens, and what a shop could have known of it beforehand."""

    warehouses: list[Place]
    areas: list[Place]
    orders: list[PlacedOrder]
    deliveries: list[tuple[float, int, int, int]]  # day, warehouse, item, units
    weights: dict[int, int]
    rates: dict[int, float]  # forecast units a day, by item
    shares: list[float]  # of the demand, by area
    unit_costs: dict[int, list[list[float]]] = field(default_factory=dict)

    def cost_of_unit(self, item: int) -> list[list[float]]:
        """By warehouse and area, in mills."""
        if item not in self.unit_costs:
            self.unit_costs[item] = [
                [rate_between(w, a).for_one(self.weights[item]) for a in self.areas]
                for w in self.warehouses
            ]
        return self.unit_costs[item]


def make_world(seed: int, *, orders: int, warehouses: int) -> World:
    chance = random.Random(seed)
    sites = spread_sites(chance, warehouses)
    areas, shares = areas_by_population()
    baskets = real_baskets()
    popular = Counter(code for basket in baskets for code in basket)
    items = {code: n for n, (code, _) in enumerate(popular.most_common(ITEMS))}
    weights = {n: round(min(15_000, 600 * math.exp(chance.gauss(0, 1)))) for n in items.values()}
    kept = [[items[c] for c in basket if c in items] for basket in baskets]
    kept = [basket for basket in kept if basket]
    past, future = kept[: len(kept) // 2], kept[len(kept) // 2 :]
    customers = chance.choices(range(len(areas)), weights=shares, k=orders)
    moments = sorted(chance.uniform(0, DAYS) for _ in range(orders))
    placed = []
    for number, (at, area) in enumerate(zip(moments, customers, strict=True)):
        wanted = basket_from(future, chance)
        lines = tuple(Line(n, q, weight=weights[n]) for n, q in wanted)
        placed.append(PlacedOrder(number, at, area, lines, candidates_for(sites, areas[area])))
    forecast: Counter[int] = Counter()
    for _ in range(orders):
        forecast.update(dict(basket_from(past, chance)))
    rates = {n: max(forecast[n], 1) / DAYS for n in items.values()}
    deliveries = uneven_deliveries(chance, rates, placed, len(sites))
    return World(sites, areas, placed, deliveries, weights, rates, shares)


def basket_from(baskets: list[list[int]], chance: random.Random) -> list[tuple[int, int]]:
    """Draw as many lines as a consumer buys at once from one real invoice."""
    sizes, weights = zip(*SIZES, strict=True)
    size = chance.choices(sizes, weights)[0]
    basket = chance.choice(baskets)
    chosen = dict.fromkeys(chance.sample(basket, min(size, len(basket))))
    return [(n, 1 + (chance.random() < 0.15)) for n in chosen]


def uneven_deliveries(chance, rates, placed, warehouses: int) -> list[tuple[float, int, int, int]]:
    """Two deliveries of each item, each to a few warehouses in very unequal parts."""
    needed: Counter[int] = Counter()
    for order in placed:
        needed.update({line.item_id: line.quantity for line in order.lines})
    deliveries = []
    for item, rate in rates.items():
        second = chance.uniform(5, 9)
        total = max(needed[item], rate * DAYS) * STOCK_OVER_DEMAND
        for day, units in ((0.0, total * second / DAYS), (second, total * (1 - second / DAYS))):
            where = chance.sample(range(warehouses), chance.randint(3, min(6, warehouses)))
            parts = [chance.gammavariate(0.7, 1) for _ in where]
            for w, part in zip(where, parts, strict=True):
                quantity = math.ceil(units * part / sum(parts))
                deliveries.append((day, w, item, quantity))
    return sorted(deliveries)


def candidates_for(sites: list[Place], customer: Place) -> tuple[Candidate, ...]:
    met = []
    for n, site in enumerate(sites):
        km = distance(site, customer)
        zone = FIRST_RATES.zone_of(km)
        rate = FIRST_RATES.rates[zone]
        met.append(Candidate(n, site.code, zone, rate.parcel, rate.per_kg, distance=round(km)))
    return tuple(met)


def rate_between(one: Place, other: Place):
    return FIRST_RATES.rates[FIRST_RATES.zone_of(distance(one, other))]


@cache
def distance(one: Place, other: Place) -> float:
    return great_circle_km(one.latitude, one.longitude, other.latitude, other.longitude)


def spread_sites(chance: random.Random, count: int) -> list[Place]:
    """Choose real sites far from each other, beginning with any."""
    sites = [
        Place(row["code"], float(row["latitude"]), float(row["longitude"]))
        for row in csv.DictReader((DATA / "geo/us_fulfilment_centres.csv").open())
        if row["latitude"] and -125 < float(row["longitude"]) < -66 and float(row["latitude"]) > 24
    ]
    chosen = [chance.choice(sites)]
    while len(chosen) < count:
        few = chance.sample(sites, 60)
        chosen.append(max(few, key=lambda s: min(distance(s, c) for c in chosen)))
    return chosen


@cache
def areas_by_population() -> tuple[list[Place], list[float]]:
    """The contiguous states' people, as areas of three-digit ZIP codes merged by tens."""
    people: defaultdict[str, float] = defaultdict(float)
    where: defaultdict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    with gzip.open(DATA / "geo/us_zip_population.csv.gz", "rt") as file:
        for row in csv.DictReader(file):
            population = float(row["population"] or 0)
            if not population or row["state"] in ("AK", "HI", "PR"):
                continue
            area = row["zip"][:2]
            people[area] += population
            where[area][0] += population * float(row["latitude"])
            where[area][1] += population * float(row["longitude"])
    total = sum(people.values())
    names = sorted(people)
    places = [Place(n, where[n][0] / people[n], where[n][1] / people[n]) for n in names]
    return places, [people[n] / total for n in names]


@cache
def real_baskets() -> list[list[str]]:
    """The items of each real invoice, in order of time; cancellations are left out."""
    invoices: dict[str, dict[str, None]] = {}
    with gzip.open(DATA / "orders/online_retail.csv.gz", "rt", errors="replace") as file:
        for row in csv.DictReader(file):
            if not row["InvoiceNo"].startswith("C") and float(row["Quantity"]) > 0:
                invoices.setdefault(row["InvoiceNo"], {})[row["StockCode"]] = None
    return [list(basket) for basket in invoices.values()]
