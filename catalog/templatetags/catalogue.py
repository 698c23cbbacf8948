"""Template filters and tags for prices, weights, stock and search words."""

import json
import re
from decimal import Decimal
from functools import lru_cache

from babel.numbers import format_currency
from babel.units import format_unit
from django import template
from django.conf import settings
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, to_locale

from catalog.models import Item
from catalog.pictures.sources import picture_sources
from catalog.search.query.builder import parse_terms
from catalog.search.query.search_query import SearchQuery
from catalog.search.text.synonyms import stem_phrase
from catalog.storefront.availability import Availability, Level, availability_of
from shop.core.regions import currency

register = template.Library()
register.filter("picture", picture_sources)

WORDS = re.compile(r"(\w+)")
# Characters that could end a script element early, with their JSON escapes.
SCRIPT_ESCAPES = {ord(c): f"\\u{ord(c):04x}" for c in "<>&"}
# The units of each system with their grams, the largest first.
UNITS: dict[str, list[tuple[str, float]]] = {
    "metric": [("mass-kilogram", 1000), ("mass-gram", 1)],
    "us": [("mass-pound", 453.59237), ("mass-ounce", 28.349523125)],
}
AVAILABILITY = {
    Level.PLENTY: "https://schema.org/InStock",
    Level.FEW: "https://schema.org/LimitedAvailability",
    Level.HELD: "https://schema.org/OutOfStock",
    Level.NONE: "https://schema.org/OutOfStock",
}


@register.filter
def money(amount: Decimal) -> str:
    """Format an amount in the region's currency, as the page's language writes it."""
    return _format_currency(amount, to_locale(get_language() or settings.LANGUAGE_CODE))


@lru_cache(maxsize=10_000)
def _format_currency(amount: Decimal, locale: str) -> str:
    return format_currency(amount, currency(), locale=locale)


@register.filter
def weight(grams: int) -> str:
    """Format a weight, given in grams, in the units of the region."""
    locale = to_locale(get_language() or settings.LANGUAGE_CODE)
    units = UNITS[settings.REGION.measures]
    unit, size = next((unit for unit in units if grams >= unit[1]), units[-1])
    return format_unit(round(grams / size, 1), unit, length="short", locale=locale)


@register.filter
def highlight(text: str, query: SearchQuery) -> SafeString:
    """Mark the words of a text that have a stem in common with the query; escape the rest."""
    query_stems = _query_stems(query.text) if query.text else frozenset()
    parts = WORDS.split(text)  # words have odd indexes
    marked = (
        format_html("<mark>{}</mark>", part)
        if index % 2 and not query_stems.isdisjoint(stem_phrase(part))
        else escape(part)
        for index, part in enumerate(parts)
    )
    return mark_safe("".join(marked))  # noqa: S308 -- each part is escaped


@lru_cache(maxsize=1000)
def _query_stems(text: str) -> frozenset[str]:
    return frozenset(word.stem for word in parse_terms(text))


@register.simple_tag
def product_data(item: Item, url: str, picture_url: str) -> SafeString:
    """Render the item as a schema.org Product in JSON-LD, for search engines."""
    offer = {
        "@type": "Offer",
        "url": url,
        "price": f"{item.price:.2f}",
        "priceCurrency": currency(),
        "availability": AVAILABILITY[availability_of(item).level],
    }
    product = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": item.name,
        "sku": item.sku,
        "offers": offer,
    }
    product |= {"description": item.description[:5000]} if item.description else {}
    product |= {"brand": {"@type": "Brand", "name": item.brand}} if item.brand else {}
    product |= {"image": picture_url} if picture_url else {}
    data = json.dumps(product).translate(SCRIPT_ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(data))  # noqa: S308


@register.filter
def availability(item: Item) -> Availability:
    """Return the availability of an item that was read with its stock."""
    return availability_of(item)
