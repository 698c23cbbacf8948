"""What customers hold themselves is left for them, though for nobody else.

Presentation: it reads the hold through the reverse relation of the floor above.
"""

from cart.models import CartItem


def running_hold(customer):
    """Return the hold on the customer's own cart, or None."""
    if not customer.is_authenticated:
        return None
    return customer.checkouts.unexpired().prefetch_related("lines").first()


def units_of(hold) -> dict[int, int]:
    """Return the units that a hold keeps, by item."""
    return {line.item_id: line.quantity for line in hold.lines.all()} if hold else {}


def annotate_held_units(lines: list[CartItem], held: dict[int, int]) -> None:
    """Count held units as left when the lines are shown."""
    for line in lines:
        line.held = held.get(line.item_id, 0)
