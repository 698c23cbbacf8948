"""Template filters that label orders, their units, parcels and returns for customers."""

from datetime import date
from math import ceil

from django import template
from django.conf import settings
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import get_language, ngettext, to_locale
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from catalog.templatetags.catalogue import money
from orders.addresses.countries import countries
from orders.models import Order, OrderItem

register = template.Library()

ORDER_LABELS = {
    "submitted": _("Received"),
    "assigned": _("Being prepared"),
    "partially_shipped": _("Partly on its way"),
    "shipped": _("On its way"),
    "cancelled": _("Cancelled"),
}
SENT_BACK = _("Sent back")
ORDER_MEANINGS = {
    "submitted": _("We have your order and are choosing the warehouses that send it."),
    "assigned": _("Our warehouses are packing it. You can still cancel."),
    "partially_shipped": _("Some of it has left our warehouses; the rest follows."),
    "shipped": _("Everything has left our warehouses."),
    "cancelled": _("Nothing of this order will be sent."),
}
SHIPPED_IN_PART = _("Everything that you did not cancel has left our warehouses.")
ALL_SENT_BACK = _("Everything that was sent has come back to us.")
WAITING = _(
    "Something of it could not be found yet. You are first in line for the next that arrive."
)
PARCEL_LABELS = {
    "assigned": _("Waiting to be packed"),
    "picked": _("Packed"),
    "shipped": _("On its way"),
}
RETURN_LABELS = {
    "requested": _("Waiting for your parcel"),
    "partially_received": _("Partly received"),
    "received": _("Received"),
    "refused": _("Refused"),
}
WEB = ("https://", "http://")


@register.filter
def order_label(order: Order) -> str | Promise:
    """Return the label of an order's status."""
    return SENT_BACK if _is_sent_back(order) else ORDER_LABELS.get(order.status, order.status)


@register.filter
def order_meaning(order: Order) -> str | Promise:
    """Return a sentence that explains the status of an order."""
    units = order.unit_counts
    if _is_sent_back(order):
        return ALL_SENT_BACK
    if order.status == Order.Status.SHIPPED and units.cancelled:
        return SHIPPED_IN_PART
    if units.short and not units.coming and not units.shipped:
        return WAITING
    return ORDER_MEANINGS.get(order.status, "")


def _is_sent_back(order: Order) -> bool:
    units = order.unit_counts
    return order.status == Order.Status.SHIPPED and units.returned == units.shipped


@register.filter
def due_summary(order: Order) -> str:
    """Return what was ordered, cancelled and returned, and the money due, as one phrase."""
    units = order.unit_counts
    phrases = [_now("%(count)d ordered") % {"count": units.ordered}]
    if units.cancelled:
        phrases.append(_now("%(count)d cancelled") % {"count": units.cancelled})
    if units.returned:
        phrases.append(_now("%(count)d returned") % {"count": units.returned})
    phrases.append(_now("to pay %(due)s") % {"due": money(order.due)})
    return ", ".join(phrases)


@register.filter
def unit_states(line: OrderItem) -> list[tuple[str, str]]:
    """Return what became of a line's units, each state with its phrase."""
    units = line.unit_counts
    phrases = {
        "cancelled": _now("%(count)d cancelled"),
        "shipped": _now("%(count)d shipped"),
        "returned": _now("%(count)d returned"),
        "coming": _now("%(count)d still to come"),
    }
    counts = {state: getattr(units, state) for state in phrases}
    states = [
        (state, phrases[state] % {"count": count}) for state, count in counts.items() if count
    ]
    return [*states, ("short", short_phrase(units.short))] if units.short else states


@register.filter
def short_phrase(count: int) -> str:
    """Return what a customer reads about their short units."""
    text = _now("%(count)d could not be found yet; you are first in line for the next that arrive")
    return text % {"count": count}


@register.filter
def parcel_label(status: str) -> str | Promise:
    """Return the label of a warehouse order's status."""
    return PARCEL_LABELS.get(status, status)


@register.filter
def return_label(status: str) -> str | Promise:
    """Return the label of a return request's status."""
    return RETURN_LABELS.get(status, status)


@register.filter
def web_address(address: str | None) -> str:
    """Return an address that begins with https:// or http://, and "" for any other."""
    return address if address and address.lower().startswith(WEB) else ""


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
