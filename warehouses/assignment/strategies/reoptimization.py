"""Second thoughts: orders that nobody has picked yet may be shipped for less by now.

Xu, Allgor and Graves 2009, Benefits of Reevaluating Real-Time Order Fulfillment
Decisions. Each order is decided anew as if its own units were free again; and an order
may take the units of another where both together then cost less. None arrives later for it
than its customer expects. What waits in a warehouse that has closed leaves it at any price.
"""

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

from warehouses.assignment.strategies.types import Assignment, Candidate, Line, Pick, Strategy
from warehouses.delivery.money import MILLS

logger = logging.getLogger(__name__)

SAVING = 10 * MILLS  # that a change is worth, in mills: ten minor units
NO_ANSWER = Assignment((), "")
NOTHING: Mapping[int, int] = MappingProxyType({})


@dataclass(frozen=True)
class AssignmentPlan:
    """An order's decision that can still be changed."""

    number: int
    at: float
    lines: tuple[Line, ...]
    picks: tuple[Pick, ...]
    candidates: tuple[Candidate, ...]
    # Those of the candidates from which it would arrive later than its customer expects.
    late: frozenset[int] = frozenset()
    # Of a changed one: what the strategy was told to be free, and all that it answered.
    seen: Mapping[tuple[int, int], int] = field(default_factory=dict)
    answer: Assignment = NO_ANSWER

    @cached_property
    def leaving_picks(self) -> tuple[Pick, ...]:
        """What waits where nothing is chosen any more: it has closed."""
        met = {w.id for w in self.candidates}
        return tuple(pick for pick in self.picks if pick.warehouse_id not in met)

    @cached_property
    def leaving(self) -> Counter[int]:
        """The units, by item, that leave closed warehouses."""
        units: Counter[int] = Counter()
        for pick in self.leaving_picks:
            units[pick.item_id] += pick.quantity
        return units

    @property
    def choices(self) -> tuple[Candidate, ...]:
        """Where it may go without arriving later than its customer expects."""
        return tuple(w for w in self.candidates if w.id not in self.late)

    def cost(self, picks: Iterable[Pick]) -> int:
        """What such picks would cost, with the future of the units, in mills."""
        picks = list(picks)
        of = {w.id: w for w in self.candidates}
        weight = {line.item_id: line.weight for line in self.lines}
        parcels = sum(MILLS * of[w].parcel for w in {pick.warehouse_id for pick in picks})
        return parcels + sum(
            pick.quantity
            * (
                of[pick.warehouse_id].per_kg * weight[pick.item_id]
                + of[pick.warehouse_id].values.get(pick.item_id, 0)
            )
            for pick in picks
        )


def reoptimize(
    standing: Sequence[AssignmentPlan],
    stock: Mapping[tuple[int, int], int],
    strategy: Strategy,
    *,
    unsold: Mapping[int, int] = NOTHING,
    room: Mapping[int, int] = NOTHING,
) -> Iterator[AssignmentPlan]:
    """Yield the orders that change, each with its new picks.

    `stock` are the free units by (warehouse, item), and `unsold` those of them, by item,
    that nobody is promised: what leaves a closed warehouse takes the place of these.
    `room` is how many more parcels a warehouse takes, where there is a limit. None of them
    is changed here.
    """
    return _Reoptimization(standing, stock, strategy, unsold, room).changes()


class _Reoptimization:
    def __init__(self, standing, stock, strategy: Strategy, unsold, room):
        self._now = {one.number: one for one in standing}
        self._free = Counter(stock)
        self._unsold = Counter(unsold)
        self._room = dict(room)
        self._strategy = strategy
        self._holders: dict[tuple[int, int], set[int]] = defaultdict(set)
        for one in standing:
            self._note(one)

    def changes(self) -> Iterator[AssignmentPlan]:
        before = dict(self._now)
        for number, one in before.items():
            if one.leaving:
                self._leave(number)
            elif not self._decide_anew(number):
                self._take_from_another(number)
        for number, one in before.items():
            if self._now[number].picks != one.picks:
                yield self._now[number]

    def _leave(self, number: int) -> None:
        """Go where all of it can be had; where it cannot, the closed warehouse ships it."""
        one = self._now[number]
        if not one.leaving <= self._unsold:
            return
        self._release(one)
        fresh = self._solved(one, self._free)
        if _is_whole(one, fresh):
            self._unsold -= one.leaving
            self._keep(fresh)
        else:
            self._keep(one)

    def _decide_anew(self, number: int) -> bool:
        one = self._now[number]
        self._release(one)
        fresh = self._solved(one, self._free)
        if not _can_be(one, fresh) or fresh.cost(fresh.picks) > one.cost(one.picks) - SAVING:
            self._keep(one)
            return False
        self._keep(fresh)
        return True

    def _take_from_another(self, number: int) -> bool:
        """Exchange: what this order would like best is held by one other, who can do without."""
        one = self._now[number]
        if len(one.picks) == 1 and self._is_cheapest(one):
            return False
        wished = self._with_units_of_others(one)
        self._release(one)
        fresh = self._solved(one, wished)
        other = self._one_holder_of(fresh.picks, number)
        if other is None or not _can_be(one, fresh):
            self._keep(one)
            return False
        self._release(other)
        self._take(fresh.picks)
        others = self._solved(other, self._free)
        self._give(fresh.picks)
        saved = one.cost(one.picks) + other.cost(other.picks)
        saved -= one.cost(fresh.picks) + other.cost(others.picks)
        if _can_be(other, others) and saved >= SAVING:
            self._keep(fresh)
            self._keep(others)
            return True
        self._keep(one)
        self._keep(other)
        return False

    def _is_cheapest(self, one: AssignmentPlan) -> bool:
        least = min(w.parcel for w in one.candidates)
        return all(w.parcel == least for w in one.candidates if w.id == one.picks[0].warehouse_id)

    def _with_units_of_others(self, one: AssignmentPlan) -> Counter:
        wished = Counter(self._free)
        items = {line.item_id for line in one.lines}
        for place, holders in self._holders.items():
            if place[1] in items:
                wished[place] += sum(
                    pick.quantity
                    for number in holders
                    for pick in self._now[number].picks
                    if (pick.warehouse_id, pick.item_id) == place
                )
        return wished

    def _one_holder_of(self, picks: Iterable[Pick], number: int) -> AssignmentPlan | None:
        """The one other order whose units these picks need beside free ones, if it is one."""
        lacking = {
            (pick.warehouse_id, pick.item_id): pick.quantity
            - self._free[pick.warehouse_id, pick.item_id]
            for pick in picks
        }
        lacking = {place: units for place, units in lacking.items() if units > 0}
        if not lacking:
            return None
        shared = set.intersection(*(self._holders[place] for place in lacking)) - {number}
        for holder in sorted(one for one in shared if not self._now[one].leaving):
            held: Counter[tuple[int, int]] = Counter()
            for pick in self._now[holder].picks:
                held[pick.warehouse_id, pick.item_id] += pick.quantity
            if all(held[place] >= units for place, units in lacking.items()):
                return self._now[holder]
        return None

    def _solved(
        self, one: AssignmentPlan, available: Mapping[tuple[int, int], int]
    ) -> AssignmentPlan:
        one = replace(one, candidates=tuple(map(self._with_room, one.candidates)))
        at_hand = {
            (w.id, line.item_id): available[w.id, line.item_id]
            for w in one.choices
            for line in one.lines
            if available[w.id, line.item_id] > 0
        }
        try:
            answer = self._strategy(one.lines, at_hand, {}, one.choices)
        except Exception:  # whatever it is, other orders may be better off elsewhere
            logger.exception("Order %s is not decided anew", one.number)
            answer = NO_ANSWER
        return replace(one, picks=answer.picks, seen=at_hand, answer=answer)

    def _with_room(self, w: Candidate) -> Candidate:
        return replace(w, has_capacity=self._room[w.id] > 0) if w.id in self._room else w

    def _release(self, one: AssignmentPlan) -> None:
        self._give(one.picks)
        for pick in one.picks:
            self._holders[pick.warehouse_id, pick.item_id].discard(one.number)

    def _keep(self, one: AssignmentPlan) -> None:
        self._take(one.picks)
        self._now[one.number] = one
        self._note(one)

    def _note(self, one: AssignmentPlan) -> None:
        for pick in one.picks:
            self._holders[pick.warehouse_id, pick.item_id].add(one.number)

    def _give(self, picks: Sequence[Pick]) -> None:
        self._move(picks, 1)

    def _take(self, picks: Sequence[Pick]) -> None:
        self._move(picks, -1)

    def _move(self, picks: Sequence[Pick], sign: int) -> None:
        """Add an order's units to the free ones, and its parcels to the room, or take them."""
        for pick in picks:
            self._free[pick.warehouse_id, pick.item_id] += sign * pick.quantity
        for warehouse_id in {pick.warehouse_id for pick in picks} & self._room.keys():
            self._room[warehouse_id] += sign


def _can_be(one: AssignmentPlan, fresh: AssignmentPlan) -> bool:
    """Whether it ships no fewer units than before, and from no warehouse whose day is full."""
    before = {pick.warehouse_id for pick in one.picks}
    full = {w.id for w in fresh.candidates if not w.has_capacity} - before
    is_free = full.isdisjoint(pick.warehouse_id for pick in fresh.picks)
    return is_free and _is_whole(one, fresh)


def _is_whole(one: AssignmentPlan, fresh: AssignmentPlan) -> bool:
    return sum(p.quantity for p in fresh.picks) >= sum(p.quantity for p in one.picks)
