"""A decision's inputs as the admin shows them, and the assignment that it replaced."""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.formats import number_format

from warehouses.admin.decision_chart import is_amount, to_displayed
from warehouses.assignment.records import deserialize_inputs
from warehouses.assignment.strategies.types import Candidate, Line
from warehouses.delivery.money import MILLS_PER_MINOR_UNIT, in_major
from warehouses.models import Decision, Warehouse

# The exceptions of reading a record of another form.
UNREADABLE = (ArithmeticError, AttributeError, KeyError, TypeError, ValueError)


class OrderedLine(NamedTuple):
    """A line of the order: units, name, and the weight of a unit in words."""

    quantity: int
    name: str
    weight: str


class Cell(NamedTuple):
    """Units of a line in a warehouse: available, taken, and the bid price of each.

    `worth` is in major currency units.
    """

    available: int
    taken: int
    worth: Decimal


class WarehouseRow(NamedTuple):
    """A warehouse of the inputs; amounts are in major currency units."""

    candidate: Candidate
    zone: int
    distance: str
    parcel_price: Decimal
    price_per_kg: Decimal
    cells: Sequence[Cell]


class ReplacedAssignment(NamedTuple):
    """The replaced picks, and the numbers of the orders that units were exchanged with.

    `dearer` is by how much they cost more than the new ones, in major currency units.
    """

    picks: Sequence[str]
    dearer: Decimal | None
    orders: Sequence[str]

    @property
    def cheaper(self) -> Decimal | None:
        """Return by how much the replaced picks cost less, as when a warehouse has closed."""
        return -self.dearer if self.dearer is not None and self.dearer < 0 else None


def render_inputs(decision: Decision) -> dict[str, Any]:
    """Return the template context of the inputs: the lines, and each warehouse's units of them."""
    try:
        return _inputs_context(decision)
    except UNREADABLE:
        return {"lines": [], "warehouses": []}


def render_replaced(decision: Decision) -> ReplacedAssignment | None:
    """Return the assignment that a decision replaced; None if it was not recorded."""
    try:
        return _replaced(decision.inputs)
    except UNREADABLE:
        return None


def _inputs_context(decision: Decision) -> dict[str, Any]:
    lines, available, candidates = deserialize_inputs(decision.inputs)
    taken: Counter[tuple[int, int]] = Counter()
    for warehouse_id, item_id, quantity in decision.outputs["picks"]:
        taken[warehouse_id, item_id] += quantity
    return {
        "lines": [
            OrderedLine(line.quantity, line.name or str(line.item_id), in_metric(line.weight))
            for line in lines
        ],
        "warehouses": [
            WarehouseRow(
                candidate=candidate,
                zone=candidate.zone + 1,
                distance=_distance(candidate),
                parcel_price=in_major(MILLS_PER_MINOR_UNIT * candidate.parcel_price),
                price_per_kg=in_major(MILLS_PER_MINOR_UNIT * candidate.price_per_kg),
                cells=[_cell(candidate, line, available, taken) for line in lines],
            )
            for candidate in candidates
        ],
    }


def in_metric(grams: int) -> str:
    """Return a weight in g or kg, the measures of the rates in every region."""
    if grams < 1000:
        return f"{number_format(grams)} g"
    return f"{number_format(Decimal(grams) / 1000)} kg"


def _distance(candidate: Candidate) -> str:
    """Return the distance in words.

    Older records have 0 km, though not in the nearest zone, for an unknown distance.
    """
    if candidate.distance is None or (candidate.distance == 0 and candidate.zone > 0):
        return "distance unknown"
    return f"{number_format(candidate.distance)} km"


def _cell(
    candidate: Candidate,
    line: Line,
    available: Mapping[tuple[int, int], int],
    taken: Mapping[tuple[int, int], int],
) -> Cell:
    key = candidate.id, line.item_id
    worth = in_major(candidate.bid_prices.get(line.item_id, 0))
    return Cell(available.get(key, 0), taken.get(key, 0), worth)


def _replaced(inputs: Mapping[str, Any]) -> ReplacedAssignment:
    before = inputs["before"]
    names = {line["item_id"]: line["name"] for line in inputs["lines"]}
    codes = _codes(inputs, {warehouse_id for warehouse_id, _, _ in before["picks"]})
    return ReplacedAssignment(
        [
            f"{quantity} × {names.get(item_id, item_id)} from {codes.get(warehouse_id, '?')}"
            for warehouse_id, item_id, quantity in before["picks"]
        ],
        to_displayed(before["saved"]) if is_amount(before.get("saved")) else None,
        [str(number) for number in before.get("with") or []],
    )


def _codes(inputs: Mapping[str, Any], warehouse_ids: set[int]) -> dict[int, str]:
    """Return the warehouses' codes; those of closed ones are not in the inputs."""
    codes = {candidate["id"]: candidate["code"] for candidate in inputs["candidates"]}
    if closed := warehouse_ids - codes.keys():
        codes |= Warehouse.objects.filter(pk__in=closed).values_list("pk", "code")
    return codes
