"""The search engine of this machine: tantivy, in this process.

An indexer beside it updates the index (catalog.search.index.indexer); each process that
searches checks, at most every RELOAD_SECONDS, for a newer commit or generation.
"""

import logging
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from socket import gethostname
from threading import Lock
from typing import Any

from catalog.search.engines.base import SearchEngine, SearchUnavailable
from catalog.search.index import generations
from catalog.search.index.generations import Generation
from catalog.search.index.schema import IndexUnreadable, unreadable_as_error
from catalog.search.index.writer import build, write
from catalog.search.query.executor import Search
from catalog.search.query.results import EngineResult
from catalog.search.query.search_query import SearchQuery
from catalog.search.text.synonyms import current_synonyms

logger = logging.getLogger(__name__)

RELOAD_SECONDS = 0.1


class TantivyEngine(SearchEngine):
    """Searches the current generation of this machine's index."""

    def __init__(self) -> None:
        self._generation: Generation | None = None
        self._state: tuple[int, ...] = ()
        self._unreadable: Path | None = None
        self._checked_at = 0.0
        self._lock = Lock()

    def search(self, query: SearchQuery, *, offset: int, limit: int) -> EngineResult:
        """Return a part of the matching items. Raises SearchUnavailable."""
        with self._reading() as generation:
            return Search(generation, query).page(offset, limit)

    def suggest(self, text: str, *, limit: int) -> list[str]:
        """Return phrases of the catalogue and frequent queries. Raises SearchUnavailable."""
        with self._reading() as generation:
            return generation.autocomplete.suggest(text, limit=limit)

    @property
    def cache_scope(self) -> str:
        """Return this machine and index folder: each index has states of its own."""
        return f"{gethostname()}:{generations.root()}"

    def index_state(self) -> str:
        """Return generation, commit and synonyms. Raises SearchUnavailable."""
        with self._reading() as generation:
            return f"{generation.name}/{self._state}/{current_synonyms().digest}"

    def upsert(self, items: Sequence[Mapping[str, Any]]) -> None:
        """Write items in one commit. Raises SearchUnavailable."""
        with self._writing() as generation:
            write(generation, items, [])

    def delete(self, item_ids: Iterable[int]) -> None:
        """Delete items in one commit. Raises SearchUnavailable."""
        with self._writing() as generation:
            write(generation, [], item_ids)

    def rebuild(self, items: Iterable[Mapping[str, Any]]) -> None:
        """Build a generation without a cursor and make it current."""
        build(items)
        self._checked_at = 0.0

    @contextmanager
    def _writing(self) -> Iterator[Generation]:
        with self._reading() as generation:
            yield generation
        self._checked_at = 0.0

    @contextmanager
    def _reading(self) -> Iterator[Generation]:
        """Open the current generation to read.

        Raises SearchUnavailable when there is no index, or its files cannot be read.
        """
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
            if time.monotonic() - self._checked_at > RELOAD_SECONDS:
                self._reload()
                self._checked_at = time.monotonic()
            if self._generation is None:
                raise SearchUnavailable
            return self._generation

    def _reload(self) -> None:
        """Open a generation that replaced the current one, or the last commit to it."""
        folder = generations.current_folder()
        try:
            with unreadable_as_error():
                self._generation = self._open(folder) if folder else None
        except IndexUnreadable as error:
            self._generation = None
            self._record_unreadable(folder, error)

    def _open(self, folder: Path) -> Generation | None:
        state = generations.commit_state(folder)  # before the reload, so that no commit is missed
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
        """Log a generation's error once, and mark it, so that the indexer rebuilds it."""
        if folder is not None and folder != self._unreadable:
            logger.error("The search index %s cannot be read: %s", folder, error)
            generations.mark_broken(folder)
        self._unreadable = folder
