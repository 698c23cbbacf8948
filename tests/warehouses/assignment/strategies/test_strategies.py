"""Strategies that count parcels, and the texts of their reasons."""

import random
from collections import Counter
from dataclasses import replace
from itertools import combinations

import pytest

from warehouses.assignment.strategies.by_cost import cheapest
from warehouses.assignment.strategies.by_parcels import fewest_parcels, round_robin
from warehouses.assignment.strategies.registry import strategy_version
from warehouses.assignment.strategies.types import Candidate, Line
from warehouses.delivery.money import MILLS_PER_MINOR_UNIT

WAREHOUSES = [Candidate(1, "SEA1"), Candidate(2, "DAL1"), Candidate(3, "CHI1")]


def units(assignment) -> dict[tuple[int, int], int]:
    return {(pick.warehouse_id, pick.item_id): pick.quantity for pick in assignment.picks}


def test_round_robin_assigns_each_line_to_the_next_in_turn():
    availability = {(1, 7): 5, (2, 7): 5, (3, 7): 5}

    first = round_robin([Line(7, 2)], availability, {}, WAREHOUSES)
    second = round_robin([Line(7, 2)], availability, {}, WAREHOUSES[1:] + WAREHOUSES[:1])

    assert units(first) == {(1, 7): 2}
    assert units(second) == {(2, 7): 2}


def test_round_robin_splits_a_line_that_no_warehouse_has_whole():
    assignment = round_robin([Line(7, 4)], {(1, 7): 1, (3, 7): 3}, {}, WAREHOUSES)

    assert units(assignment) == {(3, 7): 3, (1, 7): 1}


def test_turns_are_fair_among_those_that_have_it():
    warehouses = [Candidate(n, f"W{n}") for n in range(6)]
    availability = {(w, 7): 100 for w in (1, 2, 3)}
    loads: Counter[int] = Counter()
    for order in range(60):
        candidates = [replace(w, load=loads[w.id]) for w in warehouses]
        turn = order % len(candidates)
        in_turn = candidates[turn:] + candidates[:turn]

        [pick] = round_robin([Line(7, 1)], availability, {}, in_turn).picks

        loads[pick.warehouse_id] += 1

    assert loads == {1: 20, 2: 20, 3: 20}


def test_round_robin_needs_no_second_parcel_for_a_line_that_the_first_has_too():
    warehouses = [Candidate(1, "SEA1", load=5), Candidate(2, "DAL1", load=0)]

    lines, availability = [Line(7, 1), Line(8, 1)], {(1, 7): 1, (1, 8): 1, (2, 8): 1}

    assignment = round_robin(lines, availability, {}, warehouses)

    assert units(assignment) == {(1, 7): 1, (1, 8): 1}


def test_round_robin_records_its_cost_and_that_of_the_next_in_turn():
    warehouses = [Candidate(1, "SEA1", parcel_price=900), Candidate(2, "DAL1", parcel_price=600)]

    assignment = round_robin([Line(7, 1)], {(1, 7): 1, (2, 7): 1}, {}, warehouses)

    assert assignment.reason == "It was SEA1's turn among the least busy; 1 parcel."
    assert [(costs.warehouses, costs.total) for costs in assignment.considered] == [
        (("SEA1",), 900 * MILLS_PER_MINOR_UNIT),
        (("DAL1",), 600 * MILLS_PER_MINOR_UNIT),
    ]
    [rejection] = assignment.rejected
    assert rejection.why == "was not its turn, would cost 3.00 less"


@pytest.mark.parametrize("strategy", [round_robin, fewest_parcels])
def test_a_warehouse_without_capacity_ships_only_units_that_the_others_lack(strategy):
    full = Candidate(1, "FULL", has_capacity=False)
    others = [
        Candidate(2, "DAL1", load=9, parcel_price=900),
        Candidate(3, "CHI1", load=9, parcel_price=900),
    ]
    lines = [Line(7, 1), Line(8, 1)]

    avoided = strategy(lines, {(1, 7): 9, (1, 8): 9, (2, 7): 1, (3, 8): 1}, {}, [full, *others])
    needed = strategy([Line(7, 1)], {(1, 7): 9}, {}, [full, *others])

    assert units(avoided) == {(2, 7): 1, (3, 8): 1}
    assert units(needed) == {(1, 7): 1}
    assert avoided.rejected[0].why == "has given all of today's parcels away"


def test_round_robin_takes_only_the_rest_of_a_line_from_a_warehouse_without_capacity():
    full = Candidate(1, "FULL", has_capacity=False)

    assignment = round_robin([Line(7, 3)], {(1, 7): 9, (2, 7): 2}, {}, [full, *WAREHOUSES[1:]])

    assert units(assignment) == {(2, 7): 2, (1, 7): 1}


def test_units_that_no_warehouse_has_are_left_out():
    for strategy in (round_robin, fewest_parcels):
        assignment = strategy([Line(7, 4), Line(8, 1)], {(1, 7): 3}, {}, WAREHOUSES)

        assert units(assignment) == {(1, 7): 3}


def test_of_equally_few_parcels_the_cheaper_wins():
    near = Candidate(1, "SEA1", parcel_price=600, price_per_kg=50)
    far = Candidate(2, "DAL1", parcel_price=900, price_per_kg=100)

    assignment = fewest_parcels([Line(7, 2)], {(1, 7): 5, (2, 7): 900}, {}, [far, near])

    assert units(assignment) == {(1, 7): 2}
    assert assignment.reason == (
        "1 parcel from SEA1: no smaller set of warehouses has everything; 3.50 cheaper than DAL1."
    )
    assert [costs.total for costs in assignment.considered] == [
        650 * MILLS_PER_MINOR_UNIT,
        1000 * MILLS_PER_MINOR_UNIT,
    ]
    assert [rejection.why for rejection in assignment.rejected] == ["would cost 3.50 more"]


def test_of_equally_cheap_parcels_the_fuller_warehouse_ships_then_the_next_in_turn():
    fuller = fewest_parcels([Line(7, 1)], {(1, 7): 1, (2, 7): 9}, {}, WAREHOUSES)
    in_turn = fewest_parcels([Line(7, 1)], {(1, 7): 9, (2, 7): 9}, {}, WAREHOUSES)

    assert units(fuller) == {(2, 7): 1}
    assert fuller.reason.endswith("; as cheap as SEA1, with more at hand.")
    assert units(in_turn) == {(1, 7): 1}
    assert in_turn.reason.endswith("; as cheap as DAL1, and earlier in turn.")


def test_capacity_comes_before_fewest_parcels_and_the_reason_says_so():
    warehouses = [Candidate(1, "FULL", has_capacity=False), *WAREHOUSES[1:]]
    lines = [Line(7, 1), Line(8, 1)]
    free = {(1, 7): 9, (1, 8): 9, (2, 7): 1, (3, 8): 1}

    two_parcels = fewest_parcels(lines, free, {}, warehouses)
    one_parcel = fewest_parcels(lines, free | {(2, 7): 0}, {}, warehouses)

    assert two_parcels.reason == (
        "2 parcels from DAL1, CHI1: no smaller set of warehouses whose day is not full"
        " has everything."
    )
    assert one_parcel.reason == (
        "1 parcel from FULL: those whose day is not full do not have everything."
    )


def test_a_rejection_shortens_the_list_of_lacking_items():
    lines = [Line(n, 2, "An exceedingly well made lamp of brass and glass " * 5) for n in range(5)]

    assignment = cheapest(lines, {(1, n): 2 for n in range(5)}, {}, WAREHOUSES[:2])

    [rejection] = assignment.rejected
    lamp = "0 of 2 An exceedingly well made lamp of brass…"
    assert rejection.why == f"has {lamp}; {lamp}; {lamp}; and 2 more too few"


def test_strategies_have_versions():
    names = ["round_robin", "fewest_parcels", "cheapest", "foresighted"]

    assert [strategy_version(name) for name in names] == [2, 2, 2, 2]


def test_an_assignment_has_a_reason_and_rejections():
    assignment = fewest_parcels([Line(7, 2, "Lamp")], {(1, 7): 1, (2, 7): 9}, {}, WAREHOUSES)

    assert assignment.reason == "1 parcel from DAL1: no smaller set of warehouses has everything."
    assert assignment.considered[0].warehouses == ("DAL1",)
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
    """Return the least number of warehouses with all available units, by trying every set."""

    def units_in(warehouses):
        return [
            min(line.quantity, sum(availability[w.id, line.item_id] for w in warehouses))
            for line in lines
        ]

    return next(
        size
        for size in range(len(WAREHOUSES) + 1)
        if any(
            units_in(chosen) == units_in(WAREHOUSES) for chosen in combinations(WAREHOUSES, size)
        )
    )
