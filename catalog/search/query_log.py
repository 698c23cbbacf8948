"""Remembering what shoppers ask for: to suggest it, and for staff to see what is missing.

Each process counts by itself and writes what it has counted now and then, so a search
writes nothing. What a dying process has not written is lost, and no harm is done.
"""

import re
import time
from collections import Counter
from datetime import timedelta
from threading import Lock

from django.db import Error, connection
from django.db.models import Q
from django.db.models.functions import Now

from catalog.models import SearchQueryStat
from catalog.search.query.search_query import SearchQuery

WRITTEN_EVERY = 10  # seconds
MAX_TALLIED = 1000  # questions, after which a process does not wait that long
MAX_QUERY_LENGTH = 60  # characters; what is longer nobody else asks
RETENTION = timedelta(days=30)  # since it was last asked
SINGLE_QUERY_RETENTION = timedelta(days=1)
# What somebody pasted by mistake, as a card's number or an address, is not kept.
PRIVATE = re.compile(r"@|\d{9,}")
SIGNS = re.compile(r"[^\w@]")


class Tally:
    """What this process has been asked since it last wrote that down."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._times: Counter[str] = Counter()
        self._found: dict[str, int] = {}
        self._written_at = time.monotonic()

    def note(self, text: str, found: int) -> None:
        with self._lock:
            self._times[text] += 1
            self._found[text] = found
            is_due = (
                time.monotonic() - self._written_at > WRITTEN_EVERY
                or len(self._times) >= MAX_TALLIED
            )
        if is_due:
            self.write()

    def write(self) -> None:
        """Add what was counted to what is known; a database that is away forgets it."""
        with self._lock:
            times, found = self._times, self._found
            self._times, self._found = Counter(), {}
            self._written_at = time.monotonic()
        rows = [(text, times[text], found[text]) for text in sorted(times)]
        if rows and not connection.in_atomic_block:
            _add(rows)


tally = Tally()


def record_query(query: SearchQuery, found: int) -> None:
    """Count a question that was asked in words and without filters.

    `found` are the items that have all its words. Only what some item has all words of is
    ever suggested to others, so nobody plants words of their own.
    """
    text = query.text
    if (
        0 < len(text) <= MAX_QUERY_LENGTH
        and query == SearchQuery(text=text)
        and not _is_private(text)
    ):
        tally.note(text, found)


def _is_private(text: str) -> bool:
    return bool(PRIVATE.search(SIGNS.sub("", text)))


def delete_old_queries() -> int:
    """Delete what nobody has asked for long; returns how many questions.

    What was asked but once goes after a day, so that no robot fills the table.
    """
    is_old = Q(last_searched_at__lt=Now() - RETENTION)
    is_single = Q(count=1, last_searched_at__lt=Now() - SINGLE_QUERY_RETENTION)
    return SearchQueryStat.objects.filter(is_old | is_single).delete()[0]


def _add(rows: list[tuple[str, int, int]]) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                """
                INSERT INTO catalog_searchquerystat AS a (text, count, results)
                SELECT * FROM unnest(%s::text[], %s::bigint[], %s::bigint[])
                    ON CONFLICT (text) DO UPDATE
                   SET count = a.count + excluded.count, results = excluded.results,
                       last_searched_at = statement_timestamp()
                """,
                [list(column) for column in zip(*rows, strict=True)],
            )
    except Error:  # a search does not fail because it cannot be counted
        return
