"""Strategies that count parcels and know nothing of what they cost."""

from collections.abc import Iterable
from itertools import combinations, islice

from warehouses.strategies.terms import (
    Assignment,
    Availability,
    Candidate,
    Line,
    Pick,
    parcels,
    rejections,
)

# The most subsets of warehouses looked at before the exact search gives way to greed.
MOST_SUBSETS = 20_000


def round_robin(lines, availability, destination, warehouses) -> Assignment:
    """Give each line to the first warehouse, in turn, that has it; split it if none has all."""
    picks: list[Pick] = []
    for line in lines:
        whole = [
            w for w in warehouses if availability.get((w.id, line.item_id), 0) >= line.quantity
        ]
        picks += _take(line, availability, whole[:1] or warehouses)
    used = {pick.warehouse_id for pick in picks}
    first = next((w.code for w in warehouses if w.id in used), "none")
    return Assignment(
        tuple(picks),
        f"It was {first}'s turn; {parcels(len(used))}.",
        rejections(lines, availability, warehouses, used, "was not its turn"),
    )


def fewest_parcels(lines, availability, destination, warehouses) -> Assignment:
    """Use as few warehouses as can be: exact, by trying all sets of 1, then of 2, and so on.

    Among equally small sets the one with the most units at hand wins, so that the last
    units of a warehouse stay for orders that need them; then the one whose turn it is.
    This is a minimum set cover with quantities; beyond MOST_SUBSETS sets the greedy
    choice of Chvátal (1979) is taken and the reason says so.
    """
    useful = [w for w in warehouses if _covered(lines, availability, [w])]
    reachable = _covered(lines, availability, useful)
    chosen, is_exact = _smallest_cover(lines, availability, useful, reachable)
    picks = [pick for line in lines for pick in _take(line, availability, chosen)]
    used = {pick.warehouse_id for pick in picks}
    codes = ", ".join(w.code for w in chosen) or "no warehouse"
    exactly = "no smaller set of warehouses has everything" if is_exact else "found greedily"
    return Assignment(
        tuple(picks),
        f"{parcels(len(used)).capitalize()} from {codes}: {exactly}.",
        rejections(lines, availability, warehouses, used, "would not save a parcel"),
    )


def _smallest_cover(lines, availability, useful, reachable) -> tuple[list[Candidate], bool]:
    tried = 0
    for size in range(1, len(useful) + 1):
        subsets = list(islice(combinations(useful, size), MOST_SUBSETS - tried + 1))
        tried += len(subsets)
        if tried > MOST_SUBSETS:
            return _greedy_cover(lines, availability, useful, reachable), False
        covers = [s for s in subsets if _covered(lines, availability, s) == reachable]
        if covers:
            return list(max(covers, key=lambda s: _at_hand(lines, availability, s))), True
    return [], True


def _greedy_cover(lines, availability, useful, reachable) -> list[Candidate]:
    chosen: list[Candidate] = []
    while _covered(lines, availability, chosen) < reachable:
        rest = [w for w in useful if w not in chosen]
        chosen.append(max(rest, key=lambda w: _covered(lines, availability, [*chosen, w])))
    return chosen


def _covered(lines, availability: Availability, warehouses: Iterable[Candidate]) -> int:
    """How many of the wanted units these warehouses have together."""
    warehouses = list(warehouses)
    return sum(
        min(line.quantity, sum(availability.get((w.id, line.item_id), 0) for w in warehouses))
        for line in lines
    )


def _at_hand(lines, availability: Availability, warehouses: Iterable[Candidate]) -> int:
    return sum(availability.get((w.id, line.item_id), 0) for w in warehouses for line in lines)


def _take(line: Line, availability: Availability, warehouses: Iterable[Candidate]) -> list[Pick]:
    """Take a line from these warehouses, from where most of it is first."""
    picks: list[Pick] = []
    left = line.quantity
    for w in sorted(warehouses, key=lambda w: -availability.get((w.id, line.item_id), 0)):
        quantity = min(left, availability.get((w.id, line.item_id), 0))
        if quantity:
            picks.append(Pick(w.id, line.item_id, quantity))
            left -= quantity
    return picks
