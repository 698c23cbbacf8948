"""The aggregated stock of an item: the number of units that can still be promised.

Only this module locks or changes it. Units leave it when a checkout holds them and
come back when the hold ends, an order is cancelled or a warehouse receives goods.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from catalog.models import AggregatedStock
from shop.core.db.prepared import among, prepared


def lock_stock(item_ids: Iterable[int]) -> dict[int, AggregatedStock]:
    """Return the items' stock rows by item, locked in item order until commit."""
    return {row.item_id: row for row in _stock_to_lock(item_ids=list(set(item_ids)))}


@prepared
def _stock_to_lock(item_ids):
    stock = AggregatedStock.objects.filter(among("item_id", item_ids))
    return stock.order_by("item_id").select_for_update(no_key=True)


def change_stock(
    changes: Mapping[int, int],
    *,
    next_releases: Mapping[int, datetime | None] | None = None,
    held: Iterable[int] = (),
    held_for: timedelta = timedelta(0),
) -> None:
    """Add units to locked stock rows, or take them with a negative number.

    `next_releases` are items whose earliest expiry was computed again. `held` are items
    that a new hold of `held_for` takes; the hold's own deadline, set by a later
    statement of this transaction, is not before the `next_release_at` written here.

    Records an item change for the search index when the stock becomes zero or stops
    being zero, and only then.
    """
    next_releases = next_releases or {}
    held = set(held)
    item_ids = sorted({*changes, *next_releases})
    if not item_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH changed AS (
                UPDATE catalog_aggregatedstock AS s
                   SET stock = s.stock + c.change,
                       next_release_at = LEAST(
                           CASE WHEN c.is_counted
                                THEN c.next_release_at ELSE s.next_release_at END,
                           CASE WHEN c.is_held
                                THEN statement_timestamp() + make_interval(secs => %s) END)
                  FROM unnest(
                           %s::bigint[], %s::bigint[], %s::bool[], %s::timestamptz[], %s::bool[])
                       AS c(item_id, change, is_counted, next_release_at, is_held)
                 WHERE s.item_id = c.item_id
             RETURNING s.item_id, s.stock, c.change
            )
            INSERT INTO catalog_itemchange (item_id)
            SELECT item_id FROM changed WHERE (stock = 0) <> (stock - change = 0)
            """,
            (
                held_for.total_seconds(),
                item_ids,
                [changes.get(item_id, 0) for item_id in item_ids],
                [item_id in next_releases for item_id in item_ids],
                [next_releases.get(item_id) for item_id in item_ids],
                [item_id in held for item_id in item_ids],
            ),
        )


def units_of_lines(lines: Iterable[Any]) -> Counter[int]:
    """Add up units by item, from rows with an `item_id` and a `quantity`."""
    return sum_by_item((line.item_id, line.quantity) for line in lines)


def sum_by_item(units: Iterable[tuple[int, int]]) -> Counter[int]:
    """Add up units by item, from pairs of an item's key and units."""
    total: Counter[int] = Counter()
    for item_id, quantity in units:
        total[item_id] += quantity
    return total
