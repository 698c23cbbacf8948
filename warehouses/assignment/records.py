"""Records of decisions, as JSON: they can be explained, and decided again, later."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from warehouses.assignment.strategies.reoptimization import AssignmentPlan
from warehouses.assignment.strategies.types import (
    Assignment,
    Availability,
    Candidate,
    Line,
    Pick,
    Strategy,
)
from warehouses.models import Decision

MAX_CONSIDERED = 5  # alternatives in a record
# The keys of a candidate's fields in records, where older records have another name.
CANDIDATE_KEYS = {"parcel_price": "parcel", "price_per_kg": "per_kg", "bid_prices": "values"}


def serialize_inputs(
    lines: Sequence[Line], availability: Availability, candidates: Sequence[Candidate]
) -> dict[str, Any]:
    """Return a strategy's inputs as JSON, without the bid prices of other items."""
    items = {line.item_id for line in lines}
    return {
        "lines": [asdict(line) for line in lines],
        "available": [
            [warehouse_id, item_id, units]
            for (warehouse_id, item_id), units in sorted(availability.items())
            if units and item_id in items
        ],
        "candidates": [_serialize_candidate(candidate, items) for candidate in candidates],
    }


def _serialize_candidate(candidate: Candidate, items: Container[int]) -> dict[str, Any]:
    fields = asdict(candidate)
    fields["bid_prices"] = {i: price for i, price in candidate.bid_prices.items() if i in items}
    return {CANDIDATE_KEYS.get(name, name): value for name, value in fields.items()}


def _deserialize_candidate(record: Mapping[str, Any]) -> Candidate:
    fields = dict(record)
    for name, key in CANDIDATE_KEYS.items():
        if key in fields:
            fields[name] = fields.pop(key)
    fields["bid_prices"] = {int(i): price for i, price in fields["bid_prices"].items()}
    return Candidate(**fields)


def serialize_replaced(
    before: AssignmentPlan, after: AssignmentPlan, numbers: Mapping[int, str]
) -> dict[str, Any]:
    """Return the picks that a reassignment replaces, their cost and the saving, in mills.

    Picks in a closed warehouse have no such cost. `numbers`, by order id, are those of the
    orders that change together, because they share units.
    """
    cost = None if before.picks_in_closed else before.cost(before.picks)
    return {
        "picks": _serialize_picks(before.picks),
        "cost": cost,
        "saved": None if cost is None else cost - after.cost(after.picks),
        "with": sorted(number for pk, number in numbers.items() if pk != before.order_id),
    }


def _serialize_picks(picks: Iterable[Pick]) -> list[list[int]]:
    return [[pick.warehouse_id, pick.item_id, pick.quantity] for pick in picks]


def serialize_outputs(assignment: Assignment) -> dict[str, Any]:
    """Return a strategy's assignment as JSON: the picks and the reasons for them."""
    return {"picks": _serialize_picks(assignment.picks)} | serialize_reasons(assignment)


def summarize(name: str, version: int, assignment: Assignment) -> dict[str, Any]:
    """Return the strategy and its reasons, for the `decision` of a warehouse order."""
    return {"strategy": name, "version": version} | serialize_reasons(assignment)


def serialize_reasons(assignment: Assignment) -> dict[str, Any]:
    """Return the reason, the rejected warehouses and the cost of each alternative, in mills."""
    considered = assignment.considered[:MAX_CONSIDERED]
    return {
        "reason": assignment.reason,
        "rejected": [asdict(rejection) for rejection in assignment.rejected],
        "considered": [asdict(costs) | {"total": costs.total} for costs in considered],
    }


def deserialize_inputs(
    inputs: Mapping[str, Any],
) -> tuple[list[Line], dict[tuple[int, int], int], list[Candidate]]:
    """Return the lines, availability and candidates of a recorded decision."""
    return (
        [Line(**line) for line in inputs["lines"]],
        {(w, i): units for w, i, units in inputs["available"]},
        [_deserialize_candidate(candidate) for candidate in inputs["candidates"]],
    )


def replay(decision: Decision, strategy: Strategy) -> tuple[Pick, ...]:
    """Return the picks of the strategy for the recorded inputs of a decision."""
    lines, availability, candidates = deserialize_inputs(decision.inputs)
    return strategy(lines, availability, {}, candidates).picks


def recorded_picks(decision: Decision) -> tuple[Pick, ...]:
    """Return the recorded picks of a decision."""
    return tuple(Pick(*pick) for pick in decision.outputs["picks"])
