"""The fixed-charge problem of one large order, solved by HiGHS.

Huangfu and Hall 2018, Parallelizing the dual revised simplex method, is what HiGHS is
built on; https://highs.dev. The same problem has the same answer however busy the machine
is: what bounds the search is the number of its nodes, never the clock.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

import highspy

NODES = 20  # about a second for 40 warehouses and 40 lines
MAX_VARIABLES = 4_000  # warehouses times lines; beyond, nobody should wait for it
SECONDS = 3.0  # then there is no answer, since another day it would be another
SEED = 0

Table = Sequence[Sequence[int]]  # by the places of the warehouse and of the line


class NoAnswer(Exception):
    """The solver did not come to an end that does not depend on the clock."""


class Solved(NamedTuple):
    """The warehouses of the cheapest choice found, and whether none is cheaper."""

    places: list[int]
    is_proved: bool


def cheapest_set(
    places: Sequence[int],
    full: Collection[int],
    *,
    fixed: Sequence[int],
    unit: Table,
    have: Table,
    need: Sequence[int],
) -> Solved | None:
    """Return the cheapest of the choices with the fewest of the `full`; None if none was found.

    Raises NoAnswer.
    """
    model = _Model(places, have, need)
    if not full:
        return model.least(fixed, unit)
    nothing = [[0] * len(need)] * len(have)
    fewest = model.least([place in full for place in range(len(have))], nothing)
    if fewest is None:
        return None
    model.limit(full, sum(place in full for place in fewest.places))
    solved = model.least(fixed, unit)
    return solved and solved._replace(is_proved=solved.is_proved and fewest.is_proved)


class _Model:
    """Which warehouses ship, and how many units of each line each of them."""

    def __init__(self, places: Sequence[int], have: Table, need: Sequence[int]):
        self.highs = model = highspy.Highs()
        for option, value in {
            "output_flag": False,
            "threads": 1,
            "random_seed": SEED,
            "mip_max_nodes": NODES,
            "time_limit": SECONDS,
            "mip_rel_gap": 0.0,
        }.items():
            model.setOptionValue(option, value)
        self.ships = {place: model.addBinary() for place in places}
        self.units = {
            (place, n): model.addVariable(lb=0, ub=float(min(have[place][n], wanted)))
            for n, wanted in enumerate(need)
            for place in places
            if wanted and have[place][n]
        }
        for n, wanted in enumerate(need):
            if wanted:
                there = [self.units[place, n] for place in places if have[place][n]]
                model.addConstr(sum(there) == wanted)
        for (place, n), quantity in self.units.items():
            model.addConstr(quantity <= min(have[place][n], need[n]) * self.ships[place])

    def limit(self, some: Collection[int], most: int) -> None:
        """Let no more than so many of some warehouses ship."""
        self.highs.addConstr(sum(self.ships[place] for place in some) <= most)

    def least(self, fixed: Sequence[int], unit: Table) -> Solved | None:
        """Return what costs the least so. Raises NoAnswer."""
        for place, ships in self.ships.items():
            self.highs.changeColCost(ships.index, float(fixed[place]))
        for (place, n), quantity in self.units.items():
            self.highs.changeColCost(quantity.index, float(unit[place][n]))
        self.highs.run()
        status = self.highs.getModelStatus()
        is_proved = status == highspy.HighsModelStatus.kOptimal
        if not (is_proved or status == highspy.HighsModelStatus.kSolutionLimit):
            raise NoAnswer(str(status))
        if self.highs.getInfo().primal_solution_status != highspy.kSolutionStatusFeasible:
            return None
        values = self.highs.getSolution().col_value
        chosen = [place for place, ships in self.ships.items() if values[ships.index] > 0.5]
        return Solved(chosen, is_proved)
