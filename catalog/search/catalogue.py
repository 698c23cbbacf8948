"""From a question to cards: cached ids, then price and stock live in one statement."""

from dataclasses import dataclass, field

from catalog.live import get_items
from catalog.models import Item
from catalog.search.cache import remembered
from catalog.search.engine import find
from catalog.search.query import DEPTH, PAGE_SIZE, SearchQuery, Sort
from catalog.search.ranking import rerank


@dataclass(frozen=True)
class SearchResults:
    """One page of items, with how many there are in all."""

    query: SearchQuery
    items: list[Item]
    count: int
    page: int
    pages: int
    facets: dict[str, list] = field(default_factory=dict)
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

    Ids come from the cache for popular questions; price and stock never do. What is
    filtered by stock is not cached at all, since stock changes by the second.
    """
    ids, count = _ids(query) if query.in_stock else remembered(query.digest, lambda: _ids(query))
    pages = max(1, -(-min(len(ids), DEPTH) // page_size))
    page = min(max(1, page), pages)
    wanted = ids[(page - 1) * page_size : page * page_size]
    items = get_items(wanted)
    found = [items[pk] for pk in wanted if pk in items]
    if query.in_stock:
        found = [item for item in found if item.stock]
    return SearchResults(query, found, count, page, pages)


def _ids(query: SearchQuery) -> tuple[list[int], int]:
    found = find(query)
    if query.sort == Sort.RELEVANCE:
        return rerank(query.text, found.ids, found.scores), found.count
    return found.ids, found.count
