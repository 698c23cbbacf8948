"""Reading checkouts with their lines and the database's clock."""

from typing import Any

from orders.exceptions import NoHeldCheckout
from orders.models import Checkout, CheckoutItem
from shop.core.db.clock import ClockTimestamp
from shop.core.db.prepared import prepared, set_related


def current_checkout(*, customer) -> Checkout:
    """Return the customer's current hold with its lines and time left.

    Raises NoHeldCheckout, also when it is overdue but not ended yet.
    """
    checkout = Checkout.objects.filter(customer=customer).unexpired().first()
    if checkout is None:
        raise NoHeldCheckout
    return read_checkout(checkout_id=checkout.pk)


def read_checkout(*, checkout_id: int) -> Checkout:
    """Return a checkout of any status with its lines, their live stock and the time left."""
    lines: list[Any] = _lines_with_stock(checkout=checkout_id)
    checkout = lines[0].checkout
    checkout.server_time = lines[0].server_time
    set_related(checkout, "lines", lines)
    return checkout


@prepared
def _lines_with_stock(checkout):
    lines = CheckoutItem.objects.filter(checkout=checkout)
    lines = lines.select_related("checkout", "item__aggregated_stock")
    return with_clock(lines.defer("item__search_document"))


def with_clock(rows):
    """Annotate each row with the database's clock, as `server_time`."""
    return rows.annotate(server_time=ClockTimestamp())
