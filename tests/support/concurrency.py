"""Concurrent calls, each in a thread with a database connection of its own."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from django.db import connection

from shop.core.db.transactions import run_transaction
from shop.core.refusals import Refusal
from tests.support.locks import LockOrderBroken, watched_locks


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Make the calls at the same time; return their results or exceptions, in order."""
    barrier = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            with watched_locks():
                barrier.wait(timeout=20)
                return call()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        results = list(threads.map(run, calls))
    for result in results:
        if isinstance(result, LockOrderBroken) or "deadlock detected" in str(result):
            raise result
    return results


def count_held_slots(namespace: int) -> int:
    """Return the number of slots of a semaphore that are held in this test's database."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*) FROM pg_locks JOIN pg_database AS d ON d.oid = database
             WHERE datname = current_database() AND locktype = 'advisory' AND classid = %s
            """,
            [namespace],
        )
        return cursor.fetchone()[0]


def verb(function: Callable, **arguments: Any) -> Callable[[], Any]:
    """Return a call of a verb in a transaction of its own, retried as in the shop."""
    return partial(run_transaction, function, **arguments)


def refusals(results: list[Any]) -> list[type]:
    """Return the types of the refusals among results. Any other error is raised."""
    errors = [result for result in results if isinstance(result, Exception)]
    for error in errors:
        if not isinstance(error, Refusal):
            raise error
    return [type(error) for error in errors]
