"""Short lines: units that were promised and are not there. They are first in line.

While an item has short units, none of it is on sale or held: whatever becomes free goes to
the short lines first, the oldest order first.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from django.db import connection

from orders.models import Order, OrderChange, OrderItem
from orders.state.history import line_change, post_changes
from shop.core.authors import THE_SHOP
from shop.core.db.transactions import StaleRead


def find_short_orders(units: Mapping[int, int]) -> list[int]:
    """Return the ids of the oldest orders whose short lines `units`, by item, would fill."""
    wanted = {item_id: quantity for item_id, quantity in units.items() if quantity > 0}
    if not wanted:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT s.order_id
              FROM unnest(%s::bigint[], %s::bigint[]) AS u(item_id, units), LATERAL (
                   SELECT l.order_id,
                          sum(l.short_quantity) OVER (ORDER BY l.order_id)
                          - l.short_quantity AS earlier
                     FROM orders_orderitem l
                    WHERE l.item_id = u.item_id AND l.short_quantity > 0) s
             WHERE s.earlier < u.units
            """,
            [list(wanted), list(wanted.values())],
        )
        return [order_id for (order_id,) in cursor.fetchall()]


def lock_short_orders(units: Mapping[int, int]) -> list[Order]:
    """Return the orders of find_short_orders, locked by key until commit."""
    order_ids = find_short_orders(units)
    return list(Order.objects.filter(pk__in=order_ids).lock()) if order_ids else []


def fill_short_lines(orders: Iterable[Order], units: Mapping[int, int]) -> Counter[int]:
    """Give free units, by item, to the short lines of locked orders; return the units used.

    The items' stock is locked, so that no other line goes short meanwhile. Raises StaleRead
    if units are left, and lines of other orders went short since these were chosen.
    """
    orders = list(orders)
    used: Counter[int] = Counter()
    changes = []
    for line in _short_lines(units).filter(order__in=orders) if orders else ():
        quantity = min(line.short_quantity, units[line.item_id] - used[line.item_id])
        if quantity > 0:
            used[line.item_id] += quantity
            kind = OrderChange.Kind.MADE_GOOD
            changes.append(line_change(line, kind, quantity, short_change=-quantity))
    if changes:
        filled = {change.order_id for change in changes}
        post_changes([o for o in orders if o.pk in filled], changes, author=THE_SHOP)
    left = [item_id for item_id, quantity in units.items() if quantity > used[item_id]]
    if left and _short_lines(left).exists():
        raise StaleRead
    return used


def _short_lines(item_ids: Collection[int]):
    lines = OrderItem.objects.filter(item__in=item_ids, short_quantity__gt=0)
    return lines.order_by("order_id", "pk")
