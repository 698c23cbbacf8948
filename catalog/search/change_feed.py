"""The change feed of items: an outbox that any number of indexers can follow.

Every change of an item leaves a row in its own transaction. Transactions do not commit in
the order of their numbers, so a cursor that held the last number read would skip a
transaction that commits late. The cursor holds a snapshot instead: a row is new if it is
visible now and was not visible in that snapshot, and a transaction that stays open delays
no other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.db.models.functions import Now

from catalog.models import ItemChange
from catalog.search.cache import count_item_change

# An indexer that was down for longer rebuilds its index.
RETENTION = timedelta(days=1)


@dataclass(frozen=True)
class Cursor:
    """A position in the change feed: a database, and a snapshot of it."""

    database: str
    snapshot: str


class CursorLost(Exception):
    """The changes since the cursor are deleted, or it is of another database."""


def record_changes(item_ids: Iterable[int]) -> None:
    """Write changes of these items to the feed, in the current transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO catalog_itemchange (item_id) SELECT unnest(%s::bigint[])",
            [list(item_ids)],
        )
    count_item_change()


def current_cursor() -> Cursor:
    """Return the cursor after everything that is committed now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text")
        return Cursor(database_id(), cursor.fetchone()[0])


def changes_since(last: Cursor) -> tuple[list[int], Cursor]:
    """Return the ids of items that changed since a cursor, oldest first, and the next cursor.

    Raises CursorLost.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT pg_current_snapshot()::text,
                   ARRAY(SELECT item_id FROM catalog_itemchange
                          WHERE changed_in >= pg_snapshot_xmin(last)
                            AND NOT pg_visible_in_snapshot(changed_in, last)
                            -- rows of a restored dump have another database's transaction ids
                            AND changed_in < pg_snapshot_xmax(pg_current_snapshot())
                          ORDER BY id),
                   pg_snapshot_xmin(last) > pg_snapshot_xmax(pg_current_snapshot())
              FROM (SELECT %s::pg_snapshot AS last) AS cursor
            """,
            [last.snapshot],
        )
        snapshot, item_ids, is_from_the_future = cursor.fetchone()
    if is_from_the_future or database_id() != last.database:
        raise CursorLost
    return list(dict.fromkeys(item_ids)), Cursor(last.database, snapshot)


def database_id() -> str:
    """Return an id of the database that no recreated or restored database shares."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT system_identifier || '/' || oid
              FROM pg_control_system(), pg_database WHERE datname = current_database()
            """
        )
        return cursor.fetchone()[0]


def delete_old_changes() -> int:
    """Delete changes older than RETENTION, read by every indexer or not; return how many."""
    old = ItemChange.objects.filter(changed_at__lt=Now() - RETENTION)
    return old._raw_delete(old.db)
