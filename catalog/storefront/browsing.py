"""Categories, popular items and facets for browsing the shop."""

from collections.abc import Sequence
from typing import NamedTuple
from zlib import crc32

from django.utils.translation import gettext as _

from catalog.models import Item
from catalog.search.query.results import Choice
from catalog.search.query.search_query import SearchQuery
from catalog.search.service import SearchResults, get_choices, get_item_catalogue

MAX_POPULAR = 8
MAX_CHOICES = 12  # of a facet, besides the chosen ones


class FacetChoice(NamedTuple):
    """A value of a facet; its id is the same on every rendering of the page."""

    id: str
    value: str
    count: int  # type: ignore[assignment]  # hides tuple.count, as in Choice
    is_chosen: bool


class Facet(NamedTuple):
    """A property to filter results by; several chosen values are alternatives."""

    name: str
    label: str
    choices: list[FacetChoice]


def categories() -> list[Choice]:
    """Return the largest categories with their numbers of items, sorted by name."""
    choices = get_choices(SearchQuery(), "category")
    return sorted(choices, key=lambda choice: choice.value)


def popular_items() -> list[Item]:
    """Return the best selling items in stock, the newest first among equals."""
    return get_item_catalogue(SearchQuery(in_stock=True), page_size=MAX_POPULAR).items


def facets_of(results: SearchResults, query: SearchQuery) -> list[Facet]:
    """Return the facets of a results page, each with its chosen values first."""
    labels = {"category": _("Department"), "brand": _("Brand")}
    selections = {"category": query.categories, "brand": query.brands}
    return [
        Facet(name, label, _order_choices(name, results.facets.get(name, []), selections[name]))
        for name, label in labels.items()
    ]


def _order_choices(
    name: str, choices: Sequence[Choice], selection: Sequence[str]
) -> list[FacetChoice]:
    """Return the selected values first, then up to MAX_CHOICES others."""
    counts = {choice.value: choice.count for choice in choices}
    others = [choice.value for choice in choices if choice.value not in selection][:MAX_CHOICES]
    return [
        FacetChoice(f"{name}-{crc32(value.encode()):x}", value, counts.get(value, 0), is_chosen)
        for values, is_chosen in ((selection, True), (others, False))
        for value in values
    ]
