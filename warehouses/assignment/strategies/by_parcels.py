"""Strategies that compare numbers of parcels first, and costs only for equal numbers."""

from collections.abc import Sequence

from warehouses.assignment.strategies.branch_and_bound import BestTwo, find_best_two, greedy_set
from warehouses.assignment.strategies.cost_model import CostModel, WarehouseSet
from warehouses.assignment.strategies.types import (
    Assignment,
    Availability,
    Candidate,
    ConsideredSet,
    Line,
    Pick,
    format_parcels,
    versioned,
)
from warehouses.delivery.money import in_major

# Nodes of branch and bound before the greedy set cover replaces the exact search.
MAX_NODES = 2_000


@versioned(2)
def round_robin(lines, availability, destination, warehouses) -> Assignment:
    """Assign each line to a warehouse that has all of it: the least busy, then the next in turn.

    A warehouse that ships another line of the order already comes first, which avoids
    needless parcels. A line that no warehouse has whole is split. Warehouses without
    capacity only get units that the others do not have.
    """
    picks = _pick_in_turn(lines, availability, warehouses)
    model = CostModel(lines, availability, warehouses)
    chosen = model.considered_set(picks) if picks else None
    next_picks = _next_in_turn(lines, availability, warehouses, picks)
    return Assignment(
        picks,
        _round_robin_reason(chosen, picks, warehouses),
        model.rejections(picks, chosen, "was not its turn, "),
        tuple(model.considered_set(option) for option in (picks, next_picks) if option),
    )


@versioned(2)
def fewest_parcels(lines, availability, destination, warehouses) -> Assignment:
    """Use as few warehouses as possible: first of those without capacity, then of all.

    Among equally small sets the one that ships for the least wins; then the one with the
    most units, so that the last units of a warehouse stay for orders that need them; then
    the next in turn. This is a minimum set cover with quantities; beyond MAX_NODES nodes a
    greedy set cover is used and the reason says so.
    """
    model = CostModel(lines, availability, warehouses)
    best_two = _search_fewest(model)
    picks = model.picks(best_two.best)
    considered = tuple(
        model.considered_set(model.picks(chosen))
        for chosen in (best_two.best, best_two.runner_up)
        if chosen
    )
    if not considered:
        return Assignment((), "No warehouse has any of it.", model.rejections((), None))
    is_any_full = not all(warehouses[index].has_capacity for index in model.stocked)
    return Assignment(
        picks,
        _fewest_reason(considered, best_two, is_any_full=is_any_full),
        model.rejections(picks, considered[0]),
        considered,
    )


def _pick_in_turn(
    lines: Sequence[Line], availability: Availability, warehouses: Sequence[Candidate]
) -> tuple[Pick, ...]:
    picks: list[Pick] = []
    for line in lines:
        shipping_ids = {pick.warehouse_id for pick in picks}

        def rank(w: Candidate, line: Line = line, shipping_ids: set[int] = shipping_ids) -> tuple:
            units = min(line.quantity, availability.get((w.id, line.item_id), 0))
            return not w.has_capacity, -units, w.id not in shipping_ids, w.load

        picks += _pick_line(line, availability, sorted(warehouses, key=rank))
    return tuple(picks)


def _pick_line(
    line: Line, availability: Availability, warehouses: Sequence[Candidate]
) -> list[Pick]:
    """Return picks of a line from these warehouses, in their order."""
    picks: list[Pick] = []
    left = line.quantity
    for w in warehouses:
        quantity = min(left, availability.get((w.id, line.item_id), 0))
        if quantity:
            picks.append(Pick(w.id, line.item_id, quantity))
            left -= quantity
    return picks


def _next_in_turn(lines, availability, warehouses, picks: Sequence[Pick]) -> tuple[Pick, ...]:
    """Return the picks without one of the shipping warehouses; none where units would lack."""
    quantity = sum(pick.quantity for pick in picks)
    for warehouse_id in dict.fromkeys(pick.warehouse_id for pick in picks):
        others = [w for w in warehouses if w.id != warehouse_id]
        next_picks = _pick_in_turn(lines, availability, others)
        if sum(pick.quantity for pick in next_picks) == quantity:
            return next_picks
    return ()


def _round_robin_reason(
    chosen: ConsideredSet | None, picks: Sequence[Pick], warehouses: Sequence[Candidate]
) -> str:
    if not chosen:
        return "No warehouse has any of it."
    first = next(w.code for w in warehouses if w.id == picks[0].warehouse_id)
    parcels = format_parcels(len(chosen.warehouses))
    return f"It was {first}'s turn among the least busy; {parcels}."


def _search_fewest(model: CostModel) -> BestTwo:
    # One parcel more is worse than any cost of units, and one more warehouse without
    # capacity is worse than any number of parcels.
    penalty = model.big_m * (1 + len(model.stocked))
    charges = [
        parcel_cost + model.big_m + (0 if w.has_capacity else penalty)
        for parcel_cost, w in zip(model.parcel_cost, model.warehouses, strict=True)
    ]

    def tie_break(chosen: WarehouseSet) -> tuple[int, ...]:
        return -model.units_in(chosen), *chosen

    best_two = find_best_two(model, charges, tie_break, max_nodes=MAX_NODES)
    if not best_two.is_best:
        best_two.add_heuristic(greedy_set(model, charges))
    return best_two


def _fewest_reason(
    considered: Sequence[ConsideredSet], best_two: BestTwo, *, is_any_full: bool
) -> str:
    best, *others = considered
    parcels = format_parcels(len(best.warehouses)).capitalize()
    reason = f"{parcels} from {', '.join(best.warehouses)}: "
    if not best_two.is_best:
        reason += "found greedily"
    elif best.overloaded:
        reason += "those whose day is not full do not have everything"
    elif is_any_full:
        reason += "no smaller set of warehouses whose day is not full has everything"
    else:
        reason += "no smaller set of warehouses has everything"
    rivals = [other for other in others if len(other.warehouses) == len(best.warehouses)]
    return reason + "".join(f"; {_compare(best, rival, best_two)}" for rival in rivals) + "."


def _compare(best: ConsideredSet, other: ConsideredSet, best_two: BestTwo) -> str:
    """Return why the best of two equally small sets is preferred."""
    codes = ", ".join(other.warehouses)
    if other.overloaded > best.overloaded:
        return f"today's parcels are all given away at {codes}"
    margin = other.total - best.total
    if margin:
        return f"{in_major(margin):.2f} {'cheaper' if margin > 0 else 'dearer'} than {codes}"
    units_in = best_two.model.units_in
    if units_in(best_two.best) > units_in(best_two.runner_up):
        return f"as cheap as {codes}, with more at hand"
    return f"as cheap as {codes}, and earlier in turn"
