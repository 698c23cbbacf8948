"""Shipping warehouse orders, and correcting what their customers were told of the carrier."""

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Lower, Now

from orders.models import OrderChange, OrderNotification
from orders.newcomers import trust_customers
from orders.state.history import line_change, post_changes, post_order_change
from shop.core.authors import THE_SHOP, Author
from shop.core.optimistic_locking import Versions
from warehouses.exceptions import AlreadyShipped, MoreThanPhysicalStock, NotShippedYet
from warehouses.fulfilment.locking import lock_order_of, lock_warehouse_order
from warehouses.models import Carrier, StockMovement, WarehouseOrder
from warehouses.stock.rows import Change, change_rows, lock_rows


@transaction.atomic
def ship_warehouse_order(
    *,
    warehouse_order_id: int,
    carrier: str | None = None,
    tracking: str | None = None,
    author: Author = THE_SHOP,
    expected: Versions = None,
) -> WarehouseOrder:
    """Set a warehouse order to shipped and take its units off the physical stock.

    A carrier that is named for the first time is created. Shipping again with the same
    carrier and tracking number, or with None for either, changes nothing. Raises
    WarehouseOrderNotFound, VersionMismatch, OrderCancelled, AlreadyShipped, or
    MoreThanPhysicalStock if the shelves hold fewer units than the warehouse order.
    """
    carrier_row = _find_carrier(carrier)  # before any lock
    order = lock_order_of(warehouse_order_id)
    parcel = lock_warehouse_order(order, warehouse_order_id, expected)
    if parcel.is_shipped:
        _require_same(parcel, carrier, carrier_row, tracking)
        return parcel
    _take_off_shelves(parcel, author)
    parcel.status = WarehouseOrder.Status.SHIPPED
    parcel.carrier = carrier_row
    parcel.tracking = tracking or ""
    parcel.shipped_at = Now()
    parcel.save(update_fields=["status", "carrier", "tracking", "shipped_at"])
    parcel.refresh_from_db(fields=["shipped_at"])
    _record_shipped(parcel, author)
    return parcel


@transaction.atomic
def correct_tracking(
    *,
    warehouse_order_id: int,
    carrier: str | None = None,
    tracking: str | None = None,
    author: Author = THE_SHOP,
    expected: Versions = None,
) -> WarehouseOrder:
    """Change the carrier or tracking number of a shipped warehouse order; tell the customer.

    None leaves either as it is. Nothing is told where nothing changes. Raises
    WarehouseOrderNotFound, VersionMismatch, OrderCancelled or NotShippedYet.
    """
    carrier_row = _find_carrier(carrier)
    order = lock_order_of(warehouse_order_id)
    parcel = lock_warehouse_order(order, warehouse_order_id, expected)
    if not parcel.is_shipped:
        raise NotShippedYet
    before = _describe_shipping(parcel)
    parcel.carrier = parcel.carrier if carrier is None else carrier_row
    parcel.tracking = parcel.tracking if tracking is None else tracking
    after = _describe_shipping(parcel)
    if after != before:
        parcel.save(update_fields=["carrier", "tracking"])
        details = {"parcel": parcel.pk, "warehouse": parcel.warehouse.code}
        post_order_change(order, OrderChange.Kind.TRACKING, author=author, details=details)
        _notify_customer(parcel, OrderNotification.Kind.TRACKING)
    return parcel


def _find_carrier(name: str | None) -> Carrier | None:
    """Return the carrier of this name in any case, created where it is new; None for no name."""
    if not name:
        return None
    carriers = Carrier.objects.alias(lower_name=Lower("name"))  # as `carrier_named_once` has it
    carrier, _ = carriers.get_or_create(
        lower_name__exact=Lower(Value(name)), defaults={"name": name}
    )
    return carrier


def _require_same(
    parcel: WarehouseOrder, carrier: str | None, carrier_row: Carrier | None, tracking: str | None
) -> None:
    """Raise AlreadyShipped unless a shipped parcel has this carrier and tracking number."""
    is_same_carrier = carrier is None or parcel.carrier == carrier_row
    if is_same_carrier and tracking in {None, parcel.tracking}:
        return
    raise AlreadyShipped(**_describe_shipping(parcel))


def _describe_shipping(parcel: WarehouseOrder) -> dict[str, str]:
    return {
        "carrier": parcel.carrier.name if parcel.carrier else "",
        "tracking": parcel.tracking,
    }


def _record_shipped(parcel: WarehouseOrder, author: Author) -> None:
    """Write the shipped units on the order's lines and history, and the customer's mail.

    A customer to whom something has shipped is no newcomer any more.
    """
    lines = parcel.lines.select_related("order_item")
    changes = [
        line_change(
            line.order_item,
            OrderChange.Kind.SHIPPED,
            line.quantity,
            shipped_change=line.quantity,
            details={"parcel": parcel.pk},
        )
        for line in lines
    ]
    post_changes([parcel.order], changes, author=author)
    trust_customers(customer_ids=[parcel.order.customer_id])
    _notify_customer(parcel, OrderNotification.Kind.SHIPPED)


def _notify_customer(parcel: WarehouseOrder, kind: OrderNotification.Kind) -> None:
    """Record the notification about a shipped parcel; a task mails it."""
    lines = parcel.lines.select_related("order_item")
    items = [{"name": line.order_item.name, "quantity": line.quantity} for line in lines]
    details = {"items": items, "tracking_url": parcel.tracking_url}
    OrderNotification.objects.create(
        order=parcel.order, kind=kind, details=details | _describe_shipping(parcel)
    )


def _take_off_shelves(parcel: WarehouseOrder, author: Author) -> None:
    """Subtract a parcel's units from the physical stock. Raises MoreThanPhysicalStock."""
    lines = list(parcel.lines.order_by("item_id"))
    rows = lock_rows((line.item_id, parcel.warehouse_id) for line in lines)
    changes = {}
    for line in lines:
        key = (line.item_id, parcel.warehouse_id)
        assigned = rows[key].physical_stock - rows[key].available_stock
        if assigned < line.quantity:
            raise MoreThanPhysicalStock(wanted=line.quantity, left=assigned)
        changes[key] = Change(physical=-line.quantity)
    change_rows(
        rows,
        changes,
        kind=StockMovement.Kind.SHIPPED,
        warehouse_orders={parcel.warehouse_id: parcel},
        author=author,
    )
