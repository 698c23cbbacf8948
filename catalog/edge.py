"""Where the outside meets a verb: one outermost transaction, bounded waiting.

Every caller that is not itself a verb (API call, page, task, command, admin action)
goes through here, so that waiting for a lock ends and a deadlock or a serialization
failure is tried again instead of shown.
"""

import random
import time
from collections.abc import Callable
from contextvars import ContextVar
from functools import partial
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.db import OperationalError, connection, transaction
from psycopg.errors import DeadlockDetected, LockNotAvailable, SerializationFailure

ATTEMPTS = 4
READERS_PATIENCE_MS = 100
CONFLICTS = DeadlockDetected | SerializationFailure

_has_edge: ContextVar[bool] = ContextVar("whether an edge bounds this transaction", default=False)

P = ParamSpec("P")
R = TypeVar("R")


class Busy(Exception):
    """Somebody else's transaction held what was needed for too long; worth trying again."""


def at_edge(verb: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call the verb in one transaction that waits at most LOCK_TIMEOUT_MS for a lock.

    Inside a transaction that is open already, the verb just joins it. Raises Busy when
    a lock was not to be had in time, or deadlocks did not end.
    """
    return _within(settings.LOCK_TIMEOUT_MS, partial(verb, *args, **kwargs))


def at_edge_of_reading(verb: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call a verb that a reader needs, but not so much as to wait for it."""
    return _within(READERS_PATIENCE_MS, partial(verb, *args, **kwargs))


def _within(milliseconds: int, verb: Callable[[], R]) -> R:
    try:
        if connection.in_atomic_block:
            return _joining(milliseconds, verb)
        return _with_more_tries(milliseconds, verb)
    except OperationalError as error:
        is_last_try = not connection.in_atomic_block
        if isinstance(error.__cause__, LockNotAvailable) or (
            is_last_try and isinstance(error.__cause__, CONFLICTS)
        ):
            raise Busy from error
        raise


def _with_more_tries(milliseconds: int, verb: Callable[[], R]) -> R:
    for attempt in range(1, ATTEMPTS):
        try:
            return _in_transaction(milliseconds, verb)
        except OperationalError as error:
            if not isinstance(error.__cause__, CONFLICTS):
                raise
            time.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311 -- jitter, no secret
    return _in_transaction(milliseconds, verb)


@transaction.atomic
def _in_transaction(milliseconds: int, verb: Callable[[], R]) -> R:
    return _bounded(milliseconds, verb)


def _joining(milliseconds: int, verb: Callable[[], R]) -> R:
    """Somebody opened the transaction: another edge, which bounds it, or the admin."""
    return verb() if _has_edge.get() else _bounded(milliseconds, verb)


def _bounded(milliseconds: int, verb: Callable[[], R]) -> R:
    token = _has_edge.set(True)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [str(milliseconds)])
        return verb()
    finally:
        _has_edge.reset(token)
