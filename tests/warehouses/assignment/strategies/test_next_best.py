"""What was chosen and the next best, compared with every set of warehouses there is."""

import random
from collections.abc import Callable, Sequence
from itertools import combinations

import pytest

from warehouses.assignment.strategies.by_cost import cheapest, foresighted
from warehouses.assignment.strategies.by_parcels import fewest_parcels
from warehouses.assignment.strategies.types import Assignment, Candidate, Considered, Line
from warehouses.delivery.money import MILLS

CASES = 2_500
Choice = tuple[tuple, Considered]  # how good it is, and what it costs


def random_case(chance: random.Random, warehouses: int):
    lines = [
        Line(n, chance.randint(1, 4), weight=chance.choice([0, 500, 500, 2000, 2_000_000]))
        for n in range(chance.randint(1, 5))
    ]
    candidates = [
        Candidate(
            w,
            f"W{w}",
            parcel=chance.choice([0, 400, 400, 500, 800]),
            per_kg=chance.choice([30, 30, 60, 90]),
            distance=chance.choice([None, 100, 100, 900]),
            load=chance.randint(0, 1),
            priority=chance.randint(0, 1),
            has_capacity=chance.random() < 0.7,
            values={line.item_id: chance.choice([0, 0, 90_000]) for line in lines},
        )
        for w in range(warehouses)
    ]
    available = {
        (w.id, line.item_id): chance.choice([0, 0, 1, 2, 5]) for w in candidates for line in lines
    }
    return lines, available, candidates


def every_choice(
    lines, available, candidates, measure: Callable[..., tuple], *, looks_ahead=False
) -> list[Choice]:
    """Every set of warehouses that has all there is and of which each ships, the best first."""
    needed = {
        line: min(line.quantity, sum(available[w.id, line.item_id] for w in candidates))
        for line in lines
    }
    choices = []
    for size in range(1, len(candidates) + 1):
        for places in combinations(range(len(candidates)), size):
            those = [candidates[place] for place in places]
            cost = cost_of(those, needed, available, looks_ahead=looks_ahead)
            if cost:
                units = sum(available[w.id, line.item_id] for w in those for line in lines)
                choices.append(((*measure(those, cost, units), *places), cost))
    return sorted(choices, key=lambda one: one[0])


def cost_of(those: Sequence[Candidate], needed, available, *, looks_ahead) -> Considered | None:
    """What they cost, each unit from the cheapest; None where units lack or one ships nothing."""
    ships, weight, future = set(), 0, 0
    for line, need in needed.items():
        units = sorted(
            (w.per_kg * line.weight + looks_ahead * w.values[line.item_id], those.index(w))
            for w in those
            for _ in range(available[w.id, line.item_id])
        )
        if len(units) < need:
            return None
        for unit, place in units[:need]:
            ships.add(place)
            weight += those[place].per_kg * line.weight
            future += unit - those[place].per_kg * line.weight
    if len(ships) < len(those):
        return None
    full = sum(not w.has_capacity for w in those)
    parcels = sum(MILLS * w.parcel for w in those)
    return Considered(tuple(w.code for w in those), parcels, weight, future, full)


def by_cost(those, cost: Considered, units: int) -> tuple:
    known = [w.distance for w in those if w.distance is not None]
    return (
        *(cost.overloaded, cost.total, len(those) - len(known), sum(known)),
        *(sum(w.load for w in those), sum(w.priority for w in those)),
    )


def by_parcels(those, cost: Considered, units: int) -> tuple:
    return cost.overloaded, len(those), cost.total, -units


@pytest.mark.parametrize(
    ("strategy", "measure"),
    [(cheapest, by_cost), (foresighted, by_cost), (fewest_parcels, by_parcels)],
)
def test_the_chosen_and_the_next_best_are_the_two_best_of_all(strategy, measure):
    chance = random.Random(11)
    for case in range(CASES):
        lines, available, candidates = random_case(chance, 6 if case % 25 == 0 else case % 4 + 1)
        looks_ahead = strategy is foresighted

        answer: Assignment = strategy(lines, available, {}, candidates)

        choices = every_choice(lines, available, candidates, measure, looks_ahead=looks_ahead)
        assert answer.considered == tuple(cost for _, cost in choices[:2]), case
