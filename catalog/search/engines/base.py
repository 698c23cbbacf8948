"""The interface of a search engine."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from catalog.search.query.results import EngineResult
from catalog.search.query.search_query import SearchQuery


class SearchUnavailable(Exception):
    """The engine cannot search now; another has to."""


class SearchEngine(ABC):
    """Finds items by words and filters. Only items on sale are ever found."""

    # Whether `index_state` also changes when an item's stock crosses zero.
    tracks_stock = True

    @abstractmethod
    def search(self, query: SearchQuery, *, offset: int, limit: int) -> EngineResult:
        """Return a part of the matching items. Raises SearchUnavailable."""

    @abstractmethod
    def suggest(self, text: str, *, limit: int) -> list[str]:
        """Return queries that complete a prefix, the best first. Raises SearchUnavailable."""

    @property
    def cache_scope(self) -> str:
        """Return the name under which results are cached: one machine's, or "" for all."""
        return ""

    @abstractmethod
    def index_state(self) -> str:
        """Return the state of the index: equal states, equal results. Raises SearchUnavailable."""

    @abstractmethod
    def upsert(self, items: Sequence[Mapping[str, Any]]) -> None:
        """Insert items into the index, or replace them (see documents.ITEM_FIELDS)."""

    @abstractmethod
    def delete(self, item_ids: Iterable[int]) -> None:
        """Delete items from the index; unknown ones change nothing."""

    @abstractmethod
    def rebuild(self, items: Iterable[Mapping[str, Any]]) -> None:
        """Build the index anew from these items and no others."""
