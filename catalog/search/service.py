"""From a question to cards: cached ids, then price and stock live in one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from catalog.live_items import get_items
from catalog.models import Item
from catalog.search.cache import cached_result
from catalog.search.engines.base import SearchBackend
from catalog.search.engines.selection import ask
from catalog.search.query.results import Choice, Found
from catalog.search.query.search_query import DEPTH, PAGE_SIZE, SearchQuery
from catalog.search.query_log import record_query

MAX_SUGGESTED = 8


@dataclass(frozen=True)
class SearchResults:
    """One page of items, with how many there are in all."""

    query: SearchQuery
    items: list[Item]
    count: int
    page: int
    pages: int
    facets: Mapping[str, Sequence[Choice]] = field(default_factory=dict)
    corrected_query: str | None = None

    @property
    def next_page(self) -> int | None:
        return self.page + 1 if self.page < self.pages else None

    @property
    def previous_page(self) -> int | None:
        return self.page - 1 if self.page > 1 else None


def get_item_catalogue(
    query: SearchQuery, *, page: int = 1, page_size: int = PAGE_SIZE
) -> SearchResults:
    """Answer a search with one page of items; a page beyond the last is the last.

    Ids come from the cache for popular questions; price and stock never do.
    """
    page = min(max(1, page), _pages(DEPTH, page_size))
    found = _found(query, page, page_size)
    pages = max(1, _pages(min(found.count, DEPTH), page_size))
    if page > pages:
        page, found = pages, _found(query, pages, page_size)
    items = get_items(found.ids)
    shown = [items[item_id] for item_id in found.ids if item_id in items]
    if query.in_stock:  # the index is up to a second behind
        shown = [item for item in shown if item.stock]
    if page == 1:
        record_query(query, found.matched)
    return SearchResults(query, shown, found.count, page, pages, found.facets, found.corrected)


def _pages(count: int, page_size: int) -> int:
    return -(-count // page_size)


def get_choices(query: SearchQuery, name: str) -> Sequence[Choice]:
    """Return what the results of a question can be narrowed to, without the results."""
    return _found(query, 1, 1).facets[name]


def suggest(text: str, *, limit: int = MAX_SUGGESTED) -> list[str]:
    """Return questions that begin with what has been typed so far."""
    return ask(lambda engine: engine.suggest(text, limit=limit))


def _found(query: SearchQuery, page: int, page_size: int) -> Found:
    def answer(engine: SearchBackend) -> Found:
        def search() -> Found:
            offset = (page - 1) * page_size
            return engine.search(query, offset=offset, limit=min(page_size, DEPTH - offset))

        if query.in_stock and not engine.follows_stock:
            return search()
        digest = f"{query.digest}:{page}:{page_size}"
        return cached_result(digest, engine.generation(), search, place=engine.place)

    return ask(answer)
