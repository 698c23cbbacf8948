"""The policies side by side: this shop's, and what other shops do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from warehouses.assignment.strategies.by_cost import cheapest, foresighted
from warehouses.assignment.strategies.by_parcels import fewest_parcels, round_robin
from warehouses.assignment.strategies.types import Assignment, Candidate, Line, Pick, Strategy


@dataclass(frozen=True)
class Policy:
    name: str
    strategy: Strategy
    looks_ahead: bool = False
    thinks_again: bool = False


def greedy(rank: Callable[[Candidate, dict], tuple]) -> Strategy:
    """Fill each line from the first warehouse in a ranking that has it all, else in parts."""

    def assign(lines: Sequence[Line], availability, destination, warehouses) -> Assignment:
        picks = []
        for line in lines:
            has = {w.id: availability.get((w.id, line.item_id), 0) for w in warehouses}
            ranked = sorted(warehouses, key=lambda w, has=has: rank(w, has))
            whole = [w for w in ranked if has[w.id] >= line.quantity]
            left = line.quantity
            for w in whole[:1] or ranked:
                quantity = min(left, has[w.id])
                if quantity:
                    picks.append(Pick(w.id, line.item_id, quantity))
                    left -= quantity
        return Assignment(tuple(picks), "")

    return assign


POLICIES = [
    Policy("round robin", round_robin),
    Policy("greedy: by priority", greedy(lambda w, has: (w.id,))),
    Policy("greedy: nearest", greedy(lambda w, has: (w.distance,))),
    Policy("greedy: highest stock", greedy(lambda w, has: (-has[w.id],))),
    Policy("fewest parcels", fewest_parcels),
    Policy("cheapest", cheapest),
    Policy("cheapest, again", cheapest, thinks_again=True),
    Policy("foresighted", foresighted, looks_ahead=True),
    Policy("foresighted, again", foresighted, looks_ahead=True, thinks_again=True),
]
