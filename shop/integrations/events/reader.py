"""Keyset pages of the event log, oldest first, that skip no late commit.

Events are ordered by the id of their transaction, and within a transaction by key. A page
ends before the horizon, the oldest transaction that is still running, so every event that
appears later comes after all events that were read. A long transaction therefore holds back
the events of all others for as long as it runs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q

from shop.integrations.events.exceptions import CursorExpired
from shop.integrations.models import Event, EventFloor, Position, visible_to

# Events that one page scans at most, however few of them the caller may read.
MAX_SCANNED = 5_000
BEGINNING = Position(0, 0)


@dataclass(frozen=True)
class Page:
    """Events, the position to continue at, and whether more can be read at once."""

    events: Sequence[Event]
    end: Position
    has_more: bool


def read_events(
    *,
    user_id: int | None,
    scopes: Iterable[str],
    after: Position | None,
    limit: int,
    types: Sequence[str] = (),
) -> Page:
    """Return the next events that the caller may read. Raises CursorExpired."""
    horizon = current_horizon()
    condition = visible_to(user_id, scopes)
    if types:
        condition &= Q(type__in=types)
    page = scan_ahead(after=after or BEGINNING, horizon=horizon, condition=condition, limit=limit)
    if after is not None:
        _require_not_expired(after, horizon)  # after the read, because a sweep may delete meanwhile
    return page


def scan_ahead(*, after: Position, horizon: int, condition: Q, limit: int) -> Page:
    """Return the events that meet the condition, of the next MAX_SCANNED before the horizon."""
    ahead = Event.objects.settled(horizon).after(after).in_order()
    last = ahead.values_list("xact", "id")[MAX_SCANNED - 1 : MAX_SCANNED]
    far_end = next((Position(*row) for row in last), None)
    scanned = ahead.up_to(far_end) if far_end else ahead
    events = list(scanned.filter(condition)[:limit])
    if len(events) == limit:
        return Page(events, events[-1].position, has_more=True)
    return Page(events, far_end or Position(horizon, 0), has_more=far_end is not None)


def current_horizon() -> int:
    """Return the id of the oldest running transaction; call it before reading events."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return cursor.fetchone()[0]


def _require_not_expired(after: Position, horizon: int) -> None:
    """Raise CursorExpired for a cursor before the last deletion, or of another database."""
    floor = EventFloor.objects.first()
    if after.xact > horizon or (floor and after < floor.position):
        raise CursorExpired
