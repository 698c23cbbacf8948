"""Places of which there are few, for what must not be done by too many at once.

A place is a lock of the database connection: whoever has one keeps it over transactions,
and it is free again when the process dies.
"""

from collections.abc import Iterable

from django.db import connection

# A namespace and a number in it.
Place = tuple[int, int]


def take_first_free(places: Iterable[Place]) -> Place | None:
    """Take the first of the places that nobody has; None if all are taken."""
    return next(filter(_take, places), None)


def leave(places: Iterable[Place]) -> None:
    """Free places of this connection."""
    spaces, numbers = zip(*places, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT pg_advisory_unlock(place.space, place.number)
              FROM unnest(%s::int[], %s::int[]) AS place (space, number)
            """,
            [list(spaces), list(numbers)],
        )


def _take(place: Place) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s::int, %s::int)", place)
        return cursor.fetchone()[0]
