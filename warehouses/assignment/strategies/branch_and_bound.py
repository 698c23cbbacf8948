"""The two best sets of warehouses for an order, proved by branch and bound.

Best-first search (Land and Doig 1960, An Automatic Method of Solving Discrete Programming
Problems): a node stands for all sets that contain some warehouses and exclude some others.
Its lower bound is the cost if each undecided warehouse charged its parcel by the unit,
spread over all units that it could ship. A set in which a warehouse ships nothing does not
count.
"""

from collections.abc import Callable, Sequence
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple

from warehouses.assignment.strategies.cost_model import CostModel, WarehouseSet

# The most pairs of warehouse and line that all nodes may examine: about half a second.
MAX_WORK = 2_000_000

# By line, the sources of its units: (cost of one unit, index of the warehouse), cheapest first.
Options = list[list[tuple[int, int]]]


class Node(NamedTuple):
    """All sets that contain `chosen` and otherwise only warehouses among the options.

    `units` by warehouse are the relaxed solution, whose cost is `bound`; empty where
    `chosen` itself has been examined and only its supersets are left.
    """

    bound: int
    fewer: int  # among equal bounds the node with the most chosen warehouses comes first
    sequence: int
    chosen: WarehouseSet
    options: Options
    units: dict[int, int]


class BestTwo:
    """The best and the second best of the sets that were examined.

    `charges` are the fixed charges of the warehouses; `tie_break` decides between equal costs.
    """

    def __init__(
        self,
        model: CostModel,
        charges: Sequence[int],
        tie_break: Callable[[WarehouseSet], tuple],
    ):
        self.model, self.charges, self._tie_break = model, charges, tie_break
        self.best: WarehouseSet = ()
        self.runner_up: WarehouseSet = ()
        self.is_best = not model.stocked  # whether `best` is proved to be optimal
        self.is_exact = not model.stocked  # whether both are proved to be the best
        self._ranks: list[tuple] = []

    def add(self, chosen: WarehouseSet, cost: int) -> None:
        """Keep a set of known cost if it is one of the two best."""
        if chosen in (self.best, self.runner_up):
            return
        rank = (cost, *self._tie_break(chosen))
        ranked = sorted(
            [*zip(self._ranks, (self.best, self.runner_up), strict=False), (rank, chosen)]
        )[:2]
        self._ranks = [rank for rank, _ in ranked]
        self.best = ranked[0][1]
        self.runner_up = ranked[1][1] if len(ranked) > 1 else ()

    def add_heuristic(self, chosen: Sequence[int]) -> None:
        """Add a set from another method, without the warehouses that ship nothing."""
        indices = self.model.without_idle(chosen)
        extra = sum(self.charges[index] - self.model.parcel_cost[index] for index in indices)
        self.add(indices, extra + self.model.total_cost(indices))

    def can_prune(self, bound: int) -> bool:
        """Return whether no set of at least this cost is one of the two best."""
        return len(self._ranks) > 1 and bound > self._ranks[1][0]

    def set_proof(self, bound: int | None) -> None:
        """Set `is_best` and `is_exact` from the least bound of the open nodes, None if none."""
        self.is_exact = bound is None or self.can_prune(bound)
        self.is_best = self.is_exact or (bool(self._ranks) and bound >= self._ranks[0][0])


def find_best_two(
    model: CostModel,
    charges: Sequence[int],
    tie_break: Callable[[WarehouseSet], tuple],
    *,
    max_nodes: int,
) -> BestTwo:
    """Return the two best sets found within `max_nodes` nodes.

    Large orders get fewer nodes, since stock is locked meanwhile. The amount of work bounds
    the search, never the clock, so that it always ends at the same node.
    """
    best_two = BestTwo(model, charges, tie_break)
    if model.stocked:
        _Search(best_two, min(max_nodes, MAX_WORK // model.size)).run()
    return best_two


def greedy_set(model: CostModel, charges: Sequence[int]) -> list[int]:
    """Return a cover by greedy set cover (Chvátal 1979): most missing units per charge first."""
    chosen: list[int] = []
    missing = list(model.demand)
    while any(missing):
        rest = [index for index in model.stocked if index not in chosen]
        best = max(rest, key=lambda i: sum(map(min, model.supply[i], missing)) / (1 + charges[i]))
        chosen.append(best)
        missing = [max(0, m - units) for m, units in zip(missing, model.supply[best], strict=True)]
    return chosen


class _Search:
    """A best-first search over nodes, with a heap of open nodes."""

    def __init__(self, best_two: BestTwo, max_nodes: int):
        self.best_two, self.max_nodes = best_two, max_nodes
        model = best_two.model
        self.charges, self.demand = best_two.charges, model.demand
        self.supply, self.unit_cost = model.supply, model.unit_cost
        self.open_nodes: list[Node] = []
        self.sequence = count()

    def run(self) -> None:
        """Examine nodes until the two best are proved or `max_nodes` are spent."""
        self._add_node((), self._root_options())
        for _ in range(self.max_nodes):
            if not self.open_nodes or self.best_two.can_prune(self.open_nodes[0].bound):
                break
            self._branch(heappop(self.open_nodes))
        self.best_two.set_proof(self.open_nodes[0].bound if self.open_nodes else None)

    def _root_options(self) -> Options:
        stocked = self.best_two.model.stocked
        share = {index: self.charges[index] // self._max_units(index) for index in stocked}
        return [
            sorted((self.unit_cost[i][n] + share[i], i) for i in share if self.supply[i][n])
            for n in range(len(self.demand))
        ]

    def _max_units(self, index: int) -> int:
        return max(1, sum(map(min, self.supply[index], self.demand)))

    def _add_node(self, chosen: WarehouseSet, options: Options) -> None:
        """Solve the relaxation of a node, and push it if one of the two best can be in it."""
        bound = sum(self.charges[index] for index in chosen)
        units: dict[int, int] = {}
        for n, quantity_needed in enumerate(self.demand):
            left = quantity_needed
            for cost, index in options[n]:
                if not left:
                    break
                quantity = min(left, self.supply[index][n])
                left -= quantity
                bound += quantity * cost
                units[index] = units.get(index, 0) + quantity
            if left:
                return  # infeasible: the options do not cover the line
        self._push(bound, chosen, options, units)

    def _push(
        self, bound: int, chosen: WarehouseSet, options: Options, units: dict[int, int]
    ) -> None:
        if not self.best_two.can_prune(bound):
            node = Node(bound, -len(chosen), next(self.sequence), chosen, options, units)
            heappush(self.open_nodes, node)

    def _branch(self, node: Node) -> None:
        """Divide a node into the sets with a warehouse and those without it."""
        undecided = {i: units for i, units in node.units.items() if i not in node.chosen}
        if undecided:
            index = max(undecided, key=undecided.__getitem__)
            self._add_node(_with(node.chosen, index), self._fix(node.options, index))
            self._add_node(node.chosen, _without(node.options, index))
        elif not node.units:
            self._branch_supersets(node)
        elif len(node.units) == len(node.chosen):
            self.best_two.add(node.chosen, node.bound)
            self._push_supersets(node)

    def _push_supersets(self, node: Node) -> None:
        """Push the supersets of `chosen`; they cost a parcel more and can save on units only."""
        rest = _indices_in(node.options) - set(node.chosen)
        if rest:
            parcels = sum(self.charges[i] for i in node.chosen) + min(self.charges[i] for i in rest)
            bound = parcels + self._min_unit_costs(node.options)
            self._push(bound, node.chosen, node.options, {})

    def _min_unit_costs(self, options: Options) -> int:
        """Return a lower bound of the cost of all units, without parcels."""
        return sum(
            quantity * min(self.unit_cost[index][n] for _, index in options[n])
            for n, quantity in enumerate(self.demand)
            if quantity
        )

    def _branch_supersets(self, node: Node) -> None:
        options = node.options
        for index in sorted(_indices_in(options) - set(node.chosen)):
            self._add_node(_with(node.chosen, index), self._fix(options, index))
            options = _without(options, index)

    def _fix(self, options: Options, index: int) -> Options:
        """Return the options if a warehouse ships: its units no longer share its charge."""
        supply, unit_cost = self.supply[index], self.unit_cost[index]
        return [
            sorted((unit_cost[n], i) if i == index else (cost, i) for cost, i in line)
            if supply[n]
            else line
            for n, line in enumerate(options)
        ]


def _with(chosen: WarehouseSet, index: int) -> WarehouseSet:
    return tuple(sorted((*chosen, index)))


def _without(options: Options, index: int) -> Options:
    return [[option for option in line if option[1] != index] for line in options]


def _indices_in(options: Options) -> set[int]:
    return {index for line in options for _, index in line}
