"""Waiting for what events need: that nobody who began earlier still writes."""

import time

from django.db import connection


def settle() -> None:
    """Wait until all that is committed by now is before the oldest transaction that runs.

    Other tests share the server, and one that keeps a transaction open keeps back events.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        [end] = cursor.fetchone()
        for _ in range(6000):
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
            if cursor.fetchone()[0] >= end:
                return
            time.sleep(0.01)
    raise TimeoutError("Another transaction ran for a minute.")
