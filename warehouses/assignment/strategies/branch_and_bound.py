"""The two best sets of warehouses for an order, proved to be.

Best first, by branch and bound (Land and Doig 1960, An Automatic Method of Solving
Discrete Programming Problems): what is looked at is all the sets that have some warehouses
and not some others. None of them costs less than if each undecided warehouse charged its
parcel by the unit, spread over all that it could ship. Sets in which a warehouse ships
nothing are none.
"""

from collections.abc import Callable, Sequence
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple

from warehouses.assignment.strategies.cost_model import Costs, Set

# Units of which warehouse and line that all parts may look at: about half a second.
WORK = 2_000_000

# By line, where its units can come from: (cost of one, place), the cheapest first.
Options = list[list[tuple[int, int]]]


class Part(NamedTuple):
    """All the sets that have `chosen` and beside them only what is among the options.

    `shipping` is where the units would come from at no more than `bound`; empty where
    `chosen` was looked at by itself and only what adds to it is left.
    """

    bound: int
    fewer: int  # among equal bounds the one that is nearest to a choice
    turn: int
    chosen: Set
    options: Options
    shipping: dict[int, int]


class Found:
    """The best set and the next best, of those tried.

    `charge` is what each warehouse costs that ships; `then` decides between equal costs.
    """

    def __init__(self, costs: Costs, charge: Sequence[int], then: Callable[[Set], tuple]):
        self.costs, self.charge, self._then = costs, charge, then
        self.best: Set = ()
        self.runner_up: Set = ()
        self.is_best = not costs.places  # whether none costs less
        self.is_exact = not costs.places  # whether both are proved to be the best
        self._ranks: list[tuple] = []

    def note(self, chosen: Set, cost: int) -> None:
        """Keep a set if it is one of the two best."""
        if chosen in (self.best, self.runner_up):
            return
        rank = (cost, *self._then(chosen))
        ranked = sorted(
            [*zip(self._ranks, (self.best, self.runner_up), strict=False), (rank, chosen)]
        )[:2]
        self._ranks = [rank for rank, _ in ranked]
        self.best = ranked[0][1]
        self.runner_up = ranked[1][1] if len(ranked) > 1 else ()

    def propose(self, chosen: Sequence[int]) -> None:
        """Take a set that was found elsewhere, without those that ship nothing."""
        ships = self.costs.shipping(chosen)
        parcels = sum(self.charge[place] - self.costs.parcel[place] for place in ships)
        self.note(ships, parcels + self.costs.of(ships))

    def is_worse(self, bound: int) -> bool:
        """Whether nothing that costs so much is one of the two best."""
        return len(self._ranks) > 1 and bound > self._ranks[1][0]

    def settle(self, bound: int | None) -> None:
        """Note what is proved when all that is left costs no less than this."""
        self.is_exact = bound is None or self.is_worse(bound)
        self.is_best = self.is_exact or (bool(self._ranks) and bound >= self._ranks[0][0])


def two_best(
    costs: Costs, charge: Sequence[int], then: Callable[[Set], tuple], *, most: int
) -> Found:
    """Return the two best sets; no more than `most` parts are looked at for them.

    Of large orders fewer, since stock is locked meanwhile: what bounds the search is how
    much there is to look at, never the clock, so that it always ends at the same part.
    """
    found = Found(costs, charge, then)
    if costs.places:
        _Search(found, min(most, WORK // costs.size)).run()
    return found


def greedy_set(costs: Costs, charge: Sequence[int]) -> list[int]:
    """Add whoever covers most of what is missing, for the least (Chvátal 1979)."""
    chosen: list[int] = []
    missing = list(costs.need)
    while any(missing):
        rest = [place for place in costs.places if place not in chosen]
        place = max(rest, key=lambda p: sum(map(min, costs.have[p], missing)) / (1 + charge[p]))
        chosen.append(place)
        missing = [max(0, m - h) for m, h in zip(missing, costs.have[place], strict=True)]
    return chosen


class _Search:
    def __init__(self, found: Found, most: int):
        self.found, self.most = found, most
        self.charge, self.need = found.charge, found.costs.need
        self.have, self.unit = found.costs.have, found.costs.unit
        self.left: list[Part] = []
        self.turns = count()

    def run(self) -> None:
        self._look((), self._all_options())
        for _ in range(self.most):
            if not self.left or self.found.is_worse(self.left[0].bound):
                break
            self._divide(heappop(self.left))
        self.found.settle(self.left[0].bound if self.left else None)

    def _all_options(self) -> Options:
        share = {p: self.charge[p] // self._most_from(p) for p in self.found.costs.places}
        return [
            sorted((self.unit[p][n] + share[p], p) for p in share if self.have[p][n])
            for n in range(len(self.need))
        ]

    def _most_from(self, place: int) -> int:
        return max(1, sum(map(min, self.have[place], self.need)))

    def _look(self, chosen: Set, options: Options) -> None:
        """Keep a part to look at, if it can have one of the two best."""
        bound = sum(self.charge[place] for place in chosen)
        shipping: dict[int, int] = {}
        for n, need in enumerate(self.need):
            left = need
            for cost, place in options[n]:
                if not left:
                    break
                quantity = min(left, self.have[place][n])
                left -= quantity
                bound += quantity * cost
                shipping[place] = shipping.get(place, 0) + quantity
            if left:
                return  # nobody has it
        self._keep(bound, chosen, options, shipping)

    def _keep(self, bound: int, chosen: Set, options: Options, shipping: dict[int, int]) -> None:
        if not self.found.is_worse(bound):
            part = Part(bound, -len(chosen), next(self.turns), chosen, options, shipping)
            heappush(self.left, part)

    def _divide(self, part: Part) -> None:
        """Into the sets with a warehouse and those without it."""
        undecided = {p: units for p, units in part.shipping.items() if p not in part.chosen}
        if undecided:
            place = max(undecided, key=undecided.__getitem__)
            self._look(_and(part.chosen, place), self._decided(part.options, place))
            self._look(part.chosen, _without(part.options, place))
        elif not part.shipping:
            self._add_to(part)
        elif len(part.shipping) == len(part.chosen):
            self.found.note(part.chosen, part.bound)
            self._postpone(part)

    def _postpone(self, part: Part) -> None:
        """What adds to a choice saves nothing but in the cost of its units."""
        rest = _places_in(part.options) - set(part.chosen)
        if rest:
            parcels = sum(self.charge[p] for p in part.chosen) + min(self.charge[p] for p in rest)
            self._keep(parcels + self._least(part.options), part.chosen, part.options, {})

    def _least(self, options: Options) -> int:
        """No more than all units cost wherever they come from."""
        return sum(
            need * min(self.unit[place][n] for _, place in options[n])
            for n, need in enumerate(self.need)
            if need
        )

    def _add_to(self, part: Part) -> None:
        options = part.options
        for place in sorted(_places_in(options) - set(part.chosen)):
            self._look(_and(part.chosen, place), self._decided(options, place))
            options = _without(options, place)

    def _decided(self, options: Options, place: int) -> Options:
        """The options when a warehouse ships for certain: no part of its parcel is in a unit."""
        row, unit = self.have[place], self.unit[place]
        return [
            sorted((unit[n], p) if p == place else (cost, p) for cost, p in line)
            if row[n]
            else line
            for n, line in enumerate(options)
        ]


def _and(chosen: Set, place: int) -> Set:
    return tuple(sorted((*chosen, place)))


def _without(options: Options, place: int) -> Options:
    return [[one for one in line if one[1] != place] for line in options]


def _places_in(options: Options) -> set[int]:
    return {place for line in options for _, place in line}
