"""A simulated fortnight under one policy: orders, deliveries, re-optimisation, costs."""

import random
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace

from benchmarks.assignment.policies import Policy
from benchmarks.assignment.world import DAYS, PlacedOrder, World
from warehouses.assignment.strategies.bid_prices import compute_bid_prices
from warehouses.assignment.strategies.reoptimization import AssignmentPlan, reoptimize
from warehouses.assignment.strategies.types import Line, Pick
from warehouses.delivery.money import MILLS_PER_MINOR_UNIT

DAYS_TO_PICKING = 0.25  # from the decision
REOPTIMIZATION_INTERVAL = 1 / 24  # days
BID_PRICE_INTERVAL = 0.25  # days
DEMAND_DRAWS = 10


@dataclass
class Outcome:
    """Totals of a simulation; `late` counts units, `cost` is in minor units."""

    cost: int = 0
    parcels: int = 0
    orders: int = 0
    split: int = 0
    late: int = 0
    changed: int = 0
    seconds: float = 0.0


@dataclass
class Simulation:
    """The state of the shop while the events of a world happen."""

    world: World
    policy: Policy
    seed: int
    stock: Counter = field(default_factory=Counter)
    bid_prices: dict[int, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    backlog: list[tuple[PlacedOrder, list[Line]]] = field(default_factory=list)
    plans: dict[int, AssignmentPlan] = field(default_factory=dict)
    shipped: dict[int, list[Pick]] = field(default_factory=lambda: defaultdict(list))
    outcome: Outcome = field(default_factory=Outcome)

    def run(self) -> Outcome:
        """Run all events in order of time, and return the totals."""
        start = time.perf_counter()
        chance = random.Random(self.seed)
        events = [(day, 0, (w, i, q)) for day, w, i, q in self.world.deliveries]
        events += [(order.at, 3, order) for order in self.world.orders]
        if self.policy.uses_bid_prices:
            events += [
                (n * BID_PRICE_INTERVAL, 1, None) for n in range(int(DAYS / BID_PRICE_INTERVAL))
            ]
        if self.policy.reoptimizes:
            events += [
                (n * REOPTIMIZATION_INTERVAL, 2, None)
                for n in range(int(DAYS / REOPTIMIZATION_INTERVAL))
            ]
        for at, kind, subject in sorted(events, key=lambda event: event[:2]):
            self._pick_due(at)
            if kind == 0:
                warehouse, item, units = subject
                self.stock[warehouse, item] += units
                self._retry_backlog(at, item)
            elif kind == 1:
                self._refresh_bid_prices(at, chance)
            elif kind == 2:
                self._reoptimize()
            else:
                self._assign(at, subject, list(subject.lines))
        self._pick_due(float("inf"))
        self.outcome.seconds = time.perf_counter() - start
        return self._count()

    def _assign(self, at: float, order: PlacedOrder, lines: list[Line], *, is_late=False) -> None:
        candidates = self._candidates(order)
        items = {line.item_id for line in lines}
        available = {
            (w.id, i): self.stock[w.id, i] for w in candidates for i in items if self.stock[w.id, i]
        }
        turn = order.number % len(candidates)
        in_turn = candidates[turn:] + candidates[:turn]
        picks = self.policy.strategy(lines, available, {}, in_turn).picks
        units: Counter[int] = Counter()
        for pick in picks:
            self.stock[pick.warehouse_id, pick.item_id] -= pick.quantity
            units[pick.item_id] += pick.quantity
        missing = [
            replace(line, quantity=line.quantity - units[line.item_id])
            for line in lines
            if line.quantity > units[line.item_id]
        ]
        if is_late:
            self.outcome.late += units.total()
            self.shipped[order.number] += picks  # of its own, and at once
        elif picks:
            self.plans[order.number] = AssignmentPlan(
                order.number, at, tuple(lines), picks, order.candidates
            )
        if missing:
            self.backlog.append((order, missing))

    def _retry_backlog(self, at: float, item: int) -> None:
        backlog, self.backlog = self.backlog, []
        for order, lines in backlog:
            if any(line.item_id == item for line in lines):
                self._assign(at, order, lines, is_late=True)
            else:
                self.backlog.append((order, lines))

    def _pick_due(self, at: float) -> None:
        for number in [
            n for n, plan in self.plans.items() if plan.placed_at <= at - DAYS_TO_PICKING
        ]:
            self.shipped[number] += self.plans.pop(number).picks

    def _reoptimize(self) -> None:
        plans = [
            replace(plan, candidates=tuple(self._with_bid_prices(plan.candidates)))
            for plan in self.plans.values()
        ]
        for changed in reoptimize(plans, self.stock, self.policy.strategy):
            before = self.plans[changed.order_id]
            for pick in before.picks:
                self.stock[pick.warehouse_id, pick.item_id] += pick.quantity
            self.plans[changed.order_id] = replace(before, picks=changed.picks)
            self.outcome.changed += 1
            for pick in changed.picks:
                self.stock[pick.warehouse_id, pick.item_id] -= pick.quantity

    def _refresh_bid_prices(self, at: float, chance: random.Random) -> None:
        """Compute the bid prices of each item from the demand until its next delivery."""
        world = self.world
        for item, rate in world.rates.items():
            later_days = [day for day, _, i, _ in world.deliveries if i == item and day > at]
            days = min([*later_days, DAYS]) - at
            supply = [self.stock[w, item] for w in range(len(world.warehouses))]
            draws = [draw_demand(rate * days, world.shares, chance) for _ in range(DEMAND_DRAWS)]
            prices = compute_bid_prices(supply, draws, world.unit_costs(item))
            for w, price in enumerate(prices):
                self.bid_prices[w][item] = price

    def _candidates(self, order: PlacedOrder):
        return self._with_bid_prices(order.candidates)

    def _with_bid_prices(self, candidates):
        if not self.policy.uses_bid_prices:
            return list(candidates)
        return [replace(w, bid_prices=self.bid_prices[w.id]) for w in candidates]

    def _count(self) -> Outcome:
        for order in self.world.orders:
            picks = self.shipped[order.number]
            if not picks:
                continue
            self.outcome.orders += 1
            rates = {w.id: w for w in order.candidates}
            shipping_ids = {pick.warehouse_id for pick in picks}
            self.outcome.parcels += len(shipping_ids)
            self.outcome.split += len(shipping_ids) > 1
            self.outcome.cost += sum(
                MILLS_PER_MINOR_UNIT * rates[w].parcel_price for w in shipping_ids
            ) + sum(
                pick.quantity
                * rates[pick.warehouse_id].price_per_kg
                * self.world.weights[pick.item_id]
                for pick in picks
            )
        self.outcome.cost //= MILLS_PER_MINOR_UNIT
        return self.outcome


def draw_demand(expected: float, shares: list[float], chance: random.Random) -> list[float]:
    """Return a random demand by area; its total is normal with the variance of a Poisson."""
    units = max(0, round(chance.gauss(expected, expected**0.5)))
    counts = Counter(chance.choices(range(len(shares)), weights=shares, k=units))
    return [float(counts[area]) for area in range(len(shares))]
