"""Keeping a machine's index in step with the database; runs beside the web server."""

import logging
import random
import threading
import time
from collections.abc import Callable

from django.db import Error, close_old_connections, connection

from catalog.search.change_feed import CursorLost, changes_since, current_cursor
from catalog.search.index import generations
from catalog.search.index.documents import all_documents, read_documents
from catalog.search.index.fields import IndexUnreadable, unreadable_as_error
from catalog.search.index.generations import Generation
from catalog.search.index.writer import build, index_frequent_queries, write

logger = logging.getLogger(__name__)

BATCH = 200  # items of one commit
POLL_SECONDS = 0.1
PATIENCE_SECONDS = 1  # after what went wrong
TIDIED_EVERY = 600  # seconds
# Words and phrases are counted when an index is built: it is, again, when so large a part
# of its items has changed.
DRIFT = 0.5


def rebuild(*, on_item: Callable[[], object] = lambda: None) -> None:
    """Build the index anew beside the current one, which is followed on, and swap them."""
    cursor = current_cursor()  # what changes from here on comes again
    build(all_documents(), cursor=cursor, on_item=on_item)


class Indexer:
    """Follows the changes of items until it is told to stop."""

    def __init__(self) -> None:
        self._generation: Generation | None = None
        self._rebuilding: threading.Thread | None = None
        self._tidied_at = time.monotonic()

    def run(self, *, is_stopped: Callable[[], bool]) -> None:
        while not is_stopped():
            try:
                close_old_connections()
                is_idle = not self.follow()
            except (Error, OSError, ValueError) as error:  # the database is away, or no room
                logger.warning("The index is not followed: %s", error)
                connection.close()
                time.sleep(PATIENCE_SECONDS)
                continue
            if is_idle:
                time.sleep(POLL_SECONDS * random.uniform(0.5, 1))  # noqa: S311 -- no secret

    def follow(self) -> int:
        """Take in what has changed since; returns how many items that were.

        Nothing is done while another process of this machine follows the changes.
        """
        with generations.following() as is_alone:
            if not is_alone:
                return 0
            try:
                with unreadable_as_error():
                    return self._follow(self._current())
            except CursorLost:
                logger.info("The search index is built anew.")
            except IndexUnreadable as error:
                if self._was_replaced():
                    return 0  # it went while it was written: the new one is followed next
                logger.error("The search index is broken and is built anew: %s", error)
            self._generation = None
            rebuild()
            return 0

    def _was_replaced(self) -> bool:
        former, self._generation = self._generation, None
        return former is not None and generations.current_folder() != former.folder

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
        if changed:
            generation.write_cursor(cursor)
            self._drift(generation, len(changed))
        elif time.monotonic() - self._tidied_at > TIDIED_EVERY:
            self._tidied_at = time.monotonic()
            generation.write_cursor(cursor)  # as seen lately, though nothing changed
            index_frequent_queries(generation)
        return len(changed)

    def _drift(self, generation: Generation, changed: int) -> None:
        built, already = generation.read_drift()
        generation.write_drift(built, already + changed)
        if already + changed > built * DRIFT and not self._is_rebuilding():
            self._rebuilding = threading.Thread(target=_rebuild_in_thread, daemon=True)
            self._rebuilding.start()

    def _is_rebuilding(self) -> bool:
        return self._rebuilding is not None and self._rebuilding.is_alive()


def _rebuild_in_thread() -> None:
    try:
        rebuild()
    except Error as error:
        logger.warning("The index is not built anew yet: %s", error)
    finally:
        connection.close()
