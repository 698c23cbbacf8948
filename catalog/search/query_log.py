"""The log of shoppers' queries: for suggestions, and to show staff what the shop lacks.

Each process counts in memory and writes its counts from time to time, so a search writes
nothing. The counts that a dying process has not written are lost, which does no harm.
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

FLUSH_SECONDS = 10
MAX_TALLIED = 1000  # queries, after which a process writes before FLUSH_SECONDS have passed
MAX_QUERY_LENGTH = 60  # characters; a longer query is hardly searched twice
# Queries by the planner's estimate; beyond them only those that are stored already are counted.
MAX_STORED = 200_000
RETENTION = timedelta(days=30)  # since the last search
SINGLE_QUERY_RETENTION = timedelta(days=1)
# Texts pasted by mistake, as a card's number or an e-mail address, are not recorded.
PRIVATE = re.compile(r"@|\d{9,}")
SIGNS = re.compile(r"[^\w@]")


class Tally:
    """The counts of this process's queries since it last wrote them."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: Counter[str] = Counter()
        self._results: dict[str, int] = {}
        self._written_at = time.monotonic()

    def count(self, text: str, results: int) -> None:
        """Count a search for the text, which had that many results."""
        with self._lock:
            self._counts[text] += 1
            self._results[text] = results
            is_due = (
                time.monotonic() - self._written_at > FLUSH_SECONDS
                or len(self._counts) >= MAX_TALLIED
            )
        if is_due:
            self.write()

    def write(self) -> None:
        """Add the counts to the database and begin at 0; without a database they are lost."""
        with self._lock:
            counts, results = self._counts, self._results
            self._counts, self._results = Counter(), {}
            self._written_at = time.monotonic()
        rows = [(text, counts[text], results[text]) for text in sorted(counts)]
        if rows and not connection.in_atomic_block:
            _upsert(rows)


tally = Tally()


def record_query(query: SearchQuery, results: int) -> None:
    """Count a search for a query that has words and no filters.

    `results` is the number of items that have all its words. Only queries with results are
    suggested to others, so nobody can plant words in the suggestions.
    """
    text = query.text
    if (
        0 < len(text) <= MAX_QUERY_LENGTH
        and query == SearchQuery(text=text)
        and not _is_private(text)
    ):
        tally.count(text, results)


def _is_private(text: str) -> bool:
    return bool(PRIVATE.search(SIGNS.sub("", text)))


def delete_old_queries() -> int:
    """Delete queries last searched longer than RETENTION ago; return how many.

    A query searched only once is deleted after SINGLE_QUERY_RETENTION, because robots send
    many of them.
    """
    is_old = Q(last_searched_at__lt=Now() - RETENTION)
    is_single = Q(count=1, last_searched_at__lt=Now() - SINGLE_QUERY_RETENTION)
    return SearchQueryStat.objects.filter(is_old | is_single).delete()[0]


def _upsert(rows: list[tuple[str, int, int]]) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                """
                INSERT INTO catalog_searchquerystat AS stat (text, count, results)
                SELECT * FROM unnest(%s::text[], %s::bigint[], %s::bigint[]) AS new (text, c, r)
                 WHERE (SELECT reltuples FROM pg_class
                         WHERE oid = 'catalog_searchquerystat'::regclass) < %s
                    OR EXISTS (SELECT FROM catalog_searchquerystat WHERE text = new.text)
                    ON CONFLICT (text) DO UPDATE
                   SET count = stat.count + excluded.count, results = excluded.results,
                       last_searched_at = statement_timestamp()
                """,
                [*[list(column) for column in zip(*rows, strict=True)], MAX_STORED],
            )
    except Error:  # a search does not fail because it cannot be counted
        return
