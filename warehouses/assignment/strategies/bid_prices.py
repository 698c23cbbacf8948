"""What a unit in a warehouse is worth to the orders still to come.

For one item: its units in warehouses are the supply, the demand forecast for each area
until the next delivery is the demand, shipping a unit costs what it costs. The least
cost of meeting that demand is a transportation problem, and the dual value of a
warehouse's supply is what one unit more there would save: what is lost when a unit of it
is given to the order at hand (Acimovic and Graves 2015). Demand is uncertain, so values
are averaged over several draws of it (Talluri and van Ryzin 1999, A Randomized Linear
Programming Method for Computing Network Bid Prices).
"""

from collections.abc import Iterable, Sequence

import highspy
import numpy as np


class NoBidPrices(Exception):
    """The solver did not come to an end."""


def compute_bid_prices(
    supply: Sequence[int], demands: Iterable[Sequence[float]], cost: Sequence[Sequence[float]]
) -> list[int]:
    """Return for each warehouse what one unit is worth, in mills, averaged over the demands.

    `supply` is by warehouse, each demand by area, `cost` by warehouse and area. Only
    differences between warehouses matter to a choice, so the least value is zero.
    Raises NoBidPrices.
    """
    drawn = [_dual_values(np.asarray(supply, float), np.asarray(d, float), cost) for d in demands]
    values = np.mean(drawn, axis=0) if drawn else np.zeros(len(supply))
    held = [value for value, units in zip(values, supply, strict=True) if units]
    floor = min(held, default=0.0)
    return [max(0, round(float(value - floor))) for value in values]


def _dual_values(supply, demand, cost) -> np.ndarray:
    wanted = demand > 0  # nobody needs a row for an area where nobody buys
    demand, cost = demand[wanted], np.asarray(cost, float)[:, wanted]
    warehouses, areas = len(supply), len(demand)
    if not areas:
        return np.zeros(warehouses)
    shipped = warehouses * areas
    # What is lost where demand is not met: more than any chain of exchanges between areas
    # costs by which one unit more of it could be met.
    unmet = (1 + areas) * cost.max()
    costs = np.concatenate([cost.ravel(), np.full(areas, unmet)])
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = shipped + areas, warehouses + areas
    lp.col_cost_ = costs
    lp.col_lower_ = np.zeros(lp.num_col_)
    lp.col_upper_ = np.full(lp.num_col_, highspy.kHighsInf)
    lp.row_lower_ = np.concatenate([np.full(warehouses, -highspy.kHighsInf), demand])
    lp.row_upper_ = np.concatenate([supply, demand])
    # A unit from w to a is in the rows of both; a unit that nobody ships, in that of a.
    of_warehouse = np.repeat(np.arange(warehouses), areas)
    of_area = warehouses + np.tile(np.arange(areas), warehouses)
    rows = np.concatenate(
        [np.column_stack([of_warehouse, of_area]).ravel(), warehouses + np.arange(areas)]
    )
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.concatenate(
        [np.arange(0, 2 * shipped, 2), 2 * shipped + np.arange(areas + 1)]
    )
    lp.a_matrix_.index_ = rows
    lp.a_matrix_.value_ = np.ones(len(rows))
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("time_limit", 10.0)
    solver.passModel(lp)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise NoBidPrices(str(solver.getModelStatus()))
    duals = np.asarray(solver.getSolution().row_dual[:warehouses])
    return -duals
