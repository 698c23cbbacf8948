"""Resolving shortfalls: units that were promised and are not on the shelves.

Missing units first come off the unpicked warehouse orders of the warehouse that lacks
them, so that other warehouses may ship them. Units that are then promised without stock
are covered from free stock, then from the youngest holds, then from the youngest
unassigned order lines, whose customers are notified.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.db.models.functions import Now

from catalog.stock import change_stock, lock_stock, units_of_lines
from orders.checkout.stock_release import end_holds, next_releases, read_locked_lines
from orders.models import Checkout, CheckoutItem, Order, OrderItem, OrderNotification
from warehouses.fulfilment.deallocation import reduce_warehouse_orders
from warehouses.fulfilment.order_status import lines_with_unassigned, update_order_status
from warehouses.models import Shortfall, WarehouseOrder, WarehouseOrderItem
from warehouses.stock.shortfall_rows import lock_open_shortfalls, reduce_promised, save_shortfalls

# Order lines that one receipt fills; the next receipt continues with the others.
MAX_SHORT_LINES_FILLED = 500


def items_with_open_shortfalls() -> list[int]:
    """Return the ids of the items with open shortfalls, for the sweep."""
    shortfalls = Shortfall.objects.filter(resolved_at=None).order_by("item_id")
    return list(shortfalls.values_list("item_id", flat=True).distinct())


@transaction.atomic
def resolve_shortfall(*, item_id: int) -> list[Order]:
    """Resolve an item's open shortfalls; return the orders that have units to assign anew.

    The rows to lock are chosen by an unlocked read, then locked in the written order. A
    shortfall that this does not cover stays open for the next sweep.
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

    covered += _shorten_lines(orders, item_id, promised - covered)
    reduce_promised(shortfalls, item_id, covered)
    save_shortfalls(shortfalls)
    for order in orders:
        update_order_status(order)
    return reopened


def lock_short_orders(units: Mapping[int, int]) -> list[Order]:
    """Return the oldest orders with short lines, as many as `units` by item fill, locked."""
    lines = (
        OrderItem.objects.filter(item__in=units, short_quantity__gt=0)
        .exclude(order__status__in=Order.FINAL_STATUSES)
        .order_by("order_id")
        .values_list("item_id", "order_id", "short_quantity")[:MAX_SHORT_LINES_FILLED]
    )
    order_ids: set[int] = set()
    left = dict(units)
    for item_id, order_id, short in lines:
        if left[item_id] > 0:
            order_ids.add(order_id)
            left[item_id] -= short
    return list(Order.objects.filter(pk__in=order_ids).lock()) if order_ids else []


def fill_short_lines(orders: Iterable[Order], units: Mapping[int, int]) -> Counter[int]:
    """Give units, by item, to the short lines of locked orders; return the units used."""
    open_orders = {order.pk: order for order in orders if order.is_open}
    lines = OrderItem.objects.filter(order__in=open_orders, item__in=units, short_quantity__gt=0)
    filled_units: Counter[int] = Counter()
    filled_lines = []
    for line in lines.order_by("order_id", "pk"):
        quantity = min(line.short_quantity, units[line.item_id] - filled_units[line.item_id])
        if quantity > 0:
            line.short_quantity -= quantity
            filled_units[line.item_id] += quantity
            filled_lines.append(line)
    OrderItem.objects.bulk_update(filled_lines, ["short_quantity"])
    for order_id in {line.order_id for line in filled_lines}:
        update_order_status(open_orders[order_id])
    return filled_units


def _lock_youngest_holds_and_orders(item_id: int) -> tuple[list[Checkout], list[Order]]:
    """Lock the holds and orders that may lose units of an item, chosen by an unlocked read."""
    shortfalls = list(Shortfall.objects.filter(item=item_id, resolved_at=None))
    missing = sum(shortfall.missing for shortfall in shortfalls)
    units = missing + sum(shortfall.promised for shortfall in shortfalls)
    holds = CheckoutItem.objects.filter(item=item_id, checkout__status=Checkout.Status.HELD)
    lines = OrderItem.objects.filter(item=item_id, order__awaits_assignment=True)
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
    young_lines = lines.order_by("-order_id").values_list("order_id", "quantity")
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


def _shorten_lines(orders: list[Order], item_id: int, units: int) -> int:
    """Mark unassigned units of the youngest locked orders as short; return how many."""
    left = units
    for order in sorted(orders, key=lambda order: -order.pk):
        for line in lines_with_unassigned(order):
            quantity = min(line.unassigned, left) if line.item_id == item_id else 0
            if quantity <= 0:
                continue
            line.short_quantity += quantity
            line.save(update_fields=["short_quantity"])
            OrderNotification.objects.create(
                order=order,
                kind=OrderNotification.Kind.SHORT,
                details={"item_id": item_id, "name": line.name, "quantity": quantity},
            )
            left -= quantity
    return units - left
