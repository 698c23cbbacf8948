"""Units that become free pay promises before they go on sale; lost units become promises.

Locks are taken in the written order Order -> AggregatedStock -> WarehouseStock -> Transfer ->
Shortfall. The callers have locked the orders, the stock, the stock rows and the shortfalls.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from catalog.models import AggregatedStock
from catalog.stock import change_stock
from orders.models import Order
from orders.state.short_lines import fill_short_lines
from warehouses.models import Shortfall
from warehouses.signals import shortfall_opened
from warehouses.stock.shortfall_rows import reduce_promised


def offer_units(
    units: Mapping[int, int], shortfalls: Sequence[Shortfall], short_orders: Iterable[Order]
) -> None:
    """Give free units, by item, to shortfalls, then to short lines, and the rest to the stock.

    The caller saves the shortfalls. Raises StaleRead if lines of other orders went short
    since the orders were chosen.
    """
    left = Counter(units)
    for item_id in left:
        left[item_id] -= reduce_promised(shortfalls, item_id, left[item_id])
    left.subtract(fill_short_lines(short_orders, left))
    change_stock({item_id: quantity for item_id, quantity in left.items() if quantity})


def withdraw_units(
    units: Mapping[int, int], stock: Mapping[int, AggregatedStock], *, warehouse_id: int
) -> dict[int, Shortfall]:
    """Take units that are lost, or in no open warehouse, off sale; open shortfalls for the rest.

    The stock rows are locked and have not changed since. Return the shortfalls by item.
    """
    unsold = {
        item_id: min(quantity, stock[item_id].stock)
        for item_id, quantity in units.items()
        if quantity
    }
    change_stock({item_id: -quantity for item_id, quantity in unsold.items() if quantity})
    promised = {item_id: units[item_id] - unsold[item_id] for item_id in unsold}
    return open_shortfalls(warehouse_id, promised=promised)


def open_shortfalls(
    warehouse_id: int, *, promised: Mapping[int, int], missing: Mapping[int, int] | None = None
) -> dict[int, Shortfall]:
    """Open shortfalls of a warehouse for units by item, and return them by item."""
    missing = missing or {}
    shortfalls = [
        Shortfall(
            item_id=item_id,
            warehouse_id=warehouse_id,
            missing=missing.get(item_id, 0),
            promised=promised.get(item_id, 0),
        )
        for item_id in sorted({*promised, *missing})
        if promised.get(item_id) or missing.get(item_id)
    ]
    Shortfall.objects.bulk_create(shortfalls)
    for shortfall in shortfalls:
        shortfall_opened.send(sender=Shortfall, item_id=shortfall.item_id)
    return {shortfall.item_id: shortfall for shortfall in shortfalls}
