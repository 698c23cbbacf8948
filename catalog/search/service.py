"""The search results service: cached ids, joined with live price and stock in one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from catalog.live_items import get_items, get_items_of_sku
from catalog.models import Item
from catalog.search.cache import Form, cached_result
from catalog.search.engines.base import SearchEngine
from catalog.search.engines.selection import run_with_fallback
from catalog.search.query.intent import Intent
from catalog.search.query.results import Choice, EngineResult
from catalog.search.query.search_query import MAX_RESULTS, PAGE_SIZE, SearchQuery
from catalog.search.query_log import record_query

MAX_SUGGESTED = 8
ENGINE_RESULT = Form(EngineResult.to_plain, EngineResult.from_plain)


@dataclass(frozen=True)
class SearchResults:
    """One page of items; `count` is the number of results on all pages.

    The rest says how the words were read (see EngineResult).
    """

    query: SearchQuery
    items: list[Item]
    count: int
    page: int
    pages: int
    facets: Mapping[str, Sequence[Choice]] = field(default_factory=dict)
    corrected_query: str | None = None
    suggested_query: str | None = None
    has_all_words: bool = True
    intent: Intent | None = None

    @property
    def next_page(self) -> int | None:
        """Return the number of the next page, None on the last."""
        return self.page + 1 if self.page < self.pages else None

    @property
    def previous_page(self) -> int | None:
        """Return the number of the previous page, None on the first."""
        return self.page - 1 if self.page > 1 else None


def get_item_catalogue(
    query: SearchQuery, *, page: int = 1, page_size: int = PAGE_SIZE
) -> SearchResults:
    """Return one page of a query's results; a page beyond the last is the last.

    Ids come from the cache for popular queries; price and stock never do.
    """
    page = min(max(1, page), _count_pages(MAX_RESULTS, page_size))
    result = _search(query, page, page_size)
    pages = max(1, _count_pages(min(result.count, MAX_RESULTS), page_size))
    if page > pages:
        page, result = pages, _search(query, pages, page_size)
    items_by_id = get_items(result.ids)
    items = [items_by_id[item_id] for item_id in result.ids if item_id in items_by_id]
    if query.in_stock:  # the index is up to a second behind
        items = [item for item in items if item.stock]
    if page == 1:
        record_query(query, result.matched)
    return SearchResults(
        *(query, items, result.count, page, pages, result.facets),
        *(result.corrected, result.suggested, result.has_all_words, result.intent),
    )


def get_item_of_sku(sku: str) -> SearchResults:
    """Return the item on sale that has exactly this sku, as the only result, or none.

    It is read from the database, so it is there as soon as it is written.
    """
    items = get_items_of_sku(sku)
    facets = {name: _choices_of(items, name) for name in ("category", "brand")}
    return SearchResults(SearchQuery(), items, len(items), page=1, pages=1, facets=facets)


def _choices_of(items: Sequence[Item], name: str) -> list[Choice]:
    values = (getattr(item, name) for item in items)
    return [Choice(value, 1) for value in values if value]


def _count_pages(count: int, page_size: int) -> int:
    return -(-count // page_size)


def get_choices(query: SearchQuery, name: str) -> Sequence[Choice]:
    """Return a facet's choices for a query, without its items; `name` is category or brand."""
    return _search(query, 1, 1).facets[name]


def suggest(text: str, *, limit: int = MAX_SUGGESTED) -> list[str]:
    """Return queries that complete a prefix, the best first."""
    return run_with_fallback(lambda engine: engine.suggest(text, limit=limit))


def _search(query: SearchQuery, page: int, page_size: int) -> EngineResult:
    def search_with(engine: SearchEngine) -> EngineResult:
        def compute() -> EngineResult:
            offset = (page - 1) * page_size
            return engine.search(query, offset=offset, limit=min(page_size, MAX_RESULTS - offset))

        if query.in_stock and not engine.tracks_stock:
            return compute()
        digest = f"{query.digest}:{page}:{page_size}"
        return cached_result(
            digest,
            engine.index_state(),
            compute,
            ENGINE_RESULT,
            cache_scope=engine.cache_scope,
        )

    return run_with_fallback(search_with)
