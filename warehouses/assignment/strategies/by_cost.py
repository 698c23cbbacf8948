"""Strategies that make an order as cheap as it can be, now or in the long run.

This is facility location with a fixed charge (warehouses.assignment.strategies.cost_model): what is
searched is the set of warehouses that ship, until it and the next best are proved
(warehouses.assignment.strategies.branch_and_bound). Beyond MAX_SUBSETS sets HiGHS solves it as a
mixed-integer program; what is too large for that too is shipped by the best set found.
"""

import logging
from collections.abc import Sequence

from warehouses.assignment.strategies import mip
from warehouses.assignment.strategies.branch_and_bound import Found, greedy_set, two_best
from warehouses.assignment.strategies.cost_model import Costs, Set
from warehouses.assignment.strategies.types import (
    Assignment,
    Candidate,
    Considered,
    parcels,
    versioned,
)
from warehouses.delivery.money import in_major

logger = logging.getLogger(__name__)

# The most sets of warehouses looked at before HiGHS is asked.
MAX_SUBSETS = 2_000


@versioned(2)
def cheapest(lines, availability, destination, warehouses) -> Assignment:
    """The least cost of this order alone; then distance, load, priority, and whose turn it is.

    Before all of that as few warehouses as can be whose day is full. Exact: a test compares
    it with brute force.
    """
    return _assignment(Costs(lines, availability, warehouses))


@versioned(2)
def foresighted(lines, availability, destination, warehouses) -> Assignment:
    """The least cost of this order and of what it takes from the orders still to come.

    A unit's value is the dual value of its warehouse's supply in a transportation problem
    over the forecast demand (Acimovic and Graves 2015, Making Better Fulfillment Decisions
    on the Fly in an Online Retail Environment). Without values this is `cheapest`.
    """
    return _assignment(Costs(lines, availability, warehouses, looks_ahead=True))


def _assignment(costs: Costs) -> Assignment:
    found = _found(costs)
    picks = costs.picks(found.best)
    considered = [
        costs.considered(costs.picks(chosen)) for chosen in (found.best, found.runner_up) if chosen
    ]
    return Assignment(
        picks,
        _reason(considered, found),
        costs.passed_over(picks, considered[0] if considered else None),
        tuple(considered),
    )


def _found(costs: Costs) -> Found:
    # One full day more is worse than whatever all parcels and units cost.
    charge = [
        parcel + (0 if w.has_capacity else costs.spread)
        for parcel, w in zip(costs.parcel, costs.warehouses, strict=True)
    ]

    def then(chosen: Set) -> tuple[int, ...]:
        return _then([costs.warehouses[place] for place in chosen], chosen)

    found = two_best(costs, charge, then, most=MAX_SUBSETS)
    if not found.is_best:
        solved = _solved(costs) if costs.size <= mip.MAX_VARIABLES else None
        found.is_best = solved is not None and solved.is_proved
        if solved:
            found.propose(solved.places)
        found.propose(greedy_set(costs, charge))
    return found


def _then(those: Sequence[Candidate], chosen: Set) -> tuple[int, ...]:
    """What decides between equal costs."""
    known = [w.distance for w in those if w.distance is not None]
    return (
        len(those) - len(known),
        sum(known),
        sum(w.load for w in those),
        sum(w.priority for w in those),
        *chosen,
    )


def _solved(costs: Costs) -> mip.Solved | None:
    """Ask HiGHS; whatever becomes of it, the order is shipped."""
    full = {place for place in costs.places if not costs.warehouses[place].has_capacity}
    free = [place for place in costs.places if place not in full]
    if costs.is_covered_by(free):
        full = set()
    places = free if not full else costs.places
    try:
        return mip.cheapest_set(
            places, full, fixed=costs.parcel, unit=costs.unit, have=costs.have, need=costs.need
        )
    except Exception as error:  # of a library of another language
        logger.warning("HiGHS failed for an order of %s lines: %r", len(costs.lines), error)
        return None


def _reason(considered: Sequence[Considered], found: Found) -> str:
    if not considered:
        return "No warehouse has any of it."
    best = considered[0]
    said = f"{parcels(len(best.warehouses)).capitalize()} from {', '.join(best.warehouses)}"
    if not found.is_best:
        said += ", the best found"
    if len(considered) == 1:
        if found.is_exact:
            return f"{said}: there is no other choice."
        return f"{said}: no choice is cheaper." if found.is_best else f"{said}."
    told = f"{said}: {_compared(best, considered[1])}"
    return f"{told}." if found.is_exact else f"{told}, the next best found."


def _compared(best: Considered, other: Considered) -> str:
    codes = ", ".join(other.warehouses)
    if other.overloaded > best.overloaded:
        return f"today's parcels are all given away at {codes}"
    margin = other.total - best.total
    if not margin:
        return f"as cheap as, and before, {codes}"
    return f"{in_major(margin):.2f} cheaper than {codes}"
