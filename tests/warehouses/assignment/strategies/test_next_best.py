"""The chosen set and the next best, compared with every set of warehouses."""

import random
from collections.abc import Callable, Sequence
from itertools import combinations

import pytest

from warehouses.assignment.strategies.by_cost import cheapest, foresighted
from warehouses.assignment.strategies.by_parcels import fewest_parcels
from warehouses.assignment.strategies.types import Assignment, Candidate, ConsideredSet, Line
from warehouses.delivery.money import MILLS_PER_MINOR_UNIT

CASES = 2_500
Choice = tuple[tuple, ConsideredSet]  # the rank of a set, and its cost


def random_case(chance: random.Random, warehouses: int):
    lines = [
        Line(n, chance.randint(1, 4), weight=chance.choice([0, 500, 500, 2000, 2_000_000]))
        for n in range(chance.randint(1, 5))
    ]
    candidates = [
        Candidate(
            w,
            f"W{w}",
            parcel_price=chance.choice([0, 400, 400, 500, 800]),
            price_per_kg=chance.choice([30, 30, 60, 90]),
            distance=chance.choice([None, 100, 100, 900]),
            load=chance.randint(0, 1),
            priority=chance.randint(0, 1),
            has_capacity=chance.random() < 0.7,
            bid_prices={line.item_id: chance.choice([0, 0, 90_000]) for line in lines},
        )
        for w in range(warehouses)
    ]
    available = {
        (w.id, line.item_id): chance.choice([0, 0, 1, 2, 5]) for w in candidates for line in lines
    }
    return lines, available, candidates


def every_choice(
    lines, available, candidates, rank: Callable[..., tuple], *, uses_bid_prices=False
) -> list[Choice]:
    """Return all sets that have all available units and no idle warehouse, the best first."""
    needed = {
        line: min(line.quantity, sum(available[w.id, line.item_id] for w in candidates))
        for line in lines
    }
    choices = []
    for size in range(1, len(candidates) + 1):
        for indices in combinations(range(len(candidates)), size):
            chosen = [candidates[index] for index in indices]
            cost = cost_of(chosen, needed, available, uses_bid_prices=uses_bid_prices)
            if cost:
                units = sum(available[w.id, line.item_id] for w in chosen for line in lines)
                choices.append(((*rank(chosen, cost, units), *indices), cost))
    return sorted(choices, key=lambda choice: choice[0])


def cost_of(
    chosen: Sequence[Candidate], needed, available, *, uses_bid_prices
) -> ConsideredSet | None:
    """Return the cost with each unit from the cheapest; None where units lack or one is idle."""
    shipping, weight, future = set(), 0, 0
    for line, need in needed.items():
        units = sorted(
            (
                w.price_per_kg * line.weight + uses_bid_prices * w.bid_prices[line.item_id],
                chosen.index(w),
            )
            for w in chosen
            for _ in range(available[w.id, line.item_id])
        )
        if len(units) < need:
            return None
        for unit_cost, index in units[:need]:
            shipping.add(index)
            weight += chosen[index].price_per_kg * line.weight
            future += unit_cost - chosen[index].price_per_kg * line.weight
    if len(shipping) < len(chosen):
        return None
    full = sum(not w.has_capacity for w in chosen)
    parcels = sum(MILLS_PER_MINOR_UNIT * w.parcel_price for w in chosen)
    return ConsideredSet(tuple(w.code for w in chosen), parcels, weight, future, full)


def rank_by_cost(chosen, cost: ConsideredSet, units: int) -> tuple:
    distances = [w.distance for w in chosen if w.distance is not None]
    return (
        *(cost.overloaded, cost.total, len(chosen) - len(distances), sum(distances)),
        *(sum(w.load for w in chosen), sum(w.priority for w in chosen)),
    )


def rank_by_parcels(chosen, cost: ConsideredSet, units: int) -> tuple:
    return cost.overloaded, len(chosen), cost.total, -units


@pytest.mark.parametrize(
    ("strategy", "rank"),
    [(cheapest, rank_by_cost), (foresighted, rank_by_cost), (fewest_parcels, rank_by_parcels)],
)
def test_the_chosen_and_the_next_best_are_the_two_best_of_all(strategy, rank):
    chance = random.Random(11)
    for case in range(CASES):
        lines, available, candidates = random_case(chance, 6 if case % 25 == 0 else case % 4 + 1)
        uses_bid_prices = strategy is foresighted

        assignment: Assignment = strategy(lines, available, {}, candidates)

        choices = every_choice(lines, available, candidates, rank, uses_bid_prices=uses_bid_prices)
        assert assignment.considered == tuple(cost for _, cost in choices[:2]), case
