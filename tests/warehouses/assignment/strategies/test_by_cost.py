"""Strategies of least cost, compared with brute force, and their bid prices."""

import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import pytest

from warehouses.assignment.strategies.bid_prices import compute_bid_prices
from warehouses.assignment.strategies.by_cost import cheapest, foresighted
from warehouses.assignment.strategies.types import Assignment, Candidate, Line
from warehouses.delivery.money import MILLS_PER_MINOR_UNIT
from warehouses.delivery.rates import DEFAULT_RATES

CASES = 10_000


def random_case(chance: random.Random, warehouses: int, lines: int):
    order_lines = [
        Line(n, chance.randint(1, 4), weight=chance.choice([0, 100, 500, 2000, 900_000]))
        for n in range(lines)
    ]
    candidates = [
        Candidate(
            w,
            f"W{w}",
            parcel_price=chance.choice([400, 500, 650, 800]),
            price_per_kg=chance.choice([30, 60, 90]),
            distance=chance.randint(1, 4000),
            bid_prices={n: chance.choice([0, 0, 20_000, 90_000]) for n in range(lines)},
        )
        for w in range(warehouses)
    ]
    available = {
        (w, n): chance.choice([0, 0, 1, 2, 5]) for w in range(warehouses) for n in range(lines)
    }
    return order_lines, available, candidates


def least_cost(lines, available, candidates) -> int:
    """Return the least cost in mills, by trying every set of warehouses."""
    needed = [
        min(line.quantity, sum(available[w.id, line.item_id] for w in candidates)) for line in lines
    ]
    costs = []
    for size in range(len(candidates) + 1):
        for chosen in combinations(candidates, size):
            units = [
                sorted(
                    w.price_per_kg * line.weight + w.bid_prices[line.item_id]
                    for w in chosen
                    for _ in range(available[w.id, line.item_id])
                )
                for line in lines
            ]
            unit_costs_of_lines = list(zip(units, needed, strict=True))
            if all(len(unit_costs) >= need for unit_costs, need in unit_costs_of_lines):
                parcels = sum(MILLS_PER_MINOR_UNIT * w.parcel_price for w in chosen)
                costs.append(
                    parcels
                    + sum(sum(unit_costs[:need]) for unit_costs, need in unit_costs_of_lines)
                )
    return min(costs)


def cost_of(assignment: Assignment, lines: Sequence[Line], candidates: Sequence[Candidate]) -> int:
    candidate_of = {w.id: w for w in candidates}
    weight = {line.item_id: line.weight for line in lines}
    return sum(
        MILLS_PER_MINOR_UNIT * candidate_of[w].parcel_price
        for w in {pick.warehouse_id for pick in assignment.picks}
    ) + sum(
        pick.quantity
        * (
            candidate_of[pick.warehouse_id].price_per_kg * weight[pick.item_id]
            + candidate_of[pick.warehouse_id].bid_prices[pick.item_id]
        )
        for pick in assignment.picks
    )


def test_no_choice_is_cheaper():
    chance = random.Random(7)
    for case in range(CASES):
        warehouses = 6 if case % 50 == 0 else chance.randint(1, 4)
        lines, available, candidates = random_case(chance, warehouses, chance.randint(1, 8))

        assignment = foresighted(lines, available, {}, candidates)

        assert cost_of(assignment, lines, candidates) == least_cost(lines, available, candidates), (
            case
        )
        if assignment.considered:
            assert assignment.considered[0].total == cost_of(assignment, lines, candidates)


def near_and_far(**far) -> list[Candidate]:
    return [
        Candidate(1, "NEAR", parcel_price=600, price_per_kg=50, distance=100),
        Candidate(2, "FAR", parcel_price=900, price_per_kg=150, distance=3000, **far),
    ]


def test_the_near_warehouse_ships_until_it_has_no_capacity_left():
    lines, available = [Line(5, 1, "Lamp")], {(1, 5): 3, (2, 5): 3}

    near = cheapest(lines, available, {}, near_and_far())
    assert [pick.warehouse_id for pick in near.picks] == [1]
    assert near.reason == "1 parcel from NEAR: 3.50 cheaper than FAR."

    full = [Candidate(1, "NEAR", parcel_price=600, has_capacity=False), near_and_far()[1]]
    far = cheapest(lines, available, {}, full)
    assert [pick.warehouse_id for pick in far.picks] == [2]
    assert far.reason == "1 parcel from FAR: today's parcels are all given away at NEAR."
    assert far.considered[1].total == 600 * MILLS_PER_MINOR_UNIT
    assert cheapest(lines, {(1, 5): 1}, {}, full).picks, "rather late than never"


def test_a_warehouse_without_capacity_is_avoided_however_heavy_the_order():
    lines, available = [Line(5, 60, weight=2_000_000)], {(1, 5): 60, (2, 5): 60}
    near, far = near_and_far()

    assignment = cheapest(lines, available, {}, [replace(near, has_capacity=False), far])

    assert [pick.warehouse_id for pick in assignment.picks] == [2]
    assert (
        assignment.considered[0].total
        > assignment.considered[1].total + 10_000_000 * MILLS_PER_MINOR_UNIT
    )


def test_the_reason_says_that_there_is_no_other_choice():
    assignment = cheapest([Line(5, 1)], {(1, 5): 3}, {}, near_and_far())

    assert assignment.reason == "1 parcel from NEAR: there is no other choice."
    assert [(rejection.warehouse, rejection.why) for rejection in assignment.rejected] == [
        ("FAR", "has 0 of 1")
    ]


def test_bid_prices_leave_units_to_later_orders():
    lines, available = [Line(5, 1)], {(1, 5): 3, (2, 5): 3}
    candidates = [
        Candidate(1, "NEAR", parcel_price=600, bid_prices={5: 400 * MILLS_PER_MINOR_UNIT}),
        Candidate(2, "FAR", parcel_price=900),
    ]

    assert cheapest(lines, available, {}, candidates).picks[0].warehouse_id == 1
    assignment = foresighted(lines, available, {}, candidates)
    assert assignment.picks[0].warehouse_id == 2
    assert assignment.considered[1].future == 400 * MILLS_PER_MINOR_UNIT


@pytest.mark.parametrize("strategy", [cheapest, foresighted])
def test_ties_in_cost_are_broken_by_distance_then_load_then_priority_then_turn(strategy):
    lines, available = [Line(5, 1)], {(1, 5): 9, (2, 5): 9, (3, 5): 9}

    def chosen_id(*candidates):
        return strategy(lines, available, {}, candidates).picks[0].warehouse_id

    assert chosen_id(Candidate(1, "A", distance=9), Candidate(2, "B", distance=3)) == 2
    assert chosen_id(Candidate(1, "A", load=9), Candidate(2, "B", load=3)) == 2
    assert chosen_id(Candidate(1, "A", priority=1), Candidate(2, "B")) == 2
    assert chosen_id(Candidate(1, "A", distance=9), Candidate(2, "B", distance=3, load=9)) == 2
    assert chosen_id(Candidate(1, "A", load=9), Candidate(2, "B", load=3, priority=9)) == 2
    assert chosen_id(Candidate(1, "A"), Candidate(2, "B", distance=9000, load=9)) == 2, (
        "known distance"
    )
    assert chosen_id(Candidate(2, "B"), Candidate(1, "A")) == 2


def test_bid_prices_are_the_saving_of_one_unit_more():
    # Two warehouses, two areas: each warehouse is near the area with its index.
    near_first = [[1000, 9000], [5000, 2000]]

    assert compute_bid_prices([5, 3], [[5, 5]], near_first) == [0, 7000]
    assert compute_bid_prices([50, 50], [[5, 5]], near_first) == [0, 0]
    assert compute_bid_prices([5, 0], [[5, 5]], near_first)[0] == 0
    assert compute_bid_prices([5, 5], [], near_first) == [0, 0]


@pytest.mark.parametrize("weight", [500, 20_000, 2_000_000])
def test_bid_prices_are_right_at_any_weight(weight):
    near, far = (
        rate.cost_of_unit(weight) for rate in (DEFAULT_RATES.rates[0], DEFAULT_RATES.rates[-1])
    )

    assert compute_bid_prices([1, 1], [[3, 3]], [[near, far], [far, far]]) == [far - near, 0]
    assert compute_bid_prices([5, 3], [[5, 5]], [[near, far], [far, near]]) == [0, far - near]
