"""Re-optimisation: cheaper assignments for orders that are not picked yet.

Xu, Allgor and Graves 2009, Benefits of Reevaluating Real-Time Order Fulfillment
Decisions. Each order is decided anew as if its own units were free again; and an order
may take the units of another where both together then cost less. No order arrives later
for it than its customer expects. Units in a closed warehouse leave it at any price.
"""

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

from warehouses.assignment.strategies.types import Assignment, Candidate, Line, Pick, Strategy
from warehouses.delivery.money import MILLS_PER_MINOR_UNIT

logger = logging.getLogger(__name__)

MIN_SAVING = 10 * MILLS_PER_MINOR_UNIT  # of a change, in mills: ten minor units
NO_ASSIGNMENT = Assignment((), "")
NO_UNITS: Mapping[int, int] = MappingProxyType({})


@dataclass(frozen=True)
class AssignmentPlan:
    """The assignment of an order that can still change; `placed_at` is a timestamp."""

    order_id: int
    placed_at: float
    lines: tuple[Line, ...]
    picks: tuple[Pick, ...]
    candidates: tuple[Candidate, ...]
    # Those from which the order would arrive later than its customer expects.
    late_warehouse_ids: frozenset[int] = frozenset()
    # Of a changed plan: the strategy's inputs and its assignment.
    availability: Mapping[tuple[int, int], int] = field(default_factory=dict)
    assignment: Assignment = NO_ASSIGNMENT

    @cached_property
    def picks_in_closed(self) -> tuple[Pick, ...]:
        """Return the picks in closed warehouses, which are no candidates."""
        candidate_ids = {w.id for w in self.candidates}
        return tuple(pick for pick in self.picks if pick.warehouse_id not in candidate_ids)

    @cached_property
    def units_in_closed(self) -> Counter[int]:
        """Return the units in closed warehouses, by item."""
        units: Counter[int] = Counter()
        for pick in self.picks_in_closed:
            units[pick.item_id] += pick.quantity
        return units

    @property
    def on_time_candidates(self) -> tuple[Candidate, ...]:
        """Return the candidates from which the order arrives when its customer expects it."""
        return tuple(w for w in self.candidates if w.id not in self.late_warehouse_ids)

    def cost(self, picks: Iterable[Pick]) -> int:
        """Return the cost of such picks with the bid prices of the units, in mills."""
        picks = list(picks)
        candidate_of = {w.id: w for w in self.candidates}
        weight = {line.item_id: line.weight for line in self.lines}
        warehouse_ids = {pick.warehouse_id for pick in picks}
        return sum(
            MILLS_PER_MINOR_UNIT * candidate_of[w].parcel_price for w in warehouse_ids
        ) + sum(
            pick.quantity
            * (
                candidate_of[pick.warehouse_id].price_per_kg * weight[pick.item_id]
                + candidate_of[pick.warehouse_id].bid_prices.get(pick.item_id, 0)
            )
            for pick in picks
        )


def reoptimize(
    plans: Sequence[AssignmentPlan],
    stock: Mapping[tuple[int, int], int],
    strategy: Strategy,
    *,
    unsold: Mapping[int, int] = NO_UNITS,
    remaining_capacity: Mapping[int, int] = NO_UNITS,
) -> Iterator[AssignmentPlan]:
    """Yield the plans that change, each with its new picks; the arguments do not change.

    `stock` are the available units by (warehouse, item), and `unsold` those of them, by
    item, that are not promised to customers: units that leave a closed warehouse replace
    these. `remaining_capacity` is how many more parcels a warehouse with a daily limit ships.
    """
    return _Reoptimization(plans, stock, strategy, unsold, remaining_capacity).changes()


def redecide(
    plan: AssignmentPlan,
    stock: Mapping[tuple[int, int], int],
    strategy: Strategy,
    *,
    remaining_capacity: Mapping[int, int] = NO_UNITS,
) -> AssignmentPlan | None:
    """Return an order's plan as if its own units were free again; None if it is not complete."""
    return _Reoptimization([plan], stock, strategy, NO_UNITS, remaining_capacity).redecision(plan)


class _Reoptimization:
    """The plans, free units and capacities while orders are decided anew, one by one."""

    def __init__(self, plans, stock, strategy: Strategy, unsold, remaining_capacity):
        self._plans = {plan.order_id: plan for plan in plans}
        self._free = Counter(stock)
        self._unsold = Counter(unsold)
        self._remaining_capacity = dict(remaining_capacity)
        self._strategy = strategy
        self._holders: dict[tuple[int, int], set[int]] = defaultdict(set)
        for plan in plans:
            self._add_holder(plan)

    def changes(self) -> Iterator[AssignmentPlan]:
        """Decide all orders anew, and yield the plans that change."""
        before = dict(self._plans)
        for order_id, plan in before.items():
            if plan.units_in_closed:
                self._reassign_from_closed(order_id)
            elif not self._decide_anew(order_id):
                self._exchange(order_id)
        for order_id, plan in before.items():
            if self._plans[order_id].picks != plan.picks:
                yield self._plans[order_id]

    def redecision(self, plan: AssignmentPlan) -> AssignmentPlan | None:
        """Return the complete plan of an order that is decided again, or None."""
        self._release(plan)
        new_plan = self._solve(plan, self._free)
        return new_plan if _is_complete(plan, new_plan) else None

    def _reassign_from_closed(self, order_id: int) -> None:
        """Reassign all of an order to open warehouses; otherwise the closed warehouse ships it."""
        plan = self._plans[order_id]
        if not plan.units_in_closed <= self._unsold:
            return
        self._release(plan)
        new_plan = self._solve(plan, self._free)
        if _is_complete(plan, new_plan):
            self._unsold -= plan.units_in_closed
            self._keep(new_plan)
        else:
            self._keep(plan)

    def _decide_anew(self, order_id: int) -> bool:
        """Reassign an order to free units if that saves enough; return whether it did."""
        plan = self._plans[order_id]
        self._release(plan)
        new_plan = self._solve(plan, self._free)
        max_cost = plan.cost(plan.picks) - MIN_SAVING
        if not _is_feasible(plan, new_plan) or new_plan.cost(new_plan.picks) > max_cost:
            self._keep(plan)
            return False
        self._keep(new_plan)
        return True

    def _exchange(self, order_id: int) -> bool:
        """Take the best units of an order from one other order, if both together cost less."""
        plan = self._plans[order_id]
        if len(plan.picks) == 1 and self._is_cheapest(plan):
            return False
        available = self._free_and_held(plan)
        self._release(plan)
        new_plan = self._solve(plan, available)
        other = self._find_holder(new_plan.picks, order_id)
        if other is None or not _is_feasible(plan, new_plan):
            self._keep(plan)
            return False
        self._release(other)
        self._allocate(new_plan.picks)
        new_other = self._solve(other, self._free)
        self._deallocate(new_plan.picks)
        saving = plan.cost(plan.picks) + other.cost(other.picks)
        saving -= plan.cost(new_plan.picks) + other.cost(new_other.picks)
        if _is_feasible(other, new_other) and saving >= MIN_SAVING:
            self._keep(new_plan)
            self._keep(new_other)
            return True
        self._keep(plan)
        self._keep(other)
        return False

    def _is_cheapest(self, plan: AssignmentPlan) -> bool:
        """Return whether no candidate's parcel is cheaper than that of the first pick."""
        least = min(w.parcel_price for w in plan.candidates)
        warehouse_id = plan.picks[0].warehouse_id
        return all(w.parcel_price == least for w in plan.candidates if w.id == warehouse_id)

    def _free_and_held(self, plan: AssignmentPlan) -> Counter:
        """Return the free units and those that plans hold of the order's items."""
        units = Counter(self._free)
        items = {line.item_id for line in plan.lines}
        for key, holders in self._holders.items():
            if key[1] in items:
                units[key] += sum(
                    pick.quantity
                    for order_id in holders
                    for pick in self._plans[order_id].picks
                    if (pick.warehouse_id, pick.item_id) == key
                )
        return units

    def _find_holder(self, picks: Iterable[Pick], order_id: int) -> AssignmentPlan | None:
        """Return a single other order that holds all units which the picks need beside free ones.

        None if all units are free, or if no single order holds them all.
        """
        lacking = {
            (pick.warehouse_id, pick.item_id): pick.quantity
            - self._free[pick.warehouse_id, pick.item_id]
            for pick in picks
        }
        lacking = {key: units for key, units in lacking.items() if units > 0}
        if not lacking:
            return None
        shared = set.intersection(*(self._holders[key] for key in lacking)) - {order_id}
        for holder in sorted(pk for pk in shared if not self._plans[pk].units_in_closed):
            held: Counter[tuple[int, int]] = Counter()
            for pick in self._plans[holder].picks:
                held[pick.warehouse_id, pick.item_id] += pick.quantity
            if all(held[key] >= units for key, units in lacking.items()):
                return self._plans[holder]
        return None

    def _solve(
        self, plan: AssignmentPlan, available: Mapping[tuple[int, int], int]
    ) -> AssignmentPlan:
        """Return the plan with the strategy's new picks; without picks where it fails."""
        plan = replace(plan, candidates=tuple(map(self._with_capacity, plan.candidates)))
        availability = {
            (w.id, line.item_id): available[w.id, line.item_id]
            for w in plan.on_time_candidates
            for line in plan.lines
            if available[w.id, line.item_id] > 0
        }
        try:
            assignment = self._strategy(plan.lines, availability, {}, plan.on_time_candidates)
        except Exception:  # of any kind, since other orders may still improve
            logger.exception("Order %s is not decided anew", plan.order_id)
            assignment = NO_ASSIGNMENT
        return replace(
            plan, picks=assignment.picks, availability=availability, assignment=assignment
        )

    def _with_capacity(self, w: Candidate) -> Candidate:
        if w.id not in self._remaining_capacity:
            return w
        return replace(w, has_capacity=self._remaining_capacity[w.id] > 0)

    def _release(self, plan: AssignmentPlan) -> None:
        self._deallocate(plan.picks)
        for pick in plan.picks:
            self._holders[pick.warehouse_id, pick.item_id].discard(plan.order_id)

    def _keep(self, plan: AssignmentPlan) -> None:
        self._allocate(plan.picks)
        self._plans[plan.order_id] = plan
        self._add_holder(plan)

    def _add_holder(self, plan: AssignmentPlan) -> None:
        for pick in plan.picks:
            self._holders[pick.warehouse_id, pick.item_id].add(plan.order_id)

    def _deallocate(self, picks: Sequence[Pick]) -> None:
        self._change_free(picks, 1)

    def _allocate(self, picks: Sequence[Pick]) -> None:
        self._change_free(picks, -1)

    def _change_free(self, picks: Sequence[Pick], sign: int) -> None:
        """Change the free units by those of the picks, and the capacity by their parcels."""
        for pick in picks:
            self._free[pick.warehouse_id, pick.item_id] += sign * pick.quantity
        warehouse_ids = {pick.warehouse_id for pick in picks}
        for warehouse_id in warehouse_ids & self._remaining_capacity.keys():
            self._remaining_capacity[warehouse_id] += sign


def _is_feasible(plan: AssignmentPlan, new_plan: AssignmentPlan) -> bool:
    """Return whether the new picks are complete and add no warehouse without capacity."""
    shipping_ids = {pick.warehouse_id for pick in plan.picks}
    full = {w.id for w in new_plan.candidates if not w.has_capacity} - shipping_ids
    has_capacity = full.isdisjoint(pick.warehouse_id for pick in new_plan.picks)
    return has_capacity and _is_complete(plan, new_plan)


def _is_complete(plan: AssignmentPlan, new_plan: AssignmentPlan) -> bool:
    """Return whether the new plan ships no fewer units than the old one."""
    return sum(p.quantity for p in new_plan.picks) >= sum(p.quantity for p in plan.picks)
