"""The transaction boundary: a bounded wait for locks, and a retry after a conflict.

Every caller that is not itself a verb (API view, page, task, command, admin action)
runs its verb here. The verb opens the outermost transaction. The wait for a lock is
limited by LOCK_TIMEOUT_MS, which each connection sets once.
"""

import random
import time
from collections.abc import Callable
from functools import partial
from typing import Any, ParamSpec, TypeVar, overload

from django.db import OperationalError, connection, transaction
from psycopg.errors import DeadlockDetected, LockNotAvailable, SerializationFailure

from shop.core.refusals import Refusal

MAX_ATTEMPTS = 4
READER_LOCK_TIMEOUT_MS = 100  # for what a reader can do without
CONFLICTS = DeadlockDetected | SerializationFailure

P = ParamSpec("P")
R = TypeVar("R")


class Busy(Refusal):
    """Another transaction held a needed lock for too long; a retry may succeed."""

    code = "busy"
    retry_after = 1


class StaleRead(Busy):
    """Rows that were chosen by an unlocked read have changed until they were locked."""


@overload
def run_transaction(verb: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R: ...
@overload
def run_transaction(  # type: ignore[overload-cannot-match]  # it does, by its own keyword
    verb: Callable[..., R], *args: Any, lock_timeout_ms: int, **kwargs: Any
) -> R: ...
def run_transaction(  # type: ignore[misc]
    verb: Callable[..., R], *args: Any, lock_timeout_ms: int | None = None, **kwargs: Any
) -> R:
    """Run a verb, which is one transaction, and retry it after a deadlock or a StaleRead.

    Inside a transaction that is open already, the verb joins it and is not retried.
    `lock_timeout_ms` shortens the wait for locks. Raises Busy when the wait for a lock
    timed out, or when the last of MAX_ATTEMPTS ended in a deadlock, a serialization
    failure or a StaleRead.
    """
    call = partial(verb, *args, **kwargs)
    if lock_timeout_ms is not None and not connection.in_atomic_block:
        call = partial(_with_lock_timeout, lock_timeout_ms, call)
    return _retry(call)


@transaction.atomic
def _with_lock_timeout(milliseconds: int, call: Callable[[], R]) -> R:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = {milliseconds:d}")
    return call()


def _retry(call: Callable[[], R]) -> R:
    is_outermost = not connection.in_atomic_block
    attempt = 0
    while True:
        attempt += 1
        try:
            return call()
        except StaleRead:
            if not is_outermost or attempt == MAX_ATTEMPTS:
                raise
        except OperationalError as error:
            if isinstance(error.__cause__, LockNotAvailable):
                raise Busy from error
            if not (is_outermost and isinstance(error.__cause__, CONFLICTS)):
                raise
            if attempt == MAX_ATTEMPTS:
                raise Busy from error
        time.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311 -- jitter, no secret
