"""Money and stock, in words."""

from decimal import Decimal
from functools import lru_cache

from babel.numbers import format_currency
from django import template
from django.conf import settings
from django.utils.translation import get_language, to_locale

from catalog.availability import Availability, availability_of
from catalog.models import Item, currency

register = template.Library()


@register.filter
def money(amount: Decimal) -> str:
    """Write an amount in the region's currency, as the page's language writes it."""
    return _formatted(amount, to_locale(get_language() or settings.LANGUAGE_CODE))


@lru_cache(maxsize=10_000)
def _formatted(amount: Decimal, locale: str) -> str:
    return format_currency(amount, currency(), locale=locale)


@register.filter
def availability(item: Item) -> Availability:
    return availability_of(item)
