"""Strategies of least cost: for one order, or with its effect on later orders.

The problem is facility location with a fixed charge (strategies.cost_model). Branch and
bound searches the sets of warehouses until the best and the next best are proved
(strategies.branch_and_bound). Beyond MAX_NODES nodes HiGHS solves the problem as a
mixed-integer program; if that is too large too, the best set found ships.
"""

import logging
from collections.abc import Sequence

from warehouses.assignment.strategies import mip
from warehouses.assignment.strategies.branch_and_bound import BestTwo, find_best_two, greedy_set
from warehouses.assignment.strategies.cost_model import CostModel, WarehouseSet
from warehouses.assignment.strategies.types import (
    Assignment,
    Candidate,
    ConsideredSet,
    format_parcels,
    versioned,
)
from warehouses.delivery.money import in_major

logger = logging.getLogger(__name__)

# Nodes of branch and bound before HiGHS solves the problem.
MAX_NODES = 2_000


@versioned(2)
def cheapest(lines, availability, destination, warehouses) -> Assignment:
    """Minimise the cost of this order alone; then distance, load, priority, and turn.

    Before all of that it uses as few warehouses without capacity as possible. Exact: a test
    compares it with brute force.
    """
    return _assignment(CostModel(lines, availability, warehouses))


@versioned(2)
def foresighted(lines, availability, destination, warehouses) -> Assignment:
    """Minimise the cost of this order and of the units that it takes from later orders.

    A unit's bid price is the dual value of its warehouse's supply in a transportation
    problem over the forecast demand (Acimovic and Graves 2015, Making Better Fulfillment
    Decisions on the Fly in an Online Retail Environment). Without bid prices this is
    `cheapest`.
    """
    return _assignment(CostModel(lines, availability, warehouses, uses_bid_prices=True))


def _assignment(model: CostModel) -> Assignment:
    best_two = _search(model)
    picks = model.picks(best_two.best)
    considered = [
        model.considered_set(model.picks(chosen))
        for chosen in (best_two.best, best_two.runner_up)
        if chosen
    ]
    return Assignment(
        picks,
        _reason(considered, best_two),
        model.rejections(picks, considered[0] if considered else None),
        tuple(considered),
    )


def _search(model: CostModel) -> BestTwo:
    # One more warehouse without capacity is worse than any cost of parcels and units.
    charges = [
        parcel_cost + (0 if w.has_capacity else model.big_m)
        for parcel_cost, w in zip(model.parcel_cost, model.warehouses, strict=True)
    ]

    def tie_break(chosen: WarehouseSet) -> tuple[int, ...]:
        return _tie_break([model.warehouses[index] for index in chosen], chosen)

    best_two = find_best_two(model, charges, tie_break, max_nodes=MAX_NODES)
    if not best_two.is_best:
        solution = _solve_by_highs(model) if model.size <= mip.MAX_VARIABLES else None
        best_two.is_best = solution is not None and solution.is_proved
        if solution:
            best_two.add_heuristic(solution.chosen)
        best_two.add_heuristic(greedy_set(model, charges))
    return best_two


def _tie_break(candidates: Sequence[Candidate], chosen: WarehouseSet) -> tuple[int, ...]:
    """Return the order of sets of equal cost: distance, load, priority, turn."""
    distances = [w.distance for w in candidates if w.distance is not None]
    return (
        len(candidates) - len(distances),
        sum(distances),
        sum(w.load for w in candidates),
        sum(w.priority for w in candidates),
        *chosen,
    )


def _solve_by_highs(model: CostModel) -> mip.Solution | None:
    """Return the solution of HiGHS; None if HiGHS fails, since the order ships anyway."""
    full = {index for index in model.stocked if not model.warehouses[index].has_capacity}
    with_capacity = [index for index in model.stocked if index not in full]
    if model.is_covered_by(with_capacity):
        full = set()
    indices = with_capacity if not full else model.stocked
    try:
        return mip.solve_cheapest_set(
            indices,
            full,
            parcel_cost=model.parcel_cost,
            unit_cost=model.unit_cost,
            supply=model.supply,
            demand=model.demand,
        )
    except Exception as error:  # of a C++ library
        logger.warning("HiGHS failed for an order of %s lines: %r", len(model.lines), error)
        return None


def _reason(considered: Sequence[ConsideredSet], best_two: BestTwo) -> str:
    if not considered:
        return "No warehouse has any of it."
    best = considered[0]
    parcels = format_parcels(len(best.warehouses)).capitalize()
    reason = f"{parcels} from {', '.join(best.warehouses)}"
    if not best_two.is_best:
        reason += ", the best found"
    if len(considered) == 1:
        if best_two.is_exact:
            return f"{reason}: there is no other choice."
        return f"{reason}: no choice is cheaper." if best_two.is_best else f"{reason}."
    reason += f": {_compare(best, considered[1])}"
    return f"{reason}." if best_two.is_exact else f"{reason}, the next best found."


def _compare(best: ConsideredSet, other: ConsideredSet) -> str:
    codes = ", ".join(other.warehouses)
    if other.overloaded > best.overloaded:
        return f"today's parcels are all given away at {codes}"
    margin = other.total - best.total
    if not margin:
        return f"as cheap as, and before, {codes}"
    return f"{in_major(margin):.2f} cheaper than {codes}"
