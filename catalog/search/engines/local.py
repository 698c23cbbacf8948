"""The search engine of this machine: tantivy, in this process.

An indexer beside it keeps the index in step (catalog.search.index.indexer); each process that
searches looks, at most every RELOAD_SECONDS, whether there is something newer to read.
"""

import logging
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from socket import gethostname
from threading import Lock
from typing import Any

from catalog.search.engines.base import SearchBackend, SearchUnavailable
from catalog.search.index import generations
from catalog.search.index.fields import IndexUnreadable, unreadable_as_error
from catalog.search.index.generations import Generation
from catalog.search.index.writer import build, write
from catalog.search.query.executor import Search
from catalog.search.query.results import Found
from catalog.search.query.search_query import SearchQuery
from catalog.search.text.synonyms import known_synonyms

logger = logging.getLogger(__name__)

RELOAD_SECONDS = 0.1


class LocalBackend(SearchBackend):
    """Searches the current generation of this machine's index."""

    def __init__(self) -> None:
        self._generation: Generation | None = None
        self._state: tuple[int, ...] = ()
        self._unreadable: Path | None = None
        self._looked_at = 0.0
        self._lock = Lock()

    def search(self, query: SearchQuery, *, offset: int, limit: int) -> Found:
        with self._reading() as generation:
            return Search(generation, query).page(offset, limit)

    def suggest(self, text: str, *, limit: int) -> list[str]:
        with self._reading() as generation:
            return generation.phrases.beginning_with(text, limit=limit)

    @property
    def place(self) -> str:
        return f"{gethostname()}:{generations.root()}"

    def generation(self) -> str:
        with self._reading() as generation:
            return f"{generation.name}/{self._state}/{known_synonyms().digest}"

    def upsert(self, items: Sequence[Mapping[str, Any]]) -> None:
        with self._writing() as generation:
            write(generation, items, [])

    def delete(self, item_ids: Iterable[int]) -> None:
        with self._writing() as generation:
            write(generation, [], item_ids)

    def rebuild(self, items: Iterable[Mapping[str, Any]]) -> None:
        build(items, cursor=None)
        self._looked_at = 0.0

    @contextmanager
    def _writing(self) -> Iterator[Generation]:
        with self._reading() as generation:
            yield generation
        self._looked_at = 0.0

    @contextmanager
    def _reading(self) -> Iterator[Generation]:
        """Raises SearchUnavailable when there is no index, or what is there cannot be read."""
        generation = self._newest()
        try:
            with unreadable_as_error():
                yield generation
        except IndexUnreadable as error:
            self._generation = None
            self._record_unreadable(generation.folder, error)
            raise SearchUnavailable from error

    def _newest(self) -> Generation:
        with self._lock:
            if time.monotonic() - self._looked_at > RELOAD_SECONDS:
                self._look()
                self._looked_at = time.monotonic()
            if self._generation is None:
                raise SearchUnavailable
            return self._generation

    def _look(self) -> None:
        """Open a generation that took the current one's place, or what was added to it."""
        folder = generations.current_folder()
        try:
            with unreadable_as_error():
                self._generation = self._opened(folder) if folder else None
        except IndexUnreadable as error:
            self._generation = None
            self._record_unreadable(folder, error)

    def _opened(self, folder: Path) -> Generation | None:
        state = generations.state_of(folder)  # before it is read, so that nothing is missed
        if self._generation is None or self._generation.folder != folder:
            generation = Generation(folder)
            if generation.is_broken:
                return None
            self._generation = generation
        elif state != self._state:
            self._generation.reload()
        self._state = state
        return self._generation

    def _record_unreadable(self, folder: Path | None, error: Exception) -> None:
        """Say once of a generation that it cannot be read, and have it built anew."""
        if folder is not None and folder != self._unreadable:
            logger.error("The search index %s cannot be read: %s", folder, error)
            generations.mark_broken(folder)
        self._unreadable = folder
