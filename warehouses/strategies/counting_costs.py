"""Strategies that make an order as cheap as it can be, now or in the long run.

The cost of a choice is a fixed part for each warehouse that ships (its parcel) and a
part for each unit: its weight, and with `foresighted` what the unit is worth to orders
still to come. This is facility location with a fixed charge. Once it is settled which
warehouses ship, each line is filled from the cheapest of them on, so only sets of
warehouses are searched: by size, and no further than a bound allows. Beyond
MOST_SUBSETS sets HiGHS solves it as a mixed-integer program.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations

from warehouses.strategies import mixed_integer
from warehouses.strategies.terms import (
    MILLS,
    Assignment,
    Availability,
    Candidate,
    Considered,
    Line,
    Pick,
    in_major,
    parcels,
    rejections,
)

# The most sets of warehouses looked at before HiGHS is asked.
MOST_SUBSETS = 5_000
# What a parcel from a warehouse whose day is full costs more, in minor units: more than
# any parcel costs, so that it ships only what nobody else can.
OVERLOAD = 10_000_000

Set = tuple[int, ...]  # of warehouses, by their places in the problem


def cheapest(lines, availability, destination, warehouses) -> Assignment:
    """The least cost of this order alone; then priority, distance, load, and whose turn it is.

    Exact: a test compares it with brute force.
    """
    return _Problem(lines, availability, warehouses, looks_ahead=False).assignment()


def foresighted(lines, availability, destination, warehouses) -> Assignment:
    """The least cost of this order and of what it takes from the orders still to come.

    A unit's value is the dual value of its warehouse's supply in a transportation problem
    over the forecast demand (Acimovic and Graves 2015, Making Better Fulfillment Decisions
    on the Fly in an Online Retail Environment). Without values this is `cheapest`.
    """
    return _Problem(lines, availability, warehouses, looks_ahead=True).assignment()


class _Problem:
    """One order, with costs in mills, by place of the warehouse and of the line."""

    def __init__(
        self,
        lines: Sequence[Line],
        availability: Availability,
        warehouses: Sequence[Candidate],
        *,
        looks_ahead: bool,
    ):
        self.lines, self.availability, self.warehouses = lines, availability, warehouses
        have = [[availability.get((w.id, line.item_id), 0) for line in lines] for w in warehouses]
        self.places = [place for place, row in enumerate(have) if any(row)]
        self.have = have
        self.need = [
            min(line.quantity, sum(row[n] for row in have)) for n, line in enumerate(lines)
        ]
        self.fixed = [MILLS * (w.parcel + (0 if w.has_capacity else OVERLOAD)) for w in warehouses]
        self.unit = [
            [
                w.per_kg * line.weight + (w.values.get(line.item_id, 0) if looks_ahead else 0)
                for line in lines
            ]
            for w in warehouses
        ]
        # For each line the warehouses that have some of it, the cheapest first.
        self.by_cost = [
            [place for _, place in sorted((self.unit[p][n], p) for p in self.places if have[p][n])]
            for n in range(len(lines))
        ]
        self.least = self._variable(self.places)
        self.best: tuple[int, ...] | None = None
        self.chosen: Set = ()
        self.runner_up: tuple[int, Set] | None = None

    def assignment(self) -> Assignment:
        is_exact = self._search() if self.places else True
        picks = tuple(
            Pick(self.warehouses[place].id, self.lines[n].item_id, quantity)
            for n in range(len(self.lines))
            for place, quantity in self._fill(n, set(self.chosen))
        )
        used = {pick.warehouse_id for pick in picks}
        considered = [self._considered(self.chosen)] if picks else []
        if self.runner_up:
            considered.append(self._considered(self.runner_up[1]))
        return Assignment(
            picks,
            self._reason(considered, is_exact=is_exact),
            rejections(self.lines, self.availability, self.warehouses, used, "would cost more"),
            tuple(considered),
        )

    # The search

    def _search(self) -> bool:
        """Find the best set; returns whether it is proved to be."""
        tried = 0
        cheapest_fixed = sorted(self.fixed[place] for place in self.places)
        for size in range(1, len(self.places) + 1):
            if self.best and sum(cheapest_fixed[:size]) + self.least > self.best[0]:
                return True
            for chosen in combinations(self.places, size):
                tried += 1
                if tried > MOST_SUBSETS:
                    return self._search_further()
                self._try(chosen)
        return True

    def _search_further(self) -> bool:
        solved = mixed_integer.cheapest_set(
            self.places, self.fixed, self.unit, self.have, self.need
        )
        if solved is not None:
            self._try(tuple(solved))
            return True
        self._try(tuple(self._greedy_set()))
        return False

    def _try(self, chosen: Set) -> None:
        fixed = sum(self.fixed[place] for place in chosen)
        floor = fixed + self.least
        if self.best and floor > self.best[0] and self.runner_up and floor >= self.runner_up[0]:
            return
        if not self._covers(chosen):
            return
        cost = fixed + self._variable(chosen)
        rank = (cost, *self._then(chosen))
        if self.best is None or rank < self.best:
            if self.best is not None:
                self.runner_up = (self.best[0], self.chosen)
            self.best, self.chosen = rank, chosen
        elif (self.runner_up is None or cost < self.runner_up[0]) and self._all_ship(chosen):
            self.runner_up = (cost, chosen)

    def _all_ship(self, chosen: Set) -> bool:
        """Whether each of the warehouses would ship something."""
        among = set(chosen)
        return among == {p for n in range(len(self.lines)) for p, _ in self._fill(n, among)}

    def _then(self, chosen: Set) -> tuple[int, ...]:
        """What decides between equal costs."""
        those = [self.warehouses[place] for place in chosen]
        return (
            sum(w.priority for w in those),
            sum(w.distance for w in those),
            sum(w.load for w in those),
            *chosen,
        )

    def _covers(self, chosen: Set) -> bool:
        have = self.have
        return all(
            sum(have[place][n] for place in chosen) >= need for n, need in enumerate(self.need)
        )

    def _variable(self, chosen: Sequence[int]) -> int:
        among = set(chosen)
        return sum(
            quantity * self.unit[place][n]
            for n in range(len(self.lines))
            for place, quantity in self._fill(n, among)
        )

    def _fill(self, n: int, among: set[int]) -> Iterator[tuple[int, int]]:
        """Yield where a line's units come from, the cheapest first."""
        left = self.need[n]
        for place in self.by_cost[n]:
            if not left:
                return
            if place in among:
                quantity = min(left, self.have[place][n])
                left -= quantity
                yield place, quantity

    def _greedy_set(self) -> list[int]:
        """Add whoever covers most of what is missing, for the least; when all else failed."""
        chosen: list[int] = []
        missing = list(self.need)
        while any(missing):
            rest = [place for place in self.places if place not in chosen]
            place = max(
                rest,
                key=lambda p: sum(map(min, self.have[p], missing)) / (1 + self.fixed[p]),
            )
            chosen.append(place)
            missing = [max(0, m - h) for m, h in zip(missing, self.have[place], strict=True)]
        return chosen

    # In words

    def _considered(self, chosen: Set) -> Considered:
        among = set(chosen)
        weight = future = 0
        used: set[int] = set()
        for n, line in enumerate(self.lines):
            for place, quantity in self._fill(n, among):
                by_weight = self.warehouses[place].per_kg * line.weight
                weight += quantity * by_weight
                future += quantity * (self.unit[place][n] - by_weight)
                used.add(place)
        ships = [self.warehouses[place] for place in chosen if place in used]
        return Considered(
            tuple(w.code for w in ships),
            sum(MILLS * w.parcel for w in ships),
            weight,
            future,
            sum(not w.has_capacity for w in ships),
        )

    def _reason(self, considered: Sequence[Considered], *, is_exact: bool) -> str:
        if not considered:
            return "No warehouse has any of it."
        best = considered[0]
        said = f"{parcels(len(best.warehouses)).capitalize()} from {', '.join(best.warehouses)}"
        if len(considered) == 1:
            return f"{said}: no other choice comes near."
        margin = considered[1].total - best.total
        other = ", ".join(considered[1].warehouses)
        if considered[1].overloaded > best.overloaded:
            by = "today's parcels are all given away at"
        elif margin:
            by = f"{in_major(margin):.2f} cheaper than"
        else:
            by = "as cheap as, and before,"
        return f"{said}: {by} {other}" + ("." if is_exact else ", the best found in time.")
