"""The fallback engine: PostgreSQL's full-text search.

It searches while a machine has no index of its own. The table is its index, so there is
nothing to update; it has no spelling correction and no synonyms.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib.postgres.search import SearchQuery as TextQuery
from django.contrib.postgres.search import SearchRank
from django.core.cache import cache
from django.db.models import Count, F, FloatField, Q, QuerySet, Value
from django.db.models.functions import Now

from catalog.models import Item
from catalog.search.cache import ITEMS_CHANGED
from catalog.search.engines.base import SearchEngine
from catalog.search.query.intent import understand
from catalog.search.query.results import Choice, EngineResult
from catalog.search.query.search_query import SearchQuery, Sort
from catalog.search.reranking import MAX_RERANKED, is_reranked, rerank
from catalog.search.text.normalization import normalize

ORDERS: dict[Sort, Sequence[str]] = {
    Sort.RELEVANCE: ("-score", "-pk"),
    Sort.PRICE: ("price", "-pk"),
    Sort.PRICE_DESCENDING: ("-price", "-pk"),
    Sort.NEWEST: ("-pk",),
}
MAX_CHOICES = 60


class PostgresEngine(SearchEngine):
    """Searches the items' table itself."""

    tracks_stock = False

    def search(self, query: SearchQuery, *, offset: int, limit: int) -> EngineResult:
        """Return a part of the matching items, the first MAX_RERANKED reranked."""
        intent = None if query.is_literal else understand(query.text)
        query = query.narrowed(intent) if intent else query
        items = _matching(query, _filters(query)).order_by(*ORDERS[query.sort])
        first = 0 if query.is_by_relevance and is_reranked() and offset < MAX_RERANKED else offset
        last = max(offset + limit, MAX_RERANKED if first == 0 else 0)
        rows = list(items.values_list("pk", "score")[first : last + 1])
        is_last_part = len(rows) <= last - first and (rows or not first)
        count = first + len(rows) if is_last_part else items.count()
        ids = [pk for pk, _ in rows]
        if query.is_by_relevance and first == 0:
            ids = rerank(query.text, ids, [score for _, score in rows])
        part = ids[offset - first : offset - first + limit]
        return EngineResult(part, count, count, _facets(query), intent=intent or None)

    def suggest(self, text: str, *, limit: int) -> list[str]:
        """Return categories and brands that begin with the prefix."""
        prefix = normalize(text)
        names: list[str] = []
        for field in ("category", "brand") if prefix else ():
            items = Item.objects.on_sale().filter(**{f"{field}__istartswith": prefix})
            names += items.order_by(field).values_list(field, flat=True).distinct()[:limit]
        return [name.casefold() for name in names][:limit]

    def index_state(self) -> str:
        """Return the count of item changes."""
        return f"postgres/{cache.get(ITEMS_CHANGED, 0)}"

    def upsert(self, items: Sequence[Mapping[str, Any]]) -> None:
        """Do nothing: the table is the index."""

    def delete(self, item_ids: Iterable[int]) -> None:
        """Do nothing: the table is the index."""

    def rebuild(self, items: Iterable[Mapping[str, Any]]) -> None:
        """Do nothing: the table is the index."""


def _matching(query: SearchQuery, filters: Q) -> QuerySet:
    items = Item.objects.on_sale().filter(filters)
    if not query.text:
        return items.annotate(score=Value(0.0, output_field=FloatField()))
    # The sku is indexed unstemmed, the words by their English stems.
    text = " ".join([query.text, *(f"-{word}" for word in query.excluded)])
    stemmed = TextQuery(text, config="english", search_type="websearch")
    unstemmed = TextQuery(text, config="simple", search_type="websearch")
    text_query = stemmed | unstemmed
    return items.filter(search_document=text_query).annotate(
        score=SearchRank(F("search_document"), text_query, normalization=Value(1))
    )


def _filters(query: SearchQuery, *, without: str = "") -> Q:
    filters = Q()
    if query.categories and without != "category":
        filters &= Q(category__in=query.categories)
    if query.brands and without != "brand":
        filters &= Q(brand__in=query.brands)
    if query.min_price is not None:
        filters &= Q(price__gte=query.min_price)
    if query.max_price is not None:
        filters &= Q(price__lte=query.max_price)
    if query.in_stock:
        # Units of an overdue hold count: reading the item releases them.
        is_due = Q(aggregated_stock__next_release_at__lte=Now())
        filters &= Q(aggregated_stock__stock__gt=0) | is_due
    return filters


def _facets(query: SearchQuery) -> dict[str, list[Choice]]:
    return {name: _count_choices(query, name) for name in ("category", "brand")}


def _count_choices(query: SearchQuery, name: str) -> list[Choice]:
    items = _matching(query, _filters(query, without=name)).exclude(**{name: ""})
    rows = items.order_by().values_list(name).annotate(count=Count("pk"))
    return [Choice(*row) for row in rows.order_by("-count", name)[:MAX_CHOICES]]
