"""A lower bound of the cost of any policy: all orders and deliveries are known from the start.

A linear program over the whole horizon: each line's units come from any warehouse, a
parcel is open to at least the largest share of a line that comes from it, and deliveries
are not used before they arrive. It is a relaxation (parcels may be open in part, and an
order without stock may be served from any delivery), so no policy can cost less.
"""

from collections import Counter

import highspy
import numpy as np

from benchmarks.assignment.world import World
from warehouses.delivery.money import MILLS_PER_MINOR_UNIT


def lower_bound(world: World) -> float:
    """Return the least cost, in minor units."""
    program = _LinearProgram()
    second = {item: day for day, _, item, _ in world.deliveries if day > 0}
    stock: dict[str, Counter] = {"first": Counter(), "both": Counter()}
    for day, w, item, units in world.deliveries:
        stock["both"][w, item] += units
        if day == 0:
            stock["first"][w, item] += units
    early_demand: Counter[int] = Counter()
    for order in world.orders:
        for line in order.lines:
            if order.at < second[line.item_id]:
                early_demand[line.item_id] += line.quantity
    early_supply: Counter[int] = Counter()
    for (_, item), units in stock["first"].items():
        early_supply[item] += units
    early: dict[tuple[int, int], list[int]] = {}
    both: dict[tuple[int, int], list[int]] = {}
    for order in world.orders:
        parcel = [program.column(w.parcel_price) for w in order.candidates]
        for line in order.lines:
            units = [
                program.column(
                    w.price_per_kg * line.weight / MILLS_PER_MINOR_UNIT, upper=line.quantity
                )
                for w in order.candidates
            ]
            program.row([(u, 1.0) for u in units], line.quantity, line.quantity)
            for w, u, p in zip(order.candidates, units, parcel, strict=True):
                program.row([(u, 1.0), (p, -float(line.quantity))], None, 0.0)
                key = (w.id, line.item_id)
                both.setdefault(key, []).append(u)
                is_short = early_demand[line.item_id] > early_supply[line.item_id]
                if order.at < second[line.item_id] and not is_short:
                    early.setdefault(key, []).append(u)
    for key, columns in early.items():
        program.row([(u, 1.0) for u in columns], None, stock["first"][key])
    for key, columns in both.items():
        program.row([(u, 1.0) for u in columns], None, stock["both"][key])
    return program.solve()


class _LinearProgram:
    """A linear program, written row by row."""

    def __init__(self) -> None:
        self.costs: list[float] = []
        self.upper: list[float] = []
        self.starts: list[int] = []
        self.index: list[int] = []
        self.value: list[float] = []
        self.low: list[float] = []
        self.high: list[float] = []

    def column(self, cost: float, *, upper: float = 1.0) -> int:
        """Add a variable between 0 and `upper`, and return its index."""
        self.costs.append(float(cost))
        self.upper.append(float(upper))
        return len(self.costs) - 1

    def row(self, terms: list[tuple[int, float]], low: float | None, high: float | None) -> None:
        """Add a constraint: the sum of the terms is between `low` and `high`."""
        self.starts.append(len(self.index))
        self.index += [column for column, _ in terms]
        self.value += [factor for _, factor in terms]
        self.low.append(-highspy.kHighsInf if low is None else float(low))
        self.high.append(highspy.kHighsInf if high is None else float(high))

    def solve(self) -> float:
        """Return the dual objective of the solution by HiGHS."""
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self.costs), len(self.low)
        lp.col_cost_ = np.array(self.costs)
        lp.col_lower_ = np.zeros(lp.num_col_)
        lp.col_upper_ = np.array(self.upper)
        lp.row_lower_, lp.row_upper_ = np.array(self.low), np.array(self.high)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.array([*self.starts, len(self.index)])
        lp.a_matrix_.index_ = np.array(self.index)
        lp.a_matrix_.value_ = np.array(self.value)
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("solver", "ipm")
        solver.setOptionValue("run_crossover", "off")
        solver.passModel(lp)
        solver.run()
        # The dual objective is a bound even where the primal is not quite feasible yet.
        return solver.getInfo().objective_function_value
