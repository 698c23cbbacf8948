"""Return requests: customers ask to send shipped units back, and staff may refuse.

The layer above receives the units. Every verb locks the order, which serializes them.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Sum
from django.db.models.functions import Now

from orders.exceptions import (
    NotThatMany,
    OrderNotFound,
    ReturnNotFound,
    ReturnOver,
    ReturnTooLate,
)
from orders.models import Order, OrderNotification, ReturnRequest, ReturnRequestItem
from orders.state.history import require_room_for_change
from shop.core.authors import THE_SHOP, Author
from shop.core.optimistic_locking import Versions, require_version, version_of


@transaction.atomic
def request_return(
    *,
    order_id: int,
    quantities: Mapping[int, int],
    reason: str = "",
    author: Author = THE_SHOP,
    expected: Versions = None,
) -> ReturnRequest:
    """Write a request to send back units, by item id, that were shipped within RETURN_DAYS.

    Units that were returned, or are in another open request, do not count. `expected` are
    versions of the order's requests (version_of_returns). Raises OrderNotFound,
    VersionMismatch, NotThatMany, ReturnTooLate where the units were shipped too long ago, or
    TooManyChanges.
    """
    order = Order.objects.filter(pk=order_id).lock().first()
    if order is None:
        raise OrderNotFound
    if expected is not None:
        require_version(expected, version_of_returns(order))
    lines = {line.item_id: line for line in order.lines.all()}
    in_time, in_all = returnable_units(order)
    for item_id, quantity in quantities.items():
        if quantity > in_all[item_id]:
            raise NotThatMany(item_id=item_id, wanted=quantity, left=in_all[item_id])
        if quantity > in_time[item_id]:
            raise ReturnTooLate(settings.RETURN_DAYS)
    require_room_for_change(order, author)
    request = ReturnRequest.objects.create(order=order, reason=reason, author=author.user)
    ReturnRequestItem.objects.bulk_create(
        ReturnRequestItem(return_request=request, order_item=lines[item_id], quantity=quantity)
        for item_id, quantity in sorted(quantities.items())
    )
    return request


@transaction.atomic
def refuse_return(*, return_id: int, reason: str, author: Author = THE_SHOP) -> ReturnRequest:
    """Close a request: what was not received yet is not taken back. Idempotent.

    Raises ReturnNotFound, or ReturnOver where all of it was received.
    """
    request = lock_return(return_id)
    if request.is_refused:
        return request
    if not request.is_open:
        raise ReturnOver(request.status)
    is_begun = any(line.received_quantity for line in request.lines.all())
    request.status = ReturnRequest.Status.RECEIVED if is_begun else ReturnRequest.Status.REFUSED
    request.refusal_reason = reason
    close_return(request, author)
    OrderNotification.objects.create(
        order=request.order,
        kind=OrderNotification.Kind.RETURN_REFUSED,
        details={"reason": reason},
    )
    return request


def lock_return(return_id: int) -> ReturnRequest:
    """Return a request whose order is locked until commit. Raises ReturnNotFound."""
    order = Order.objects.filter(return_requests=return_id).lock().first()
    if order is None:
        raise ReturnNotFound
    request = ReturnRequest.objects.prefetch_related("lines__order_item").get(pk=return_id)
    request.order = order
    return request


def close_return(request: ReturnRequest, author: Author) -> None:
    """Write the status of a locked request, who closed it, and the time of it."""
    request.closed_at = Now()
    request.closed_by = author.user
    request.save(update_fields=["status", "refusal_reason", "closed_at", "closed_by"])
    request.refresh_from_db(fields=["closed_at"])


def version_of_returns(order: Order) -> str:
    """Return the version of an order's return requests, which each new one changes."""
    return version_of(list(order.return_requests.order_by("pk").values_list("pk", flat=True)))


def returnable_units(order: Order) -> tuple[Counter[int], Counter[int]]:
    """Return the units by item that can be sent back: those in time, and those of any age.

    Units count as sent back in the order in which they were shipped. It reads the warehouse
    orders of the layer above through their reverse relation.
    """
    left: Counter[int] = Counter()
    for line in order.lines.all():
        left[line.item_id] = line.shipped_quantity - line.returned_quantity
    requested = ReturnRequestItem.objects.filter(
        return_request__order=order, return_request__closed_at=None
    )
    units = Sum(F("quantity") - F("received_quantity"))
    for item_id, quantity in requested.values_list("order_item__item").annotate(units=units):
        left[item_id] -= quantity
    since = Now() - timedelta(days=settings.RETURN_DAYS)
    recent = order.warehouse_orders.filter(status="shipped", shipped_at__gt=since)
    shipped = recent.values_list("lines__item").annotate(units=Sum("lines__quantity"))
    in_time = Counter(dict(shipped.order_by()))
    return Counter({item_id: min(left[item_id], in_time[item_id]) for item_id in left}), left
