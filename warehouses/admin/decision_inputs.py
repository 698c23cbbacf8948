"""What a decision was about, as staff see it: what the strategy saw, and what it replaced."""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.formats import number_format

from warehouses.admin.decision_chart import as_shown, is_amount
from warehouses.assignment.records import deserialize_inputs
from warehouses.assignment.strategies.types import Candidate, Line
from warehouses.delivery.money import MILLS, in_major
from warehouses.models import Decision, Warehouse

# What reading says of something that was noted in another form.
UNREADABLE = (ArithmeticError, AttributeError, KeyError, TypeError, ValueError)


class Wanted(NamedTuple):
    quantity: int
    name: str
    weight: str


class Cell(NamedTuple):
    """Units of a line in a warehouse, how many are taken, and what one is worth there."""

    available: int
    taken: int
    worth: Decimal


class Seen(NamedTuple):
    """A warehouse as the decision met it."""

    candidate: Candidate
    zone: int
    distance: str
    parcel: Decimal
    per_kg: Decimal
    cells: Sequence[Cell]


class Before(NamedTuple):
    """What was replaced: how much dearer it was, and with which orders it was exchanged."""

    picks: Sequence[str]
    dearer: Decimal | None
    orders: Sequence[str]

    @property
    def cheaper(self) -> Decimal | None:
        """What it costs to leave a warehouse that has closed."""
        return -self.dearer if self.dearer is not None and self.dearer < 0 else None


def render_inputs(decision: Decision) -> dict[str, Any]:
    """Return what the strategy saw: the lines and, by warehouse, what there was of each."""
    try:
        return _seen(decision)
    except UNREADABLE:
        return {"lines": [], "warehouses": []}


def render_replaced(decision: Decision) -> Before | None:
    """Return what a decision replaced; None where that was not noted."""
    try:
        return _before(decision.inputs)
    except UNREADABLE:
        return None


def _seen(decision: Decision) -> dict[str, Any]:
    lines, available, candidates = deserialize_inputs(decision.inputs)
    taken: Counter[tuple[int, int]] = Counter()
    for warehouse_id, item_id, quantity in decision.outputs["picks"]:
        taken[warehouse_id, item_id] += quantity
    return {
        "lines": [
            Wanted(one.quantity, one.name or str(one.item_id), in_metric(one.weight))
            for one in lines
        ],
        "warehouses": [
            Seen(
                candidate=one,
                zone=one.zone + 1,
                distance=_distance(one),
                parcel=in_major(MILLS * one.parcel),
                per_kg=in_major(MILLS * one.per_kg),
                cells=[_cell(one, line, available, taken) for line in lines],
            )
            for one in candidates
        ],
    }


def in_metric(grams: int) -> str:
    """Write a weight in the measure that rates are in, whatever the region's people use."""
    if grams < 1000:
        return f"{number_format(grams)} g"
    return f"{number_format(Decimal(grams) / 1000)} kg"


def _distance(one: Candidate) -> str:
    """How far it is. Where nobody knew, older decisions say 0 km, but not the nearest zone."""
    if one.distance is None or (one.distance == 0 and one.zone > 0):
        return "distance unknown"
    return f"{number_format(one.distance)} km"


def _cell(
    one: Candidate,
    line: Line,
    available: Mapping[tuple[int, int], int],
    taken: Mapping[tuple[int, int], int],
) -> Cell:
    place = one.id, line.item_id
    worth = in_major(one.values.get(line.item_id, 0))
    return Cell(available.get(place, 0), taken.get(place, 0), worth)


def _before(inputs: Mapping[str, Any]) -> Before:
    before = inputs["before"]
    names = {line["item_id"]: line["name"] for line in inputs["lines"]}
    codes = _codes(inputs, {warehouse_id for warehouse_id, _, _ in before["picks"]})
    return Before(
        [
            f"{quantity} × {names.get(item_id, item_id)} from {codes.get(warehouse_id, '?')}"
            for warehouse_id, item_id, quantity in before["picks"]
        ],
        as_shown(before["saved"]) if is_amount(before.get("saved")) else None,
        [str(number) for number in before.get("with") or []],
    )


def _codes(inputs: Mapping[str, Any], wanted: set[int]) -> dict[int, str]:
    """How the warehouses are called; a closed one is not among the candidates."""
    codes = {one["id"]: one["code"] for one in inputs["candidates"]}
    if closed := wanted - codes.keys():
        codes |= Warehouse.objects.filter(pk__in=closed).values_list("pk", "code")
    return codes
