"""Long answers, sent while they are read: few at a time, since each occupies a web process.

A place (shop.core.db.advisory_locks) is free again when the answer is closed, which the web server does
as well when the client has hung up.
"""

from collections.abc import Generator, Iterator
from contextlib import suppress

from django.conf import settings
from django.db import Error
from django.http import StreamingHttpResponse

from shop.core.db.advisory_locks import Place, leave, take_first_free
from shop.core.db.transactions import Busy

# The namespaces of places, and of users who have one.
PLACES, USERS = 0x73740, 0x73741

Parts = Generator[str, None, None]


class TooManyStreams(Busy):
    """The user is being sent a long answer already, or as many as there may be are on their way."""

    code = "too-many-streams"
    retry_after = 5

    def __init__(self) -> None:
        super().__init__("As many long answers as there may be are on their way.")


class Stream:
    """The parts of a long answer, and the places that it has until it is closed."""

    def __init__(self, parts: Parts, places: list[Place]):
        self._parts = parts
        self._places = places

    def __iter__(self) -> Iterator[str]:
        return self._parts

    def close(self) -> None:
        """End the answer, also one that was never begun. Closed again, nothing happens."""
        places, self._places = self._places, []
        self._parts.close()
        if places:
            with suppress(Error):  # then they are free with the connection's end
                leave(places)


def streamed(
    parts: Parts, *, content_type: str, user_id: int | None = None
) -> StreamingHttpResponse:
    """Answer with the parts, if there is a place. Raises TooManyStreams.

    A user has one at a time. Strangers share the first place, which users take last, so
    that nobody can keep integrators out by asking for what is public.
    """
    return StreamingHttpResponse(Stream(parts, _take_places(user_id)), content_type=content_type)


def _take_places(user_id: int | None) -> list[Place]:
    places = [(PLACES, number) for number in range(settings.MAX_STREAMS)]
    if user_id is None:
        return [_first_free(places[:1])]
    own = _first_free([(USERS, user_id % 2**31)])
    try:
        return [own, _first_free(places[::-1])]
    except TooManyStreams:
        leave([own])
        raise


def _first_free(places: list[Place]) -> Place:
    place = take_first_free(places)
    if place is None:
        raise TooManyStreams
    return place
