"""Strategies that count parcels, and costs only between as many of them."""

from collections.abc import Sequence

from warehouses.assignment.strategies.branch_and_bound import Found, greedy_set, two_best
from warehouses.assignment.strategies.cost_model import Costs, Set
from warehouses.assignment.strategies.types import (
    Assignment,
    Availability,
    Candidate,
    Considered,
    Line,
    Pick,
    parcels,
    versioned,
)
from warehouses.delivery.money import in_major

# The most sets of warehouses looked at before the exact search gives way to greed.
MAX_SUBSETS = 2_000


@versioned(2)
def round_robin(lines, availability, destination, warehouses) -> Assignment:
    """Give each line to who has all of it: to the least busy of them, then to whose turn it is.

    A warehouse that ships another line of the order already goes first, so that no parcel
    is opened for nothing. A line that nobody has whole is split. Warehouses whose day is
    full only get what the others do not have.
    """
    picks = _taken_in_turn(lines, availability, warehouses)
    costs = Costs(lines, availability, warehouses)
    chosen = costs.considered(picks) if picks else None
    others = _next_in_turn(lines, availability, warehouses, picks)
    return Assignment(
        picks,
        _turn(chosen, picks, warehouses),
        costs.passed_over(picks, chosen, "was not its turn, "),
        tuple(costs.considered(some) for some in (picks, others) if some),
    )


@versioned(2)
def fewest_parcels(lines, availability, destination, warehouses) -> Assignment:
    """Use as few warehouses as can be: first of those whose day is full, then of all.

    Among equally small sets the one that ships for the least wins; then the one with the
    most units at hand, so that the last units of a warehouse stay for orders that need
    them; then the one whose turn it is. This is a minimum set cover with quantities;
    beyond MAX_SUBSETS sets a greedy choice is taken and the reason says so.
    """
    costs = Costs(lines, availability, warehouses)
    found = _fewest(costs)
    picks = costs.picks(found.best)
    considered = tuple(
        costs.considered(costs.picks(chosen)) for chosen in (found.best, found.runner_up) if chosen
    )
    if not considered:
        return Assignment((), "No warehouse has any of it.", costs.passed_over((), None))
    is_any_full = not all(warehouses[place].has_capacity for place in costs.places)
    return Assignment(
        picks,
        _reason(considered, found, is_any_full=is_any_full),
        costs.passed_over(picks, considered[0]),
        considered,
    )


def _taken_in_turn(
    lines: Sequence[Line], availability: Availability, warehouses: Sequence[Candidate]
) -> tuple[Pick, ...]:
    picks: list[Pick] = []
    for line in lines:
        ships = {pick.warehouse_id for pick in picks}

        def goes_first(w: Candidate, line: Line = line, ships: set[int] = ships) -> tuple:
            units = min(line.quantity, availability.get((w.id, line.item_id), 0))
            return not w.has_capacity, -units, w.id not in ships, w.load

        picks += _take(line, availability, sorted(warehouses, key=goes_first))
    return tuple(picks)


def _take(line: Line, availability: Availability, warehouses: Sequence[Candidate]) -> list[Pick]:
    """Take a line from these warehouses, one after the other."""
    picks: list[Pick] = []
    left = line.quantity
    for w in warehouses:
        quantity = min(left, availability.get((w.id, line.item_id), 0))
        if quantity:
            picks.append(Pick(w.id, line.item_id, quantity))
            left -= quantity
    return picks


def _next_in_turn(lines, availability, warehouses, picks: Sequence[Pick]) -> tuple[Pick, ...]:
    """What would be picked if one of those that ship did not; nothing where that is less."""
    for one in dict.fromkeys(pick.warehouse_id for pick in picks):
        others = _taken_in_turn(lines, availability, [w for w in warehouses if w.id != one])
        if sum(pick.quantity for pick in others) == sum(pick.quantity for pick in picks):
            return others
    return ()


def _turn(chosen: Considered | None, picks: Sequence[Pick], warehouses: Sequence[Candidate]) -> str:
    if not chosen:
        return "No warehouse has any of it."
    first = next(w.code for w in warehouses if w.id == picks[0].warehouse_id)
    return f"It was {first}'s turn among the least busy; {parcels(len(chosen.warehouses))}."


def _fewest(costs: Costs) -> Found:
    # A parcel more is worse than whatever units cost, and a full day more than all parcels.
    full = costs.spread * (1 + len(costs.places))
    charge = [
        parcel + costs.spread + (0 if w.has_capacity else full)
        for parcel, w in zip(costs.parcel, costs.warehouses, strict=True)
    ]

    def then(chosen: Set) -> tuple[int, ...]:
        return -costs.at_hand(chosen), *chosen

    found = two_best(costs, charge, then, most=MAX_SUBSETS)
    if not found.is_best:
        found.propose(greedy_set(costs, charge))
    return found


def _reason(considered: Sequence[Considered], found: Found, *, is_any_full: bool) -> str:
    best, *others = considered
    said = f"{parcels(len(best.warehouses)).capitalize()} from {', '.join(best.warehouses)}: "
    if not found.is_best:
        said += "found greedily"
    elif best.overloaded:
        said += "those whose day is not full do not have everything"
    elif is_any_full:
        said += "no smaller set of warehouses whose day is not full has everything"
    else:
        said += "no smaller set of warehouses has everything"
    rivals = [one for one in others if len(one.warehouses) == len(best.warehouses)]
    return said + "".join(f"; {_preferred(best, one, found)}" for one in rivals) + "."


def _preferred(best: Considered, other: Considered, found: Found) -> str:
    """Why this one, of two sets that are equally small."""
    codes = ", ".join(other.warehouses)
    if other.overloaded > best.overloaded:
        return f"today's parcels are all given away at {codes}"
    margin = other.total - best.total
    if margin:
        return f"{in_major(margin):.2f} {'cheaper' if margin > 0 else 'dearer'} than {codes}"
    at_hand = found.costs.at_hand
    if at_hand(found.best) > at_hand(found.runner_up):
        return f"as cheap as {codes}, with more at hand"
    return f"as cheap as {codes}, and earlier in turn"
