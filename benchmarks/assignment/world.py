"""A simulated fortnight of a shop: real order lines, real locations, uneven deliveries.

Order lines are drawn from shared/data/orders (the earlier half is for the forecast), the
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
from warehouses.delivery.rates import DEFAULT_RATES

DATA = BASE_DIR.parent / "shared" / "data"
DAYS = 14
ITEMS = 60
SIZES = ((1, 55), (2, 25), (3, 13), (4, 7))  # lines of an order, and the percentage of such orders
STOCK_OVER_DEMAND = 1.2


@dataclass(frozen=True)
class Location:
    """A site of a warehouse, or the middle of an area."""

    code: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class PlacedOrder:
    """An order of a customer in an area."""

    number: int
    at: float  # in days
    area: int
    lines: tuple[Line, ...]
    candidates: tuple[Candidate, ...]  # for this customer, without bid prices


@dataclass
class World:
    """The events of a fortnight, and the forecast that a shop could have made before it."""

    warehouses: list[Location]
    areas: list[Location]
    orders: list[PlacedOrder]
    deliveries: list[tuple[float, int, int, int]]  # day, warehouse, item, units
    weights: dict[int, int]
    rates: dict[int, float]  # forecast units a day, by item
    shares: list[float]  # of the demand, by area
    unit_costs_of: dict[int, list[list[float]]] = field(default_factory=dict)

    def unit_costs(self, item: int) -> list[list[float]]:
        """Return the cost of a parcel with one unit by warehouse and area, in mills."""
        if item not in self.unit_costs_of:
            self.unit_costs_of[item] = [
                [rate_between(w, a).cost_of_unit(self.weights[item]) for a in self.areas]
                for w in self.warehouses
            ]
        return self.unit_costs_of[item]


def make_world(seed: int, *, orders: int, warehouses: int) -> World:
    """Return the world of a seed."""
    chance = random.Random(seed)
    sites = spread_sites(chance, warehouses)
    areas, shares = areas_by_population()
    baskets = real_baskets()
    popular = Counter(code for basket in baskets for code in basket)
    items = {code: n for n, (code, _) in enumerate(popular.most_common(ITEMS))}
    weights = {n: round(min(15_000, 600 * math.exp(chance.gauss(0, 1)))) for n in items.values()}
    popular_baskets = [[items[c] for c in basket if c in items] for basket in baskets]
    non_empty = [basket for basket in popular_baskets if basket]
    past, future = non_empty[: len(non_empty) // 2], non_empty[len(non_empty) // 2 :]
    customers = chance.choices(range(len(areas)), weights=shares, k=orders)
    moments = sorted(chance.uniform(0, DAYS) for _ in range(orders))
    placed_orders = []
    for number, (at, area) in enumerate(zip(moments, customers, strict=True)):
        basket = basket_from(future, chance)
        lines = tuple(Line(n, q, weight=weights[n]) for n, q in basket)
        candidates = candidates_for(sites, areas[area])
        placed_orders.append(PlacedOrder(number, at, area, lines, candidates))
    forecast: Counter[int] = Counter()
    for _ in range(orders):
        forecast.update(dict(basket_from(past, chance)))
    rates = {n: max(forecast[n], 1) / DAYS for n in items.values()}
    deliveries = uneven_deliveries(chance, rates, placed_orders, len(sites))
    return World(sites, areas, placed_orders, deliveries, weights, rates, shares)


def basket_from(baskets: list[list[int]], chance: random.Random) -> list[tuple[int, int]]:
    """Draw the lines of a consumer's order from one real invoice."""
    sizes, weights = zip(*SIZES, strict=True)
    size = chance.choices(sizes, weights)[0]
    basket = chance.choice(baskets)
    chosen = dict.fromkeys(chance.sample(basket, min(size, len(basket))))
    return [(n, 1 + (chance.random() < 0.15)) for n in chosen]


def uneven_deliveries(chance, rates, orders, warehouses: int) -> list[tuple[float, int, int, int]]:
    """Return two deliveries of each item, each to a few warehouses in very unequal parts."""
    needed: Counter[int] = Counter()
    for order in orders:
        needed.update({line.item_id: line.quantity for line in order.lines})
    deliveries = []
    for item, rate in rates.items():
        second = chance.uniform(5, 9)
        total = max(needed[item], rate * DAYS) * STOCK_OVER_DEMAND
        for day, units in ((0.0, total * second / DAYS), (second, total * (1 - second / DAYS))):
            receivers = chance.sample(range(warehouses), chance.randint(3, min(6, warehouses)))
            parts = [chance.gammavariate(0.7, 1) for _ in receivers]
            for w, part in zip(receivers, parts, strict=True):
                quantity = math.ceil(units * part / sum(parts))
                deliveries.append((day, w, item, quantity))
    return sorted(deliveries)


def candidates_for(sites: list[Location], customer: Location) -> tuple[Candidate, ...]:
    """Return the sites as candidates for a customer, without bid prices."""
    candidates = []
    for n, site in enumerate(sites):
        km = distance(site, customer)
        zone = DEFAULT_RATES.zone_of(km)
        rate = DEFAULT_RATES.rates[zone]
        candidates.append(
            Candidate(n, site.code, zone, rate.parcel_price, rate.price_per_kg, distance=round(km))
        )
    return tuple(candidates)


def rate_between(site: Location, area: Location):
    """Return the shipping rate from a site to an area."""
    return DEFAULT_RATES.rates[DEFAULT_RATES.zone_of(distance(site, area))]


@cache
def distance(a: Location, b: Location) -> float:
    """Return the distance between two locations, in km."""
    return great_circle_km(a.latitude, a.longitude, b.latitude, b.longitude)


def spread_sites(chance: random.Random, count: int) -> list[Location]:
    """Choose real sites far from each other, beginning with a random one."""
    sites = [
        Location(row["code"], float(row["latitude"]), float(row["longitude"]))
        for row in csv.DictReader((DATA / "geo/us_fulfilment_centres.csv").open())
        if row["latitude"] and -125 < float(row["longitude"]) < -66 and float(row["latitude"]) > 24
    ]
    chosen = [chance.choice(sites)]
    while len(chosen) < count:
        sample = chance.sample(sites, 60)
        chosen.append(max(sample, key=lambda s: min(distance(s, c) for c in chosen)))
    return chosen


@cache
def areas_by_population() -> tuple[list[Location], list[float]]:
    """Return areas of two-digit ZIP codes in the contiguous states, and their population shares."""
    people: defaultdict[str, float] = defaultdict(float)
    weighted: defaultdict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    with gzip.open(DATA / "geo/us_zip_population.csv.gz", "rt") as file:
        for row in csv.DictReader(file):
            population = float(row["population"] or 0)
            if not population or row["state"] in ("AK", "HI", "PR"):
                continue
            area = row["zip"][:2]
            people[area] += population
            weighted[area][0] += population * float(row["latitude"])
            weighted[area][1] += population * float(row["longitude"])
    total = sum(people.values())
    names = sorted(people)
    locations = [Location(n, weighted[n][0] / people[n], weighted[n][1] / people[n]) for n in names]
    return locations, [people[n] / total for n in names]


@cache
def real_baskets() -> list[list[str]]:
    """Return the items of each real invoice by time; cancellations are left out."""
    invoices: dict[str, dict[str, None]] = {}
    with gzip.open(DATA / "orders/online_retail.csv.gz", "rt", errors="replace") as file:
        for row in csv.DictReader(file):
            if not row["InvoiceNo"].startswith("C") and float(row["Quantity"]) > 0:
                invoices.setdefault(row["InvoiceNo"], {})[row["StockCode"]] = None
    return [list(basket) for basket in invoices.values()]
