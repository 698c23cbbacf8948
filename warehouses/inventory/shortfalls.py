"""Shortfalls: what was promised and is not there, and who has to go without.

Missing units first come off the unpicked warehouse orders of the place where they are
missing, so that other warehouses may ship them. What is then promised by nobody's
stock is paid from free stock, then from the youngest holds, then from the youngest
order lines that no warehouse has been given, whose customers are told.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.db.models.functions import Now

from catalog.stock import change_stock, lock_stock
from orders.checkout.stock_release import end_holds, next_releases, read_locked_lines, sum_units
from orders.models import Checkout, CheckoutItem, Order, OrderItem, OrderNotification
from warehouses.fulfilment.deallocation import shrink
from warehouses.fulfilment.order_status import lines_with_unassigned, update_order_status
from warehouses.models import Shortfall, WarehouseOrder, WarehouseOrderItem
from warehouses.stock.rows import lock_open_shortfalls, pay_promised, write_owed

# How many order lines one arrival of goods makes good; the next arrival goes on.
MAX_BACKORDERS_FILLED = 500


def items_with_open_shortfalls() -> list[int]:
    """Return the ids of the items that are owed anything, for the sweep."""
    owed = Shortfall.objects.filter(resolved_at=None).order_by("item_id")
    return list(owed.values_list("item_id", flat=True).distinct())


@transaction.atomic
def resolve_shortfall(*, item_id: int) -> list[Order]:
    """Settle what is owed of an item; returns the orders that have units to assign anew.

    Locks from the top, on what an unlocked look found; what it missed, or what is picked
    already, stays open for the next sweep.
    """
    checkouts, orders = _lock_who_may_go_without(item_id)
    held = read_locked_lines(checkouts)
    stock = lock_stock({item_id, *(line.item_id for line in held)})
    parcels = _lock_unpicked(item_id, orders)
    owed = lock_open_shortfalls([item_id])
    reopened = _take_missing_off(parcels, owed)

    promised = sum(shortfall.promised for shortfall in owed)
    ended = _holds_that_go(checkouts, held, item_id, promised - stock[item_id].stock)
    freed = [line for line in held if line.checkout_id in {one.pk for one in ended}]
    changes = sum_units(freed)
    paid = min(promised, stock[item_id].stock + changes[item_id])
    changes[item_id] -= paid
    change_stock(changes, next_releases=next_releases(freed, without=ended))
    end_holds(ended, cancelled=None)

    paid += _shorten_lines(orders, item_id, promised - paid)
    pay_promised(owed, item_id, paid)
    write_owed(owed)
    for order in orders:
        update_order_status(order)
    return reopened


def lock_backorders(units: Mapping[int, int]) -> list[Order]:
    """Lock the oldest orders that went short of items, enough for so many units of each."""
    lines = (
        OrderItem.objects.filter(item__in=units, short_quantity__gt=0)
        .exclude(order__status__in=Order.OVER)
        .order_by("order_id")
        .values_list("item_id", "order_id", "short_quantity")[:MAX_BACKORDERS_FILLED]
    )
    ids: set[int] = set()
    left = dict(units)
    for item_id, order_id, short in lines:
        if left[item_id] > 0:
            ids.add(order_id)
            left[item_id] -= short
    return list(Order.objects.filter(pk__in=ids).lock()) if ids else []


def fill_backorders(orders: Iterable[Order], units: Mapping[int, int]) -> Counter[int]:
    """Give units, by item, to locked orders that went short; returns how many they took."""
    waiting = {order.pk: order for order in orders if order.is_waiting}
    lines = OrderItem.objects.filter(order__in=waiting, item__in=units, short_quantity__gt=0)
    taken: Counter[int] = Counter()
    mended = []
    for line in lines.order_by("order_id", "pk"):
        quantity = min(line.short_quantity, units[line.item_id] - taken[line.item_id])
        if quantity > 0:
            line.short_quantity -= quantity
            taken[line.item_id] += quantity
            mended.append(line)
    OrderItem.objects.bulk_update(mended, ["short_quantity"])
    for order_id in {line.order_id for line in mended}:
        update_order_status(waiting[order_id])
    return taken


def _lock_who_may_go_without(item_id: int) -> tuple[list[Checkout], list[Order]]:
    """Look, without locks, who is next to go without; then lock them from the top."""
    owed = list(Shortfall.objects.filter(item=item_id, resolved_at=None))
    missing = sum(shortfall.missing for shortfall in owed)
    units = missing + sum(shortfall.promised for shortfall in owed)
    holds = CheckoutItem.objects.filter(item=item_id, checkout__status=Checkout.Status.HELD)
    lines = OrderItem.objects.filter(item=item_id, order__awaits_assignment=True)
    assigned = WarehouseOrderItem.objects.filter(
        item=item_id,
        warehouse_order__status=WarehouseOrder.Status.ASSIGNED,
        warehouse_order__warehouse__in=[s.warehouse_id for s in owed if s.missing],
    )
    # An overdue hold is nobody's any more, so it goes before any that runs.
    runs = ExpressionWrapper(Q(checkout__expires_at__gt=Now()), BooleanField())
    young_holds = (
        holds.annotate(runs=runs)
        .order_by("runs", "-checkout_id")
        .values_list("checkout_id", "quantity")
    )
    young_lines = lines.order_by("-order_id").values_list("order_id", "quantity")
    young_parcels = assigned.order_by("-pk").values_list("warehouse_order__order_id", "quantity")
    order_ids = {*_enough(young_lines[:units], units), *_enough(young_parcels[:missing], missing)}
    checkout_ids = _enough(young_holds[:units], units)
    checkouts = list(Checkout.objects.held().filter(pk__in=checkout_ids).lock())
    return checkouts, list(Order.objects.not_cancelled().filter(pk__in=order_ids).lock())


def _enough(rows: Iterable[tuple[int, int]], units: int) -> list[int]:
    """Take keys from (key, units) rows until they have so many units together."""
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


def _take_missing_off(parcels: list[WarehouseOrder], owed: list[Shortfall]) -> list[Order]:
    """Take missing units off locked parcels, youngest first; they are promised by nobody now."""
    reopened = {}
    for shortfall in owed:
        for parcel in sorted(parcels, key=lambda parcel: -parcel.pk):
            is_here = parcel.warehouse_id == shortfall.warehouse_id and not parcel.is_cancelled
            if not is_here or not shortfall.missing:
                continue
            line = next(
                (one for one in parcel.lines.all() if one.item_id == shortfall.item_id), None
            )
            if line is None or not line.quantity:
                continue
            units = min(line.quantity, shortfall.missing)
            shortfall.missing -= units
            shortfall.promised += units
            shrink([parcel], {line: units})
            reopened[parcel.order_id] = parcel.order
    return list(reopened.values())


def _holds_that_go(
    checkouts: list[Checkout], held: list[CheckoutItem], item_id: int, needed: int
) -> list[Checkout]:
    """Choose, overdue ones and then the youngest first, the holds whose units are needed."""
    units = {line.checkout_id: line.quantity for line in held if line.item_id == item_id}
    overdue = {line.checkout_id for line in held if line.is_overdue}
    going = []
    for checkout in sorted(checkouts, key=lambda one: (one.pk not in overdue, -one.pk)):
        if needed <= 0:
            break
        going.append(checkout)
        needed -= units[checkout.pk]
    return going


def _shorten_lines(orders: list[Order], item_id: int, units: int) -> int:
    """Let the youngest locked orders go short of units no warehouse has been given."""
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
