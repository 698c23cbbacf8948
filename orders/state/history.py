"""Changes of orders: the lines, the status and the append-only history, always together.

The orders are locked. Every change of a line's quantities is an entry of the history, so the
sums of the entries are the line's columns.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from django.db import connection

from orders.exceptions import TooManyChanges
from orders.models import Order, OrderChange, OrderItem
from orders.state.status import write_statuses
from shop.core.authors import Author

MAX_REASON_LENGTH = OrderChange._meta.get_field("reason").max_length or 0

# Of the customer, to an order as a whole; each line allows two more.
MAX_CHANGES = 100

QUANTITIES = ("cancelled", "short", "shipped", "returned")


def require_room_for_change(order: Order, author: Author) -> None:
    """Refuse one more change by the customer to an order whose history is too long.

    Cancelling all that is left needs no room, since it ends the history. Staff are trusted.
    Raises TooManyChanges.
    """
    if _author_kind(order, author) != OrderChange.AuthorKind.CUSTOMER:
        return
    limit = MAX_CHANGES + 2 * order.lines.count()
    own = OrderChange.objects.filter(order=order, author_kind=OrderChange.AuthorKind.CUSTOMER)
    if own.count() + order.return_requests.count() >= limit:
        raise TooManyChanges(limit)


def line_change(
    line: OrderItem, kind: OrderChange.Kind, quantity: int, **fields: Any
) -> OrderChange:
    """Return an unsaved entry about `quantity` units of a line.

    `fields` are the changes of the line's columns, as cancelled_change=2, and details.
    """
    return OrderChange(
        order_id=line.order_id, order_item=line, kind=kind, quantity=quantity, **fields
    )


def post_changes(
    orders: Iterable[Order], changes: Sequence[OrderChange], *, author: Author, reason: str = ""
) -> None:
    """Change the lines of locked orders by the entries, write the statuses, append the entries."""
    change_lines(changes)
    record_changes(orders, changes, author=author, reason=reason)


def record_changes(
    orders: Iterable[Order], changes: Sequence[OrderChange], *, author: Author, reason: str = ""
) -> None:
    """Write the statuses of locked orders whose lines have changed, then append the entries.

    The history comes last, because its triggers record events, which have the new status.
    """
    by_id = {order.pk: order for order in orders}
    write_statuses(by_id.values())
    for change in changes:
        _sign(change, by_id[change.order_id], author, reason)
    OrderChange.objects.bulk_create(changes)


def post_order_change(
    order: Order,
    kind: OrderChange.Kind,
    *,
    author: Author,
    reason: str = "",
    details: Mapping[str, Any],
) -> None:
    """Append an entry about a locked order as a whole, or about one of its parcels."""
    change = OrderChange(order=order, kind=kind, details=dict(details))
    _sign(change, order, author, reason)
    change.save(force_insert=True)


def change_lines(changes: Iterable[OrderChange]) -> None:
    """Add the entries' changes to their lines, in memory and in one statement.

    The caller records the entries in the same transaction (record_changes).
    """
    lines: dict[int, OrderItem] = {}
    for change in changes:
        line = _line_of(change)
        line = lines.setdefault(line.pk, line)
        for name in QUANTITIES:
            column = f"{name}_quantity"
            setattr(line, column, getattr(line, column) + getattr(change, f"{name}_change"))
    if not lines:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE orders_orderitem AS l
               SET cancelled_quantity = c.cancelled, short_quantity = c.short,
                   shipped_quantity = c.shipped, returned_quantity = c.returned
              FROM unnest(%s::bigint[], %s::int[], %s::int[], %s::int[], %s::int[])
                   AS c(id, cancelled, short, shipped, returned)
             WHERE l.id = c.id
            """,
            [
                list(lines),
                *[
                    [getattr(line, f"{name}_quantity") for line in lines.values()]
                    for name in QUANTITIES
                ],
            ],
        )


def _line_of(change: OrderChange) -> OrderItem:
    """Return the line that an entry of line_change is about."""
    return cast(OrderItem, change.order_item)


def _sign(change: OrderChange, order: Order, author: Author, reason: str) -> None:
    """Set an entry's author and reason."""
    change.author = author.user
    change.token = author.token
    change.author_kind = _author_kind(order, author)
    change.reason = reason[:MAX_REASON_LENGTH]


def _author_kind(order: Order, author: Author) -> OrderChange.AuthorKind:
    if author.user is None:
        return OrderChange.AuthorKind.SYSTEM
    if author.user.pk == order.customer_id:
        return OrderChange.AuthorKind.CUSTOMER
    return OrderChange.AuthorKind.STAFF
