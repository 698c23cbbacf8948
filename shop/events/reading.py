"""Reading what happened, oldest first, without ever skipping what committed late.

Two events of one transaction are in the order of their keys, two transactions in the
order of their numbers. A page ends before the oldest transaction that is still running,
so whatever shows up later comes after everything that was shown. Such a transaction
holds back the news of all others for as long as it runs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

from shop.events.exceptions import CursorExpired
from shop.events.models import Event, EventFloor, EventQuerySet, Position, visible_to

# Events that one page looks through, however few of them the caller may see.
MOST_LOOKED_THROUGH = 5_000
BEGINNING = Position(0, 0)


@dataclass(frozen=True)
class Page:
    """Some events, where to go on, and whether there is more to have at once."""

    events: Sequence[Event]
    end: Position
    has_more: bool


def read_events(
    *,
    user_id: int,
    scopes: Iterable[str],
    after: Position | None,
    limit: int,
    types: Sequence[str] = (),
) -> Page:
    """Return the next events that the caller may see. Raises CursorExpired."""
    horizon = current_horizon()
    if after is not None:
        _demand_kept(after, horizon)
    ahead = Event.objects.settled(horizon).after(after or BEGINNING).in_order()
    far_end = _far_end(ahead)
    seen = ahead.up_to(far_end) if far_end else ahead
    seen = seen.filter(visible_to(user_id, scopes))
    events = list((seen.filter(type__in=types) if types else seen)[:limit])
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


def _far_end(ahead: EventQuerySet) -> Position | None:
    """Where the look through ends, if it ends before the horizon."""
    last = ahead.values_list("xact", "id")[MOST_LOOKED_THROUGH - 1 : MOST_LOOKED_THROUGH]
    return next((Position(*found) for found in last), None)
