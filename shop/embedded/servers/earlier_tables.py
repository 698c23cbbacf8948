"""A check for the tables of an earlier version, before every app's migrations began anew."""

import psycopg

from shop.embedded.exceptions import CannotRun

EARLIER = "SELECT FROM pg_tables WHERE schemaname = 'public' AND tablename = 'shop_user'"


def require_current_tables(connection: psycopg.Connection, *, location: str) -> None:
    """Raise CannotRun if the database has the tables of an earlier shop; changes nothing."""
    if connection.execute(EARLIER).rowcount:
        raise CannotRun(
            f"{location} was filled by an earlier version of this shop, whose tables had other"
            " names: set SHOP_DATA_DIR (or DATABASE_URL) to another location, or move this"
            " one away; nothing in it was changed."
        )
