"""Template filters that label orders, parcels and their events for customers."""

from collections.abc import Sequence
from datetime import date
from math import ceil
from typing import Any

from django import template
from django.conf import settings
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import get_language, ngettext, to_locale
from django.utils.translation import gettext_lazy as _

from orders.addresses.countries import countries
from orders.state.timeline import TimelineEntry

register = template.Library()

ORDER_LABELS = {
    "submitted": _("Received"),
    "assigned": _("Being prepared"),
    "partially_shipped": _("Partly on its way"),
    "shipped": _("On its way"),
    "cancelled": _("Cancelled"),
}
ORDER_MEANINGS = {
    "submitted": _("We have your order and are choosing the warehouses that send it."),
    "assigned": _("Our warehouses are packing it. You can still cancel."),
    "partially_shipped": _("Some of it has left our warehouses; the rest is being packed."),
    "shipped": _("Everything has left our warehouses."),
    "cancelled": _("Nothing of this order will be sent."),
}
PARCEL_LABELS = {
    "assigned": _("Waiting to be packed"),
    "picked": _("Packed"),
    "shipped": _("On its way"),
}
EVENT_LABELS = {
    "submitted": _("Order placed"),
    "assigned": _("Warehouse chosen"),
    "picked": _("Packed"),
    "shipped": _("Handed to the carrier"),
    "cancelled": _("Order cancelled"),
}
PARCEL_EVENT_LABELS = {
    "assigned": _("Warehouse chosen for parcel %(number)d of %(count)d"),
    "picked": _("Parcel %(number)d of %(count)d packed"),
    "shipped": _("Parcel %(number)d of %(count)d handed to the carrier"),
}


@register.filter
def status_label(status: str) -> str | Promise:
    """Return the label of an order's status."""
    return ORDER_LABELS.get(status, status)


@register.filter
def status_meaning(status: str) -> str | Promise:
    """Return a sentence that explains the status of an order."""
    return ORDER_MEANINGS.get(status, "")


@register.filter
def parcel_label(status: str) -> str | Promise:
    """Return the label of a warehouse order's status."""
    return PARCEL_LABELS.get(status, status)


@register.filter
def event_label(event: TimelineEntry, parcels: Sequence[Any]) -> str | Promise:
    """Return the label of an event, with the parcel's number if there are several."""
    if event.parcel and len(parcels) > 1:
        return PARCEL_EVENT_LABELS[event.type] % {"number": event.parcel, "count": len(parcels)}
    return EVENT_LABELS.get(event.type, event.type)


@register.filter
def arrival_label(day: date) -> str:
    """Return the day of a parcel's arrival as a phrase; a past day is only expected."""
    values = {"weekday": date_format(day, "l"), "day": date_format(day, "MONTH_DAY_FORMAT")}
    if day < localdate():
        return _("Expected by %(weekday)s, %(day)s") % values
    return _("Arrives %(weekday)s, %(day)s") % values


@register.filter
def country_name(code: str) -> str:
    """Return the name of a country in the page's language, or the code if it is unknown."""
    locale = to_locale(get_language() or settings.LANGUAGE_CODE)
    return dict(countries(locale)).get(code, code)


@register.filter
def in_minutes(seconds: int) -> str:
    """Return a duration in seconds as a phrase, rounded up to whole minutes."""
    minutes = ceil(seconds / 60)
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
