"""Transfers: goods leave one warehouse's stock, are in transit, and arrive at another.

Only free units leave. Those of them that are promised to customers stay promised while they
are in transit. Locks are taken in the written order Order -> AggregatedStock ->
WarehouseStock -> Transfer -> Shortfall; the lines of a transfer are fixed with its draft.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models.functions import Now

from catalog.models import AggregatedStock
from catalog.stock import change_stock, lock_stock
from orders.exceptions import NotThatMany
from orders.state.short_lines import lock_short_orders
from shop.core.authors import THE_SHOP, Author
from warehouses.exceptions import (
    MoreThanAvailableStock,
    SameWarehouse,
    TransferNotFound,
    TransferOver,
    WarehouseClosed,
)
from warehouses.fulfilment.promises import open_shortfalls
from warehouses.inventory.receiving import distribute_units
from warehouses.models import (
    StockMovement,
    Transfer,
    TransferItem,
    Warehouse,
    WarehouseStock,
)
from warehouses.stock.rows import StockKey, lock_or_create_rows, lock_rows, post_movements
from warehouses.stock.shortfall_rows import lock_open_shortfalls


@transaction.atomic
def create_transfer(
    *,
    origin: Warehouse,
    destination: Warehouse,
    quantities: Mapping[int, int],
    reference: str = "",
    author: Author = THE_SHOP,
) -> Transfer:
    """Write the draft of a transfer of units by item id; nothing moves yet.

    Raises SameWarehouse, or WarehouseClosed for a closed one.
    """
    if origin.pk == destination.pk:
        raise SameWarehouse
    _require_open(origin, destination)
    transfer = Transfer.objects.create(
        origin=origin, destination=destination, reference=reference, author=author.user
    )
    TransferItem.objects.bulk_create(
        TransferItem(transfer=transfer, item_id=item_id, quantity=quantity)
        for item_id, quantity in sorted(quantities.items())
    )
    return transfer


@transaction.atomic
def send_transfer(*, transfer_id: int, author: Author = THE_SHOP) -> Transfer:
    """Take a transfer's units off the shelves of its origin.

    As many as are for sale leave the aggregated stock; the others are promised in transit.
    Sending again changes nothing. Raises TransferNotFound, TransferOver for a cancelled one,
    WarehouseClosed, or MoreThanAvailableStock.
    """
    lines = _lines_of(transfer_id)
    stock = lock_stock(line.item_id for line in lines)
    origin_id = lines[0].transfer.origin_id
    rows = lock_rows((line.item_id, origin_id) for line in lines)
    transfer = _lock(transfer_id)
    if transfer.is_in_transit or transfer.status == Transfer.Status.ARRIVED:
        return transfer
    if transfer.status != Transfer.Status.DRAFT:
        raise TransferOver(transfer.status)
    _require_open(transfer.origin, transfer.destination)
    for line in lines:
        row = rows.get((line.item_id, origin_id))
        left = row.available_stock if row else 0
        if left < line.quantity:
            raise MoreThanAvailableStock(item_id=line.item_id, wanted=line.quantity, left=left)
    _write_sent(transfer, lines, rows, stock, author)
    return transfer


@transaction.atomic
def receive_transfer(
    *,
    transfer_id: int,
    quantities: Mapping[int, int],
    is_complete: bool = False,
    reason: str = "",
    author: Author = THE_SHOP,
) -> Transfer:
    """Put units of a transfer, by item id, on the shelves of its destination.

    They pay what was promised in transit, then missing units, shortfalls and short lines,
    and the rest goes on sale. `is_complete` says that nothing else arrives: the rest is
    written off for the reason, and what was promised of it opens shortfalls. Raises
    TransferNotFound, TransferOver unless it is in transit, or NotThatMany where more arrive
    than were sent.
    """
    lines = _lines_of(transfer_id)
    destination_id = lines[0].transfer.destination_id
    short_orders = lock_short_orders(quantities)
    lock_stock(line.item_id for line in lines)
    rows = lock_or_create_rows((line.item_id, destination_id) for line in lines)
    transfer = _lock(transfer_id)
    if not transfer.is_in_transit:
        raise TransferOver(transfer.status)
    lines = list(transfer.lines.order_by("item_id"))
    _require_sent(lines, quantities)
    arrived = {line: quantities[line.item_id] for line in lines if quantities.get(line.item_id)}
    _put_on_shelves(transfer, arrived, rows, short_orders, author)
    if is_complete:
        for line in lines:
            line.lost_quantity += line.outstanding_quantity
        transfer.loss_reason = reason
    _open_shortfalls(transfer, lines)
    _write_arrived(transfer, lines, author)
    return transfer


@transaction.atomic
def cancel_transfer(*, transfer_id: int, author: Author = THE_SHOP) -> Transfer:
    """Cancel the draft of a transfer; idempotent. Raises TransferNotFound or TransferOver."""
    transfer = _lock(transfer_id)
    if transfer.status == Transfer.Status.DRAFT:
        transfer.status = Transfer.Status.CANCELLED
        transfer.closed_at = Now()
        transfer.closed_by = author.user
        transfer.save(update_fields=["status", "closed_at", "closed_by"])
        transfer.refresh_from_db(fields=["closed_at"])
    if transfer.status != Transfer.Status.CANCELLED:
        raise TransferOver(transfer.status)
    return transfer


def _lines_of(transfer_id: int) -> list[TransferItem]:
    """Return the lines in the order of their items. Raises TransferNotFound."""
    lines = TransferItem.objects.filter(transfer=transfer_id).select_related("transfer")
    if not (ordered := list(lines.order_by("item_id"))):
        raise TransferNotFound
    return ordered


def _lock(transfer_id: int) -> Transfer:
    """Return the transfer with its warehouses, locked until commit. Raises TransferNotFound."""
    transfers = Transfer.objects.filter(pk=transfer_id).select_related("origin", "destination")
    if (transfer := transfers.lock().first()) is None:
        raise TransferNotFound
    return transfer


def _require_open(*warehouses: Warehouse) -> None:
    """Raise WarehouseClosed for one that is closed by now."""
    closed = Warehouse.objects.closed_ids()
    for warehouse in warehouses:
        if warehouse.pk in closed:
            raise WarehouseClosed(warehouse.code)


def _require_sent(lines: Iterable[TransferItem], quantities: Mapping[int, int]) -> None:
    """Raise NotThatMany where more units are to arrive than are in transit."""
    outstanding = {line.item_id: line.outstanding_quantity for line in lines}
    for item_id, quantity in quantities.items():
        left = outstanding.get(item_id, 0)
        if quantity > left:
            raise NotThatMany(item_id=item_id, wanted=quantity, left=left)


def _write_sent(
    transfer: Transfer,
    lines: Iterable[TransferItem],
    rows: Mapping[StockKey, WarehouseStock],
    stock: Mapping[int, AggregatedStock],
    author: Author,
) -> None:
    """Move the units from the locked stock rows and the locked stock into transit."""
    movements = []
    unsold = {}
    for line in lines:
        unsold[line.item_id] = min(line.quantity, stock[line.item_id].stock)
        line.promised_quantity = line.quantity - unsold[line.item_id]
        movements.append(
            StockMovement(
                item_id=line.item_id,
                warehouse_id=transfer.origin_id,
                transfer=transfer,
                kind=StockMovement.Kind.SENT,
                physical_change=-line.quantity,
                available_change=-line.quantity,
                reference=transfer.reference,
                author=author.user,
            )
        )
    change_stock({item_id: -units for item_id, units in unsold.items() if units})
    post_movements(rows, movements)
    TransferItem.objects.bulk_update(lines, ["promised_quantity"])
    transfer.status = Transfer.Status.SENT
    transfer.sent_at = Now()
    transfer.save(update_fields=["status", "sent_at"])
    transfer.refresh_from_db(fields=["sent_at"])


def _put_on_shelves(
    transfer: Transfer,
    arrived: Mapping[TransferItem, int],
    rows: Mapping[StockKey, WarehouseStock],
    short_orders,
    author: Author,
) -> None:
    """Add arrived units to the locked rows of the destination, and use them.

    The units that pay promises in transit are backed by stock again, so they are available
    and not for sale. In a closed warehouse they pay none.
    """
    is_open = transfer.destination_id not in Warehouse.objects.closed_ids()
    gained: Counter[StockKey] = Counter()
    paid: Counter[StockKey] = Counter()
    for line, quantity in arrived.items():
        key = (line.item_id, transfer.destination_id)
        paid[key] = min(quantity, line.promised_quantity) if is_open else 0
        gained[key] = quantity - paid[key]
        line.arrived_quantity += quantity
        line.promised_quantity -= paid[key]
    shortfalls = lock_open_shortfalls(line.item_id for line in arrived)
    available = distribute_units(gained, shortfalls, short_orders)
    post_movements(
        rows,
        [
            StockMovement(
                item_id=line.item_id,
                warehouse_id=transfer.destination_id,
                transfer=transfer,
                kind=StockMovement.Kind.ARRIVED,
                physical_change=quantity,
                available_change=available[key] + paid[key],
                reference=transfer.reference,
                author=author.user,
            )
            for line, quantity in arrived.items()
            for key in [(line.item_id, transfer.destination_id)]
        ],
    )


def _open_shortfalls(transfer: Transfer, lines: Iterable[TransferItem]) -> None:
    """Open shortfalls for promised units that are in transit no more and were not paid."""
    unpaid = {}
    for line in lines:
        unpaid[line.item_id] = max(0, line.promised_quantity - line.outstanding_quantity)
        line.promised_quantity -= unpaid[line.item_id]
    open_shortfalls(transfer.destination_id, promised=unpaid)


def _write_arrived(transfer: Transfer, lines: Iterable[TransferItem], author: Author) -> None:
    """Write the lines and the status; a transfer without units in transit is over."""
    lines = list(lines)
    TransferItem.objects.bulk_update(
        lines, ["arrived_quantity", "lost_quantity", "promised_quantity"]
    )
    is_over = not any(line.outstanding_quantity for line in lines)
    transfer.status = Transfer.Status.ARRIVED if is_over else Transfer.Status.PARTIALLY_ARRIVED
    if is_over:
        transfer.closed_at = Now()
        transfer.closed_by = author.user
    transfer.save(update_fields=["status", "closed_at", "closed_by", "loss_reason"])
    transfer.refresh_from_db(fields=["closed_at"])
