"""What a search engine has to offer, whichever it is."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from catalog.search.query.results import Found
from catalog.search.query.search_query import SearchQuery


class SearchUnavailable(Exception):
    """The engine cannot answer now; another has to."""


class SearchBackend(ABC):
    """Finds items by words and filters. Only what is on sale is ever found."""

    # Whether `generation` also changes when an item's stock crosses zero.
    follows_stock = True

    @abstractmethod
    def search(self, query: SearchQuery, *, offset: int, limit: int) -> Found:
        """Return a part of the matching items. Raises SearchUnavailable."""

    @abstractmethod
    def suggest(self, text: str, *, limit: int) -> list[str]:
        """Return questions that begin with what has been typed so far."""

    @property
    def place(self) -> str:
        """Names what shares its states, and so its kept answers: a machine, or all of them."""
        return ""

    @abstractmethod
    def generation(self) -> str:
        """Name the state of the index: equal names, equal answers. Raises SearchUnavailable."""

    @abstractmethod
    def upsert(self, items: Sequence[Mapping[str, Any]]) -> None:
        """Take in items as they are now (see documents.ITEM_FIELDS), whether known or not."""

    @abstractmethod
    def delete(self, item_ids: Iterable[int]) -> None:
        """Find these items no more; unknown ones change nothing."""

    @abstractmethod
    def rebuild(self, items: Iterable[Mapping[str, Any]]) -> None:
        """Begin anew with these items and no others."""
