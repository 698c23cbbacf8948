"""The ledger's past: what every warehouse had at a moment.

A recorded moment keeps `pg_current_snapshot()`, and every movement the id of its
transaction, so exactly what had committed by then can be told, whatever was running.
Between recorded moments a movement counts from the time it was written.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from warehouses.models import LedgerMoment


@dataclass(frozen=True)
class PastStock:
    """What the ledger says a warehouse had of an item at a moment, in units."""

    sku: str
    warehouse: str
    physical_stock: int
    available_stock: int


def record_moment() -> LedgerMoment:
    """Note this moment, so that the stock of now can be rebuilt exactly at any time."""
    return LedgerMoment.objects.create()


def stock_at(moment: datetime) -> list[PastStock]:
    """Rebuild every warehouse's stock at a past moment, exactly if it was recorded."""
    recorded = LedgerMoment.objects.filter(at__lte=moment).order_by("-at").first()
    snapshot = recorded.snapshot if recorded else "1:1:"
    is_exact = recorded is not None and recorded.at == moment
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT i.sku, w.code, sum(m.physical_change)::bigint, sum(m.available_change)::bigint
              FROM warehouses_stockmovement m
              JOIN catalog_item i ON i.id = m.item_id
              JOIN warehouses_warehouse w ON w.id = m.warehouse_id
             WHERE pg_visible_in_snapshot(m.transaction_id::text::xid8, %s::pg_snapshot)
                OR (NOT %s AND m.at <= %s)
             GROUP BY 1, 2 ORDER BY 1, 2
            """,
            [snapshot, is_exact, moment],
        )
        return [PastStock(*row) for row in cursor.fetchall()]
