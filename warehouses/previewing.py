"""What the strategy would decide just now, without any effect."""

from collections.abc import Mapping

from catalog.models import Item
from warehouses.assignment import ask_strategy
from warehouses.candidates import Surroundings
from warehouses.models import WarehouseStock
from warehouses.strategies import DEFAULT_WEIGHT, Assignment, Line, chosen_strategy


def preview_assignment(
    *, quantities: Mapping[int, int], address: Mapping[str, str], turn: int = 0
) -> Assignment:
    """Decide about units, by item, for an address, from an unlocked look.

    Raises Item.DoesNotExist or InvalidAssignment.
    """
    items = Item.objects.in_bulk(quantities)
    if missing := quantities.keys() - items.keys():
        raise Item.DoesNotExist(f"There is no item {min(missing)}.")
    lines = [
        Line(pk, quantities[pk], items[pk].name, items[pk].weight or DEFAULT_WEIGHT)
        for pk in sorted(quantities)
    ]
    rows = WarehouseStock.objects.filter(item__in=items, warehouse__is_open=True)
    free = rows.values_list("warehouse", "item", "available_stock")
    availability = {(warehouse, item): units for warehouse, item, units in free}
    known = Surroundings(items, with_values=chosen_strategy()[0] == "foresighted")
    return ask_strategy(lines, availability, address, known.met_by(turn, address))
