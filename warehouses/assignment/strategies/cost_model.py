"""The cost of shipping one order from a set of warehouses, in mills: a fixed-charge problem.

Each warehouse that ships costs a fixed charge (its parcel), and each unit costs its weight
and, with bid prices, its worth to later orders. For a given set of warehouses each line is
filled from the cheapest of them on. Warehouses and lines are identified by their indices in
the inputs of the strategy.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property

from warehouses.assignment.strategies.types import (
    Availability,
    Candidate,
    ConsideredSet,
    Line,
    Pick,
    Rejection,
    explain_rejections,
)
from warehouses.delivery.money import MILLS_PER_MINOR_UNIT, in_major

WarehouseSet = tuple[int, ...]  # indices of warehouses, ascending


class CostModel:
    """The supply, demand and costs of one order, by the indices of warehouse and line."""

    def __init__(
        self,
        lines: Sequence[Line],
        availability: Availability,
        warehouses: Sequence[Candidate],
        *,
        uses_bid_prices: bool = False,
    ):
        self.lines, self.availability, self.warehouses = lines, availability, warehouses
        self.uses_bid_prices = uses_bid_prices
        free = availability.get
        self.supply = [[free((w.id, line.item_id), 0) for line in lines] for w in warehouses]
        self.stocked = [index for index, row in enumerate(self.supply) if any(row)]
        self.demand = [
            min(line.quantity, sum(row[n] for row in self.supply)) for n, line in enumerate(lines)
        ]
        self.parcel_cost = [MILLS_PER_MINOR_UNIT * w.parcel_price for w in warehouses]
        self.unit_cost = [[self._unit_cost(w, line) for line in lines] for w in warehouses]

    def _unit_cost(self, w: Candidate, line: Line) -> int:
        bid_price = w.bid_prices.get(line.item_id, 0) if self.uses_bid_prices else 0
        return w.price_per_kg * line.weight + bid_price

    @property
    def size(self) -> int:
        """Return the number of pairs of a stocked warehouse and a line, at least 1."""
        return max(1, len(self.stocked) * len(self.lines))

    @cached_property
    def big_m(self) -> int:
        """Return a penalty, in mills, greater than the difference in cost of any two choices."""
        units = 0
        for n, quantity in enumerate(self.demand):
            costs = [self.unit_cost[index][n] for index in self.stocked if self.supply[index][n]]
            units += quantity * (max(costs, default=0) - min(costs, default=0))
        return 1 + units + sum(self.parcel_cost[index] for index in self.stocked)

    def is_covered_by(self, chosen: Iterable[int]) -> bool:
        """Return whether these warehouses have all available units of the order."""
        rows = [self.supply[index] for index in chosen]
        return all(
            sum(row[n] for row in rows) >= quantity for n, quantity in enumerate(self.demand)
        )

    def units_in(self, chosen: Iterable[int]) -> int:
        """Return how many units of the order's items these warehouses have."""
        return sum(sum(self.supply[index]) for index in chosen)

    def total_cost(self, chosen: Sequence[int]) -> int:
        """Return the cost of shipping all available units from these warehouses, in mills."""
        return sum(self.parcel_cost[index] for index in chosen) + sum(
            quantity * self.unit_cost[index][n] for n, index, quantity in self._fill(chosen)
        )

    def without_idle(self, chosen: Sequence[int]) -> WarehouseSet:
        """Return those of the warehouses that would ship at least one unit."""
        return tuple(sorted({index for _, index, _ in self._fill(chosen)}))

    def picks(self, chosen: Sequence[int]) -> tuple[Pick, ...]:
        """Return the cheapest picks from these warehouses."""
        return tuple(
            Pick(self.warehouses[index].id, self.lines[n].item_id, quantity)
            for n, index, quantity in self._fill(chosen)
        )

    def _fill(self, chosen: Sequence[int]) -> Iterator[tuple[int, int, int]]:
        """Yield (line, warehouse, quantity) line by line, the cheapest warehouse first."""
        for n, quantity_needed in enumerate(self.demand):
            left = quantity_needed
            for index in sorted(chosen, key=lambda i: (self.unit_cost[i][n], i)):
                quantity = min(left, self.supply[index][n])
                if quantity:
                    left -= quantity
                    yield n, index, quantity

    def considered_set(self, picks: Sequence[Pick]) -> ConsideredSet:
        """Return the warehouses of the picks with their cost by parts, in mills."""
        shipping_ids = {pick.warehouse_id for pick in picks}
        warehouse_of = {w.id: w for w in self.warehouses if w.id in shipping_ids}
        line_of = {line.item_id: line for line in self.lines}
        weight = total = 0
        for pick in picks:
            w, line = warehouse_of[pick.warehouse_id], line_of[pick.item_id]
            weight += pick.quantity * w.price_per_kg * line.weight
            total += pick.quantity * self._unit_cost(w, line)
        return ConsideredSet(
            tuple(w.code for w in warehouse_of.values()),
            sum(MILLS_PER_MINOR_UNIT * w.parcel_price for w in warehouse_of.values()),
            weight,
            total - weight,
            sum(not w.has_capacity for w in warehouse_of.values()),
        )

    def rejections(
        self, picks: Sequence[Pick], chosen: ConsideredSet | None, prefix: str = ""
    ) -> tuple[Rejection, ...]:
        """Return the warehouses that ship nothing with reasons; `prefix` precedes a cost."""
        shipping_ids = {pick.warehouse_id for pick in picks}
        explain = self._cost_comparison(chosen, prefix) if chosen else (lambda index: prefix)
        return explain_rejections(self.lines, self.supply, self.warehouses, shipping_ids, explain)

    def _cost_comparison(self, chosen: ConsideredSet, prefix: str) -> Callable[[int], str]:
        """Return a function that compares the cost of shipping all from one warehouse."""

        def explain(index: int) -> str:
            if not (chosen.overloaded or self.warehouses[index].has_capacity):
                return "has given all of today's parcels away"
            units = zip(self.demand, self.unit_cost[index], strict=True)
            cost = self.parcel_cost[index] + sum(
                quantity * unit_cost for quantity, unit_cost in units
            )
            return prefix + describe_difference(cost - chosen.total)

        return explain


def describe_difference(mills: int) -> str:
    """Return a difference in cost, in mills, as a phrase."""
    if not mills:
        return "would cost as much"
    return f"would cost {in_major(abs(mills)):.2f} {'more' if mills > 0 else 'less'}"
