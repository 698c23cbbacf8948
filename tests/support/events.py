"""Waiting until events are settled: until no earlier transaction still runs."""

import time

from django.db import connection


def settle() -> None:
    """Wait until all transactions that have begun by now have ended.

    Other tests share the server, and an open transaction of theirs holds back events.
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
