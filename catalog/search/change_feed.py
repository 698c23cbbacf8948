"""What an indexer has still to look at: an outbox that any number of them can follow.

Every change of an item leaves a row in the transaction that made it. Transactions do
not commit in the order of their numbers, so a follower that remembered the last number
it saw would skip whoever commits late. It remembers a snapshot instead: what is visible
now and was not in the last snapshot is exactly what is new, and a transaction that stays
open holds nobody up.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.db.models.functions import Now

from catalog.models import ItemChange
from catalog.search.cache import count_item_change

# Whoever has followed nothing for so long builds anew.
RETENTION = timedelta(days=1)


@dataclass(frozen=True)
class Cursor:
    """Up to where changes are known: in which database, and what was visible there."""

    database: str
    snapshot: str


class CursorLost(Exception):
    """The changes since the cursor are no longer there, or it is of another database."""


def record_changes(item_ids: Iterable[int]) -> None:
    """Have the search look at the items again once this transaction has committed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO catalog_itemchange (item_id) SELECT unnest(%s::bigint[])",
            [list(item_ids)],
        )
    count_item_change()


def current_cursor() -> Cursor:
    """Return the cursor that has seen everything that is committed now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text")
        return Cursor(this_database(), cursor.fetchone()[0])


def changes_since(seen: Cursor) -> tuple[list[int], Cursor]:
    """Return the items that changed since, oldest first, and the cursor that has seen them.

    Raises CursorLost.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT pg_current_snapshot()::text,
                   ARRAY(SELECT item_id FROM catalog_itemchange
                          WHERE changed_in >= pg_snapshot_xmin(seen)
                            AND NOT pg_visible_in_snapshot(changed_in, seen)
                            -- what a dump brought along is of another database's time
                            AND changed_in < pg_snapshot_xmax(pg_current_snapshot())
                          ORDER BY id),
                   pg_snapshot_xmin(seen) > pg_snapshot_xmax(pg_current_snapshot())
              FROM (SELECT %s::pg_snapshot AS seen) AS known
            """,
            [seen.snapshot],
        )
        snapshot, item_ids, is_from_the_future = cursor.fetchone()
    if is_from_the_future or this_database() != seen.database:
        raise CursorLost
    return list(dict.fromkeys(item_ids)), Cursor(seen.database, snapshot)


def this_database() -> str:
    """Name the database for good: one made anew, or restored elsewhere, is another."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT system_identifier || '/' || oid
              FROM pg_control_system(), pg_database WHERE datname = current_database()
            """
        )
        return cursor.fetchone()[0]


def delete_old_changes() -> int:
    """Delete what every follower has seen, or has to do without; returns how many rows."""
    old = ItemChange.objects.filter(changed_at__lt=Now() - RETENTION)
    return old._raw_delete(old.db)
