"""Orders that are too large for the exact search: HiGHS, and the greedy set without it."""

import random

import pytest

from tests.warehouses.assignment.strategies.test_by_cost import cost_of, least_cost, random_case
from warehouses.assignment.strategies import by_cost, mip
from warehouses.assignment.strategies.by_cost import cheapest, foresighted
from warehouses.assignment.strategies.types import Assignment, Candidate, Line


@pytest.fixture(autouse=True)
def _search_ends_after_one_node(monkeypatch):
    monkeypatch.setattr(by_cost, "MAX_NODES", 1)


def large_case(seed: int, size: int):
    """Return an order with as many lines as warehouses, few of which have much."""
    chance = random.Random(seed)
    lines = [Line(n, chance.randint(1, 3)) for n in range(size)]
    candidates = [
        Candidate(
            w, f"W{w}", parcel_price=chance.randint(500, 900), price_per_kg=chance.choice([30, 60])
        )
        for w in range(size)
    ]
    available = {(w, n): chance.choice([0] * 7 + [1, 2]) for w in range(size) for n in range(size)}
    return lines, available, candidates


def is_complete(assignment: Assignment, lines, available, candidates) -> bool:
    needed = sum(
        min(line.quantity, sum(available[w.id, line.item_id] for w in candidates)) for line in lines
    )
    return sum(pick.quantity for pick in assignment.picks) == needed


def total(assignment: Assignment) -> int:
    return assignment.considered[0].total


def test_highs_finds_the_least_cost_too():
    chance = random.Random(8)
    for _ in range(60):
        lines, available, candidates = random_case(chance, chance.randint(2, 6), 8)

        assignment = foresighted(lines, available, {}, candidates)

        assert cost_of(assignment, lines, candidates) == least_cost(lines, available, candidates)
        assert "the best found" not in assignment.reason
        assert "no other choice" not in assignment.reason


def test_highs_takes_as_few_warehouses_without_capacity_as_possible(monkeypatch):
    chance = random.Random(5)
    for seed in range(20):
        lines, available, candidates = large_case(seed, 8)
        candidates = [
            Candidate(w.id, w.code, parcel_price=w.parcel_price, has_capacity=chance.random() < 0.6)
            for w in candidates
        ]

        assignment = cheapest(lines, available, {}, candidates)

        with monkeypatch.context() as patched:
            patched.setattr(by_cost, "MAX_NODES", 100_000)
            exact = cheapest(lines, available, {}, candidates)
        assert assignment.considered[0].overloaded == exact.considered[0].overloaded
        assert total(assignment) == total(exact)


def test_an_unproved_solution_of_highs_is_used_and_called_the_best_found(monkeypatch):
    lines, available, candidates = large_case(2, 32)
    optimal = cheapest(lines, available, {}, candidates)
    monkeypatch.setattr(mip, "MAX_NODES", 1)

    assignment = cheapest(lines, available, {}, candidates)
    second_run = cheapest(lines, available, {}, candidates)

    assert assignment == second_run
    assert is_complete(assignment, lines, available, candidates)
    assert ", the best found" in assignment.reason
    monkeypatch.setattr(mip, "MAX_SECONDS", 0.0)
    greedy = cheapest(lines, available, {}, candidates)
    assert total(optimal) <= total(assignment) < total(greedy)


def test_an_order_ships_where_highs_takes_too_long_or_fails(monkeypatch, caplog):
    lines, available, candidates = random_case(random.Random(9), 6, 8)
    monkeypatch.setattr(mip, "MAX_SECONDS", 0.0)
    slow = cheapest(lines, available, {}, candidates)
    monkeypatch.setattr(mip.highspy, "Highs", None)
    broken = cheapest(lines, available, {}, candidates)

    for assignment in (slow, broken):
        assert is_complete(assignment, lines, available, candidates)
        assert ", the best found" in assignment.reason
    assert [record.levelname for record in caplog.records] == ["WARNING", "WARNING"]
