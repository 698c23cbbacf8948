"""Popular questions are answered from Valkey: ids and counts, never price or stock.

What is kept says from which state of the index it was computed, and is given only while
that is the current one. One process computes an answer while the others wait those few
milliseconds or, when it is only due for a fresh look, give what is kept. What everybody
asks for is not even asked of Valkey again for a second. With Valkey away nothing is kept
and every question is computed.
"""

import random
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.db import transaction

# Raised by every committed change of an item.
ITEMS_CHANGED = "search:items-changed"
SCHEMA = 4  # of what is kept; raised when that changes its form
SETTINGS_CHANGED = "search:settings-changed"
CACHE_SECONDS = 300
FRESH_SECONDS = (60, 120)  # drawn for each answer, so that not all are due at once
COMPUTING_SECONDS = 1  # after which whoever computes is taken for dead
WAIT_SECONDS = 0.01
AT_HAND_SECONDS = 1.0  # how late a process may hear of changed settings, such as synonyms
MAX_IN_PROCESS = 256
# A question is worth keeping when it is asked this often within CACHE_SECONDS.
POPULAR = 2


class ProcessEntry(NamedTuple):
    """An answer that this process gives again without asking Valkey."""

    index_state: str
    until: float  # of time.monotonic()
    answer: Any


_at_hand: dict[str, ProcessEntry] = {}


def cached_result(
    digest: str, index_state: str, compute: Callable[[], Any], *, place: str = ""
) -> Any:
    """Return the kept answer to a question, or compute it and keep it if it is popular.

    `index_state` names what the answer depends on: an answer of another is never given.
    `place` names who shares the states.
    """
    key = f"search:{SCHEMA}:{settings.REGION.code}:{settings.SEARCH_RANKER}:{place}:{digest}"
    at_hand = _at_hand.get(key)
    if at_hand and at_hand.index_state == index_state and time.monotonic() < at_hand.until:
        return at_hand.answer
    found = cache.get_many([key, SETTINGS_CHANGED])
    state = f"{index_state}/{found.get(SETTINGS_CHANGED, 0)}"
    kept = found.get(key)
    current = kept if kept and kept["state"] == state else None
    if current and current["fresh_until"] > time.time():
        _keep_at_hand(key, index_state, current["answer"])
        return current["answer"]
    if kept is None and _times_asked(key) < POPULAR:
        return compute()
    if cache.add(f"{key}:computing", 1, COMPUTING_SECONDS):
        return _compute_and_keep(key, state, compute)
    return current["answer"] if current else _answer_of_another(key, state, compute)


def invalidate_results() -> None:
    """Make every kept answer out of date, once the current transaction has committed."""

    def forget() -> None:
        _raise(SETTINGS_CHANGED)
        clear_process_cache()

    transaction.on_commit(forget, robust=True)


def clear_process_cache() -> None:
    """Ask Valkey again for every answer."""
    _at_hand.clear()


def count_item_change() -> None:
    """Tell the engine that has no index of its own that items changed, once they have."""
    transaction.on_commit(lambda: _raise(ITEMS_CHANGED), robust=True)


def _keep_at_hand(key: str, index_state: str, answer: Any) -> None:
    if len(_at_hand) >= MAX_IN_PROCESS:
        _at_hand.clear()
    _at_hand[key] = ProcessEntry(index_state, time.monotonic() + AT_HAND_SECONDS, answer)


def _compute_and_keep(key: str, state: str, compute: Callable[[], Any]) -> Any:
    try:
        answer = compute()
        fresh_until = time.time() + random.uniform(*FRESH_SECONDS)  # noqa: S311 -- no secret
        kept = {"answer": answer, "state": state, "fresh_until": fresh_until}
        cache.set(key, kept, CACHE_SECONDS)
        return answer
    finally:
        cache.delete(f"{key}:computing")


def _answer_of_another(key: str, state: str, compute: Callable[[], Any]) -> Any:
    """Wait for whoever computes the answer; compute it oneself when that is in vain."""
    end = time.monotonic() + COMPUTING_SECONDS
    while time.monotonic() < end:
        found = cache.get_many([key, f"{key}:computing"])
        kept = found.get(key)
        if kept and kept["state"] == state:
            return kept["answer"]
        if f"{key}:computing" not in found:
            break
        time.sleep(WAIT_SECONDS)
    return compute()


def _times_asked(key: str) -> int:
    """Count the question; with no cache, nothing is ever popular."""
    key = f"{key}:asked"
    cache.add(key, 0, CACHE_SECONDS)
    try:
        return cache.incr(key) or 0
    except ValueError:  # it expired in between, or there is no cache
        return 0


def _raise(key: str) -> None:
    cache.add(key, 0, timeout=None)
    cache.incr(key)
