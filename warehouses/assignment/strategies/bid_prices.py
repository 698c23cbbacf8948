"""Bid prices: the worth of one unit in a warehouse to later orders.

For one item, its units in warehouses are the supply, and the forecast for each area until
the next delivery is the demand; shipping a unit costs its parcel. The least cost of meeting
that demand is a transportation problem, and the dual value of a warehouse's supply is the
saving of one more unit there: the loss when the order at hand takes one (Acimovic and
Graves 2015). Demand is uncertain, so the values are averaged over several draws of it
(Talluri and van Ryzin 1999, A Randomized Linear Programming Method for Computing Network
Bid Prices).
"""

from collections.abc import Iterable, Sequence

import highspy
import numpy as np


class NoBidPrices(Exception):
    """HiGHS found no optimal solution."""


def compute_bid_prices(
    supply: Sequence[int], demands: Iterable[Sequence[float]], cost: Sequence[Sequence[float]]
) -> list[int]:
    """Return the bid price of one unit in each warehouse, in mills, averaged over the demands.

    `supply` is by warehouse, each demand by area, `cost` by warehouse and area. Only
    differences between warehouses matter to a choice, so the least value is zero.
    Raises NoBidPrices.
    """
    duals = [_dual_values(np.asarray(supply, float), np.asarray(d, float), cost) for d in demands]
    values = np.mean(duals, axis=0) if duals else np.zeros(len(supply))
    stocked = [value for value, units in zip(values, supply, strict=True) if units]
    floor = min(stocked, default=0.0)
    return [max(0, round(float(value - floor))) for value in values]


def _dual_values(supply, demand, cost) -> np.ndarray:
    """Return the dual value of each warehouse's supply, in mills."""
    has_demand = demand > 0  # an area without demand needs no row
    demand, cost = demand[has_demand], np.asarray(cost, float)[:, has_demand]
    warehouses, areas = len(supply), len(demand)
    if not areas:
        return np.zeros(warehouses)
    shipped = warehouses * areas
    # The penalty of unmet demand: more than the cost of any chain of exchanges between areas
    # that would meet one more unit of it.
    unmet = (1 + areas) * cost.max()
    costs = np.concatenate([cost.ravel(), np.full(areas, unmet)])
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = shipped + areas, warehouses + areas
    lp.col_cost_ = costs
    lp.col_lower_ = np.zeros(lp.num_col_)
    lp.col_upper_ = np.full(lp.num_col_, highspy.kHighsInf)
    lp.row_lower_ = np.concatenate([np.full(warehouses, -highspy.kHighsInf), demand])
    lp.row_upper_ = np.concatenate([supply, demand])
    # A unit from w to a is in the rows of both; an unmet unit is in the row of a only.
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
