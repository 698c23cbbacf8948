"""Previews of assignments: the strategy's decision on current stock, without any effect."""

from collections.abc import Mapping

from catalog.models import Item
from warehouses.assignment.assigning import run_strategy
from warehouses.assignment.context import AssignmentContext, current_workload, free_units
from warehouses.assignment.strategies.types import DEFAULT_WEIGHT, Assignment, Line


def preview_assignment(
    *, quantities: Mapping[int, int], address: Mapping[str, str], turn: int = 0
) -> Assignment:
    """Decide about units, by item, for an address, from stock read without a lock.

    `turn` stands for the order's id in the fair rotation of warehouses. Raises
    Item.DoesNotExist or InvalidAssignment.
    """
    items = Item.objects.in_bulk(quantities)
    if missing := quantities.keys() - items.keys():
        raise Item.DoesNotExist(f"There is no item {min(missing)}.")
    lines = [
        Line(pk, quantities[pk], items[pk].name, items[pk].weight or DEFAULT_WEIGHT)
        for pk in sorted(quantities)
    ]
    candidates = AssignmentContext(items, current_workload()).candidates_for(turn, address)
    return run_strategy(lines, free_units(items), address, candidates)
