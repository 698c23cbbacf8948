"""Long answers, sent while they are read: few at a time, since each occupies a web process.

A place is a lock of the database connection. It is free again when the answer is closed,
which the web server does as well when the client has hung up, and when the process dies.
"""

from collections.abc import Generator, Iterator
from contextlib import suppress

from django.conf import settings
from django.db import Error, connection
from django.http import StreamingHttpResponse

from catalog.edge import Busy

# The namespaces of the locks that stand for places, and for users who have one.
PLACES, USERS = 0x73740, 0x73741

Lock = tuple[int, int]
Parts = Generator[str, None, None]


class TooManyStreams(Busy):
    """The user is being sent a long answer already, or as many as there may be are on their way."""

    def __init__(self) -> None:
        super().__init__("As many long answers as there may be are on their way.")


class Stream:
    """The parts of a long answer, and the locks of its place until it is closed."""

    def __init__(self, parts: Parts, locks: list[Lock]):
        self._parts = parts
        self._locks = locks

    def __iter__(self) -> Iterator[str]:
        return self._parts

    def close(self) -> None:
        """End the answer, also one that was never begun. Closed again, nothing happens."""
        locks, self._locks = self._locks, []
        self._parts.close()
        if locks:
            with suppress(Error):  # then the locks have ended with the connection
                _unlock(locks)


def streamed(
    parts: Parts, *, content_type: str, user_id: int | None = None
) -> StreamingHttpResponse:
    """Answer with the parts, if there is a place. Raises TooManyStreams.

    A user has one at a time. Strangers share the first place, which users take last, so
    that nobody can keep integrators out by asking for what is public.
    """
    return StreamingHttpResponse(Stream(parts, _take_place(user_id)), content_type=content_type)


def _take_place(user_id: int | None) -> list[Lock]:
    places = [(PLACES, number) for number in range(settings.MOST_STREAMS)]
    if user_id is None:
        return [_first_free(places[:1])]
    own = _first_free([(USERS, user_id % 2**31)])
    try:
        return [own, _first_free(places[::-1])]
    except TooManyStreams:
        _unlock([own])
        raise


def _first_free(locks: list[Lock]) -> Lock:
    lock = next(filter(_try_lock, locks), None)
    if lock is None:
        raise TooManyStreams
    return lock


def _try_lock(lock: Lock) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s::int, %s::int)", lock)
        return cursor.fetchone()[0]


def _unlock(locks: list[Lock]) -> None:
    spaces, keys = zip(*locks, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT pg_advisory_unlock(held.space, held.key)
              FROM unnest(%s::int[], %s::int[]) AS held (space, key)
            """,
            [list(spaces), list(keys)],
        )
