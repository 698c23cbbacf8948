import random
from itertools import combinations

import pytest

from warehouses.strategies import Candidate, Line, fewest_parcels, round_robin

WAREHOUSES = [Candidate(1, "SEA1"), Candidate(2, "DAL1"), Candidate(3, "CHI1")]


def units(assignment) -> dict[tuple[int, int], int]:
    return {(pick.warehouse_id, pick.item_id): pick.quantity for pick in assignment.picks}


def test_round_robin_gives_each_line_to_whose_turn_it_is():
    availability = {(1, 7): 5, (2, 7): 5, (3, 7): 5}

    first = round_robin([Line(7, 2)], availability, {}, WAREHOUSES)
    second = round_robin([Line(7, 2)], availability, {}, WAREHOUSES[1:] + WAREHOUSES[:1])

    assert units(first) == {(1, 7): 2}
    assert units(second) == {(2, 7): 2}


def test_round_robin_splits_a_line_that_nobody_has_whole():
    assignment = round_robin([Line(7, 4)], {(1, 7): 1, (3, 7): 3}, {}, WAREHOUSES)

    assert units(assignment) == {(3, 7): 3, (1, 7): 1}


def test_units_that_nobody_has_are_left_out():
    for strategy in (round_robin, fewest_parcels):
        assignment = strategy([Line(7, 4), Line(8, 1)], {(1, 7): 3}, {}, WAREHOUSES)

        assert units(assignment) == {(1, 7): 3}


def test_among_equally_few_parcels_the_fuller_warehouse_ships():
    assignment = fewest_parcels([Line(7, 1)], {(1, 7): 1, (2, 7): 9}, {}, WAREHOUSES)

    assert units(assignment) == {(2, 7): 1}


def test_the_reason_and_the_rejected_are_told():
    assignment = fewest_parcels([Line(7, 2, "Lamp")], {(1, 7): 1, (2, 7): 9}, {}, WAREHOUSES)

    assert assignment.reason == "1 parcel from DAL1: no smaller set of warehouses has everything."
    assert [(r.warehouse, r.why) for r in assignment.rejected] == [
        ("SEA1", "has 1 of 2 Lamp"),
        ("CHI1", "has 0 of 2 Lamp"),
    ]


def test_many_warehouses_are_covered_greedily_in_bounded_time():
    warehouses = [Candidate(n, f"W{n}") for n in range(1, 61)]
    lines = [Line(n, 1) for n in range(1, 31)]
    availability = {(n, item): 1 for n in range(1, 61) for item in (n // 2, n // 2 + 1)}

    assignment = fewest_parcels(lines, availability, {}, warehouses)

    assert sum(units(assignment).values()) == 30
    assert "greedily" in assignment.reason


@pytest.mark.parametrize("seed", range(5))
def test_fewest_parcels_equals_brute_force(seed):
    chance = random.Random(seed)
    for _ in range(100):
        lines = [Line(item, chance.randint(1, 3)) for item in range(chance.randint(1, 4))]
        availability = {
            (w.id, line.item_id): chance.randint(0, 3) for w in WAREHOUSES for line in lines
        }

        chosen = {
            pick.warehouse_id for pick in fewest_parcels(lines, availability, {}, WAREHOUSES).picks
        }

        assert len(chosen) == smallest(lines, availability)


def smallest(lines, availability) -> int:
    """How many warehouses are needed for all that can be had, by trying every set."""

    def had(warehouses):
        return [
            min(line.quantity, sum(availability[w.id, line.item_id] for w in warehouses))
            for line in lines
        ]

    return next(
        size
        for size in range(len(WAREHOUSES) + 1)
        if any(had(some) == had(WAREHOUSES) for some in combinations(WAREHOUSES, size))
    )
