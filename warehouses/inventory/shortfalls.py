"""Resolving shortfalls: units that were promised and are not on the shelves.

Missing units first come off the unpicked warehouse orders of the warehouse that lacks
them, so that other warehouses may ship them. Units that are then promised without stock
are covered from free stock, then from the youngest holds, then from the youngest
unassigned order lines, whose customers are notified. These short lines stay first in line
(orders.state.short_lines).
"""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.db.models.functions import Now

from catalog.stock import change_stock, lock_stock, units_of_lines
from orders.checkout.stock_release import end_holds, next_releases, read_locked_lines
from orders.models import (
    Checkout,
    CheckoutItem,
    Order,
    OrderChange,
    OrderItem,
    OrderNotification,
)
from orders.state.history import line_change, post_changes
from orders.state.status import write_statuses
from shop.core.authors import THE_SHOP
from shop.core.db.transactions import StaleRead
from warehouses.fulfilment.backlog import cancel_retries
from warehouses.fulfilment.deallocation import reduce_warehouse_orders
from warehouses.fulfilment.unassigned import annotate_unassigned, lines_with_unassigned
from warehouses.models import Shortfall, WarehouseOrder, WarehouseOrderItem
from warehouses.stock.shortfall_rows import lock_open_shortfalls, reduce_promised, save_shortfalls

SHORT_REASON = "not on the shelves"


def items_with_open_shortfalls() -> list[int]:
    """Return the ids of the items with open shortfalls, for the sweep."""
    shortfalls = Shortfall.objects.filter(resolved_at=None).order_by("item_id")
    return list(shortfalls.values_list("item_id", flat=True).distinct())


@transaction.atomic
def resolve_shortfall(*, item_id: int) -> list[Order]:
    """Resolve an item's open shortfalls; return the orders that have units to assign anew.

    The rows to lock are chosen by an unlocked read, then locked in the written order. What
    this does not cover stays open for the next sweep: units of orders that were not chosen,
    and missing units on picked parcels, of which the shortfall then names one. Raises
    StaleRead if younger holds or orders have taken units meanwhile.
    """
    checkouts, orders = _lock_youngest_holds_and_orders(item_id)
    held = read_locked_lines(checkouts)
    stock = lock_stock({item_id, *(line.item_id for line in held)})
    parcels = _lock_unpicked(item_id, orders)
    shortfalls = lock_open_shortfalls([item_id])
    reopened = _unassign_missing(parcels, shortfalls)

    promised = sum(shortfall.promised for shortfall in shortfalls)
    ended = _choose_holds(checkouts, held, item_id, promised - stock[item_id].stock)
    ended_ids = {checkout.pk for checkout in ended}
    freed = [line for line in held if line.checkout_id in ended_ids]
    changes = units_of_lines(freed)
    covered = min(promised, stock[item_id].stock + changes[item_id])
    changes[item_id] -= covered
    change_stock(changes, next_releases=next_releases(freed, without=ended))
    end_holds(ended, cancelled=None)

    if promised > covered:
        _require_no_hold(item_id, checkouts)
    covered += _shorten_lines(orders, item_id, promised - covered)
    reduce_promised(shortfalls, item_id, covered)
    _name_picked_parcels(shortfalls)
    save_shortfalls(shortfalls)
    _finish_orders(orders)
    return reopened


def _lock_youngest_holds_and_orders(item_id: int) -> tuple[list[Checkout], list[Order]]:
    """Lock the holds and orders that may lose units of an item, chosen by an unlocked read."""
    shortfalls = list(Shortfall.objects.filter(item=item_id, resolved_at=None))
    missing = sum(shortfall.missing for shortfall in shortfalls)
    units = missing + sum(shortfall.promised for shortfall in shortfalls)
    holds = CheckoutItem.objects.filter(item=item_id, checkout__status=Checkout.Status.HELD)
    assigned = WarehouseOrderItem.objects.filter(
        item=item_id,
        warehouse_order__status=WarehouseOrder.Status.ASSIGNED,
        warehouse_order__warehouse__in=[s.warehouse_id for s in shortfalls if s.missing],
    )
    # An overdue hold may be released at any time, so it ends before an unexpired one.
    is_unexpired = ExpressionWrapper(Q(checkout__expires_at__gt=Now()), BooleanField())
    young_holds = (
        holds.annotate(is_unexpired=is_unexpired)
        .order_by("is_unexpired", "-checkout_id")
        .values_list("checkout_id", "quantity")
    )
    young_lines = (
        _lines_to_assign(item_id).order_by("-order_id").values_list("order_id", "unassigned")
    )
    young_parcels = assigned.order_by("-pk").values_list("warehouse_order__order_id", "quantity")
    order_ids = {
        *_first_covering(young_lines[:units], units),
        *_first_covering(young_parcels[:missing], missing),
    }
    checkout_ids = _first_covering(young_holds[:units], units)
    checkouts = list(Checkout.objects.held().filter(pk__in=checkout_ids).lock())
    return checkouts, list(Order.objects.not_cancelled().filter(pk__in=order_ids).lock())


def _first_covering(rows: Iterable[tuple[int, int]], units: int) -> list[int]:
    """Return the keys of the first (key, quantity) rows that have `units` together."""
    keys = []
    for key, quantity in rows:
        if units <= 0:
            break
        keys.append(key)
        units -= quantity
    return keys


def _lock_unpicked(item_id: int, orders: list[Order]) -> list[WarehouseOrder]:
    """Lock the unpicked warehouse orders of locked orders that have the item."""
    ids = WarehouseOrder.objects.filter(
        order__in=orders, lines__item=item_id, status=WarehouseOrder.Status.ASSIGNED
    )
    parcels = WarehouseOrder.objects.filter(pk__in=ids.values("pk"))
    return list(parcels.select_related("order").prefetch_related("lines").lock())


def _unassign_missing(parcels: list[WarehouseOrder], shortfalls: list[Shortfall]) -> list[Order]:
    """Take missing units off locked warehouse orders, youngest first; return their orders.

    The units count as `promised` from then on.
    """
    reopened = {}
    for shortfall in shortfalls:
        for parcel in sorted(parcels, key=lambda parcel: -parcel.pk):
            is_here = parcel.warehouse_id == shortfall.warehouse_id and not parcel.is_cancelled
            if not is_here or not shortfall.missing:
                continue
            lines = (line for line in parcel.lines.all() if line.item_id == shortfall.item_id)
            line = next(lines, None)
            if line is None or not line.quantity:
                continue
            units = min(line.quantity, shortfall.missing)
            shortfall.missing -= units
            shortfall.promised += units
            reduce_warehouse_orders([parcel], {line: units})
            reopened[parcel.order_id] = parcel.order
    return list(reopened.values())


def _choose_holds(
    checkouts: list[Checkout], held: list[CheckoutItem], item_id: int, needed: int
) -> list[Checkout]:
    """Return the holds to end for `needed` units: overdue ones first, then the youngest."""
    units = {line.checkout_id: line.quantity for line in held if line.item_id == item_id}
    overdue = {line.checkout_id for line in held if line.is_overdue}
    chosen = []
    for checkout in sorted(checkouts, key=lambda hold: (hold.pk not in overdue, -hold.pk)):
        if needed <= 0:
            break
        chosen.append(checkout)
        needed -= units[checkout.pk]
    return chosen


def _require_no_hold(item_id: int, checkouts: Sequence[Checkout]) -> None:
    """Raise StaleRead if there are holds of an item by now beside the locked ones.

    The item's stock is locked, so no other can begin.
    """
    holds = CheckoutItem.objects.filter(item=item_id, checkout__status=Checkout.Status.HELD)
    if holds.exclude(checkout__in=[checkout.pk for checkout in checkouts]).exists():
        raise StaleRead


def _require_youngest(item_id: int, orders: Sequence[Order], shortened: Iterable[int]) -> None:
    """Raise StaleRead if an order younger than the shortened ones has come since."""
    younger = _lines_to_assign(item_id).filter(order__gt=min(shortened))
    if younger.exclude(order__in=orders).exists():
        raise StaleRead


def _lines_to_assign(item_id: int):
    """Return the lines of an item that have unassigned units."""
    lines = OrderItem.objects.filter(item=item_id, order__awaits_assignment=True)
    return annotate_unassigned(lines).filter(unassigned__gt=0)  # type: ignore[misc]  # annotated


def _shorten_lines(orders: list[Order], item_id: int, units: int) -> int:
    """Mark unassigned units of the youngest locked orders as short; return how many."""
    left = units
    lines = []
    changes = []
    for order in sorted(orders, key=lambda order: -order.pk):
        for line in lines_with_unassigned(order) if left else ():
            quantity = min(line.unassigned, left) if line.item_id == item_id else 0
            if quantity > 0:
                kind = OrderChange.Kind.SHORT
                lines.append(line)
                changes.append(line_change(line, kind, quantity, short_change=quantity))
                left -= quantity
    if not changes:
        return 0
    _require_youngest(item_id, orders, [change.order_id for change in changes])
    post_changes(orders, changes, author=THE_SHOP, reason=SHORT_REASON)
    OrderNotification.objects.bulk_create(
        OrderNotification(
            order_id=change.order_id,
            kind=OrderNotification.Kind.SHORT,
            details={
                "item_id": item_id,
                "name": line.name,
                "quantity": change.quantity,
            },
        )
        for change, line in zip(changes, lines, strict=True)
    )
    return units - left


def _name_picked_parcels(shortfalls: Iterable[Shortfall]) -> None:
    """Name in each shortfall with missing units the youngest picked parcel that has the item."""
    for shortfall in shortfalls:
        picked = WarehouseOrder.objects.filter(
            warehouse=shortfall.warehouse_id,
            lines__item=shortfall.item_id,
            status=WarehouseOrder.Status.PICKED,
        )
        shortfall.picked_parcel = picked.order_by("-pk").first() if shortfall.missing else None


def _finish_orders(orders: Sequence[Order]) -> None:
    """Write the status of locked orders; delete the retries of those with nothing unassigned."""
    write_statuses(orders)
    cancel_retries([order.pk for order in orders if not order.awaits_assignment])
