"""The fixed-charge problem of one large order as a mixed-integer program, solved by HiGHS.

Huangfu and Hall 2018, Parallelizing the dual revised simplex method, is the basis of HiGHS;
https://highs.dev. The same problem has the same solution however busy the machine is: the
number of nodes bounds the search, never the clock.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

import highspy

MAX_NODES = 20  # about a second for 40 warehouses and 40 lines
MAX_VARIABLES = 4_000  # warehouses times lines; larger problems take too long
MAX_SECONDS = 3.0  # beyond it no solution counts, since it would depend on the machine
RANDOM_SEED = 0

Table = Sequence[Sequence[int]]  # by the indices of the warehouse and of the line


class NoSolution(Exception):
    """HiGHS did not reach an end that is independent of the clock."""


class Solution(NamedTuple):
    """The indices of the chosen warehouses, and whether the choice is proved to be optimal."""

    chosen: list[int]
    is_proved: bool


def solve_cheapest_set(
    indices: Sequence[int],
    full: Collection[int],
    *,
    parcel_cost: Sequence[int],
    unit_cost: Table,
    supply: Table,
    demand: Sequence[int],
) -> Solution | None:
    """Return the cheapest of the sets with the fewest `full` warehouses; None if none was found.

    `indices` are the warehouses to choose from, `full` those of them without capacity;
    costs are in mills. Raises NoSolution.
    """
    model = _Model(indices, supply, demand)
    if not full:
        return model.minimize(parcel_cost, unit_cost)
    no_cost = [[0] * len(demand)] * len(supply)
    fewest = model.minimize([index in full for index in range(len(supply))], no_cost)
    if fewest is None:
        return None
    model.limit(full, sum(index in full for index in fewest.chosen))
    solution = model.minimize(parcel_cost, unit_cost)
    return solution and solution._replace(is_proved=solution.is_proved and fewest.is_proved)


class _Model:
    """Binary variables for the shipping warehouses, and the units of each line from each."""

    def __init__(self, indices: Sequence[int], supply: Table, demand: Sequence[int]):
        self.highs = model = highspy.Highs()
        for option, value in {
            "output_flag": False,
            "threads": 1,
            "random_seed": RANDOM_SEED,
            "mip_max_nodes": MAX_NODES,
            "time_limit": MAX_SECONDS,
            "mip_rel_gap": 0.0,
        }.items():
            model.setOptionValue(option, value)
        self.ships = {index: model.addBinary() for index in indices}
        self.units = {
            (index, n): model.addVariable(lb=0, ub=float(min(supply[index][n], quantity)))
            for n, quantity in enumerate(demand)
            for index in indices
            if quantity and supply[index][n]
        }
        for n, quantity in enumerate(demand):
            if quantity:
                sources = [self.units[index, n] for index in indices if supply[index][n]]
                model.addConstr(sum(sources) == quantity)
        for (index, n), units in self.units.items():
            model.addConstr(units <= min(supply[index][n], demand[n]) * self.ships[index])

    def limit(self, indices: Collection[int], max_count: int) -> None:
        """Let at most `max_count` of these warehouses ship."""
        self.highs.addConstr(sum(self.ships[index] for index in indices) <= max_count)

    def minimize(self, parcel_cost: Sequence[int], unit_cost: Table) -> Solution | None:
        """Return the solution of least cost; None if none was found. Raises NoSolution."""
        for index, ships in self.ships.items():
            self.highs.changeColCost(ships.index, float(parcel_cost[index]))
        for (index, n), units in self.units.items():
            self.highs.changeColCost(units.index, float(unit_cost[index][n]))
        self.highs.run()
        status = self.highs.getModelStatus()
        is_proved = status == highspy.HighsModelStatus.kOptimal
        if not (is_proved or status == highspy.HighsModelStatus.kSolutionLimit):
            raise NoSolution(str(status))
        if self.highs.getInfo().primal_solution_status != highspy.kSolutionStatusFeasible:
            return None
        values = self.highs.getSolution().col_value
        chosen = [index for index, ships in self.ships.items() if values[ships.index] > 0.5]
        return Solution(chosen, is_proved)
