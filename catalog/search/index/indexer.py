"""The indexer, which applies changes in the database to a machine's index.

It runs beside the web server.
"""

import logging
import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db import Error, close_old_connections, connection

from catalog.search.change_feed import (
    RETENTION,
    Cursor,
    CursorLost,
    changes_since,
    current_cursor,
)
from catalog.search.index import generations
from catalog.search.index.documents import all_documents, read_documents
from catalog.search.index.generations import Generation
from catalog.search.index.schema import IndexUnreadable, unreadable_as_error
from catalog.search.index.writer import build, index_frequent_queries, write

logger = logging.getLogger(__name__)

BATCH_SIZE = 200  # items of one commit
POLL_SECONDS = 0.1
RETRY_SECONDS = 1  # after an error
REFRESH_SECONDS = 600  # between updates of the frequent queries and of an idle cursor
# Words and phrases are counted only when an index is built, so it is built anew when so
# large a part of its items has changed.
MAX_DRIFT = 0.5
FOLLOW_SECONDS = RETENTION.total_seconds() / 24  # between readings of the feed during a build


def rebuild(*, on_item: Callable[[], object] = lambda: None) -> None:
    """Build the index anew beside the current one, which stays up to date, and swap them.

    `on_item` is called after each item. The build may last longer than changes are kept.
    """
    meanwhile = Changes(current_cursor())  # before the read: later changes are applied again
    build(meanwhile.following(all_documents()), catch_up=meanwhile.write_to, on_item=on_item)


class Changes:
    """The items that change while an index is built, read before the feed forgets them."""

    def __init__(self, cursor: Cursor):
        self._cursor = cursor
        self._item_ids: set[int] = set()
        self._read_at = time.monotonic()

    def following(self, items: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        """Yield the items, and read the feed every FOLLOW_SECONDS meanwhile."""
        for item in items:
            if time.monotonic() - self._read_at > FOLLOW_SECONDS:
                self._read()
            yield item

    def write_to(self, generation: Generation) -> Cursor:
        """Write the changed items to a generation that is not searched yet; return the cursor."""
        self._read()
        _write_items(generation, list(self._item_ids))
        return self._cursor

    def _read(self) -> None:
        item_ids, self._cursor = changes_since(self._cursor)
        self._item_ids.update(item_ids)
        self._read_at = time.monotonic()


class Indexer:
    """Follows the change feed of items, and updates the index, until it is stopped."""

    def __init__(self) -> None:
        self._generation: Generation | None = None
        self._rebuilding: threading.Thread | None = None
        self._refreshed_at = time.monotonic()

    def run(self, *, is_stopped: Callable[[], bool]) -> None:
        """Follow the change feed until `is_stopped` returns true; errors only delay it."""
        while not is_stopped():
            try:
                close_old_connections()
                is_idle = not self.follow()
            except (Error, OSError, ValueError) as error:  # the database is away, or the disk full
                logger.warning("The index is not updated: %s", error)
                connection.close()
                time.sleep(RETRY_SECONDS)
                continue
            if is_idle:
                time.sleep(POLL_SECONDS * random.uniform(0.5, 1))  # noqa: S311 -- no secret

    def follow(self) -> int:
        """Write the items that have changed to the index; return how many.

        Nothing is done while another process of this machine has the lock of the index.
        """
        with generations.indexer_lock() as has_lock:
            if not has_lock:
                return 0
            try:
                with unreadable_as_error():
                    return self._apply_changes(self._current())
            except CursorLost:
                logger.info("The search index is built anew.")
            except IndexUnreadable as error:
                if self._was_replaced():
                    return 0  # it was deleted while it was written: the next run writes the new one
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

    def _apply_changes(self, generation: Generation) -> int:
        changed, cursor = changes_since(generation.read_cursor())
        _write_items(generation, changed)
        if changed:
            generation.write_cursor(cursor)
            self._add_drift(generation, len(changed))
        elif time.monotonic() - self._refreshed_at > REFRESH_SECONDS:
            self._refreshed_at = time.monotonic()
            generation.write_cursor(
                cursor
            )  # so that it does not look too old, though nothing changed
            index_frequent_queries(generation)
        return len(changed)

    def _add_drift(self, generation: Generation, changed: int) -> None:
        built, changed_before = generation.read_drift()
        changed += changed_before
        generation.write_drift(built, changed)
        if changed > built * MAX_DRIFT and not self._is_rebuilding():
            self._rebuilding = threading.Thread(target=_rebuild_in_thread, daemon=True)
            self._rebuilding.start()

    def _is_rebuilding(self) -> bool:
        return self._rebuilding is not None and self._rebuilding.is_alive()


def _write_items(generation: Generation, item_ids: Sequence[int]) -> None:
    for start in range(0, len(item_ids), BATCH_SIZE):
        batch = item_ids[start : start + BATCH_SIZE]
        items = read_documents(batch)
        write(generation, items, set(batch) - {item["id"] for item in items})


def _rebuild_in_thread() -> None:
    try:
        rebuild()
    except Error as error:
        logger.warning("The index is not built anew yet: %s", error)
    finally:
        connection.close()
