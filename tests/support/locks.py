"""A watcher that checks the locks of each transaction against the written lock order."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from psycopg.pq import TransactionStatus

# The one lock order, as in CONTRIBUTING.md; the warehouse itself is last (decision 0006).
ORDER = [
    "cart_cart",
    "orders_checkout",
    "orders_order",
    "catalog_aggregatedstock",
    "warehouses_warehouseorder",
    "warehouses_warehousestock",
    "warehouses_transfer",
    "warehouses_shortfall",
    "warehouses_warehouse",
]
# Django names the tables of subqueries U0, U1 …; they are not locked.
LOCKING = re.compile(r'FROM "(\w+)"(?! U\d).* FOR (?:NO KEY )?UPDATE', re.DOTALL)


class LockOrderBroken(AssertionError):
    """A transaction locked a table out of turn, twice, or in no order."""


class LockWatcher:
    """A wrapper of one connection that records the tables its transaction has locked.

    A rollback to a savepoint releases the locks taken since. A release of a savepoint keeps
    them, except if the test itself is the transaction: then each outermost savepoint counts
    as a transaction, which it would be outside of the test.
    """

    def __init__(self, connection):
        self._connection = connection
        self._is_test_transaction = connection.in_atomic_block
        self._locked: list[str] = []
        self._savepoints: list[int] = []  # how many tables were locked at each

    def __call__(self, execute, sql, params, many, context):
        if self._connection.connection.info.transaction_status == TransactionStatus.IDLE:
            self._locked, self._savepoints = [], []
        if sql.startswith("SAVEPOINT"):
            self._savepoints.append(len(self._locked))
        elif sql.startswith("ROLLBACK TO"):
            del self._locked[self._savepoints[-1] if self._savepoints else 0 :]
        elif sql.startswith("RELEASE"):
            self._release()
        elif match := LOCKING.search(sql):
            self._record(match[1], sql)
        return execute(sql, params, many, context)

    def _release(self) -> None:
        if self._savepoints:
            self._savepoints.pop()
        if self._is_test_transaction and not self._savepoints:
            self._locked = []

    def _record(self, table: str, sql: str) -> None:
        is_one_row = "LIMIT 21" in sql  # the SQL of QuerySet.get()
        if "ORDER BY" not in sql and not is_one_row:
            raise LockOrderBroken(f"No order among the rows: {sql}")
        if table not in ORDER:
            return
        if any(ORDER.index(table) <= ORDER.index(locked) for locked in self._locked):
            raise LockOrderBroken(f"{table} after {self._locked}: {sql}")
        self._locked.append(table)


@contextmanager
def watched_locks() -> Iterator[None]:
    """Check every transaction of this thread's connection against the lock order."""
    connection.ensure_connection()
    with connection.execute_wrapper(LockWatcher(connection)):
        yield
