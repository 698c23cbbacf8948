"""What was decided about an order, kept so that it can be explained and decided again."""

from collections.abc import Iterable, Mapping, Sequence
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

MAX_CONSIDERED = 5


def serialize_inputs(
    lines: Sequence[Line], availability: Availability, candidates: Sequence[Candidate]
) -> dict[str, Any]:
    """Write down what a strategy is asked, without the values of other items."""
    items = {line.item_id for line in lines}
    return {
        "lines": [asdict(line) for line in lines],
        "available": [
            [warehouse_id, item_id, units]
            for (warehouse_id, item_id), units in sorted(availability.items())
            if units and item_id in items
        ],
        "candidates": [
            asdict(one) | {"values": {i: v for i, v in one.values.items() if i in items}}
            for one in candidates
        ],
    }


def replaced(
    before: AssignmentPlan, after: AssignmentPlan, numbers: Mapping[int, str]
) -> dict[str, Any]:
    """What a second thought replaces: the picks, what they cost and what was saved, in mills.

    What leaves a closed warehouse has no such cost. `numbers` are those of the orders that
    change together, because they share units.
    """
    cost = None if before.leaving_picks else before.cost(before.picks)
    return {
        "picks": _told(before.picks),
        "cost": cost,
        "saved": None if cost is None else cost - after.cost(after.picks),
        "with": sorted(number for pk, number in numbers.items() if pk != before.number),
    }


def _told(picks: Iterable[Pick]) -> list[list[int]]:
    return [[pick.warehouse_id, pick.item_id, pick.quantity] for pick in picks]


def serialize_outputs(assignment: Assignment) -> dict[str, Any]:
    return {"picks": _told(assignment.picks)} | why(assignment)


def summarize(name: str, version: int, assignment: Assignment) -> dict[str, Any]:
    """What is kept with each warehouse order: why it ships this."""
    return {"strategy": name, "version": version} | why(assignment)


def why(assignment: Assignment) -> dict[str, Any]:
    """The reason, who was passed over, and what each choice would have cost, in mills."""
    considered = assignment.considered[:MAX_CONSIDERED]
    return {
        "reason": assignment.reason,
        "rejected": [asdict(rejection) for rejection in assignment.rejected],
        "considered": [asdict(one) | {"total": one.total} for one in considered],
    }


def deserialize_inputs(
    inputs: Mapping[str, Any],
) -> tuple[list[Line], dict[tuple[int, int], int], list[Candidate]]:
    """Read what a strategy was asked."""
    return (
        [Line(**line) for line in inputs["lines"]],
        {(w, i): units for w, i, units in inputs["available"]},
        [
            Candidate(**one | {"values": {int(i): v for i, v in one["values"].items()}})
            for one in inputs["candidates"]
        ],
    )


def replayed(decision: Decision, strategy: Strategy) -> tuple[Pick, ...]:
    """Ask the strategy the same again."""
    lines, availability, candidates = deserialize_inputs(decision.inputs)
    return strategy(lines, availability, {}, candidates).picks


def picks_of(decision: Decision) -> tuple[Pick, ...]:
    return tuple(Pick(*pick) for pick in decision.outputs["picks"])
