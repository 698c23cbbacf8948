"""One at a time, where there is no row yet that could be locked."""

from django.db import connection


def take_turn(what: str) -> None:
    """Wait until nobody else has this turn; it is had until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [what])
