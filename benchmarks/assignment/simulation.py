"""A fortnight under one policy: orders, deliveries, second thoughts, what it cost."""

import random
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace

from benchmarks.assignment.policies import Policy
from benchmarks.assignment.world import DAYS, PlacedOrder, World
from warehouses.assignment.strategies.bid_prices import compute_bid_prices
from warehouses.assignment.strategies.reoptimization import AssignmentPlan, reoptimize
from warehouses.assignment.strategies.types import Line, Pick
from warehouses.delivery.money import MILLS

UNPICKED_FOR = 0.25  # days from the decision to the picking
AGAIN_EVERY = 1 / 24
LOOK_AHEAD_EVERY = 0.25
DRAWS = 10


@dataclass
class Outcome:
    cost: int = 0  # in minor units
    parcels: int = 0
    orders: int = 0
    split: int = 0
    late: int = 0
    changed: int = 0
    seconds: float = 0.0


@dataclass
class Simulation:
    world: World
    policy: Policy
    seed: int
    stock: Counter = field(default_factory=Counter)
    values: dict[int, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    waiting: list[tuple[PlacedOrder, list[Line]]] = field(default_factory=list)
    standing: dict[int, AssignmentPlan] = field(default_factory=dict)
    shipped: dict[int, list[Pick]] = field(default_factory=lambda: defaultdict(list))
    outcome: Outcome = field(default_factory=Outcome)

    def run(self) -> Outcome:
        begun = time.perf_counter()
        chance = random.Random(self.seed)
        events = [(day, 0, (w, i, q)) for day, w, i, q in self.world.deliveries]
        events += [(order.at, 3, order) for order in self.world.orders]
        if self.policy.looks_ahead:
            events += [(n * LOOK_AHEAD_EVERY, 1, None) for n in range(int(DAYS / LOOK_AHEAD_EVERY))]
        if self.policy.thinks_again:
            events += [(n * AGAIN_EVERY, 2, None) for n in range(int(DAYS / AGAIN_EVERY))]
        for at, kind, what in sorted(events, key=lambda event: event[:2]):
            self._pick_what_is_due(at)
            if kind == 0:
                warehouse, item, units = what
                self.stock[warehouse, item] += units
                self._try_waiting(at, item)
            elif kind == 1:
                self._look_ahead(at, chance)
            elif kind == 2:
                self._think_again()
            else:
                self._assign(at, what, list(what.lines))
        self._pick_what_is_due(float("inf"))
        self.outcome.seconds = time.perf_counter() - begun
        return self._counted()

    def _assign(self, at: float, order: PlacedOrder, lines: list[Line], *, is_late=False) -> None:
        candidates = self._candidates(order)
        items = {line.item_id for line in lines}
        available = {
            (w.id, i): self.stock[w.id, i] for w in candidates for i in items if self.stock[w.id, i]
        }
        turn = order.number % len(candidates)
        in_turn = candidates[turn:] + candidates[:turn]
        picks = self.policy.strategy(lines, available, {}, in_turn).picks
        got: Counter[int] = Counter()
        for pick in picks:
            self.stock[pick.warehouse_id, pick.item_id] -= pick.quantity
            got[pick.item_id] += pick.quantity
        missing = [
            replace(line, quantity=line.quantity - got[line.item_id])
            for line in lines
            if line.quantity > got[line.item_id]
        ]
        if is_late:
            self.outcome.late += got.total()
            self.shipped[order.number] += picks  # of its own, and at once
        elif picks:
            self.standing[order.number] = AssignmentPlan(
                order.number, at, tuple(lines), picks, order.candidates
            )
        if missing:
            self.waiting.append((order, missing))

    def _try_waiting(self, at: float, item: int) -> None:
        waiting, self.waiting = self.waiting, []
        for order, lines in waiting:
            if any(line.item_id == item for line in lines):
                self._assign(at, order, lines, is_late=True)
            else:
                self.waiting.append((order, lines))

    def _pick_what_is_due(self, at: float) -> None:
        for number in [n for n, one in self.standing.items() if one.at <= at - UNPICKED_FOR]:
            self.shipped[number] += self.standing.pop(number).picks

    def _think_again(self) -> None:
        standing = [
            replace(one, candidates=tuple(self._candidates_of(one.candidates)))
            for one in self.standing.values()
        ]
        for changed in reoptimize(standing, self.stock, self.policy.strategy):
            before = self.standing[changed.number]
            for pick in before.picks:
                self.stock[pick.warehouse_id, pick.item_id] += pick.quantity
            self.standing[changed.number] = replace(before, picks=changed.picks)
            self.outcome.changed += 1
            for pick in changed.picks:
                self.stock[pick.warehouse_id, pick.item_id] -= pick.quantity

    def _look_ahead(self, at: float, chance: random.Random) -> None:
        """Value each item's units by the demand until its next delivery."""
        world = self.world
        for item, rate in world.rates.items():
            to_come = [day for day, _, i, _ in world.deliveries if i == item and day > at]
            days = min([*to_come, DAYS]) - at
            supply = [self.stock[w, item] for w in range(len(world.warehouses))]
            draws = [drawn(rate * days, world.shares, chance) for _ in range(DRAWS)]
            values = compute_bid_prices(supply, draws, world.cost_of_unit(item))
            for w, value in enumerate(values):
                self.values[w][item] = value

    def _candidates(self, order: PlacedOrder):
        return self._candidates_of(order.candidates)

    def _candidates_of(self, candidates):
        if not self.policy.looks_ahead:
            return list(candidates)
        return [replace(w, values=self.values[w.id]) for w in candidates]

    def _counted(self) -> Outcome:
        for order in self.world.orders:
            picks = self.shipped[order.number]
            if not picks:
                continue
            self.outcome.orders += 1
            rates = {w.id: w for w in order.candidates}
            used = {pick.warehouse_id for pick in picks}
            self.outcome.parcels += len(used)
            self.outcome.split += len(used) > 1
            self.outcome.cost += sum(MILLS * rates[w].parcel for w in used) + sum(
                pick.quantity * rates[pick.warehouse_id].per_kg * self.world.weights[pick.item_id]
                for pick in picks
            )
        self.outcome.cost //= MILLS
        return self.outcome


def drawn(expected: float, shares: list[float], chance: random.Random) -> list[float]:
    """So many units, with chance, spread over the areas."""
    units = max(0, round(chance.gauss(expected, expected**0.5)))
    found = Counter(chance.choices(range(len(shares)), weights=shares, k=units))
    return [float(found[area]) for area in range(len(shares))]
