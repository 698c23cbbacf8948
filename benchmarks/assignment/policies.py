"""The policies of the benchmark: the strategies of this shop, and those of other shops."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from warehouses.assignment.strategies.by_cost import cheapest, foresighted
from warehouses.assignment.strategies.by_parcels import fewest_parcels, round_robin
from warehouses.assignment.strategies.types import Assignment, Candidate, Line, Pick, Strategy


@dataclass(frozen=True)
class Policy:
    """A strategy, with or without bid prices and re-optimisation."""

    name: str
    strategy: Strategy
    uses_bid_prices: bool = False
    reoptimizes: bool = False


def greedy(rank: Callable[[Candidate, dict], tuple]) -> Strategy:
    """Return a strategy that fills each line from the best-ranked warehouse with all of it.

    A line that no warehouse has whole is filled in parts, in the order of the ranking.
    """

    def assign(lines: Sequence[Line], availability, destination, warehouses) -> Assignment:
        picks = []
        for line in lines:
            units = {w.id: availability.get((w.id, line.item_id), 0) for w in warehouses}
            ranked = sorted(warehouses, key=lambda w, units=units: rank(w, units))
            whole = [w for w in ranked if units[w.id] >= line.quantity]
            left = line.quantity
            for w in whole[:1] or ranked:
                quantity = min(left, units[w.id])
                if quantity:
                    picks.append(Pick(w.id, line.item_id, quantity))
                    left -= quantity
        return Assignment(tuple(picks), "")

    return assign


POLICIES = [
    Policy("round robin", round_robin),
    Policy("greedy: by priority", greedy(lambda w, units: (w.id,))),
    Policy("greedy: nearest", greedy(lambda w, units: (w.distance,))),
    Policy("greedy: highest stock", greedy(lambda w, units: (-units[w.id],))),
    Policy("fewest parcels", fewest_parcels),
    Policy("cheapest", cheapest),
    Policy("cheapest, again", cheapest, reoptimizes=True),
    Policy("foresighted", foresighted, uses_bid_prices=True),
    Policy("foresighted, again", foresighted, uses_bid_prices=True, reoptimizes=True),
]
