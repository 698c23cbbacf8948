"""Keeping a machine's index in step with the database; runs beside the web server."""

import logging
import random
import time
from collections.abc import Callable

from django.db import Error, close_old_connections, connection

from catalog.search import generations
from catalog.search.building import build, suggest_what_is_asked_often, write
from catalog.search.changes import CursorLost, changes_since, current_cursor
from catalog.search.documents import all_documents, read_documents
from catalog.search.generations import Generation

logger = logging.getLogger(__name__)

BATCH = 200  # items of one commit
POLL_SECONDS = 0.1
PATIENCE_SECONDS = 1  # after what went wrong
SUGGESTIONS_EVERY = 600  # seconds


def rebuild(*, on_item: Callable[[], object] = lambda: None) -> None:
    """Build the index anew beside the current one, and put it in its place."""
    cursor = current_cursor()  # what changes from here on comes again
    build(all_documents(), cursor=cursor, on_item=on_item)


class Indexer:
    """Follows the changes of items until it is told to stop."""

    def __init__(self) -> None:
        self._generation: Generation | None = None
        self._suggested_at = time.monotonic()

    def run(self, *, is_stopped: Callable[[], bool]) -> None:
        while not is_stopped():
            try:
                close_old_connections()
                is_idle = not self.follow()
            except Error as error:  # the database is away
                logger.warning("The index is not followed: %s", error)
                connection.close()
                time.sleep(PATIENCE_SECONDS)
                continue
            if is_idle:
                time.sleep(POLL_SECONDS * random.uniform(0.5, 1))  # noqa: S311 -- no secret

    def follow(self) -> int:
        """Take in what has changed since; returns how many items that were.

        Nothing is done while another process of this machine writes the index.
        """
        with generations.writing() as is_alone:
            if not is_alone:
                return 0
            try:
                return self._follow(self._current())
            except CursorLost:
                logger.info("The search index is built anew.")
            except (ValueError, OSError) as error:
                logger.error("The search index is broken and is built anew: %s", error)
            self._generation = None
            rebuild()
            return 0

    def _current(self) -> Generation:
        """Return the generation that is searched now. Raises CursorLost when there is none."""
        folder = generations.current_folder()
        if folder is None:
            raise CursorLost
        if self._generation is None or self._generation.folder != folder:
            self._generation = Generation(folder)
        if self._generation.is_broken:
            raise CursorLost
        return self._generation

    def _follow(self, generation: Generation) -> int:
        changed, cursor = changes_since(generation.read_cursor())
        for start in range(0, len(changed), BATCH):
            batch = changed[start : start + BATCH]
            items = read_documents(batch)
            write(generation, items, set(batch) - {item["id"] for item in items})
        if changed or self._is_old(generation):
            generation.write_cursor(cursor)
        self._suggest(generation)
        return len(changed)

    def _is_old(self, generation: Generation) -> bool:
        """Even where nothing changes, the cursor is written now and then."""
        written = (generation.folder / "cursor").stat().st_mtime
        return time.time() - written > SUGGESTIONS_EVERY

    def _suggest(self, generation: Generation) -> None:
        if time.monotonic() - self._suggested_at > SUGGESTIONS_EVERY:
            suggest_what_is_asked_often(generation)
            self._suggested_at = time.monotonic()
