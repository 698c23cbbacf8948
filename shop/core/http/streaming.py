"""Streamed responses: few at once, because each occupies a web process.

A response holds slots of semaphores (shop.core.db.advisory_locks) until it is closed,
which the web server also does when the client has disconnected.
"""

from collections.abc import Generator, Iterator
from contextlib import suppress

from django.conf import settings
from django.db import Error
from django.http import StreamingHttpResponse

from shop.core.db.advisory_locks import Slot, acquire_first_free, release
from shop.core.db.transactions import Busy

# The semaphores: of all streams, and of each user's.
STREAM_SLOTS, USER_SLOTS = 0x73740, 0x73741

Parts = Generator[str, None, None]


class TooManyStreams(Busy):
    """The user has a streamed response already, or MAX_STREAMS are being sent."""

    code = "too-many-streams"
    retry_after = 5

    def __init__(self) -> None:
        super().__init__("As many long answers as there may be are on their way.")


class Stream:
    """The parts of a streamed response, and the slots that it holds until it is closed."""

    def __init__(self, parts: Parts, slots: list[Slot]):
        self._parts = parts
        self._slots = slots

    def __iter__(self) -> Iterator[str]:
        return self._parts

    def close(self) -> None:
        """End the response, started or not, and release its slots. Idempotent."""
        slots, self._slots = self._slots, []
        self._parts.close()
        if slots:
            with suppress(Error):  # the end of the connection releases them too
                release(slots)


def stream_response(
    parts: Parts, *, content_type: str, user_id: int | None = None
) -> StreamingHttpResponse:
    """Return a response that streams the parts. Raises TooManyStreams if no slot is free.

    A user has one stream at a time. Strangers share the first slot, which users acquire
    last, so that requests for public streams cannot lock integrators out.
    """
    return StreamingHttpResponse(Stream(parts, _acquire_slots(user_id)), content_type=content_type)


def _acquire_slots(user_id: int | None) -> list[Slot]:
    slots = [(STREAM_SLOTS, number) for number in range(settings.MAX_STREAMS)]
    if user_id is None:
        return [_acquire(slots[:1])]
    own = _acquire([(USER_SLOTS, user_id % 2**31)])
    try:
        return [own, _acquire(slots[::-1])]
    except TooManyStreams:
        release([own])
        raise


def _acquire(slots: list[Slot]) -> Slot:
    slot = acquire_first_free(slots)
    if slot is None:
        raise TooManyStreams
    return slot
