"""The search engine of this machine: tantivy, in this process.

An indexer beside it keeps the index in step (catalog.search.indexing); each process that
searches looks, at most every RELOAD_SECONDS, whether there is something newer to read.
"""

import logging
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from catalog.search import generations
from catalog.search.backend import Found, SearchBackend, SearchUnavailable
from catalog.search.building import build, write
from catalog.search.generations import Generation
from catalog.search.query import SearchQuery
from catalog.search.searching import Search

logger = logging.getLogger(__name__)

RELOAD_SECONDS = 0.1


class LocalBackend(SearchBackend):
    """Searches the current generation of this machine's index."""

    def __init__(self) -> None:
        self._generation: Generation | None = None
        self._state: tuple[int, int] | None = None
        self._unopened: Path | None = None
        self._looked_at = 0.0
        self._lock = Lock()

    def search(self, query: SearchQuery, *, offset: int, limit: int) -> Found:
        with self._reading() as generation:
            return Search(generation, query).page(offset, limit)

    def suggest(self, text: str, *, limit: int) -> list[str]:
        with self._reading() as generation:
            return generation.phrases.beginning_with(text, limit=limit)

    def generation(self) -> str:
        with self._reading() as generation:
            return f"{generation.name}/{self._state}"

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
            yield generation
        except (ValueError, OSError) as error:
            raise self._broken(generation, error) from error
        except BaseException as panic:  # as a panic of Rust's is, of all things
            if type(panic).__name__ != "PanicException":
                raise
            raise self._broken(generation, panic) from panic

    def _broken(self, generation: Generation, error: BaseException) -> SearchUnavailable:
        logger.error("The search index %s cannot be read: %s", generation.folder, error)
        generations.note_broken(generation.folder)
        self._generation = None
        return SearchUnavailable()

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
            if folder is None:
                self._generation = None
            elif self._generation is None or self._generation.folder != folder:
                generation = Generation(folder)
                self._generation = None if generation.is_broken else generation
                self._state = generation.state()
            elif (state := self._generation.state()) != self._state:
                self._generation.reload()
                self._state = state
        except (ValueError, OSError) as error:
            self._generation = None
            self._note_unopened(folder, error)

    def _note_unopened(self, folder: Path | None, error: Exception) -> None:
        """Say once of a generation that it cannot be opened, and have it built anew."""
        if folder is not None and folder != self._unopened:
            logger.error("The search index %s cannot be opened: %s", folder, error)
            generations.note_broken(folder)
        self._unopened = folder
