"""Stock at a past moment, rebuilt from the ledger.

A recorded moment keeps `pg_current_snapshot()`, and every movement the id of its
transaction, so the movements that had committed by then are known exactly, even with
transactions in progress. Between recorded moments a movement counts from its `moved_at`.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from warehouses.models import LedgerMoment


@dataclass(frozen=True)
class PastStock:
    """The stock of an item in a warehouse at a past moment, in units."""

    sku: str
    warehouse: str
    physical_stock: int
    available_stock: int


def record_moment() -> LedgerMoment:
    """Record this moment, so that its stock can be rebuilt exactly later."""
    return LedgerMoment.objects.create()


def stock_at(moment: datetime) -> list[PastStock]:
    """Return the stock of every warehouse and item at a past moment.

    It is exact for a recorded moment; otherwise by the movements' times since the last one.
    """
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
                OR (NOT %s AND m.moved_at <= %s)
             GROUP BY 1, 2 ORDER BY 1, 2
            """,
            [snapshot, is_exact, moment],
        )
        return [PastStock(*row) for row in cursor.fetchall()]
