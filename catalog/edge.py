"""Where the outside meets a verb: one outermost transaction, bounded waiting.

Every caller that is not itself a verb (API call, page, task, command, admin action)
goes through here, so that waiting for a lock ends and a deadlock or a serialization
failure is tried again instead of shown.
"""

import random
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.db import OperationalError, connection, transaction
from psycopg.errors import DeadlockDetected, LockNotAvailable, SerializationFailure

ATTEMPTS = 4

P = ParamSpec("P")
R = TypeVar("R")


class Busy(Exception):
    """Somebody else's transaction held what was needed for too long; worth trying again."""


def at_edge(verb: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call the verb in one transaction that waits at most LOCK_TIMEOUT_MS for a lock.

    Inside a transaction that an outer edge has opened, the verb just joins it. Raises
    Busy when a lock was not to be had in time.
    """
    try:
        if connection.in_atomic_block:
            return verb(*args, **kwargs)
        return _with_more_tries(verb, *args, **kwargs)
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise Busy from error
        raise


def _with_more_tries(verb: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    for attempt in range(1, ATTEMPTS):
        try:
            return _in_transaction(verb, *args, **kwargs)
        except OperationalError as error:
            if not isinstance(error.__cause__, DeadlockDetected | SerializationFailure):
                raise
            time.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311 -- jitter, no secret
    return _in_transaction(verb, *args, **kwargs)


@transaction.atomic
def _in_transaction(verb: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('lock_timeout', %s, true)", [str(settings.LOCK_TIMEOUT_MS)]
        )
    return verb(*args, **kwargs)
