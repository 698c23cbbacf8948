"""Finding items in PostgreSQL's full-text search.

A dedicated engine may take this module's place: `find` is all that it has to offer.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery as TextQuery
from django.contrib.postgres.search import SearchRank
from django.db.models import F, FloatField, Q, QuerySet, Value
from django.db.models.functions import Now

from catalog.models import Item
from catalog.search.query import DEPTH, SearchQuery, Sort

ORDERS: dict[Sort, Sequence[str]] = {
    Sort.RELEVANCE: ("-score", "-pk"),
    Sort.PRICE: ("price", "-pk"),
    Sort.PRICE_DESCENDING: ("-price", "-pk"),
    Sort.NEWEST: ("-pk",),
}


@dataclass(frozen=True)
class Found:
    """Item ids and scores, best first, at most DEPTH; `count` says how many there are."""

    ids: list[int]
    scores: list[float]
    count: int = 0


def find(query: SearchQuery) -> Found:
    """Return the items that match the query, in the order it asks for."""
    items = _matching(query).order_by(*ORDERS[query.sort])
    rows = list(items.values_list("pk", "score")[: DEPTH + 1])
    count = len(rows) if len(rows) <= DEPTH else items.count()
    rows = rows[:DEPTH]
    return Found([pk for pk, _ in rows], [score for _, score in rows], count)


def _matching(query: SearchQuery) -> QuerySet:
    items = Item.objects.on_sale().filter(_filters(query))
    if not query.text:
        return items.annotate(score=Value(0.0, output_field=FloatField()))
    # The sku is indexed as it is written, the words by their English stems.
    words = TextQuery(query.text, config="english", search_type="websearch")
    literally = TextQuery(query.text, config="simple", search_type="websearch")
    asked = words | literally
    return items.filter(search_document=asked).annotate(
        score=SearchRank(F("search_document"), asked, normalization=Value(1))
    )


def _filters(query: SearchQuery) -> Q:
    filters = Q()
    if query.category:
        filters &= Q(category=query.category)
    if query.brand:
        filters &= Q(brand=query.brand)
    if query.min_price is not None:
        filters &= Q(price__gte=query.min_price)
    if query.max_price is not None:
        filters &= Q(price__lte=query.max_price)
    if query.in_stock:
        # Units of an overdue hold count: whoever reads the item has them put back.
        is_due = Q(aggregated_stock__next_release_at__lte=Now())
        filters &= Q(aggregated_stock__stock__gt=0) | is_due
    return filters
