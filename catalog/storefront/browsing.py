"""What one can browse by: the departments of the shop, its popular items, and facets."""

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
    """A value to narrow by; its id stays the same when the page is made anew."""

    id: str
    value: str
    count: int  # type: ignore[assignment]  # hides tuple.count, as in Choice
    is_chosen: bool


class Facet(NamedTuple):
    """A property that results can be narrowed by: any of the chosen values."""

    name: str
    label: str
    choices: list[FacetChoice]


def departments() -> list[Choice]:
    """Return the largest departments with how many items each has, by name."""
    choices = get_choices(SearchQuery(), "category")
    return sorted(choices, key=lambda department: department.value)


def popular_items() -> list[Item]:
    """Return what sells best of what is in stock, the newest first among equals."""
    return get_item_catalogue(SearchQuery(in_stock=True), page_size=MAX_POPULAR).items


def facets_of(results: SearchResults, query: SearchQuery) -> list[Facet]:
    """Return the facets of a results page, each with its chosen values first."""
    labels = {"category": _("Department"), "brand": _("Brand")}
    chosen = {"category": query.categories, "brand": query.brands}
    return [
        Facet(name, label, _chosen_first(name, results.facets.get(name, []), chosen[name]))
        for name, label in labels.items()
    ]


def _chosen_first(name: str, choices: Sequence[Choice], chosen: Sequence[str]) -> list[FacetChoice]:
    counts = {choice.value: choice.count for choice in choices}
    others = [choice.value for choice in choices if choice.value not in chosen][:MAX_CHOICES]
    return [
        FacetChoice(f"{name}-{crc32(value.encode()):x}", value, counts.get(value, 0), is_chosen)
        for values, is_chosen in ((chosen, True), (others, False))
        for value in values
    ]
