"""Reading what happened, oldest first, without ever skipping what committed late.

Two events of one transaction are in the order of their keys, two transactions in the
order of their numbers. A page ends before the oldest transaction that is still running,
so whatever shows up later comes after everything that was shown. Such a transaction
holds back the news of all others for as long as it runs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q

from shop.integrations.events.exceptions import CursorExpired
from shop.integrations.models import Event, EventFloor, Position, visible_to

# Events that one page looks through, however few of them the reader may see.
MAX_SCANNED = 5_000
BEGINNING = Position(0, 0)


@dataclass(frozen=True)
class Page:
    """Some events, where to go on, and whether there is more to have at once."""

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
    """Return the next events that the caller may see. Raises CursorExpired."""
    horizon = current_horizon()
    wanted = visible_to(user_id, scopes)
    if types:
        wanted &= Q(type__in=types)
    page = scan_ahead(after=after or BEGINNING, horizon=horizon, wanted=wanted, limit=limit)
    if after is not None:
        _demand_kept(after, horizon)  # only now: some may have been forgotten meanwhile
    return page


def scan_ahead(*, after: Position, horizon: int, wanted: Q, limit: int) -> Page:
    """Return the wanted events among the next ones before the horizon."""
    ahead = Event.objects.settled(horizon).after(after).in_order()
    last = ahead.values_list("xact", "id")[MAX_SCANNED - 1 : MAX_SCANNED]
    far_end = next((Position(*found) for found in last), None)
    seen = ahead.up_to(far_end) if far_end else ahead
    events = list(seen.filter(wanted)[:limit])
    if len(events) == limit:
        return Page(events, events[-1].position, has_more=True)
    return Page(events, far_end or Position(horizon, 0), has_more=far_end is not None)


def current_horizon() -> int:
    """The oldest transaction that runs now; read before the events, never after them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return cursor.fetchone()[0]


def _demand_kept(after: Position, horizon: int) -> None:
    """Refuse a cursor before what was forgotten, or one of another database's time."""
    floor = EventFloor.objects.first()
    if after.xact > horizon or (floor and after < floor.position):
        raise CursorExpired
