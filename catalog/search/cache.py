"""Popular questions are answered from Valkey: ids only, never price or stock.

A key holds the generation of the catalogue, which every committed change of an item
raises, so no answer outlives what it was computed from. With Valkey away nothing is
cached and every question is computed.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import transaction

GENERATION = "search:generation"
SECONDS = 300
# A question is worth keeping when it is asked this often within SECONDS.
POPULAR = 2


def remembered(digest: str, compute: Callable[[], Any]) -> Any:
    """Return the kept answer to a question, or compute it and keep it if it is popular."""
    key = f"search:{cache.get(GENERATION, 0)}:{settings.SEARCH_RANKER}:{digest}"
    answer = cache.get(key)
    if answer is None:
        answer = compute()
        if _times_asked(digest) >= POPULAR:
            cache.set(key, answer, SECONDS)
    return answer


def forget_results() -> None:
    """Make every kept answer out of date, once the current transaction has committed."""
    transaction.on_commit(_next_generation, robust=True)


def _next_generation() -> None:
    cache.add(GENERATION, 0, timeout=None)
    cache.incr(GENERATION)


def _times_asked(digest: str) -> int:
    key = f"search:asked:{digest}"
    cache.add(key, 0, SECONDS)
    try:
        return cache.incr(key) or 0
    except ValueError:  # it expired in between, or there is no cache
        return 0
