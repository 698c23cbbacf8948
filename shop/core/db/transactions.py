"""Where the outside meets a verb: bounded waiting, and another try after a deadlock.

Every caller that is not itself a verb (API call, page, task, command, admin action)
goes through here. The verb opens the transaction, the outermost one; that nobody waits
in it for a lock longer than LOCK_TIMEOUT_MS is said once for each connection.
"""

import random
import time
from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction
from psycopg.errors import DeadlockDetected, LockNotAvailable, SerializationFailure

from shop.core.refusals import Refusal

ATTEMPTS = 4
READERS_PATIENCE_MS = 100
CONFLICTS = DeadlockDetected | SerializationFailure

P = ParamSpec("P")
R = TypeVar("R")


class Busy(Refusal):
    """Somebody else's transaction held what was needed for too long; worth trying again."""

    code = "busy"
    retry_after = 1


def run_transaction(verb: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call a verb, which is one transaction, and try again what a deadlock undid.

    Inside a transaction that is open already, the verb just joins it. Raises Busy when
    a lock was not to be had in time, or deadlocks did not end.
    """
    return _tried(partial(verb, *args, **kwargs))


def at_edge_of_reading(verb: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call a verb that a reader needs, but not so much as to wait for it."""
    called = partial(verb, *args, **kwargs)
    return _tried(called if connection.in_atomic_block else partial(_impatiently, called))


@transaction.atomic
def _impatiently(verb: Callable[[], R]) -> R:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = {READERS_PATIENCE_MS}")
    return verb()


def _tried(verb: Callable[[], R]) -> R:
    is_outermost = not connection.in_atomic_block
    attempt = 0
    while True:
        attempt += 1
        try:
            return verb()
        except OperationalError as error:
            if isinstance(error.__cause__, LockNotAvailable):
                raise Busy from error
            if not (is_outermost and isinstance(error.__cause__, CONFLICTS)):
                raise
            if attempt == ATTEMPTS:
                raise Busy from error
            time.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311 -- jitter, no secret
