"""Orders that are too large for the exact search: HiGHS, and what is shipped without it."""

import random

import pytest

from tests.warehouses.assignment.strategies.test_by_cost import cost_of, least_cost, random_case
from warehouses.assignment.strategies import by_cost, mip
from warehouses.assignment.strategies.by_cost import cheapest, foresighted
from warehouses.assignment.strategies.types import Assignment, Candidate, Line


@pytest.fixture(autouse=True)
def _search_gives_up_at_once(monkeypatch):
    monkeypatch.setattr(by_cost, "MAX_SUBSETS", 1)


def large_case(seed: int, size: int):
    """As many lines as warehouses, few of which have much."""
    chance = random.Random(seed)
    lines = [Line(n, chance.randint(1, 3)) for n in range(size)]
    candidates = [
        Candidate(w, f"W{w}", parcel=chance.randint(500, 900), per_kg=chance.choice([30, 60]))
        for w in range(size)
    ]
    available = {(w, n): chance.choice([0] * 7 + [1, 2]) for w in range(size) for n in range(size)}
    return lines, available, candidates


def is_whole(found: Assignment, lines, available, candidates) -> bool:
    wanted = sum(
        min(line.quantity, sum(available[w.id, line.item_id] for w in candidates)) for line in lines
    )
    return sum(pick.quantity for pick in found.picks) == wanted


def total(found: Assignment) -> int:
    return found.considered[0].total


def test_beyond_the_stated_size_highs_finds_the_same():
    chance = random.Random(8)
    for _ in range(60):
        lines, available, candidates = random_case(chance, chance.randint(2, 6), 8)

        found = foresighted(lines, available, {}, candidates)

        assert cost_of(found, lines, candidates) == least_cost(lines, available, candidates)
        assert "the best found" not in found.reason
        assert "no other choice" not in found.reason


def test_highs_takes_no_full_day_more_than_it_must(monkeypatch):
    chance = random.Random(5)
    for seed in range(20):
        lines, available, candidates = large_case(seed, 8)
        candidates = [
            Candidate(w.id, w.code, parcel=w.parcel, has_capacity=chance.random() < 0.6)
            for w in candidates
        ]

        found = cheapest(lines, available, {}, candidates)

        with monkeypatch.context() as patient:
            patient.setattr(by_cost, "MAX_SUBSETS", 100_000)
            exact = cheapest(lines, available, {}, candidates)
        assert found.considered[0].overloaded == exact.considered[0].overloaded
        assert total(found) == total(exact)


def test_what_highs_has_when_it_must_stop_is_taken_and_called_the_best_found(monkeypatch):
    lines, available, candidates = large_case(2, 32)
    proved = cheapest(lines, available, {}, candidates)
    monkeypatch.setattr(mip, "NODES", 1)

    found = cheapest(lines, available, {}, candidates)
    again = cheapest(lines, available, {}, candidates)

    assert found == again
    assert is_whole(found, lines, available, candidates)
    assert ", the best found" in found.reason
    monkeypatch.setattr(mip, "SECONDS", 0.0)
    greedy = cheapest(lines, available, {}, candidates)
    assert total(proved) <= total(found) < total(greedy)


def test_a_solver_that_takes_too_long_or_fails_costs_money_but_no_order(monkeypatch, caplog):
    lines, available, candidates = random_case(random.Random(9), 6, 8)
    monkeypatch.setattr(mip, "SECONDS", 0.0)
    slow = cheapest(lines, available, {}, candidates)
    monkeypatch.setattr(mip.highspy, "Highs", None)
    broken = cheapest(lines, available, {}, candidates)

    for found in (slow, broken):
        assert is_whole(found, lines, available, candidates)
        assert ", the best found" in found.reason
    assert [record.levelname for record in caplog.records] == ["WARNING", "WARNING"]
