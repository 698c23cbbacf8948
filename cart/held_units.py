"""The customer's own hold: its units count as left for that customer only.

Presentation: it reads the hold through the reverse relation of the layer above.
"""

from collections import Counter
from collections.abc import Mapping

from cart.models import CartItem
from catalog.stock import units_of_lines


def current_hold(customer):
    """Return the customer's current hold with its lines, or None; an overdue one is not current."""
    if not customer.is_authenticated:
        return None
    return customer.checkouts.unexpired().prefetch_related("lines").first()


def units_of_hold(hold) -> Counter[int]:
    """Return the units of a hold by item; none for None."""
    return units_of_lines(hold.lines.all() if hold else [])


def annotate_held_units(lines: list[CartItem], held: Mapping[int, int]) -> None:
    """Set `held` of the lines, so that held units count as left when they are shown."""
    for line in lines:
        line.held = held.get(line.item_id, 0)
