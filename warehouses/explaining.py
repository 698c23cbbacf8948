"""A decision as staff see it: what was weighed, in money, and drawn; and what was seen."""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from warehouses.decisions import asked_again
from warehouses.models import Decision
from warehouses.strategies import MILLS, Candidate, Line, in_major

# The drawing, in its own units: how long the dearest choice's bar is, and how high each row.
LONGEST, ROW = 480, 44
COLOURS = {"parcels": "#2f6f9f", "weight": "#d98c21", "future": "#7a5aa6"}


class Bar(NamedTuple):
    part: str
    colour: str
    x: int
    width: int


class Choice(NamedTuple):
    """A set of warehouses and what it costs, by parts; `overloaded` have their day full."""

    warehouses: str
    parcels: Decimal
    weight: Decimal
    future: Decimal
    total: Decimal
    overloaded: int
    bars: Sequence[Bar]
    y: int


class Cell(NamedTuple):
    """Units of a line in a warehouse, how many are taken, and what one is worth there."""

    available: int
    taken: int
    worth: Decimal


class Seen(NamedTuple):
    """A warehouse as the decision met it."""

    candidate: Candidate
    zone: int
    parcel: Decimal
    per_kg: Decimal
    cells: Sequence[Cell]


def explained(decision: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a template says of a decision, as a warehouse order keeps it."""
    choices = _choices(decision.get("considered", []))
    return {
        "decision": decision,
        "choices": choices,
        "margin": _margin(choices),
        "colours": COLOURS,
        "height": ROW * len(choices),
    }


def seen_by(decision: Decision) -> dict[str, Any]:
    """Return what the strategy saw: the lines and, by warehouse, what there was of each."""
    lines, available, candidates = asked_again(decision.asked)
    taken: Counter[tuple[int, int]] = Counter()
    for warehouse_id, item_id, quantity in decision.answered["picks"]:
        taken[warehouse_id, item_id] += quantity
    return {
        "lines": lines,
        "warehouses": [
            Seen(
                candidate=one,
                zone=one.zone + 1,
                parcel=in_major(MILLS * one.parcel),
                per_kg=in_major(MILLS * one.per_kg),
                cells=[_cell(one, line, available, taken) for line in lines],
            )
            for one in candidates
        ],
    }


def _cell(
    one: Candidate,
    line: Line,
    available: Mapping[tuple[int, int], int],
    taken: Mapping[tuple[int, int], int],
) -> Cell:
    place = one.id, line.item_id
    worth = in_major(one.values.get(line.item_id, 0))
    return Cell(available.get(place, 0), taken.get(place, 0), worth)


def _choices(considered: Sequence[Mapping[str, Any]]) -> list[Choice]:
    costs = [_costs(one) for one in considered]
    dearest = max((sum(parts.values()) for parts in costs), default=0)
    return [
        Choice(
            warehouses=", ".join(one["warehouses"]),
            parcels=in_major(parts["parcels"]),
            weight=in_major(parts["weight"]),
            future=in_major(parts["future"]),
            total=in_major(sum(parts.values())),
            overloaded=one.get("overloaded", 0),
            bars=_bars(parts, dearest),
            y=ROW * row,
        )
        for row, (one, parts) in enumerate(zip(considered, costs, strict=True))
    ]


def _costs(one: Mapping[str, Any]) -> dict[str, int]:
    """The parts of a cost, in mills."""
    return {part: one.get(part, 0) for part in COLOURS}


def _bars(parts: Mapping[str, int], dearest: int) -> list[Bar]:
    bars, x = [], 0
    for part, mills in parts.items():
        width = round(LONGEST * mills / dearest) if dearest else 0
        bars.append(Bar(part, COLOURS[part], x, width))
        x += width
    return bars


def _margin(choices: Sequence[Choice]) -> Decimal | None:
    """How much dearer the next choice is; None where there is none, or its day is full."""
    if len(choices) < 2 or choices[0].overloaded != choices[1].overloaded:
        return None
    return choices[1].total - choices[0].total
