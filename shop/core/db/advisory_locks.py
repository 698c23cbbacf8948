"""Advisory locks of PostgreSQL: a counting semaphore, and mutual exclusion on a name.

A slot of the semaphore is a session-level lock: it outlasts transactions, and the end of
its connection releases it. Locks on a name are transaction-level. django-pglock was
weighed: its locks are named one by one, so a semaphore would still be ours.
"""

import hashlib
from collections.abc import Iterable

from django.db import connection

# A slot of a semaphore: the number of the semaphore and the number of the slot.
Slot = tuple[int, int]


def acquire_first_free(slots: Iterable[Slot]) -> Slot | None:
    """Acquire the first slot that no other connection holds; None if all are held."""
    return next(filter(_try_acquire, slots), None)


def release(slots: Iterable[Slot]) -> None:
    """Release slots of this connection."""
    semaphores, numbers = zip(*slots, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT pg_advisory_unlock(slot.semaphore, slot.number)
              FROM unnest(%s::int[], %s::int[]) AS slot (semaphore, number)
            """,
            [list(semaphores), list(numbers)],
        )


def serialize_on(name: str) -> None:
    """Lock a name until commit; wait while another transaction holds it.

    For rules about rows that do not exist yet, and so cannot be locked.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_lock_key(name)])


def try_serialize_on(name: str) -> bool:
    """Lock a name until commit without waiting; False if another transaction holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_lock_key(name)])
        return cursor.fetchone()[0]


def _try_acquire(slot: Slot) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s::int, %s::int)", slot)
        return cursor.fetchone()[0]


def _lock_key(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
