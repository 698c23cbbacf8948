"""What happened to an order, in the customer's words: the timeline of its page.

A customer reads who did something by their part only: no name of staff, and no reason that
the shop has noted for itself.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orders.models import Order, OrderChange
from orders.state.timeline import TimelineEntry, TimelineItem, parcels_of, timeline_of

LABELS = {
    "submitted": _("Order placed"),
    "assigned": _("Warehouse chosen"),
    "picked": _("Packed"),
    "shipped": _("Handed to the carrier"),
    "cancelled": _("Cancelled in part"),
    "short": _("Could not be found yet; you are first in line"),
    "made_good": _("There again, and set aside for you"),
    "returned": _("Came back to us"),
    "readdressed": _("Shipping address changed"),
    "moved": _("Moved to another warehouse"),
    "tracking": _("Tracking corrected"),
}
PARCEL_LABELS = {
    "assigned": _("Warehouse chosen for parcel %(number)d of %(count)d"),
    "picked": _("Parcel %(number)d of %(count)d packed"),
    "shipped": _("Parcel %(number)d of %(count)d handed to the carrier"),
    "tracking": _("Tracking of parcel %(number)d of %(count)d corrected"),
}
WHOLE_ORDER_CANCELLED = _("Order cancelled")
AUTHORS = {
    OrderChange.AuthorKind.CUSTOMER: _("by you"),
    OrderChange.AuthorKind.STAFF: _("by our staff"),
    OrderChange.AuthorKind.SYSTEM: _("by the shop"),
}
# The other entries are about parcels, whose units the page lists.
KINDS_WITH_UNITS = {"cancelled", "short", "made_good", "returned"}


class Happening(NamedTuple):
    """An entry of the timeline as the page shows it."""

    label: str | Promise
    at: datetime
    author: str | Promise
    reason: str
    items: Sequence[TimelineItem]


def describe_timeline(order: Order) -> list[Happening]:
    """Return what happened to an order, oldest first; it was read with its progress."""
    return list(_describe(order, timeline_of(order), parcels_of(order)))


def _describe(
    order: Order, entries: Sequence[TimelineEntry], parcels: Sequence[Any]
) -> Iterator[Happening]:
    """Yield each entry in words. The last cancellation of a cancelled order made it whole."""
    cancellations = [entry for entry in entries if entry.type == "cancelled"]
    whole = cancellations[-1] if order.is_cancelled and cancellations else None
    for entry in entries:
        is_own_note = entry.author == OrderChange.AuthorKind.SYSTEM
        yield Happening(
            WHOLE_ORDER_CANCELLED if entry is whole else _label(entry, len(parcels)),
            entry.at,
            AUTHORS[OrderChange.AuthorKind(entry.author)],
            "" if is_own_note else entry.reason,
            entry.items if entry.type in KINDS_WITH_UNITS else (),
        )


def _label(entry: TimelineEntry, parcel_count: int) -> str | Promise:
    """Return the label of an entry, with the parcel's number if there are several."""
    if entry.parcel and parcel_count > 1 and entry.type in PARCEL_LABELS:
        return PARCEL_LABELS[entry.type] % {"number": entry.parcel, "count": parcel_count}
    return LABELS.get(entry.type, entry.type)
